package plan

import (
	"cmp"
	"slices"

	"cwsync/syncer/billing"
)

// fewAdditions is how many additions of one agreement are looked through faster than an index of them is made.
const fewAdditions = 64

// addition is what an ownership speaks of, as ConnectWise has it now; nil when it is gone.
func (b *builder) addition(owned *Owned) *billing.Addition {
	if b.lastRead.agreement != owned.AgreementID || b.lastRead.additions == nil {
		b.lastRead.agreement, b.lastRead.additions = owned.AgreementID, b.current.Additions[owned.AgreementID]
	}
	additions := b.lastRead.additions // lines of one agreement mostly follow each other
	if len(additions) > fewAdditions {
		return b.byID(owned.AgreementID)[owned.AdditionID]
	}
	for i := range additions {
		if additions[i].ID == owned.AdditionID {
			return &additions[i]
		}
	}
	return nil
}

// byID indexes the additions of a large agreement.
func (b *builder) byID(agreement int) map[int]*billing.Addition {
	index := b.largeOnes[agreement]
	if index == nil {
		additions := b.current.Additions[agreement]
		index = make(map[int]*billing.Addition, len(additions))
		for i := range additions {
			index[additions[i].ID] = &additions[i]
		}
		b.largeOnes[agreement] = index
	}
	return index
}

func (b *builder) indexOwned() {
	b.owned = ownedKeys{customers: map[sourceCustomer]*ownedServices{}}
	b.keyOf = make([]*ownedKey, len(b.current.Owned))
	block := make([]ownedKey, len(b.current.Owned)) // one allocation for all
	for i := range b.current.Owned {
		owned := &b.current.Owned[i]
		if !owned.Ended.IsZero() {
			at := b.targetOf(owned)
			b.endedOn[at] = billing.Latest(b.endedOn[at], owned.Ended)
			b.endedByUs[owned.AdditionID] = owned.Ended
			continue
		}
		of := b.owned.find(owned.Key)
		if of == nil {
			of = &block[i]
			of.main, b.keyOf[i] = owned, of
			b.owned.add(owned.Key, of)
			continue
		}
		b.keyOf[i] = of
		if b.goesOn(owned, of.main) {
			owned, of.main = of.main, owned
		}
		of.extra = append(of.extra, owned)
	}
}

// goesOn reports whether x rather than y is the addition that a key goes on with: an open one, then the one that took effect last.
func (b *builder) goesOn(x, y *Owned) bool {
	first, codeX, _ := b.drift(x)
	second, codeY, _ := b.drift(y)
	if (codeX == "") != (codeY == "") {
		return codeX == ""
	}
	if codeX == "" && first.Effective != second.Effective {
		return first.Effective.After(second.Effective)
	}
	return x.AdditionID > y.AdditionID
}

func (b *builder) targetOf(owned *Owned) target { return target{owned.AgreementID, owned.ProductID} }

// agreement is the record of an agreement; nil when ConnectWise does not have it.
func (b *builder) agreement(id int) *billing.Agreement {
	if b.lastAsked.known && b.lastAsked.id == id {
		return b.lastAsked.agreement // lines of one agreement mostly follow each other
	}
	found, asked := b.agreements[id]
	if !asked {
		if agreement, exists := b.current.Agreements[id]; exists {
			found = &agreement
		}
		b.agreements[id] = found
	}
	b.lastAsked.id, b.lastAsked.agreement, b.lastAsked.known = id, found, true
	return found
}

// onTarget are all additions of one product on one agreement, by id.
func (b *builder) onTarget(at target) []*billing.Addition {
	byProduct := b.onAgreement[at.agreement]
	if byProduct == nil {
		additions := b.current.Additions[at.agreement]
		byProduct = make(map[int][]*billing.Addition, len(additions))
		for i := range additions {
			product := additions[i].ProductID
			byProduct[product] = append(byProduct[product], &additions[i])
		}
		for _, list := range byProduct {
			slices.SortFunc(list, func(x, y *billing.Addition) int { return cmp.Compare(x.ID, y.ID) })
		}
		b.onAgreement[at.agreement] = byProduct
	}
	return byProduct[at.product]
}

// owner is who owns an addition now; nil when it is not ours.
func (b *builder) owner(additionID int) *Owned {
	if b.ownerOf == nil {
		b.ownerOf = make(map[int]*Owned, len(b.current.Owned))
		for i := range b.current.Owned {
			if owned := &b.current.Owned[i]; owned.Ended.IsZero() {
				b.ownerOf[owned.AdditionID] = owned
			}
		}
	}
	return b.ownerOf[additionID]
}

// isOpen reports whether an addition is open today and not one that our own cancel already ended.
func (b *builder) isOpen(addition *billing.Addition) bool {
	if !addition.OpenOn(b.current.Today) {
		return false
	}
	ended, ours := b.endedByUs[addition.ID]
	return !ours || ended != addition.Cancelled
}

// openOn lists the open additions that a write was planned against.
func (b *builder) openOn(at target) []Addition {
	var open []Addition
	for _, addition := range b.onTarget(at) {
		if addition.OpenOn(b.current.Today) {
			open = append(open, Addition{addition.ID, addition.Version})
		}
	}
	return open
}

// anyToEnd reports whether there is an addition that zero usage may adopt and end: any open one, but once a line of ours ended here only one of
// ours that a person opened again. Lines of others that stood beside ours are not ended after it, one every run.
func (b *builder) anyToEnd(at target) bool {
	return slices.ContainsFunc(b.onTarget(at), func(addition *billing.Addition) bool {
		_, wasOurs := b.endedByUs[addition.ID]
		return b.isOpen(addition) && (wasOurs || b.endedOn[at].IsZero())
	})
}
