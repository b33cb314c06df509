package secret_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"cwsync/store/secret"
)

const key = "connection.private_key"

// fakeKeyring is a keyring in memory; fail, if set, is what each call fails with, and before, if set, runs ahead of each call.
type fakeKeyring struct {
	mu     sync.Mutex
	values map[string]secret.Secret
	fail   error
	before func()
	calls  int
}

func keyringWith(account, value string) *fakeKeyring {
	return &fakeKeyring{values: map[string]secret.Secret{account: secret.New(value)}}
}

func (f *fakeKeyring) enter() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls++
	if f.before != nil {
		f.before()
	}
	return f.fail
}

func (f *fakeKeyring) Get(account string) (secret.Secret, error) {
	if err := f.enter(); err != nil {
		return secret.Secret{}, err
	}
	found, ok := f.values[account]
	if !ok {
		return secret.Secret{}, secret.ErrNotFound
	}
	return found, nil
}

func (f *fakeKeyring) Set(account string, value secret.Secret) error {
	if err := f.enter(); err != nil {
		return err
	}
	if f.values == nil {
		f.values = map[string]secret.Secret{}
	}
	f.values[account] = value
	return nil
}

func (f *fakeKeyring) Delete(account string) error {
	if err := f.enter(); err != nil {
		return err
	}
	if _, ok := f.values[account]; !ok {
		return secret.ErrNotFound
	}
	delete(f.values, account)
	return nil
}

func environ(pairs ...string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1], true
			}
		}
		return "", false
	}
}

func write(t *testing.T, path, content string) string {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func credentials(t *testing.T, content string) string {
	t.Helper()
	return write(t, filepath.Join(t.TempDir(), "credentials.yaml"), content)
}

func directory(t *testing.T, file, content string) string {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, file), content)
	return dir
}

// TestOrderOfPlaces goes through all sixteen combinations of places that have the secret, for two profiles.
func TestOrderOfPlaces(t *testing.T) {
	origins := []secret.Origin{secret.OriginFile, secret.OriginDirectory, secret.OriginEnvironment, secret.OriginKeyring}
	for _, profile := range []string{"default", "branch"} {
		for mask := range 16 {
			t.Run(fmt.Sprintf("%s/%04b", profile, mask), func(t *testing.T) {
				has := func(place int) bool { return mask&(1<<place) != 0 }
				l := secret.Lookup{Profile: profile, CredentialsDir: t.TempDir(), Keyring: &fakeKeyring{},
					CredentialsFile: credentials(t, "alert.other: x\n"), Environ: environ()}
				if has(0) {
					l.CredentialsFile = credentials(t, "alert.other: x\n"+key+": value-0\n")
				}
				if has(1) {
					write(t, filepath.Join(l.CredentialsDir, "cwsync."+profile+"."+key), "value-1\n")
				}
				if has(2) {
					l.Environ = environ(secret.EnvName(profile, key), "value-2")
				}
				if has(3) {
					l.Keyring = keyringWith(profile+"/"+key, "value-3")
				}
				got, origin, err := l.Get(t.Context(), key)
				for place, want := range origins {
					if has(place) {
						if err != nil || origin != want || got.Reveal() != fmt.Sprintf("value-%d", place) {
							t.Fatalf("got place %q, error %v, want %q", origin, err, want)
						}
						return
					}
				}
				if !errors.Is(err, secret.ErrNotFound) || origin != "" || !got.IsZero() {
					t.Fatalf("got place %q, error %v, want ErrNotFound", origin, err)
				}
			})
		}
	}
}

func TestProfilesDoNotSeeEachOther(t *testing.T) {
	dir := directory(t, "cwsync.default."+key, "a")
	for name, l := range map[string]*secret.Lookup{
		"directory":   {Profile: "branch", CredentialsDir: dir},
		"environment": {Profile: "branch", Environ: environ("CWSYNC_CONNECTION_PRIVATE_KEY", "a")},
		"keyring":     {Profile: "branch", Keyring: keyringWith("default/"+key, "a")},
		"reverse":     {Environ: environ("CWSYNC_BRANCH_CONNECTION_PRIVATE_KEY", "a"), Keyring: keyringWith("branch/"+key, "a")},
	} {
		t.Run(name, func(t *testing.T) {
			if _, origin, err := l.Get(t.Context(), key); !errors.Is(err, secret.ErrNotFound) {
				t.Errorf("found in %q, error %v", origin, err)
			}
		})
	}
}

