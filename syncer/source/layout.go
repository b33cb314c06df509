package source

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Layout says which field of a record holds what.
type Layout struct {
	Bases []string // names of the further counts, sorted

	width  int
	uses   []use
	counts []int // index of the field of each basis
}

type use struct {
	column Column
	index  int
}

// LayoutError is that columns are missing, or that one is there twice.
type LayoutError struct {
	Missing string // quoted names, joined; empty: one is there twice
	Found   string // likewise
	Twice   string // says which one is there twice
	Hint    string // what to do about it
}

func (e *LayoutError) Error() string {
	if e.Missing == "" {
		return e.Twice
	}
	return fmt.Sprintf("there is no column %s; there is %s", e.Missing, e.Found)
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

// NewLayout finds the columns that the options columns and counts ask for. A needed or declared one that is not there, or is there twice, is
// a *LayoutError.
func NewLayout(names []string, options Options) (*Layout, error) {
	h := newHeader(names)
	l := &Layout{width: len(names)}
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
		l.Bases, l.counts = append(l.Bases, basis), append(l.counts, index)
	}
	if len(missing) > 0 {
		return nil, h.missing(missing, near)
	}
	return l, nil
}

// Fill puts the values of one record into a row; cell gives the value of a field.
func (l *Layout) Fill(row *Row, cell func(field int) Cell) {
	for _, use := range l.uses {
		row.Set(use.column, cell(use.index))
	}
	for i, index := range l.counts {
		row.Counts[i] = cell(index)
	}
}

// Uses reports what a field is used for, if anything: as an id, or as a number or text.
func (l *Layout) Uses(field int) (used, id bool) {
	for _, use := range l.uses {
		if use.index == field {
			used, id = true, id || use.column <= ColumnServiceID
		}
	}
	return used || slices.Contains(l.counts, field), id
}

func (h header) find(name string) (int, bool, error) {
	at := h.at[fold(name)]
	if len(at) > 1 {
		return 0, false, &LayoutError{Twice: fmt.Sprintf("the column %q is there %d times", name, len(at)), Hint: "rename one of them"}
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

func (h header) missing(missing, near []string) *LayoutError {
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
	return &LayoutError{Missing: strings.Join(quoted, ", "), Found: strings.Join(found, ", "), Hint: hint}
}

func cut(name string) string {
	if runes := []rune(name); len(runes) > 60 {
		return string(runes[:60]) + "…"
	}
	return name
}
