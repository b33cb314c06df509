package syncer

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
	"cwsync/syncer/source"

	"golang.org/x/sync/errgroup"
)

// readUsage reads all sources that the request asks for, side by side. A source that cannot be read whole is part of the answer, with the
// reason; only when none can be read is that an error.
func (e *Engine) readUsage(ctx context.Context, ask Request) (plan.Desired, error) {
	if err := e.checkFilters(ask); err != nil {
		return plan.Desired{}, err
	}
	sources := e.Setup.Sources
	desired := plan.Desired{Sources: make([]plan.SourceUsage, len(sources))}
	failures := make([]error, len(sources))
	e.observe(Event{Stage: StageUsage, Total: len(sources)})
	var group errgroup.Group
	for i := range sources {
		wanted := &desired.Sources[i]
		wanted.Rules = &sources[i]
		if !asked(ask.Sources, sources[i].Name) {
			wanted.NotRead = true
			continue
		}
		group.Go(func() error {
			wanted.Usage, failures[i] = e.readSource(ctx, &sources[i])
			if failures[i] != nil {
				wanted.Usage, wanted.Problem = billing.Usage{}, failures[i].Error()
			}
			return nil
		})
	}
	_ = group.Wait() // the goroutines report through failures
	if err := ctx.Err(); err != nil {
		return plan.Desired{}, err
	}
	return desired, e.allFailed(desired, failures)
}

func (e *Engine) readSource(ctx context.Context, rules *billing.Source) (billing.Usage, error) {
	kind, ok := e.Catalogue.Lookup(rules.Kind)
	if !ok {
		return billing.Usage{}, fmt.Errorf("source %s is of kind %q, which this program does not know", rules.Name, rules.Kind)
	}
	if option, mark := source.Options(rules.Options).Unfilled(); mark != "" { // nothing of ours goes where a vendor's example leads
		unfilled := &source.ReadError{Message: "options." + option + " still says " + mark, Hint: "put your own in the place of " + mark}
		return billing.Usage{}, fmt.Errorf("source %s: %w", rules.Name, unfilled)
	}
	reader, err := kind.Open(source.Config{
		Name: rules.Name, Options: rules.Options, Now: e.Now, Stdin: e.Stdin,
		Secret: func(ctx context.Context, field string) (string, error) {
			value, err := e.Secret(ctx, "source."+rules.Name+"."+field)
			if err != nil {
				return "", &billing.Failure{Class: billing.ClassAuth, Message: err.Error(), Hint: hintOf(err), Err: err}
			}
			return value, nil
		},
	})
	if err != nil {
		return billing.Usage{}, fmt.Errorf("source %s: %w", rules.Name, err)
	}
	usage, err := reader.Read(ctx)
	if err != nil {
		return billing.Usage{}, fmt.Errorf("source %s: %w", rules.Name, err)
	}
	return usage, nil
}

// ReadSource reads one source, switched on or not, as a run would: no ConnectWise is needed. A source that the set-up does not have, or that cannot be
// read whole, is a *Stop with the exit code that a run would have that has no other source.
func (e *Engine) ReadSource(ctx context.Context, name string) (billing.Usage, error) {
	if err := e.checkFilters(Request{Sources: []string{name}}); err != nil {
		return billing.Usage{}, err
	}
	at := slices.IndexFunc(e.Setup.Sources, func(s billing.Source) bool { return s.Name == name })
	usage, err := e.readSource(ctx, &e.Setup.Sources[at])
	switch {
	case ctx.Err() != nil:
		return billing.Usage{}, ctx.Err()
	case err != nil:
		return billing.Usage{}, unreadable([]error{err})
	}
	return usage, nil
}

// allFailed is an error when no source that is switched on could be read.
func (e *Engine) allFailed(desired plan.Desired, failures []error) error {
	var failed []error
	for i := range desired.Sources {
		rules := desired.Sources[i].Rules
		if desired.Sources[i].NotRead || !rules.Sync {
			continue
		}
		if failures[i] == nil {
			return nil
		}
		failed = append(failed, failures[i])
	}
	if len(failed) == 0 {
		return nil
	}
	return unreadable(failed)
}

