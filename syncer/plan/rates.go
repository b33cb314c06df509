package plan

import (
	"strings"

	"cwsync/syncer/billing"

	"github.com/shopspring/decimal"
)

// createRates gives a new line its price, cost and tax flag; what is not said comes from the catalog.
func (b *builder) createRates(change *Change, w want, l *line, agreement *billing.Agreement) {
	price := l.list().Price
	if r := w.rates; r != nil {
		change.After.UnitPrice, change.After.UnitCost = r.price, r.cost
		if !keepsTax(l.service) {
			change.After.Taxable = r.taxable
		}
		if r.price.Valid {
			price = r.price.Decimal
		}
		if r.missing != "" {
			change.Warnings = append(change.Warnings, r.missing+": created at the catalog's price "+money(price))
		}
		change.explain(r.how)
	}
	change.MonthlyDelta = monthly(w.quantity, zero, price, billing.Billable, agreement.Cycle)
	b.warnOfLoss(change, w, l, price, l.list().Cost, agreement)
}

// changeRates adds to a row of a line that goes on what price, cost and tax flag become, as far as the source writes them.
func (b *builder) changeRates(change *Change, g *group, w want, addition *billing.Addition, agreement *billing.Agreement) {
	r, rules := w.rates, g.carrier().source.rules
	if r == nil {
		b.warnOfLoss(change, w, g.carrier(), addition.UnitPrice, addition.UnitCost, agreement)
		return
	}
	changes := rateChange{change: change, owned: g.owned, kept: &Rates{}}
	price := addition.UnitPrice
	writesPrice := rules.Writes(billing.FieldPrice)
	if writesPrice {
		changes.amount(PriceChanged, "price", addition.UnitPrice, r.price, &change.Before.UnitPrice, &change.After.UnitPrice, &changes.kept.UnitPrice)
	}
	changes.amount(CostChanged, "cost", addition.UnitCost, r.cost, &change.Before.UnitCost, &change.After.UnitCost, &changes.kept.UnitCost)
	if rules.Writes(billing.FieldTaxable) {
		changes.tax(addition.Taxable, r.taxable)
	}
	if change.After.UnitPrice.Valid {
		price = r.price.Decimal
	}
	if *changes.kept != (Rates{}) {
		change.Kept = changes.kept
	}
	how := r.how
	if r.price.Valid && !writesPrice && !billing.Same(r.price.Decimal, addition.UnitPrice) {
		how += "; it stays " + money(addition.UnitPrice) + ", the source does not write prices"
	}
	change.explain(how)
	changes.settle()
	if change.Action == Update {
		quantity := addition.Quantity
		if change.After.Quantity.Valid {
			quantity = change.After.Quantity.Decimal
		}
		later := monthly(quantity, addition.LessIncluded, price, addition.Bill, agreement.Cycle)
		change.MonthlyDelta = later.Sub(worth(addition, agreement))
	}
	b.warnOfLoss(change, w, g.carrier(), price, addition.UnitCost, agreement)
}

// explain adds how the price came about to how the quantity did.
func (c *Change) explain(text string) {
	switch {
	case text == "":
	case c.How == "":
		c.How = text
	default:
		c.How += "; " + text
	}
}

// rateChange gathers the changes of price, cost and tax flag of one row.
type rateChange struct {
	change *Change
	owned  *Owned
	kept   *Rates
	code   Code // of the first
	told   []string
}

func (c *rateChange) amount(code Code, name string, has decimal.Decimal, wanted decimal.NullDecimal, before, after, kept *decimal.NullDecimal) {
	switch {
	case !wanted.Valid:
	case billing.Same(has, wanted.Decimal):
		*kept = set(has)
	default:
		*before, *after = set(has), wanted
		c.tell(code, "the "+name+" goes from "+money(has)+" to "+money(wanted.Decimal))
	}
}

func (c *rateChange) tax(has bool, wanted *bool) {
	if wanted == nil || has == *wanted {
		return
	}
	c.change.Before.Taxable, c.change.After.Taxable = &has, wanted
	text := "it becomes taxable"
	if has {
		text = "it is no longer taxable"
	}
	c.tell(TaxChanged, text)
}

