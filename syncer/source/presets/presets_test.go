package presets

import (
	"slices"
	"strings"
	"testing"

	"cwsync/syncer/source"
)

func TestEveryPresetIsDescribed(t *testing.T) {
	all, err := All()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, preset := range all {
		names = append(names, preset.Name)
		if preset.Title == "" || preset.Kind == "" || preset.Note == "" || len(preset.Options) == 0 || !strings.HasPrefix(preset.Document, "# ") {
			t.Errorf("%+v", preset)
		}
		for name, value := range preset.Options {
			if _, number := value.(uint64); number {
				t.Errorf("%s: %s is no number that a set-up document can hold", preset.Name, name)
			}
		}
		for line := range strings.Lines(preset.Document) {
			if len(line) > 151 || strings.ContainsRune(line, '\t') || strings.ContainsRune(line, '\r') {
				t.Errorf("%s: %q", preset.Name, line)
			}
		}
	}
	files, err := documents.ReadDir(".")
	if err != nil || len(files) != len(all) || !slices.IsSorted(names) {
		t.Errorf("%d documents, %v, %v", len(files), names, err)
	}
}

// What is called verified is so in SOURCES; all else asks for a comparison.
func TestTrust(t *testing.T) {
	all, _ := All()
	var verified []string
	for _, preset := range all {
		switch trust := preset.Trust(); {
		case preset.Verified && trust == source.PresetVerified:
			verified = append(verified, preset.Name)
		case trust != source.PresetBeta:
			t.Errorf("%s: %s", preset.Name, trust)
		}
	}
	if want := []string{"huntress", "ingram", "pax8"}; !slices.Equal(verified, want) {
		t.Errorf("%v, want %v", verified, want)
	}
}

func TestPresetsOfTheCatalogue(t *testing.T) {
	kinds, err := source.NewCatalogue(source.Kind{Name: "csv", Open: func(source.Config) (source.Source, error) { return nil, nil }})
	if err != nil {
		t.Fatal(err)
	}
	if none, err := kinds.Presets(); err != nil || none != nil {
		t.Errorf("%v, %v", none, err)
	}
	found, err := kinds.WithPresets(All).Presets()
	if err != nil || len(found) != 1 || found[0].Name != "greencloud" {
		t.Errorf("only what its kind is known of: %v, %v", found, err)
	}
	twice := func() ([]source.Preset, error) {
		return []source.Preset{{Name: "a", Kind: "csv"}, {Name: "a", Kind: "csv"}}, nil
	}
	if _, err := kinds.WithPresets(twice).Presets(); err == nil {
		t.Error("two of one name")
	}
}
