package ui

import (
	"strings"
	"testing"
)

// Who presses the button with a name that is none comes to the name, where the reason stands whole and the next letters go.
func TestUsageNewSourceGoesToWhatIsWrong(t *testing.T) {
	a, u := openUsage(t, csvProfile(t, nil))
	press(t, a, "down", "down", "enter")
	if !u.blank.editing || u.blank.at != 1 {
		t.Errorf("without a name it stays at line %d", u.blank.at)
	}
	typeText(t, a, "two words")
	press(t, a, "enter", "enter")
	if len(u.desk.document.Sources) != 0 || !u.blank.editing || !strings.Contains(a.content(), "this is not a name") {
		t.Fatalf("%d sources:\n%s", len(u.desk.document.Sources), a.content())
	}
	press(t, a, "ctrl+u")
	typeText(t, a, "mail")
	press(t, a, "enter", "enter")
	if len(u.desk.document.Sources) != 1 || u.desk.document.Sources[0].Name != "mail" {
		t.Errorf("%+v", u.desk.document.Sources)
	}
}

// Enter goes on everywhere, so it must not switch anything on the way.
func TestUsageEnterSwitchesNothing(t *testing.T) {
	path := csvFile(t, "customer_id,service_id,quantity\n1,basic,5\n")
	a, u := openUsage(t, csvProfile(t, map[string]any{"path": path}))
	press(t, a, "w")
	before := u.desk.document.Digest()
	for range 30 {
		press(t, a, "enter")
	}
	if u.desk.document.Digest() != before {
		t.Errorf("the set-up is another one: %+v", u.desk.document.Sources[0])
	}
}
