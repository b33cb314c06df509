package ui

import (
	"slices"

	"cwsync/syncer/billing"
)

// What of the set-up alone makes a step done, before anything was read in this sitting.

// sourceStored reports whether the source is set whole and its usage was read once: what it lists is in the set-up then.
func (d *desk) sourceStored() bool {
	from := d.current()
	if from == nil || len(from.Services) == 0 && len(from.Customers) == 0 {
		return false
	}
	state := usageState{document: d.document, kinds: d.profile.Kinds, at: d.source}
	return state.missing() == ""
}

// servicesStored reports whether every service is mapped or switched off.
func (d *desk) servicesStored() bool {
	from := d.current()
	return from != nil && len(from.Services) > 0 &&
		!slices.ContainsFunc(from.Services, func(s billing.Service) bool { return s.Sync && s.Product.IsZero() })
}

// customersStored reports whether every customer is linked or switched off.
func (d *desk) customersStored() bool {
	from := d.current()
	return from != nil && len(from.Customers) > 0 &&
		!slices.ContainsFunc(from.Customers, func(c billing.Customer) bool { return c.Sync && !c.Linked() })
}

// markOf is done, or still to do.
func markOf(done bool) mark {
	if done {
		return markDone
	}
	return markTodo
}
