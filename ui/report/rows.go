package report

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"cwsync/syncer"
	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
	"cwsync/ui/theme"
)

// group is the rows of one customer of one source, next to each other in the plan.
type group struct {
	key   billing.Key // of its first row
	name  string
	rows  []row // those that are shown
	same  int   // unchanged and not shown
	skips map[plan.Code]int
	loose []string // what a customer that is not linked uses, one for each row that is not shown: "17 Archive"
	sum   RunSummary
}

// customers writes the rows, one group after the other.
func (t *page) customers(s sheet) {
	c := t.measure(s)
	manySources := false
	for i := range s.plan.Changes {
		manySources = manySources || s.plan.Changes[i].Key.Source != s.plan.Changes[0].Key.Source
	}
	for from := 0; from < len(s.plan.Changes); {
		g := t.group(s, from)
		from += len(g.rows) + g.same + sum(g.skips) + len(g.loose)
		if manySources {
			g.name += " (" + Plain(g.key.Source) + ")"
		}
		t.customer(&g, &c)
	}
}

func sum(counts map[plan.Code]int) int {
	total := 0
	for _, n := range counts {
		total += n
	}
	return total
}

// group gathers the rows from the given one on that belong to the same customer.
func (t *page) group(s sheet, from int) group {
	first := &s.plan.Changes[from]
	g := group{key: first.Key, skips: map[plan.Code]int{}, sum: newSummary()}
	for i := from; i < len(s.plan.Changes); i++ {
		r := s.row(i)
		if r.Key.Source != g.key.Source || r.Key.Customer != g.key.Customer {
			break
		}
		g.name = nameOr(g.name, r.Customer.Name)
		g.sum.count(&r)
		switch {
		case !t.verbose && r.loose():
			g.loose = append(g.loose, r.uses())
		case t.verbose || !r.folds():
			g.rows = append(g.rows, r)
		case r.action == plan.None:
			g.same++
		default:
			g.skips[r.code]++
		}
	}
	if g.name == "" {
		g.name = Plain(g.key.Customer)
	}
	if g.key.Customer == "" {
		g.name = "Products"
	}
	return g
}

func (t *page) customer(g *group, c *columns) {
	t.blank()
	if folded := g.folded(); len(g.rows) == 0 && len(folded) == 1 && len(g.loose) == 0 {
		t.heading(g.name, folded[0].sign+" "+folded[0].word, theme.Dim)
		return
	}
	t.heading(g.name, g.sum.Worth(), theme.Normal)
	for i := range g.rows {
		t.row(&g.rows[i], c)
	}
	for _, fold := range g.folded() {
		t.folded(fold)
	}
}

// folded says what of the group is not shown.
func (g *group) folded() []mark {
	var folded []mark
	if len(g.loose) > 0 {
		folded = append(folded, mark{theme.SignSkipped, "not linked, so not billed: " + strings.Join(g.loose, ", "), theme.Attention})
	}
	if g.same > 0 {
		folded = append(folded, mark{theme.SignUnchanged, Count(g.same) + " unchanged", theme.Dim})
	}
	if skipped := sum(g.skips); skipped > 0 {
		var why []string
		for _, code := range slices.Sorted(maps.Keys(g.skips)) {
			why = append(why, Count(g.skips[code])+" "+words(code))
		}
		folded = append(folded, mark{theme.SignSkipped, Count(skipped) + " skipped: " + strings.Join(why, ", "), theme.Dim})
	}
	return folded
}

func (t *page) folded(m mark) {
	for i, line := range wrap(m.word, t.width-rowIndent-2) {
		lead := "  "
		if i == 0 {
			lead = m.sign + " "
		}
		t.line(piece{spaces(rowIndent) + lead + line, m.role})
	}
}

// heading writes the group's name, and at the right side a text; below the name where both do not fit.
func (t *page) heading(name, right string, role theme.Role) {
	room := t.width - cells(right) - gap
	if right == "" || cells(name) > room && room < t.width/2 {
		t.line(piece{shorten(name, t.width), theme.Accent})
		t.paragraph(rowIndent, role, right)
		return
	}
	name = shorten(name, room)
	t.line(piece{name, theme.Accent}, piece{spaces(t.width - cells(name) - cells(right)), theme.Normal}, piece{right, role})
}

func (t *page) row(r *row, c *columns) {
	m := r.mark()
	before, after := r.quantities()
	var details []piece
	if !c.fits(before, after) {
		details = append(details, piece{field("quantity", before, after), theme.Normal})
		before, after = "", ""
	}
	pieces := []piece{
		{spaces(rowIndent), theme.Normal}, {m.sign + " " + padRight(m.word, c.word) + spaces(gap), m.role},
		{c.names(r, before, after), theme.Normal},
	}
	details = append(details, r.details()...)
	if len(details) == 0 || !t.beside(c, details[0].text) {
		t.line(pieces...)
	} else {
		first := details[0]
		lines := wrap(first.text, t.width-c.reason)
		used := c.detail() + cells(pieces[2].text)
		t.line(append(pieces, piece{spaces(c.reason-used) + lines[0], first.role})...)
		for _, line := range lines[1:] {
			t.line(piece{spaces(c.reason), theme.Normal}, piece{line, first.role})
		}
		details = details[1:]
	}
	t.below(c, details)
	t.acceptRow(r, c)
	t.below(c, t.furtherDetails(r))
}

// below writes details under the row, in the column of reasons where they fit.
func (t *page) below(c *columns, details []piece) {
	for _, d := range details {
		at := c.detail()
		if t.beside(c, d.text) {
			at = c.reason
		}
		t.paragraph(at, d.role, d.text)
	}
}

