package doctor

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"cwsync/syncer/billing"
	"cwsync/syncer/setup"
	"cwsync/syncer/source"
)

// nameOfSource stands before the name of a source in that of its step.
const nameOfSource = "source "

// SourceSteps read each source that is switched on, as a run would; each waits for its own secrets among these. read is nil where they are to be
// left unread. One that reads standard input is left alone: what it reads there is not for us.
func SourceSteps(document *setup.Document, secrets []string, read func(ctx context.Context, name string) (billing.Usage, error), now func() time.Time) []Step {
	var steps []Step
	for i := range document.Sources {
		from := &document.Sources[i]
		step := Step{Name: nameOfSource + from.Name, Group: GroupSources}
		for _, secret := range secrets {
			if strings.HasPrefix(secret, "source."+from.Name+".") {
				step.After = append(step.After, NameOfSecret(secret))
			}
		}
		step.Do = func(ctx context.Context) Check {
			switch path, _ := from.Options["path"].(string); {
			case !from.Sync:
				return Check{Status: Skip, Detail: "switched off"}
			case read == nil:
				return Check{Status: Skip, Detail: "left unread, as asked for"}
			case path == source.StandardInput:
				return Check{Status: Skip, Detail: "not examined: it reads standard input"}
			}
			usage, err := read(ctx, from.Name)
			if err != nil {
				return unreadable(err)
			}
			return judged(&usage, time.Duration(document.Guards.MaxAge), now())
		}
		steps = append(steps, step)
	}
	return steps
}

// unreadable is the check of a source that cannot be read, with each problem where there are several.
func unreadable(err error) Check {
	check := failed(err)
	all, several := errors.AsType[*source.ReadErrors](err)
	if !several || len(all.Problems) < 2 {
		return check
	}
	check.Findings = nil
	for _, problem := range all.Problems {
		check.Findings = append(check.Findings, problem.Error())
	}
	total := len(all.Problems) + all.More
	if all.More > 0 {
		check.Findings = append(check.Findings, fmt.Sprintf("and %d more", all.More))
	}
	check.Detail = "cannot be read whole: " + counted(total, "problem")
	return check
}

// judged is the check of a source that was read: whether a run would take what it gave.
func judged(usage *billing.Usage, maxAge time.Duration, now time.Time) Check {
	customers, services := map[string]bool{}, map[string]bool{}
	for i := range usage.Lines {
		customers[usage.Lines[i].CustomerID], services[usage.Lines[i].ServiceID] = true, true
	}
	if len(usage.Lines) == 0 {
		return Check{Status: Fail, Exit: ExitHeld, Detail: "gives no lines: a run holds it back and changes nothing",
			Hint: "see what `cwsync source preview` shows, and whether the export or the vendor has anything"}
	}
	detail := fmt.Sprintf("%s of %s and %s", counted(len(usage.Lines), "line"), counted(len(customers), "customer"), counted(len(services), "service"))
	if usage.AsOf.IsZero() {
		return ok(detail)
	}
	old := now.Sub(usage.AsOf)
	detail += ", " + age(old) + " old"
	if maxAge > 0 && old > maxAge {
		return Check{Status: Fail, Exit: ExitHeld, Detail: detail + ", older than max_age (" + billing.Duration(maxAge).String() + "): a run holds it back",
			Hint: "see why the usage is not made anew; guards.max_age says how old it may be"}
	}
	return ok(detail)
}
