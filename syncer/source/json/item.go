package json

import (
	stdjson "encoding/json"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"cwsync/syncer/source"
)

// collect turns items into usage lines.
func (s *scan) collect(items []any) error {
	if s.counts == nil {
		s.bases = basesOf(items)
	}
	s.lines = source.NewLines(source.Rules{
		Source:  s.config.Name,
		File:    s.file,
		Items:   true,
		Where:   s.where,
		Numbers: source.NumbersPoint,
		Merge:   s.config.Options.Text("merge", source.MergeRefuse),
		Bases:   s.bases,
		Now:     s.config.Now(),
	})
	for i, item := range items {
		if err := s.ctx.Err(); err != nil {
			return err
		}
		s.add(i+1, item)
	}
	return nil
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

func (s *scan) add(place int, item any) {
	object, ok := item.(map[string]any)
	if !ok {
		s.lines.Fail(place, 0, fmt.Sprintf("is %s where an object is needed", describe(item)), "let options.items give the objects, such as .data[]")
		return
	}
	row := source.Row{Place: place, Counts: make([]source.Cell, len(s.bases))}
	for _, column := range source.Columns() {
		name := s.columns[column]
		cell, problem := cellOf(object[name], column <= source.ColumnServiceID)
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
func (s *scan) addCounts(object map[string]any, row *source.Row) string {
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
		if problem := source.IDProblem(basis); problem != "" {
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
func cellOf(value any, id bool) (source.Cell, string) {
	text := ""
	switch value := value.(type) {
	case nil:
		return source.Cell{}, ""
	case string:
		return source.Cell{Text: value, Present: true}, ""
	case stdjson.Number:
		text = value.String()
	case int:
		text = strconv.Itoa(value)
	case *big.Int:
		text = value.String()
	case float64:
		text = strconv.FormatFloat(value, 'f', -1, 64)
	default:
		return source.Cell{}, "is " + describe(value) + " where text or a number is needed"
	}
	if id && strings.ContainsAny(text, ".eE+-") {
		return source.Cell{}, "is the number " + text + "; write ids as text"
	}
	return source.Cell{Text: text, Present: true}, ""
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
