package ui

import (
	"fmt"
	"maps"

	"cwsync/syncer/setup"
	"cwsync/syncer/source"
	"cwsync/ui/report"
)

// presetPrefix tells a ready-made source from a kind where one of both is chosen.
const presetPrefix = "preset."

// loadPresets loads the ready-made sources that are offered for a new one.
func (u *usageState) loadPresets() {
	if u.kinds != nil {
		u.presets, u.presetsErr = u.kinds.Presets()
	}
}

// preset is the ready-made source that a choice of blank stands for; false for a kind.
func (u *usageState) preset(choice string) (source.Preset, bool) {
	for _, preset := range u.presets {
		if presetPrefix+preset.Name == choice {
			return preset, true
		}
	}
	return source.Preset{}, false
}

// presetChoices offers the ready-made sources, each with how far it can be trusted.
func (u *usageState) presetChoices() []settingChoice {
	choices := make([]settingChoice, len(u.presets))
	for i, preset := range u.presets {
		choices[i] = settingChoice{value: presetPrefix + preset.Name, label: preset.Title + " (" + preset.Kind + "), " + preset.Trust(), help: preset.Note}
	}
	return choices
}

// presetsProblem says why no ready-made source is offered; empty when they are.
func (u *usageState) presetsProblem() string {
	if u.presetsErr == nil {
		return ""
	}
	return " Ready-made sources cannot be offered: " + report.Plain(u.presetsErr.Error()) + "."
}

// addPreset makes a source of a ready-made one and works on it from then on.
func (u *usageState) addPreset(name string, preset source.Preset) {
	made := setup.NewSource(name, preset.Kind)
	made.Options, made.Complete = maps.Clone(preset.Options), preset.Complete
	u.document.Sources = append(u.document.Sources, made)
	u.at = len(u.document.Sources) - 1
}

// draft takes what is chosen or typed of a new source. A ready-made one brings its name along, unless somebody typed another.
func (u *usage) draft(name, value string) {
	before, _ := u.state.preset(u.drafted["kind"])
	u.drafted[name] = value
	if name == "kind" && u.drafted["name"] == before.Name {
		chosen, _ := u.state.preset(value)
		u.drafted["name"] = chosen.Name
	}
}

// unfilled says what of an option is still to be filled in; empty when nothing is.
func unfilled(field source.Field, options source.Options) string {
	if mark := source.Unfilled(optionText(field, options)); mark != "" {
		return fmt.Sprintf("put your own in the place of %s", mark)
	}
	return ""
}
