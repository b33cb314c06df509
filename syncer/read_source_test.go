package syncer

import (
	"context"
	"errors"
	"strings"
	"testing"

	"cwsync/syncer/billing"
	"cwsync/syncer/source"
)

// One source is read by itself: switched off or not, and with nothing of ConnectWise or the store.
func TestReadingOneSource(t *testing.T) {
	r := newRig(t, 1)
	r.uses(1, "10")
	r.Setup.Sources[0].Sync = false
	r.Setup.Sources = append(r.Setup.Sources, newSource("file", 1))
	alone := Engine{Setup: r.Setup, Catalogue: r.Catalogue, Secret: r.Secret, Now: r.Now}
	usage, err := alone.ReadSource(t.Context(), "mail")
	if err != nil || len(usage.Lines) != 1 || r.calls.count("read file") != 0 {
		t.Errorf("%+v, %v", usage, err)
	}
	if _, err := alone.ReadSource(t.Context(), "mial"); StopOf(err).Exit != ExitUsage {
		t.Error(err)
	}
}

func TestReadingOneSourceThatFails(t *testing.T) {
	for name, c := range map[string]struct {
		err        error
		exit       int
		code, hint string
	}{
		"broken":          {errors.New("no such file"), ExitFailed, "source_failed", "put the source right; nothing was changed"},
		"a wrong line":    {&source.ReadErrors{Problems: []*source.ReadError{{Message: "twice", Hint: "add them"}}}, ExitFailed, "source_failed", "add them"},
		"out of reach":    {&billing.Failure{Class: billing.ClassUnavailable, Message: "no route", Hint: "try again"}, ExitTryLater, "source_failed", "try again"},
		"throttled":       {&billing.Failure{Class: billing.ClassThrottled, Message: "slow"}, ExitTryLater, "source_failed", "put the source right; nothing was changed"},
		"refused":         {&billing.Failure{Class: billing.ClassAuth, Message: "no", Hint: "set it"}, ExitCredentials, "source_failed", "set it"},
		"no secret":       {errSecret, ExitCredentials, "source_failed", "put the source right; nothing was changed"},
		"no sense":        {&billing.Failure{Class: billing.ClassNonsense, Message: "HTML"}, ExitFailed, "source_failed", "put the source right; nothing was changed"},
		"refused as such": {&billing.Failure{Class: billing.ClassRejected, Message: "404"}, ExitFailed, "source_failed", "put the source right; nothing was changed"},
	} {
		r := newRig(t, 1)
		r.broken["mail"] = c.err
		_, err := r.ReadSource(t.Context(), "mail")
		stop := StopOf(err)
		if stop.Exit != c.exit || stop.Problem.Code != c.code || stop.Problem.Hint != c.hint {
			t.Errorf("%s: %d %+v", name, stop.Exit, stop.Problem)
		}
	}
	r := newRig(t, 1)
	r.broken["mail"] = context.Canceled
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := r.ReadSource(ctx, "mail"); StopOf(err).Exit != ExitCancelled {
		t.Error(err)
	}
}

func TestASourceThatIsNotFilledInIsNotRead(t *testing.T) {
	for name, options := range map[string]map[string]any{
		"a text": {"user": "YOUR-CLIENT-ID"},
		"a part": {"address": "https://YOUR-DATACENTER.example.com/x"},
		"a list": {"detail": []any{"a", "b/YOUR-TENANT-ID"}},
		"a map":  {"headers": map[string]any{"X-Tenant": "YOUR-TENANT-ID"}},
	} {
		r := newRig(t, 1)
		r.uses(1, "10")
		r.Setup.Sources[0].Options = options
		_, err := r.ReadSource(t.Context(), "mail")
		stop := StopOf(err)
		if stop.Exit != ExitFailed || !strings.Contains(stop.Problem.Message, "still says YOUR-") || !strings.Contains(stop.Problem.Hint, "in the place of YOUR-") {
			t.Errorf("%s: %d %+v", name, stop.Exit, stop.Problem)
		}
	}
	r := newRig(t, 1)
	r.uses(1, "10")
	r.Setup.Sources[0].Options = map[string]any{"user": "YOURS-TRULY", "path": "your-file.csv"}
	if _, err := r.ReadSource(t.Context(), "mail"); err != nil {
		t.Error(err)
	}
}
