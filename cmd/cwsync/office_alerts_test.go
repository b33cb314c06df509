//go:build unix

package main

import (
	"strings"
	"testing"
)

// wizardTests tests alerts of the wizard, line by line, by their numbers in its list.
func wizardTests(t *testing.T, r *alertRig, numbers ...string) string {
	t.Helper()
	way := ""
	_, out, _ := r.run("q\n", "--accessible", "--profile", "default")
	for line := range strings.Lines(out) {
		if number, what, ok := strings.Cut(strings.TrimSpace(line), ". "); ok && what == "alerts" {
			way = number
		}
	}
	if way == "" {
		t.Fatalf("alerts are not offered:\n%s", out)
	}
	answers := []string{way}
	for _, number := range numbers {
		answers = append(answers, number, "t", "", "b")
	}
	code, out, errs := r.run(strings.Join(append(answers, "q"), "\n"), "--accessible", "--profile", "default")
	if code != 0 || errs != "" {
		t.Errorf("exit %d\n%s", code, errs)
	}
	return out
}

// TestTheWizardTestsAlerts of the real office: by the secrets of this profile, at the ConnectWise of its set-up.
func TestTheWizardTestsAlerts(t *testing.T) {
	r := newAlertRig(t, opsAlert+"- {name: watch, kind: healthchecks}\n- {name: desk, on: [held], kind: ticket, options: {board: Accounting}}\n"+
		"- {name: lost, on: [held], kind: slack}\n- {name: good, on: [held], kind: ticket, options: {board: Billing}}\n- {name: metrics, kind: textfile, options: {path: cwsync.prom}}\n")
	out := wizardTests(t, r, "1", "2", "3", "4", "5", "6")
	for _, want := range []string{
		"Done: It was taken.", "one GET that is logged there and changes no state", "no active board \"Accounting\"", "secret alert.lost", "Done: It went well.", "Done: It went well.",
		"lost, slack, held, secret missing",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("it does not say %q", want)
		}
	}
	if len(r.got) != 2 || !strings.Contains(r.got[0], `"test":true`) || r.got[1] != "GET /watch/log " {
		t.Errorf("%q", r.got)
	}
	if len(r.world.Tickets()) != 0 {
		t.Error("a ticket was opened")
	}
	if strings.Contains(out, "/hook") || strings.Contains(out, "/watch") {
		t.Error("an address is in what is said")
	}
	if t.Failed() {
		t.Log(out)
	}
}

// TestTheDemoOffersNoAlerts: it sends none.
func TestTheDemoOffersNoAlerts(t *testing.T) {
	_, out, _ := promptDemo(t, t.Context(), strings.NewReader(strings.Join(append(append([]string(nil), demoWalk...), "b", "b", "b", "b", "b", "b", "b", "q"), "\n")))
	if at := strings.LastIndex(out, "Page: Start"); at < 0 || strings.Contains(out[at:], ". alerts") {
		t.Errorf("it ends with\n%s", out[max(at, 0):])
	}
}
