package store

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"cwsync/syncer"
	"cwsync/syncer/plan"
)

// runChild is the test binary as a process of its own: task is "what path" and, for some, a number. It says on stdout how far it is, and stays
// until it is killed.
func runChild(task string) int {
	what, rest, _ := strings.Cut(task, " ")
	if err := childTask(what, rest); err != nil {
		if failure, ok := errors.AsType[*Error](err); ok {
			fmt.Println("code", failure.Code)
			return 8
		}
		fmt.Println("failed", err)
		return 1
	}
	return 0
}

func childTask(what, rest string) error {
	number, path, _ := strings.Cut(rest, " ")
	s, err := Open(background(), Options{Path: path})
	if err != nil {
		return err
	}
	p := s.Profile("default")
	switch what {
	case "open": // that is all
	case "lock":
		_, err = p.Lock(background(), 0)
	case "journal":
		steps, convErr := strconv.Atoi(number)
		if convErr != nil {
			return convErr
		}
		err = journalSteps(p, steps)
	case "flood":
		return flood(p)
	case "full":
		most, convErr := strconv.ParseUint(number, 10, 64)
		if convErr != nil {
			return convErr
		}
		return floodUntilFull(p, most)
	}
	if err != nil {
		return err
	}
	fmt.Println("ready")
	if _, err := io.Copy(io.Discard, os.Stdin); err != nil { // until the parent ends it
		return err
	}
	return s.Close()
}

