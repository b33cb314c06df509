package secret_test

import (
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"cwsync/store/secret"
)

// TestSilentBus: a session bus that takes the connection and never says a word. In a child process, because the D-Bus library keeps
// one connection, and one lock, for the whole process.
func TestSilentBus(t *testing.T) {
	if os.Getenv("SECRET_TEST_SILENT_BUS") != "" {
		l := secret.Lookup{Keyring: secret.OSKeyring(), Timeout: 100 * time.Millisecond}
		for _, status := range l.List(t.Context(), []string{key, "alert.a"}) {
			if !errors.Is(status.Err, secret.ErrNotFound) || !errors.Is(status.Err, secret.ErrNoKeyring) {
				t.Errorf("got %v", status.Err)
			}
		}
		return
	}
	runOnBus(t, "SECRET_TEST_SILENT_BUS=1", "^TestSilentBus$", silentBus(t))
}

// TestNoBus: what a server without any session looks like.
func TestNoBus(t *testing.T) {
	if os.Getenv("SECRET_TEST_NO_BUS") != "" {
		l := secret.Lookup{Keyring: secret.OSKeyring()}
		if _, _, err := l.Get(t.Context(), key); !errors.Is(err, secret.ErrNotFound) || !errors.Is(err, secret.ErrNoKeyring) {
			t.Errorf("got %v", err)
		}
		if err := l.Set(t.Context(), key, secret.New(value)); !errors.Is(err, secret.ErrNoKeyring) {
			t.Errorf("got %v", err)
		}
		return
	}
	runOnBus(t, "SECRET_TEST_NO_BUS=1", "^TestNoBus$", "unix:path="+filepath.Join(t.TempDir(), "none"))
}

func silentBus(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "bus")
	listener, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() }) // nobody accepts: the kernel takes the connection, and nothing ever answers
	return "unix:path=" + path
}

func runOnBus(t *testing.T, marker, run, bus string) {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run="+run, "-test.timeout=60s", "-test.v")
	child.Env = append(os.Environ(), marker, "DBUS_SESSION_BUS_ADDRESS="+bus)
	if out, err := child.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
