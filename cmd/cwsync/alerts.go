package main

import (
	"cmp"
	"context"
	"time"

	"cwsync/store"
	"cwsync/syncer"
	"cwsync/syncer/alert"
	"cwsync/syncer/plan"
	"cwsync/syncer/psa"
	"cwsync/syncer/setup"
	"cwsync/ui/report"

	"github.com/shopspring/decimal"
)

// alerted does a run that nobody watches: it reports what became of it, and then sends the alerts of the set-up. They change neither the report nor
// the exit code, whatever becomes of them. The demo sends none.
func (a *app) alerted(ctx context.Context, profile *store.Profile, document *setup.Document, do func(ctx context.Context) (*syncer.Run, error)) error {
	id, began := newID("r"), a.now()
	a.nextRun = id
	a.logs.run.Store(&id)
	sender, err := a.sender(profile, document)
	if err != nil {
		return err
	}
	beyond := context.WithoutCancel(ctx) // a cancelled run is told too
	round := sender.Start(beyond)
	run, err := do(ctx)
	if run == nil && err != nil {
		stop := stopOf(err)
		a.logs.record().Error("no run came about", "exit", stop.Exit, "code", stop.Problem.Code, "why", stop.Problem.Message)
	}
	result := a.reportRun(run, err)
	code := a.fail(result) // said now: an alert may take a while
	if len(sender.Alerts) > 0 {
		said := alertReport(id, a.flags.profile, began, a.now(), run, err)
		said.ExitCode = code
		last, ok, lastErr := profile.LastRun(beyond)
		said.Kept = lastErr == nil && ok && last.ID == id
		sending := ctx // a person who stops it now stops the alerts
		if ctx.Err() != nil {
			sending = beyond
		}
		a.noteFailures(beyond, profile, said, round.End(sending, said))
	}
	return exit(code)
}

// sender sends the alerts of a set-up; in the demo there are none to send.
func (a *app) sender(profile *store.Profile, document *setup.Document) (*alert.Sender, error) {
	kinds, err := catalogue()
	if err != nil {
		return nil, err
	}
	sender := &alert.Sender{Profile: a.flags.profile, Kinds: kinds, Secret: a.secret, Memory: profile, Desk: func() alert.Desk { return a.desk }, Now: a.now}
	if !a.demo {
		sender.Alerts = document.Alerts
	}
	return sender, nil
}

// testAlert sends a test by one alert of a set-up.
func (a *app) testAlert(ctx context.Context, profile *store.Profile, document *setup.Document, one setup.Alert) error {
	sender, err := a.sender(profile, document)
	if err != nil {
		return err
	}
	sender.Alerts = []setup.Alert{one}
	if a.desk == nil && one.Kind == alert.KindTicket {
		if client, err := a.dial(ctx, profile, document); err == nil { // else the ticket says that ConnectWise is out of reach
			a.desk = psa.New(client)
		}
	}
	failures := sender.Test(ctx)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	for _, failure := range failures {
		return &syncer.Stop{Exit: syncer.ExitFailed, Problem: syncer.Problem{Code: "alert", Message: failure.Message, Hint: failure.Hint}}
	}
	return nil
}

// tested is what a test that went well showed.
func tested(kind string) string {
	switch kind {
	case alert.KindTicket:
		return "its board, priority and company are there; no ticket was opened"
	case alert.KindTextfile:
		return "its folder can be written to; the metrics stay as they are"
	case alert.KindHealthchecks:
		return "a test was logged there; no state was changed"
	}
	return "a test was sent; see that it arrived"
}

// noteFailures says once of each alert that was not sent: in the log, and in the history of the run.
func (a *app) noteFailures(ctx context.Context, profile *store.Profile, said alert.Report, failures []alert.Failure) {
	var warnings []string
	for _, failure := range failures {
		a.log.Warn("an alert was not sent", "alert", failure.Alert, "kind", failure.Kind, "why", failure.Message, "hint", failure.Hint)
		warnings = append(warnings, failure.String())
	}
	if len(warnings) == 0 || !said.Kept {
		return
	}
	if err := profile.AddWarnings(ctx, said.RunID, warnings); err != nil {
		a.log.Debug("warnings cannot be kept with the run", "error", err.Error())
	}
}

// alertReport is what alerts say of a run, or of the error that kept it from coming about.
func alertReport(id, profile string, began, ended time.Time, run *syncer.Run, err error) alert.Report {
	said := alert.Report{Profile: profile, RunID: id, Started: began, Duration: ended.Sub(began)}
	if run == nil {
		if err != nil {
			stop := stopOf(err)
			said.Problem = &alert.Problem{Message: stop.Problem.Message, Hint: report.CommandHint(&stop.Problem)}
		}
		return said
	}
	counts := run.Counts()
	said.Counts = alert.Counts(counts)
	said.Started, said.Duration = run.Started, run.Duration
	if run.Problem != nil {
		said.Problem = &alert.Problem{Message: run.Problem.Message, Hint: report.CommandHint(run.Problem)}
	}
	for i := range run.Plan.Sources {
		if source := &run.Plan.Sources[i]; source.Held != "" {
			said.SourcesHeld++
			said.Lines = append(said.Lines, alert.Line{Status: alert.Held, Code: string(source.Held), Service: "source " + source.Name, Reason: source.Problem})
		}
	}
	said.MonthlyDelta = map[string]decimal.Decimal{}
	for i := range run.Outcomes {
		change, outcome := &run.Plan.Changes[i], &run.Outcomes[i]
		switch outcome.Status {
		case syncer.Applied:
			said.MonthlyDelta[change.Currency] = said.MonthlyDelta[change.Currency].Add(change.MonthlyDelta)
		case syncer.Held, syncer.Failed, syncer.Unknown:
			said.Lines = append(said.Lines, alertLine(change, outcome))
		}
	}
	return said
}

func alertLine(change *plan.Change, outcome *syncer.Outcome) alert.Line {
	line := alert.Line{
		Status: string(outcome.Status), Code: string(cmp.Or(outcome.Code, change.Code)), Reason: cmp.Or(outcome.Reason, change.Reason),
		Customer: cmp.Or(change.Customer.Name, change.Customer.ID, change.Key.Customer), Service: cmp.Or(change.Service.Name, change.Service.ID, change.Key.Service),
	}
	if outcome.Problem != nil {
		line.Code, line.Reason = outcome.Problem.Code, outcome.Problem.Message
	}
	return line
}
