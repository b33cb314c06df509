package setup

import (
	"encoding/json"
	"strconv"

	"github.com/invopop/jsonschema"

	"cwsync/syncer/source"
)

// Schema is the JSON Schema (draft 2020-12) of the document, with the options of every kind in catalogue. What it accepts may still break a
// rule that a schema cannot say, such as an id that is there twice; what Parse accepts it accepts too, save for plain numbers
// in places where text is meant.
func Schema(catalogue *source.Catalogue) ([]byte, error) {
	root := object("The set-up of one cwsync profile.",
		property{"version", &jsonschema.Schema{Const: Version}},
		property{"connection", connectionSchema()},
		property{"defaults", defaultsSchema()},
		property{"guards", guardsSchema()},
		property{"alerts", list(alertSchema(catalogue), "What goes out after a run that nobody watched.")},
		property{"sources", list(sourceSchema(catalogue), "Where usage comes from.")},
	)
	root.Version = jsonschema.Version
	root.Title = "cwsync set-up"
	root.Required = []string{"version", "connection"}
	return json.MarshalIndent(root, "", "  ")
}

type property struct {
	name   string
	schema *jsonschema.Schema
}

// object is a mapping with these keys and no others.
func object(description string, properties ...property) *jsonschema.Schema {
	s := &jsonschema.Schema{Type: "object", Description: description, Properties: jsonschema.NewProperties(), AdditionalProperties: jsonschema.FalseSchema}
	for _, p := range properties {
		s.Properties.Set(p.name, p.schema)
	}
	return s
}

func list(items *jsonschema.Schema, description string) *jsonschema.Schema {
	return &jsonschema.Schema{Type: "array", Items: items, Description: description}
}

// wordList is a list of different words, at least one.
func wordList(fallback []string, allowed ...string) *jsonschema.Schema {
	one := uint64(1)
	s := &jsonschema.Schema{Type: "array", Items: word(nil, allowed...), MinItems: &one, UniqueItems: true}
	if fallback != nil {
		s.Default = fallback
	}
	return s
}

func word(fallback any, allowed ...string) *jsonschema.Schema {
	s := &jsonschema.Schema{Type: "string", Default: fallback}
	for _, w := range allowed {
		s.Enum = append(s.Enum, w)
	}
	return s
}

func text(description string) *jsonschema.Schema {
	return &jsonschema.Schema{Type: "string", Description: description}
}

// wordOrNumber is text or a plain number, which is taken as it is written.
func wordOrNumber(fallback any, description string) *jsonschema.Schema {
	return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{{Type: "string"}, {Type: "number"}}, Default: fallback, Description: description}
}

func flag(fallback bool, description string) *jsonschema.Schema {
	return &jsonschema.Schema{Type: "boolean", Default: fallback, Description: description}
}

func number(least int) *jsonschema.Schema {
	return &jsonschema.Schema{Type: "integer", Minimum: json.Number(strconv.Itoa(least))}
}

// decimals is an exact decimal, as text or as a plain number.
func decimals(fallback any, description string) *jsonschema.Schema {
	return &jsonschema.Schema{
		AnyOf:       []*jsonschema.Schema{{Type: "string", Pattern: `^-?[0-9]+(\.[0-9]+)?$`}, {Type: "number"}},
		Default:     fallback,
		Description: description,
	}
}

// optionalDecimals is decimals, or empty text for none.
func optionalDecimals(description string) *jsonschema.Schema {
	s := decimals("", description)
	s.AnyOf[0].Pattern = `^(-?[0-9]+(\.[0-9]+)?)?$`
	return s
}

func connectionSchema() *jsonschema.Schema {
	s := object("Which ConnectWise this is; the keys are secrets and never here.",
		property{"site", text("Host or URL; no scheme means https.")},
		property{"company", text("Login company id.")},
		property{"client_id", &jsonschema.Schema{Type: "string", Pattern: guidPattern}},
		property{"ca_file", &jsonschema.Schema{Type: "string", Default: "", Description: "PEM file of a private CA."}},
		property{"time_zone", &jsonschema.Schema{Type: "string", Default: "", Description: "IANA name; empty: the server's."}},
	)
	s.Required = []string{"site", "company", "client_id"}
	return s
}

func defaultsSchema() *jsonschema.Schema {
	d := New().Defaults
	return object("For products that cwsync creates: names or ids of the ConnectWise set-up tables.",
		property{"product_class", wordOrNumber(d.ProductClass, "")},
		property{"product_type", wordOrNumber(d.ProductType, "")},
		property{"category", wordOrNumber(d.Category, "")},
		property{"subcategory", wordOrNumber(d.Subcategory, "")},
		property{"unit", wordOrNumber(d.Unit, "")},
	)
}