func (c *rateChange) tell(code Code, text string) {
	if c.code == "" {
		c.code = code
	}
	c.told = append(c.told, text)
}

// settle makes a row that would leave the line one that changes it.
func (c *rateChange) settle() {
	if c.code == "" {
		return
	}
	change, text := c.change, strings.Join(c.told, ", ")
	if change.Action == Update {
		return // why the quantity changes is reason enough
	}
	if change.Reason != string(Unchanged) {
		text += "; " + change.Reason
	}
	change.Action, change.Code, change.Reason = Update, c.code, text
}

// warnOfLoss warns of a unit that costs more than it is sold for. What the usage says a unit costs counts where it is for the same time.
func (b *builder) warnOfLoss(change *Change, w want, l *line, price, cost decimal.Decimal, agreement *billing.Agreement) {
	if l.usage == nil || w.ends {
		return
	}
	known := l.usage.Cost
	if w.rates != nil {
		known = w.rates.known
	}
	if known.Valid && !otherCycle(l.source, agreement) {
		cost = known.Decimal
	} else if w.rates == nil {
		return // nothing of this is ours
	}
	if cost.GreaterThan(price) {
		change.Warnings = append(change.Warnings, "a unit costs "+money(cost)+" and is sold for "+money(price))
	}
}

// otherCycle reports whether the prices and costs of a source are for another time than a billing period of the agreement.
func otherCycle(s *sourceState, agreement *billing.Agreement) bool {
	return s.rules.PricePer != billing.PerCycle && agreement.Cycle.PeriodsPerYear != 12
}

// holdForRates holds what nobody can release about prices and costs, and what a person changed of them.
func (b *builder) holdForRates(g *group, w want, agreement *billing.Agreement, addition *billing.Addition) {
	first := g.carrier()
	change := first.change
	if !change.pending() {
		return
	}
	values := &change.After
	if change.Action == Hold {
		values = &change.Wanted
	}
	writes := values.UnitPrice.Valid || values.UnitCost.Valid
	if addition != nil { // a dated line takes on what the old one has
		writes = differ(values.UnitPrice, set(addition.UnitPrice)) || differ(values.UnitCost, set(addition.UnitCost))
	}
	if addition != nil && first.source.rules.OnDrift != billing.DriftOverwrite {
		b.holdForDrift(g, values, addition)
	}
	switch {
	case w.rates.clash != "":
		change.hold(ClaimedTwice, w.rates.clash)
	case writes && otherCycle(first.source, agreement):
		change.hold(CycleDiffers, "prices and costs of source "+first.source.name+" are for a month, and the agreement is billed "+rhythm(agreement.Cycle)+
			": set price_per: cycle if they are for a billing period, or link the customer to a monthly agreement")
	}
}

// holdForDrift holds a price or cost of ours that somebody changed, to something that is not what is wanted now.
func (b *builder) holdForDrift(g *group, values *Values, addition *billing.Addition) {
	if g.owned == nil || g.owned.AdditionID != addition.ID {
		return
	}
	ask := func(name string, wrote, wanted decimal.NullDecimal, has decimal.Decimal) {
		if wanted.Valid && wrote.Valid && !billing.Same(wrote.Decimal, has) && !billing.Same(wanted.Decimal, has) {
			b.holdLine(g.carrier(), DriftPrice, "somebody changed the "+name+" from "+money(wrote.Decimal)+" to "+money(has)+
				", the set-up says "+money(wanted.Decimal)+": accept to write it")
		}
	}
	ask("price", g.owned.UnitPrice, values.UnitPrice, addition.UnitPrice)
	ask("cost", g.owned.UnitCost, values.UnitCost, addition.UnitCost)
}

// rhythm is how often an agreement is billed, in words.
func rhythm(cycle billing.Cycle) string {
	if cycle.Name != "" {
		return cycle.Name
	}
	return decimal.NewFromInt(int64(cycle.PeriodsPerYear)).String() + " times a year"
}
