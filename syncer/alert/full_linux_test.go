package alert

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// TestTextfileOnAFullDisk: the metrics of the last run stay whole, and one sentence says why there are no new ones.
func TestTextfileOnAFullDisk(t *testing.T) {
	folder := t.TempDir()
	if err := syscall.Mount("tmpfs", folder, "tmpfs", 0, "size=64k,mode=0700"); err != nil {
		if !errors.Is(err, syscall.EPERM) && !errors.Is(err, syscall.EACCES) && !errors.Is(err, syscall.ENOSYS) {
			t.Errorf("%v", err)
		}
		t.Logf("no file system of its own here: %v", err)
		return
	}
	defer func() { _ = syscall.Unmount(folder, syscall.MNT_DETACH) }()
	path := filepath.Join(folder, "cwsync.prom")
	if failures := told(t, textfileSender(t, path), heldRun()); failures != nil {
		t.Fatal(failures)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "rest"), make([]byte, 1<<20), 0o600); !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	wantFailure(t, told(t, textfileSender(t, path), heldRun()), "no space left", "")
	if after, err := os.ReadFile(path); err != nil || string(after) != string(before) {
		t.Errorf("%v: the metrics of the last run are gone", err)
	}
	if entries, err := os.ReadDir(folder); err != nil || len(entries) != 2 {
		t.Errorf("%v is left, %v", entries, err)
	}
}
