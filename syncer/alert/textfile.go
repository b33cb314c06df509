package alert

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// metric is one family of the exposition format.
type metric struct {
	name, help string
	samples    []sample
}

type sample struct {
	label, value string // a label beside profile; empty for none
	number       string
}

// metrics are those of a run. A run is a success when its exit code is 0; lastSuccess is zero when there was none yet.
func (r *Report) metrics(lastSuccess time.Time) []metric {
	seconds := func(t time.Time) string { return fmt.Sprintf("%d", t.Unix()) }
	ended := r.Started.Add(r.Duration)
	all := []metric{
		{"cwsync_last_run_timestamp_seconds", "When the last run ended, in seconds since 1970.", []sample{{number: seconds(ended)}}},
		{"cwsync_last_run_exit_code", "Exit code of the last run; 0 is done, 5 held.", []sample{{number: fmt.Sprint(r.ExitCode)}}},
		{"cwsync_last_run_duration_seconds", "How long the last run took.", []sample{{number: fmt.Sprintf("%.3f", r.Duration.Seconds())}}},
		{"cwsync_last_run_lines", "Lines of the last run by what became of them.", nil},
		{"cwsync_last_run_sources_held", "Sources of the last run that were held as a whole.", []sample{{number: fmt.Sprint(r.SourcesHeld)}}},
		{"cwsync_last_run_monthly_delta", "What the applied changes of the last run are worth a month.", nil},
		{"cwsync_last_success_timestamp_seconds", "When the last run with exit code 0 ended, in seconds since 1970.", nil},
	}
	for _, status := range []struct {
		name string
		n    int
	}{
		{"applied", r.Counts.Applied}, {"failed", r.Counts.Failed}, {"held", r.Counts.Held}, {"skipped", r.Counts.Skipped},
		{"unchanged", r.Counts.Unchanged}, {"unknown", r.Counts.Unknown},
	} {
		all[3].samples = append(all[3].samples, sample{"status", status.name, fmt.Sprint(status.n)})
	}
	for _, currency := range slices.Sorted(maps.Keys(r.MonthlyDelta)) {
		all[5].samples = append(all[5].samples, sample{"currency", currency, r.MonthlyDelta[currency].String()})
	}
	if r.ExitCode == 0 {
		lastSuccess = ended
	}
	if !lastSuccess.IsZero() {
		all[6].samples = []sample{{number: seconds(lastSuccess)}}
	}
	return all
}

// exposition writes metrics in Prometheus' text format. A family without samples is left out.
func exposition(profile string, all []metric) []byte {
	escape := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)
	var b strings.Builder
	for _, m := range all {
		if len(m.samples) == 0 {
			continue
		}
		fmt.Fprintf(&b, "# HELP %s %s\n# TYPE %s gauge\n", m.name, m.help, m.name)
		for _, s := range m.samples {
			fmt.Fprintf(&b, "%s{profile=\"%s\"", m.name, escape.Replace(profile))
			if s.label != "" {
				fmt.Fprintf(&b, ",%s=\"%s\"", s.label, escape.Replace(strings.ToValidUTF8(s.value, "\ufffd")))
			}
			fmt.Fprintf(&b, "} %s\n", s.number)
		}
	}
	return []byte(b.String())
}

// replaceFile puts a file whole in the place of another. What stands for it meanwhile does not end in .prom, so that no collector reads a part of it. It
// may be read by all: the collector is another user, and nothing in it names a customer.
func replaceFile(path string, data []byte) (err error) {
	if info, statErr := os.Stat(path); statErr == nil && !info.Mode().IsRegular() {
		return &fault{"what is at options.path is not a file", "name another file in options.path"}
	}
	aside, err := os.CreateTemp(filepath.Dir(path), ".cwsync-*.tmp")
	if err != nil {
		return fileFault(err)
	}
	defer func() {
		if err != nil {
			_ = os.Remove(aside.Name()) // the first failure says it
		}
	}()
	_, err = aside.Write(data)
	if err = cmp.Or(err, aside.Chmod(0o644)); err != nil {
		_ = aside.Close()
		return fileFault(err)
	}
	if err = aside.Close(); err != nil {
		return fileFault(err)
	}
	if err = os.Rename(aside.Name(), path); err != nil {
		return fileFault(err)
	}
	return nil
}

func fileFault(err error) error {
	hint := "options.path must be in a folder that is there and that the user of the scheduled run may write to"
	said := wayFault(err)
	if said == unreachable {
		said = "the file cannot be written"
		if why, ok := errors.AsType[*fs.PathError](err); ok {
			said += ": " + why.Err.Error()
		}
	}
	return &fault{said, hint}
}

// tryFolder writes a file beside the metrics and removes it again.
func tryFolder(path string) error {
	aside, err := os.CreateTemp(filepath.Dir(path), ".cwsync-*.tmp")
	if err != nil {
		return fileFault(err)
	}
	_, err = aside.WriteString("test\n")
	err = cmp.Or(err, aside.Close())
	if err = cmp.Or(err, os.Remove(aside.Name())); err != nil {
		return fileFault(err)
	}
	return nil
}
