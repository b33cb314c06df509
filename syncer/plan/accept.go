package plan

import "slices"

// Acceptable says how a person may release what is held for this reason: by naming the line's key, by naming SOURCE:CODE, or not at all.
// A code that only sometimes holds (not_in_usage, say) is acceptable where it does.
func Acceptable(code Code) (byKey, bySource bool) {
	switch code {
	case GuardDrop, GuardRise, DriftQuantity, DriftPrice, DriftProduct, DriftCancelled, DriftDeleted, MappingChanged, UndoneBefore,
		UnlinkedCustomer, UnmappedService, StatusNotBilled, NotInUsage, NotProrated, PreviousUnknown:
		return true, false
	case UsageStale, MissingShare, MaxMonthlyDelta:
		return false, true
	}
	return false, false
}

// acceptance remembers what a reviewer released and which of it met something to release.
type acceptance struct {
	given map[string]bool
	used  map[string]bool
}

func newAcceptance(entries []string) acceptance {
	a := acceptance{given: make(map[string]bool, len(entries)), used: map[string]bool{}}
	for _, entry := range entries {
		a.given[entry] = true
	}
	return a
}

func (a acceptance) line(key string, code Code) bool {
	byKey, _ := Acceptable(code)
	return byKey && a.take(key)
}

func (a acceptance) source(name string, code Code) bool {
	_, bySource := Acceptable(code)
	return bySource && a.take(name+":"+string(code))
}

func (a acceptance) take(entry string) bool {
	if !a.given[entry] {
		return false
	}
	a.used[entry] = true
	return true
}

// told parts what was given into what released something, sorted and each once, and what did not.
func (a acceptance) told(given []string) (used, unused []string) {
	for _, entry := range given {
		if a.used[entry] {
			used = append(used, entry)
		} else {
			unused = append(unused, entry)
		}
	}
	slices.Sort(used)
	return slices.Compact(used), unused
}
