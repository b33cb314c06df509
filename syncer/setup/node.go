package setup

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"

	"cwsync/syncer/source"
)

// place is a line and column of the document, both from 1; the zero place is the whole document.
type place struct{ line, column int }

// reader turns nodes into values and collects every problem. It remembers where each path is, so that rules can name places too.
type reader struct {
	file      string
	catalogue *source.Catalogue
	problems  []Problem
	places    map[string]place
	bad       map[string]bool // paths whose value could not be read; rules do not speak of them again
}

func (r *reader) fail(at place, path, format string, args ...any) {
	if len(r.problems) >= maxKept {
		return
	}
	r.problems = append(r.problems, Problem{File: r.file, Line: at.line, Column: at.column, Path: path, Message: fmt.Sprintf(format, args...)})
}

// node is a value of the document and its path.
type node struct {
	ast.Node
	path string
	at   place
}

// wrong reports that the node's value cannot be read.
func (r *reader) wrong(n node, format string, args ...any) {
	r.bad[n.path] = true
	r.fail(n.at, n.path, format, args...)
}

// absent reports whether there is no value: no key, or a key with nothing after it.
func (n node) absent() bool {
	if n.Node == nil {
		return true
	}
	_, null := n.Node.(*ast.NullNode)
	return null
}

// entry is one key of a mapping with its value.
type entry struct {
	key   string
	at    place // of the key
	value node
}

// mapping is a mapping whose keys were checked.
type mapping struct {
	r       *reader
	node    node
	entries []entry
	index   map[string]int
}

// mapping reads a node as a mapping; with known keys, any other is a problem. An absent node is an empty mapping.
func (r *reader) mapping(n node, known ...string) mapping {
	m := mapping{r: r, node: n, index: map[string]int{}}
	if n.absent() {
		return m
	}
	values, ok := mappingValues(n.Node)
	if !ok {
		r.wrong(n, "must be a mapping, not %s", describe(n.Node))
		return m
	}
	for _, pair := range values {
		e, ok := r.entry(n, pair)
		switch _, twice := m.index[e.key]; {
		case !ok:
			continue
		case twice:
			r.fail(e.at, e.value.path, "the key %s is there twice", show(e.key))
			continue
		case known != nil && !contains(known, e.key):
			r.fail(e.at, n.path, "unknown key %s; the keys here are %s", show(e.key), strings.Join(known, ", "))
			continue
		}
		m.index[e.key] = len(m.entries)
		m.entries = append(m.entries, e)
	}
	return m
}

func (r *reader) entry(parent node, pair *ast.MappingValueNode) (entry, bool) {
	at := placeOf(pair.Key)
	key, ok := keyText(pair.Key)
	if !ok {
		r.fail(at, parent.path, "a key must be text")
		return entry{}, false
	}
	path := key
	if parent.path != "" {
		path = parent.path + "." + key
	}
	value := node{Node: pair.Value, path: path, at: placeOf(pair.Value)}
	if value.absent() {
		value.at = at
	}
	r.places[path] = value.at
	return entry{key: key, at: at, value: value}, true
}

// get is the value of a key; an absent node when there is none.
func (m mapping) get(key string) node {
	if i, ok := m.index[key]; ok {
		return m.entries[i].value
	}
	path := key
	if m.node.path != "" {
		path = m.node.path + "." + key
	}
	return node{path: path, at: m.node.at}
}

// list reads a node as a list; an absent node is an empty list, and given is false.
func (r *reader) list(n node) (elements []node, given bool) {
	if n.absent() {
		return nil, false
	}
	sequence, ok := n.Node.(*ast.SequenceNode)
	if !ok {
		r.wrong(n, "must be a list, not %s", describe(n.Node))
		return nil, false
	}
	for i, value := range sequence.Values {
		element := node{Node: value, path: n.path + "[" + strconv.Itoa(i) + "]", at: placeOf(value)}
		r.places[element.path] = element.at
		elements = append(elements, element)
	}
	return elements, true
}

func mappingValues(n ast.Node) ([]*ast.MappingValueNode, bool) {
	switch n := n.(type) {
	case *ast.MappingNode:
		return n.Values, true
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}, true
	}
	return nil, false
}

// keyText is a key as it is written; numbers and truth values among them keep their spelling.
func keyText(key ast.Node) (string, bool) {
	switch key := key.(type) {
	case *ast.StringNode:
		return key.Value, true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		return key.GetToken().Value, true
	}
	return "", false
}

// placeOf is where a node starts: a block mapping at its first key, all else at its token.
func placeOf(n ast.Node) place {
	if n == nil {
		return place{}
	}
	if values, ok := mappingValues(n); ok && len(values) > 0 {
		if t := n.GetToken(); t == nil || t.Type != token.MappingStartType {
			return placeOf(values[0].Key)
		}
	}
	t := n.GetToken()
	if t == nil || t.Position == nil {
		return place{}
	}
	return place{t.Position.Line, t.Position.Column}
}

func describe(n ast.Node) string {
	switch n.(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
		return "a mapping"
	case *ast.SequenceNode:
		return "a list"
	case *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		return "a number"
	case *ast.BoolNode:
		return "true or false"
	case *ast.NullNode:
		return "nothing"
	}
	return "text"
}

func contains(known []string, key string) bool {
	return slices.Contains(known, key)
}

// show quotes a text of the document for a message, short.
func show(s string) string {
	if runes := []rune(s); len(runes) > 60 {
		s = string(runes[:60]) + "…"
	}
	return strconv.Quote(s)
}
