package cwsim

import (
	"fmt"
	"strings"
)

// compileChild reads a condition over the entries of a list of references, such
// as types/id = 1 on companies: a record matches where one entry does.
func (w *World) compileChild(res *resource, condition string) (filter, error) {
	if strings.TrimSpace(condition) == "" {
		return filter{}, nil
	}
	tokens, err := lex(condition)
	if err != nil {
		return filter{}, err
	}
	head := ""
	for _, t := range tokens {
		if name, _, ok := strings.Cut(t.text, "/"); ok && t.kind == tokWord {
			head = name
			break
		}
	}
	i, ok := res.index[head]
	if !ok || res.fields[i].kind != kindRefs {
		return filter{}, fmt.Errorf("%s has no list %q", res.name, head)
	}
	target := w.tables[res.fields[i].to]
	p := &parser{w: w, res: target.res, tokens: tokens, prefix: head}
	f, err := p.or()
	if err == nil && p.peek().kind != tokEnd {
		err = fmt.Errorf("expected end of condition at position %d", p.peek().at)
	}
	if err != nil {
		return filter{}, err
	}
	return filter{match: func(rec *record) truth {
		entries, _ := w.value(rec, i).([]ref)
		for _, id := range entries {
			if child := target.byID[int(id)]; child != nil && f.match(child) == yes {
				return yes
			}
		}
		return no
	}}, nil
}