func TestEmptyProfileIsTheDefault(t *testing.T) {
	l := secret.Lookup{Keyring: keyringWith("default/"+key, "a")}
	if got, _, err := l.Get(t.Context(), key); err != nil || got.Reveal() != "a" {
		t.Errorf("error %v", err)
	}
}

func TestNotFoundNamesAllFourPlaces(t *testing.T) {
	for name, c := range map[string]struct {
		profile string
		want    []string
	}{
		"default": {"default", []string{"--credentials", "`" + key + ": VALUE`", "cwsync.default." + key, "$CREDENTIALS_DIRECTORY",
			"CWSYNC_CONNECTION_PRIVATE_KEY", "`cwsync secret set " + key + "`"}},
		"other": {"branch", []string{"--credentials", "cwsync.branch." + key, "CWSYNC_BRANCH_CONNECTION_PRIVATE_KEY",
			"`cwsync secret set " + key + " --profile branch`"}},
	} {
		t.Run(name, func(t *testing.T) {
			l := secret.Lookup{Profile: c.profile, Keyring: &fakeKeyring{}}
			_, _, err := l.Get(t.Context(), key)
			if !errors.Is(err, secret.ErrNotFound) || errors.Is(err, secret.ErrNoKeyring) {
				t.Fatalf("got %v", err)
			}
			for _, want := range c.want {
				if !strings.Contains(hintOf(err), want) {
					t.Errorf("the hint lacks %q: %s", want, hintOf(err))
				}
			}
		})
	}
}

func TestNoKeyringIsNotFoundAndSaysSo(t *testing.T) {
	for name, keyring := range map[string]secret.Keyring{"broken": &fakeKeyring{fail: errors.New("no bus")}, "none": nil} {
		t.Run(name, func(t *testing.T) {
			l := secret.Lookup{Keyring: keyring}
			_, _, err := l.Get(t.Context(), key)
			if !errors.Is(err, secret.ErrNotFound) || !errors.Is(err, secret.ErrNoKeyring) {
				t.Fatalf("got %v", err)
			}
			if !strings.Contains(hintOf(err), "CWSYNC_CONNECTION_PRIVATE_KEY") || !strings.Contains(err.Error(), "no keyring here") {
				t.Errorf("got %q, hint %q", err, hintOf(err))
			}
		})
	}
}

func TestKeyringIsAskedLast(t *testing.T) {
	keyring := &fakeKeyring{fail: errors.New("must not be asked")}
	l := secret.Lookup{Environ: environ("CWSYNC_CONNECTION_PRIVATE_KEY", "a"), Keyring: keyring}
	if _, _, err := l.Get(t.Context(), key); err != nil || keyring.calls != 0 {
		t.Errorf("%d calls, error %v", keyring.calls, err)
	}
}

func TestEnvironmentValues(t *testing.T) {
	t.Run("empty counts as absent", func(t *testing.T) {
		l := secret.Lookup{Environ: environ("CWSYNC_CONNECTION_PRIVATE_KEY", ""), Keyring: keyringWith("default/"+key, "a")}
		if _, origin, err := l.Get(t.Context(), key); err != nil || origin != secret.OriginKeyring {
			t.Errorf("from %q, error %v", origin, err)
		}
	})
	for given, want := range map[string]string{"a\n": "a", "a\r\n": "a", " a ": " a "} {
		t.Run(fmt.Sprintf("%q", given), func(t *testing.T) {
			l := secret.Lookup{Environ: environ("CWSYNC_CONNECTION_PRIVATE_KEY", given)}
			if got, _, err := l.Get(t.Context(), key); err != nil || got.Reveal() != want {
				t.Errorf("error %v", err)
			}
		})
	}
	for name, bad := range map[string]string{"NUL": value + "\x00", "too long": strings.Repeat(value, 4000)} {
		t.Run(name, func(t *testing.T) {
			l := secret.Lookup{Environ: environ("CWSYNC_CONNECTION_PRIVATE_KEY", bad), Keyring: keyringWith("default/"+key, "a")}
			_, _, err := l.Get(t.Context(), key)
			if !errors.Is(err, secret.ErrUnreadable) {
				t.Fatalf("got %v, want ErrUnreadable", err)
			}
			assertHidden(t, "error", err.Error()+hintOf(err))
		})
	}
}

