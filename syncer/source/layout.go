package source

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// layout says which field of a record holds what.
type layout struct {
	width  int
	uses   []use
	bases  []string // sorted
	counts []int    // index of the field of each basis
}

type use struct {
	column Column
	index  int
}

// layoutError is that columns are missing, or that one is there twice.
type layoutError struct {
	missing, found string // quoted names, joined; missing is empty where message says all
	message, hint  string
}

func (e *layoutError) Error() string { return e.csv() }

// csv is the error in the words of a file.
func (e *layoutError) csv() string {
	if e.missing == "" {
		return e.message
	}
	return fmt.Sprintf("no header row with %s; the first line holds %s", e.missing, e.found)
}

// header is the header row: where each name is, in the form in which names are compared.
type header struct {
	names []string
	at    map[string][]int
}

func newHeader(names []string) header {
	h := header{names: slices.Clone(names), at: map[string][]int{}}
	for i, name := range names {
		folded := fold(name)
		h.at[folded] = append(h.at[folded], i)
	}
	return h
}

// fold is the form in which header names are compared: capitals and white space around do not matter.
func fold(name string) string { return strings.ToLower(strings.TrimSpace(name)) }

// bare is what two names have in common that people take for the same.
func bare(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, name)
}

// newLayout finds the columns that the options ask for. A needed or declared one that is not there, or is there twice, is a layoutError.
func newLayout(names []string, options Options) (*layout, error) {
	h := newHeader(names)
	l := &layout{width: len(names)}
	declared := options.Map("columns")
	var missing, near []string
	for _, column := range Columns() {
		name, asked := declared[column.String()]
		if !asked {
			name = column.String()
		}
		index, found, err := h.find(name)
		switch {
		case err != nil:
			return nil, err
		case found:
			l.uses = append(l.uses, use{column, index})
		case asked || column.Needed():
			missing = append(missing, name)
			if like := h.like(name); like != "" {
				near = append(near, column.String()+": "+strconv.Quote(like))
			}
		}
	}
	counts := options.Map("counts")
	for _, basis := range slices.Sorted(maps.Keys(counts)) {
		index, found, err := h.find(counts[basis])
		if err != nil {
			return nil, err
		}
		if !found {
			missing = append(missing, counts[basis])
			continue
		}
		l.bases, l.counts = append(l.bases, basis), append(l.counts, index)
	}
	if len(missing) > 0 {
		return nil, h.missing(missing, near)
	}
	return l, nil
}

func (h header) find(name string) (int, bool, error) {
	at := h.at[fold(name)]
	if len(at) > 1 {
		return 0, false, &layoutError{message: fmt.Sprintf("the column %q is there %d times", name, len(at)), hint: "rename one of them"}
	}
	if len(at) == 0 {
		return 0, false, nil
	}
	return at[0], true, nil
}

// like finds a column that is spelled differently only.
func (h header) like(name string) string {
	for _, other := range h.names {
		if bare(other) == bare(name) && bare(name) != "" {
			return strings.TrimSpace(other)
		}
	}
	return ""
}

func (h header) missing(missing, near []string) *layoutError {
	const most = 40
	var found []string
	for i, name := range h.names {
		if i == most {
			found = append(found, "...")
			break
		}
		found = append(found, strconv.Quote(cut(strings.TrimSpace(name))))
	}
	quoted := make([]string, len(missing))
	for i, name := range missing {
		quoted[i] = strconv.Quote(name)
	}
	hint := "say in options.columns which column holds what"
	if len(near) > 0 {
		hint = "set options.columns: {" + strings.Join(near, ", ") + "}"
	}
	return &layoutError{missing: strings.Join(quoted, ", "), found: strings.Join(found, ", "), hint: hint}
}

func cut(name string) string {
	if runes := []rune(name); len(runes) > 60 {
		return string(runes[:60]) + "…"
	}
	return name
}
