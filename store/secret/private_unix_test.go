//go:build unix

package secret

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestOwnerOfTheCredentialsFile(t *testing.T) {
	for name, c := range map[string]struct {
		owner, us int
		fine      bool
	}{
		"us": {1000, 1000, true}, "root's": {0, 1000, true}, "root reads root's": {0, 0, true}, "another's": {1001, 1000, false}, "root reads another's": {1000, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			err := checkOwner(c.owner, c.us, "/a b")
			if c.fine != (err == nil) {
				t.Fatalf("got %v", err)
			}
			var refused *Error
			if err != nil && (!errors.Is(err, ErrUnreadable) || !errors.As(err, &refused) || refused.Hint() == "") {
				t.Errorf("got %v", err)
			}
		})
	}
}

// TestChecksAskTheOpenFile: what lies at the path by the time of the check does not matter.
func TestChecksAskTheOpenFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "credentials")
	if err := os.WriteFile(path, []byte("a"), 0o644); err != nil { //nolint:gosec // G306: too open on purpose
		t.Fatal(err)
	}
	file, err := openQuietly(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = file.Close() })
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("b"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := checkPrivate(file, path); !errors.Is(err, ErrUnreadable) {
		t.Errorf("the file that is open is too open, the one at its path is not: got %v", err)
	}
}
