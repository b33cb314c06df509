package alert

import (
	"encoding/json"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

const secretPath = "/hook/S3cretT0ken"

func TestWebhook(t *testing.T) {
	c := newChannel(t, nil)
	if failures := told(t, senderOf(t, KindWebhook, c.URL+secretPath, nil), heldRun()); failures != nil {
		t.Fatal(failures)
	}
	var got webhookDocument
	if err := json.Unmarshal([]byte(c.bodies[0]), &got); err != nil {
		t.Fatal(err)
	}
	if c.paths[0] != secretPath || got.Kind != "alert" || got.FormatVersion != 1 || got.RunID != "r-1" || got.ExitCode != 5 || !slices.Equal(got.Ends, []string{"held"}) ||
		got.Summary["applied"] != 3 || got.Summary["sources_held"] != 1 || got.MonthlyDelta["USD"] != "12.5" || len(got.Lines) != 2 || got.Lines[1].Customer != "Contoso" ||
		got.Text != got.Message || !strings.HasPrefix(got.Text, got.Title) || got.Started != "2026-11-22T06:00:00Z" || got.DurationMS != 12000 {
		t.Errorf("%s", c.bodies[0])
	}
	if told(t, senderOf(t, KindWebhook, c.URL, map[string]any{"format": "text"}), heldRun()); !strings.HasPrefix(c.bodies[1], "cwsync default: 1 line is held\n") ||
		!strings.HasPrefix(c.heads[1].Get("Content-Type"), "text/plain") {
		t.Errorf("%q", c.bodies[1])
	}
}

// TestNobodyIsCalled: what is a link, a mention or a format to a chat stays text.
func TestNobodyIsCalled(t *testing.T) {
	r := heldRun()
	r.Lines[1].Customer = `<!channel> & @everyone [a](https://evil.example)`
	c := newChannel(t, nil)
	told(t, senderOf(t, KindSlack, c.URL, nil), r)
	var slack struct {
		Text   string `json:"text"`
		Mrkdwn *bool  `json:"mrkdwn"`
	}
	if err := json.Unmarshal([]byte(c.bodies[0]), &slack); err != nil || *slack.Mrkdwn || strings.ContainsAny(slack.Text, "<>") || strings.Contains(slack.Text, "@everyone") ||
		!strings.Contains(slack.Text, "&lt;!channel&gt; &amp; @\u200beveryone") {
		t.Errorf("%v: %s", err, c.bodies[0])
	}
	told(t, senderOf(t, KindTeams, c.URL, nil), r)
	var teams struct {
		Attachments []struct {
			Content struct {
				Body []struct {
					Type    string
					Inlines []struct{ Text string }
				}
			}
		}
	}
	if err := json.Unmarshal([]byte(c.bodies[1]), &teams); err != nil {
		t.Fatal(err)
	}
	body := teams.Attachments[0].Content.Body
	if len(body) != 8 || body[0].Inlines[0].Text != "cwsync default: 1 line is held" {
		t.Errorf("%s", c.bodies[1])
	}
	for _, block := range body { // a text block would read Markdown
		if block.Type != "RichTextBlock" {
			t.Errorf("a %s", block.Type)
		}
	}
}

func TestHealthchecks(t *testing.T) {
	c := newChannel(t, nil)
	s := senderOf(t, KindHealthchecks, c.URL+secretPath, nil)
	s.Alerts[0].On = nil
	done := heldRun()
	done.ExitCode, done.Counts.Held, done.SourcesHeld = 0, 0, 0
	for _, report := range []Report{heldRun(), done} {
		if failures := told(t, s, report); failures != nil {
			t.Error(failures)
		}
	}
	if want := []string{secretPath + "/start", secretPath + "/5", secretPath + "/start", secretPath + "/0"}; !slices.Equal(c.paths, want) {
		t.Errorf("%v", c.paths)
	}
	for i, body := range c.bodies { // a ping holds nothing
		if body != "" || c.heads[i].Get("Referer") != "" {
			t.Errorf("%q", body)
		}
	}
	if failures := s.Test(t.Context()); failures != nil || c.paths[4] != secretPath+"/log" {
		t.Errorf("%v %v", failures, c.paths)
	}
}

// TestAStartNeverHoldsUpARun: a watcher that does not answer is left waiting, and its end comes after its start.
func TestAStartNeverHoldsUpARun(t *testing.T) {
	release := make(chan struct{})
	c := newChannel(t, func(_ http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/start") {
			<-release
		}
	})
	s := senderOf(t, KindHealthchecks, c.URL, nil)
	began := time.Now()
	round := s.Start(t.Context())
	if took := time.Since(began); took > s.Limit/2 {
		t.Errorf("the run waits %s", took)
	}
	ended := make(chan []Failure)
	go func() { ended <- round.End(t.Context(), heldRun()) }()
	close(release)
	if failures := <-ended; failures != nil || !slices.Equal(c.paths, []string{"/start", "/5"}) {
		t.Errorf("%v %v", failures, c.paths)
	}
}

