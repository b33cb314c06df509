package alert

import (
	"strings"
	"testing"

	"cwsync/syncer/source"
)

// TestTrialsSayWhereAndWhat: of every kind, with nothing of its secret.
func TestTrialsSayWhereAndWhat(t *testing.T) {
	for name, c := range map[string]struct {
		kind, secret   string
		options        map[string]any
		to, does, text string
	}{
		"webhook":          {KindWebhook, "https://user:CANARY@hooks.example.com/CANARY?token=CANARY#CANARY", nil, "hooks.example.com", "one POST of a JSON document", "Nothing happened"},
		"webhook as text":  {KindWebhook, "https://hooks.example.com:8443/CANARY", map[string]any{"format": "text"}, "hooks.example.com:8443", "as plain text", "Nothing happened"},
		"this machine":     {KindWebhook, "http://[::1]:8080/CANARY", nil, "[::1]:8080", "one POST", "Nothing happened"},
		"slack":            {KindSlack, "https://hooks.slack.com/services/CANARY", nil, "hooks.slack.com", "one message", "Nothing happened"},
		"teams":            {KindTeams, "https://prod-1.logic.azure.com/workflows/CANARY", nil, "prod-1.logic.azure.com", "one message", "Nothing happened"},
		"a token as host":  {KindShoutrrr, "discord://CANARY@CANARY", nil, "discord", "one message", "Nothing happened"},
		"healthchecks":     {KindHealthchecks, "https://hc-ping.com/CANARY", nil, "hc-ping.com", "changes no state", ""},
		"email":            {KindEmail, "smtp://CANARY:CANARY@mail.example.com", map[string]any{"from": "a@b.example", "to": []any{"c@d.example", "e@f.example"}}, "mail.example.com:587", "from a@b.example to c@d.example, e@f.example", "Nothing happened"},
		"ticket":           {KindTicket, "", map[string]any{"board": "Alerts\x1b[31m"}, "ConnectWise", "no ticket is opened", ""},
		"textfile":         {KindTextfile, "", map[string]any{"path": "/var/lib/metrics/cwsync.prom"}, "/var/lib/metrics", "removed again", ""},
		"escape sequences": {KindWebhook, "https://a%1b%5b31mb.example/CANARY", nil, "", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := senderOf(t, c.kind, c.secret, c.options)
			trial, failure := s.Trial(t.Context(), s.Alerts[0])
			if c.to == "" {
				if failure == nil && strings.ContainsAny(trial.To, "\x1b") {
					t.Errorf("%q", trial)
				}
				return
			}
			said := trial.To + trial.Does + trial.Text
			if failure != nil || trial.To != c.to || !strings.Contains(trial.Does, c.does) || !strings.Contains(trial.Text, c.text) || c.text == "" && trial.Text != "" {
				t.Errorf("%q, %v", trial, failure)
			}
			if strings.Contains(said, "CANARY") || strings.Contains(said, "\x1b") {
				t.Errorf("a secret, or an escape sequence, is in %q", trial)
			}
		})
	}
}

// TestTrialsSendNothing: not even a connection is made.
func TestTrialsSendNothing(t *testing.T) {
	c := newChannel(t, nil)
	for _, kind := range []string{KindWebhook, KindSlack, KindTeams, KindHealthchecks} {
		s := senderOf(t, kind, c.URL+"/secret", nil)
		if _, failure := s.Trial(t.Context(), s.Alerts[0]); failure != nil {
			t.Errorf("%s: %v", kind, failure)
		}
	}
	if c.calls() != 0 {
		t.Errorf("%d requests", c.calls())
	}
}

// TestTheTrialIsWhatTheTestSends, word by word.
func TestTheTrialIsWhatTheTestSends(t *testing.T) {
	c := newChannel(t, nil)
	s := senderOf(t, KindWebhook, c.URL+"/secret", map[string]any{"format": "text"})
	trial, failure := s.Trial(t.Context(), s.Alerts[0])
	if failures := s.Test(t.Context()); failure != nil || len(failures) != 0 || len(c.bodies) != 1 || c.bodies[0] != trial.Text || "http://"+trial.To != c.URL {
		t.Errorf("%q was sent, %q was announced; %v %v", c.bodies, trial, failure, failures)
	}
}

func TestTrialsThatCannotBegin(t *testing.T) {
	for name, c := range map[string]struct{ kind, secret, says string }{
		"no address":  {KindSlack, "CANARY", "does not begin with https://"},
		"in clear":    {KindTeams, "http://example.com/CANARY", "in clear"},
		"no service":  {KindShoutrrr, "pigeon://CANARY", "none of the services"},
		"no mail":     {KindEmail, "mail.example.com CANARY", "does not look like smtp://"},
		"not a kind":  {"pigeon", "https://example.com/CANARY", "no alert of that kind"},
		"no services": {KindShoutrrr, "CANARY", "none of the services"},
	} {
		s := senderOf(t, c.kind, c.secret, nil)
		_, failure := s.Trial(t.Context(), s.Alerts[0])
		if failure == nil {
			t.Errorf("%s: no failure", name)
			continue
		}
		wantFailure(t, []Failure{*failure}, c.says, "CANARY")
	}
	s := senderOf(t, KindWebhook, "", nil)
	s.Alerts[0].Name = "other"
	if _, failure := s.Trial(t.Context(), s.Alerts[0]); failure == nil || !strings.Contains(failure.Message, "alert.other is nowhere") {
		t.Errorf("%v", failure)
	}
}

func TestAddressProblems(t *testing.T) {
	for name, c := range map[string]struct{ kind, address, says string }{
		"good":          {KindWebhook, " https://example.com/CANARY\n", ""},
		"good mail":     {KindEmail, "smtp://CANARY:x%20y@mail.example.com:587", ""},
		"good service":  {KindShoutrrr, "discord://CANARY@1", ""},
		"empty":         {KindWebhook, " \n", "it is empty"},
		"two lines":     {KindWebhook, "https://example.com/CANARY\nx", "line break"},
		"bell":          {KindShoutrrr, "discord://CANARY\x07@1", "control character"},
		"blank":         {KindSlack, "https://example.com/CANARY x", "a blank"},
		"other service": {KindShoutrrr, "gotify://CANARY/x", "none of the services"},
		"other scheme":  {KindHealthchecks, "ftp://example.com/CANARY", "does not begin with https://"},
	} {
		said := AddressProblem(c.kind, source.Options{}, c.address)
		if (c.says == "") != (said == "") || !strings.Contains(said, c.says) || strings.Contains(said, "CANARY") {
			t.Errorf("%s: %q", name, said)
		}
	}
}
