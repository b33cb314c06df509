package setup

import (
	"github.com/invopop/jsonschema"

	"cwsync/syncer/source"
)

// kindSchema says: if the kind is this one, the options are these.
func kindSchema(kind source.Kind) *jsonschema.Schema {
	options := object(kind.Summary)
	for _, field := range kind.Fields {
		if field.Secret {
			continue
		}
		options.Properties.Set(field.Name, fieldSchema(field))
		if field.Required {
			options.Required = append(options.Required, field.Name)
		}
	}
	condition := &jsonschema.Schema{Properties: jsonschema.NewProperties(), Required: []string{"kind"}}
	condition.Properties.Set("kind", &jsonschema.Schema{Const: kind.Name})
	consequence := &jsonschema.Schema{Properties: jsonschema.NewProperties()}
	consequence.Properties.Set("options", options)
	if len(options.Required) > 0 {
		consequence.Required = []string{"options"}
	}
	return &jsonschema.Schema{If: condition, Then: consequence}
}

func fieldSchema(field source.Field) *jsonschema.Schema {
	s := &jsonschema.Schema{Type: "string"}
	switch field.Type {
	case source.TypeNumber:
		s = number(0)
	case source.TypeBool:
		s = &jsonschema.Schema{Type: "boolean"}
	case source.TypeChoice:
		s = word(nil, field.Choices...)
	case source.TypeList:
		s = list(wordOrNumber(nil, ""), "")
	case source.TypeMap:
		s = &jsonschema.Schema{Type: "object", AdditionalProperties: wordOrNumber(nil, "")}
		if field.Choices != nil {
			s.PropertyNames = word(nil, field.Choices...)
		}
	case source.TypeText:
		s = wordOrNumber(nil, "")
	}
	if field.Required && s.Type == "string" {
		one := uint64(1)
		s.MinLength = &one
	}
	s.Default, s.Description = field.Default, field.Help
	return s
}
