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

// Letters on a text that is marked but not opened are text. The keys of the step are on the other lines, and only there in the footer.
func TestUsageLettersOnATextAreText(t *testing.T) {
	a, u := openUsage(t, csvProfile(t, map[string]any{}))
	if marked := u.form.marked(u.state.settings(u.kept)); u.page != pageForm || u.form.editing || marked == nil || marked.choices != nil {
		t.Fatalf("page %d, %+v", u.page, marked)
	}
	if content := a.content(); strings.Contains(content, "w billing") || !strings.Contains(content, "a-z type") {
		t.Errorf("the footer of a text:\n%s", content)
	}
	typeText(t, a, "work/rs usage.csv")
	if path := u.desk.document.Sources[0].Options["path"]; u.page != pageForm || path != "work/rs usage.csv" {
		t.Fatalf("page %d, path %v", u.page, path)
	}
	press(t, a, "esc", "end")
	if content := a.content(); !strings.Contains(content, "r read   w billing") {
		t.Errorf("the footer of the button:\n%s", content)
	}
	press(t, a, "w")
	if u.page != pageRules {
		t.Errorf("w on the button leads to page %d", u.page)
	}
}
