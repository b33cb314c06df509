package syncer

import (
	"errors"
	"testing"

	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
)

func TestExitCodes(t *testing.T) {
	stopOf := func(class billing.Class) error { return &billing.Failure{Class: class, Message: "x"} }
	writes, held, none := plan.Update, plan.Hold, plan.None
	type row struct {
		action plan.Action
		status Status
	}
	var (
		applied = row{writes, Applied}
		failed  = row{writes, Failed}
		unknown = row{writes, Unknown}
		skipped = row{writes, Skipped}
		late    = row{writes, Held}
		hold    = row{held, Held}
		same    = row{none, Unchanged}
		left    = row{plan.Skip, Skipped}
	)
	for name, c := range map[string]struct {
		rows    []row
		stopped error
		open    bool // a write of an earlier run is unknown
		want    int
	}{
		"nothing to do":                          {rows: []row{same}, want: 0},
		"an empty plan":                          {want: 0},
		"all applied":                            {rows: []row{applied, applied, same}, want: 0},
		"skips are no failure":                   {rows: []row{applied, left}, want: 0},
		"held by the plan":                       {rows: []row{applied, hold}, want: 5},
		"held while applying":                    {rows: []row{applied, late}, want: 5},
		"only held":                              {rows: []row{hold}, want: 5},
		"some failed":                            {rows: []row{applied, failed, hold}, want: 3},
		"all failed":                             {rows: []row{failed, failed}, want: 1},
		"failed before held":                     {rows: []row{failed, hold}, want: 1},
		"unknown first of all":                   {rows: []row{applied, failed, unknown, hold}, stopped: stopOf(billing.ClassCancelled), want: 6},
		"unknown from an earlier run":            {rows: []row{applied}, open: true, want: 6},
		"unknown from an earlier run, cancelled": {rows: []row{skipped}, open: true, stopped: stopOf(billing.ClassCancelled), want: 6},
		"cancelled before anything":              {rows: []row{skipped}, stopped: stopOf(billing.ClassCancelled), want: 130},
		"cancelled on the way":                   {rows: []row{applied, failed, skipped}, stopped: stopOf(billing.ClassCancelled), want: 130},
		"keys refused on the way":                {rows: []row{applied, failed, skipped}, stopped: stopOf(billing.ClassAuth), want: 3},
		"keys refused at once":                   {rows: []row{failed, skipped, hold}, stopped: stopOf(billing.ClassAuth), want: 12},
		"throttled on the way":                   {rows: []row{applied, failed}, stopped: stopOf(billing.ClassThrottled), want: 3},
		"throttled at once":                      {rows: []row{failed, skipped, hold}, stopped: stopOf(billing.ClassThrottled), want: 75},
		"out of reach at once":                   {rows: []row{failed}, stopped: stopOf(billing.ClassUnavailable), want: 75},
		"nonsense at once":                       {rows: []row{failed}, stopped: stopOf(billing.ClassNonsense), want: 1},
		"the store fails at once":                {rows: []row{failed, skipped}, stopped: labelled(errDisk), want: 8},
		"the store fails on the way":             {rows: []row{applied, skipped}, stopped: labelled(errDisk), want: 3},
	} {
		t.Run(name, func(t *testing.T) {
			run := &Run{Plan: &plan.Plan{}}
			for _, r := range c.rows {
				run.Plan.Changes = append(run.Plan.Changes, plan.Change{Action: r.action})
				run.Outcomes = append(run.Outcomes, Outcome{Status: r.status})
			}
			if got := run.exitCode(c.stopped, c.open); got != c.want {
				t.Errorf("exit code %d, want %d", got, c.want)
			}
		})
	}
}

func TestASourceHeldAsAWholeIsHeld(t *testing.T) {
	run := &Run{Plan: &plan.Plan{Sources: []plan.SourceSummary{{Name: "mail", Held: plan.SourceEmpty}}}}
	if got := run.exitCode(nil, false); got != ExitHeld {
		t.Errorf("exit code %d", got)
	}
}

func TestDryRunExit(t *testing.T) {
	made := func(actions ...plan.Action) *plan.Plan {
		p := &plan.Plan{}
		for _, action := range actions {
			p.Changes = append(p.Changes, plan.Change{Action: action})
		}
		return p
	}
	for name, c := range map[string]struct {
		made     *plan.Plan
		detailed bool
		want     int
	}{
		"plain":              {made(plan.Create, plan.Hold), false, 0},
		"detailed, pending":  {made(plan.Create, plan.Hold), true, 4},
		"detailed, held":     {made(plan.None, plan.Hold), true, 5},
		"detailed, the same": {made(plan.None, plan.Skip), true, 0},
	} {
		if got := DryRunExit(c.made, c.detailed); got != c.want {
			t.Errorf("%s: exit code %d, want %d", name, got, c.want)
		}
	}
}

func TestARunThatEndsEarlyKeepsSixWhileAWriteIsUnknown(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(*rig)
		want  int
	}{
		"no source can be read": {func(r *rig) { r.broken["mail"] = errors.New("no such file") }, ExitUnknown},
		"keys refused":          {func(r *rig) { r.world.onRead = func(int, bool) error { return errKeys } }, ExitUnknown},
		"wrong usage":           {func(r *rig) { r.Setup.Connection.TimeZone = "Middle Earth" }, ExitUsage},
		"the store":             {func(r *rig) { r.store.fail["undone"] = errDisk }, ExitStore},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, 1)
			r.uses(1, "3")
			r.loses(false, 1)
			wantExit(t, r.sync(), ExitUnknown)
			c.spoil(r)
			if stop := r.stops(Request{}); stop.Exit != c.want {
				t.Errorf("exit %d, want %d", stop.Exit, c.want)
			}
			if last := r.store.finished[len(r.store.finished)-1]; last.ExitCode != c.want {
				t.Errorf("history says %d", last.ExitCode)
			}
		})
	}
}
