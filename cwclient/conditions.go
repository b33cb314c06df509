package cwclient

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// maxCondition is the longest conditions text, escaped, in characters. With the longest host name, path and
// other parameters an address then stays under 1,900; ConnectWise takes about 2,000.
const maxCondition = 1450

// Condition is a filter of a list. It is built from ids, booleans and dates alone: how text is to be quoted is
// not documented, so names are compared in memory. The zero value filters nothing.
type Condition struct {
	text string
	err  error
}

// fieldName is a field or, with slashes, a field of a reference.
var fieldName = regexp.MustCompile(`^[A-Za-z_]+(/[A-Za-z_]+)*$`)

// condition makes one comparison.
func condition(field, rest string) Condition {
	if !fieldName.MatchString(field) {
		return Condition{err: fmt.Errorf("%q is not a field name", plain(field, maxWord))}
	}
	return Condition{text: field + rest}
}

// IDIs keeps records whose field (such as "company/id") is this id.
func IDIs(field string, id int) Condition { return condition(field, "="+strconv.Itoa(id)) }

// InIDs keeps records whose field is one of these ids. For more than a hundred or so see IDChunks.
func InIDs(field string, ids []int) Condition {
	if len(ids) == 0 {
		return Condition{err: errors.New("a condition needs at least one id")}
	}
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = strconv.Itoa(id)
	}
	return condition(field, " in ("+strings.Join(texts, ",")+")")
}

// FlagIs keeps records whose field is this boolean.
func FlagIs(field string, value bool) Condition {
	return condition(field, "="+strconv.FormatBool(value))
}

// OnOrAfter keeps records whose date field is midnight UTC of this date or later.
func OnOrAfter(field string, d Date) Condition { return dated(field, ">=", d) }

// Before keeps records whose date field is before midnight UTC of this date.
func Before(field string, d Date) Condition { return dated(field, "<", d) }

// dated compares with a date.
func dated(field, operator string, d Date) Condition {
	text, err := d.wire()
	if err != nil {
		return Condition{err: err}
	}
	return condition(field, operator+"["+text+"]")
}

// And keeps records that meet each of the conditions.
func And(conditions ...Condition) Condition {
	var texts []string
	for _, c := range conditions {
		if c.err != nil {
			return c
		}
		if c.text != "" {
			texts = append(texts, c.text)
		}
	}
	return Condition{text: strings.Join(texts, " and ")}
}

// length is how much of an address the condition takes, in characters. Commas are not escaped.
func (c Condition) length() int {
	plus, commas := strings.Count(c.text, " "), strings.Count(c.text, ",")
	return len(url.QueryEscape(c.text)) + 2*plus - 2*commas
}

// IDChunks splits ids, sorted and without repetitions, into groups that each fit one list request
// (ListOptions.IDs), so that a caller can read the groups in parallel. with is what else will be asked for.
func IDChunks(ids []int, with Condition) [][]int {
	sorted := slices.Clone(ids)
	slices.Sort(sorted)
	sorted = slices.Compact(sorted)
	room := maxCondition - with.length() - len("id%20in%20(%20and%20)") - 8
	var chunks [][]int
	start, used := 0, 0
	for i, id := range sorted {
		size := len(strconv.Itoa(id)) + 1
		if used+size > room && i > start {
			chunks = append(chunks, sorted[start:i])
			start, used = i, 0
		}
		used += size
	}
	if start < len(sorted) {
		chunks = append(chunks, sorted[start:])
	}
	return chunks
}
