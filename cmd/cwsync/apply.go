package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"cwsync/syncer"
	"cwsync/ui/report"

	"github.com/spf13/cobra"
)

func (a *app) applyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "apply PLAN", Short: "Apply exactly a saved plan, or refuse it whole",
		Long: "Apply exactly a plan that `cwsync --sync --dry-run --out PLAN` saved. It reads no usage. When ConnectWise or the set-up changed since,\n" +
			"or the plan is too old, altered or used, nothing of it is written.",
		Args: exactly(1, "PLAN"),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			data, err := awaited(ctx, func() ([]byte, error) { return readBounded(args[0], maxPlanBytes) })
			if err != nil {
				return fileError("read the plan", err)
			}
			head, err := report.ReadPlanHead(data)
			if err != nil {
				return &syncer.Stop{Exit: syncer.ExitStale, Err: err, Problem: syncer.Problem{Code: "stale", Message: args[0] + ": " + err.Error(),
					Hint: "make a new plan with --sync --dry-run --out"}}
			}
			if head.Profile != "" && head.Profile != a.flags.profile {
				return &syncer.Stop{Exit: syncer.ExitStale, Problem: syncer.Problem{Code: "stale",
					Message: fmt.Sprintf("%s is a plan of profile %s, not of %s", args[0], head.Profile, a.flags.profile),
					Hint:    "give --profile " + head.Profile + " to apply it there"}}
			}
			profile, document, err := a.openSetup(ctx)
			if err != nil {
				return err
			}
			return a.alerted(ctx, profile, document, func(ctx context.Context) (*syncer.Run, error) {
				engine, err := a.engine(ctx, profile, document)
				if err != nil {
					return nil, err
				}
				return engine.ApplySaved(ctx, head.ID, digest(data))
			})
		},
	}
	a.addClientFlags(cmd)
	return cmd
}

// maxPlanBytes is more than the plan of a hundred thousand lines takes.
const maxPlanBytes = 256 << 20

// awaited gives what read gives, unless the context ends first: nothing else ends a read from a pipe to which nobody writes. One that still waits then
// is left to itself.
func awaited[T any](ctx context.Context, read func() (T, error)) (T, error) {
	type answer struct {
		value T
		err   error
	}
	answers := make(chan answer, 1)
	go func() {
		value, err := read()
		answers <- answer{value, err}
	}()
	select {
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	case got := <-answers:
		return got.value, got.err
	}
}

// readBounded reads a whole file of at most limit bytes; "-" is not special.
func readBounded(path string, limit int64) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	tooLarge := fmt.Errorf("%s is larger than %d MiB", path, limit>>20)
	if info, err := file.Stat(); err == nil && info.Mode().IsRegular() && info.Size() > limit {
		return nil, tooLarge
	}
	data, err := io.ReadAll(io.LimitReader(file, limit+1)) // a pipe does not say its size
	if err == nil && int64(len(data)) > limit {
		return nil, tooLarge
	}
	return data, err
}
