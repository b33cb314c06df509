package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"cwsync/syncer"
	"cwsync/syncer/billing"
	"cwsync/syncer/plan"

	"github.com/charmbracelet/x/exp/golden"
)

func planBytes(t testing.TB, p *plan.Plan) []byte {
	t.Helper()
	data, err := PlanJSON(p, map[string]int{"GET": 3}, 1234567*time.Microsecond, 5)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func runBytes(t testing.TB, r *syncer.Run) []byte {
	t.Helper()
	data, err := RunJSON(r)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func decoded(t testing.TB, data []byte) map[string]any {
	t.Helper()
	var document map[string]any
	if err := json.Unmarshal(data, &document); err != nil {
		t.Fatalf("not one JSON document: %v\n%s", err, data)
	}
	return document
}

func TestPlanJSONGolden(t *testing.T) { golden.RequireEqual(t, planBytes(t, everything())) }

func TestRunJSONGolden(t *testing.T) { golden.RequireEqual(t, runBytes(t, finished())) }

func TestEmptyThingsAreNeverNull(t *testing.T) {
	for name, data := range map[string][]byte{
		"plan": planBytes(t, &plan.Plan{}), "run": runBytes(t, &syncer.Run{Plan: &plan.Plan{}}), "run without a plan": runBytes(t, &syncer.Run{}),
	} {
		t.Run(name, func(t *testing.T) {
			document := decoded(t, data)
			for _, key := range []string{"sources", "changes", "warnings"} {
				if typeOf(document[key]) != list {
					t.Errorf("%s is %s", key, typeOf(document[key]))
				}
			}
			if typeOf(document["requests"]) != object || typeOf(document["summary"].(map[string]any)["monthly_delta"]) != object {
				t.Errorf("an object is null: %s", data)
			}
		})
	}
	data, err := PlanJSON(&plan.Plan{}, nil, 0, 0)
	if err != nil || !bytes.Contains(data, []byte(`"requests": {}`)) || !bytes.Contains(data, []byte(`"changes": [],`)) {
		t.Errorf("%v\n%s", err, data)
	}
}

func TestDocumentsEndWithOneLineBreakAndAreIndented(t *testing.T) {
	documents := map[string][]byte{"plan": planBytes(t, everything()), "run": runBytes(t, finished()), "empty": planBytes(t, &plan.Plan{})}
	for name, data := range documents {
		var again bytes.Buffer
		if err := json.Indent(&again, bytes.TrimSuffix(data, []byte("\n")), "", "  "); err != nil {
			t.Fatal(err)
		}
		if again.WriteByte('\n'); !bytes.Equal(again.Bytes(), data) {
			t.Errorf("%s is not indented by two spaces throughout", name)
		}
	}
}

func changesOf(t *testing.T, data []byte) string {
	t.Helper()
	from, to := bytes.Index(data, []byte("\n  \"changes\": [")), bytes.Index(data, []byte("\n  ],\n  \"warnings\""))
	if from < 0 || to < from {
		t.Fatalf("no changes in %s", data)
	}
	return string(data[from:to])
}

func TestBytesOfChangesDependOnTheChangesAlone(t *testing.T) {
	a, b := everything(), everything()
	b.ID, b.Created, b.Warnings, b.SetupDigest = "p-other", created.Add(time.Hour), nil, "other"
	first, err := PlanJSON(a, map[string]int{"GET": 1}, time.Second, 0)
	if err != nil {
		t.Fatal(err)
	}
	second, err := PlanJSON(b, nil, time.Minute, 5)
	if err != nil {
		t.Fatal(err)
	}
	if changesOf(t, first) != changesOf(t, second) {
		t.Error("changes differ")
	}
	b.Changes[2].After = qty("406")
	if changed := planBytes(t, b); changesOf(t, first) == changesOf(t, changed) {
		t.Error("another quantity makes no difference")
	}
	if again := planBytes(t, a); !bytes.Equal(again, planBytes(t, everything())) {
		t.Error("the same plan gives other bytes")
	}
}

func TestDecimalsInJSON(t *testing.T) {
	for in, want := range map[string][3]string{ // decimal, money, total
		"0":        {"0", "0.00", "0.00"},
		"12.5":     {"12.5", "12.50", "12.50"},
		"12.500":   {"12.5", "12.50", "12.50"},
		"1200":     {"1200", "1200.00", "1200.00"},
		"1e3":      {"1000", "1000.00", "1000.00"},
		"-0.001":   {"-0.001", "-0.001", "0.00"},
		"1.005":    {"1.005", "1.005", "1.01"},
		"-1.005":   {"-1.005", "-1.005", "-1.01"},
		"4.123456": {"4.123456", "4.123456", "4.12"},
		"10.10":    {"10.1", "10.10", "10.10"},
	} {
		d := dec(in)
		if got := [3]string{decimalText(d), moneyText(d), totalText(d)}; got != want {
			t.Errorf("%s gives %q, want %q", in, got, want)
		}
	}
}

func TestMonthlyDeltaIsRoundedAfterSumming(t *testing.T) {
	p := &plan.Plan{}
	for range 3 {
		p.Changes = append(p.Changes, with(change("A", "1", "x", plan.Update, plan.UsageRose, ""), qty("1"), qty("2"), "0.335"))
	}
	p.Changes = append(p.Changes, with(change("A", "1", "y", plan.Hold, plan.GuardRise, ""), qty("1"), qty("2"), "1000"))
	delta := decoded(t, planBytes(t, p))["summary"].(map[string]any)["monthly_delta"].(map[string]any)
	if len(delta) != 1 || delta["USD"] != "1.01" {
		t.Errorf("the sum of 3 × 0.335 is %v; what is held does not count", delta)
	}
}

func TestSummaryOfAPlanIsThatOfThePlan(t *testing.T) {
	p := everything()
	want, got := p.Summary(), (sheet{plan: p}).summary()
	if got.Create != want.Create || got.Update != want.Update || got.Cancel != want.Cancel || got.None != want.None || got.Hold != want.Hold || got.Skip != want.Skip {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if len(got.MonthlyDelta) != len(want.MonthlyDelta) {
		t.Errorf("currencies: got %v, want %v", got.MonthlyDelta, want.MonthlyDelta)
	}
	for currency, amount := range want.MonthlyDelta {
		if !got.MonthlyDelta[currency].Equal(amount) {
			t.Errorf("%s: got %s, want %s", currency, got.MonthlyDelta[currency], amount)
		}
	}
}

func TestRunCounts(t *testing.T) {
	sum := Summarise(finished())
	if sum.Applied != 3 || sum.Failed != 1 || sum.Unknown != 1 || sum.NotReached != 1 || sum.Hold != 3 || sum.None != 1 || sum.Skip != 1 {
		t.Errorf("%+v", sum)
	}
	if got := sum.MonthlyDelta["USD"]; !got.Equal(dec("193.5")) {
		t.Errorf("what was applied is worth %s", got)
	}
	if got := sum.HeldMonthlyDelta["USD"]; !got.Equal(dec("-131.458333333333")) {
		t.Errorf("what is held is worth %s", got)
	}
}

func rowOfRun(t *testing.T, i int) map[string]any {
	t.Helper()
	return decoded(t, runBytes(t, finished()))["changes"].([]any)[i].(map[string]any)
}

func TestRowHeldWhileApplyingIsAHold(t *testing.T) {
	c := rowOfRun(t, 3)
	if c["action"] != "hold" || c["code"] != "changed_meanwhile" || c["status"] != "held" || !strings.HasPrefix(c["reason"].(string), "somebody changed") {
		t.Errorf("%v", c)
	}
	if len(c["after"].(map[string]any)) != 0 || c["wanted"].(map[string]any)["quantity"] != "1200" || c["before"].(map[string]any)["quantity"] != "1234.5" {
		t.Errorf("before %v, after %v, wanted %v", c["before"], c["after"], c["wanted"])
	}
}

func TestCreatedAdditionIsNamed(t *testing.T) {
	if id := rowOfRun(t, 1)["addition"].(map[string]any)["id"]; id != 9120.0 {
		t.Errorf("addition %v", id)
	}
	if addition := decoded(t, planBytes(t, everything()))["changes"].([]any)[1].(map[string]any)["addition"]; addition != nil {
		t.Errorf("a line that is to be created has the addition %v", addition)
	}
}

func TestStatusOfEachRow(t *testing.T) {
	want := []string{"applied", "applied", "applied", "held", "failed", "unknown", "unchanged", "held", "held", "", "skipped"}
	for i, c := range decoded(t, runBytes(t, finished()))["changes"].([]any) {
		if got := c.(map[string]any)["status"]; got != want[i] {
			t.Errorf("row %d is %v, want %s", i, got, want[i])
		}
	}
	early := finished()
	early.Outcomes = nil // it ended before the first row
	for i, c := range decoded(t, runBytes(t, early))["changes"].([]any) {
		row := c.(map[string]any)
		if settled := row["action"] == "none" || row["action"] == "hold" || row["action"] == "skip"; settled == (row["status"] == "") {
			t.Errorf("row %d: %v is %q", i, row["action"], row["status"])
		}
	}
}

func TestTimesAreUTCWithWholeSeconds(t *testing.T) {
	p := everything()
	p.Created = created.In(time.FixedZone("", -5*3600))
	document := decoded(t, planBytes(t, p))
	if document["created"] != "2026-11-21T06:00:03Z" || document["duration_ms"] != 1234.0 {
		t.Errorf("created %v, duration_ms %v", document["created"], document["duration_ms"])
	}
	if failed := document["sources"].([]any)[0].(map[string]any); failed["as_of"] != "" || failed["held"] != "source_failed" {
		t.Errorf("a source that could not be read: %v", failed)
	}
}

func TestHostileTextSurvivesInJSON(t *testing.T) {
	c := change("<b>\u202e\x1b[31m\u2028", "1", "x", plan.None, plan.Unchanged, "bad \xff byte")
	data := planBytes(t, &plan.Plan{Changes: []plan.Change{c}})
	if bytes.ContainsAny(data, "\x1b") || bytes.Contains(data, []byte("\u2028")) {
		t.Errorf("raw control characters in %s", data)
	}
	if !bytes.Contains(data, []byte("<b>")) {
		t.Errorf("letters that need no escape are escaped in %s", data)
	}
	got := decoded(t, data)["changes"].([]any)[0].(map[string]any)
	if name := got["customer"].(map[string]any)["name"]; name != c.Customer.Name {
		t.Errorf("the name became %q", name)
	}
	if got["reason"] != "bad \ufffd byte" {
		t.Errorf("the reason became %q", got["reason"])
	}
}

func TestKeysAreEscaped(t *testing.T) {
	c := change("A", "10/01", "x", plan.Skip, plan.MergedInto, "")
	c.Into = &billing.Key{Source: "mail", Customer: "a%b", Service: "x\n"}
	got := decoded(t, planBytes(t, &plan.Plan{Changes: []plan.Change{c}}))["changes"].([]any)[0].(map[string]any)
	if got["key"] != "mail/10%2F01/mbx-x" || got["into"] != "mail/a%25b/x%0A" {
		t.Errorf("key %v, into %v", got["key"], got["into"])
	}
}

type brokenWriter struct{ left int }

var errFull = errors.New("no space left")

func (b *brokenWriter) Write(p []byte) (int, error) {
	if b.left -= len(p); b.left < 0 {
		return 0, errFull
	}
	return len(p), nil
}

func TestAFullDiskIsAnError(t *testing.T) {
	for _, room := range []int{0, 5000} {
		if err := WritePlanJSON(&brokenWriter{room}, everything(), nil, 0, 0); !errors.Is(err, errFull) {
			t.Errorf("JSON after %d bytes: %v", room, err)
		}
		if err := PlanText(&brokenWriter{room}, everything(), TextOptions{}); !errors.Is(err, errFull) {
			t.Errorf("text after %d bytes: %v", room, err)
		}
	}
}
