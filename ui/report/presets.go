package report

import (
	"io"

	"cwsync/syncer"
	"cwsync/ui/theme"
)

// Preset is a ready-made source.
type Preset struct {
	Name     string
	Title    string // the vendor or product
	Kind     string // of source
	Verified bool
	Trust    string // how far it can be trusted, in words
	Note     string // what to know or to check
	Document string // YAML
}

// PresetsText lists the ready-made sources.
func PresetsText(w io.Writer, presets []Preset, options TextOptions) error {
	t := newPage(w, options)
	for _, preset := range presets {
		role := theme.Attention
		if preset.Verified {
			role = theme.Done
		}
		name := padRight(preset.Name, presetName)
		t.line(piece{name, theme.Accent}, piece{preset.Title + " (" + preset.Kind + ")", theme.Normal})
		t.paragraph(presetName, role, preset.Trust)
		t.paragraph(presetName, theme.Dim, preset.Note)
	}
	t.blank()
	t.paragraph(0, theme.Normal, "`cwsync source presets NAME` prints one, to be put under sources of the set-up document")
	return t.flush()
}

// presetName is the width of the column of names.
const presetName = 15

type presetWire struct {
	Name     string `json:"name"`
	Title    string `json:"title"`
	Kind     string `json:"source_kind"`
	Verified bool   `json:"verified"`
	Trust    string `json:"trust"`
	Note     string `json:"note"`
	Document string `json:"document"`
}

// PresetsJSON is the document of ready-made sources.
func PresetsJSON(presets []Preset) ([]byte, error) {
	wires := make([]presetWire, len(presets))
	for i, preset := range presets {
		wires[i] = presetWire(preset)
	}
	return DocumentJSON(KindSource, syncer.ExitDone, struct {
		Presets []presetWire `json:"presets"`
	}{wires})
}
