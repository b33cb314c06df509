package ui

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"cwsync/syncer/billing"

	tea "charm.land/bubbletea/v2"
)

func TestExportWritesWhatIsNamed(t *testing.T) {
	r := openedLinkRig(t)
	press(t, r.app, "e", "enter")
	r.has("written: companies.csv, companies.json, agreements.csv, agreements.json")
	if names := slices.Sorted(maps.Keys(r.files)); !slices.Equal(names, []string{"agreements.csv", "agreements.json", "companies.csv", "companies.json"}) {
		t.Errorf("files %v", names)
	}
	rows, err := csv.NewReader(strings.NewReader(r.files["companies.csv"])).ReadAll()
	if err != nil || len(rows) != 13 || !slices.Equal(rows[1], []string{"10", "adventure", "Adventure Works Ltd", "Active", "Client", "false", "false", "Sam Taylor", "sam@adventure.example", "'+1 813 555 0100"}) {
		t.Errorf("%v, %d rows, %v", err, len(rows), rows[1])
	}
	rows, err = csv.NewReader(strings.NewReader(r.files["agreements.csv"])).ReadAll()
	want := []string{"202", "Cloud 2024", "1", "Cloud Services", "20", "", "0", "2026-01-01", "2025-06-30", "false", "", "Expired", "", "2026-12-01", "Monthly", "12", "true", "true", "USD"}
	if err != nil || len(rows) != 13 || !slices.Equal(rows[4], want) {
		t.Errorf("%v, %d rows, %q", err, len(rows), rows[4])
	}
	var companies struct{ Companies []map[string]any }
	if err := json.Unmarshal([]byte(r.files["companies.json"]), &companies); err != nil || len(companies.Companies) != 12 || companies.Companies[9]["deleted"] != true {
		t.Errorf("%v: %v", err, companies)
	}
	contact, _ := companies.Companies[0]["contact"].(map[string]any)
	if contact["name"] != "Sam Taylor" || contact["email"] != "sam@adventure.example" || contact["phone"] != "+1 813 555 0100" || companies.Companies[2]["contact"] != nil {
		t.Errorf("%v", companies.Companies[:3])
	}
	var agreements struct{ Agreements []map[string]any }
	if err := json.Unmarshal([]byte(r.files["agreements.json"]), &agreements); err != nil || len(agreements.Agreements) != 12 || agreements.Agreements[0]["next_invoice"] != "2026-12-01" {
		t.Errorf("%v: %v", err, agreements)
	}
}

func TestExportLeavesOutWhatHasNoName(t *testing.T) {
	r := openedLinkRig(t)
	press(t, r.app, "e")
	for range 4 {
		press(t, r.app, "up", "enter", "ctrl+u", "esc")
	}
	press(t, r.app, "down", "down", "down", "down", "enter")
	r.has("no file has a name")
	press(t, r.app, "up", "enter")
	paste(t, r.app, "/tmp/a b.json")
	press(t, r.app, "enter", "enter")
	if names := slices.Collect(maps.Keys(r.files)); !slices.Equal(names, []string{"/tmp/a b.json"}) {
		t.Errorf("files %v", names)
	}
}

func TestExportReplacesNothingUnasked(t *testing.T) {
	r := openedLinkRig(t)
	r.files["companies.json"] = "mine"
	press(t, r.app, "e", "enter")
	r.has("Replace companies.json?", "written: companies.csv")
	r.clock.pass(time.Second)
	press(t, r.app, "n")
	if r.files["companies.json"] != "mine" || r.files["agreements.csv"] != "" {
		t.Error("something was written after a no")
	}
	r.files = map[string]string{"companies.json": "mine", "agreements.csv": "mine too"}
	press(t, r.app, "e", "enter")
	r.yes()
	r.has("Replace agreements.csv?")
	if !strings.Contains(r.files["companies.json"], "adventure") || r.files["agreements.csv"] != "mine too" {
		t.Error("one yes is for one file")
	}
	r.yes()
	if len(r.files) != 4 || !strings.Contains(r.files["agreements.csv"], "Cloud DR") {
		t.Errorf("files %v", slices.Sorted(maps.Keys(r.files)))
	}
}

func TestExportSaysWhatWasNotWritten(t *testing.T) {
	r := openedLinkRig(t)
	r.writeErr = errors.New("no space left")
	press(t, r.app, "e", "enter")
	r.has("not written: no space left")
}

func TestExportIsWholeOrRefused(t *testing.T) {
	r := newLinkRig(t, linkUsage(), linkWorld())
	press(t, r.app, "e")
	r.has("choose an agreement type first")
	r.profile.notes.values = map[string]string{noteAgreementType + "mail": "1"}
	r.directory.fails["type2"] = errors.New("it rains")
	r.open()
	press(t, r.app, "e")
	r.has("not everything was read")
	r.desk.profile.WriteFile = nil
	press(t, r.app, "e")
	r.has("cannot write files")
}

func TestExportGoesOnWithoutContactsThatMayNotBeRead(t *testing.T) {
	r := openedLinkRig(t)
	r.directory.fails["contacts"] = &billing.Failure{Class: billing.ClassPermission, Op: "read the contacts", Message: "the right is missing", Right: "Companies > Contacts: Inquire All"}
	driveApp(t, r.app, send(tea.WindowSizeMsg{Width: 160, Height: 40}))
	press(t, r.app, "e", "enter")
	r.has("without contacts: Companies > Contacts: Inquire All is missing; written: companies.csv, companies.json")
	if !strings.Contains(r.files["companies.csv"], "Client,false,false,,,\r\n") || !strings.Contains(r.files["companies.json"], `"contact": null`) {
		t.Error(r.files["companies.csv"])
	}
	r.directory.fails["contacts"] = errors.New("it rains")
	r.files = map[string]string{}
	press(t, r.app, "e", "enter")
	r.has("not written: it rains")
	if len(r.files) != 0 {
		t.Error("companies are written although their contacts could not be read")
	}
}

func TestExportOfAgreementsReadsNoContacts(t *testing.T) {
	r := openedLinkRig(t)
	press(t, r.app, "e")
	for range 4 {
		press(t, r.app, "up")
	}
	press(t, r.app, "enter", "ctrl+u", "enter", "ctrl+u", "esc", "down", "down", "down", "enter")
	if len(r.files) != 2 || r.directory.asked["contacts"] != 0 {
		t.Errorf("%d files, contacts were asked for %d times", len(r.files), r.directory.asked["contacts"])
	}
}

func TestExportIsStopped(t *testing.T) {
	r := openedLinkRig(t)
	r.directory.waits["contacts"] = make(chan struct{})
	press(t, r.app, "e")
	r.hit("enter")
	r.has("reading contacts and writing the files", "esc stops it")
	r.hit("esc")
	if r.step.exporting || r.here != placeCustomers {
		t.Error("esc did not stop it")
	}
	r.hasNot("esc stops it")
	r.pump(func() bool { return strings.Contains(r.notice.text, "the export was stopped; no file was written") })
	if len(r.files) != 0 {
		t.Errorf("%d files", len(r.files))
	}
	r.directory.quick("contacts")
	press(t, r.app, "e", "enter")
	r.has("written: companies.csv")
}
