package alert

import (
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
)

func textfileSender(t *testing.T, path string) *Sender {
	t.Helper()
	s := senderOf(t, KindTextfile, "", map[string]any{"path": path})
	s.Alerts[0].On = nil
	return s
}

func TestTextfile(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "cwsync.prom")
	s := textfileSender(t, path)
	if failures := told(t, s, heldRun()); failures != nil {
		t.Fatal(failures)
	}
	read := func() string {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		wellFormed(t, string(text))
		return string(text)
	}
	for _, line := range []string{
		`cwsync_last_run_timestamp_seconds{profile="default"} 1795327212`, `cwsync_last_run_exit_code{profile="default"} 5`,
		`cwsync_last_run_duration_seconds{profile="default"} 12.000`, `cwsync_last_run_lines{profile="default",status="held"} 1`,
		`cwsync_last_run_lines{profile="default",status="failed"} 0`, `cwsync_last_run_monthly_delta{profile="default",currency="EUR"} -3`,
		`cwsync_last_run_monthly_delta{profile="default",currency="USD"} 12.5`, `cwsync_last_run_sources_held{profile="default"} 1`,
	} {
		if !strings.Contains(read(), line+"\n") {
			t.Errorf("no %s in\n%s", line, read())
		}
	}
	if strings.Contains(read(), "success") || strings.Contains(read(), "Contoso") {
		t.Errorf("%s", read())
	}
	done := heldRun()
	done.ExitCode = 0
	told(t, s, done)
	later := heldRun()
	later.Started = later.Started.AddDate(0, 0, 1)
	told(t, s, later)
	if !strings.Contains(read(), `cwsync_last_success_timestamp_seconds{profile="default"} 1795327212`) {
		t.Errorf("the last success is forgotten:\n%s", read())
	}
	entries, err := os.ReadDir(folder)
	if err != nil || len(entries) != 1 {
		t.Errorf("%v is left, %v", entries, err)
	}
	if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o644 {
		t.Errorf("%v %v: the collector is another user", info.Mode(), err)
	}
}

var (
	sampleLine = regexp.MustCompile(`^[a-z_]+\{(?:[a-z]+="(?:[^"\\\n]|\\["\\n])*",?)+\} (\S+)$`)
	headLine   = regexp.MustCompile(`^# (HELP [a-z_]+ .+|TYPE [a-z_]+ gauge)$`)
)

// wellFormed checks text against the exposition format: each family once, with its type before its samples, each sample once.
func wellFormed(t *testing.T, text string) {
	t.Helper()
	family := ""
	families, samples := map[string]bool{}, map[string]bool{}
	for line := range strings.Lines(text) {
		line, whole := strings.CutSuffix(line, "\n")
		if !whole {
			t.Error("the last line does not end")
		}
		if rest, ok := strings.CutPrefix(line, "# TYPE "); ok {
			family, _, _ = strings.Cut(rest, " ")
			if families[family] {
				t.Errorf("family %s is there twice", family)
			}
			families[family] = true
		}
		if headLine.MatchString(line) {
			continue
		}
		match := sampleLine.FindStringSubmatch(line)
		if match == nil || !strings.HasPrefix(line, family+"{") {
			t.Errorf("%q is no sample of %s", line, family)
			continue
		}
		if _, err := strconv.ParseFloat(match[1], 64); err != nil {
			t.Errorf("%q: %v", line, err)
		}
		labels, _, _ := strings.Cut(line, "} ")
		if samples[labels] {
			t.Errorf("%q is there twice", labels)
		}
		samples[labels] = true
	}
}

// TestLabelsAreEscaped: currencies are as ConnectWise has them.
func TestLabelsAreEscaped(t *testing.T) {
	r := heldRun()
	r.MonthlyDelta = map[string]decimal.Decimal{"a\"b\\c\nd": decimal.New(1, 0), "\xff": decimal.New(2, 0), "": decimal.New(3, 20)}
	text := string(exposition("default", r.metrics(began)))
	wellFormed(t, text)
	if !strings.Contains(text, `currency="a\"b\\c\nd"} 1`) || !strings.Contains(text, `currency=""} 300000000000000000000`) {
		t.Error(text)
	}
}

func TestTextfilesThatCannotBe(t *testing.T) {
	folder := t.TempDir()
	if err := os.Mkdir(filepath.Join(folder, "dir.prom"), 0o700); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{"nowhere/x.prom": "the folder is not there", "dir.prom": "is not a file"} {
		wantFailure(t, told(t, textfileSender(t, filepath.Join(folder, path)), heldRun()), want, "")
	}
	wantFailure(t, textfileSender(t, filepath.Join(folder, "nowhere/x.prom")).Test(t.Context()), "the folder is not there", "")
	if failures := textfileSender(t, filepath.Join(folder, "x.prom")).Test(t.Context()); failures != nil {
		t.Error(failures)
	}
	if entries, err := os.ReadDir(folder); err != nil || len(entries) != 1 {
		t.Errorf("%v is left, %v", entries, err)
	}
}
