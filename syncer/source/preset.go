package source

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
)

// Preset is a ready-made source of one vendor: what a person would have to find out about its kind's options.
type Preset struct {
	Name     string  // small letters and digits, also the name of its source
	Title    string  // the vendor or product, for people
	Kind     string  // the name of its kind
	Verified bool    // against the vendor's public description; else one statement is to be compared before it is trusted
	Note     string  // what to know or to check, one line for people
	Document string  // the source as YAML, an element of a set-up's sources, with comments; YOUR-... marks what is to be filled in
	Options  Options // those of Document
	Complete bool    // as Document has it: an absent line means that the usage ended
}

// How far a preset can be trusted, in words.
const (
	PresetVerified = "verified against the vendor's public description"
	PresetBeta     = "beta: check one statement first"
)

// Trust says how far the preset can be trusted: PresetVerified or PresetBeta.
func (p Preset) Trust() string {
	if p.Verified {
		return PresetVerified
	}
	return PresetBeta
}

// toFillIn is what marks, in a ready-made source, the things that each of its users has to fill in.
var toFillIn = regexp.MustCompile(`\bYOUR-[A-Z][A-Z-]*`)

// Unfilled is the mark of a ready-made source that still stands in a text, in the place of something of one's own; empty when there is none.
func Unfilled(text string) string { return toFillIn.FindString(text) }

// Unfilled gives the first option, by name, in which a mark of a ready-made source still stands, and the mark; both empty when there is none.
func (o Options) Unfilled() (option, mark string) {
	for _, name := range slices.Sorted(maps.Keys(o)) {
		if mark := Unfilled(fmt.Sprint(o[name])); mark != "" {
			return name, mark
		}
	}
	return "", ""
}

// WithPresets is the catalogue with ready-made sources, which load gives when they are asked for.
func (c *Catalogue) WithPresets(load func() ([]Preset, error)) *Catalogue {
	return &Catalogue{kinds: c.kinds, presets: load}
}

// Presets lists the ready-made sources in their own order. Those of a kind that the catalogue does not have are left out; two of one name are an
// error.
func (c *Catalogue) Presets() ([]Preset, error) {
	if c.presets == nil {
		return nil, nil
	}
	all, err := c.presets()
	if err != nil {
		return nil, err
	}
	var known []Preset
	names := map[string]bool{}
	for _, preset := range all {
		if preset.Name == "" || names[preset.Name] {
			return nil, fmt.Errorf("the preset %q has no name of its own", preset.Name)
		}
		names[preset.Name] = true
		if _, ok := c.kinds[preset.Kind]; ok {
			known = append(known, preset)
		}
	}
	return known, nil
}
