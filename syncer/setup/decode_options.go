package setup

import (
	"strings"

	"github.com/goccy/go-yaml/ast"

	"cwsync/syncer/source"
)

// options reads the options of a source or an alert as its kind declares them, and checks them. Its secrets are known by names that begin with secret.
// nil when there are none.
func (r *reader) options(n node, kind source.Kind, secret, folder string) map[string]any {
	before := len(r.problems)
	options := map[string]any{}
	for _, e := range r.mapping(n).entries {
		field, declared := kind.Field(e.key)
		switch {
		case !declared:
			r.fail(e.at, e.value.path, "unknown option of kind %s; %s", kind.Name, optionNames(kind))
		case field.Secret:
			r.fail(e.at, e.value.path, "a secret is never in the set-up; use cwsync secret set %s", secretName(secret, e.key))
		case !e.value.absent():
			r.option(e, field, options, folder)
		}
	}
	if len(r.problems) > before {
		return options
	}
	for _, problem := range kind.Problems(options) {
		path := n.path + "." + problem.Option
		r.fail(r.placeFor(path), path, "%s", problem.Message)
	}
	if len(options) == 0 {
		return nil
	}
	return options
}

// secretName is the name of a secret field: of a source it is one of several, of an alert the only one.
func secretName(owner, field string) string {
	if strings.HasPrefix(owner, "alert.") {
		return owner
	}
	return owner + "." + field
}

func optionNames(kind source.Kind) string {
	var names []string
	for _, field := range kind.Fields {
		if !field.Secret {
			names = append(names, field.Name)
		}
	}
	if names == nil {
		return "it has none"
	}
	return "the options are " + strings.Join(names, ", ")
}

// option reads one option in the form that its type asks for.
func (r *reader) option(e entry, field source.Field, options map[string]any, folder string) {
	switch field.Type {
	case source.TypeNumber:
		value, ok := wholeNumber(e.value.Node)
		if !ok {
			r.wrong(e.value, "must be a whole number, 0 or more, without quotes")
			return
		}
		options[e.key] = value
	case source.TypeBool:
		value, ok := e.value.Node.(*ast.BoolNode)
		if !ok {
			r.wrong(e.value, "must be true or false")
			return
		}
		options[e.key] = value.Value
	case source.TypeList:
		elements, _ := r.list(e.value)
		list := []any{}
		for _, element := range elements {
			list = append(list, r.plainText(element))
		}
		options[e.key] = list
	case source.TypeMap:
		texts := map[string]any{}
		for _, inner := range r.mapping(e.value).entries {
			texts[inner.key] = r.plainText(inner.value)
		}
		options[e.key] = texts
	default:
		var text string
		if r.text(e.value, &text) {
			if field.Type == source.TypePath && text != "" && text != source.StandardInput {
				text = absolute(folder, text)
			}
			options[e.key] = text
		}
	}
}

// plainText reads text that has to be there.
func (r *reader) plainText(n node) string {
	var text string
	if n.absent() {
		r.wrong(n, "must be text, not nothing")
	}
	r.text(n, &text)
	return text
}

// placeFor is the place of a path, or of the nearest one around it.
func (r *reader) placeFor(path string) place {
	for ; path != ""; path = parent(path) {
		if at, ok := r.places[path]; ok {
			return at
		}
	}
	return place{1, 1}
}

// parent is the path around a path; "" for one at the top.
func parent(path string) string { return path[:max(strings.LastIndexAny(path, ".["), 0)] }
