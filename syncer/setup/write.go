package setup

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"github.com/shopspring/decimal"
)

// writer writes the one shape of YAML that Export needs: block mappings and lists, with one-line values.
type writer struct {
	out       []byte
	canonical bool
	errs      []error
	dash      bool // the next key starts an element of a list
}

// key writes one line; indent counts steps of two spaces.
func (w *writer) key(indent int, key, value string) {
	if w.dash {
		w.out = append(w.out, strings.Repeat("  ", indent-1)...)
		w.out = append(w.out, "- "...)
		w.dash = false
	} else {
		w.out = append(w.out, strings.Repeat("  ", indent)...)
	}
	w.out = append(w.out, key...)
	w.out = append(w.out, ':')
	if value != "" {
		w.out = append(w.out, ' ')
		w.out = append(w.out, value...)
	}
	w.out = append(w.out, '\n')
}

func (w *writer) open(indent int, key string)       { w.key(indent, key, "") }
func (w *writer) text(indent int, key, text string) { w.key(indent, key, w.quote(text)) }
func (w *writer) bool(indent int, key string, on bool) {
	w.key(indent, key, strconv.FormatBool(on))
}

func (w *writer) decimal(indent int, key string, value decimal.Decimal) {
	w.key(indent, key, w.number(value))
}

func (w *writer) optionalDecimal(indent int, key string, value decimal.NullDecimal) {
	if value.Valid {
		w.decimal(indent, key, value.Decimal)
		return
	}
	w.text(indent, key, "")
}

// items writes a list of mappings, whose keys stand two steps further in.
func (w *writer) items(indent int, key string, n int, write func(i int)) {
	if n == 0 {
		w.key(indent, key, "[]")
		return
	}
	w.open(indent, key)
	for i := range n {
		w.dash = true
		write(i)
	}
}

func (w *writer) flow(texts []string) string { return flow(w, texts) }

// flow writes a list of texts on one line.
func flow[T ~string](w *writer, texts []T) string {
	quoted := make([]string, len(texts))
	for i, text := range texts {
		quoted[i] = w.quote(string(text))
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// plain reports whether text needs no quotes: a word that starts with a letter and is none that YAML gives a meaning.
func plain(text string) bool {
	for i, c := range text {
		letter := (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
		if !letter && (i == 0 || ((c < '0' || c > '9') && !strings.ContainsRune("._-/", c))) {
			return false
		}
	}
	switch strings.ToLower(text) {
	case "", "null", "true", "false", "yes", "no", "on", "off", "y", "n", "nan", "inf":
		return false
	}
	return true
}

// doubleQuote writes any text as a YAML double-quoted scalar on one line, with everything escaped that cannot be seen.
func doubleQuote(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, c := range text {
		switch {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteRune(c)
		case c == '\n':
			b.WriteString(`\n`)
		case c == '\t':
			b.WriteString(`\t`)
		case c == ' ' || unicode.IsPrint(c):
			b.WriteRune(c)
		case c > 0xffff:
			fmt.Fprintf(&b, `\U%08X`, c)
		default:
			fmt.Fprintf(&b, `\u%04X`, c)
		}
	}
	b.WriteByte('"')
	return b.String()
}
