package plan

import (
	"fmt"
	"slices"
	"strings"

	"cwsync/syncer/billing"

	"github.com/shopspring/decimal"
)

// Past is a run that is to be taken back.
type Past struct {
	RunID  string
	Today  billing.Date // the calendar date on which it was planned
	Writes []PastWrite  // that it sent, or may have sent, in the order of its plan
}

// PastWrite is one write of a past run.
type PastWrite struct {
	Change     Change // as the run planned it
	AdditionID int    // the line that it wrote or created; 0: of a product, or not known
	ProductID  int    // of the line, or the product itself
	Unknown    bool   // it may or may not have happened
}

// UndoNeeds says what must be read to take a run back: the agreements of its lines and of whatever else bills their keys now, and the products
// that it changed.
func UndoNeeds(past Past, owned []Owned, policy Policy) Scope {
	agreements, products, keys := map[int]bool{}, map[int]bool{}, map[billing.Key]bool{}
	wanted := past.wanted(&policy)
	for i := range past.Writes {
		w := &past.Writes[i]
		switch {
		case !wanted[w.Change.Key]:
		case w.Change.OfProduct():
			products[w.ProductID] = true
		default:
			agreements[w.Change.Agreement.ID], keys[w.Change.Key] = true, true
		}
	}
	for i := range owned {
		if owned[i].Ended.IsZero() && keys[owned[i].Key] {
			agreements[owned[i].AgreementID] = true
		}
	}
	return Scope{Agreements: sortedInts(agreements), Products: sortedInts(products)}
}

// wanted are the keys that the policy asks for. Of a merged line that is all of them where it is one: it is taken back whole or not at all, with the
// lines that went into it.
func (p *Past) wanted(policy *Policy) map[billing.Key]bool {
	keys := map[billing.Key]bool{}
	for i := range p.Writes {
		c := &p.Writes[i].Change
		if policy.wants(c.Key) || slices.ContainsFunc(c.Members, policy.wants) {
			keys[c.Key] = true
			for _, member := range c.Members {
				keys[member] = true
			}
		}
	}
	return keys
}

// Undo makes the plan that takes a run back: one row for every write of it that the policy asks for, sorted by key. What the run wrote goes back
// to what was there before, where ConnectWise still has what the run wrote; what was changed since is held. The guards do not apply. The caller
// fills in who and when (ID, Profile, Created, SetupDigest).
func Undo(past Past, current Current, policy Policy) Plan {
	u := &undoer{builder: newBuilder(Desired{}, current, policy), past: &past, mine: map[int]*Owned{}}
	for i := range current.Owned {
		u.mine[current.Owned[i].AdditionID] = &current.Owned[i]
	}
	wanted := past.wanted(&policy)
	for i := range past.Writes {
		if w := &past.Writes[i]; wanted[w.Change.Key] {
			u.rows = append(u.rows, u.row(w))
		}
	}
	u.leaveOutRows()
	u.holdDoubles()
	u.holdTogether()
	made := Plan{Today: current.Today, Undoes: past.RunID, Changes: u.inOrder()}
	made.Accepted, made.Unused = u.accept.told(policy.Accept)
	if len(past.Writes) == 0 {
		made.Warnings = []string{"run " + past.RunID + " wrote nothing, so there is nothing to take back"}
	}
	return made
}

// undoer makes the rows of one Undo.
type undoer struct {
	*builder
	past *Past
	mine map[int]*Owned // all that is remembered of our additions, ended ones too
	rows []undoRow
}

// leaveOutRows skips what the reviewer left out. Leaving out one member leaves out the whole merged line.
func (u *undoer) leaveOutRows() {
	leftOut := func(key billing.Key) bool { return u.leftOut[key.String()] }
	for i := range u.rows {
		if c := &u.rows[i].Change; slices.ContainsFunc(u.rows[i].bills(), leftOut) && (c.Action.Writes() || c.Action == Hold) {
			c.hold(LeftOut, "left out by the reviewer")
			c.Action, c.Accepted = Skip, false
		}
	}
}

// undoRow is a row with the write that it takes back.
type undoRow struct {
	Change
	was *PastWrite
}

func (u *undoer) row(w *PastWrite) undoRow {
	was := &w.Change
	row := undoRow{was: w, Change: Change{
		Key: was.Key, Customer: was.Customer, Service: was.Service, Company: was.Company, Agreement: was.Agreement,
		Product: Product{ID: w.ProductID, Identifier: was.Product.Identifier}, Currency: was.Currency,
	}}
	if was.OfProduct() {
		u.product(&row)
		return row
	}
	u.line(&row)
	return row
}

