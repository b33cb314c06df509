package ui

import (
	"errors"
	"strings"
	"testing"

	"cwsync/syncer/source"
	"cwsync/syncer/source/csv"
	execkind "cwsync/syncer/source/exec"
	httpkind "cwsync/syncer/source/http"
	"cwsync/syncer/source/presets"
)

// presetProfile is a profile without sources, whose program has three kinds and the ready-made sources of them.
func presetProfile(t *testing.T) *fakeProfile {
	profile := csvProfile(t, nil)
	profile.kinds = kindsOf(t, csv.Kind(), execkind.Kind(), httpkind.Kind()).WithPresets(presets.All)
	return profile
}

func TestPresetsAreOfferedWithTheirMark(t *testing.T) {
	_, u := openUsage(t, presetProfile(t))
	said := map[string]string{}
	for _, choice := range u.state.blank("", "")[0].choices {
		said[choice.value] = choice.shown()
		if choice.help == "" {
			t.Errorf("%s explains nothing", choice.value)
		}
	}
	for value, want := range map[string]string{
		"csv": "csv", "http": "http", "preset.pax8": "Pax8 (http), verified against the vendor's public description",
		"preset.acronis": "Acronis Cyber Protect Cloud (http), beta: check one statement first", "preset.greencloud": "Green Cloud (csv), beta: check one statement first",
	} {
		if said[value] != want {
			t.Errorf("%s: %q, want %q", value, said[value], want)
		}
	}
	if _, there := said["preset.cloudpanel"]; there {
		t.Error("a ready-made source of a kind that this program does not have is offered")
	}
}

func TestPresetFillsTheForm(t *testing.T) {
	profile := presetProfile(t)
	a, u := openUsage(t, profile)
	press(t, a, "enter", "/")
	typeText(t, a, "pax")
	press(t, a, "enter")
	if u.drafted["kind"] != "preset.pax8" || u.drafted["name"] != "pax8" {
		t.Fatalf("%v\n%s", u.drafted, a.content())
	}
	press(t, a, "down", "down", "enter")
	made := u.state.current()
	if made == nil || made.Name != "pax8" || made.Kind != "http" || !made.Complete || !made.Sync || made.Options["token_style"] != "json" {
		t.Fatalf("%+v\n%s", made, a.content())
	}
	// It is not read before what is everybody's own is filled in; a secret is asked for at once.
	if u.page != pageForm || u.reading || u.failed != nil || u.state.missing() != "user: put your own in the place of YOUR-CLIENT-ID" {
		t.Errorf("page %d, %v, %q", u.page, u.failed, u.state.missing())
	}
	if got := secretsAsked(u); len(got) != 1 || got[0] != "option.secret" {
		t.Errorf("asked for %v", got)
	}
	for _, one := range u.state.settings(u.kept) {
		if (one.problem != "") != (one.name == "option.user") {
			t.Errorf("%s: %q", one.name, one.problem)
		}
	}
	cmd, err := u.setOption("option.user", "me")
	if err != nil || u.state.missing() != "" {
		t.Errorf("%v, %q", err, u.state.missing())
	}
	driveApp(t, a, cmd)
	requireValid(t, u.desk, profile)
}

func TestPresetBringsItsNameUnlessAnotherWasTyped(t *testing.T) {
	_, u := openUsage(t, presetProfile(t))
	for _, c := range []struct{ name, value, want string }{
		{"kind", "preset.pax8", "pax8"}, {"kind", "preset.huntress", "huntress"}, {"kind", "csv", ""}, {"kind", "preset.pax8", "pax8"},
		{"name", "mine", "mine"}, {"kind", "preset.huntress", "mine"}, {"kind", "csv", "mine"},
	} {
		if u.draft(c.name, c.value); u.drafted["name"] != c.want {
			t.Errorf("%s=%s: the name is %q, want %q", c.name, c.value, u.drafted["name"], c.want)
		}
	}
	if err := u.state.add("mine", "preset.nosuch"); err == nil {
		t.Error("a ready-made source that is not there is taken")
	}
	if err := u.state.add("two words", "preset.pax8"); err == nil || len(u.desk.document.Sources) != 0 {
		t.Errorf("a name that is none is taken: %v", err)
	}
}

func TestPresetsThatCannotBeLoadedAreNoObstacle(t *testing.T) {
	profile := presetProfile(t)
	profile.kinds = kindsOf(t, csv.Kind()).WithPresets(func() ([]source.Preset, error) { return nil, errors.New("a page is torn out") })
	_, u := openUsage(t, profile)
	kind := u.state.blank("", "")[0]
	if len(kind.choices) != 1 || !strings.Contains(kind.help, "Ready-made sources cannot be offered: a page is torn out.") {
		t.Errorf("%+v", kind)
	}
}
