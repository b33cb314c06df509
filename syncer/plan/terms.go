package plan

import (
	"fmt"
	"hash/fnv"
	"strings"

	"cwsync/syncer/billing"
)

// A row that writes or adopts remembers its terms: a fingerprint of what it was decided by beside the additions. It has a part for the agreement
// and, unless the row merely ends an old line, which may be done whatever became of the product, a part for the product.

// TermsChanged says what is no longer as it was when the row was planned; empty when all is. agreement and product are those of the row as
// ConnectWise has them now, nil when they are gone; product is looked at only where the row needs one. A row without terms fits nothing.
func (c *Change) TermsChanged(agreement *billing.Agreement, product *billing.Product) string {
	ofAgreement, ofProduct, _ := strings.Cut(c.Terms, termsMark)
	switch {
	case agreement == nil:
		return fmt.Sprintf("agreement %d is no longer there", c.Agreement.ID)
	case agreement.CompanyID != c.Company.ID:
		return "the agreement was moved to another company after the plan was made"
	case agreementTerms(agreement) != ofAgreement:
		return "the agreement was changed after the plan was made (its status, dates, next invoice date, proration, cycle or currency)"
	case ofProduct == "":
		return ""
	case product == nil:
		return "product " + c.Product.Identifier + " is no longer in ConnectWise's catalog"
	case productTerms(product, c.looksAt(ofProduct)) != ofProduct:
		return "product " + c.Product.Identifier + " was changed after the plan was made (its identifier, class, price, cost, tax flag or whether it is active)"
	}
	return ""
}

// NeedsProduct reports whether the row was decided by its product too.
func (c *Change) NeedsProduct() bool {
	_, ofProduct, _ := strings.Cut(c.Terms, termsMark)
	return ofProduct != ""
}

// termsMark parts the two; no fingerprint has it.
const termsMark = "-"

// takesPrice reports whether ConnectWise gives the line that the row creates the price of the catalog.
func (c *Change) takesPrice() bool { return c.Action == Create && !c.After.UnitPrice.Valid }

// aspect is what of a product's amounts a row was decided by.
type aspect int

const (
	noAmount  aspect = iota
	priceOnly        // the row takes the price of the catalog
	amounts          // price, cost or tax flag of the row come from the catalog's
)

// amountsMark begins a fingerprint of amounts; no other has it.
const amountsMark = "$"

// looksAt is the aspect of the row's own terms.
func (c *Change) looksAt(ofProduct string) aspect {
	switch {
	case strings.HasPrefix(ofProduct, amountsMark):
		return amounts
	case c.takesPrice():
		return priceOnly
	}
	return noAmount
}

// agreementTerms is the fingerprint of what decides whether and when a line of the agreement may begin, change and end, and what it is worth.
func agreementTerms(a *billing.Agreement) string {
	return fingerprint(a.CompanyID, a.Start, a.End, a.Cancelled, a.Status, a.BillStart, a.NextInvoice, a.Cycle.PeriodsPerYear, a.Cycle.NotRecurring,
		a.Prorates, a.Currency)
}

// productTerms is the fingerprint of what decides whether a line may be of the product, and what a new one is worth where it takes the price.
func productTerms(p *billing.Product, by aspect) string {
	facts := []any{p.ID, p.Identifier, p.Class == billing.BundleClass, p.Inactive, ""}
	switch by {
	case priceOnly:
		facts[len(facts)-1] = p.Price.String()
	case amounts:
		return amountsMark + fingerprint(append(facts, p.Price.String(), p.Cost.String(), p.Taxable)...)
	}
	return fingerprint(facts...)
}

// fingerprint is the same for the same facts, on every machine and in every version: plans are kept with it.
func fingerprint(facts ...any) string {
	hash := fnv.New64a()
	for _, fact := range facts {
		fmt.Fprintf(hash, "%v\x00", fact) // never fails
	}
	return fmt.Sprintf("%016x", hash.Sum64())
}

// knownTerms are the fingerprints that were made already: there are fewer agreements and products than rows.
type knownTerms struct {
	agreements map[*billing.Agreement]string
	products   map[productAspect]string
}

type productAspect struct {
	product *billing.Product
	by      aspect
}

// terms is the fingerprint of a row; product is nil for one that merely ends an old line, and for one of a product that does not exist yet.
func (b *builder) terms(c *Change, product *billing.Product, catalog bool) string {
	agreement := b.agreement(c.Agreement.ID)
	if agreement == nil {
		return ""
	}
	text := remembered(&b.termsOf.agreements, agreement, func() string { return agreementTerms(agreement) })
	if product == nil {
		return text
	}
	of := productAspect{product, noAmount}
	switch {
	case catalog:
		of.by = amounts
	case c.takesPrice():
		of.by = priceOnly
	}
	return text + termsMark + remembered(&b.termsOf.products, of, func() string { return productTerms(of.product, of.by) })
}

func remembered[K comparable](known *map[K]string, key K, compute func() string) string {
	text, ok := (*known)[key]
	if !ok {
		text = compute()
		if *known == nil {
			*known = map[K]string{}
		}
		(*known)[key] = text
	}
	return text
}

// noteTerms gives the rows of a line that write or adopt their terms.
func (b *builder) noteTerms(l *line) {
	if l.change.Action.Writes() || (l.change.Action == None && l.change.Adopts) {
		product := l.product
		if product != nil && product.ID < 0 {
			product = nil
		}
		l.change.Terms = b.terms(l.change, product, l.catalog)
	}
	for i := range l.endings {
		l.endings[i].Terms = b.terms(&l.endings[i], nil, false)
	}
}
