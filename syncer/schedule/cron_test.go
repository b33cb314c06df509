package schedule

import (
	"errors"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"
)

// crontabs are what people have in theirs.
var crontabs = []string{"", "\n", "0 1 * * * backup\n", "0 1 * * * backup", "# a comment\r\nMAILTO=\"\"\n\n\n", "# cwsync-schedule end of profile=other\n",
	"# cwsync-schedule profile=other at=06:00 zone=local every=24h\n0 6 * * * x\n# cwsync-schedule end of profile=other\n", "no cwsync-schedule profile=default at=06:00 zone=utc every=1h here\n"}

func TestLinesOfOthersStay(t *testing.T) {
	entry := ordinary(t, Cron)
	text, err := entry.Text()
	if err != nil {
		t.Fatal(err)
	}
	block := text.Files[0].Text
	for _, crontab := range crontabs {
		with, err := WithBlock(crontab, "default", block)
		if err != nil {
			t.Errorf("%q: %v", crontab, err)
			continue
		}
		before, got, after, found, err := Block(with, "default")
		if ended := crontab + strings.Repeat("\n", 1); err != nil || !found || got != block || before+after != crontab && before+after != ended {
			t.Errorf("%q: %q + %q + %q, %v", crontab, before, got, after, err)
		}
		entry.Timing.Every = time.Hour
		other, _ := entry.Text()
		again, err := WithBlock(with+"later\n", "default", other.Files[0].Text)
		if err != nil || again != before+other.Files[0].Text+after+"later\n" {
			t.Errorf("%q: replaced it is %q, %v", crontab, again, err)
		}
		entry.Timing.Every = 0
		if _, _, _, found, err := Block(crontab, "default"); found || err != nil {
			t.Errorf("%q has a block: %v", crontab, err)
		}
	}
}

func TestASpoiledBlockIsRefused(t *testing.T) {
	text, _ := ordinary(t, Cron).Text()
	block := text.Files[0].Text
	lines := strings.SplitAfter(block, "\n")
	for name, crontab := range map[string]string{"without its end": lines[0] + lines[1], "without its beginning": lines[1] + lines[2], "twice": block + block, "the end twice": block + lines[2],
		"with a line of another": lines[0] + "0 1 * * * backup\n" + lines[1] + lines[2], "with another's comment": lines[0] + lines[1] + "# and this\n" + lines[2],
		"with a line of another profile": lines[0] + lines[1] + strings.Replace(lines[1], "default", "default-2", 1) + lines[2],
		"the beginning twice":            lines[0] + block} {
		if _, err := WithBlock(crontab, "default", block); !errors.Is(err, ErrBlock) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// matches tells whether a field of a crontab names a number.
func matches(field string, number int) bool {
	if field == "*" {
		return true
	}
	for part := range strings.SplitSeq(field, ",") {
		if part == strconv.Itoa(number) {
			return true
		}
	}
	return false
}

// Whatever the clocks of a machine do, the runs are at the times of UTC and at no other.
func TestCronRunsAtTimesOfUTC(t *testing.T) {
	for _, name := range []string{"UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Auckland", "America/St_Johns", "Asia/Kathmandu", "Pacific/Chatham"} {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, timing := range []Timing{{At: 360, UTC: true}, {At: 10, UTC: true, Every: 90 * time.Minute}, {At: 5, UTC: true, Every: 15 * time.Minute}, {At: 23*60 + 59, UTC: true, Every: 8 * time.Hour}} {
			entry := ordinary(t, Cron)
			entry.Timing, entry.Zone = timing, zone
			text, err := entry.Text()
			if err != nil {
				t.Fatal(err)
			}
			want := map[Clock]bool{}
			for _, clock := range timing.Clocks() {
				want[clock] = true
			}
			for _, start := range []time.Time{time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC), time.Date(2027, 7, 1, 0, 0, 0, 0, time.UTC)} {
				for minute := range 1440 {
					moment := start.Add(time.Duration(minute) * time.Minute)
					if got := runs(text.Files[0].Text, moment, zone); got != count(want[Clock(minute)]) {
						t.Fatalf("%s, %s: %d runs at %s of %s", name, timing, got, Clock(minute), start.Format(time.DateOnly))
					}
				}
			}
		}
	}
}

func count(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// runs is how often the lines run the program at a moment: what cron and the shell would make of them.
func runs(crontab string, moment time.Time, zone *time.Location) int {
	started := 0
	for line := range strings.Lines(crontab) {
		fields := strings.Fields(line)
		if line[0] == '#' || !matches(fields[0], moment.In(zone).Minute()) || !matches(fields[1], moment.In(zone).Hour()) {
			continue
		}
		_, guard, guarded := strings.Cut(line, ` in `)
		hours, _, _ := strings.Cut(guard, ")")
		if !guarded || hours == "*" || strings.Contains("|"+hours+"|", "|"+moment.UTC().Format("15")+"|") {
			started++
		}
	}
	return started
}

// The shell reads the words as they were given.
func TestTheShellReadsTheWords(t *testing.T) {
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("no shell here")
	}
	for _, v := range variants() {
		entry := ordinary(t, Cron)
		v.apply(entry)
		words := append([]string{`a'b"c`, "$HOME", "`x`", "a\\b", "", "é", "*"}, entry.command()...)
		out, err := exec.Command(shell, "-c", `printf '%s\n' `+shellWords(words)).Output()
		if err != nil || string(out) != strings.Join(words, "\n")+"\n" {
			t.Errorf("%s: %q, %v", v.name, out, err)
		}
	}
}
