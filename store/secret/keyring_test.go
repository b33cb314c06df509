package secret_test

import (
	"context"
	"errors"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zalando/go-keyring"

	"cwsync/store/secret"
)

// hangingKeyring answers nothing until it is released, as a D-Bus without anybody at its other end.
func hangingKeyring() (hanging *fakeKeyring, release func()) {
	held := make(chan struct{})
	hanging = keyringWith("default/"+key, value)
	hanging.before = func() { <-held }
	return hanging, sync.OnceFunc(func() { close(held) })
}

func TestHangingKeyringIsGivenUp(t *testing.T) {
	for name, c := range map[string]struct {
		timeout, want time.Duration
	}{"default of 3 s": {0, 3 * time.Second}, "own": {time.Minute, time.Minute}, "negative": {-1, 3 * time.Second}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				hanging, release := hangingKeyring()
				defer release()
				l := secret.Lookup{Keyring: hanging, Timeout: c.timeout}
				start := time.Now()
				_, _, err := l.Get(t.Context(), key)
				if took := time.Since(start); took != c.want {
					t.Errorf("given up after %s, want %s", took, c.want)
				}
				if !errors.Is(err, secret.ErrNotFound) || !errors.Is(err, secret.ErrNoKeyring) || !strings.Contains(err.Error(), "did not answer within "+c.want.String()) {
					t.Errorf("got %v", err)
				}
			})
		})
	}
}

func TestHangingKeyringFailsSetAndRemove(t *testing.T) {
	for name, call := range map[string]func(context.Context, *secret.Lookup) error{
		"set":    func(ctx context.Context, l *secret.Lookup) error { return l.Set(ctx, key, secret.New(value)) },
		"remove": func(ctx context.Context, l *secret.Lookup) error { return l.Remove(ctx, key) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				hanging, release := hangingKeyring()
				defer release()
				err := call(t.Context(), &secret.Lookup{Keyring: hanging})
				if !errors.Is(err, secret.ErrNoKeyring) || errors.Is(err, secret.ErrNotFound) || hintOf(err) == "" {
					t.Errorf("got %v, hint %q", err, hintOf(err))
				}
			})
		})
	}
}

// TestManySecretsWaitOnce: ten secrets and a dead keyring take 3 s, not 30.
func TestManySecretsWaitOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hanging, release := hangingKeyring()
		defer release()
		l := secret.Lookup{Keyring: hanging}
		start := time.Now()
		var names []string
		for i := range 10 {
			names = append(names, "alert.a"+strconv.Itoa(i))
		}
		for _, status := range l.List(t.Context(), names) {
			if status.Found || !errors.Is(status.Err, secret.ErrNoKeyring) {
				t.Errorf("%s: %v", status.Name, status.Err)
			}
		}
		if took := time.Since(start); took != 3*time.Second {
			t.Errorf("took %s", took)
		}
	})
}

// TestKeyringThatComesBackIsUsed: somebody typed the keyring's password after we had given up.
func TestKeyringThatComesBackIsUsed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hanging, release := hangingKeyring()
		l := secret.Lookup{Keyring: hanging}
		if _, _, err := l.Get(t.Context(), key); !errors.Is(err, secret.ErrNoKeyring) {
			t.Fatalf("got %v", err)
		}
		release()
		synctest.Wait()
		if got, origin, err := l.Get(t.Context(), key); err != nil || origin != secret.OriginKeyring || got.Reveal() != value {
			t.Errorf("from %q, error %v", origin, err)
		}
	})
}

func TestSlowKeyringWithinTheTimeIsUsed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := keyringWith("default/"+key, value)
		slow.before = func() { time.Sleep(3*time.Second - 1) }
		l := secret.Lookup{Keyring: slow}
		if _, origin, err := l.Get(t.Context(), key); err != nil || origin != secret.OriginKeyring {
			t.Errorf("from %q, error %v", origin, err)
		}
	})
}

func TestCancelEndsTheWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hanging, release := hangingKeyring()
		defer release()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		l := secret.Lookup{Keyring: hanging}
		_, _, err := l.Get(ctx, key)
		if !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, secret.ErrNoKeyring) || errors.Is(err, secret.ErrNotFound) {
			t.Errorf("got %v, want the context's own error alone", err)
		}
	})
}

