package plan

import (
	"fmt"
	"slices"
	"strings"

	"cwsync/syncer/billing"

	"github.com/shopspring/decimal"
)

// reversal compares one line or product with what a run wrote, field by field: a field that is as it was before the run is left, one that still
// has what the run wrote goes back, any other was changed since.
type reversal struct {
	*undoer
	row     *undoRow
	pending bool     // something goes back
	told    []string // what goes back, in words
	changed []string // what was changed since, in words
	code    Code     // of the first of these
	later   bool     // one of these was changed by a later run of ours
}

// compare compares the fields of a line.
func (r *reversal) compare(a *billing.Addition) {
	was, c, owned := &r.row.was.Change, &r.row.Change, r.mine[r.row.was.AdditionID]
	var mine Owned
	if owned != nil {
		mine = *owned
	}
	before, after := was.Before, was.After
	if was.Action == Create {
		if a.Quantity.IsZero() && a.Cancelled == after.Effective {
			return // nothing of it is billed
		}
		before.Quantity, before.Cancelled = set(zero), after.Effective
		r.unlessSame("price", a.UnitPrice, after.UnitPrice)
		r.unlessSame("cost", a.UnitCost, after.UnitCost)
		before.UnitPrice, before.UnitCost, before.Taxable = decimal.NullDecimal{}, decimal.NullDecimal{}, nil
		if a.Effective != after.Effective {
			r.since(ChangedMeanwhile, "it takes effect on "+a.Effective.String()+" now, and the run wrote "+after.Effective.String(), false)
		}
	}
	quantity := func(d decimal.Decimal) string { return number(d) }
	r.amount(DriftQuantity, "quantity", quantity, a.Quantity, before.Quantity, after.Quantity, set(mine.Quantity), &c.Before.Quantity, &c.After.Quantity)
	r.amount(DriftPrice, "price", money, a.UnitPrice, before.UnitPrice, after.UnitPrice, mine.UnitPrice, &c.Before.UnitPrice, &c.After.UnitPrice)
	r.amount(DriftPrice, "cost", money, a.UnitCost, before.UnitCost, after.UnitCost, mine.UnitCost, &c.Before.UnitCost, &c.After.UnitCost)
	if before.Taxable != nil && after.Taxable != nil && a.Taxable != *before.Taxable { // there are but two values, so it is what the run wrote
		has := a.Taxable
		c.Before.Taxable, c.After.Taxable, r.pending = &has, before.Taxable, true
		r.told = append(r.told, fmt.Sprintf("taxable goes back to %t", *before.Taxable))
	}
	r.end(a, before.Cancelled, after.Cancelled, &mine)
	if was.Action == Create && r.pending { // both in one write, also where a person did one of them
		c.Before.Quantity, c.After.Quantity = set(a.Quantity), set(zero)
		c.Before.Cancelled, c.After.Cancelled = a.Cancelled, after.Effective
		r.told = []string{"the run opened this line: it ends with nothing on its first day, " + after.Effective.String()}
	}
}

// end compares the end of a line that the run opened, ended or opened again. Of any other line it is only that it still goes on, and that no later
// run of ours has given it an end to come.
func (r *reversal) end(a *billing.Addition, old, wrote billing.Date, mine *Owned) {
	was, c, ours := &r.row.was.Change, &r.row.Change, mine.Ended
	switch {
	case was.Action == Update && !was.Reopens():
		if r.pending && (!a.OpenOn(r.current.Today) || !ours.IsZero()) {
			text := "its end was taken away since"
			if !a.Cancelled.IsZero() {
				text = "it was given an end on " + a.Cancelled.String() + " since"
			}
			r.since(ChangedMeanwhile, text, !ours.IsZero() && a.Cancelled == ours)
		}
	case a.Cancelled == old:
	case a.Cancelled == wrote:
		c.Before.Cancelled, c.After.Cancelled, r.pending = a.Cancelled, old, true
		switch {
		case old.IsZero():
			r.told = append(r.told, "it no longer ends on "+a.Cancelled.String())
		default:
			r.told = append(r.told, "it ends on "+old.String()+" again")
		}
	case a.Cancelled.IsZero():
		r.since(ChangedMeanwhile, "somebody took its end away", false)
	default:
		r.since(ChangedMeanwhile, "it ends on "+a.Cancelled.String()+" now", a.Cancelled == ours)
	}
	goesBack := c.Before.Cancelled != c.After.Cancelled
	if had := was.Quantity; goesBack && had.Valid && !was.Before.Quantity.Valid && !billing.Same(a.Quantity, had.Decimal) {
		// it would begin or cease to bill something else than the run ended or opened
		r.since(DriftQuantity, "the quantity is "+number(a.Quantity)+" now, and the run left it at "+number(had.Decimal), billing.Same(a.Quantity, mine.Quantity))
	}
}