// unreadable is the end of a run without a source that could be read.
func unreadable(failed []error) *Stop {
	allPassing, allAuth := true, true
	texts := make([]string, len(failed))
	for i, err := range failed {
		texts[i] = err.Error()
		class := billing.ClassOf(err)
		allPassing = allPassing && (class == billing.ClassUnavailable || class == billing.ClassThrottled)
		allAuth = allAuth && class == billing.ClassAuth
	}
	stop := &Stop{Exit: ExitFailed, Err: errors.Join(failed...), Problem: Problem{
		Code: "source_failed", Message: strings.Join(texts, "\n"), Hint: "put the source right; nothing was changed",
	}}
	switch {
	case allPassing:
		stop.Exit = ExitTryLater
	case allAuth:
		stop.Exit = ExitCredentials
	}
	if hint := hintOf(failed[0]); hint != "" {
		stop.Problem.Hint = hint
	} else if problem, ok := errors.AsType[*source.ReadError](failed[0]); ok && problem.Hint != "" {
		stop.Problem.Hint = problem.Hint
	}
	return stop
}

// noneUsable is an error when all sources that are switched on turned out to be unreadable only as the plan was made, such as one that lacks the
// count that a service is billed by.
func (e *Engine) noneUsable(made *plan.Plan, ask Request) error {
	var problems []string
	for i := range made.Sources {
		source := &made.Sources[i]
		rules := e.Setup.Sources[slices.IndexFunc(e.Setup.Sources, func(s billing.Source) bool { return s.Name == source.Name })]
		if !rules.Sync || !asked(ask.Sources, source.Name) {
			continue
		}
		if source.Held != plan.SourceFailed {
			return nil
		}
		problems = append(problems, "source "+source.Name+": "+strings.TrimPrefix(source.Problem, "source "+source.Name+": "))
	}
	if len(problems) == 0 {
		return nil
	}
	return &Stop{Exit: ExitFailed, Problem: Problem{
		Code: "source_failed", Message: strings.Join(problems, "\n"), Hint: "put the source right; nothing was changed",
	}}
}

// checkFilters refuses names that the set-up does not have: a narrowed run that silently does nothing would look like success.
func (e *Engine) checkFilters(ask Request) error {
	if len(e.Setup.Sources) == 0 {
		return &Stop{Exit: ExitUsage, Problem: Problem{Code: "setup_incomplete", Message: "the set-up has no source of usage",
			Hint: "add one under sources and import the set-up again"}}
	}
	known := make([]string, len(e.Setup.Sources))
	for i := range e.Setup.Sources {
		known[i] = e.Setup.Sources[i].Name
	}
	for _, name := range ask.Sources {
		if !asked(known, name) {
			return &Stop{Exit: ExitUsage, Problem: Problem{Code: "usage", Message: fmt.Sprintf("there is no source %q in the set-up", name),
				Hint: "its sources are " + strings.Join(known, ", ")}}
		}
	}
	return nil
}

// checkCustomers refuses customers that neither the set-up nor the usage nor an addition of ours speaks of. Where a source could not be read
// that is not known.
func (e *Engine) checkCustomers(policy plan.Policy, desired plan.Desired, owned []plan.Owned) error {
	if len(policy.Customers) == 0 {
		return nil
	}
	known := map[string]bool{}
	for i := range desired.Sources {
		source := &desired.Sources[i]
		if source.NotRead {
			continue
		}
		if source.Problem != "" {
			return nil
		}
		for j := range source.Rules.Customers {
			known[source.Rules.Customers[j].ID] = true
		}
		for j := range source.Usage.Lines {
			known[source.Usage.Lines[j].CustomerID] = true
		}
	}
	for i := range owned {
		if asked(policy.Sources, owned[i].Key.Source) {
			known[owned[i].Key.Customer] = true
		}
	}
	for _, id := range policy.Customers {
		if !known[id] {
			return &Stop{Exit: ExitUsage, Problem: Problem{Code: "usage", Message: fmt.Sprintf("there is no customer %q in the set-up or in the usage", id),
				Hint: "give the customer's id as the source writes it"}}
		}
	}
	return nil
}

// asked reports whether a filter lets name through; an empty filter lets everything through.
func asked(filter []string, name string) bool {
	if len(filter) == 0 {
		return true
	}
	return slices.Contains(filter, name)
}
