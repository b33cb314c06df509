// Command cwsync carries the counts of resold cloud services into the billing lines of ConnectWise PSA agreements. This package reads flags,
// wires the parts together, prints results and turns every error into one message, one hint and one exit code. It never decides what is
// written: that is package syncer.
package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // zones must be known on machines without a zone database
)

func main() {
	os.Exit(run())
}

// run is main with an exit code, so that deferred work is done before the process ends.
func run() int {
	tuneMemory()
	// A reader that leaves is an error of one write, not the end of the program in the middle of a run; see output.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// The first signal stops between two writes; the second ends the program at once, as without a handler.
	context.AfterFunc(ctx, stop)
	return execute(ctx, os.Args[1:], streams{in: os.Stdin, out: os.Stdout, err: os.Stderr})
}

// streams are what a command reads and writes: results go to out, logs and progress to err.
type streams struct {
	in  io.Reader
	out io.Writer
	err io.Writer
}
