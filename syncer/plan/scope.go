package plan

import "slices"

// Scope is what must be read from ConnectWise before Build can plan.
type Scope struct {
	Agreements  []int    // ids, ascending: their records and all their additions
	Products    []int    // ids of products that the set-up names by id, ascending
	Identifiers []string // identifiers of products that the set-up names so, ascending
}

// Needs says what Build will look at: the agreements that lines in scope bill, those of additions that are ours, and the mapped products. A line
// of ours whose status is not billed may end as a closed one does, so the agreement that it is linked to is looked at as well.
func Needs(desired Desired, owned []Owned, policy Policy) Scope {
	b := newBuilder(desired, Current{Owned: owned}, policy)
	for _, s := range b.sources {
		b.readSource(s)
	}
	b.addAbsent()
	agreements, linked, products, identifiers := map[int]bool{}, map[int]bool{}, map[int]bool{}, map[string]bool{}
	for _, l := range b.lines {
		if !l.needsProduct() {
			continue
		}
		if ref := l.service.Product; ref.ID != 0 {
			products[ref.ID] = true
		} else {
			identifiers[ref.Identifier] = true
		}
		if l.inScope && (l.stop == ProductMissing || (l.stop == StatusNotBilled && l.owned != nil)) {
			agreements[l.customer.Agreement] = true
		}
		if l.inScope && (l.stop == ProductMissing || merges(l.service)) {
			linked[l.customer.Agreement] = true
		}
	}
	b.addOwnedAgreements(agreements, linked)
	return Scope{Agreements: sortedInts(agreements), Products: sortedInts(products), Identifiers: sortedKeys(identifiers)}
}

// needsProduct reports whether the line may bill its product, now or as a member of a merged line. While nothing is read, every product is missing.
func (l *line) needsProduct() bool {
	if l.stop != ProductMissing && l.stop != SyncOff && l.stop != StatusNotBilled {
		return false
	}
	return l.service != nil && !l.service.Product.IsZero() && l.customer != nil && l.customer.Linked()
}

// addOwnedAgreements adds the agreements of additions that are ours: of lines in scope, and of lines out of it that a merged line in scope may
// take along, because they are linked to the same agreement.
func (b *builder) addOwnedAgreements(agreements, linked map[int]bool) {
	for _, l := range b.lines {
		if l.owned == nil || (!l.inScope && (!l.needsProduct() || !linked[l.customer.Agreement])) {
			continue
		}
		agreements[l.owned.AgreementID] = true
		for _, extra := range l.extra {
			agreements[extra.AgreementID] = true
		}
	}
}

func sortedInts(m map[int]bool) []int {
	ids := make([]int, 0, len(m))
	for id := range m {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}
