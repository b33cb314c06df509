package plan

import (
	"cmp"
	"slices"

	"cwsync/syncer/billing"
)

// ownedKey is what one key owns: usually one addition.
type ownedKey struct {
	main  *Owned   // the addition that goes on
	extra []*Owned // others that are open: a change to a new dated line was cut short, or a person reopened an old one
	line  *line    // the line of this key, once there is one
}

func (b *builder) indexAdditions() {
	total := 0
	for _, additions := range b.current.Additions {
		total += len(additions)
	}
	b.additions = make(map[int]*billing.Addition, total)
	for _, additions := range b.current.Additions {
		for i := range additions {
			b.additions[additions[i].ID] = &additions[i]
		}
	}
}

func (b *builder) indexOwned() {
	b.owned = make(map[billing.Key]*ownedKey, len(b.current.Owned))
	block := make([]ownedKey, len(b.current.Owned)) // one allocation for all
	for i := range b.current.Owned {
		owned := &b.current.Owned[i]
		if !owned.Ended.IsZero() {
			at := b.targetOf(owned)
			b.endedOn[at] = billing.Latest(b.endedOn[at], owned.Ended)
			b.endedByUs[owned.AdditionID] = owned.Ended
			continue
		}
		of := b.owned[owned.Key]
		if of == nil {
			of = &block[i]
			of.main = owned
			b.owned[owned.Key] = of
			continue
		}
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
	if known, asked := b.agreements[id]; asked {
		return known
	}
	var found *billing.Agreement
	if agreement, exists := b.current.Agreements[id]; exists {
		found = &agreement
	}
	b.agreements[id] = found
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

func (b *builder) anyOpen(at target) bool { return slices.ContainsFunc(b.onTarget(at), b.isOpen) }
