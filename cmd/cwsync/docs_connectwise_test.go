package main

import (
	"regexp"
	"testing"

	"cwsync/syncer/doctor"
)

// TestConnectWisePageHasTheRights: docs/CONNECTWISE.md lists the rights that the doctor examines and those of tickets, each once, under the condition that
// makes it needed; and beside them no other than the one that export can do without.
func TestConnectWisePageHasTheRights(t *testing.T) {
	want := map[doctor.Right]string{{Module: "Companies", Function: "Contacts", Level: "Inquire All"}: "if you like"} // export.txtar shows what is without it
	for _, c := range []struct {
		needs doctor.Needs
		when  string
	}{
		{doctor.Needs{CreateProducts: true}, "with `create_product`"},
		{doctor.Needs{UpdateProducts: true}, "with `update_product`"},
		{doctor.Needs{}, "always"}, // last: what is always needed is needed under every condition
	} {
		for _, step := range doctor.ConnectionSteps(doctor.Probe{}, c.needs) {
			if step.Right != nil {
				want[*step.Right] = c.when
			}
		}
	}
	for _, right := range regexp.MustCompile(`"([\w ]+) > ([\w ]+): (\w+ All)"`).FindAllStringSubmatch(read(t, "syncer/psa/tickets.go"), -1) {
		want[doctor.Right{Module: right[1], Function: right[2], Level: right[3]}] = "with a `ticket` alert"
	}
	rows := regexp.MustCompile(`(?m)^\| ([\w ]+) \| ([\w ]+) \| (\w+ All) \| [^|]+ \| ([^|]+) \|$`).FindAllStringSubmatch(read(t, "docs/CONNECTWISE.md"), -1)
	for _, row := range rows {
		right := doctor.Right{Module: row[1], Function: row[2], Level: row[3]}
		if want[right] != row[4] {
			t.Errorf("%s > %s: %s is %q in the page and %q in the program", right.Module, right.Function, right.Level, row[4], want[right])
		}
		delete(want, right)
	}
	for right, when := range want {
		t.Errorf("the page does not name %s > %s: %s, needed %s", right.Module, right.Function, right.Level, when)
	}
}
