package syncer

import (
	"testing"

	"cwsync/syncer/billing"
)

func TestAdditionsOfRunningAgreements(t *testing.T) {
	r := newRig(t, 4)
	for n := 1; n <= 4; n++ {
		r.line(n, "10", false)
	}
	agreements := []billing.Agreement{{ID: 803}, {ID: 801, Cancelled: true}, {ID: 802, End: day("2026-11-21")}, {ID: 804, Start: day("2026-11-22")}}
	running, additions, err := r.RunningAdditions(t.Context(), agreements)
	if err != nil || len(running) != 2 || running[0].ID != 803 || running[1].ID != 802 {
		t.Fatalf("got %+v, %v", running, err)
	}
	if len(additions) != 2 || len(additions[803]) != 1 || additions[803][0].ID != 30 || additions[802][0].ID != 20 {
		t.Errorf("got %+v", additions)
	}
	for call, want := range map[string]int{"additions 803": 1, "additions 802": 1, "additions 801": 0, "additions 804": 0} {
		if got := r.calls.count(call); got != want {
			t.Errorf("%s: %d times, want %d", call, got, want)
		}
	}
	// The day is that of the profile's time zone: at noon UTC it is tomorrow on Kiritimati.
	r.Setup.Connection.TimeZone = "Pacific/Kiritimati"
	if running, _, err = r.RunningAdditions(t.Context(), agreements); err != nil || len(running) != 2 || running[1].ID != 804 {
		t.Errorf("tomorrow: %+v, %v", running, err)
	}
}

func TestAdditionsAreReadWholeOrNotAtAll(t *testing.T) {
	r := newRig(t, 2)
	r.line(1, "10", false)
	r.world.onRead = func(agreement int, _ bool) error {
		if agreement == 802 {
			return &billing.Failure{Class: billing.ClassPermission, Op: "read", Right: "x"}
		}
		return nil
	}
	running, additions, err := r.RunningAdditions(t.Context(), []billing.Agreement{{ID: 801}, {ID: 802}})
	if billing.ClassOf(err) != billing.ClassPermission || running != nil || additions != nil {
		t.Errorf("got %v %v, %v", running, additions, err)
	}
}
