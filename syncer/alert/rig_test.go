package alert

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"cwsync/syncer/setup"
	"cwsync/syncer/source"

	"github.com/shopspring/decimal"
)

// channel is the other side of an alert, on loopback.
type channel struct {
	*httptest.Server
	lock   sync.Mutex
	paths  []string
	bodies []string
	heads  []http.Header
}

// newChannel answers every request with answer; nil: 200 and "ok".
func newChannel(t *testing.T, answer http.HandlerFunc) *channel {
	t.Helper()
	c := &channel{}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		c.lock.Lock()
		c.paths, c.bodies, c.heads = append(c.paths, r.URL.Path), append(c.bodies, string(body)), append(c.heads, r.Header)
		c.lock.Unlock()
		if answer != nil {
			answer(w, r)
			return
		}
		_, _ = io.WriteString(w, "ok")
	}))
	c.Config.ErrorLog = log.New(io.Discard, "", 0)
	t.Cleanup(c.Close)
	return c
}

func (c *channel) calls() int {
	c.lock.Lock()
	defer c.lock.Unlock()
	return len(c.paths)
}

// memory is what alerts remember, in a map.
type memory struct {
	lock   sync.Mutex
	values map[string]string
	err    error
}

func (m *memory) Setting(_ context.Context, name string) (string, bool, error) {
	m.lock.Lock()
	defer m.lock.Unlock()
	value, ok := m.values[name]
	return value, ok, m.err
}

func (m *memory) SwapSetting(_ context.Context, name, before, after string) (bool, error) {
	m.lock.Lock()
	defer m.lock.Unlock()
	if m.err != nil || m.values[name] != before {
		return false, m.err
	}
	if m.values == nil {
		m.values = map[string]string{}
	}
	m.values[name] = after
	return true, nil
}

var began = time.Date(2026, 11, 22, 6, 0, 0, 0, time.UTC)

// heldRun is a run with something to tell.
func heldRun() Report {
	return Report{
		Profile: "default", RunID: "r-1", Kept: true, Started: began, Duration: 12 * time.Second, ExitCode: 5,
		Counts: Counts{Applied: 3, Held: 1, Unchanged: 20}, SourcesHeld: 1, MonthlyDelta: map[string]decimal.Decimal{"USD": decimal.New(125, -1), "EUR": decimal.New(-3, 0)},
		Lines: []Line{
			{Status: Held, Code: "source_failed", Service: "source backup", Reason: "the file is not there"},
			{Status: Held, Code: "guard_drop", Customer: "Contoso", Service: "Basic mailbox", Reason: "fell from 50 to 10"},
		},
	}
}

// senderOf sends one alert named ops with this secret.
func senderOf(t *testing.T, kind, secret string, options map[string]any) *Sender {
	t.Helper()
	return senderOfAll(t, map[string]string{"alert.ops": secret}, setup.Alert{Name: "ops", Kind: kind, On: []string{Held, Failed}, Options: options})
}

func senderOfAll(t *testing.T, secrets map[string]string, alerts ...setup.Alert) *Sender {
	t.Helper()
	kinds, err := source.NewCatalogue()
	if err == nil {
		kinds, err = kinds.WithAlerts(Kinds()...)
	}
	if err != nil {
		t.Fatal(err)
	}
	return &Sender{
		Profile: "default", Alerts: alerts, Kinds: kinds, Memory: &memory{}, Limit: 5 * time.Second, Now: func() time.Time { return began },
		Secret: func(_ context.Context, name string) (string, error) {
			if secret, ok := secrets[name]; ok {
				return secret, nil
			}
			return "", errors.New("secret " + name + " is nowhere")
		},
	}
}

// told sends the alerts of a run and gives what failed.
func told(t *testing.T, s *Sender, report Report) []Failure {
	t.Helper()
	return s.Start(t.Context()).End(t.Context(), report)
}

// wantFailure is one failure with these words, that does not hold the secret.
func wantFailure(t *testing.T, failures []Failure, message, secret string) {
	t.Helper()
	if len(failures) != 1 || !bytes.Contains([]byte(failures[0].Message), []byte(message)) {
		t.Errorf("got %q, want one with %q", failures, message)
		return
	}
	if secret != "" && bytes.Contains([]byte(failures[0].String()+failures[0].Hint), []byte(secret)) {
		t.Errorf("the secret is in %q", failures[0])
	}
	if failures[0].Hint == "" {
		t.Errorf("nothing says what to do: %q", failures[0])
	}
}
