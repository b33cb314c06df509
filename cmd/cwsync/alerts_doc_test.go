//go:build unix

package main

import (
	"cmp"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"cwsync/syncer/alert"
	"cwsync/syncer/source"
)

// alertTable is what docs/ALERTS.md says of the options of a kind, word by word.
func alertTable(kind source.AlertKind) string {
	var b strings.Builder
	fmt.Fprintf(&b, "### %s\n\n%s.\n\n| option | needed | values | what it is |\n|---|---|---|---|\n", kind.Name, strings.ToUpper(kind.Summary[:1])+kind.Summary[1:])
	for _, field := range kind.Fields {
		needed, values := map[bool]string{true: "yes", false: "no"}[field.Required], string(field.Type)
		if len(field.Choices) > 0 {
			values = "`" + strings.Join(field.Choices, "`, `") + "`"
		}
		if field.Default != nil {
			values += fmt.Sprintf("; left out: `%v`", field.Default)
		}
		name := "`" + field.Name + "`"
		if field.Secret {
			name = "secret `alert.NAME`"
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", name, needed, values, field.Help)
	}
	return b.String()
}

// TestAlertsAreDocumented: docs/ALERTS.md has every kind with its options as the catalogue has them, and no other.
func TestAlertsAreDocumented(t *testing.T) {
	text := read(t, "docs/ALERTS.md")
	known := map[string]bool{}
	for _, kind := range alert.Kinds() {
		known[kind.Name] = true
		if want := alertTable(kind); !strings.Contains(text, "\n"+want) {
			t.Errorf("it lacks\n%s", want)
		}
	}
	for _, named := range regexp.MustCompile(`(?m)^### (.*)$`).FindAllStringSubmatch(text, -1) {
		if !known[named[1]] {
			t.Errorf("there is no kind of alert %q", named[1])
		}
	}
	for _, end := range []string{alert.Held, alert.Partial, alert.Failed, alert.Unknown, alert.Done} {
		if !strings.Contains(text, "\n| `"+end+"` | ") {
			t.Errorf("the end %s is not explained", end)
		}
	}
	if limit := fmt.Sprintf("%d seconds", int(alert.DefaultLimit.Seconds())); !strings.Contains(text, limit) {
		t.Errorf("it does not say that alerts take %s at most", limit)
	}
	if size := fmt.Sprintf("%d files of %d MiB", logFiles, logBytes>>20); !strings.Contains(text, size) {
		t.Errorf("it does not say that the log is at most %s", size)
	}
}

// TestExamplesOfAlertsImport: every piece of a set-up in docs/ALERTS.md can be imported as it stands, and each kind is in one.
func TestExamplesOfAlertsImport(t *testing.T) {
	all := ""
	pieces := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(read(t, "docs/ALERTS.md"), -1)
	r := newAlertRig(t, "[]\n")
	for _, piece := range pieces {
		all += piece[1]
		r.write("setup.yaml", r.setup()+piece[1])
		if code, out, errs := r.command("setup", "import", "setup.yaml"); code != 0 || errs != "" {
			t.Errorf("exit %d\n%s%s\n%s", code, out, errs, piece[1])
		}
	}
	for _, kind := range alert.Kinds() {
		if !strings.Contains(all, "kind: "+kind.Name) {
			t.Errorf("there is no example of %s", kind.Name)
		}
	}
}

// TestMetricsAreDocumented: docs/ALERTS.md names the metrics that a run writes, with their labels, and no other.
func TestMetricsAreDocumented(t *testing.T) {
	text, want := read(t, "docs/ALERTS.md"), map[string]bool{}
	r := newAlertRig(t, "- {name: metrics, kind: textfile, options: {path: cwsync.prom}}\n")
	if code, out, errs := r.command("--sync"); code != 0 {
		t.Fatalf("exit %d\n%s%s", code, out, errs)
	}
	written, err := os.ReadFile(r.path("cwsync.prom"))
	r.must(err)
	for _, family := range regexp.MustCompile(`(?m)^# HELP (\S+) (.*)$`).FindAllStringSubmatch(string(written), -1) {
		sample := regexp.MustCompile(`(?m)^` + family[1] + `\{profile="default"(?:,(\w+)=)?`).FindStringSubmatch(string(written))
		label := "`profile`"
		if sample != nil && sample[1] != "" {
			label += ", `" + sample[1] + "`"
		}
		want[family[1]] = true
		if row := "| `" + family[1] + "` | " + label + " | " + family[2] + " |\n"; !strings.Contains(text, row) {
			t.Errorf("it lacks %s", row)
		}
	}
	for _, named := range regexp.MustCompile("(?m)^\\| `(cwsync_\\w+)`").FindAllStringSubmatch(text, -1) {
		if !want[named[1]] {
			t.Errorf("no run writes %s", named[1])
		}
	}
	if len(want) != 7 {
		t.Errorf("%d metrics: %s", len(want), cmp.Or(string(written), "nothing"))
	}
}
