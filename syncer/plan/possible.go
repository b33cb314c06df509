package plan

import (
	"cmp"
	"slices"

	"cwsync/syncer/billing"
)

// unknownClaims are the products of agreements that a source may bill whose lines are not known: it was not read, or it gave nothing to trust.
type unknownClaims struct {
	source *sourceState
	why    string // what is wrong with it
	advice string
	linked map[int][]*billing.Customer // by agreement, those that are switched on, by id; made when it is first asked for
	mapped map[int][]*billing.Service  // by product, those that are switched on, by id; made with linked
}

// findUnknownClaims notes the sources whose lines are not known, by name.
func (b *builder) findUnknownClaims() {
	for _, s := range b.sources {
		c := unknownClaims{source: s, advice: "put that source right"}
		switch {
		case !s.rules.Sync:
			continue
		case s.usage.NotRead:
			c.why, c.advice = "was not read", "plan both sources together"
		case s.held == SourceFailed:
			c.why = "could not be read"
		case s.held == SourceEmpty:
			c.why = "gave no usage"
		default:
			continue
		}
		b.unknownClaims = append(b.unknownClaims, c)
	}
	slices.SortFunc(b.unknownClaims, func(x, y unknownClaims) int { return cmp.Compare(x.source.name, y.source.name) })
}

// mayClaim says which other source may bill what the group bills. Which of them does is only known once all are read, and whether a line is
// taken over or opened must not depend on which of them a run reads.
func (b *builder) mayClaim(g *group) string {
	for i := range b.unknownClaims {
		c := &b.unknownClaims[i]
		if c.source == g.carrier().source {
			continue
		}
		if key, found := c.on(b, g.target); found {
			return "source " + c.source.name + ", which " + c.why + ", may bill " + g.carrier().product.Identifier + " on this agreement too (" +
				key.String() + "): " + c.advice + ", or map one of them elsewhere"
		}
	}
	return ""
}

// on finds the first line that the source would bill on this target if it were used.
func (c *unknownClaims) on(b *builder, at target) (billing.Key, bool) {
	if c.linked == nil {
		c.index(b)
	}
	for _, customer := range c.linked[at.agreement] {
		for _, service := range c.mapped[at.product] {
			if !c.source.off[[2]string{customer.ID, service.ID}] {
				return billing.Key{Source: c.source.name, Customer: customer.ID, Service: service.ID}, true
			}
		}
	}
	return billing.Key{}, false
}

func (c *unknownClaims) index(b *builder) {
	c.linked, c.mapped = map[int][]*billing.Customer{}, map[int][]*billing.Service{}
	for _, id := range sortedKeys(c.source.customers) {
		if customer := c.source.customers[id]; customer.Sync && customer.Linked() {
			c.linked[customer.Agreement] = append(c.linked[customer.Agreement], customer)
		}
	}
	for _, id := range sortedKeys(c.source.services) {
		service := c.source.services[id]
		if product := b.products[service.Product]; service.Sync && !service.Product.IsZero() && product != nil {
			c.mapped[product.ID] = append(c.mapped[product.ID], service)
		}
	}
}
