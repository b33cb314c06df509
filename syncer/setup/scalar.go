package setup

import (
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
	"github.com/shopspring/decimal"

	"cwsync/syncer/billing"
)

// The readers below leave dst, which holds the default, as it is when the key is absent or its value is wrong.

// text reads text; a plain number is text as it is written, so that an id such as 007 keeps its noughts.
func (m mapping) text(key string, dst *string) {
	m.r.text(m.get(key), dst)
}

func (r *reader) text(n node, dst *string) bool {
	if n.absent() {
		return false
	}
	text, ok := scalarText(n.Node)
	if !ok {
		r.wrong(n, "must be text, not %s; write it in quotes if it is meant as text", describe(n.Node))
		return false
	}
	*dst = text
	return true
}

func scalarText(n ast.Node) (string, bool) {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return n.Value.Value, true
	case *ast.IntegerNode, *ast.FloatNode:
		return n.GetToken().Value, true
	}
	return "", false
}

func (m mapping) bool(key string, dst *bool) {
	n := m.get(key)
	if n.absent() {
		return
	}
	value, ok := n.Node.(*ast.BoolNode)
	if !ok {
		m.r.wrong(n, "must be true or false")
		return
	}
	*dst = value.Value
}

// id reads a ConnectWise id: a whole number, 0 for none.
func (m mapping) id(key string, dst *int) { m.r.id(m.get(key), dst) }

func (r *reader) id(n node, dst *int) {
	if n.absent() {
		return
	}
	value, ok := wholeNumber(n.Node)
	if !ok {
		r.wrong(n, "must be a whole number, 0 or more, without quotes")
		return
	}
	*dst = value
}

// wholeNumber takes digits without a leading nought; anything else means different things to different people.
func wholeNumber(n ast.Node) (int, bool) {
	if _, ok := n.(*ast.IntegerNode); !ok {
		return 0, false
	}
	text := n.GetToken().Value
	value, err := strconv.ParseInt(text, 10, 32)
	return int(value), err == nil && value >= 0 && strconv.Itoa(int(value)) == text
}

// decimal reads a quoted or plain exact decimal, from the text as it is written.
func (m mapping) decimal(key string, dst *decimal.Decimal) { m.r.decimal(m.get(key), dst) }

func (r *reader) decimal(n node, dst *decimal.Decimal) bool {
	if n.absent() {
		return false
	}
	text, ok := scalarText(n.Node)
	switch n.GetToken().Type {
	case token.OctetIntegerType, token.HexIntegerType, token.BinaryIntegerType:
		ok = false
	}
	if !ok {
		r.wrong(n, "must be a decimal number such as 12 or \"12.5\"")
		return false
	}
	value, err := billing.ParseDecimal(text)
	if err != nil {
		r.wrong(n, "%s is %v", show(text), err)
		return false
	}
	*dst = value
	return true
}

// optionalDecimal reads a decimal for which empty text means none.
func (m mapping) optionalDecimal(key string, dst *decimal.NullDecimal) {
	n := m.get(key)
	if text, ok := n.Node.(*ast.StringNode); ok && text.Value == "" {
		return
	}
	dst.Valid = m.r.decimal(n, &dst.Decimal)
}

func (m mapping) duration(key string, dst *billing.Duration) {
	var text string
	if n := m.get(key); m.r.text(n, &text) {
		if err := dst.UnmarshalText([]byte(text)); err != nil {
			m.r.wrong(n, "%v", err)
		}
	}
}

// choice reads one of a few words.
func choice[T ~string](m mapping, key string, dst *T, allowed ...T) {
	chooseFrom(m.r, m.get(key), dst, allowed)
}

func chooseFrom[T ~string](r *reader, n node, dst *T, allowed []T) {
	var text string
	if !r.text(n, &text) {
		return
	}
	if !slices.Contains(allowed, T(text)) {
		r.wrong(n, "%s is none of %s", show(text), words(allowed))
		return
	}
	*dst = T(text)
}

// choices reads a list of a few words, none twice; an empty one is a problem.
func choices[T ~string](m mapping, key string, dst *[]T, allowed ...T) {
	n := m.get(key)
	elements, given := m.r.list(n)
	if !given {
		return
	}
	if len(elements) == 0 {
		m.r.wrong(n, "must name at least one of %s", words(allowed))
		return
	}
	var chosen []T
	for _, element := range elements {
		if element.absent() {
			m.r.wrong(element, "must be one of %s", words(allowed))
			continue
		}
		var word T
		chooseFrom(m.r, element, &word, allowed)
		if slices.Contains(chosen, word) && word != "" {
			m.r.wrong(element, "%s is there twice", show(string(word)))
		}
		chosen = append(chosen, word)
	}
	*dst = chosen
}

// texts reads a list of texts; nil when it is empty.
func (m mapping) texts(key string) []string {
	elements, _ := m.r.list(m.get(key))
	var texts []string
	for _, element := range elements {
		var text string
		if element.absent() {
			m.r.wrong(element, "must be text, not nothing")
		}
		m.r.text(element, &text)
		texts = append(texts, text)
	}
	return texts
}

func words[T ~string](allowed []T) string {
	texts := make([]string, len(allowed))
	for i, word := range allowed {
		texts[i] = string(word)
	}
	return strings.Join(texts, ", ")
}
