package secret_test

import (
	"errors"
	"strings"
	"testing"

	"cwsync/store/secret"
)

func TestValidName(t *testing.T) {
	long := strings.Repeat("a", 64)
	for _, name := range []string{
		"connection.public_key", "connection.private_key", "source.mail.api_key", "source.My-Mail_2.key", "alert.ops", "alert.0",
		"source." + long + "." + long, "alert." + long,
	} {
		if err := secret.ValidName(name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, given := range map[string]string{
		"empty": "", "one part": "connection", "unknown group": "other.key", "unknown key of the connection": "connection.client_id",
		"empty key": "connection.", "source without field": "source.mail", "source with four parts": "source.a.b.c", "empty source": "source..key",
		"empty field": "source.mail.", "alert with three parts": "alert.a.b", "empty alert": "alert.", "capital group": "Source.mail.key",
		"space": "alert.a b", "slash": "source.../etc.key", "path": "alert.../../passwd", "not ASCII": "alert.ä", "NUL": "alert.a\x00",
		"line break": "alert.a\n", "equals sign": "alert.a=b", "too long a part": "alert." + long + "a", "a key": value,
	} {
		t.Run(name, func(t *testing.T) {
			err := secret.ValidName(given)
			if !errors.Is(err, secret.ErrInvalidName) {
				t.Fatalf("%q: got %v, want ErrInvalidName", given, err)
			}
			if hintOf(err) == "" {
				t.Error("no hint")
			}
			assertHidden(t, "error", err.Error()+hintOf(err))
		})
	}
}

func TestEnvName(t *testing.T) {
	for _, c := range []struct{ profile, name, want string }{
		{"default", "connection.private_key", "CWSYNC_CONNECTION_PRIVATE_KEY"},
		{"", "connection.public_key", "CWSYNC_CONNECTION_PUBLIC_KEY"},
		{"branch", "connection.private_key", "CWSYNC_BRANCH_CONNECTION_PRIVATE_KEY"},
		{"north-east", "source.my-mail.api_key", "CWSYNC_NORTH_EAST_SOURCE_MY_MAIL_API_KEY"},
		{"Default", "alert.ops", "CWSYNC_DEFAULT_ALERT_OPS"},
	} {
		if got := secret.EnvName(c.profile, c.name); got != c.want {
			t.Errorf("profile %q, %s: got %s, want %s", c.profile, c.name, got, c.want)
		}
	}
}

// hintOf gives the hint as the edge finds it: through whatever wraps the error.
func hintOf(err error) string {
	var hinting interface{ Hint() string }
	if errors.As(err, &hinting) {
		return hinting.Hint()
	}
	return ""
}