func TestChannelsThatFail(t *testing.T) {
	elsewhere := newChannel(t, nil)
	status := func(code int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
	}
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		want   string
	}{
		"redirect": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere.URL+"/login", http.StatusFound)
		}, "redirect"},
		"redirect that keeps the body": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere.URL, http.StatusTemporaryRedirect)
		}, "redirect"},
		"redirect to nowhere": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "http://%zz")
			w.WriteHeader(http.StatusMovedPermanently)
		}, "redirect"},
		"web page": {func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte("\n <!DOCTYPE html><title>Log in</title>"))
		}, "web page"},
		"500": {status(500), "status 500"},
		"404": {status(404), "status 404"},
		"429": {status(429), "status 429"},
		"echo of the secret": {func(w http.ResponseWriter, r *http.Request) {
			http.Error(w, "no such hook "+r.URL.Path, http.StatusNotFound)
		}, "status 404"},
		"cut off": {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, unreachable},
	} {
		for _, kind := range []string{KindWebhook, KindSlack, KindTeams} {
			t.Run(kind+" "+name, func(t *testing.T) {
				other := newChannel(t, c.answer)
				wantFailure(t, told(t, senderOf(t, kind, other.URL+secretPath, nil), heldRun()), c.want, "S3cret")
				if other.calls() != 1 {
					t.Errorf("%d requests", other.calls())
				}
			})
		}
	}
	if elsewhere.calls() != 0 {
		t.Errorf("a redirect was followed, with %v", elsewhere.heads)
	}
}

func TestWaysThatFail(t *testing.T) {
	closed := httptest.NewServer(nil)
	closed.Close()
	safe := httptest.NewUnstartedServer(nil)
	safe.Config.ErrorLog = log.New(io.Discard, "", 0) // it is not believed, on purpose
	safe.StartTLS()
	defer safe.Close()
	for name, c := range map[string]struct{ address, want string }{
		"nobody listens":      {closed.URL + secretPath, "refused"},
		"untrusted":           {safe.URL + secretPath, "no trusted TLS"},
		"in clear":            {"http://hooks.example.com" + secretPath, "begins with http://"},
		"not an address":      {"S3cret", "does not begin with https://"},
		"another scheme":      {"ftp://example.com" + secretPath, "does not begin with https://"},
		"no host":             {"https://" + secretPath, "does not begin with https://"},
		"a control character": {"https://hooks.example.com/S3cret\x7f", "does not begin with https://"},
	} {
		t.Run(name, func(t *testing.T) {
			wantFailure(t, told(t, senderOf(t, KindWebhook, c.address, nil), heldRun()), c.want, "S3cret")
		})
	}
}

func TestAnEndlessAnswerEnds(t *testing.T) {
	c := newChannel(t, func(w http.ResponseWriter, _ *http.Request) {
		for range 10_000 {
			if _, err := w.Write(make([]byte, 64<<10)); err != nil {
				return
			}
		}
		t.Error("all of it was read")
	})
	if failures := told(t, senderOf(t, KindWebhook, c.URL, nil), heldRun()); failures != nil {
		t.Error(failures)
	}
}

func TestAPingKeepsTheQuery(t *testing.T) {
	c := newChannel(t, nil)
	u, _ := url.Parse(c.URL + "/ping/key/?rid=7")
	if err := ping(t.Context(), u, "12"); err != nil || c.paths[0] != "/ping/key/12" {
		t.Errorf("%v %v", err, c.paths)
	}
}