// line fills in the row of a line.
func (u *undoer) line(row *undoRow) {
	c, w := &row.Change, row.was
	agreement, owned := u.agreement(w.Change.Agreement.ID), u.mine[w.AdditionID]
	addition := u.addition(&Owned{AgreementID: w.Change.Agreement.ID, AdditionID: w.AdditionID})
	c.Addition.ID = w.AdditionID
	if agreement != nil {
		c.Agreement.Name, c.Invoicing = agreement.Name, u.invoicing(agreement)
	}
	if addition != nil {
		c.Addition.Version, c.Quantity = addition.Version, set(addition.Quantity)
	}
	if owned != nil && stillBills(owned, &w.Change) {
		c.Key, c.Members = owned.Key, owned.Members // another member may carry a merged line by now
	}
	if w.Unknown {
		u.accept.take(c.Key.String()) // a read-back settles it before this is planned, so the entry is no mistake
		c.hold(PreviousUnknown, "the run may or may not have written this line: a later run settles it, or look at the agreement and accept")
		return
	}
	back := reversal{undoer: u, row: row}
	if addition != nil {
		back.compare(addition)
		if len(back.changed) == 0 && !back.pending {
			c.none("already as it was before the run")
			c.Before, c.After, c.Quantity = Values{}, Values{}, decimal.NullDecimal{}
			return
		}
	}
	if code, why := u.cannot(w, addition, agreement, owned); code != "" {
		c.hold(code, why)
		return
	}
	back.decide(addition, agreement)
	u.warnOfInvoice(c, w, agreement)
}

// cannot says why a line cannot be put back whatever its values are.
func (u *undoer) cannot(w *PastWrite, addition *billing.Addition, agreement *billing.Agreement, owned *Owned) (Code, string) {
	was := &w.Change
	switch {
	case agreement == nil:
		return AgreementMissing, fmt.Sprintf("agreement %d is no longer in ConnectWise", was.Agreement.ID)
	case agreement.CompanyID != was.Company.ID:
		return AgreementOtherCompany, "agreement " + agreement.Name + " belongs to " + agreement.CompanyName + " now, not to the company that it was of"
	case agreement.Closed(u.current.Today) != "":
		return AgreementClosed, "the agreement " + agreement.Closed(u.current.Today) + ": put the line right by hand if that is still needed"
	case addition == nil:
		return ChangedMeanwhile, fmt.Sprintf("somebody deleted addition %d since the run", w.AdditionID)
	case owned == nil:
		return ChangedMeanwhile, fmt.Sprintf("addition %d is no longer ours, so it is left as it is", w.AdditionID)
	case !stillBills(owned, was):
		return ChangedMeanwhile, fmt.Sprintf("addition %d bills %s now, so it is left as it is", w.AdditionID, owned.Key)
	case addition.ProductID != w.ProductID:
		return ChangedMeanwhile, fmt.Sprintf("addition %d was pointed to product %s since the run%s", w.AdditionID, addition.ProductIdentifier, whoChanged(addition))
	}
	return "", ""
}

// stillBills reports whether an addition bills what it billed when the run wrote it.
func stillBills(owned *Owned, was *Change) bool {
	return owned.Key == was.Key || slices.Contains(owned.Members, was.Key) || slices.Contains(was.Members, owned.Key)
}

// whoChanged is who changed a line last, as far as ConnectWise says so.
func whoChanged(addition *billing.Addition) string {
	text := ""
	if addition.UpdatedBy != "" {
		text += " by " + addition.UpdatedBy
	}
	if addition.Updated != "" {
		text += " at " + addition.Updated
	}
	if text == "" {
		return ""
	}
	return " (changed last" + text + ")"
}

// warnOfInvoice warns of a line that was invoiced since the run: its agreement's next invoice date has moved beyond the day of the run.
func (u *undoer) warnOfInvoice(c *Change, w *PastWrite, agreement *billing.Agreement) {
	ofAgreement, _, _ := strings.Cut(w.Change.Terms, termsMark)
	if !c.Action.Writes() || !agreement.InvoicedOn(u.past.Today) || ofAgreement == agreementTerms(agreement) {
		return
	}
	c.Warnings = append(c.Warnings, "the agreement is invoiced up to "+agreement.NextInvoice.AddDays(-1).String()+
		", so this line may be on an invoice that was made since: undo never changes an invoice")
}

// product fills in the row of a product of the catalog.
func (u *undoer) product(row *undoRow) {
	c, w := &row.Change, row.was
	at := slices.IndexFunc(u.current.Products, func(p billing.Product) bool { return p.ID == w.ProductID })
	own := slices.IndexFunc(u.current.OwnProducts, func(own OwnProduct) bool { return own.ID == w.ProductID })
	unknown := slices.ContainsFunc(u.current.Unknown, func(k Unknown) bool {
		return k.AgreementID == 0 && billing.FoldIdentifier(k.Identifier) == billing.FoldIdentifier(c.Product.Identifier)
	})
	switch {
	case w.Unknown || unknown:
		u.accept.take(c.Key.String())
		c.hold(PreviousUnknown, "an earlier write to this product may or may not have happened: a later run settles it")
	case w.Change.Action == Create:
		c.skip(NewProduct, "the run created this product, and products cannot be deleted: it stays in the catalog; make it inactive by hand if nobody needs it")
	case at < 0:
		c.hold(ChangedMeanwhile, fmt.Sprintf("product %d is no longer in ConnectWise's catalog", w.ProductID))
	case own < 0:
		c.hold(ChangedMeanwhile, "the product is no longer ours, so it is left as it is")
	case u.current.Products[at].Identifier != c.Product.Identifier:
		c.hold(ChangedMeanwhile, "the product is called "+u.current.Products[at].Identifier+" now, so it is left as it is")
	default:
		back := reversal{undoer: u, row: row}
		back.compareProduct(&u.current.Products[at], u.current.OwnProducts[own])
		if len(back.changed) == 0 && !back.pending {
			c.none("already as it was before the run")
			return
		}
		back.finish()
	}
}
