package doctor

import (
	"context"
	"fmt"
	"time"

	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
)

// The names of the steps of runs; that of an alert is followed by its name.
const (
	NameUnknown     = "unknown writes"
	NameSchedule    = "schedule"
	NameLastRun     = "last run"
	NameLastSuccess = "last success"
	nameOfAlert     = "alert "
)

// PastRun is a run as far as it is looked at here.
type PastRun struct {
	ID       string
	Started  time.Time
	ExitCode int  // 0 to 130
	CutOff   bool // its end was never recorded: it goes on now, or it was cut off
}

// succeeded reports whether the run did all that it could: lines that are held wait for a person, not for another run.
func (r *PastRun) succeeded() bool {
	return !r.CutOff && (r.ExitCode == ExitDone || r.ExitCode == ExitHeld)
}

// OpenWrite is a write of an earlier run whose end is not known.
type OpenWrite struct {
	Key       billing.Key
	Agreement int // ConnectWise id; 0: of a product
	Since     time.Time
}

// ScheduleState is the entry of this machine's scheduler that starts the runs of the profile.
type ScheduleState struct {
	Present bool
	Name    string        // of the entry, as the scheduler lists it
	Next    time.Time     // zero: the scheduler does not tell
	Every   time.Duration // the longest time between two starts; 0: not known
	Problem string        // why it will not run as it should; empty: nothing is known to be wrong
}

// Runs is what is known of runs, past and to come.
type Runs struct {
	// Past gives the newest runs, newest first.
	Past func(ctx context.Context) ([]PastRun, error)
	// Open gives the writes whose end is not known.
	Open func(ctx context.Context) ([]OpenWrite, error)
	// Schedule asks the scheduler of this machine; nil: it is not looked at.
	Schedule func(ctx context.Context) (ScheduleState, error)

	MaxAge time.Duration // guards.max_age of the set-up: how old a success may be where no schedule tells
	Now    func() time.Time

	past     fact[[]PastRun]
	schedule fact[ScheduleState]
}

// RunSteps are the steps of runs; they wait for the store.
func RunSteps(r *Runs) []Step {
	steps := []Step{
		{Name: NameUnknown, Do: r.unknown},
		{Name: NameSchedule, Do: r.scheduled},
		{Name: NameLastRun, Do: r.lastRun},
		{Name: NameLastSuccess, Do: r.lastSuccess},
	}
	for i := range steps {
		steps[i].Group = GroupRuns
		if steps[i].Name != NameSchedule {
			steps[i].After = []string{NameStore}
		}
	}
	return steps
}

func (r *Runs) unknown(ctx context.Context) Check {
	open, err := r.Open(ctx)
	switch {
	case err != nil:
		return failed(err)
	case len(open) == 0:
		return ok("none")
	}
	findings := make([]string, len(open))
	for i, write := range open {
		where := fmt.Sprintf("on agreement %d", write.Agreement)
		if write.Agreement == 0 {
			where = "of a product"
		}
		findings[i] = fmt.Sprintf("%s %s, since %s", write.Key, where, moment(write.Since))
	}
	check := told(Fail, ExitUnknown, findings, fmt.Sprintf("%d writes may or may not have happened", len(open)))
	check.Hint = "the next run reads ConnectWise again and settles it, or says what a person has to look at: `cwsync --sync`"
	return check
}

func (r *Runs) readSchedule(ctx context.Context) (ScheduleState, error) {
	return r.schedule.get(ctx, nil, r.Schedule)
}

func (r *Runs) scheduled(ctx context.Context) Check {
	if r.Schedule == nil {
		return Check{Status: Skip, Detail: "not looked at"}
	}
	state, err := r.readSchedule(ctx)
	switch {
	case err != nil:
		return failed(err)
	case !state.Present:
		return Check{Status: Warn, Detail: "no entry of this machine's scheduler starts a run of this profile",
			Hint: "`cwsync schedule add` makes one, unless another machine or program does the runs"}
	case state.Problem != "":
		return Check{Status: Warn, Detail: state.Name + ": " + state.Problem, Hint: "`cwsync schedule status` says more, `cwsync schedule add` makes it anew"}
	case state.Next.IsZero():
		return ok(state.Name)
	}
	return ok(state.Name + ", next run " + moment(state.Next))
}

