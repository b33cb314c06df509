//go:build unix

package secret_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"cwsync/store/secret"
)

func TestCredentialsFileModes(t *testing.T) {
	for mode := range fs.FileMode(0o100) {
		mode |= 0o600
		path := credentials(t, key+": "+value+"\n")
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		l := secret.Lookup{CredentialsFile: path, Environ: environ("CWSYNC_CONNECTION_PRIVATE_KEY", "a")}
		_, _, err := l.Get(t.Context(), key)
		if mode == 0o600 {
			if err != nil {
				t.Errorf("mode 0600: %v", err)
			}
			continue
		}
		if !errors.Is(err, secret.ErrUnreadable) || !strings.Contains(err.Error(), fmt.Sprintf("%04o", mode)) {
			t.Errorf("mode %04o: got %v, want ErrUnreadable with the mode", mode, err)
		}
		if hintOf(err) != "chmod 600 "+path {
			t.Errorf("mode %04o: hint %q", mode, hintOf(err))
		}
	}
}

func TestReadOnlyCredentialsFileIsFine(t *testing.T) {
	path := credentials(t, key+": abc\n")
	if err := os.Chmod(path, 0o400); err != nil {
		t.Fatal(err)
	}
	l := secret.Lookup{CredentialsFile: path}
	if _, _, err := l.Get(t.Context(), key); err != nil {
		t.Error(err)
	}
}

func TestChmodHintIsSafeForAShell(t *testing.T) {
	path := write(t, filepath.Join(t.TempDir(), "it's; rm x"), key+": abc\n")
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	l := secret.Lookup{CredentialsFile: path}
	_, _, err := l.Get(t.Context(), key)
	if want := `it'\''s; rm x'`; !strings.HasPrefix(hintOf(err), "chmod 600 '/") || !strings.HasSuffix(hintOf(err), want) {
		t.Errorf("hint %s", hintOf(err))
	}
}

func TestCredentialsThroughALink(t *testing.T) {
	for mode, fine := range map[fs.FileMode]bool{0o600: true, 0o640: false} {
		target := credentials(t, key+": abc\n")
		if err := os.Chmod(target, mode); err != nil {
			t.Fatal(err)
		}
		link := filepath.Join(t.TempDir(), "link")
		if err := os.Symlink(target, link); err != nil {
			t.Fatal(err)
		}
		l := secret.Lookup{CredentialsFile: link}
		if _, _, err := l.Get(t.Context(), key); (err == nil) != fine {
			t.Errorf("target of mode %04o: %v", mode, err)
		}
	}
}

// TestPipesDoNotBlock: opening a named pipe the ordinary way would wait for a writer.
func TestPipesDoNotBlock(t *testing.T) {
	dir := t.TempDir()
	pipe := filepath.Join(dir, "cwsync.default."+key)
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for _, l := range []*secret.Lookup{{CredentialsFile: pipe}, {CredentialsDir: dir}} {
			if _, _, err := l.Get(t.Context(), key); !errors.Is(err, secret.ErrUnreadable) || !strings.Contains(err.Error(), "not a regular file") {
				t.Errorf("got %v", err)
			}
		}
	}()
	select {
	case <-done:
	case <-time.After(30 * time.Second):
		t.Fatal("reading a named pipe hangs")
	}
}

func TestDeviceIsRefused(t *testing.T) {
	l := secret.Lookup{CredentialsFile: os.DevNull}
	if _, _, err := l.Get(t.Context(), key); !errors.Is(err, secret.ErrUnreadable) || !strings.Contains(err.Error(), "not a regular file") {
		t.Errorf("got %v", err)
	}
}

// TestDirectoryFilesMayHaveGroupBits: systemd hands files to a service's user through access lists, which show as group rights.
func TestDirectoryFilesMayHaveGroupBits(t *testing.T) {
	dir := directory(t, "cwsync.default."+key, "abc")
	if err := os.Chmod(filepath.Join(dir, "cwsync.default."+key), 0o440); err != nil {
		t.Fatal(err)
	}
	l := secret.Lookup{CredentialsDir: dir}
	if _, origin, err := l.Get(t.Context(), key); err != nil || origin != secret.OriginDirectory {
		t.Errorf("from %q, error %v", origin, err)
	}
}
