package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"testing"
	"time"

	"cwsync/syncer"
	"cwsync/ui"
)

// crashCommand is the name under which the test binary is a wizard that crashes in a command, long after it has drawn its first screen.
const crashCommand = "cwsync-crash"

// crashingOffice is a machine that drives the wizard into a crash.
type crashingOffice struct{}

func (crashingOffice) Profiles(ctx context.Context) ([]string, error) {
	select {
	case <-time.After(time.Second): // the screen is drawn by then
	case <-ctx.Done():
	}
	panic("a bug in a command")
}

func (crashingOffice) Open(context.Context, string) (*ui.Profile, error) { return nil, os.ErrNotExist }

func crashMain() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := ui.Run(ctx, ui.Options{Office: crashingOffice{}, Input: os.Stdin, Output: os.Stdout, Environ: os.Environ(), Now: time.Now})
	fmt.Fprintln(os.Stderr, "ended with exit code", syncer.StopOf(err).Exit)
}

func TestACrashLeavesTheTerminalAsItWas(t *testing.T) {
	w := newTerminal(t, 100, 50)
	w.run(crashCommand)
	w.waitFor(`q leave`)
	w.waitFor(`ended with exit code 1`)
	w.isAsItWas()
}