func (r *reversal) compareProduct(p *billing.Product, own OwnProduct) {
	was, c := &r.row.was.Change, &r.row.Change
	r.amount(DriftPrice, "price", money, p.Price, was.Before.UnitPrice, was.After.UnitPrice, own.Price, &c.Before.UnitPrice, &c.After.UnitPrice)
	r.amount(DriftPrice, "cost", money, p.Cost, was.Before.UnitCost, was.After.UnitCost, own.Cost, &c.Before.UnitCost, &c.After.UnitCost)
}

// amount compares one amount. ours is what we wrote last.
func (r *reversal) amount(
	code Code, name string, text func(decimal.Decimal) string, has decimal.Decimal, old, wrote, ours decimal.NullDecimal, before, after *decimal.NullDecimal,
) {
	if !old.Valid || !wrote.Valid || billing.Same(has, old.Decimal) {
		return
	}
	*before, *after = set(has), old
	if billing.Same(has, wrote.Decimal) {
		r.pending = true
		r.told = append(r.told, "the "+name+" goes back from "+text(has)+" to "+text(old.Decimal))
		return
	}
	later := ours.Valid && billing.Same(ours.Decimal, has)
	r.since(code, "the "+name+" is "+text(has)+" now, and the run wrote "+text(wrote.Decimal), later)
}

// unlessSame notes an amount that the run wrote on a new line and that is another now.
func (r *reversal) unlessSame(name string, has decimal.Decimal, wrote decimal.NullDecimal) {
	if wrote.Valid && !billing.Same(has, wrote.Decimal) {
		r.since(DriftPrice, "the "+name+" is "+money(has)+" now, and the run wrote "+money(wrote.Decimal), false)
	}
}

func (r *reversal) since(code Code, text string, later bool) {
	if r.code == "" || code == ChangedMeanwhile {
		r.code = code
	}
	r.changed, r.later = append(r.changed, text), r.later || later
}

// decide fills in what the row of a line does.
func (r *reversal) decide(a *billing.Addition, agreement *billing.Agreement) {
	c, was := &r.row.Change, &r.row.was.Change
	c.Action = Update
	if was.Action == Create || (was.Reopens() && !c.After.Cancelled.IsZero()) {
		c.Action = Cancel
	}
	c.MonthlyDelta = r.delta(a, agreement)
	c.Open = r.openOn(target{a.AgreementID, a.ProductID})
	c.Terms = agreementTerms(agreement)
	if len(r.changed) > 0 {
		r.changed[len(r.changed)-1] += whoChanged(a)
	}
	if r.finish(); c.Action.Writes() && r.unknownOn[a.AgreementID] {
		if r.unknownKeys[c.Key] {
			r.accept.take(c.Key.String())
		}
		c.hold(PreviousUnknown, "an earlier write on this agreement may or may not have happened: a later run settles it")
	}
}

// finish says what goes back, or holds what was changed since.
func (r *reversal) finish() {
	c := &r.row.Change
	if !c.Action.Writes() {
		c.Action = Update
	}
	c.Code, c.Reason = UndoneBefore, strings.Join(r.told, ", ")
	if len(r.changed) == 0 {
		return
	}
	why := "changed since the run: " + strings.Join(r.changed, ", ")
	switch {
	case r.later:
		c.hold(ChangedMeanwhile, why+": a later run of ours wrote that, so take that one back first")
	case r.code == ChangedMeanwhile:
		c.hold(r.code, why)
	case r.accept.line(c.Key.String(), r.code):
		c.Accepted, c.Reason = true, "put back although "+strings.Join(r.changed, ", ")
	default:
		c.hold(r.code, why+": accept to put it back all the same")
	}
}

// delta is what the row moves a month.
func (r *reversal) delta(a *billing.Addition, agreement *billing.Agreement) decimal.Decimal {
	c := &r.row.Change
	if c.Action == Cancel {
		if !a.OpenOn(r.current.Today) {
			return zero
		}
		return worth(a, agreement).Neg()
	}
	quantity, price, now := a.Quantity, a.UnitPrice, worth(a, agreement)
	if c.After.Quantity.Valid {
		quantity = c.After.Quantity.Decimal
	}
	if c.After.UnitPrice.Valid {
		price = c.After.UnitPrice.Decimal
	}
	if !a.OpenOn(r.current.Today) {
		now = zero
	}
	return monthly(quantity, a.LessIncluded, price, a.Bill, agreement.Cycle).Sub(now)
}

