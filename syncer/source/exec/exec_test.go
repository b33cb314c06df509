package exec

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"cwsync/syncer/billing"
	"cwsync/syncer/source"
)

var now = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// actVariable makes the test binary be a program that a source runs: it names one of acts.
const actVariable = "CWSYNC_TEST_ACT"

const header = "customer_id,service_id,quantity\n"

// acts are what programs do, on any system.
var acts = map[string]func(){
	"csv":       func() { fmt.Print(header + "C1,a,5\n") },
	"semicolon": func() { fmt.Print("Kunde;Dienst;Menge;Aktiv\r\nC1;a;1.234,5;3\r\n") },
	"json":      func() { fmt.Print(`{"data": [{"c": "C1", "service_id": "a", "quantity": 5.50}]}`) },
	"nothing":   func() { fmt.Fprintln(os.Stderr, "no rights") },
	"head only": func() { fmt.Print(header) },
	"bad line":  func() { fmt.Print(header + "C1,a,5\nC2,a,many " + os.Getenv("API_TOKEN") + "\n") },
	"html":      func() { fmt.Print("<html>sign in</html>") },
	"fails": func() {
		fmt.Print(header + "C1,a,5\n")
		fmt.Fprintf(os.Stderr, "%s\nline\x1b[31m two\nthe token %s is wrong\n", strings.Repeat("x", 50_000), os.Getenv("API_TOKEN"))
		os.Exit(3)
	},
	"half": func() { fmt.Print(`[{"customer_id": "C1"`); os.Exit(4) },
	"hangs": func() {
		fmt.Fprint(os.Stderr, "waiting for the vendor")
		time.Sleep(time.Minute)
	},
	"floods": func() {
		line := strings.Repeat("x", 1<<16)
		for {
			if _, err := fmt.Println(line); err != nil {
				os.Exit(1)
			}
		}
	},
	"bad and on": func() {
		fmt.Print(header + "C1,a\"b,5\n" + strings.Repeat("C2,a,5\n", 50_000)) // more than what is looked at to find the delimiter
		time.Sleep(time.Minute)
	},
	"environment": func() {
		names := []string{}
		for _, entry := range os.Environ() {
			name, value, _ := strings.Cut(entry, "=")
			if name == "REGION" || name == "API_TOKEN" {
				name += "=" + value
			}
			names = append(names, name)
		}
		slices.Sort(names)
		folder, _ := os.Getwd()
		fmt.Print("customer_id,service_id,quantity,customer_name,domain\nC1," + strings.Join(os.Args[1:], "|") + ",1," + strings.Join(names, " ") + "," + filepath.Base(folder) + "\n")
	},
}

func TestMain(m *testing.M) {
	if act := os.Getenv(actVariable); act != "" {
		acts[act]()
		os.Exit(0)
	}
	goleak.VerifyTestMain(m)
}

func newReader(t testing.TB, options source.Options) source.Source {
	t.Helper()
	if err := Kind().Check(options); err != nil {
		t.Fatal(err)
	}
	secret := func(_ context.Context, field string) (string, error) {
		if field != "token" {
			return "", fmt.Errorf("no secret %s", field)
		}
		return "hush-hush", nil
	}
	reader, err := Kind().Open(source.Config{Name: "mail", Options: options, Now: func() time.Time { return now }, Secret: secret})
	if err != nil {
		t.Fatal(err)
	}
	return reader
}

// act runs this binary as a program.
func act(t testing.TB, name string, more source.Options) (billing.Usage, error) {
	t.Helper()
	return newReader(t, actOptions(t, name, more)).Read(t.Context())
}

func actOptions(t testing.TB, name string, more source.Options) source.Options {
	t.Helper()
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	env := map[string]any{actVariable: name}
	options := source.Options{"command": []any{binary}, "env": env}
	maps.Copy(options, more)
	return options
}

