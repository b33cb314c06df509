package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"cwsync/syncer"
	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
	"cwsync/ui/theme"

	"github.com/shopspring/decimal"
)

// Explanation is why one line is what it is, as far as past runs know: nothing is asked of ConnectWise for it.
type Explanation struct {
	Profile string
	Key     billing.Key
	Latest  *Found          // what the newest run said that speaks of the line; nil: none does
	Source  *billing.Source // of the set-up; nil: it is not in it
	Owned   *plan.Owned     // the addition that is ours now, or that our own cancel ended; nil: none
	Undone  []plan.Undone   // what undos took back, the newest last; none: nothing
	Unknown []time.Time     // when writes were recorded whose end is not known
	History []Past          // newest first
}

// Past is what one run did about the line.
type Past struct {
	Found
	Since string // what somebody changed between the run before this one and this one; empty: nothing
}

// service is the mapping of the line, if the set-up has one.
func (e *Explanation) service() *billing.Service {
	if e.Source == nil {
		return nil
	}
	at := slices.IndexFunc(e.Source.Services, func(s billing.Service) bool { return s.ID == e.Key.Service })
	if at < 0 {
		return nil
	}
	return &e.Source.Services[at]
}

// Rules are the mapping and the rules of the line in the set-up, each a sentence.
func (e *Explanation) Rules() []string {
	if e.Source == nil {
		return []string{"source " + e.Key.Source + " is not in the set-up any more"}
	}
	rules := e.linkRules()
	s := e.service()
	if s == nil {
		return append(rules, "service "+e.Key.Service+" is not in the set-up")
	}
	if s.Product.IsZero() {
		return append(rules, "the service is not mapped to a product")
	}
	product := s.Product.Identifier
	if product == "" {
		product = "id " + strconv.Itoa(s.Product.ID)
	}
	rules = append(rules, "billed by product "+product, "quantity: "+quantityRule(&s.Quantity))
	if s.Basis != "" {
		rules = append(rules, "the count that is billed is "+s.Basis)
	}
	if s.Merge != billing.MergeNone && s.Merge != "" {
		rules = append(rules, "merged with other lines of its product and agreement: "+string(s.Merge))
	}
	if len(s.Includes) > 0 {
		rules = append(rules, "a bundle that contains "+strings.Join(s.Includes, ", "))
	}
	if s.Change == billing.Dated {
		rules = append(rules, "a new quantity is a new line from that day on")
	}
	if !e.Source.Sync || !s.Sync {
		rules = append(rules, "switched off: nothing of it is written")
	}
	return append(rules, e.priceRule(s), e.writeRule())
}

func (e *Explanation) linkRules() []string {
	at := slices.IndexFunc(e.Source.Customers, func(c billing.Customer) bool { return c.ID == e.Key.Customer })
	switch {
	case e.Key.Customer == "":
		return nil // a product's own row
	case at < 0 || !e.Source.Customers[at].Linked():
		return []string{"the customer is not linked to a company and an agreement"}
	}
	c := &e.Source.Customers[at]
	rules := []string{fmt.Sprintf("the customer is linked to company %d, agreement %d", c.Company, c.Agreement)}
	if !c.Sync || slices.Contains(c.ServicesOff, e.Key.Service) {
		rules = append(rules, "switched off for this customer: nothing of it is written")
	}
	if id := c.Additions[e.Key.Service]; id != 0 {
		rules = append(rules, fmt.Sprintf("the set-up chooses addition %d", id))
	}
	return rules
}

func quantityRule(q *billing.QuantityRule) string {
	text := "the usage"
	if !q.DivideBy.Equal(decimal.NewFromInt(1)) {
		text += " ÷ " + Number(q.DivideBy)
	}
	if q.Included.Sign() != 0 {
		text += " − " + Number(q.Included) + " included"
	}
	if q.Minimum.Sign() != 0 {
		text += ", at least " + Number(q.Minimum)
	}
	if q.Round != billing.RoundNone && q.Round != "" {
		text += ", rounded " + strings.ReplaceAll(string(q.Round), "_", " ")
	}
	return text
}

func (e *Explanation) priceRule(s *billing.Service) string {
	text := "price: " + string(s.Price.From)
	switch s.Price.From {
	case billing.PriceKeep, "":
		text = "price: ConnectWise's own, never written"
	case billing.PriceMarkup:
		percent := e.Source.MarkupPercent
		if s.Price.Percent.Valid {
			percent = s.Price.Percent.Decimal
		}
		text = "price: cost plus " + Number(percent) + " %"
	case billing.PriceSource:
		text = "price: that of the usage"
	case billing.PriceCatalog:
		text = "price: that of the catalog"
	}
	for i := range e.Source.Customers {
		c := &e.Source.Customers[i]
		if c.ID != e.Key.Customer {
			continue
		}
		if fixed, ok := c.Prices[e.Key.Service]; ok {
			return "price: fixed at " + Price(fixed, "") + " for this customer"
		}
		if c.DiscountPercent.Sign() != 0 {
			text += ", less " + Number(c.DiscountPercent) + " %"
		}
	}
	return text
}

func (e *Explanation) writeRule() string {
	fields := make([]string, len(e.Source.Write))
	for i, field := range e.Source.Write {
		fields[i] = string(field)
	}
	return "written on an existing line: " + strings.Join(fields, ", ") + "; zero usage: " + string(e.Source.OnZero) + "; changed by somebody: " + string(e.Source.OnDrift)
}