// journalSteps is a run of one edit, one create and one lost write, up to a step.
func journalSteps(p *Profile, steps int) error {
	run := newRun("r1", update(1), create(2), update(3))
	run.Outcomes = []syncer.Outcome{{Status: syncer.Applied}, {Status: syncer.Applied, AdditionID: 1002}, {Status: syncer.Unknown}}
	intend := func(intent syncer.Intent) error { return second2(p.Intend(background(), intent)) }
	all := []func() error{
		func() error { return p.Begin(background(), run) },
		func() error { return intend(editIntent("r1", 1)) },
		func() error {
			return p.Settle(background(), 1, syncer.Settlement{End: syncer.Done, Owned: owned(1, "12.5")})
		},
		func() error { return intend(createIntent("r1", 2)) },
		func() error {
			return p.Settle(background(), 2, syncer.Settlement{End: syncer.Done, AdditionID: 1002, Owned: owned(2, "3")})
		},
		func() error { return intend(editIntent("r1", 3)) },
		func() error { return p.Settle(background(), 3, syncer.Settlement{End: syncer.Lost, EmptyReads: 1}) },
		func() error {
			return p.Finish(background(), run, syncer.OwnershipChange{Owned: []plan.Owned{*owned(8, "1")}})
		},
	}
	for _, step := range all[:steps] {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// flood records writes as fast as it can and says each number once it is acknowledged.
func flood(p *Profile) error {
	if err := p.Begin(background(), newRun("r1")); err != nil {
		return err
	}
	for n := 0; ; n++ {
		id, err := p.Intend(background(), createIntent("r1", n))
		if err != nil {
			return err
		}
		fmt.Println("ack", id)
	}
}

type child struct {
	command *exec.Cmd
	lines   *bufio.Scanner
}

// startChild starts the test binary on a task; it is killed at the end at the latest.
func startChild(t *testing.T, task string) *child {
	t.Helper()
	command := exec.CommandContext(t.Context(), os.Args[0])
	command.Env = append(os.Environ(), childVariable+"="+task)
	command.Stderr = os.Stderr
	input := must[io.WriteCloser](t)(command.StdinPipe())
	output := must[io.ReadCloser](t)(command.StdoutPipe())
	check(t, command.Start())
	c := &child{command: command, lines: bufio.NewScanner(output)}
	t.Cleanup(func() {
		c.kill(t)
		if err := input.Close(); err != nil && !errors.Is(err, os.ErrClosed) {
			t.Error(err)
		}
	})
	return c
}

// kill ends the process the hard way: it has no moment to tidy up.
func (c *child) kill(t *testing.T) {
	t.Helper()
	if c.command.ProcessState != nil {
		return
	}
	if err := c.command.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		t.Error(err)
	}
	var exit *exec.ExitError
	if err := c.command.Wait(); err != nil && !errors.As(err, &exit) {
		t.Error(err)
	}
}

func (c *child) line(t *testing.T) string {
	t.Helper()
	if !c.lines.Scan() {
		t.Fatalf("the child says no more: %v", c.lines.Err())
	}
	return c.lines.Text()
}

// TestKilledAtEachStep: whatever was acknowledged before a kill -9 is there afterwards, and nothing else.
func TestKilledAtEachStep(t *testing.T) {
	type state struct {
		runs, open, owned int
		finished          bool
	}
	want := []state{
		0: {}, 1: {runs: 1}, 2: {runs: 1, open: 1}, 3: {runs: 1, owned: 1}, 4: {runs: 1, open: 1, owned: 1}, 5: {runs: 1, owned: 2},
		6: {runs: 1, open: 1, owned: 2}, 7: {runs: 1, open: 1, owned: 2}, 8: {runs: 1, open: 1, owned: 3, finished: true},
	}
	for steps := range want {
		path := newPath(t)
		c := startChild(t, fmt.Sprintf("journal %d %s", steps, path))
		if line := c.line(t); line != "ready" {
			t.Fatalf("step %d: %s", steps, line)
		}
		c.kill(t)
		p := openStore(t, path).Profile("default")
		check(t, p.store.Check(t.Context()))
		runs := must[[]RunSummary](t)(p.Runs(t.Context(), 0))
		got := state{
			runs: len(runs), open: len(must[[]syncer.Intent](t)(p.OpenIntents(t.Context()))), owned: len(must[[]plan.Owned](t)(p.Owned(t.Context()))),
		}
		got.finished = len(runs) == 1 && runs[0].ExitCode != Unfinished
		if got != want[steps] {
			t.Errorf("killed after step %d: %+v, want %+v", steps, got, want[steps])
		}
	}
}

func TestKilledWhileWriting(t *testing.T) {
	for _, acks := range []int{1, 40, 150} {
		path := newPath(t)
		c := startChild(t, "flood 0 "+path)
		for range acks {
			c.line(t)
		}
		check(t, c.command.Process.Kill())
		last := acks
		for c.lines.Scan() { // those that were on their way
			if _, err := fmt.Sscanf(c.lines.Text(), "ack %d", &last); err != nil {
				last-- // a torn line is no acknowledgement
			}
		}
		c.kill(t)
		p := openStore(t, path).Profile("default")
		check(t, p.store.Check(t.Context()))
		if open := must[[]syncer.Intent](t)(p.OpenIntents(t.Context())); len(open) < last || len(open) > last+1 {
			t.Errorf("%d writes were acknowledged, %d are there", last, len(open))
		}
	}
}

func TestLockOfOtherProcess(t *testing.T) {
	path := newPath(t)
	p := openStore(t, path).Profile("default")
	c := startChild(t, "lock 0 "+path)
	if line := c.line(t); line != "ready" {
		t.Fatal(line)
	}
	_, err := p.Lock(t.Context(), 0)
	var busy *syncer.BusyError
	if !errors.As(err, &busy) || !strings.HasPrefix(busy.Holder, fmt.Sprintf("process %d on ", c.command.Process.Pid)) {
		t.Fatalf("got %v", err)
	}
	other, err := p.store.Profile("branch").Lock(t.Context(), 0)
	check(t, err)
	check(t, other())
	c.kill(t)
	unlock, err := p.Lock(t.Context(), 5*time.Second) // the system needs a moment to bury it
	check(t, err)
	check(t, unlock())
}
