//go:build unix

package store

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
)

// TestReadOnly opens databases that this user may not write. The superuser may write everything, so the test binary runs as somebody else then.
func TestReadOnly(t *testing.T) {
	base, err := os.MkdirTemp("", "cwsync-store-") //nolint:usetesting // nobody else may enter the folders that t.TempDir makes
	check(t, err)
	t.Cleanup(func() { check(t, os.RemoveAll(base)) })
	check(t, os.Chmod(base, 0o755))
	binary := copyFile(t, os.Args[0], filepath.Join(base, "child"), 0o755)
	tests := []struct {
		name         string
		folder, file os.FileMode
		missing      bool
		want         string
	}{
		{"file", 0o777, 0o444, false, "code read_only\n"},
		{"folder", 0o555, 0o444, false, "code read_only\n"},
		{"folder without access", 0o600, 0o600, false, "code read_only\n"},
		{"folder without a database", 0o555, 0, true, "code read_only\n"},
		{"nothing", 0o777, 0o666, false, "ready\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(base, test.name, "cwsync.db")
			check(t, os.Mkdir(filepath.Dir(path), 0o755))
			if !test.missing {
				check(t, os.WriteFile(path, databaseBytes(t), 0o600))
				check(t, os.Chmod(path, test.file))
			}
			check(t, os.Chmod(filepath.Dir(path), test.folder))
			t.Cleanup(func() { check(t, os.Chmod(filepath.Dir(path), 0o755)) })
			if got := asNobody(t, binary, "open 0 "+path); got != test.want {
				t.Errorf("read-only %s: %q, want %q", test.name, got, test.want)
			}
		})
	}
}

// TestReadOnlyInUse: SQLite opens a database to read without a word when another process keeps its log; Open still says that it is of no use.
func TestReadOnlyInUse(t *testing.T) {
	base, err := os.MkdirTemp("", "cwsync-store-") //nolint:usetesting // nobody else may enter the folders that t.TempDir makes
	check(t, err)
	t.Cleanup(func() { check(t, os.RemoveAll(base)) })
	check(t, os.Chmod(base, 0o777))
	binary := copyFile(t, os.Args[0], filepath.Join(base, "child"), 0o755)
	path := filepath.Join(base, "cwsync.db")
	check(t, openStore(t, path).Profile("default").SetSetting(t.Context(), "k", "v"))
	for _, name := range []string{path + "-wal", path + "-shm", path + ".lock"} {
		check(t, os.Chmod(name, 0o666))
	}
	check(t, os.Chmod(path, 0o444))
	if got := asNobody(t, binary, "open 0 "+path); got != "code read_only\n" {
		t.Errorf("got %q", got)
	}
}

func asNobody(t *testing.T, binary, task string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), binary)
	command.Dir = filepath.Dir(binary)
	command.Env = []string{childVariable + "=" + task}
	if os.Geteuid() == 0 {
		command.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	}
	output, err := command.Output()
	t.Logf("%s: %v", task, err) // a refused open ends the child with an exit code
	return string(output)
}

func copyFile(t *testing.T, from, to string, mode os.FileMode) string {
	t.Helper()
	source := must[*os.File](t)(os.Open(from))
	target := must[*os.File](t)(os.OpenFile(to, os.O_WRONLY|os.O_CREATE, mode))
	_, err := io.Copy(target, source)
	check(t, err)
	check(t, source.Close())
	check(t, target.Close())
	check(t, os.Chmod(to, mode))
	return to
}
