package doctor_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"cwsync/syncer/billing"
	"cwsync/syncer/doctor"
	"cwsync/syncer/source"
)

func TestSources(t *testing.T) {
	now := time.Date(2026, 3, 16, 8, 0, 0, 0, time.UTC)
	usage := func(age time.Duration, lines ...billing.UsageLine) billing.Usage {
		return billing.Usage{Lines: lines, AsOf: now.Add(-age)}
	}
	a, b := billing.UsageLine{CustomerID: "1", ServiceID: "adv"}, billing.UsageLine{CustomerID: "1", ServiceID: "bus"}
	several := &source.ReadErrors{Problems: []*source.ReadError{{File: "mail.csv", Line: 2, Message: "no quantity"}, {File: "mail.csv", Line: 3, Message: "no id"}}, More: 4}
	for name, c := range map[string]struct {
		usage    billing.Usage
		err      error
		status   doctor.Status
		exit     int
		says     string
		findings int
	}{
		"well":        {usage(2*time.Hour+30*time.Minute, a, b), nil, doctor.OK, 0, "2 lines of 1 customer and 2 services, 2 hours 30 minutes old", 0},
		"new":         {usage(time.Second, a), nil, doctor.OK, 0, "1 line of 1 customer and 1 service, less than a minute old", 0},
		"ahead":       {usage(-time.Hour, a), nil, doctor.OK, 0, "less than a minute old", 0},
		"no age":      {billing.Usage{Lines: []billing.UsageLine{a}}, nil, doctor.OK, 0, "1 line of 1 customer and 1 service", 0},
		"just in age": {usage(26*time.Hour, a), nil, doctor.OK, 0, "26 hours old", 0},
		"too old":     {usage(26*time.Hour+time.Second, a), nil, doctor.Fail, 5, "older than max_age (26h)", 0},
		"empty":       {usage(0), nil, doctor.Fail, 5, "gives no lines", 0},
		"away":        {billing.Usage{}, &doctor.Fault{Message: "the vendor is away", Hint: "later", Exit: 75}, doctor.Fail, 75, "the vendor is away", 0},
		"no key":      {billing.Usage{}, &doctor.Fault{Message: "refused", Hint: "the key", Exit: 12}, doctor.Fail, 12, "refused", 0},
		"broken": {billing.Usage{}, &doctor.Fault{Message: "many\nlines", Hint: "put it right", Exit: 1, Err: several}, doctor.Fail, 1,
			"cannot be read whole: 6 problems", 3},
		"broken once": {billing.Usage{}, &doctor.Fault{Message: "mail.csv:2: no", Hint: "put it right", Exit: 1, Err: errors.Join(&source.ReadError{Message: "no"})}, doctor.Fail, 1,
			"mail.csv:2: no", 0},
	} {
		t.Run(name, func(t *testing.T) {
			read := func(_ context.Context, name string) (billing.Usage, error) {
				if name != "mail" {
					t.Errorf("source %s was read", name)
				}
				return c.usage, c.err
			}
			checks := doctor.Run(t.Context(), doctor.SourceSteps(parsed(t), nil, read, func() time.Time { return now }), nil)
			check := find(t, checks, "source mail")
			if check.Status != c.status || check.Exit != c.exit || !strings.Contains(check.Detail, c.says) || len(check.Findings) != c.findings || check.Group != doctor.GroupSources {
				t.Errorf("got %+v", check)
			}
			if (check.Hint != "") != (check.Status != doctor.OK) {
				t.Errorf("hint %q", check.Hint)
			}
			if check := find(t, checks, "source backup"); check.Status != doctor.Skip || !strings.Contains(check.Detail, "standard input") {
				t.Errorf("got %+v", check)
			}
			if check := find(t, checks, "source old"); check.Status != doctor.Skip || check.Detail != "switched off" {
				t.Errorf("got %+v", check)
			}
		})
	}
}

func TestSourcesAreLeftUnread(t *testing.T) {
	checks := doctor.Run(t.Context(), doctor.SourceSteps(parsed(t), nil, nil, time.Now), nil)
	if check := find(t, checks, "source mail"); check.Status != doctor.Skip || check.Detail != "left unread, as asked for" {
		t.Errorf("got %+v", check)
	}
}

// TestASourceWaitsForItsOwnSecrets: not for those of another one whose name begins alike.
func TestASourceWaitsForItsOwnSecrets(t *testing.T) {
	names := []string{"source.mail.token", "source.mail2.token", "source.mai.token"}
	secrets := func(missing string) []doctor.Step {
		return doctor.SecretSteps(names, func(_ context.Context, name string) (string, error) {
			if name == missing {
				return "", &doctor.Fault{Message: "not found", Exit: 12}
			}
			return "keyring", nil
		})
	}
	read := func(context.Context, string) (billing.Usage, error) {
		return billing.Usage{Lines: make([]billing.UsageLine, 1)}, nil
	}
	for _, missing := range names {
		checks := doctor.Run(t.Context(), append(secrets(missing), doctor.SourceSteps(parsed(t), names, read, time.Now)...), nil)
		want := doctor.OK
		if missing == "source.mail.token" {
			want = doctor.Skip
		}
		if check := find(t, checks, "source mail"); check.Status != want {
			t.Errorf("without %s: %+v", missing, check)
		}
	}
}
