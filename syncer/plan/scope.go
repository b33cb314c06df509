package plan

import "slices"

// Scope is what must be read from ConnectWise before Build can plan.
type Scope struct {
	Agreements  []int    // ids, ascending: their records and all their additions
	Products    []int    // ids of products that the set-up names by id, ascending
	Identifiers []string // identifiers of products that the set-up names so, ascending
}

// Needs says what Build will look at: the agreements that lines in scope bill, those of additions that are ours, and the mapped products.
func Needs(desired Desired, owned []Owned, policy Policy) Scope {
	b := newBuilder(desired, Current{Owned: owned}, policy)
	for _, s := range b.sources {
		b.readSource(s)
	}
	b.addAbsent()
	agreements, products, identifiers := map[int]bool{}, map[int]bool{}, map[string]bool{}
	for _, l := range b.lines {
		if l.inScope && l.owned != nil {
			agreements[l.owned.AgreementID] = true
		}
		if l.stop != ProductMissing && l.stop != "" && l.stop != SyncOff && l.stop != StatusNotBilled {
			continue
		}
		if l.service == nil || l.service.Product.IsZero() || l.customer == nil || !l.customer.Linked() {
			continue
		}
		if ref := l.service.Product; ref.ID != 0 {
			products[ref.ID] = true
		} else {
			identifiers[ref.Identifier] = true
		}
		if l.inScope && l.stop == ProductMissing {
			agreements[l.customer.Agreement] = true
		}
	}
	return Scope{Agreements: sortedInts(agreements), Products: sortedInts(products), Identifiers: sortedKeys(identifiers)}
}

func sortedInts(m map[int]bool) []int {
	ids := make([]int, 0, len(m))
	for id := range m {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}
