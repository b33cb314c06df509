package doctor

import (
	"context"
	"slices"
)

// Run does the steps in their order and gives what each found. A step after one that failed, or that was itself left out for such a one, is
// left out with status Skip. When ctx ends, the rest is left out with the exit code of a cancelled command. each, unless nil, is called as
// each check ends.
func Run(ctx context.Context, steps []Step, each func(Check)) []Check {
	checks := make([]Check, 0, len(steps))
	blocked := map[string]string{} // steps that others cannot build on: the failed step that is the reason
	for _, step := range steps {
		check := do(ctx, step, blocked)
		switch {
		case check.Status == Fail:
			blocked[step.Name] = step.Name
		case check.Status == Skip && ground(step, blocked) != "":
			blocked[step.Name] = ground(step, blocked)
		}
		checks = append(checks, check)
		if each != nil {
			each(check)
		}
	}
	return checks
}

// Alone does the one step of this name, whatever others found; false where there is none.
func Alone(ctx context.Context, steps []Step, name string) (Check, bool) {
	at := slices.IndexFunc(steps, func(step Step) bool { return step.Name == name })
	if at < 0 {
		return Check{}, false
	}
	return do(ctx, steps[at], nil), true
}

// Names are those of the steps, in their order.
func Names(steps []Step) []string {
	names := make([]string, len(steps))
	for i, step := range steps {
		names[i] = step.Name
	}
	return names
}

// do does one step, or says why not.
func do(ctx context.Context, step Step, blocked map[string]string) Check {
	var check Check
	reason := ground(step, blocked)
	switch {
	case ctx.Err() != nil:
		check = stopped()
	case reason != "":
		check = Check{Status: Skip, Detail: "not examined: first mend " + quoted(reason)}
	default:
		if check = step.Do(ctx); ctx.Err() != nil && check.Exit == ExitCancelled {
			check = stopped() // in the middle: that is nothing that it found
		}
	}
	check.Name, check.Group, check.Right = step.Name, step.Group, step.Right
	return check
}

// stopped is the check of a step that was not done, or not to its end.
func stopped() Check { return Check{Status: Skip, Detail: "stopped", Exit: ExitCancelled} }

// After gives steps that also wait for the named ones: none of them is done where one of those failed. The steps given stay as they are.
func After(steps []Step, names ...string) []Step {
	later := slices.Clone(steps)
	for i := range later {
		later[i].After = slices.Concat(names, later[i].After)
	}
	return later
}

// ground is the failed step that keeps this one from being done; empty for none.
func ground(step Step, blocked map[string]string) string {
	for _, name := range step.After {
		if reason := blocked[name]; reason != "" {
			return reason
		}
	}
	return ""
}

func quoted(name string) string { return "“" + name + "”" }
