package alert

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nicholas-fedor/shoutrrr/pkg/router"
)

// examples are addresses of every service that we let through.
func examples() map[string]string {
	return map[string]string{
		"bark": "bark://key@127.0.0.1:1/?scheme=http", "discord": "discord://token@123456789", "googlechat": "googlechat://chat.googleapis.com/v1/spaces/FOO/messages?key=bar&token=baz",
		"ifttt": "ifttt://key/?events=event1&value1=x", "join": "join://shoutrrr:apikey@join/?devices=device1", "opsgenie": "opsgenie://api.opsgenie.com/key",
		"pagerduty": "pagerduty://events.pagerduty.com/eb243592faa24ba2a5511afdf565c889", "pushbullet": "pushbullet://" + strings.Repeat("a", 34),
		"pushover": "pushover://shoutrrr:apptoken@usertoken/", "rocketchat": "rocketchat://127.0.0.1:1/aaa/bbb",
	}
}

// recorded counts what goes by the default transport. It answers with a status, or not at all.
type recorded struct {
	requests atomic.Int32
	status   int
}

func (r *recorded) RoundTrip(request *http.Request) (*http.Response, error) {
	r.requests.Add(1)
	if r.status == 0 {
		return nil, errors.New("no traffic in tests")
	}
	answer := httptest.NewRecorder()
	answer.Header().Set("Location", "https://elsewhere.example/")
	answer.WriteHeader(r.status)
	_, _ = answer.WriteString("no")
	resp := answer.Result()
	resp.Request = request
	return resp, nil
}

// TestEveryServiceIsFit: none of the services that we let through follows a redirect, takes a failure for a success, or panics.
func TestEveryServiceIsFit(t *testing.T) {
	before := http.DefaultTransport
	defer func() { http.DefaultTransport = before }()
	for _, name := range shoutrrrServices() {
		for _, status := range []int{0, 307, 403} {
			way := &recorded{status: status}
			http.DefaultTransport = way
			service, err := new(router.ServiceRouter).Locate(examples()[name])
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			sent := careful(guarded(service), "x")
			if n := way.requests.Load(); n == 0 || status == 307 && n != 1 {
				t.Errorf("%s sends %d requests for status %d", name, n, status)
			}
			if sent == nil || errors.Is(sent, errPanic) {
				t.Errorf("%s after status %d: %v", name, status, sent)
			}
		}
	}
}

func TestShoutrrr(t *testing.T) {
	elsewhere := newChannel(t, nil)
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		want   string
	}{
		"sent": {func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{"code":200}`)) }, ""},
		"redirect": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere.URL, http.StatusTemporaryRedirect)
		}, "redirect"},
		"500":   {func(w http.ResponseWriter, r *http.Request) { http.Error(w, r.URL.Path, 500) }, "did not take it"},
		"hangs": {func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, "no answer in time"},
	} {
		t.Run(name, func(t *testing.T) {
			other := newChannel(t, c.answer)
			s := senderOf(t, KindShoutrrr, "bark://S3cretKey@"+other.Listener.Addr().String()+"/?scheme=http", nil)
			if name == "hangs" {
				s.Limit = 300 * time.Millisecond
			}
			failures := told(t, s, heldRun())
			other.CloseClientConnections()
			if c.want == "" {
				if failures != nil || other.calls() != 1 || !strings.Contains(other.bodies[0], "1 line is held") {
					t.Errorf("%v %v", failures, other.bodies)
				}
				return
			}
			wantFailure(t, failures, c.want, "S3cret")
		})
	}
	if elsewhere.calls() != 0 {
		t.Error("a redirect was followed")
	}
}

func TestServicesThatAreNone(t *testing.T) {
	for _, address := range []string{
		"S3cret", "smtp://u:S3cret@127.0.0.1:1/?from=a@b.c&to=a@b.c", "generic://127.0.0.1:1/S3cret", "logger://S3cret", "mattermost://127.0.0.1:1/S3cret", "nosuch://S3cret",
		"discord+https://127.0.0.1:1/S3cret",
	} {
		wantFailure(t, told(t, senderOf(t, KindShoutrrr, address, nil), heldRun()), "names none of the services", "S3cret")
	}
	wantFailure(t, told(t, senderOf(t, KindShoutrrr, "pushover://S3cret", nil), heldRun()), "not one of pushover", "S3cret")
}
