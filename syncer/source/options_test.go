package source

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"cwsync/syncer/billing"
)

type noSource struct{}

func (noSource) Read(context.Context) (billing.Usage, error) { return billing.Usage{}, nil }

func testKind() Kind {
	return Kind{
		Name: "test",
		Open: func(Config) (Source, error) { return noSource{}, nil },
		Fields: []Field{
			{Name: "path", Type: TypePath, Required: true, Help: "the file"},
			{Name: "size", Type: TypeNumber},
			{Name: "all", Type: TypeBool},
			{Name: "mode", Type: TypeChoice, Choices: []string{"a", "b"}},
			{Name: "tags", Type: TypeList},
			{Name: "columns", Type: TypeMap, Choices: []string{"id"}},
			{Name: "wait", Type: TypeDuration},
			{Name: "key", Type: TypeText, Secret: true, Required: true},
		},
		Validate: func(options Options) []OptionError {
			if options.Text("path", "") == "bad" {
				return []OptionError{{Option: "path", Message: "is bad"}}
			}
			return nil
		},
	}
}

func TestCheck(t *testing.T) {
	good := map[string]any{"path": "x", "size": 3, "all": true, "mode": "a", "tags": []any{"t"}, "columns": map[string]any{"id": "ID"}, "wait": "5s"}
	if err := testKind().Check(good); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		option string
		value  any
		want   string
	}{
		{"pth", "x", "pth: unknown option of kind test; it knows path, size,"},
		{"path", nil, "path: must be text"},
		{"path", "", "path: must not be empty"},
		{"path", "a\x00b", "path: must not contain a NUL"},
		{"path", "bad", "path: is bad"},
		{"size", "3", "size: must be a whole number"},
		{"size", -1, "size: must be a whole number"},
		{"size", 1.5, "size: must be a whole number"},
		{"all", "yes", "all: must be true or false"},
		{"mode", "c", `mode: "c" is none of a, b`},
		{"tags", "t", "tags: must be a list"},
		{"tags", []any{1}, "tags: must be a list"},
		{"columns", []any{}, "columns: must be a map"},
		{"columns", map[string]any{"di": "x"}, `columns.di: unknown key "di"; it may be any of id`},
		{"columns", map[string]any{"id": " "}, "columns.id: must not be empty"},
		{"wait", "5", `wait: "5" is not a span of time`},
		{"wait", "-5s", `wait: "-5s" is not a span of time`},
		{"key", "x", "key: a secret is never in the set-up"},
	} {
		options := map[string]any{"path": "x"}
		options[c.option] = c.value
		if err := testKind().Check(options); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s=%v: %v, want %s", c.option, c.value, err, c.want)
		}
	}
	if err := testKind().Check(nil); err == nil || err.Error() != "path: missing; the file" {
		t.Errorf("missing: %v", err)
	}
}

func TestOptionsSurviveJSON(t *testing.T) {
	text, err := json.Marshal(map[string]any{"path": "x", "size": 3, "all": true, "tags": []string{"t"}, "columns": map[string]string{"id": "ID"}, "wait": "5s"})
	if err != nil {
		t.Fatal(err)
	}
	var options Options
	if err := json.Unmarshal(text, &options); err != nil {
		t.Fatal(err)
	}
	if err := testKind().Check(options); err != nil {
		t.Fatal(err)
	}
	if options.Number("size", 0) != 3 || !options.Bool("all", false) || options.List("tags")[0] != "t" || options.Map("columns")["id"] != "ID" ||
		options.Duration("wait", 0) != 5*time.Second || options.Text("mode", "a") != "a" {
		t.Errorf("%v", options)
	}
}

func TestCatalogue(t *testing.T) {
	other := testKind()
	other.Name = "alpha"
	catalogue, err := NewCatalogue(testKind(), other)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(catalogue.Names(), " "); got != "alpha test" {
		t.Errorf("kinds are %s", got)
	}
	if _, ok := catalogue.Lookup("test"); !ok {
		t.Error("test is not found")
	}
	if _, ok := catalogue.Lookup("nothing"); ok {
		t.Error("nothing is found")
	}
	if _, err := NewCatalogue(testKind(), testKind()); err == nil {
		t.Error("two kinds of one name are accepted")
	}
	if _, err := NewCatalogue(Kind{Name: "x"}); err == nil {
		t.Error("a kind that cannot be opened is accepted")
	}
}
