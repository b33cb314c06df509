package ui

import (
	"slices"
	"strings"
	"testing"

	"cwsync/syncer/billing"
)

func TestUsageBillsSomeStatusAlways(t *testing.T) {
	_, u := openUsage(t, vendorProfile(t))
	if err := u.state.set("rule.bill.suspended", "no"); err != nil {
		t.Fatal(err)
	}
	if err := u.state.set("rule.bill.active", "no"); err == nil || !slices.Equal(u.state.current().BillStatus, []billing.Status{"active"}) {
		t.Errorf("%v, billed are %v", err, u.state.current().BillStatus)
	}
}

func TestUsageRulesAreASideForm(t *testing.T) {
	for _, from := range []usagePage{pageRows, pageForm} {
		profile := vendorProfile(t)
		a, u := openUsage(t, profile)
		u.open(from)
		press(t, a, "end", "w") // in the form, the last line takes no text
		if u.page != pageRules || !strings.Contains(a.content(), "What is billed of mail") {
			t.Fatalf("w on page %d leads to page %d", from, u.page)
		}
		press(t, a, "down", "down", "down", "down", "down", "right") // price is written
		if stored := profile.setups.newest().Sources[0]; !stored.Writes(billing.FieldPrice) {
			t.Errorf("stored is %v", stored.Write)
		}
		if _, read := u.desk.usage["mail"]; !read {
			t.Error("what was read is forgotten, although it is as it was")
		}
		press(t, a, "esc")
		if u.page != from {
			t.Errorf("esc leads to page %d, not back to %d", u.page, from)
		}
		press(t, a, "w")
		for range u.state.rules() {
			press(t, a, "down")
		}
		press(t, a, "enter")
		if u.page != from {
			t.Errorf("Done leads to page %d, not back to %d", u.page, from)
		}
	}
}
