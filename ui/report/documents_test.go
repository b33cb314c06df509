package report

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"cwsync/syncer"
	"cwsync/syncer/plan"

	"github.com/charmbracelet/x/exp/golden"
)

func TestDocumentsGolden(t *testing.T) {
	documents := map[string]func() ([]byte, error){
		"error": func() ([]byte, error) {
			return ErrorJSON(12, syncer.Problem{Code: "auth", Message: "ConnectWise refused the keys", Hint: "set them again"})
		},
		"history": func() ([]byte, error) {
			return HistoryJSON("default", []History{{
				RunID: "r-2", Started: created, Duration: 1500 * time.Millisecond, ExitCode: 6, Summary: Summarise(finished()), Undoes: "r-1",
			}, {RunID: "r-1", Started: created, ExitCode: -1, Summary: RunSummary{Applied: 1}}})
		},
		"history-empty": func() ([]byte, error) { return HistoryJSON("default", nil) },
		"secrets": func() ([]byte, error) {
			return SecretsJSON("default", []Secret{{Name: "connection.private_key", From: "keyring"}, {Name: "source.mail.password"}})
		},
		"version": func() ([]byte, error) {
			return VersionJSON(Version{Version: "1.0.0", Commit: "abc", Built: created, Go: "go1.26.8", Platform: "linux/amd64"})
		},
		"setup": func() ([]byte, error) {
			return SetupJSON(0, Setup{Profile: "default", File: "setup.yaml", Digest: "5e7d", Changed: true, Sources: 1, Services: 7, Customers: 41})
		},
	}
	for name, make := range documents {
		t.Run(name, func(t *testing.T) {
			data, err := make()
			if err != nil {
				t.Fatal(err)
			}
			kind, _, _ := strings.Cut(name, "-")
			if document := decoded(t, data); document["format_version"] != 1.0 || document["kind"] != kind {
				t.Errorf("format_version %v, kind %v", document["format_version"], document["kind"])
			}
			golden.RequireEqual(t, data)
		})
	}
}

func TestDocumentOfAnyKind(t *testing.T) {
	data, err := DocumentJSON(KindDoctor, 0, map[string]any{})
	if err != nil || string(data) != "{\n  \"format_version\": 1,\n  \"kind\": \"doctor\",\n  \"exit_code\": 0\n}\n" {
		t.Errorf("%v: %s", err, data)
	}
	for name, body := range map[string]any{
		"a list": []string{"x"}, "nothing": nil, "a text": "x", "a kind of its own": map[string]any{"kind": "plan"}, "no JSON": map[string]any{"f": func() {}},
	} {
		if _, err := DocumentJSON(KindDoctor, 0, body); err == nil {
			t.Errorf("%s is taken as the body of a document", name)
		}
	}
}

func TestReadPlanID(t *testing.T) {
	if head, err := ReadPlanHead(planBytes(t, everything())); err != nil || head.ID != everything().ID {
		t.Errorf("%q, %v", head.ID, err)
	}
	if head, err := ReadPlanHead(planBytes(t, everything())); err != nil || head.Profile != "default" {
		t.Errorf("%+v, %v", head, err)
	}
}

func TestReadPlanIDRefuses(t *testing.T) {
	full := string(planBytes(t, everything()))
	file := func(version, kind, id string) string {
		return fmt.Sprintf(`{"format_version":%s,"kind":%s,"plan_id":%s,"profile":"default"}`, version, kind, id)
	}
	for name, c := range map[string]struct{ file, want string }{
		"empty":           {"", "not JSON"},
		"yaml":            {"version: 1\n", "not JSON"},
		"half":            {full[:len(full)/2], "not JSON, or only a part of it"},
		"two":             {full + full, "not JSON"},
		"byte order mark": {"\ufeff" + full, "not JSON"},
		"a list":          {"[]", "not a plan"},
		"null":            {"null", `kind is ""`},
		"a run":           {string(runBytes(t, finished())), `kind is "run"`},
		"newer":           {file("2", `"plan"`, `"p-1"`), `format_version is "2"`},
		"no version":      {`{"kind":"plan","plan_id":"p-1"}`, `format_version is ""`},
		"version 1.5":     {file("1.5", `"plan"`, `"p-1"`), `format_version is "1.5"`},
		"version as list": {file("[]", `"plan"`, `"p-1"`), "format_version is not a text or number"},
		"kind as number":  {file("1", "7", `"p-1"`), "kind is not a text"},
		"no id":           {file("1", `"plan"`, `""`), "no plan_id"},
		"id as object":    {file("1", `"plan"`, `{}`), "plan_id is not a text"},
		"id with escape":  {file("1", `"plan"`, `"p\u001b[2J"`), "plan_id is none"},
		"id too long":     {file("1", `"plan"`, `"`+strings.Repeat("p", 201)+`"`), "plan_id is none"},
		"hostile kind":    {file("1", `"\u001b[2J\u202e`+strings.Repeat("x", 500)+`"`, `"p-1"`), "kind is"},
		"too deep":        {`{"kind":"plan","x":` + strings.Repeat("[", 1<<20), "not JSON"},
	} {
		t.Run(name, func(t *testing.T) {
			head, err := ReadPlanHead([]byte(c.file))
			if err == nil || !strings.Contains(err.Error(), c.want) || head != (PlanHead{}) {
				t.Fatalf("%+v, error %v, want %q", head, err, c.want)
			}
			if message := err.Error(); Plain(message) != message || len(message) > 200 {
				t.Errorf("not a harmless message: %q", message)
			}
		})
	}
	if _, err := ReadPlanHead(make([]byte, MaxPlanBytes+1)); err == nil || !strings.Contains(err.Error(), "larger than 256 MiB") {
		t.Errorf("a file that is too large: %v", err)
	}
}

func FuzzReadPlanID(f *testing.F) {
	f.Add(planBytes(f, &plan.Plan{ID: "p-1", Profile: "default", Changes: contoso()[1:2]}))
	f.Add([]byte(`{"format_version":1,"kind":"plan","plan_id":"p-1"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		head, err := ReadPlanHead(data)
		id := head.ID
		if (err == nil) == (id == "") || Plain(id) != id || bytes.ContainsAny([]byte(id), "\x1b\n") {
			t.Errorf("id %q, error %v", id, err)
		}
	})
}
