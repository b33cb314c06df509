package alert

import (
	"context"
	"net/http"
	"slices"
	"testing"
	"time"

	"cwsync/syncer/setup"
	"cwsync/syncer/source"
)

// TestAlertsAreChosenByTheEnd: `on` decides, save for what hears of every run.
func TestAlertsAreChosenByTheEnd(t *testing.T) {
	c := newChannel(t, nil)
	secrets := map[string]string{"alert.held": c.URL + "/held", "alert.failed": c.URL + "/failed", "alert.done": c.URL + "/done", "alert.watch": c.URL + "/watch"}
	s := senderOfAll(t, secrets,
		setup.Alert{Name: "held", Kind: KindWebhook, On: []string{Held}}, setup.Alert{Name: "failed", Kind: KindWebhook, On: []string{Failed, Partial}},
		setup.Alert{Name: "done", Kind: KindWebhook, On: []string{Done}}, setup.Alert{Name: "watch", Kind: KindHealthchecks})
	for exit, want := range map[int][]string{
		0: {"/done", "/watch/0"}, 5: {"/held", "/watch/5"}, 75: {"/failed", "/watch/75"}, 6: {"/watch/6"}, 130: {"/failed", "/watch/130"},
	} {
		c.paths = nil
		if failures := told(t, s, Report{Profile: "default", ExitCode: exit}); failures != nil {
			t.Error(failures)
		}
		slices.Sort(c.paths)
		if want = append(want, "/watch/start"); !slices.Equal(c.paths, want) {
			t.Errorf("exit %d: %v, want %v", exit, c.paths, want)
		}
	}
}

// TestAllAlertsTogetherEndInTime: those that hang cost no more than one of them, and the others are sent.
func TestAllAlertsTogetherEndInTime(t *testing.T) {
	hangs := newChannel(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	works := newChannel(t, nil)
	secrets, alerts := map[string]string{}, []setup.Alert{}
	for _, name := range []string{"a", "b", "c", "d"} {
		secrets["alert."+name] = hangs.URL
		alerts = append(alerts, setup.Alert{Name: name, Kind: KindWebhook, On: []string{Held}})
	}
	alerts = append(alerts, setup.Alert{Name: "deaf", Kind: KindWebhook, On: []string{Held}}, setup.Alert{Name: "well", Kind: KindWebhook, On: []string{Held}})
	secrets["alert.well"] = works.URL
	s := senderOfAll(t, secrets, alerts...)
	s.Limit = 400 * time.Millisecond
	release := make(chan struct{})
	defer close(release)
	find := s.Secret
	s.Secret = func(ctx context.Context, name string) (string, error) {
		if name == "alert.deaf" {
			<-release // a keyring that answers nobody, and knows no context
		}
		return find(ctx, name)
	}
	began := time.Now()
	failures := told(t, s, heldRun())
	if took := time.Since(began); took > 4*s.Limit {
		t.Errorf("took %s", took)
	}
	if len(failures) != 5 || failures[4].Alert != "deaf" || works.calls() != 1 {
		t.Errorf("%v, %d sent", failures, works.calls())
	}
	for _, failure := range failures {
		if failure.Message != "no answer in time" {
			t.Errorf("%v", failure)
		}
	}
}

func TestSecretsThatAreMissing(t *testing.T) {
	s := senderOfAll(t, nil, setup.Alert{Name: "ops", Kind: KindSlack, On: []string{Held}})
	if failures := told(t, s, heldRun()); len(failures) != 1 || failures[0].String() != "alert ops (slack) was not sent: secret alert.ops is nowhere" {
		t.Errorf("%v", failures)
	}
	s.Alerts[0].Kind = "pigeon"
	wantFailure(t, told(t, s, heldRun()), "knows no alert of that kind", "")
}

func TestEveryKindIsSentAndTested(t *testing.T) {
	c := newChannel(t, nil)
	for _, kind := range Kinds() {
		if kind.Name == "" || kind.Summary == "" || len(kind.Fields) == 0 {
			t.Errorf("%+v", kind)
		}
		for _, field := range kind.Fields {
			if field.Help == "" || field.Secret && field.Name != "address" {
				t.Errorf("%s: %+v", kind.Name, field)
			}
		}
		s := senderOf(t, kind.Name, c.URL, nil)
		for _, failure := range append(s.Test(t.Context()), told(t, s, heldRun())...) {
			if failure.Message == "this program knows no alert of that kind" {
				t.Errorf("%s is declared and not sent", kind.Name)
			}
		}
	}
}

func TestOptionsThatAreWrong(t *testing.T) {
	kinds, err := source.NewCatalogue()
	if err == nil {
		kinds, err = kinds.WithAlerts(Kinds()...)
	}
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		kind    string
		options map[string]any
		wrong   string
	}{
		"a metrics file that nobody reads":  {KindTextfile, map[string]any{"path": "/x.txt"}, "path"},
		"a sender that is none":             {KindEmail, map[string]any{"from": "me", "to": []any{"a@b.example"}}, "from"},
		"a sender with a line break":        {KindEmail, map[string]any{"from": "a@b.example\r\nBcc: c@d.example", "to": []any{"a@b.example"}}, "from"},
		"nobody to write to":                {KindEmail, map[string]any{"from": "a@b.example", "to": []any{}}, "to"},
		"somebody who cannot be written to": {KindEmail, map[string]any{"from": "a@b.example", "to": []any{"x"}}, "to"},
		"no board":                          {KindTicket, map[string]any{}, "board"},
		"a format that is none":             {KindWebhook, map[string]any{"format": "xml"}, "format"},
	} {
		kind, _ := kinds.Alert(c.kind)
		if problems := kind.Problems(c.options); len(problems) != 1 || problems[0].Option != c.wrong {
			t.Errorf("%s: %v", name, problems)
		}
	}
}
