package ui

import (
	"strings"

	"cwsync/ui/report"

	"github.com/shopspring/decimal"
)

// counted is an amount with its unit as the usage names it, in the plural where it is not exactly one: "1 user", "380 users", "2.5 GB". A unit
// whose plural nobody can know stays as it came: an abbreviation, a word of another script, and one with a capital, which may be German. An
// empty unit leaves the number alone. The unit comes from outside and is made harmless here.
func counted[N int | decimal.Decimal](n N, unit string) string {
	amount, ok := any(n).(decimal.Decimal)
	if !ok {
		amount = decimal.NewFromInt(int64(any(n).(int)))
	}
	unit = strings.TrimSpace(report.Plain(unit))
	switch {
	case unit == "":
		return report.Number(amount)
	case amount.Equal(decimal.NewFromInt(1)):
		return report.Number(amount) + " " + inUnit(unit, singularOf)
	}
	return report.Number(amount) + " " + inUnit(unit, pluralOf)
}

// inUnit gives the counted word of a unit another number: that before "per", a slash or a bracket, and of several the last.
func inUnit(unit string, number func(string) string) string {
	head, rest := unit, ""
	for _, mark := range []string{" per ", "/", " (", " / "} {
		if at := strings.Index(head, mark); at > 0 {
			head, rest = unit[:at], unit[at:]
		}
	}
	at := strings.LastIndexByte(head, ' ') + 1
	return head[:at] + number(head[at:]) + rest
}

// endings are how words end in one and in many; the first that fits counts.
var endings = []struct{ one, many string }{
	{"ss", "sses"}, {"x", "xes"}, {"ch", "ches"}, {"sh", "shes"}, {"ay", "ays"}, {"ey", "eys"}, {"oy", "oys"}, {"uy", "uys"}, {"y", "ies"},
}

// countable reports whether a word is one that takes an s: small letters of English, with a vowel among them.
func countable(word string) bool {
	return len(word) > 2 && strings.Trim(word, "abcdefghijklmnopqrstuvwxyz-") == "" && strings.ContainsAny(word, "aeiouy") && word != "each"
}

func pluralOf(word string) string {
	if !countable(word) || strings.HasSuffix(word, "s") && !strings.HasSuffix(word, "ss") {
		return word
	}
	for _, ending := range endings {
		if stem, ok := strings.CutSuffix(word, ending.one); ok {
			return stem + ending.many
		}
	}
	return word + "s"
}

func singularOf(word string) string {
	if !countable(word) || !strings.HasSuffix(word, "s") || strings.HasSuffix(word, "ss") {
		return word
	}
	for _, ending := range endings {
		if stem, ok := strings.CutSuffix(word, ending.many); ok && stem != "" {
			return stem + ending.one
		}
	}
	return strings.TrimSuffix(word, "s")
}

// joinAnd is "a, b and c".
func joinAnd(parts []string) string {
	if len(parts) < 2 {
		return strings.Join(parts, "")
	}
	last := len(parts) - 1
	return strings.Join(parts[:last], ", ") + " and " + parts[last]
}
