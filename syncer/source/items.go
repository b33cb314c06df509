package source

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strconv"
	"strings"
)

// ItemFields are the options of every kind that reads items: which they are, and which field of an item holds what.
func ItemFields() []Field {
	return []Field{
		{Name: "items", Type: TypeText, Default: Everything, Help: "jq expression that gives the items, such as .data[]; lists among its results are taken apart"},
		{Name: "columns", Type: TypeMap, Choices: ColumnNames(), Help: "which field of an item holds customer_id, service_id, quantity, ..."},
		{Name: "counts", Type: TypeMap, Help: "further counts: the name of a basis, and the field that holds it; without it, an item's object counts"},
		{Name: "merge", Type: TypeChoice, Choices: []string{MergeRefuse, MergeSum}, Default: MergeRefuse, Help: "sum adds items of one customer and service"},
	}
}

// items is what the options say of items, and the lines that come of them.
type items struct {
	columns map[Column]string
	counts  map[string]string // as declared; nil: the object counts
	bases   []string
	lines   *Lines
}

// ReadItems turns items into usage lines as the options columns, counts and merge say; what is wrong with them comes back from Lines.Usage. File names
// what was read; where is the place of an item in it, counted from 1, and may be nil.
func ReadItems(ctx context.Context, config Config, file string, where func(item int) (line, column int), found []any) (*Lines, error) {
	s := &items{columns: map[Column]string{}, counts: config.Options.Map("counts")}
	declared := config.Options.Map("columns")
	for _, column := range Columns() {
		s.columns[column] = column.String()
		if name, ok := declared[column.String()]; ok {
			s.columns[column] = name
		}
	}
	s.bases = slices.Sorted(maps.Keys(s.counts))
	if s.counts == nil {
		s.bases = basesOf(found)
	}
	s.lines = NewLines(Rules{
		Source:  config.Name,
		File:    file,
		Items:   true,
		Where:   where,
		Numbers: NumbersPoint,
		Merge:   config.Options.Text("merge", MergeRefuse),
		Bases:   s.bases,
		Now:     config.Now(),
	})
	for i, item := range found {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		s.add(i+1, item)
	}
	return s.lines, nil
}

// countsField is the object of an item that holds further counts where options.counts names none.
const countsField = "counts"

// basesOf lists every basis that any item counts.
func basesOf(items []any) []string {
	bases := map[string]bool{}
	for _, item := range items {
		object, _ := item.(map[string]any)
		counts, _ := object[countsField].(map[string]any)
		for basis := range counts {
			bases[basis] = true
		}
	}
	return slices.Sorted(maps.Keys(bases))
}

func (s *items) add(place int, item any) {
	object, ok := item.(map[string]any)
	if !ok {
		s.lines.Fail(place, 0, fmt.Sprintf("is %s where an object is needed", describe(item)), "let options.items give the objects, such as .data[]")
		return
	}
	row := Row{Place: place, Counts: make([]Cell, len(s.bases))}
	for _, column := range Columns() {
		name := s.columns[column]
		cell, problem := cellOf(object[name], column <= ColumnServiceID)
		if problem != "" {
			s.lines.Fail(place, 0, fmt.Sprintf("%s %s", name, problem), "")
			return
		}
		if _, given := object[name]; !given && column.Needed() {
			s.lines.Fail(place, 0, fmt.Sprintf("has no field %q; its fields are %s", name, keysOf(object)), "say in options.columns which field holds what")
			return
		}
		row.Set(column, cell)
	}
	if problem := s.addCounts(object, &row); problem != "" {
		s.lines.Fail(place, 0, problem, "")
		return
	}
	s.lines.Add(&row)
}

// addCounts fills in the further counts and says what is wrong with them.
func (s *items) addCounts(object map[string]any, row *Row) string {
	values := object
	if s.counts == nil {
		nested, given := object[countsField]
		if !given || nested == nil {
			return ""
		}
		inner, ok := nested.(map[string]any)
		if !ok {
			return "counts is " + describe(nested) + " where an object is needed"
		}
		values = inner
	}
	for i, basis := range s.bases {
		name := basis
		if s.counts != nil {
			name = s.counts[basis]
		}
		if problem := IDProblem(basis); problem != "" {
			return "the name of a count " + problem
		}
		cell, problem := cellOf(values[name], false)
		if problem != "" {
			return "count " + strconv.Quote(basis) + " " + problem
		}
		row.Counts[i] = cell
	}
	return ""
}

// cellOf is a value as text; a number that is an id must be whole, so that one id has one spelling.
func cellOf(value any, id bool) (Cell, string) {
	text := ""
	switch value := value.(type) {
	case nil:
		return Cell{}, ""
	case string:
		return Cell{Text: value, Present: true}, ""
	case json.Number:
		text = value.String()
	case int:
		text = strconv.Itoa(value)
	case *big.Int:
		text = value.String()
	case float64:
		text = strconv.FormatFloat(value, 'f', -1, 64)
	default:
		return Cell{}, "is " + describe(value) + " where text or a number is needed"
	}
	if id && strings.ContainsAny(text, ".eE+-") {
		return Cell{}, "is the number " + text + "; write ids as text"
	}
	return Cell{Text: text, Present: true}, ""
}

func describe(value any) string {
	switch value.(type) {
	case nil:
		return "null"
	case bool:
		return "a truth value"
	case string:
		return "text"
	case []any:
		return "a list"
	case map[string]any:
		return "an object"
	}
	return "a number"
}

func keysOf(object map[string]any) string {
	const most = 30
	if len(object) == 0 {
		return "none"
	}
	var names []string
	for _, key := range slices.Sorted(maps.Keys(object)) {
		if len(names) == most {
			names = append(names, "...")
			break
		}
		if runes := []rune(key); len(runes) > 60 {
			key = string(runes[:60]) + "…"
		}
		names = append(names, strconv.Quote(key))
	}
	return strings.Join(names, ", ")
}
