package setup

import (
	"github.com/goccy/go-yaml/token"
)

// Bounds of a document's shape. The parser compares every key of a mapping with every other, hence the bound on keys.
const (
	maxDepth = 30
	maxKeys  = 1000
)

// checkTokens refuses what a set-up does not need: anchors, aliases, merge keys, tags, directives, complex keys, deep nesting and mappings
// with very many keys. The first problem ends it.
func (r *reader) checkTokens(tokens token.Tokens) bool {
	var shape shape
	begun, ended := false, false
	for _, t := range tokens {
		at := place{t.Position.Line, t.Position.Column}
		if (t.Type == token.DocumentHeaderType && begun) || (t.Type != token.CommentType && ended) {
			r.fail(at, "", "a second YAML document; a set-up is one")
			return false
		}
		begun = begun || t.Type != token.CommentType
		ended = ended || t.Type == token.DocumentEndType
		if message := refused(t); message != "" {
			r.fail(at, "", "%s", message)
			return false
		}
		shape.add(t)
		switch {
		case len(shape.levels) > maxDepth:
			r.fail(at, "", "nested more than %d deep", maxDepth)
			return false
		case shape.keys() > maxKeys:
			r.fail(at, "", "more than %d keys in one mapping", maxKeys)
			return false
		}
	}
	return true
}

func refused(t *token.Token) string {
	switch t.Type {
	case token.AnchorType, token.AliasType:
		return "anchors and aliases are not understood; write the value out"
	case token.MergeKeyType:
		return "merge keys are not understood; write the keys out"
	case token.TagType:
		return "tags are not understood; write the value without " + t.Value
	case token.DirectiveType:
		return "directives are not understood"
	case token.MappingKeyType:
		return "keys with a question mark are not understood; write key: value"
	case token.InvalidType:
		if t.Error != "" {
			return t.Error
		}
		return "this cannot be understood"
	}
	return ""
}

// shape follows how deep the tokens nest: blocks by their columns, flows by their brackets.
type shape struct {
	levels []level
}

type level struct {
	flow   bool
	column int // of a block
	keys   int
}

func (s *shape) add(t *token.Token) {
	switch t.Type {
	case token.SequenceStartType, token.MappingStartType:
		s.levels = append(s.levels, level{flow: true})
	case token.SequenceEndType, token.MappingEndType:
		for n := len(s.levels); n > 0; n-- {
			flow := s.levels[n-1].flow
			s.levels = s.levels[:n-1]
			if flow {
				return
			}
		}
	case token.SequenceEntryType:
		s.block(t.Position.Column, 0)
	case token.MappingValueType:
		column := t.Position.Column
		if t.Prev != nil && t.Prev.Position.Line == t.Position.Line {
			column = t.Prev.Position.Column
		}
		s.block(column, 1)
	case token.CollectEntryType:
		s.block(0, 1)
	}
}

// block notes an entry at a column: it closes what is further right and opens what is not open yet.
func (s *shape) block(column, keys int) {
	n := len(s.levels)
	if n > 0 && s.levels[n-1].flow {
		s.levels[n-1].keys += keys
		return
	}
	for n > 0 && !s.levels[n-1].flow && s.levels[n-1].column > column {
		n--
	}
	s.levels = s.levels[:n]
	if n == 0 || s.levels[n-1].flow || s.levels[n-1].column < column {
		s.levels = append(s.levels, level{column: column})
		n++
	}
	s.levels[n-1].keys += keys
}

// keys is the number of keys of the innermost mapping so far.
func (s *shape) keys() int {
	if n := len(s.levels); n > 0 {
		return s.levels[n-1].keys
	}
	return 0
}
