package main

import (
	"strings"
	"testing"

	"cwsync/syncer/setup"
)

// Each ready-made source is what the set-up takes, with the options of its kind, and none of them holds a secret.
func TestPresetsAreSourcesOfASetup(t *testing.T) {
	kinds, err := catalogue()
	if err != nil {
		t.Fatal(err)
	}
	found, err := kinds.Presets()
	if err != nil || len(found) < 6 {
		t.Fatalf("%d presets, %v", len(found), err)
	}
	const head = "version: 1\nconnection: {site: cw.example.com, company: acme, client_id: 00000000-0000-0000-0000-000000000000}\nsources:\n"
	for _, preset := range found {
		document, err := setup.Parse([]byte(head+preset.Document), preset.Name+".yaml", kinds)
		if err != nil {
			t.Errorf("%s: %v", preset.Name, err)
			continue
		}
		source := document.Sources[0]
		kind, _ := kinds.Lookup(preset.Kind)
		if source.Name != preset.Name || source.Kind != preset.Kind || !source.Sync {
			t.Errorf("%s: %+v", preset.Name, source)
		}
		if err := kind.Check(preset.Options); err != nil {
			t.Errorf("%s: %v", preset.Name, err)
		}
		for _, field := range kind.Secrets(preset.Options) {
			if !strings.Contains(preset.Document, "cwsync secret set source."+preset.Name+"."+field.Name) {
				t.Errorf("%s does not say how to set its secret %s", preset.Name, field.Name)
			}
		}
	}
}
