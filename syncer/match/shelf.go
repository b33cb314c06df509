package match

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"cwsync/syncer/billing"
)

// shelf is the agreements by company, as far as they are known.
type shelf struct {
	byCompany map[int][]billing.Agreement // by id
	open      map[int][]billing.Agreement // running ones of the type, by id
	typeID    int
	typeName  string // empty: unknown
	today     billing.Date
}

func newShelf(agreements []billing.Agreement, typeID int, today billing.Date) *shelf {
	s := &shelf{byCompany: map[int][]billing.Agreement{}, open: map[int][]billing.Agreement{}, typeID: typeID, today: today}
	ordered := slices.Clone(agreements)
	slices.SortFunc(ordered, func(a, b billing.Agreement) int { return cmp.Or(a.ID-b.ID, strings.Compare(a.Name, b.Name)) })
	for _, agreement := range ordered {
		s.byCompany[agreement.CompanyID] = append(s.byCompany[agreement.CompanyID], agreement)
		if !s.wanted(&agreement) {
			continue
		}
		if typeID != 0 && s.typeName == "" {
			s.typeName = shown(agreement.TypeName)
		}
		if why := agreement.Unbillable(today); why == "" {
			s.open[agreement.CompanyID] = append(s.open[agreement.CompanyID], agreement)
		}
	}
	return s
}

func (s *shelf) wanted(agreement *billing.Agreement) bool {
	return s.typeID == 0 || agreement.TypeID == s.typeID
}

func (s *shelf) running(company int) []billing.Agreement { return s.open[company] }

// named are at most three agreements by name, and how many more there are. Those that share a name show their ids.
func named(agreements []billing.Agreement, more func(*billing.Agreement) string) string {
	const most = 3
	count := map[string]int{}
	for i := range agreements {
		count[agreements[i].Name]++
	}
	var parts []string
	for i := range agreements[:min(most, len(agreements))] {
		name := shown(agreements[i].Name)
		if count[agreements[i].Name] > 1 || name == "" {
			name = strings.TrimSpace(name + " #" + strconv.Itoa(agreements[i].ID))
		}
		if add := more(&agreements[i]); add != "" {
			name += " (" + add + ")"
		}
		parts = append(parts, name)
	}
	text := strings.Join(parts, ", ")
	if rest := len(agreements) - most; rest > 0 {
		text += ", and " + strconv.Itoa(rest) + " more"
	}
	return text
}

func nothing(*billing.Agreement) string { return "" }

// ofType is "agreement of type Cloud Services", as far as the type's name is known.
func (s *shelf) ofType() string {
	switch {
	case s.typeID == 0:
		return "running agreement"
	case s.typeName == "":
		return "agreement of this type"
	}
	return "agreement of type " + s.typeName
}

// lacks says that a company has no running agreement of the type, and what it has instead.
func (s *shelf) lacks(company int) string {
	var same, others []billing.Agreement
	for _, agreement := range s.byCompany[company] {
		if s.wanted(&agreement) {
			same = append(same, agreement)
		} else {
			others = append(others, agreement)
		}
	}
	text := "has no " + s.ofType()
	if len(same) > 0 && s.typeID != 0 {
		text = "has no running " + s.ofType()
	}
	if all := append(same, others...); len(all) > 0 {
		text += "; it has " + named(all, func(a *billing.Agreement) string {
			if why := a.Unbillable(s.today); why != "" || s.wanted(a) {
				return strings.TrimPrefix(why, "is ") // behind a name, in brackets
			}
			return shown(a.TypeName)
		})
	}
	return text
}

// several is "2 agreements of this type: Cloud 2026, Cloud DR".
func (s *shelf) several(agreements []billing.Agreement) string {
	text := strconv.Itoa(len(agreements)) + " agreements of this type: "
	if s.typeID == 0 {
		text = strconv.Itoa(len(agreements)) + " running agreements: "
	}
	return text + named(agreements, nothing)
}

func idsOf(agreements []billing.Agreement) []int {
	var ids []int
	for i := range agreements {
		ids = append(ids, agreements[i].ID)
	}
	return ids
}
