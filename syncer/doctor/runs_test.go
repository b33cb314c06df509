package doctor_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"cwsync/syncer/billing"
	"cwsync/syncer/doctor"
)

var noon = time.Date(2026, 3, 16, 12, 0, 0, 0, time.UTC)

// runs are those that ended with these codes, newest first, the first an hour ago and the others a day apart; a negative code is a run that was cut off.
func runs(codes ...int) *doctor.Runs {
	var past []doctor.PastRun
	for i, code := range codes {
		started := noon.Add(-time.Hour - time.Duration(i)*24*time.Hour)
		past = append(past, doctor.PastRun{ID: "r-" + string(rune('1'+i)), Started: started, ExitCode: max(code, 0), CutOff: code < 0})
	}
	return &doctor.Runs{
		Past: func(context.Context) ([]doctor.PastRun, error) { return past, nil }, Open: func(context.Context) ([]doctor.OpenWrite, error) { return nil, nil },
		MaxAge: 26 * time.Hour, Now: func() time.Time { return noon },
	}
}

func scheduled(r *doctor.Runs, state doctor.ScheduleState, err error) *doctor.Runs {
	r.Schedule = func(context.Context) (doctor.ScheduleState, error) { return state, err }
	return r
}

func unknownWrites(writes ...doctor.OpenWrite) *doctor.Runs {
	r := runs(0)
	r.Open = func(context.Context) ([]doctor.OpenWrite, error) { return writes, nil }
	return r
}

func TestRuns(t *testing.T) {
	key := billing.Key{Source: "mail", Customer: "1001", Service: "adv"}
	write := doctor.OpenWrite{Key: key, Agreement: 801, Since: noon.Add(-time.Hour)}
	entry := doctor.ScheduleState{Present: true, Name: "cwsync.timer", Next: noon.Add(18 * time.Hour)}
	every := func(d time.Duration) doctor.ScheduleState {
		return doctor.ScheduleState{Present: true, Name: "cron", Every: d}
	}
	for name, c := range map[string]struct {
		runs       *doctor.Runs
		check      string
		status     doctor.Status
		exit       int
		says, hint string
	}{
		"no unknown writes":           {runs(0), "unknown writes", doctor.OK, 0, "none", ""},
		"an unknown write":            {unknownWrites(write), "unknown writes", doctor.Fail, 6, "mail/1001/adv on agreement 801, since 2026-03-16 11:00 UTC", "cwsync --sync"},
		"of a product":                {unknownWrites(doctor.OpenWrite{Key: billing.Key{Source: "mail", Service: "adv"}, Since: noon}), "unknown writes", doctor.Fail, 6, "mail//adv of a product", "cwsync --sync"},
		"unknown writes":              {unknownWrites(write, write), "unknown writes", doctor.Fail, 6, "2 writes may or may not have happened", "cwsync --sync"},
		"schedule":                    {scheduled(runs(0), entry, nil), "schedule", doctor.OK, 0, "cwsync.timer, next run 2026-03-17 06:00 UTC", ""},
		"schedule without a time":     {scheduled(runs(0), every(0), nil), "schedule", doctor.OK, 0, "cron", ""},
		"nobody looks at schedules":   {runs(0), "schedule", doctor.Skip, 0, "not looked at", ""},
		"no entry":                    {scheduled(runs(0), doctor.ScheduleState{}, nil), "schedule", doctor.Warn, 0, "no entry", "cwsync schedule add"},
		"an entry that will not run":  {scheduled(runs(0), doctor.ScheduleState{Present: true, Name: "cron", Problem: "disabled"}, nil), "schedule", doctor.Warn, 0, "cron: disabled", "cwsync schedule status"},
		"a scheduler that is broken":  {scheduled(runs(0), doctor.ScheduleState{}, &doctor.Fault{Message: "no answer", Exit: 1}), "schedule", doctor.Fail, 1, "no answer", ""},
		"last run":                    {runs(0), "last run", doctor.OK, 0, "r-1, 2026-03-16 11:00 UTC (1 hour ago), ended well", ""},
		"last run with held lines":    {runs(5), "last run", doctor.Warn, 0, "ended with exit code 5 (lines are held)", "cwsync history r-1"},
		"last run with another code":  {runs(99), "last run", doctor.Warn, 0, "exit code 99 (failed)", "cwsync history r-1"},
		"last run was cut off":        {runs(-1), "last run", doctor.Warn, 0, "never ended", "cwsync history r-1"},
		"no run":                      {runs(), "last run", doctor.Warn, 0, "there was no run yet", "--dry-run"},
		"last success":                {runs(0), "last success", doctor.OK, 0, "r-1, 2026-03-16 11:00 UTC (1 hour ago)", ""},
		"with held lines":             {runs(5, 0), "last success", doctor.OK, 0, "r-1", ""},
		"a day and an hour ago":       {runs(75, 0), "last success", doctor.OK, 0, "r-2, 2026-03-15 11:00 UTC (25 hours ago)", ""},
		"two days ago":                {runs(75, -1, 0), "last success", doctor.Warn, 0, "r-3, 2026-03-14 11:00 UTC (2 days 1 hour ago), longer than max_age (26h)", "cwsync history"},
		"within a period":             {scheduled(runs(75, 75, 0), every(48*time.Hour), nil), "last success", doctor.OK, 0, "r-3", ""},
		"beyond a period":             {scheduled(runs(0), every(30*time.Minute), nil), "last success", doctor.Warn, 0, "longer than the schedule's 30m", "cwsync history"},
		"a little beyond":             {scheduled(runs(0), every(50*time.Minute), nil), "last success", doctor.OK, 0, "r-1", ""},
		"an entry that is not there":  {scheduled(runs(75, 75, 0), doctor.ScheduleState{Every: 48 * time.Hour}, nil), "last success", doctor.Warn, 0, "max_age", "cwsync history"},
		"schedulers that do not tell": {scheduled(runs(75, 75, 0), every(48*time.Hour), errors.New("x")), "last success", doctor.Warn, 0, "max_age", "cwsync history"},
		"no success":                  {runs(75, 12, 1), "last success", doctor.Warn, 0, "none of the last 3", "cwsync history"},
		"partial is no success":       {runs(3), "last success", doctor.Warn, 0, "none of the last 1", "cwsync history"},
		"no run, no success":          {runs(), "last success", doctor.Skip, 0, "there was no run yet", ""},
	} {
		t.Run(name, func(t *testing.T) {
			checks := doctor.Run(t.Context(), doctor.RunSteps(c.runs), nil)
			check := find(t, checks, c.check)
			if check.Status != c.status || check.Exit != c.exit || !strings.Contains(check.Detail, c.says) || check.Group != doctor.GroupRuns {
				t.Errorf("got %+v", check)
			}
			if !strings.Contains(check.Hint, c.hint) || (c.hint == "") != (check.Hint == "") {
				t.Errorf("hint %q", check.Hint)
			}
		})
	}
}