// acceptRow writes how a held row may be released.
func (t *page) acceptRow(r *row, c *columns) {
	hint := r.acceptHint()
	if hint == "" {
		return
	}
	at := c.detail()
	if argument := strings.TrimPrefix(hint, acceptLead); c.reason > 0 && cells(argument) <= t.width-c.reason {
		at = c.reason
	}
	t.accept(at, hint)
}

// beside reports whether text belongs into the column of reasons: a word that is wider, such as a key to copy, goes below, where there is more room.
func (t *page) beside(c *columns, text string) bool {
	widest := longestWord(text)
	return c.reason > 0 && widest > 0 && widest <= t.width-c.reason
}

// names are the columns of a row behind its mark, each padded to its width.
func (c *columns) names(r *row, before, after string) string {
	text := padRight(shorten(r.serviceName(), c.service), c.service)
	if c.quantity() > 0 {
		arrow := spaces(c.quantity() - c.before - c.after)
		if before != "" && after != "" {
			arrow = " " + theme.Arrow + " "
		}
		text += spaces(gap) + padLeft(before, c.before) + arrow + padLeft(after, c.after)
	}
	if c.product > 0 {
		text += spaces(gap) + padRight(shorten(r.productName(), c.product), c.product)
	}
	if c.agreement > 0 {
		text += spaces(gap) + padRight(shorten(Plain(r.Agreement.Name), c.agreement), c.agreement)
	}
	return text
}

// said collects texts that belong to a row.
type said []piece

func (s *said) add(role theme.Role, label, text string) {
	if text != "" {
		*s = append(*s, piece{label + Plain(text), role})
	}
}

// details are what is to be said of a row, the most telling first.
func (r *row) details() (d said) {
	if problem := r.outcome.Problem; problem != nil {
		d.add(theme.Wrong, "", problem.Message)
		d.add(theme.Dim, "hint: ", CommandHint(problem))
	}
	d.add(theme.Normal, "", r.told())
	return d
}

// furtherDetails follow behind how the row may be released.
func (t *page) furtherDetails(r *row) (d said) {
	for _, warning := range joined(r.Warnings, r.outcome.Warnings) {
		d.add(theme.Attention, "warning: ", warning)
	}
	if t.verbose || r.priced() {
		d.add(theme.Dim, "how: ", r.How)
	}
	if t.verbose {
		d.add(theme.Dim, "agreement: ", r.invoicing())
	}
	if t.verbose {
		d.add(theme.Dim, "key: ", r.Key.String())
	}
	return d
}

// invoicing says how often the row's agreement is invoiced and whether today already is; empty where nothing is known of it.
func (r *row) invoicing() string {
	if r.Invoicing == (plan.Invoicing{}) {
		return ""
	}
	if r.Invoicing.Cycle == "" {
		return Invoicing(r.Invoicing)
	}
	return strings.ToLower(r.Invoicing.Cycle) + ", " + Invoicing(r.Invoicing)
}

// Invoicing says in words when an agreement is invoiced next, and whether the day of the plan already is.
func Invoicing(of plan.Invoicing) string {
	switch {
	case of.Next.IsZero():
		return "no next invoice date"
	case of.Invoiced:
		return "next invoice " + of.Next.String() + ", today is already invoiced"
	}
	return "next invoice " + of.Next.String() + ", today is not invoiced yet"
}

// priced reports whether a price is written, or would be: how it came about is what a person wants to check. It follows how the quantity did.
func (r *row) priced() bool {
	return r.target().UnitPrice.Valid && (r.OfProduct() && r.How != "" || strings.Contains(r.How, "; "))
}

// told is what the row says of itself in one sentence: the new addition, the fields beside the quantity, the reason.
func (r *row) told() string {
	var parts []string
	if r.Addition.ID == 0 && r.outcome.AdditionID != 0 {
		parts = append(parts, fmt.Sprintf("addition %d", r.outcome.AdditionID))
	}
	if r.takesOver() {
		return r.takenOver()
	}
	if r.Adopts && r.action.Writes() && r.status != syncer.Failed {
		parts = append(parts, fmt.Sprintf("adopts addition %d", r.Addition.ID))
	}
	parts = append(parts, r.otherFields()...)
	if r.outcome.Problem != nil || r.reason == "" {
		return strings.Join(parts, ", ")
	}
	if r.unbilled() {
		return Number(r.Usage.Decimal) + " not billed: " + r.reason
	}
	parts = slices.DeleteFunc(parts, r.says)
	return strings.Join(append(parts, r.reason), ", ")
}

// uses is what a row without a bill uses.
func (r *row) uses() string { return Number(r.Usage.Decimal) + " " + r.serviceName() }

// takenOver says what becomes of a line of somebody else that is left as it is.
func (r *row) takenOver() string {
	takes := "takes over"
	if r.tookOver() {
		takes = "took over"
	}
	text := fmt.Sprintf("%s addition %d as it is", takes, r.Addition.ID)
	if r.reason == "" || r.reason == string(plan.Unchanged) {
		return text
	}
	return text + ": " + r.reason
}

// says reports whether the reason ends with the date of a new line or of one that ends, or tells of the price, so that it need not be said twice.
func (r *row) says(field string) bool {
	for name, told := range map[string]string{"unit price ": "the price goes from ", "unit cost ": "the cost goes from ", "taxable ": "taxable"} {
		if strings.HasPrefix(field, name) && strings.Contains(r.reason, told) {
			return true
		}
	}
	name, date, _ := strings.Cut(field, " ")
	return (name == "effective" || name == "ends") && strings.HasSuffix(r.reason, " "+date)
}
