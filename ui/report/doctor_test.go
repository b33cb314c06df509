package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"cwsync/ui/theme"

	"github.com/charmbracelet/x/exp/golden"
)

func checkOf(group, name, status, detail, hint string, exit int) Check {
	return Check{Group: group, Name: name, Status: status, Detail: detail, Hint: hint, Exit: exit}
}

// examined has checks of every group and end, and texts that are hostile or wide.
func examined() Doctor {
	right := func(name, function, status, detail, hint string, exit int) Check {
		check := checkOf("rights", name, status, detail, hint, exit)
		check.Right = &Right{"Finance", function, "Edit All"}
		return check
	}
	agreements := checkOf("mappings", "agreements of mail", "fail", "11 of 40 linked customers cannot be billed", "link the customer to a running agreement in Customers", 10)
	for i := range 11 {
		agreements.Findings = append(agreements.Findings, "customer 100"+string(rune('a'+i))+" (Contoso): agreement 801 (Cloud Services) ended on 2026-06-30, which is a while ago")
	}
	broken := checkOf("sources", "source a-source-whose-name-is-longer-than-the-column-of-names-can-be", "fail", "cannot be read whole: 2 problems", "put the source right", 1)
	broken.Findings = []string{"usage.csv:2: no quantity", "usage.csv:3: \x1b[31mno id\u202e"}
	return Doctor{Profile: "default", At: created, ExitCode: 10, Checks: []Check{
		checkOf("machine", "store", "ok", "/home/someone/.config/cwsync/cwsync.db, version 2, 1 MB, sound", "", 0),
		checkOf("machine", "free disk", "warn", "312 MB where the database is", "free space on that disk: what a run does is recorded before it is done, and a full disk stops it", 0),
		checkOf("machine", "set-up", "ok", "profile default: 2 sources, 9 services, 40 customers", "", 0),
		checkOf("secrets", "secret connection.public_key", "ok", "found in the keyring", "", 0),
		checkOf("secrets", "secret connection.private_key", "ok", "found in the environment", "", 0),
		checkOf("connection", "reachable", "ok", "api-na.myconnectwise.net, 84 ms, TLS 1.3, certificate good for 61 days", "", 0),
		checkOf("connection", "clock", "skip", "not examined: the server does not tell its time", "", 0),
		right("agreements: inquire", "Agreements", "ok", "Finance > Agreements: Inquire All", "", 0),
		right("agreements: edit", "Agreements", "fail", "Finance > Agreements: Edit is My, All is needed: other people's records would be missing without a word",
			"System > Security Roles > API cwsync > Finance > Agreements: set Edit to All", 12),
		right("agreements: add", "Agreements", "skip", "Finance > Agreements: Add is not examined", "see for yourself that it is All", 0),
		checkOf("mappings", "time zone", "skip", "not examined: first mend “agreements: edit”", "", 0),
		checkOf("mappings", "products of mail", "skip", "not examined: first mend “agreements: edit”", "", 0),
		checkOf("mappings", "companies of mail", "skip", "not examined: first mend “agreements: edit”", "", 0),
		agreements,
		checkOf("sources", "source 青空", "ok", "1 line of 1 customer and 1 service, 3 hours old", "", 0),
		broken,
		checkOf("runs", "unknown writes", "ok", "none", "", 0),
	}}
}

func doctorText(t *testing.T, d Doctor, options TextOptions) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := DoctorText(&b, d, options); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(b.String()) {
		if width := max(options.Width, theme.MinWidth); cells(strings.TrimSuffix(line, "\n")) > width {
			t.Errorf("wider than %d: %q", width, line)
		}
		if strings.ContainsAny(line, "\x1b\u202e") {
			t.Errorf("harmful: %q", line)
		}
	}
	return b.Bytes()
}

func TestDoctorTextGolden(t *testing.T) {
	t.Run("usual", func(t *testing.T) { golden.RequireEqual(t, doctorText(t, examined(), TextOptions{Width: 80})) })
	t.Run("narrow", func(t *testing.T) { golden.RequireEqual(t, doctorText(t, examined(), TextOptions{Width: 60})) })
	t.Run("wide", func(t *testing.T) {
		golden.RequireEqual(t, doctorText(t, examined(), TextOptions{Width: 120, Verbose: true}))
	})
	t.Run("stopped", func(t *testing.T) {
		d := examined()
		for i := 5; i < len(d.Checks); i++ {
			d.Checks[i] = checkOf(d.Checks[i].Group, d.Checks[i].Name, "skip", "stopped", "", 130)
		}
		golden.RequireEqual(t, doctorText(t, d, TextOptions{Width: 80}))
	})
}

func TestDoctorTextCannotBeWritten(t *testing.T) {
	if err := DoctorText(failingWriter{}, examined(), TextOptions{}); err == nil {
		t.Error("no error")
	}
}

type failingWriter struct{}

func (failingWriter) Write([]byte) (int, error) { return 0, errors.New("full") }

func TestDoctorJSON(t *testing.T) {
	data, err := DoctorJSON(examined())
	if err != nil {
		t.Fatal(err)
	}
	var document struct {
		Kind    string
		Exit    int `json:"exit_code"`
		Profile string
		Created string
		Summary map[string]int
		Checks  []map[string]any
	}
	if err := json.Unmarshal(data, &document); err != nil {
		t.Fatal(err)
	}
	if document.Kind != "doctor" || document.Exit != 10 || document.Profile != "default" || document.Created == "" || len(document.Checks) != 17 {
		t.Errorf("got %s", data)
	}
	if s := document.Summary; s["ok"] != 8 || s["warn"] != 1 || s["fail"] != 3 || s["skip"] != 5 {
		t.Errorf("summary %v", s)
	}
	for _, check := range document.Checks {
		var keys []string
		for key := range check {
			keys = append(keys, key)
		}
		slices.Sort(keys)
		want := []string{"detail", "exit_code", "findings", "group", "hint", "name", "status"}
		if check["group"] == "rights" {
			want = append(want, "right")
		}
		slices.Sort(want)
		if !slices.Equal(keys, want) {
			t.Errorf("%s has the keys %q", check["name"], keys)
		}
		if check["findings"] == nil {
			t.Errorf("%s: findings is null", check["name"])
		}
	}
	right := document.Checks[8]["right"].(map[string]any)
	if right["module"] != "Finance" || right["function"] != "Agreements" || right["level"] != "Edit All" {
		t.Errorf("right %v", right)
	}
	if data, err = DoctorJSON(Doctor{}); err != nil || !strings.Contains(string(data), `"checks": []`) {
		t.Errorf("%v, %s", err, data)
	}
}
