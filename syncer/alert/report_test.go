package alert

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"
)

// TestEnds is the table of which alerts hear of what.
func TestEnds(t *testing.T) {
	for _, c := range []struct {
		exit   int
		counts Counts
		held   int // sources
		want   []string
	}{
		{0, Counts{Applied: 3}, 0, []string{Done}},
		{5, Counts{Held: 1}, 0, []string{Held}},
		{5, Counts{}, 1, []string{Held}},
		{3, Counts{Applied: 1, Failed: 1}, 0, []string{Partial}},
		{3, Counts{Applied: 1, Failed: 1, Held: 1}, 0, []string{Partial, Held}},
		{6, Counts{Unknown: 1, Held: 2}, 0, []string{Unknown, Held}},
		{6, Counts{}, 0, []string{Unknown}},
		{130, Counts{Applied: 1, Unknown: 1}, 0, []string{Failed, Unknown}},
		{1, Counts{}, 1, []string{Failed, Held}},
		{1, Counts{}, 0, []string{Failed}}, {7, Counts{}, 0, []string{Failed}}, {8, Counts{}, 0, []string{Failed}}, {10, Counts{}, 0, []string{Failed}},
		{11, Counts{}, 0, []string{Failed}}, {12, Counts{}, 0, []string{Failed}}, {75, Counts{}, 0, []string{Failed}}, {99, Counts{}, 0, []string{Failed}},
	} {
		r := Report{ExitCode: c.exit, Counts: c.counts, SourcesHeld: c.held}
		if got := r.Ends(); !slices.Equal(got, c.want) {
			t.Errorf("exit %d, %+v: %v, want %v", c.exit, c.counts, got, c.want)
		}
	}
}

func TestTextOfARun(t *testing.T) {
	held := heldRun()
	want := "cwsync default: 1 line is held\n" +
		"run r-1 of profile default, started 2026-11-22 06:00 UTC, took 12s, exit code 5\n" +
		"3 applied, 1 held, 20 unchanged, 1 source held\n" +
		"applied changes are worth -3.00 EUR, +12.50 USD a month\n\n" +
		"This needs a person:\n" +
		"- held: source backup (source failed): the file is not there\n" +
		"- held: Contoso, Basic mailbox (guard drop): fell from 50 to 10\n\n" +
		"`cwsync history r-1` shows every line."
	if got := held.text(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	never := Report{Profile: "branch", RunID: "r-2", Started: began, ExitCode: 12, Problem: &Problem{"secret connection.public_key is nowhere\nlooked everywhere", "set it"}}
	want = "cwsync branch: the run failed (exit code 12)\n" +
		"run r-2 of profile branch, started 2026-11-22 06:00 UTC, took 0s, exit code 12\n" +
		"secret connection.public_key is nowhere\nlooked everywhere\n\nNext: set it"
	if got := never.text(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	never.Kept = true
	if !strings.HasSuffix(never.text(), "`cwsync history r-2 --profile branch` shows every line.") {
		t.Error(never.text())
	}
}

func TestAMessageIsShort(t *testing.T) {
	r := heldRun()
	for range 5000 {
		r.Lines = append(r.Lines, Line{Status: Failed, Customer: strings.Repeat("n", 5000), Service: strings.Repeat("s", 5000), Reason: strings.Repeat("r", 5000)})
	}
	if text := r.text(); len(text) > 8000 || !strings.Contains(text, "and 4992 more") {
		t.Errorf("%d bytes", len(text))
	}
}

// TestWhateverNamesHold: a name has no control characters, breaks no line, and cannot stand for one of ours.
func TestWhateverNamesHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"a\nThis is fine: all is done", "\x1b[2Jx", "\u202Eevil", "a\r\nBcc: x@y.z", "\x00", "\u2028x"}))
		r := heldRun()
		lines := strings.Count(r.text(), "\n")
		r.Lines[1] = Line{Status: Held, Code: text.Draw(t, "code"), Customer: text.Draw(t, "customer"), Service: text.Draw(t, "service"), Reason: text.Draw(t, "reason")}
		got := r.text()
		if strings.Count(got, "\n") != lines {
			t.Fatalf("a name breaks a line: %q", got)
		}
		for _, c := range got {
			if c != '\n' && unicode.In(c, unicode.Cc, unicode.Zl, unicode.Zp, unicode.Bidi_Control) {
				t.Fatalf("%U is in %q", c, got)
			}
		}
	})
}
