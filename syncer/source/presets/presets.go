// Package presets holds ready-made sources of vendors that have no kind of their own: documents in the program, each an element of a set-up's
// sources with what is known of the vendor filled in.
//
// It never knows more of a vendor than the vendor's public description or, where a preset is called beta, public client code says; and it reads
// nothing but its own documents.
package presets

import (
	"embed"
	"fmt"

	"github.com/goccy/go-yaml"

	"cwsync/syncer/source"
)

//go:embed *.yaml
var documents embed.FS

// described is what is said of the documents: each is the file NAME.yaml.
func described() []source.Preset {
	return []source.Preset{
		{Name: "acronis", Title: "Acronis Cyber Protect Cloud", Note: "sizes are in the vendor's own unit, such as bytes: set quantity.divide_by of the services"},
		{Name: "cloudpanel", Title: "CloudPanel", Note: "the tables are those of version 3.1; compare one plan's count with CloudPanel's own screen"},
		{Name: "greencloud", Title: "Green Cloud", Note: "a template: there is no public description; name the columns of your own export"},
		{Name: "huntress", Title: "Huntress", Verified: true, Note: "four counts of each organisation; map those that you resell"},
		{Name: "ingram", Title: "Ingram Micro Cloud Marketplace", Verified: true, Note: "after version 1.1 of the interface; one call for each subscription, and active subscriptions alone"},
		{Name: "mailprotector", Title: "Mailprotector", Note: "adds up the users of a customer's domains by service; how the vendor counts aliases is not published"},
		{Name: "pax8", Title: "Pax8", Verified: true, Note: "active subscriptions alone; those of one company and product are added"},
	}
}

// All gives every preset, sorted by name.
func All() ([]source.Preset, error) {
	all := described()
	for i := range all {
		text, err := documents.ReadFile(all[i].Name + ".yaml")
		if err != nil {
			return nil, fmt.Errorf("preset %s: %w", all[i].Name, err)
		}
		var sources []struct {
			Name     string         `yaml:"name"`
			Kind     string         `yaml:"kind"`
			Complete bool           `yaml:"complete"`
			Options  map[string]any `yaml:"options"`
		}
		if err := yaml.Unmarshal(text, &sources); err != nil {
			return nil, fmt.Errorf("preset %s: %w", all[i].Name, err)
		}
		if len(sources) != 1 || sources[0].Name != all[i].Name {
			return nil, fmt.Errorf("preset %s is not one source of that name", all[i].Name)
		}
		all[i].Kind, all[i].Options, all[i].Document = sources[0].Kind, sources[0].Options, string(text)
		all[i].Complete = sources[0].Complete
		for name, value := range all[i].Options {
			if _, positive := value.(uint64); positive { // as the YAML reader has them, and a set-up has not
				all[i].Options[name] = all[i].Options.Number(name, 0)
			}
		}
	}
	return all, nil
}