func TestRunsOfAStoreThatFails(t *testing.T) {
	broken := &doctor.Fault{Message: "disk", Exit: 8}
	r := runs(0)
	r.Past = func(context.Context) ([]doctor.PastRun, error) { return nil, broken }
	r.Open = func(context.Context) ([]doctor.OpenWrite, error) { return nil, broken }
	for _, check := range doctor.Run(t.Context(), doctor.RunSteps(r), nil) {
		if check.Name != "schedule" && (check.Status != doctor.Fail || check.Exit != 8) {
			t.Errorf("got %+v", check)
		}
	}
}

func TestAlerts(t *testing.T) {
	if steps := doctor.AlertSteps([]string{"ops"}, nil); steps != nil {
		t.Errorf("%d steps", len(steps))
	}
	var sent []string
	checks := doctor.Run(t.Context(), doctor.AlertSteps([]string{"ops", "chat"}, func(_ context.Context, name string) (string, error) {
		sent = append(sent, name)
		if name == "chat" {
			return "", &doctor.Fault{Message: "refused", Hint: "its address", Exit: 1}
		}
		return "it went out", nil
	}), nil)
	if len(sent) != 2 || checks[0].Name != "alert ops" || checks[0].Detail != "it went out" || checks[0].Status != doctor.OK || checks[1].Status != doctor.Fail || checks[1].Exit != 1 || checks[1].Hint != "its address" {
		t.Errorf("sent %q, got %+v", sent, checks)
	}
}