func TestLookupIsForSeveralGoroutines(t *testing.T) {
	l := secret.Lookup{Keyring: keyringWith("default/"+key, value)}
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if _, _, err := l.Get(t.Context(), key); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}

// TestOSKeyringTranslatesErrors uses go-keyring's own fakes, which are global: the one test that does.
func TestOSKeyringTranslatesErrors(t *testing.T) {
	if os.Getenv("REAL_KEYRING") != "" {
		t.Skip("REAL_KEYRING is set: go-keyring's fakes would hide the real keyring from TestRealKeyring")
	}
	os := secret.OSKeyring()
	keyring.MockInit()
	if _, err := os.Get("default/" + key); !errors.Is(err, secret.ErrNotFound) {
		t.Errorf("get of nothing: %v", err)
	}
	if err := os.Delete("default/" + key); !errors.Is(err, secret.ErrNotFound) {
		t.Errorf("delete of nothing: %v", err)
	}
	if err := os.Set("default/"+key, secret.New(value)); err != nil {
		t.Fatal(err)
	}
	if stored, err := keyring.Get("cwsync", "default/"+key); err != nil || stored != value {
		t.Errorf("not under service cwsync, account default/%s: %v", key, err)
	}
	keyring.MockInitWithError(keyring.ErrSetDataTooBig)
	if err := os.Set("default/"+key, secret.New(value)); !errors.Is(err, secret.ErrInvalidValue) {
		t.Errorf("set of too much: %v", err)
	}
	broken := errors.New("no bus")
	keyring.MockInitWithError(broken)
	l := secret.Lookup{Keyring: os}
	if err := l.Set(t.Context(), key, secret.New(value)); !errors.Is(err, secret.ErrNoKeyring) || !errors.Is(err, broken) {
		t.Errorf("no keyring: %v", err)
	}
}

// TestRealKeyring writes to the keyring of this session, under a profile of its own, and cleans up. On Linux, with dbus and
// gnome-keyring installed, this makes a throw-away keyring for it:
//
//	export XDG_DATA_HOME=$(mktemp -d) XDG_RUNTIME_DIR=$(mktemp -d) XDG_CACHE_HOME=$(mktemp -d)
//	dbus-run-session -- sh -c 'printf "test\n" | gnome-keyring-daemon --unlock --components=secrets >/dev/null; exec "$@"' sh \
//		env REAL_KEYRING=1 go test -count=1 ./store/secret/...
func TestRealKeyring(t *testing.T) {
	if os.Getenv("REAL_KEYRING") != "1" {
		t.Skip("REAL_KEYRING=1 runs this against the keyring of this session; the comment above this test makes a throw-away one")
	}
	const key = "source.mail.password" // a key of the connection may not have several lines
	l := secret.Lookup{Profile: "test-" + strconv.Itoa(os.Getpid()), Keyring: secret.OSKeyring()}
	if _, _, err := l.Get(t.Context(), key); !errors.Is(err, secret.ErrNotFound) || errors.Is(err, secret.ErrNoKeyring) {
		t.Fatalf("the keyring must be there and lack the secret: %v", err)
	}
	for name, stored := range map[string]string{
		"plain": value, "again": value + "2", "several lines": "a\nb\n", "spaces": " a b ", "other letters": "ÄÖÜ ß 漢字",
		"quotes": `'"$(x)\`, "as long as allowed": strings.Repeat("a", secret.MaxKeyringBytes),
	} {
		if err := l.Set(t.Context(), key, secret.New(stored)); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		t.Cleanup(func() { _ = l.Remove(context.Background(), key) }) // most often gone by then
		if got, origin, err := l.Get(t.Context(), key); err != nil || origin != secret.OriginKeyring || got.Reveal() != stored {
			t.Errorf("%s: got it from %q, same value %t, error %v", name, origin, got.Reveal() == stored, err)
		}
	}
	other := secret.Lookup{Profile: l.Profile + "b", Keyring: l.Keyring}
	if _, _, err := other.Get(t.Context(), key); !errors.Is(err, secret.ErrNotFound) {
		t.Errorf("another profile sees it: %v", err)
	}
	if err := l.Remove(t.Context(), key); err != nil {
		t.Fatal(err)
	}
	if err := l.Remove(t.Context(), key); !errors.Is(err, secret.ErrNotFound) {
		t.Errorf("second removal: %v", err)
	}
}
