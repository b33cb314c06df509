package doctor_test

import (
	"context"
	"errors"
	"testing"

	"cwsync/syncer/billing"
	"cwsync/syncer/doctor"
	"cwsync/syncer/setup"
)

// step is one that ends so, and counts.
func step(name string, status doctor.Status, done *[]string, after ...string) doctor.Step {
	return doctor.Step{Name: name, After: after, Do: func(context.Context) doctor.Check {
		*done = append(*done, name)
		return doctor.Check{Status: status}
	}}
}

func TestWhatBuildsOnAFailureIsLeftOut(t *testing.T) {
	var done []string
	checks := doctor.Run(t.Context(), []doctor.Step{
		step("a", doctor.Warn, &done), step("b", doctor.Fail, &done, "a"), step("c", doctor.OK, &done, "b"), step("d", doctor.OK, &done, "c"),
		step("e", doctor.Skip, &done), step("f", doctor.OK, &done, "a", "e"),
	}, nil)
	var got []doctor.Status
	for _, check := range checks {
		got = append(got, check.Status)
	}
	want := []doctor.Status{doctor.Warn, doctor.Fail, doctor.Skip, doctor.Skip, doctor.Skip, doctor.OK}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("step %s: %s, want %s", checks[i].Name, got[i], want[i])
		}
	}
	if len(done) != 4 { // a b e f
		t.Errorf("done: %v", done)
	}
	if checks[3].Detail != checks[2].Detail || checks[2].Detail != "not examined: first mend “b”" {
		t.Errorf("the reason is not the first failure: %q, %q", checks[2].Detail, checks[3].Detail)
	}
}

func TestStopped(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	n := 0
	checks := examine(ctx, well().probe(), everything(), func(doctor.Check) {
		if n++; n == 3 {
			cancel()
		}
	})
	if len(checks) != 13 || n != 13 {
		t.Fatalf("%d checks, %d told", len(checks), n)
	}
	for i, check := range checks {
		if stopped := check.Status == doctor.Skip && check.Exit == doctor.ExitCancelled; stopped != (i >= 3) {
			t.Errorf("check %d: %+v", i, check)
		}
	}
	if code := doctor.Worst(checks); code != doctor.ExitCancelled {
		t.Errorf("exit %d", code)
	}
}

func TestStoppedInTheMiddleOfARequest(t *testing.T) {
	s := newSim(t)
	ctx, cancel := context.WithCancel(t.Context())
	p := probe(t, s.config())
	p.Site = stopping{p.Site, cancel}
	checks := examine(ctx, p, everything(), nil)
	if check := find(t, checks, "discovery"); check.Status != doctor.Skip || check.Detail != "stopped" || check.Exit != doctor.ExitCancelled {
		t.Errorf("got %+v", check)
	}
	if code := doctor.Worst(checks); code != doctor.ExitCancelled {
		t.Errorf("exit %d", code)
	}
}

// stopping is a site where a person stops the discovery.
type stopping struct {
	doctor.Site
	stop func()
}

func (s stopping) Discover(ctx context.Context) (billing.Site, error) {
	s.stop()
	return s.Site.Discover(ctx)
}

func TestOneAlone(t *testing.T) {
	s := newSim(t)
	s.Deny("Finance", "Agreements", "edit")
	p := probe(t, s.config())
	again := func(name string) doctor.Check {
		t.Helper()
		check, ok := doctor.Alone(t.Context(), doctor.ConnectionSteps(p, everything()), name)
		if !ok {
			t.Fatalf("no step %q", name)
		}
		return check
	}
	if check := again("agreements: edit"); check.Status != doctor.Fail || check.Name != "agreements: edit" || check.Right == nil || check.Exit != 12 {
		t.Errorf("got %+v", check)
	}
	s.SetRight("Finance", "Agreements", "edit", "All")
	for _, name := range doctor.Names(doctor.ConnectionSteps(p, everything())) {
		if check := again(name); check.Status != doctor.OK {
			t.Errorf("got %+v", check)
		}
	}
	if _, ok := doctor.Alone(t.Context(), doctor.ConnectionSteps(p, everything()), "nothing"); ok {
		t.Error("a step that is not there was done")
	}
	config := s.config()
	config.PrivateKey = "wrong"
	p = probe(t, config)
	if check := again("agreements: edit"); check.Status != doctor.Fail || check.Exit != 12 {
		t.Errorf("a right alone with wrong keys: %+v", check)
	}
}

