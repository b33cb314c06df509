//go:build unix

package exec

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"cwsync/syncer/source"
)

// script runs a shell script that is told where to write the ids of its processes.
func script(t *testing.T, ctx context.Context, text string, more ...any) (pids string, err error) {
	t.Helper()
	pids = filepath.Join(t.TempDir(), "pids")
	options := source.Options{"command": []any{"/bin/sh", "-c", text}, "env": map[string]any{"PIDS": pids}}
	for i := 0; i+1 < len(more); i += 2 {
		options[more[i].(string)] = more[i+1]
	}
	_, err = newReader(t, options).Read(ctx)
	return pids, err
}

// gone wants that all processes have ended: those that nobody waits for may be there as zombies for a moment. On a slow machine the time limit may
// come before a script has started.
func gone(t *testing.T, pids string, count int, limited bool) {
	t.Helper()
	text, err := os.ReadFile(pids)
	if errors.Is(err, os.ErrNotExist) && limited {
		return
	}
	if err != nil || len(strings.Fields(string(text))) != count {
		t.Fatalf("%q, %v", text, err)
	}
	for word := range strings.FieldsSeq(string(text)) {
		pid, err := strconv.Atoi(word)
		if err != nil {
			t.Fatal(err)
		}
		ended := false
		for range 400 {
			if ended = !running(pid); ended {
				break
			}
			time.Sleep(5 * time.Millisecond)
		}
		if !ended {
			t.Errorf("process %d still runs", pid)
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
	}
}

func running(pid int) bool {
	if err := syscall.Kill(pid, 0); errors.Is(err, syscall.ESRCH) {
		return false
	}
	state, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return !errors.Is(err, os.ErrNotExist) || syscall.Kill(pid, 0) == nil && !hasProc()
	}
	_, after, _ := strings.Cut(string(state), ") ")
	return !strings.HasPrefix(after, "Z")
}

func hasProc() bool {
	_, err := os.Stat("/proc/self/stat")
	return err == nil
}

const printed = `echo customer_id,service_id,quantity; echo C1,a,5; `

func TestNoProcessIsLeft(t *testing.T) {
	for _, c := range []struct {
		name, text, want string
		count            int
		more             []any
	}{
		{"time limit", printed + `sleep 60 & echo $$ $! > $PIDS; wait`, "ran longer than 1s", 2, []any{"time_limit", "1s"}},
		{"deaf to the signal", printed + `trap "" TERM; sleep 60 & echo $$ $! > $PIDS; wait; wait; sleep 60`, "ran longer than 1s", 2, []any{"time_limit", "1s"}},
		{"failure", printed + `sleep 60 >/dev/null 2>&1 & echo $$ $! > $PIDS; exit 3`, "exit status 3", 2, nil},
		{"success", printed + `sleep 60 >/dev/null 2>&1 & echo $$ $! > $PIDS`, "", 2, nil},
		{"a child that holds the output", printed + `(sleep 60; echo C2,a,1) & echo $$ $! > $PIDS`, "still held its output, which may be cut short", 2, nil},
		{"wrong output", `sleep 60 & echo $$ $! > $PIDS; printf 'x\n"'; head -c 300000 /dev/zero; wait`, "no header row", 2, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			pids, err := script(t, t.Context(), c.text, c.more...)
			if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("%v, want %q", err, c.want)
			}
			gone(t, pids, c.count, len(c.more) > 0)
		})
	}
}

func TestCancelLeavesNoProcess(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	ready := filepath.Join(t.TempDir(), "ready")
	go func() {
		for range 4000 {
			if info, err := os.Stat(ready); err == nil && info.Size() > 0 {
				break
			}
			time.Sleep(5 * time.Millisecond)
		}
		cancel()
	}()
	pids, err := script(t, ctx, `sleep 60 & echo $$ $! > $PIDS; echo x > `+ready+`; wait`)
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	gone(t, pids, 2, false)
}

func TestRelativeProgramIsInTheFolder(t *testing.T) {
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "usage.sh"), []byte("#!/bin/sh\n"+printed), 0o700); err != nil {
		t.Fatal(err)
	}
	usage, err := newReader(t, source.Options{"command": []any{"./usage.sh"}, "folder": folder}).Read(t.Context())
	if err != nil || len(usage.Lines) != 1 {
		t.Error(usage, err)
	}
}