func TestKeyringValues(t *testing.T) {
	t.Run("empty counts as absent", func(t *testing.T) {
		l := secret.Lookup{Keyring: keyringWith("default/"+key, "")}
		if _, _, err := l.Get(t.Context(), key); !errors.Is(err, secret.ErrNotFound) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("NUL", func(t *testing.T) {
		l := secret.Lookup{Keyring: keyringWith("default/"+key, value+"\x00")}
		_, _, err := l.Get(t.Context(), key)
		if !errors.Is(err, secret.ErrUnreadable) {
			t.Fatalf("got %v", err)
		}
		assertHidden(t, "error", err.Error())
	})
}

func TestBadNamesAndProfilesAreRefused(t *testing.T) {
	for name, c := range map[string]struct{ profile, name string }{
		"name": {"default", "a/b"}, "profile with slash": {"../x", key}, "profile with dot": {"a.b", key}, "profile too long": {strings.Repeat("a", 65), key},
	} {
		t.Run(name, func(t *testing.T) {
			keyring := &fakeKeyring{}
			l := secret.Lookup{Profile: c.profile, Keyring: keyring}
			_, _, getting := l.Get(t.Context(), c.name)
			for _, err := range []error{getting, l.Set(t.Context(), c.name, secret.New("a")), l.Remove(t.Context(), c.name)} {
				if !errors.Is(err, secret.ErrInvalidName) {
					t.Errorf("got %v, want ErrInvalidName", err)
				}
			}
			if keyring.calls != 0 {
				t.Error("the keyring was called")
			}
		})
	}
}

func TestCancelledContextLooksNowhere(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	l := secret.Lookup{Environ: environ("CWSYNC_CONNECTION_PRIVATE_KEY", "a")}
	if _, _, err := l.Get(ctx, key); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestSetAndRemove(t *testing.T) {
	keyring := &fakeKeyring{}
	l := secret.Lookup{Profile: "branch", Keyring: keyring}
	if err := l.Set(t.Context(), key, secret.New("a")); err != nil {
		t.Fatal(err)
	}
	if err := l.Set(t.Context(), key, secret.New("b")); err != nil {
		t.Fatal(err)
	}
	if stored, ok := keyring.values["branch/"+key]; !ok || stored.Reveal() != "b" || len(keyring.values) != 1 {
		t.Fatalf("the keyring holds %d values under other accounts", len(keyring.values))
	}
	if got, origin, err := l.Get(t.Context(), key); err != nil || origin != secret.OriginKeyring || got.Reveal() != "b" {
		t.Fatalf("from %q, error %v", origin, err)
	}
	if err := l.Remove(t.Context(), key); err != nil {
		t.Fatal(err)
	}
	err := l.Remove(t.Context(), key)
	if !errors.Is(err, secret.ErrNotFound) || !strings.Contains(hintOf(err), "cwsync secret list --profile branch") {
		t.Errorf("got %v, hint %q", err, hintOf(err))
	}
}

func TestSetRefusesUnfitValues(t *testing.T) {
	for name, c := range map[string]struct{ value, want string }{
		"empty":    {"", "empty"},
		"NUL":      {value + "\x00", "NUL"},
		"too long": {strings.Repeat("a", 2561), "2561 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			keyring := &fakeKeyring{}
			l := secret.Lookup{Keyring: keyring}
			err := l.Set(t.Context(), key, secret.New(c.value))
			if !errors.Is(err, secret.ErrInvalidValue) || !strings.Contains(err.Error(), c.want) || hintOf(err) == "" {
				t.Errorf("got %v, hint %q", err, hintOf(err))
			}
			if keyring.calls != 0 {
				t.Error("the keyring was called")
			}
		})
	}
	t.Run("just fits", func(t *testing.T) {
		l := secret.Lookup{Keyring: &fakeKeyring{}}
		if err := l.Set(t.Context(), key, secret.New(strings.Repeat("a", secret.MaxKeyringBytes))); err != nil {
			t.Error(err)
		}
	})
}

func TestKeyringErrorsAreNoKeyringAndNeverTheValue(t *testing.T) {
	l := secret.Lookup{Keyring: &fakeKeyring{fail: fmt.Errorf("cannot store '%s'", value)}}
	err := l.Set(t.Context(), key, secret.New(value))
	if !errors.Is(err, secret.ErrNoKeyring) || hintOf(err) == "" {
		t.Fatalf("got %v", err)
	}
	for unwrapped := range tree(err) {
		assertHidden(t, "error", unwrapped.Error())
	}
	locked := secret.Lookup{Keyring: &fakeKeyring{fail: errors.New("org.freedesktop.Secret.Error.IsLocked")}}
	if err := locked.Remove(t.Context(), key); !errors.Is(err, secret.ErrNoKeyring) || !strings.Contains(err.Error(), "IsLocked") {
		t.Errorf("got %v", err)
	}
}

// tree goes over an error and all that it wraps.
func tree(err error) func(func(error) bool) {
	return func(yield func(error) bool) {
		open := []error{err}
		for len(open) > 0 {
			next := open[0]
			open = open[1:]
			if !yield(next) {
				return
			}
			switch next := next.(type) { //nolint:errorlint // walks the tree itself
			case interface{ Unwrap() error }:
				open = append(open, next.Unwrap())
			case interface{ Unwrap() []error }:
				open = append(open, next.Unwrap()...)
			}
		}
	}
}

func TestListTellsOriginsWithoutValues(t *testing.T) {
	l := secret.Lookup{
		CredentialsFile: credentials(t, "alert.a: "+value+"\n"),
		CredentialsDir:  directory(t, "cwsync.default.alert.b", value),
		Environ:         environ("CWSYNC_ALERT_C", value),
		Keyring:         keyringWith("default/alert.d", value),
	}
	got := l.List(t.Context(), []string{"alert.a", "alert.b", "alert.c", "alert.d", "alert.e", "bad"})
	var origins []secret.Origin
	for _, status := range got {
		origins = append(origins, status.Origin)
		if status.Found != (status.Err == nil) || status.Found == (status.Origin == "") {
			t.Errorf("%s contradicts itself: %+v", status.Name, status)
		}
	}
	want := []secret.Origin{secret.OriginFile, secret.OriginDirectory, secret.OriginEnvironment, secret.OriginKeyring, "", ""}
	if !slices.Equal(origins, want) {
		t.Errorf("got %q, want %q", origins, want)
	}
	if !errors.Is(got[4].Err, secret.ErrNotFound) || !errors.Is(got[5].Err, secret.ErrInvalidName) {
		t.Errorf("got %v and %v", got[4].Err, got[5].Err)
	}
	assertHidden(t, "list", fmt.Sprintf("%#v %+v", got, got))
}

// TestControlCharactersInAKey: whoever pasted a key with something invisible in it learns which key and where, not that ConnectWise refuses it.
func TestControlCharactersInAKey(t *testing.T) {
	for _, bad := range []string{value + "\n" + value, value + "\n\n", "\t" + value, value + "\x1b[0m", value + "\u0085"} {
		for place, l := range map[string]*secret.Lookup{
			"file cwsync.default." + key:    {CredentialsDir: directory(t, "cwsync.default."+key, bad)},
			"CWSYNC_CONNECTION_PRIVATE_KEY": {Environ: environ("CWSYNC_CONNECTION_PRIVATE_KEY", bad)},
			"keyring":                       {Keyring: keyringWith("default/"+key, bad)},
			"credentials file":              {CredentialsFile: credentials(t, fmt.Sprintf("%s: %s\n", key, yamlQuoted(bad)))},
		} {
			_, _, err := l.Get(t.Context(), key)
			if !errors.Is(err, secret.ErrUnreadable) || !strings.Contains(err.Error(), place) || !strings.Contains(err.Error(), "secret "+key) {
				t.Errorf("%s: got %v", place, err)
				continue
			}
			assertHidden(t, "error", err.Error()+hintOf(err))
		}
		l := secret.Lookup{Keyring: &fakeKeyring{}}
		if err := l.Set(t.Context(), key, secret.New(bad)); !errors.Is(err, secret.ErrInvalidValue) {
			t.Errorf("stored: %v", err)
		}
	}
	l := secret.Lookup{Environ: environ("CWSYNC_SOURCE_MAIL_CERTIFICATE", "-----BEGIN\nabc\n-----END\n")}
	if got, _, err := l.Get(t.Context(), "source.mail.certificate"); err != nil || got.Reveal() != "-----BEGIN\nabc\n-----END" {
		t.Errorf("a secret of several lines: %v", err)
	}
}

func yamlQuoted(text string) string {
	return `"` + strings.NewReplacer("\n", `\n`, "\t", `\t`, "\x1b", `\e`, "\u0085", `\N`).Replace(text) + `"`
}