func TestFactsAreReadOnce(t *testing.T) {
	w := well()
	examine(t.Context(), w.probe(), everything(), nil)
	if w.calls != 6 { // reach, discover, sign in, member, rights, and the tables
		t.Errorf("%d requests", w.calls)
	}
}

func TestProblemBeforeAnything(t *testing.T) {
	for name, c := range map[string]struct {
		problem error
		exit    int
		hint    string
	}{
		"a word":         {errors.New("site is empty"), doctor.ExitUsage, ""},
		"with a hint":    {hinted{}, doctor.ExitUsage, "do this"},
		"of the outside": {&billing.Failure{Class: billing.ClassAuth, Message: "no key", Hint: "set it"}, doctor.ExitCredentials, "set it"},
	} {
		t.Run(name, func(t *testing.T) {
			steps := func() []doctor.Step { return doctor.ConnectionSteps(doctor.Probe{Problem: c.problem}, everything()) }
			checks := doctor.Run(t.Context(), steps(), nil)
			if bad := not(checks, doctor.Skip); len(bad) != 1 || bad[0].Name != "reachable" || bad[0].Exit != c.exit || bad[0].Hint != c.hint {
				t.Errorf("got %+v", bad)
			}
			for _, name := range doctor.Names(steps()) {
				if check, _ := doctor.Alone(t.Context(), steps(), name); check.Status != doctor.Fail || check.Exit != c.exit {
					t.Errorf("alone: %+v", check)
				}
			}
		})
	}
}

type hinted struct{}

func (hinted) Error() string { return "wrong" }
func (hinted) Hint() string  { return "do this" }

func TestWorst(t *testing.T) {
	for _, c := range []struct {
		exits []int
		want  int
	}{
		{nil, 0}, {[]int{0, 0}, 0}, {[]int{1, 75}, 75}, {[]int{75, 12, 1}, 12}, {[]int{12, 10}, 10},
		{[]int{10, 8}, 8}, {[]int{8, 130, 12}, 130}, {[]int{130, 6, 8}, 6}, {[]int{5, 1}, 1}, {[]int{5}, 5}, {[]int{99}, 99}, {[]int{99, 75}, 75}, {[]int{5, 99}, 99},
	} {
		var checks []doctor.Check
		for _, exit := range c.exits {
			checks = append(checks, doctor.Check{Status: doctor.Fail, Exit: exit})
		}
		if got := doctor.Worst(checks); got != c.want {
			t.Errorf("worst of %v is %d, want %d", c.exits, got, c.want)
		}
	}
}

func TestNeedsOf(t *testing.T) {
	document := &setup.Document{Connection: setup.Connection{Company: "acme"}, Sources: []billing.Source{
		{Services: []billing.Service{{ID: "a"}}}, {Services: []billing.Service{{ID: "b"}, {ID: "c"}}},
	}}
	if got := doctor.NeedsOf(document); got != (doctor.Needs{Company: "acme"}) {
		t.Errorf("got %+v", got)
	}
	document.Sources[1].Services[1].CreateProduct = true
	document.Sources[1].Services[0].UpdateProduct = true
	if got := doctor.NeedsOf(document); got != (doctor.Needs{Company: "acme", CreateProducts: true, UpdateProducts: true}) {
		t.Errorf("got %+v", got)
	}
	document.Alerts = []setup.Alert{{Name: "a", Kind: "webhook"}, {Name: "b", Kind: "ticket"}}
	if got := doctor.NeedsOf(document); !got.Tickets {
		t.Errorf("of a ticket's alert: %+v", got)
	}
}
