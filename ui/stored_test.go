package ui

import (
	"strings"
	"testing"
	"time"

	"cwsync/syncer/billing"
	"cwsync/syncer/setup"

	"charm.land/bubbles/v2/key"
	"github.com/charmbracelet/x/ansi"
)

// storedApp is the frame over a set-up with one source, of which nothing was read in this sitting.
func storedApp(t *testing.T, change func(*billing.Source)) *app {
	t.Helper()
	profile := csvProfile(t, map[string]any{"path": "/nowhere/usage.csv"})
	from := &profile.setups.stored[0].Sources[0]
	mapped, linked := setup.NewService("business", "Business"), setup.NewCustomer("1001", "Contoso")
	mapped.Product = billing.ProductRef{Identifier: "PPE-BUS"}
	linked.Company, linked.Agreement = 11, 21
	off := setup.NewCustomer("1002", "Fabrikam")
	off.Sync = false
	from.Services, from.Customers = []billing.Service{mapped}, []billing.Customer{linked, off}
	change(from)
	return newApp(newFakeDesk(t, profile))
}

func TestStepsAreDoneFromTheSetupAlone(t *testing.T) {
	for name, c := range map[string]struct {
		change                     func(*billing.Source)
		usage, products, customers mark
	}{
		"all is there":        {func(*billing.Source) {}, markDone, markDone, markDone},
		"an option is needed": {func(s *billing.Source) { s.Options = nil }, markTodo, markDone, markDone},
		"a service is open":   {func(s *billing.Source) { s.Services[0].Product = billing.ProductRef{} }, markDone, markTodo, markDone},
		"it is switched off": {func(s *billing.Source) {
			s.Services[0].Product, s.Services[0].Sync = billing.ProductRef{}, false
		}, markDone, markDone, markDone},
		"a customer is open": {func(s *billing.Source) { s.Customers[1].Sync = true }, markDone, markDone, markTodo},
		"it was never read":  {func(s *billing.Source) { s.Services, s.Customers = nil, nil }, markTodo, markTodo, markTodo},
	} {
		a := storedApp(t, c.change)
		if a.steps[placeUsage].mark() != c.usage || a.steps[placeProducts].mark() != c.products || a.steps[placeCustomers].mark() != c.customers {
			t.Errorf("%s: marks %v, %v and %v", name, a.steps[placeUsage].mark(), a.steps[placeProducts].mark(), a.steps[placeCustomers].mark())
		}
	}
}

// A question about a sync is none any more when the sync has ended.
func TestLeavingIsNotAskedOnceTheRunHasEnded(t *testing.T) {
	r := newReviewRig(t, ordinary()...)
	cmd := r.begin()
	press(t, r.app, "esc")
	r.has("A sync is going on. Go back?")
	driveApp(t, r.app, cmd)
	r.hasNot("A sync is going on")
	r.has("Done: ")
	driveApp(t, r.app, send(askMsg{title: "Too late?", holds: func() bool { return false }}))
	r.hasNot("Too late?")
	r.clock.pass(time.Second)
	if r.here != placeSync {
		t.Errorf("at step %d", r.here)
	}
}

// The footer is filled up to where the rules end, and never beyond.
func TestFooterUsesItsWidth(t *testing.T) {
	d := newFakeDesk(t, newFakeProfile("contoso"))
	keys := []key.Binding{bind("enter", "choose"), bind("n", "new source"), bind("m", "123456")}
	always := []string{"? help", "esc back"}
	if line := ansi.Strip(footer(d.theme, keys, always, 60)); ansi.StringWidth(line) != 59 || !strings.Contains(line, "m 123456   ? help") {
		t.Errorf("%d cells: %q", ansi.StringWidth(line), line)
	}
	if line := ansi.Strip(footer(d.theme, keys, always, 59)); strings.Contains(line, "m 123") {
		t.Errorf("%d cells: %q", ansi.StringWidth(line), line)
	}
}

// However narrow the screen is, the key that a status ends with stays in sight.
func TestStatusKeepsItsKey(t *testing.T) {
	for text, want := range map[string]string{
		"every customer with usage is linked: g goes on": "every customer with u…: g goes on",
		"reading contacts and writing … esc stops it":    "reading contacts an… esc stops it",
		"one two three four five six seven eight":        "one two three four five six seve…",
		"short: g goes on": "short: g goes on",
	} {
		if got := statusText(text, 33); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}