func (r *Runs) readPast(ctx context.Context) ([]PastRun, error) { return r.past.get(ctx, nil, r.Past) }

func (r *Runs) lastRun(ctx context.Context) Check {
	past, err := r.readPast(ctx)
	switch {
	case err != nil:
		return failed(err)
	case len(past) == 0:
		return Check{Status: Warn, Detail: "there was no run yet", Hint: "`cwsync --sync --dry-run` shows what the first one would do"}
	}
	last := &past[0]
	detail := fmt.Sprintf("%s, %s", last.ID, r.ago(last.Started))
	switch {
	case last.CutOff:
		return Check{Status: Warn, Detail: detail + ", never ended: it goes on now, or was cut off", Hint: "the next run settles what it left open; `cwsync history " + last.ID + "` shows it"}
	case last.ExitCode != ExitDone:
		return Check{Status: Warn, Detail: fmt.Sprintf("%s, ended with exit code %d (%s)", detail, last.ExitCode, exitWord(last.ExitCode)),
			Hint: "`cwsync history " + last.ID + "` shows why"}
	}
	return ok(detail + ", ended well")
}

// exitWord says in a word or two what an exit code of a run means.
func exitWord(code int) string {
	word := map[int]string{
		ExitFailed: "failed", 3: "some lines were not written", ExitHeld: "lines are held", ExitUnknown: "a write is unknown", 7: "stale plan",
		ExitStore: "the store could not be used", ExitUsage: "wrong usage or set-up", 11: "another run was going on", ExitCredentials: "credentials",
		ExitTryLater: "try later", ExitCancelled: "stopped",
	}[code]
	if word == "" {
		return "failed"
	}
	return word
}

// lastSuccess looks how long ago a run did all that it could.
func (r *Runs) lastSuccess(ctx context.Context) Check {
	past, err := r.readPast(ctx)
	if err != nil {
		return failed(err)
	}
	for i := range past {
		run := &past[i]
		if !run.succeeded() {
			continue
		}
		check := ok(fmt.Sprintf("%s, %s", run.ID, r.ago(run.Started)))
		if limit, what := r.limit(ctx); limit > 0 && r.Now().Sub(run.Started) > limit {
			check.Status, check.Detail = Warn, check.Detail+", longer than "+what
			check.Hint = "see that the schedule starts it, and why the runs since did not end well: `cwsync history`"
		}
		return check
	}
	if len(past) == 0 {
		return Check{Status: Skip, Detail: "there was no run yet"}
	}
	return Check{Status: Warn, Detail: fmt.Sprintf("none of the last %d", len(past)), Hint: "`cwsync history` shows how each ended"}
}

// limit is how long ago the last success may be: one period of the schedule and a quarter, since schedulers start runs a little early or late;
// max_age where no schedule tells.
func (r *Runs) limit(ctx context.Context) (limit time.Duration, what string) {
	if r.Schedule != nil {
		if state, err := r.readSchedule(ctx); err == nil && state.Present && state.Every > 0 {
			return state.Every + state.Every/4, "the schedule's " + billing.Duration(state.Every).String()
		}
	}
	return r.MaxAge, "max_age (" + billing.Duration(r.MaxAge).String() + ")"
}

func (r *Runs) ago(at time.Time) string {
	return fmt.Sprintf("%s (%s ago)", moment(at), age(r.Now().Sub(at)))
}

// age is a span as people say it; what lies ahead by another clock counts as now.
func age(span time.Duration) string {
	if span < time.Minute {
		return "less than a minute"
	}
	return plan.Age(span)
}

func moment(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }

// AlertSteps send a test through each of these alerts, which says what came of it; there is none where send is nil.
func AlertSteps(names []string, send func(ctx context.Context, name string) (said string, err error)) []Step {
	if send == nil {
		return nil
	}
	steps := make([]Step, len(names))
	for i, name := range names {
		steps[i] = Step{Name: nameOfAlert + name, Group: GroupAlerts, Do: func(ctx context.Context) Check {
			said, err := send(ctx, name)
			if err != nil {
				return failed(err)
			}
			return ok(said)
		}}
	}
	return steps
}