// PastOf puts what runs said of a line, newest first, beside what somebody changed in between.
func PastOf(found []Found) []Past {
	past := make([]Past, len(found))
	last := map[int]decimal.NullDecimal{} // by addition: what it had when the run before was over; a line may have gone on with another one
	for i := len(found) - 1; i >= 0; i-- {
		f := &found[i]
		past[i].Found = *f
		addition := cmp.Or(f.Outcome.AdditionID, f.Change.Addition.ID)
		if addition == 0 {
			continue
		}
		had, has := last[addition], f.Change.Quantity
		if has.Valid && had.Valid && !billing.Same(has.Decimal, had.Decimal) {
			past[i].Since = "somebody changed the quantity from " + Number(had.Decimal) + " to " + Number(has.Decimal)
		}
		last[addition] = quantityAfter(&f.Change, &f.Outcome)
	}
	return past
}

// quantityAfter is what a line had once the run was over; absent where nobody knows, and where the run ended it.
func quantityAfter(c *plan.Change, o *syncer.Outcome) decimal.NullDecimal {
	switch {
	case o.Status == syncer.Unknown, o.Status == syncer.Applied && c.Action == plan.Cancel:
		return decimal.NullDecimal{}
	case o.Status == syncer.Applied && c.After.Quantity.Valid:
		return c.After.Quantity
	}
	return c.Quantity
}

// ExplainText writes an explanation for people.
func ExplainText(w io.Writer, e *Explanation, options TextOptions) error {
	t := newPage(w, options)
	t.paragraph(0, theme.Accent, Plain(e.Key.String())+" of profile "+Plain(e.Profile))
	t.explain(e)
	return t.flush()
}

func (t *page) explain(e *Explanation) {
	if e.Latest != nil {
		t.explainNow(e)
	}
	t.blank()
	t.line(piece{"Rules of the set-up", theme.Accent})
	for _, rule := range e.Rules() {
		t.paragraph(rowIndent, theme.Normal, Plain(rule))
	}
	t.blank()
	t.line(piece{"Ours", theme.Accent})
	for _, text := range e.ownership() {
		t.paragraph(rowIndent, theme.Normal, Plain(text))
	}
	t.blank()
	t.line(piece{"Runs, newest first", theme.Accent})
	if len(e.History) == 0 {
		t.paragraph(rowIndent, theme.Normal, "no run has said anything of this line yet")
	}
	for i := range e.History {
		t.explainRun(&e.History[i])
	}
}

func (t *page) explainNow(e *Explanation) {
	r := rowOf(&e.Latest.Change, e.Latest.Outcome, true)
	c := &e.Latest.Change
	t.blank()
	t.line(piece{"As of run " + Plain(e.Latest.RunID) + ", " + moment(e.Latest.Started), theme.Accent})
	about := []string{nameOr(c.Customer.Name, c.Key.Customer), nameOr(c.Service.Name, c.Key.Service)}
	if id := r.additionID(); id != 0 {
		about = append(about, "addition "+strconv.Itoa(id))
	}
	for _, text := range []string{Plain(c.Product.Identifier), Plain(c.Agreement.Name), Plain(c.Company.Name)} {
		if text != "" {
			about = append(about, text)
		}
	}
	t.paragraph(rowIndent, theme.Normal, strings.Join(about, " · "))
	if c.Usage.Valid {
		t.paragraph(rowIndent, theme.Normal, "the usage counts "+Number(c.Usage.Decimal))
	}
	if quantity := quantityAfter(c, &e.Latest.Outcome); quantity.Valid {
		t.paragraph(rowIndent, theme.Normal, "the addition has "+Number(quantity.Decimal))
	}
	if c.How != "" {
		t.paragraph(rowIndent, theme.Normal, "how: "+Plain(c.How))
	}
	t.entry(rowIndent, r.mark(), Plain(r.told()))
	if hint := r.acceptHint(); hint != "" {
		t.accept(rowIndent, hint)
	}
}

// ownership says in sentences what is ours of the line, and what stands in its way.
func (e *Explanation) ownership() []string {
	var texts []string
	switch o := e.Owned; {
	case o == nil:
		texts = append(texts, "no addition is ours for this line")
	case !o.Ended.IsZero():
		texts = append(texts, fmt.Sprintf("addition %d was ours until a run of ours ended it on %s", o.AdditionID, o.Ended))
	default:
		how := "adopted"
		if o.Created {
			how = "created"
		}
		texts = append(texts, fmt.Sprintf("addition %d on agreement %d is ours: %s, last written or found with %s", o.AdditionID, o.AgreementID, how, Number(o.Quantity)))
		if len(o.Members) > 1 {
			texts = append(texts, fmt.Sprintf("it bills %d lines together, as %s", len(o.Members), o.Key))
		}
	}
	for i := range e.Undone {
		text := "an undo took back the quantity " + Number(e.Undone[i].Quantity)
		if e.Key.Customer == "" {
			text = "an undo took back price and cost"
		}
		text += ": it is not written again until the usage or the mapping changes, or somebody accepts it"
		if !slices.Contains(texts, text) {
			texts = append(texts, text)
		}
	}
	for _, at := range e.Unknown {
		texts = append(texts, "a write of "+moment(at)+" may or may not have happened: the next run settles it")
	}
	return texts
}

func (t *page) explainRun(p *Past) {
	r := rowOf(&p.Change, p.Outcome, true)
	m := r.mark()
	head := moment(p.Started) + "  " + Plain(p.RunID)
	if p.Undoes != "" {
		head += ", which takes back " + Plain(p.Undoes)
	}
	t.paragraph(rowIndent, theme.Dim, head)
	if p.Since != "" && r.code != plan.DriftQuantity { // which says it itself
		t.entry(rowIndent+2, mark{theme.SignHeld, "before it", theme.Attention}, p.Since)
	}
	text := Plain(r.told())
	if before, after := r.quantities(); before != "" && after != "" {
		text = before + " " + theme.Arrow + " " + after + "  " + text
	}
	t.entry(rowIndent+2, m, text)
}
