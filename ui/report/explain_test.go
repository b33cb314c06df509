package report

import (
	"testing"

	"cwsync/syncer"
	"cwsync/syncer/plan"

	"github.com/shopspring/decimal"
)

// TestPastOf tells of a change by somebody where an addition is not as the run before left it; going on with another addition is none.
func TestPastOf(t *testing.T) {
	line := func(addition int, has string, status syncer.Status, change plan.Change) Found {
		change.Key.Source, change.Key.Customer, change.Key.Service = "mail", "1001", "mbx"
		change.Addition.ID = addition
		if has != "" {
			change.Quantity = decimal.NewNullDecimal(decimal.RequireFromString(has))
		}
		return Found{Change: change, Outcome: syncer.Outcome{Status: status}}
	}
	to := func(quantity string) plan.Values {
		return plan.Values{Quantity: decimal.NewNullDecimal(decimal.RequireFromString(quantity))}
	}
	opened := line(0, "", syncer.Applied, plan.Change{Action: plan.Create, After: to("12")})
	opened.Outcome.AdditionID = 101
	found := []Found{ // newest first
		line(101, "12", syncer.Unchanged, plan.Change{Action: plan.None}),
		line(101, "9", syncer.Applied, plan.Change{Action: plan.Update, After: to("12")}), // somebody had made it 9
		line(101, "12", syncer.Held, plan.Change{Action: plan.Hold, Wanted: to("13")}),
		line(101, "12", syncer.Applied, plan.Change{Action: plan.Cancel, Step: 1}), // a dated change is taken back: the old line goes on
		line(5, "10", syncer.Applied, plan.Change{Action: plan.Update}),
		line(5, "10", syncer.Applied, plan.Change{Action: plan.Cancel, Step: 1}),
		opened,
		line(5, "10", syncer.Unchanged, plan.Change{Action: plan.None}),
	}
	want := map[int]string{1: "somebody changed the quantity from 12 to 9"}
	for i, past := range PastOf(found) {
		if past.Since != want[i] {
			t.Errorf("before run %d: %q, want %q", i, past.Since, want[i])
		}
	}
}