func TestPrograms(t *testing.T) {
	for _, c := range []struct {
		name string
		more source.Options
		want string
	}{
		{"csv", nil, "5"},
		{"semicolon", source.Options{"decimal": "comma", "columns": map[string]any{"customer_id": "Kunde", "service_id": "Dienst", "quantity": "Menge"}, "counts": map[string]any{"active": "Aktiv"}}, "1234.5"},
		{"json", source.Options{"format": "json", "items": ".data[]", "columns": map[string]any{"customer_id": "c"}}, "5.5"},
	} {
		usage, err := act(t, c.name, c.more)
		if err != nil || len(usage.Lines) != 1 || usage.Lines[0].CustomerID != "C1" || usage.Lines[0].Quantity.String() != c.want || !usage.AsOf.Equal(now) || len(usage.Digest) != 64 {
			t.Errorf("%s: %+v, %v", c.name, usage, err)
		}
	}
	usage, err := act(t, "head only", nil)
	if err != nil || len(usage.Lines) != 0 {
		t.Errorf("a header row alone is a source without lines: %v, %v", usage, err)
	}
}

func TestEnvironmentIsChosen(t *testing.T) {
	t.Setenv("CWSYNC_CONNECTION_PRIVATE_KEY", "top")
	t.Setenv("SOMETHING_ELSE", "x")
	folder := filepath.Join(t.TempDir(), "work here")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	options := actOptions(t, "environment", source.Options{"folder": folder, "secret_env": map[string]any{"token": "API_TOKEN"}})
	options["env"] = map[string]any{actVariable: "environment", "REGION": "eu $HOME"}
	options["command"] = append(options["command"].([]any), "--region", "$REGION; exit 1", "*")
	usage, err := newReader(t, options).Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	line := usage.Lines[0]
	if line.ServiceID != "--region|$REGION; exit 1|*" || line.Domain != "work here" {
		t.Errorf("arguments go through no shell, and the folder is the one asked for: %+v", line)
	}
	for name := range strings.FieldsSeq(line.CustomerName) {
		known := slices.Contains(inherited, name) || strings.HasPrefix(name, "REGION=eu") || name == "$HOME" || name == "API_TOKEN=hush-hush" || name == actVariable || name == "SYSTEMROOT" || name == "PWD"
		if !known {
			t.Errorf("the program was given %s", name)
		}
	}
	if !strings.Contains(line.CustomerName, "API_TOKEN=hush-hush") {
		t.Errorf("no secret: %s", line.CustomerName)
	}
}

func TestFailures(t *testing.T) {
	token := source.Options{"secret_env": map[string]any{"token": "API_TOKEN"}}
	for _, c := range []struct {
		name, want string
		more       source.Options
	}{
		{"nothing", "printed nothing; it said: no rights", nil},
		{"bad line", `:3:6: quantity "many ***" is not a decimal number`, token},
		{"html", "no header row with ", nil},
		{"fails", "failed: exit status 3; it said: …", token},
		{"fails", "line�[31m two the token *** is wrong", token},
		{"half", "failed: exit status 4", source.Options{"format": "json"}},
		{"json", "invalid character", source.Options{"format": "json", "encoding": "utf-16be"}},
		{"hangs", "was ended because it ran longer than 200ms", source.Options{"time_limit": "200ms"}},
		{"floods", "was ended because it printed more than 1 MiB", source.Options{"output_limit": 1, "format": "json"}},
		{"bad and on", "a quote within a field that is not quoted", nil},
	} {
		start := time.Now()
		usage, err := act(t, c.name, c.more)
		if err == nil || !strings.Contains(err.Error(), c.want) || usage.Lines != nil || len(err.Error()) > 600 {
			t.Errorf("%s: %v, %v\nwant %s", c.name, usage.Lines, err, c.want)
			continue
		}
		if strings.Contains(err.Error(), "hush") || strings.Contains(err.Error(), "\x1b") {
			t.Errorf("%s: %v", c.name, err)
		}
		if time.Since(start) > 30*time.Second {
			t.Errorf("%s was waited for", c.name)
		}
	}
}