func guardsSchema() *jsonschema.Schema {
	g := DefaultGuards()
	return object("What stops a run before its first write.",
		property{"drop_percent", decimals(g.DropPercent.String(), "A quantity that falls by at least this and drop_units is held.")},
		property{"drop_units", decimals(g.DropUnits.String(), "")},
		property{"rise_percent", decimals(g.RisePercent.String(), "A quantity that rises by at least this and rise_units is held.")},
		property{"rise_units", decimals(g.RiseUnits.String(), "")},
		property{"missing_percent", decimals(g.MissingPercent.String(), "A source is held when more than this share of its lines is gone or zero.")},
		property{"max_age", &jsonschema.Schema{Type: "string", Default: g.MaxAge.String(), Description: "Oldest usage and oldest saved plan, such as 26h."}},
		property{"max_monthly_delta", optionalDecimals("Most money a month that one run of a source may move; empty: no limit.")},
	)
}

func alertSchema(catalogue *source.Catalogue) *jsonschema.Schema {
	on := wordList(nil, alertMoments()...)
	on.MinItems, on.Description = nil, "The ends of a run that are told; none for a kind that hears of every run."
	s := object("",
		property{"name", &jsonschema.Schema{Type: "string", Pattern: namePattern}},
		property{"on", on},
		property{"kind", word(nil, alertKindNames(catalogue)...)},
		property{"options", &jsonschema.Schema{Type: "object"}},
	)
	s.Required = []string{"name", "kind"}
	for _, kind := range catalogue.Alerts() {
		one := kindSchema(kind.Kind)
		if !kind.EveryRun {
			least := uint64(1)
			one.Then.Properties.Set("on", &jsonschema.Schema{MinItems: &least})
			one.Then.Required = append(one.Then.Required, "on")
		}
		s.AllOf = append(s.AllOf, one)
	}
	return s
}

func sourceSchema(catalogue *source.Catalogue) *jsonschema.Schema {
	s := object("",
		property{"name", &jsonschema.Schema{Type: "string", Pattern: namePattern}},
		property{"kind", word(nil, catalogue.Names()...)},
		property{"options", &jsonschema.Schema{Type: "object"}},
		property{"sync", flag(true, "")},
		property{"complete", flag(false, "An absent line means that the usage ended.")},
		property{"on_missing", word("hold", "hold", "zero", "cancel")},
		property{"on_zero", word("zero", "zero", "cancel")},
		property{"on_drift", word("hold", "hold", "overwrite")},
		property{"write", wordList([]string{"quantity"}, "quantity", "price", "cost", "taxable")},
		property{"price_per", word("month", "month", "cycle")},
		property{"bill_status", wordList([]string{"active", "suspended"}, "active", "trial", "suspended", "closed")},
		property{"markup_percent", decimals("0", "")},
		property{"services", list(serviceSchema(), "The mapping of services to products.")},
		property{"customers", list(customerSchema(), "The links of customers to companies and agreements.")},
	)
	s.Required = []string{"name", "kind"}
	for _, kind := range catalogue.Kinds() {
		s.AllOf = append(s.AllOf, kindSchema(kind))
	}
	return s
}

func serviceSchema() *jsonschema.Schema {
	product := object("A product by its id.", property{"id", number(1)}, property{"identifier", text("")})
	s := object("",
		property{"id", wordOrNumber(nil, "")},
		property{"name", wordOrNumber("", "")},
		property{"product", &jsonschema.Schema{AnyOf: []*jsonschema.Schema{{Type: "string"}, product}, Default: "", Description: "Catalog identifier; empty: not assigned."}},
		property{"create_product", flag(false, "")},
		property{"update_product", flag(false, "")},
		property{"deprecated", flag(false, "")},
		property{"sync", flag(true, "")},
		property{"merge", word("none", "none", "sum", "max")},
		property{"includes", list(wordOrNumber(nil, ""), "Services that this bundle contains.")},
		property{"basis", wordOrNumber("", "Which count is billed.")},
		property{"taxable", word("product", "product", "yes", "no")},
		property{"price", object("",
			property{"from", word("keep", "keep", "source", "catalog", "markup")},
			property{"percent", optionalDecimals("Markup; empty: the source's.")})},
		property{"quantity", object("round(max(minimum, usage ÷ divide_by − included))",
			property{"divide_by", decimals("1", "")},
			property{"included", decimals("0", "")},
			property{"minimum", decimals("0", "")},
			property{"round", word("none", "none", "up", "down", "half_up")})},
		property{"change", word("in_place", "in_place", "dated")},
	)
	s.Required = []string{"id"}
	return s
}

func customerSchema() *jsonschema.Schema {
	s := object("",
		property{"id", wordOrNumber(nil, "")},
		property{"name", wordOrNumber("", "")},
		property{"company", &jsonschema.Schema{Type: "integer", Minimum: "0", Default: 0}},
		property{"agreement", &jsonschema.Schema{Type: "integer", Minimum: "0", Default: 0}},
		property{"sync", flag(true, "")},
		property{"services_off", list(wordOrNumber(nil, ""), "")},
		property{"discount_percent", decimals("0", "")},
		property{"prices", &jsonschema.Schema{Type: "object", AdditionalProperties: decimals(nil, ""), Description: "Service id: a fixed unit price."}},
		property{"additions", &jsonschema.Schema{Type: "object", AdditionalProperties: number(1), Description: "Service id: the addition to use."}},
	)
	s.Required = []string{"id"}
	return s
}
