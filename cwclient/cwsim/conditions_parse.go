package cwsim

import (
	"fmt"
	"strings"
)

// truth is the logic of SQL, where null makes a comparison unknown.
type truth int8

const (
	no      truth = -1
	unknown truth = 0
	yes     truth = 1
)

type predicate func(*record) truth

// filter is a compiled condition. Where the condition can only hold for some
// ids, ids (sorted) or after say so, to spare a walk over the whole table.
type filter struct {
	match predicate // nil matches all
	ids   []int     // nil for any
	after int       // only ids above
}

// parser turns tokens into predicates by recursive descent:
//
//	or   = and { "or" and }
//	and  = unary { "and" unary }
//	unary = "not" unary | "(" or ")" | comparison
type parser struct {
	w      *World
	res    *resource
	tokens []token
	pos    int
	depth  int
	prefix string // childConditions: the list field, whose records res describes
}

const maxDepth = 100 // nested parentheses and nots

// compile reads a condition over a resource; an empty one matches everything.
func (w *World) compile(res *resource, condition string) (filter, error) {
	if strings.TrimSpace(condition) == "" {
		return filter{}, nil
	}
	tokens, err := lex(condition)
	if err != nil {
		return filter{}, err
	}
	p := &parser{w: w, res: res, tokens: tokens}
	f, err := p.or()
	if err != nil {
		return filter{}, err
	}
	if t := p.peek(); t.kind != tokEnd {
		return filter{}, fmt.Errorf("expected end of condition, and or or at position %d", t.at)
	}
	return f, nil
}

func (p *parser) peek() token { return p.tokens[p.pos] }

func (p *parser) take() token {
	t := p.tokens[p.pos]
	if t.kind != tokEnd {
		p.pos++
	}
	return t
}

// word takes the next token if it is that word, letter case aside.
func (p *parser) word(w string) bool {
	if t := p.peek(); t.kind == tokWord && strings.EqualFold(t.text, w) {
		p.pos++
		return true
	}
	return false
}

func (p *parser) op(o string) bool {
	if t := p.peek(); t.kind == tokOp && t.text == o {
		p.pos++
		return true
	}
	return false
}

func (p *parser) or() (filter, error) {
	left, err := p.and()
	for err == nil && p.word("or") {
		var right filter
		if right, err = p.and(); err == nil {
			left = either(left, right)
		}
	}
	return left, err
}

func (p *parser) and() (filter, error) {
	left, err := p.unary()
	for err == nil && p.word("and") {
		var right filter
		if right, err = p.unary(); err == nil {
			left = both(left, right)
		}
	}
	return left, err
}

func (p *parser) unary() (filter, error) {
	if p.depth++; p.depth > maxDepth {
		return filter{}, fmt.Errorf("the condition is nested too deeply")
	}
	defer func() { p.depth-- }()
	if p.word("not") {
		f, err := p.unary()
		m := f.match
		return filter{match: func(r *record) truth { return -m(r) }}, err
	}
	if p.op("(") {
		f, err := p.or()
		if err == nil && !p.op(")") {
			err = fmt.Errorf("missing ) at position %d", p.peek().at)
		}
		return f, err
	}
	return p.comparison()
}

func (p *parser) comparison() (filter, error) {
	t := p.take()
	if t.kind != tokWord {
		return filter{}, fmt.Errorf("expected a field at position %d", t.at)
	}
	get, f, err := p.field(t.text)
	if err != nil {
		return filter{}, err
	}
	negate := p.word("not")
	m, hint, err := p.test(get, f)
	if err != nil {
		return filter{}, err
	}
	if negate {
		return filter{match: func(r *record) truth { return -m(r) }}, nil
	}
	out := filter{match: m}
	if t.text == "id" && p.prefix == "" {
		out.ids, out.after = hint.ids, hint.after
	}
	return out, nil
}

// test reads what follows a field: an operator and its value.
func (p *parser) test(get getter, f *field) (predicate, filter, error) {
	switch {
	case p.word("in"):
		return p.in(get, f)
	case p.word("like"):
		m, err := p.pattern(get, f, likeMatcher)
		return m, filter{}, err
	case p.word("contains"):
		m, err := p.pattern(get, f, containsMatcher)
		return m, filter{}, err
	}
	t := p.take()
	if t.kind != tokOp || strings.Contains("(),", t.text) {
		return nil, filter{}, fmt.Errorf("expected an operator at position %d", t.at)
	}
	lit, err := p.literal(f)
	if err != nil {
		return nil, filter{}, err
	}
	var hint filter
	if id, ok := lit.(int); ok {
		switch t.text {
		case "=":
			hint.ids = []int{id}
		case ">":
			hint.after = id
		}
	}
	m, err := compareWith(get, t.text, lit)
	return m, hint, err
}

func (p *parser) in(get getter, f *field) (predicate, filter, error) {
	if !p.op("(") {
		return nil, filter{}, fmt.Errorf("expected ( after in at position %d", p.peek().at)
	}
	var values []any
	for {
		lit, err := p.literal(f)
		if err != nil {
			return nil, filter{}, err
		}
		values = append(values, lit)
		if p.op(")") {
			break
		}
		if !p.op(",") {
			return nil, filter{}, fmt.Errorf("expected , or ) at position %d", p.peek().at)
		}
	}
	return anyOf(get, values), filter{ids: onlyIDs(values)}, nil
}

func (p *parser) pattern(get getter, f *field, compile func(string) func(string) bool) (predicate, error) {
	t := p.take()
	if t.kind != tokText || f.kind != kindText {
		return nil, fmt.Errorf("like and contains compare text with text, at position %d", t.at)
	}
	hit := compile(t.text)
	return func(r *record) truth {
		s, ok := get(r).(string)
		if !ok {
			return unknown
		}
		return toTruth(hit(s))
	}, nil
}