func TestProgramsThatDoNotStart(t *testing.T) {
	folder := t.TempDir()
	text := filepath.Join(folder, "script")
	if err := os.WriteFile(text, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, options := range []source.Options{
		{"command": []any{"no-such-program-anywhere"}}, {"command": []any{text}}, {"command": []any{folder}},
		actOptions(t, "csv", source.Options{"folder": filepath.Join(folder, "none")}),
	} {
		if _, err := newReader(t, options).Read(t.Context()); err == nil || !strings.Contains(err.Error(), ": cannot be started: ") {
			t.Errorf("%v: %v", options["command"], err)
		}
	}
	options := actOptions(t, "csv", source.Options{"secret_env": map[string]any{"user": "API_USER"}})
	if _, err := newReader(t, options).Read(t.Context()); err == nil || !strings.Contains(err.Error(), "no secret user") {
		t.Errorf("a secret that is not there: %v", err)
	}
}

func TestReadingStopsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if _, err := newReader(t, actOptions(t, "hangs", nil)).Read(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
	if _, err := newReader(t, actOptions(t, "csv", nil)).Read(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("before it starts: %v", err)
	}
}

func TestHeader(t *testing.T) {
	type headed interface {
		Header(context.Context) ([]string, error)
	}
	names, err := newReader(t, actOptions(t, "semicolon", nil)).(headed).Header(t.Context())
	if err != nil || strings.Join(names, ",") != "Kunde,Dienst,Menge,Aktiv" {
		t.Errorf("%q, %v", names, err)
	}
	if _, err := newReader(t, actOptions(t, "fails", nil)).(headed).Header(t.Context()); err == nil || !strings.Contains(err.Error(), "exit status 3") {
		t.Error(err)
	}
	if _, err := newReader(t, actOptions(t, "json", source.Options{"format": "json"})).(headed).Header(t.Context()); err == nil {
		t.Error("JSON has no header row")
	}
}

func TestFields(t *testing.T) {
	command := []any{"x"}
	for _, c := range []struct {
		options source.Options
		want    string
	}{
		{source.Options{"command": command}, ""},
		{source.Options{}, "command: missing"},
		{source.Options{"command": []any{}}, "command: must name a program"},
		{source.Options{"command": []any{" "}}, "command: must name a program"},
		{source.Options{"command": []any{"x", "a\x00b"}}, "command: must not contain a NUL"},
		{source.Options{"command": "x -y"}, "command: must be a list"},
		{source.Options{"command": command, "folder": "-"}, "folder: must be a folder"},
		{source.Options{"command": command, "output_limit": 0}, "output_limit: must be a whole number from 1 to 256"},
		{source.Options{"command": command, "output_limit": 257}, "output_limit: "},
		{source.Options{"command": command, "env": map[string]any{"A=B": "x"}}, `env.A=B: "A=B" is no name of an environment variable`},
		{source.Options{"command": command, "secret_env": map[string]any{"token": "A B"}}, "secret_env.token: "},
		{source.Options{"command": command, "secret_env": map[string]any{"key": "A"}}, `secret_env.key: unknown key "key"`},
		{source.Options{"command": command, "env": map[string]any{"A": "x"}, "secret_env": map[string]any{"token": "A"}}, `secret_env.token: the environment variable "A" is set by env.A already`},
		{source.Options{"command": command, "token": "x"}, "token: a secret is never in the set-up"},
		{source.Options{"command": command, "delimiter": "ab"}, "delimiter: "},
		{source.Options{"command": command, "format": "json", "items": ".["}, "items: is not a jq expression"},
		{source.Options{"command": command, "format": "xml"}, "format: "},
		{source.Options{"command": command, "encoding": "nosuch"}, "encoding: "},
	} {
		err := Kind().Check(c.options)
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%v: %v, want %q", c.options, err, c.want)
		}
	}
	names := map[string]bool{}
	for _, field := range Kind().Fields {
		if names[field.Name] || field.Help == "" {
			t.Errorf("field %s is there twice or has no help", field.Name)
		}
		names[field.Name] = true
	}
	secrets := Kind().Secrets(source.Options{"secret_env": map[string]any{"token": "A"}})
	if len(secrets) != 1 || secrets[0].Name != "token" || len(Kind().Secrets(source.Options{})) != 0 {
		t.Errorf("only what the program is given is needed: %s", strconv.Quote(fmt.Sprint(secrets)))
	}
}
