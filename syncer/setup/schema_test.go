package setup

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

func compiledSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	text, err := Schema(testCatalogue(t))
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("setup.json", document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("setup.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// validate holds YAML text against the schema, as an editor would.
func validate(t *testing.T, schema *jsonschema.Schema, text string) error {
	t.Helper()
	plain, err := yaml.YAMLToJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(plain))
	if err != nil {
		t.Fatal(err)
	}
	return schema.Validate(value)
}

func TestSchemaAcceptsGoodDocuments(t *testing.T) {
	schema := compiledSchema(t)
	for _, file := range []string{filepath.Join("testdata", "contract.yaml"), filepath.Join("..", "..", "testdata", "usage", "setup.yaml")} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := validate(t, schema, string(text)); err != nil {
			t.Errorf("%s: %v", file, err)
		}
		document := mustParseIn(t, file, string(text))
		if err := validate(t, schema, export(t, document)); err != nil {
			t.Errorf("export of %s: %v", file, err)
		}
	}
}

func TestSchemaAndParseRefuseTheSame(t *testing.T) {
	schema := compiledSchema(t)
	for name, text := range map[string]string{
		"unknown key":          head + "  - {name: a, kind: csv, options: {path: x}, wirte: [price]}\n",
		"unknown kind":         head + "  - {name: a, kind: cvs, options: {path: x}}\n",
		"unknown option":       head + "  - {name: a, kind: csv, options: {path: x, pth: y}}\n",
		"option of other kind": head + "  - {name: a, kind: csv, options: {path: x, url: y}}\n",
		"missing option":       head + "  - {name: a, kind: csv}\n",
		"bad choice":           head + "  - {name: a, kind: csv, options: {path: x, decimal: dot}}\n",
		"bad column":           head + "  - {name: a, kind: csv, options: {path: x, columns: {nope: y}}}\n",
		"secret":               head + "  - {name: a, kind: http, options: {url: x, token: y}}\n",
		"bad enum":             head + "  - {name: a, kind: csv, options: {path: x}, on_zero: hold}\n",
		"empty write":          head + "  - {name: a, kind: csv, options: {path: x}, write: []}\n",
		"bad decimal":          head + "  - {name: a, kind: csv, options: {path: x}, markup_percent: \"1,5\"}\n",
		"bad name":             head + "  - {name: a.b, kind: csv, options: {path: x}}\n",
		"no id":                head + "  - {name: a, kind: csv, options: {path: x}, services: [{name: x}]}\n",
		"bare product":         head + "  - {name: a, kind: csv, options: {path: x}, services: [{id: x, product: 12}]}\n",
		"version":              strings.Replace(head, "version: 1", "version: 2", 1) + "  []\n",
		"client id":            strings.Replace(head, "00000000-", "", 1) + "  []\n",
		"no connection":        "version: 1\n",
	} {
		if err := validate(t, schema, text); err == nil {
			t.Errorf("%s: the schema accepts it", name)
		}
		if _, err := parse(t, text); err == nil {
			t.Errorf("%s: Parse accepts it", name)
		}
	}
}

func TestSchemaIsStableAndSaysTheDefaults(t *testing.T) {
	first, err := Schema(testCatalogue(t))
	if err != nil {
		t.Fatal(err)
	}
	second, err := Schema(testCatalogue(t))
	if err != nil || !bytes.Equal(first, second) {
		t.Errorf("two schemas differ: %v", err)
	}
	var schema map[string]any
	if err := json.Unmarshal(first, &schema); err != nil {
		t.Fatal(err)
	}
	guards := schema["properties"].(map[string]any)["guards"].(map[string]any)
	if got := guards["properties"].(map[string]any)["drop_percent"].(map[string]any)["default"]; got != "50" || guards["additionalProperties"] != false {
		t.Errorf("default of drop_percent %v, additional %v", got, guards["additionalProperties"])
	}
}