// holdDoubles holds a line that would be billed again beside one that took its place since.
func (u *undoer) holdDoubles() {
	ends := map[int]bool{}
	for i := range u.rows {
		if u.rows[i].Action == Cancel {
			ends[u.rows[i].Addition.ID] = true
		}
	}
	for i := range u.rows {
		if c := &u.rows[i].Change; c.Reopens() {
			if why := u.tookItsPlace(&u.rows[i], ends); why != "" {
				c.hold(ChangedMeanwhile, why)
				c.Accepted = false
			}
		}
	}
}

// tookItsPlace says which open addition bills what the row would open again; empty when none does.
func (u *undoer) tookItsPlace(row *undoRow, ends map[int]bool) string {
	was := &row.was.Change
	for i := range u.current.Owned {
		other := &u.current.Owned[i]
		if other.AdditionID == row.Addition.ID || !other.Ended.IsZero() || ends[other.AdditionID] ||
			(other.Key != row.Key && !slices.Contains(other.Members, row.Key)) || u.letsGo(other.AdditionID, row.Key) {
			continue
		}
		if addition := u.addition(other); addition != nil && addition.OpenOn(u.current.Today) {
			return fmt.Sprintf("addition %d of agreement %d bills this line now, so it is not opened again: take back the run that opened that one", other.AdditionID, other.AgreementID)
		}
	}
	for _, other := range u.onTarget(target{row.Agreement.ID, row.Product.ID}) {
		beside := slices.ContainsFunc(was.Open, func(a Addition) bool { return a.ID == other.ID })
		if other.ID != row.Addition.ID && !ends[other.ID] && !beside && u.isOpen(other) {
			return fmt.Sprintf("addition %d of the same product was opened since%s, so this one is not opened again beside it", other.ID, whoChanged(other))
		}
	}
	return ""
}

// letsGo reports whether the undo takes back a merged line into which the run had brought a member whose own line it ended: that one is billed by
// itself again, and the merged line no longer bills it.
func (u *undoer) letsGo(addition int, member billing.Key) bool {
	at := slices.IndexFunc(u.rows, func(row undoRow) bool {
		return row.Addition.ID == addition && row.Action.Writes() && row.Key != member && slices.Contains(row.was.Change.Members, member)
	})
	if at < 0 {
		return false
	}
	c := &u.rows[at].Change
	c.Members = slices.DeleteFunc(slices.Clone(c.Members), func(key billing.Key) bool { return key == member })
	if len(c.Members) < 2 {
		c.Members = nil
	}
	return true
}

// bills are the lines of the source that a row is about.
func (r *undoRow) bills() []billing.Key {
	return append([]billing.Key{r.Key, r.was.Change.Key}, r.was.Change.Members...)
}

// holdTogether holds all rows that are about one line, or about a merged one, where one of them is held: an old line and the one that took its place
// go back together or not at all.
func (u *undoer) holdTogether() {
	held := map[billing.Key]int{}
	note := func(row *undoRow) {
		for _, key := range row.bills() {
			if _, known := held[key]; !known {
				held[key] = row.Addition.ID
			}
		}
	}
	for i := range u.rows {
		if u.rows[i].Action == Hold {
			note(&u.rows[i])
		}
	}
	for more := len(held) > 0; more; {
		more = false
		for i := range u.rows {
			row := &u.rows[i]
			at := slices.IndexFunc(row.bills(), func(key billing.Key) bool { _, ok := held[key]; return ok })
			if at < 0 || !row.Action.Writes() {
				continue
			}
			row.hold(ChangedMeanwhile, fmt.Sprintf("waits for addition %d of the same line, which is held", held[row.bills()[at]]))
			row.Accepted = false
			note(row)
			more = true
		}
	}
}

// inOrder gives the rows sorted by key; of one key first those that go on, then those that end, each of which waits for the one before: a line
// rather bills twice for a moment than not at all.
func (u *undoer) inOrder() []Change {
	rank := func(c *Change) int {
		switch {
		case !c.Action.Writes():
			return 0
		case c.Action == Cancel:
			return 2
		}
		return 1
	}
	slices.SortStableFunc(u.rows, func(x, y undoRow) int {
		if order := strings.Compare(x.Key.String(), y.Key.String()); order != 0 {
			return order
		}
		return rank(&x.Change) - rank(&y.Change)
	})
	rows := make([]Change, len(u.rows))
	for i := range u.rows {
		rows[i] = u.rows[i].Change
		if i > 0 && rows[i-1].Key == rows[i].Key && rows[i-1].Action.Writes() && rows[i].Action.Writes() {
			rows[i].Step = 1
		}
	}
	return rows
}
