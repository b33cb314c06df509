package report

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"cwsync/syncer"
	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
	"cwsync/ui/theme"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

// fataler is a *testing.T or a *rapid.T.
type fataler interface {
	Helper()
	Fatal(args ...any)
}

func planText(t fataler, p *plan.Plan, o TextOptions) string {
	t.Helper()
	var b bytes.Buffer
	if err := PlanText(&b, p, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func runText(t fataler, r *syncer.Run, o TextOptions) string {
	t.Helper()
	var b bytes.Buffer
	if err := RunText(&b, r, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func tooWide(text string, width int) string {
	for line := range strings.SplitSeq(text, "\n") {
		if ansi.StringWidth(line) > width && !strings.HasPrefix(line, "--accept ") { // that is to be copied, and so never broken
			return line
		}
	}
	return ""
}

func TestTextGolden(t *testing.T) {
	for _, width := range []int{60, 80, 120} {
		o := TextOptions{Width: width}
		for name, text := range map[string]string{"plan": planText(t, everything(), o), "run": runText(t, finished(), o)} {
			t.Run(fmt.Sprintf("%s-%d", name, width), func(t *testing.T) {
				if line := tooWide(text, width); line != "" {
					t.Errorf("%d cells wide: %q", ansi.StringWidth(line), line)
				}
				golden.RequireEqual(t, text)
			})
		}
	}
	t.Run("verbose", func(t *testing.T) {
		golden.RequireEqual(t, planText(t, everything(), TextOptions{Width: 100, Verbose: true}))
	})
	t.Run("colour", func(t *testing.T) { golden.RequireEqual(t, runText(t, finished(), TextOptions{Theme: theme.Dark()})) })
}

func TestColourChangesNoText(t *testing.T) {
	for _, colours := range []theme.Theme{theme.Light(), theme.Dark()} {
		plain, coloured := runText(t, finished(), TextOptions{}), runText(t, finished(), TextOptions{Theme: colours})
		if plain == coloured || ansi.Strip(coloured) != plain {
			t.Error("the text differs by more than colour")
		}
	}
}

func TestEveryHoldSaysHowItIsReleasedIfItMayBe(t *testing.T) {
	released := map[plan.Code]bool{}
	for _, code := range []plan.Code{
		plan.GuardDrop, plan.GuardRise, plan.DriftQuantity, plan.DriftProduct, plan.DriftCancelled, plan.DriftDeleted, plan.MappingChanged,
		plan.UndoneBefore, plan.UnlinkedCustomer, plan.UnmappedService, plan.StatusNotBilled, plan.NotInUsage, plan.NotProrated, plan.PreviousUnknown,
	} {
		released[code] = true
	}
	for _, code := range heldCodes {
		c := change("Contoso", "1001", "basic", plan.Hold, code, "why")
		got := planText(t, &plan.Plan{Changes: []plan.Change{c}}, TextOptions{})
		byKey, _ := plan.Acceptable(code)
		if released[code] && !byKey || byKey != strings.Contains(got, "accept with --accept mail/1001/mbx-basic\n") {
			t.Errorf("%s: acceptable %t, want %t:\n%s", code, byKey, released[code], got)
		}
	}
	for code, want := range map[plan.Code]bool{
		plan.SourceFailed: false, plan.SourceEmpty: false, plan.UsageStale: true, plan.MissingShare: true, plan.MaxMonthlyDelta: true,
	} {
		p := &plan.Plan{Sources: []plan.SourceSummary{{Name: "mail", Held: code, Problem: "why"}}}
		if got := planText(t, p, TextOptions{}); strings.Contains(got, "accept with --accept mail:"+string(code)+"\n") != want {
			t.Errorf("%s: want %t\n%s", code, want, got)
		}
	}
	skipped := change("Contoso", "1001", "basic", plan.Skip, plan.NotInUsage, "why")
	if got := planText(t, &plan.Plan{Changes: []plan.Change{skipped}}, TextOptions{Verbose: true}); strings.Contains(got, "--accept") {
		t.Errorf("a skipped line is said to be acceptable:\n%s", got)
	}
}

func TestKeysAreQuotedForAShell(t *testing.T) {
	for key, want := range map[string]string{
		"mail/1001/mbx-basic":  "accept with --accept mail/1001/mbx-basic",
		"mail/a%2Fb/x":         "accept with --accept mail/a%2Fb/x",
		"mail/10 01/x":         `accept with --accept "mail/10 01/x"`,
		"mail/it's/x":          `accept with --accept "mail/it's/x"`,
		"mail/münchen/x":       `accept with --accept "mail/münchen/x"`,
		"mail/$(rm -rf ~)/x":   `accept with --accept 'mail/$(rm -rf ~)/x'`,
		"mail/it's $HOME/x":    `accept with --accept 'mail/it'\''s $HOME/x'`,
		"mail/`id`;\"/x":       "accept with --accept 'mail/`id`;\"/x'",
		"mail/\u202egpj.exe/x": "accept it in the wizard: its key has characters that cannot be shown",
		"mail/\u009b2J/x":      "accept it in the wizard: its key has characters that cannot be shown",
	} {
		if got := acceptWith(key); got != want {
			t.Errorf("%q: %s, want %s", key, got, want)
		}
	}
}

func lastLine(text string) string {
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	return lines[len(lines)-1]
}

func repeat(n int, c plan.Change) []plan.Change {
	var all []plan.Change
	for range n {
		all = append(all, c)
	}
	return all
}

func TestLastLineOfAPlan(t *testing.T) {
	raised := with(change("A", "1", "x", plan.Update, plan.UsageRose, ""), qty("1"), qty("2"), "100.45")
	lowered := with(change("A", "1", "x", plan.Update, plan.UsageFell, ""), qty("2"), qty("1"), "0")
	opened := with(change("A", "1", "x", plan.Create, plan.NewLine, ""), plan.Values{}, qty("2"), "200")
	held := with(change("A", "1", "x", plan.Hold, plan.GuardDrop, ""), qty("2"), qty("1"), "-225")
	same := change("A", "1", "x", plan.None, plan.Unchanged, "")
	skipped := change("A", "1", "x", plan.Skip, plan.SyncOff, "")
	nameless := raised
	nameless.Currency = ""
	all := func(groups ...[]plan.Change) []plan.Change {
		var rows []plan.Change
		for _, g := range groups {
			rows = append(rows, g...)
		}
		return rows
	}
	for _, c := range []struct {
		rows []plan.Change
		want string
	}{
		{all(repeat(10, raised), repeat(1, lowered), repeat(1, opened), repeat(2, held), repeat(402, same)),
			"12 changes (10 raised, 1 lowered, 1 new), 2 held, 402 unchanged: +1,204.50 USD a month (held −450.00 USD)"},
		{repeat(1, lowered), "1 change (1 lowered)"},
		{repeat(402, same), "nothing to change: 402 lines are as they should be"},
		{repeat(1, same), "nothing to change: 1 line is as it should be"},
		{all(repeat(2, same), repeat(1, skipped)), "nothing to change: 2 unchanged, 1 skipped"},
		{all(repeat(2, held), repeat(1500, same)), "nothing to change: 2 held, 1,500 unchanged (held −450.00 USD)"},
		{nil, "nothing to change: there are no lines"},
		{repeat(2, nameless), "2 changes (2 raised): +200.90 a month"},
	} {
		if got := lastLine(planText(t, &plan.Plan{Changes: c.rows}, TextOptions{Width: 120})); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
	failed := &plan.Plan{Sources: []plan.SourceSummary{{Name: "mail", Held: plan.SourceFailed}}}
	if got := lastLine(planText(t, failed, TextOptions{})); got != "nothing to change: 1 source held" {
		t.Error(got)
	}
}

func TestLastLineOfARun(t *testing.T) {
	want := "run r-20261121-060010-19c4: 3 applied, 1 failed, 1 unknown, 1 not done, 3 held, 1 unchanged, 1 skipped, 2 sources held: +193.50 USD a month (held −131.46 USD)"
	if got := lastLine(runText(t, finished(), TextOptions{Width: 200})); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	quiet := &syncer.Run{ID: "r-1", Plan: &plan.Plan{Changes: repeat(2, change("A", "1", "x", plan.None, plan.Unchanged, ""))}}
	if got := lastLine(runText(t, quiet, TextOptions{})); got != "run r-1: nothing to change: 2 lines are as they should be" {
		t.Error(got)
	}
	if got := lastLine(runText(t, &syncer.Run{ID: "r-1"}, TextOptions{})); got != "run r-1: nothing to change: there are no lines" {
		t.Error(got)
	}
}

func TestFoldedRowsAreCounted(t *testing.T) {
	text := planText(t, everything(), TextOptions{Width: 120})
	for _, want := range []string{"= 12 unchanged", "· 7 skipped: 1 left out, 1 merged into, 1 not in usage", "  = 1 unchanged"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if !strings.Contains(text, "warning: addition 9001 still bills 12") {
		t.Error("a skipped row with a warning is folded")
	}
	verbose := planText(t, everything(), TextOptions{Width: 120, Verbose: true})
	if strings.Contains(verbose, "= 12 unchanged") || strings.Count(verbose, "= same") != 13 || strings.Count(verbose, "· skipped") != 8 {
		t.Errorf("not every row is shown:\n%s", verbose)
	}
	for _, key := range []string{"key: mail/1001/mbx-bus", "how: 402 users"} {
		if !strings.Contains(verbose, key) {
			t.Errorf("no %q", key)
		}
	}
}

func TestANumberIsNeverCut(t *testing.T) {
	long := "123456789012345678.123456"
	c := with(change("Contoso", "1001", "basic", plan.Update, plan.UsageRose, ""), qty("1"), qty(long), "0")
	for _, width := range []int{60, 80, 200} {
		if got := planText(t, &plan.Plan{Changes: []plan.Change{c}}, TextOptions{Width: width}); !strings.Contains(strings.Join(strings.Fields(got), " "), "quantity 1 → 123,456,789,012,345,678.123456") {
			t.Errorf("width %d:\n%s", width, got)
		}
	}
}

func TestNumbersAreAligned(t *testing.T) {
	p := &plan.Plan{Changes: []plan.Change{
		with(change("漢字会社", "1", "漢字", plan.Update, plan.UsageRose, ""), qty("1200"), qty("1201"), "0"),
		with(change("漢字会社", "1", "abc", plan.Update, plan.UsageRose, ""), qty("5"), qty("40"), "0"),
		with(change("漢字会社", "1", "éé", plan.Hold, plan.GuardDrop, ""), qty("9"), qty("0.5"), "0"),
	}}
	at := -1
	for line := range strings.SplitSeq(planText(t, p, TextOptions{}), "\n") {
		before, _, found := strings.Cut(line, " → ")
		if !found {
			continue
		}
		if at >= 0 && ansi.StringWidth(before) != at {
			t.Errorf("the arrow is at %d, not %d: %s", ansi.StringWidth(before), at, line)
		}
		at = ansi.StringWidth(before)
	}
	if at < 0 {
		t.Error("no arrow at all")
	}
}

func TestNumbersForPeople(t *testing.T) {
	for in, want := range map[string][3]string{
		"0": {"0", "0.00 USD", "0.00 USD"}, "1204.5": {"1,204.5", "1,204.50 USD", "+1,204.50 USD"}, "-450": {"−450", "−450.00 USD", "−450.00 USD"},
		"1234567": {"1,234,567", "1,234,567.00 USD", "+1,234,567.00 USD"}, "0.004": {"0.004", "0.004 USD", "0.00 USD"}, "-0.004": {"−0.004", "−0.004 USD", "0.00 USD"},
		"100": {"100", "100.00 USD", "+100.00 USD"}, "-1000": {"−1,000", "−1,000.00 USD", "−1,000.00 USD"},
	} {
		d := dec(in)
		if got := [3]string{Number(d), Price(d, "USD"), Total(d, "USD")}; got != want {
			t.Errorf("%s gives %q, want %q", in, got, want)
		}
	}
	if got := Totals(map[string]decimal.Decimal{"USD": dec("1"), "EUR": dec("-2"), "": dec("3")}); got != "+3.00, −2.00 EUR, +1.00 USD" {
		t.Error(got)
	}
	if got := Totals(nil); got != "" {
		t.Error(got)
	}
}

func TestAge(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-time.Second: "", 0: "less than a minute old", time.Minute: "1 minute old", 59 * time.Minute: "59 minutes old",
		time.Hour: "1 hour old", 47 * time.Hour: "47 hours old", 48 * time.Hour: "2 days old",
	} {
		if got := age(d); got != want {
			t.Errorf("%s: %q, want %q", d, got, want)
		}
	}
}

func TestHostileNamesAreHarmlessEverywhere(t *testing.T) {
	const bad = "x\x1b]0;t\x07\x1b[2J\r\n\b\u009b31m\u202e\u2066\xffy"
	p := everything()
	p.ID, p.Profile, p.Undoes, p.Warnings = bad, bad, bad, []string{bad}
	for i := range p.Sources {
		p.Sources[i].Name, p.Sources[i].Problem = bad, bad
	}
	r := finished()
	r.Plan, r.ID, r.Undoes, r.Warnings = p, bad, bad, []string{bad}
	r.Problem = &syncer.Problem{Code: bad, Message: bad, Hint: bad}
	statuses := []syncer.Status{syncer.Applied, syncer.Failed, syncer.Unknown, syncer.Held, ""}
	r.Outcomes = nil
	for i := range p.Changes {
		c := &p.Changes[i]
		c.Key = billing.Key{Source: bad, Customer: bad, Service: bad}
		c.Code, c.Reason, c.How, c.Currency, c.Warnings = plan.Code(bad), bad, bad, bad, []string{bad}
		c.Customer, c.Service, c.Company = plan.Named{ID: bad, Name: bad}, plan.Named{ID: bad, Name: bad}, plan.Numbered{ID: 1, Name: bad}
		c.Agreement, c.Product = plan.Numbered{ID: 1, Name: bad}, plan.Product{ID: 1, Identifier: bad}
		r.Outcomes = append(r.Outcomes, syncer.Outcome{
			Status: statuses[i%len(statuses)], Code: plan.Code(bad), Reason: bad, Problem: &syncer.Problem{Code: bad, Message: bad, Hint: bad}, Warnings: []string{bad},
		})
	}
	for _, verbose := range []bool{false, true} {
		o := TextOptions{Width: 80, Verbose: verbose}
		for _, text := range []string{planText(t, p, o), runText(t, r, o)} {
			for line := range strings.SplitSeq(text, "\n") {
				if Plain(line) != line || !utf8.ValidString(line) {
					t.Errorf("%q", line)
				}
			}
		}
	}
}

// anyName draws names of the kind that hurt: wide, combining, joined, hidden, long, empty.
func anyName() *rapid.Generator[string] {
	parts := []string{
		"Contoso", " ", "Ltd & Co", "漢字", "한국어", "e\u0301", "\u0301\u0302", "👨‍👩‍👧", "🇩🇪", "🇩", "👍🏽", "\u200d", "\ufe0f", "☺️", "नमस्ते", "ผู้", "\x1b[31m", "\x1b]0;t",
		"\r\n", "\t", "\u202e", "\u009b", "\xff", "ﷺ", "-", "/", "…", "\u00a0", "\u3000", "\u0600", "aVeryLongWordWithoutAnyBreakWhatsoeverInIt",
	}
	mixed := rapid.Map(rapid.SliceOfN(rapid.SampledFrom(parts), 0, 12), func(parts []string) string { return strings.Join(parts, "") })
	return rapid.OneOf(mixed, rapid.String(), rapid.SampledFrom(parts))
}

func anyValues(t *rapid.T) plan.Values {
	v := plan.Values{}
	if rapid.Bool().Draw(t, "quantity") {
		v.Quantity = decimal.NewNullDecimal(decimal.New(rapid.Int64().Draw(t, "digits"), rapid.Int32Range(-12, 6).Draw(t, "places")))
	}
	if rapid.Bool().Draw(t, "price") {
		v.UnitPrice = decimal.NewNullDecimal(decimal.New(rapid.Int64().Draw(t, "price digits"), -4))
	}
	return v
}

func anyChange(t *rapid.T) plan.Change {
	name := anyName()
	c := plan.Change{
		Key:    billing.Key{Source: name.Draw(t, "source"), Customer: name.Draw(t, "customer"), Service: name.Draw(t, "service")},
		Action: rapid.SampledFrom([]plan.Action{plan.Create, plan.Update, plan.Cancel, plan.None, plan.Hold, plan.Skip}).Draw(t, "action"),
		Code:   rapid.SampledFrom(heldCodes).Draw(t, "code"), Reason: name.Draw(t, "reason"), How: name.Draw(t, "how"),
		Customer: plan.Named{Name: name.Draw(t, "customer name")}, Service: plan.Named{Name: name.Draw(t, "service name")},
		Agreement: plan.Numbered{Name: name.Draw(t, "agreement")}, Product: plan.Product{Identifier: name.Draw(t, "product")},
		Before: anyValues(t), Currency: name.Draw(t, "currency"), Warnings: rapid.SliceOfN(name, 0, 2).Draw(t, "warnings"),
		MonthlyDelta: decimal.New(rapid.Int64().Draw(t, "delta"), rapid.Int32Range(-12, 2).Draw(t, "delta places")),
	}
	c.After, c.Wanted = anyValues(t), anyValues(t)
	return c
}

func TestNoLineIsWiderThanThePage(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := &plan.Plan{ID: anyName().Draw(t, "id"), Profile: anyName().Draw(t, "profile"), Warnings: rapid.SliceOfN(anyName(), 0, 2).Draw(t, "plan warnings")}
		p.Sources = []plan.SourceSummary{{Name: anyName().Draw(t, "name"), Held: plan.UsageStale, Problem: anyName().Draw(t, "problem")}}
		r := &syncer.Run{ID: p.ID, Plan: p}
		for range rapid.IntRange(0, 4).Draw(t, "rows") {
			p.Changes = append(p.Changes, anyChange(t))
			r.Outcomes = append(r.Outcomes, syncer.Outcome{
				Status:  rapid.SampledFrom([]syncer.Status{syncer.Applied, syncer.Failed, syncer.Unknown, syncer.Held, ""}).Draw(t, "status"),
				Problem: &syncer.Problem{Message: anyName().Draw(t, "message"), Hint: anyName().Draw(t, "hint")},
			})
		}
		o := TextOptions{Width: rapid.IntRange(theme.MinWidth, 160).Draw(t, "width"), Verbose: rapid.Bool().Draw(t, "verbose")}
		for _, text := range []string{planText(t, p, o), runText(t, r, o)} {
			if line := tooWide(text, o.Width); line != "" {
				t.Fatalf("%d cells wide, not %d: %q", ansi.StringWidth(line), o.Width, line)
			}
			for line := range strings.SplitSeq(text, "\n") {
				if Plain(line) != line {
					t.Fatalf("not harmless: %q", line)
				}
			}
		}
	})
}

func TestWidthHasADefaultAndALeast(t *testing.T) {
	if planText(t, everything(), TextOptions{}) != planText(t, everything(), TextOptions{Width: theme.DefaultWidth}) {
		t.Error("no width is not the default width")
	}
	if planText(t, everything(), TextOptions{Width: 10}) != planText(t, everything(), TextOptions{Width: theme.MinWidth}) {
		t.Error("10 cells are not taken as the least")
	}
}
