package store

import (
	"errors"
	"fmt"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// floodUntilFull is the child of TestFullDiskForReal: no file of this process may grow beyond a size, if one is given.
func floodUntilFull(p *Profile, bytes uint64) error {
	if bytes > 0 {
		signal.Ignore(syscall.SIGXFSZ) // a write beyond it fails instead
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: bytes, Max: bytes}); err != nil {
			return err
		}
	}
	return flood(p)
}

// TestFullDiskForReal fills the disk under the journal, and, where this user may make one, a file system of its own: the error says so, all that was
// acknowledged is there, and with room again the work goes on.
func TestFullDiskForReal(t *testing.T) {
	t.Run("no more bytes for a file", func(t *testing.T) {
		path := newPath(t)
		wrote := fillUp(t, fmt.Sprintf("full %d %s", 400<<10, path), "code disk")
		holds(t, path, wrote)
	})
	folder := t.TempDir()
	if err := syscall.Mount("tmpfs", folder, "tmpfs", 0, "size=600k,mode=0700"); err != nil {
		if !errors.Is(err, syscall.EPERM) && !errors.Is(err, syscall.EACCES) && !errors.Is(err, syscall.ENOSYS) {
			t.Errorf("%v", err)
		}
		t.Logf("no file system of its own here: %v", err)
		return
	}
	defer func() { check(t, syscall.Unmount(folder, syscall.MNT_DETACH)) }()
	path := filepath.Join(folder, "cwsync.db")
	wrote := fillUp(t, "full 0 "+path, "code full")
	if err := syscall.Mount("tmpfs", folder, "tmpfs", syscall.MS_REMOUNT, "size=8m"); err != nil {
		t.Fatal(err)
	}
	holds(t, path, wrote)
}

// fillUp lets a child write until it fails with an error, and tells how many writes it had acknowledged.
func fillUp(t *testing.T, task, code string) (acknowledged int) {
	t.Helper()
	c := startChild(t, task)
	last := ""
	for c.lines.Scan() {
		if last = c.lines.Text(); strings.HasPrefix(last, "ack ") {
			acknowledged++
		}
	}
	if last != code || acknowledged == 0 {
		t.Errorf("%d writes, and then %q", acknowledged, last)
	}
	if err := c.command.Wait(); err == nil || c.command.ProcessState.ExitCode() != 8 {
		t.Errorf("ended with %v", err)
	}
	return acknowledged
}
