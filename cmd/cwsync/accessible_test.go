package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"cwsync/syncer"
)

// demoWalk answers what the demo asks, line by line, up to the finished sync.
var demoWalk = []string{"", "", "", "a", "y", "", "2", "a", "y", "1", "a", "y", "", "1", "", "", "y", "t", ""}

func promptDemo(t *testing.T, ctx context.Context, in io.Reader) (exit int, out, errs string) {
	t.Helper()
	t.Chdir(t.TempDir()) // files that are asked for by a relative name
	var stdout, stderr bytes.Buffer
	exit = execute(ctx, []string{"demo", "--accessible"}, streams{in: in, out: &stdout, err: &stderr})
	return exit, stdout.String(), stderr.String()
}

func TestAccessibleEndsCleanlyWhereverTheInputEnds(t *testing.T) {
	for n := range len(demoWalk) + 1 {
		exit, out, errs := promptDemo(t, t.Context(), strings.NewReader(strings.Join(demoWalk[:n], "\n")))
		if exit != syncer.ExitDone || errs != "" || !strings.HasSuffix(out, "Everything is saved; cwsync goes on where it was.\n") {
			t.Errorf("after %d answers: exit code %d, %q\n%s", n, exit, errs, out)
		}
	}
}

// Whatever is answered, nothing crashes, nothing hangs and nothing but plain text comes out.
func TestAccessibleTakesAnyAnswer(t *testing.T) {
	words := []string{"", "", "", "a", "y", "b", "l", "o", "e", "n", "r", "t", "f", "x", "m", "h", "u", "c", "?", "s", "-", "0", "1", "2", "3", "5", "7", "11",
		"999", "-1", "/", "/ bus", "/ con", "/ zzz", "usage.csv", "\x1b[2Jred", "漢字", "1 to 5", strings.Repeat("x", 5000)}
	for seed := range uint64(12) {
		random := rand.New(rand.NewPCG(seed, 4711))
		// So that all steps are seen, each walk begins with a part of the one that leads to the end.
		answers := append([]string(nil), demoWalk[:random.IntN(len(demoWalk))]...)
		for range 60 {
			answers = append(answers, words[random.IntN(len(words))])
		}
		exit, out, errs := promptDemo(t, t.Context(), strings.NewReader(strings.Join(answers, "\n")))
		if exit != syncer.ExitDone || errs != "" || strings.ContainsAny(out, "\x1b\r") {
			t.Errorf("seed %d: exit code %d, %q, after %q\n%s", seed, exit, errs, answers, out)
		}
	}
}

func TestAccessibleGoesBackToTheStart(t *testing.T) {
	back := append(append([]string(nil), demoWalk...), "b", "b", "b", "b", "b", "b", "b", "b")
	_, out, _ := promptDemo(t, t.Context(), strings.NewReader(strings.Join(back, "\n")))
	at := strings.LastIndex(out, "Step 1 of 7: Connect")
	if at < 0 || !strings.Contains(out[at:], "Page: Start") || !strings.Contains(out[at:], "There is nothing before this page") {
		t.Errorf("it ends with\n%s", out[max(len(out)-2000, 0):])
	}
	for step := 1; step <= 7; step++ {
		if !strings.Contains(out, fmt.Sprintf("Step %d of 7", step)) {
			t.Errorf("step %d never came", step)
		}
	}
}

// stopAt is a screen that ends the program when it has said something.
type stopAt struct {
	bytes.Buffer
	text string
	stop func()
}

func (s *stopAt) Write(p []byte) (int, error) {
	n, err := s.Buffer.Write(p)
	if strings.Contains(s.String(), s.text) {
		s.stop()
	}
	return n, err
}

func TestAccessibleIsStoppedAtAQuestion(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	silent, writer := io.Pipe()
	defer writer.Close()
	var errs bytes.Buffer
	exit := execute(ctx, []string{"demo", "--accessible"}, streams{in: silent, out: &stopAt{text: "enter: go on", stop: stop}, err: &errs})
	if exit != syncer.ExitCancelled || !strings.Contains(errs.String(), "cwsync: hint: everything that was done is saved") {
		t.Errorf("exit code %d, %q", exit, errs.String())
	}
}

func TestAccessibleSaysWhatAStoppedSyncDid(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	out := &stopAt{text: "Writing. ctrl+c stops", stop: stop}
	var errs bytes.Buffer
	exit := execute(ctx, []string{"demo", "--accessible"}, streams{in: strings.NewReader(strings.Join(demoWalk, "\n")), out: out, err: &errs})
	if exit != syncer.ExitCancelled {
		t.Errorf("exit code %d, %q", exit, errs.String())
	}
	said := out.String()
	for _, end := range []string{"Stopped between two writes: ", "changes written, some lines are held", "stopped before anything was written"} {
		if strings.Contains(said, end) {
			return
		}
	}
	t.Errorf("it does not say what was written:\n%s", said[max(len(said)-1500, 0):])
}
