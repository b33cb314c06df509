package store

import (
	"encoding/json"
	"strings"
	"testing"

	"cwsync/syncer"
	"cwsync/syncer/billing"
	"cwsync/syncer/plan"

	"github.com/charmbracelet/x/exp/golden"
)

// everyBody has one of each body, every field set.
type everyBody struct {
	Plan    storedPlan    `json:"plan"`
	Owned   *storedOwned  `json:"owned"`
	Problem storedProblem `json:"problem"`
	Outcome storedOutcome `json:"outcome"`
}

// TestBodyNames pins the names of what is on users' disks: if this fails, give the old name back rather than update the golden file.
func TestBodyNames(t *testing.T) {
	whole, own := filled[plan.Plan](t), filled[plan.Owned](t)
	body := everyBody{Plan: storedHead(&whole), Owned: storeOwned(&own)}
	body.Plan.Changes = storedChanges(whole.Changes[:1])
	body.Problem = storedProblem(filled[syncer.Problem](t))
	outcome := filled[syncer.Outcome](t)
	check(t, json.Unmarshal([]byte(must[string](t)(outcomeText(&outcome))), &body.Outcome))
	text := must[[]byte](t)(json.MarshalIndent(body, "", "  "))
	golden.RequireEqual(t, append(text, '\n'))
}

func TestPlanRoundTrip(t *testing.T) {
	p := newProfile(t)
	whole := filled[plan.Plan](t)
	check(t, p.SavePlan(t.Context(), &whole, "digest"))
	saved, ok, err := p.LoadPlan(t.Context(), whole.ID)
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	wantSame(t, saved, syncer.SavedPlan{Plan: &whole, FileDigest: "digest"})
}

func TestPlanOfZeroValues(t *testing.T) {
	p := newProfile(t)
	whole := plan.Plan{ID: "p1", Warnings: []string{}, Changes: []plan.Change{{Before: plan.Values{Quantity: nullDec("0"), Taxable: new(bool)}}}}
	check(t, p.SavePlan(t.Context(), &whole, ""))
	saved, _, err := p.LoadPlan(t.Context(), "p1")
	check(t, err)
	wantSame(t, saved.Plan, &whole)
}

func TestRunRoundTrip(t *testing.T) {
	p := newProfile(t)
	run := filled[syncer.Run](t)
	run.Outcomes[0].Status, run.Outcomes[1].Status = syncer.Held, syncer.Failed
	check(t, p.Begin(t.Context(), &run))
	check(t, p.Finish(t.Context(), &run, syncer.OwnershipChange{}))
	got := must[*syncer.Run](t)(p.Run(t.Context(), run.ID))
	wantSame(t, got, &run)
}

func TestKeyText(t *testing.T) {
	keys := []billing.Key{
		{Source: "mail", Customer: "a/b%c", Service: "line\nbreak"},
		{Source: "", Customer: "", Service: ""},
		{Source: "mail", Customer: "\xff\xfe latin \xe9", Service: "é日本"},
		{Source: "mail", Customer: "\ufffd", Service: "nul\x00"},
	}
	seen := map[string]bool{}
	for _, k := range keys {
		text := keyText(k)
		back, err := parseKey(text)
		if err != nil || back != k || seen[text] || !json.Valid([]byte(`"`+strings.ReplaceAll(text, `"`, "")+`"`)) {
			t.Errorf("%q became %q and %q, %v", k, text, back, err)
		}
		seen[text] = true
	}
	p := newProfile(t)
	var changes []plan.Change
	for _, k := range keys {
		c := update(1)
		c.Key = k
		changes = append(changes, c)
	}
	check(t, p.Begin(t.Context(), newRun("r1", changes...)))
	for i, change := range must[*syncer.Run](t)(p.Run(t.Context(), "r1")).Plan.Changes {
		if change.Key != keys[i] {
			t.Errorf("key %q came back as %q", keys[i], change.Key)
		}
		if lines := must[[]Line](t)(p.LinesOfKey(t.Context(), keys[i], 0)); len(lines) != 1 {
			t.Errorf("%d lines of key %q", len(lines), keys[i])
		}
	}
}
