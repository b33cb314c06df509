package plan_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"cwsync/syncer/plan"
)

// codeCase is one line of the contract's table of codes: the smallest world that gives the code, and what a person can do about it. Rows are
// written as told writes them. Where the key is not said it is mail/1001/mbx.
type codeCase struct {
	code     plan.Code
	when     string         // where one code has several forms
	given    func(w *world) // the smallest world
	key      string         // of the row that carries the code
	rows     string         // the plan
	accepted string         // the plan with --accept KEY; empty: as before, with a warning that it met nothing
	released string         // the plan with --accept SOURCE:CODE; empty: as before, with a warning that it met nothing
	leftOut  string         // the plan when the reviewer leaves the line out; empty: as before
}

func allCodes() []codeCase {
	return slices.Concat(
		doneCodes(), changeCodes(), endCodes(), usageEndCodes(),
		guardCodes(), driftCodes(), lostLineCodes(), mappingCodes(), mergedMappingCodes(), claimCodes(), mergeCodes(),
		unbilledCodes(), unmappedCodes(), absentCodes(), switchCodes(), agreementCodes(), wrongAgreementCodes(), productCodes(), waitingCodes(),
		sourceCodes(), missingCodes(), moneyCodes(), rateCodes(), newProductCodes(), heldRateCodes(),
	)
}

func TestEveryCode(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range allCodes() {
		name := strings.TrimSpace(string(c.code) + " " + c.when)
		if seen[name] {
			t.Errorf("two cases are called %q", name)
		}
		seen[name] = true
		if c.key == "" {
			c.key = "mail/1001/mbx"
		}
		t.Run(name, func(t *testing.T) {
			c.checkCode(t)
			c.check(t, "accepting its key", func(w *world) { w.accept(c.key) }, c.accepted, c.key)
			source, _, _ := strings.Cut(c.key, "/")
			bySource := source + ":" + string(c.code)
			c.check(t, "accepting "+bySource, func(w *world) { w.accept(bySource) }, c.released, bySource)
			c.check(t, "accepting another line", func(w *world) { w.accept("mail/9999/other") }, "", "mail/9999/other")
			c.check(t, "leaving it out", func(w *world) { w.policy.LeftOut = append(w.policy.LeftOut, c.key) }, c.leftOut, "")
			c.checkFiltered(t)
			c.checkStale(t)
		})
	}
}

func (c *codeCase) world() *world {
	w := newWorld()
	c.given(w)
	return w
}

// checkCode: the world gives just these rows, and the one of the key has the code.
func (c *codeCase) checkCode(t *testing.T) {
	t.Helper()
	w := c.world()
	p := w.plan()
	checkText(t, "as it is", "rows", told(&p), c.rows)
	checkSound(t, w, &p)
	if !slices.ContainsFunc(p.Changes, func(row plan.Change) bool { return row.Key == key(c.key) && row.Code == c.code }) {
		t.Errorf("no row of %s has the code %s", c.key, c.code)
	}
}

// check plans once more with something that a person does. Where that is to change nothing, an acceptance is answered with a warning.
func (c *codeCase) check(t *testing.T, what string, do func(w *world), want, entry string) {
	t.Helper()
	w := c.world()
	do(w)
	p := w.plan()
	if want == "" {
		want = c.rows
		if entry != "" {
			want += fmt.Sprintf("\n! accepted for nothing: %s", entry)
		}
	}
	checkText(t, what, "rows", told(&p), want)
	checkSound(t, w, &p)
}

// checkFiltered: a run for other customers or other sources does not show the row.
func (c *codeCase) checkFiltered(t *testing.T) {
	t.Helper()
	for what, narrow := range map[string]func(w *world){
		"another customer": func(w *world) { w.policy.Customers = []string{"nobody"} },
		"another source":   func(w *world) { w.policy.Sources = []string{"nothing"} },
	} {
		w := c.world()
		narrow(w)
		if p := w.plan(); len(p.Changes) > 0 {
			t.Errorf("a run for %s shows:\n%s", what, told(&p))
		}
	}
}

// checkStale: where the usage is too old, every line that something would be done about is held for that, and every other row is as before.
func (c *codeCase) checkStale(t *testing.T) {
	t.Helper()
	before := c.world().plan()
	w := c.world()
	for _, s := range w.sources {
		s.Usage.AsOf = w.policy.Now.Add(-time.Duration(w.policy.Guards.MaxAge) - time.Hour)
	}
	after := w.plan()
	would := map[string]bool{}
	for i := range before.Changes {
		would[before.Changes[i].Key.String()] = would[before.Changes[i].Key.String()] || pending(&before.Changes[i])
	}
	want, got := map[string]string{}, map[string]string{}
	for i := range before.Changes {
		row := &before.Changes[i]
		if name := row.Key.String(); would[name] {
			want[name] = "hold usage_stale"
		} else {
			want[name] += fmt.Sprintf("%s %s %s", row.Action, row.Code, row.Reason)
		}
	}
	for i := range after.Changes {
		row := &after.Changes[i]
		if name := row.Key.String(); row.Code == plan.UsageStale {
			got[name] = fmt.Sprintf("%s %s", row.Action, row.Code)
		} else {
			got[name] += fmt.Sprintf("%s %s %s", row.Action, row.Code, row.Reason)
		}
	}
	if !maps.Equal(got, want) {
		t.Errorf("with usage that is too old: %q\nwanted: %q", got, want)
	}
}

// pending reports whether a row does something, or would if its source were not held.
func pending(row *plan.Change) bool {
	switch row.Code {
	case plan.UsageStale, plan.MissingShare, plan.MaxMonthlyDelta:
		return true
	}
	return row.Action.Writes() || (row.Adopts && row.Action == plan.None) || len(row.Releases) > 0
}

// TestEveryCodeHasItsCase reads the list of codes from the program itself. One code comes about only while a plan is applied.
func TestEveryCodeHasItsCase(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "code.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	covered := map[plan.Code]bool{plan.ChangedMeanwhile: true}
	for _, c := range allCodes() {
		covered[c.code] = true
	}
	found := 0
	ast.Inspect(file, func(node ast.Node) bool {
		literal, ok := node.(*ast.BasicLit)
		if !ok {
			return true
		}
		code, err := strconv.Unquote(literal.Value)
		if found++; err != nil || !covered[plan.Code(code)] {
			t.Errorf("code %s has no case", literal.Value)
		}
		return true
	})
	if found < 30 {
		t.Errorf("code.go names only %d codes", found)
	}
}
