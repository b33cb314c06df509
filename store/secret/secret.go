// Package secret keeps the keys of a profile out of sight and finds them where they may be put: a credentials file, systemd's
// credentials directory, the environment or the keyring of the operating system, in this order.
//
// It never logs, never prints a value, never writes one anywhere but into the keyring, and no error of it carries one.
package secret

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"unicode/utf8"
)

// redacted is what every printer and encoder gets to see.
const redacted = "[redacted]"

// hintFrom is the number of characters from which Hint shows the last four: of a shorter value four would be too much.
const hintFrom = 16

// Secret is a value that must not be seen. However Go prints, logs or encodes it, alone or inside of other values, it reads
// "[redacted]"; encoding/gob refuses it. Only Reveal gives the value. The zero Secret holds nothing.
//
// Secrets cannot be compared with ==, and reflect.DeepEqual never holds two of them equal: use Equal.
type Secret struct {
	// A func, because reflection and fmt's fallbacks (%p, unexported fields of other structs) follow strings, slices and
	// pointers to their bytes, but of a func they can show the address alone.
	reveal func() string
}

// New makes a Secret of value, as it is. An empty value gives the zero Secret.
func New(value string) Secret {
	if value == "" {
		return Secret{}
	}
	return Secret{reveal: func() string { return value }}
}

// Reveal gives the value itself; "" for the zero Secret. To be called only where the value leaves for its use.
func (s Secret) Reveal() string {
	if s.reveal == nil {
		return ""
	}
	return s.reveal()
}

// IsZero says whether s holds nothing.
func (s Secret) IsZero() bool { return s.reveal == nil }

// Equal says whether both hold the same value, in a time that depends neither on where they differ nor on how the lengths do.
func (s Secret) Equal(other Secret) bool {
	a, b := sha256.Sum256([]byte(s.Reveal())), sha256.Sum256([]byte(other.Reveal()))
	return subtle.ConstantTimeCompare(a[:], b[:]) == 1
}

// Hint describes the value for the person who typed it in, as "40 characters, ends in 9f3a". The end is shown from 16 characters
// on and only if it is of visible ASCII characters; of a shorter value nothing is told. It is for a screen, never for a log.
func (s Secret) Hint() string {
	value := s.Reveal()
	count := utf8.RuneCountInString(value)
	switch {
	case count == 0:
		return "empty"
	case count < hintFrom:
		return "too short to show a part of it"
	}
	end := value[len(value)-4:]
	for _, c := range []byte(end) {
		if c <= ' ' || c > '~' {
			return fmt.Sprintf("%d characters", count)
		}
	}
	return fmt.Sprintf("%d characters, ends in %s", count, end)
}

// String gives "[redacted]".
func (s Secret) String() string { return redacted }

// GoString gives "[redacted]".
func (s Secret) GoString() string { return redacted }

// Format writes "[redacted]" for every verb and flag of package fmt.
func (s Secret) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, redacted) // a Formatter has no way to report an error; fmt's own state never fails
}

// MarshalText gives "[redacted]"; encoding/xml uses it too.
func (s Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// MarshalJSON gives the JSON string "[redacted]".
func (s Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }

// MarshalYAML gives the YAML string "[redacted]".
func (s Secret) MarshalYAML() (any, error) { return redacted, nil }

// LogValue gives "[redacted]" to log/slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// GobEncode always fails: a gob is for reading back, and there would be nothing to read.
func (s Secret) GobEncode() ([]byte, error) {
	return nil, errors.New("a secret cannot be encoded as gob")
}
