//go:build linux

package main

import (
	"bytes"
	"compress/gzip"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"cwsync/cwclient/cwsim"

	"github.com/zalando/go-keyring"
)

// The canaries stand for secrets. They have every character that some way of writing text escapes, so that each form is another one.
const (
	canaryPublic  = `Cnry+Pub/"1f&7~%=x`
	canaryPrivate = `Cnry<Priv\9%2F+a/b=&'~"zQ`
	canaryAlert   = `https://hooks.example/Cnry?tok en=Alrt&x="y"`
	canaryTyped   = `Cnry=Typed/+"%&4c7e<>`
)

// canaries are all secrets of the test by name. A source whose kind has secrets adds its own here and to canarySetup.
func canaries() map[string]string {
	return map[string]string{
		"connection.public_key": canaryPublic, "connection.private_key": canaryPrivate, "alert.ops": canaryAlert, "alert.typed": canaryTyped,
	}
}

// canaryRig is the program with canaries in all places that secrets may be kept.
type canaryRig struct {
	*hostileRig
	forms map[string]string // what must be nowhere, by what it is
}

func newCanaryRig(t *testing.T) *canaryRig {
	t.Helper()
	keyring.MockInit()
	t.Cleanup(func() { keyring.MockInitWithError(errors.New("no keyring in tests")) })
	h := newHostileRig(t, cwsim.WithCredentials(cwsim.Credentials{PublicKey: canaryPublic, PrivateKey: canaryPrivate}))
	r := &canaryRig{hostileRig: h, forms: map[string]string{}}
	var credentials strings.Builder
	for name, value := range canaries() {
		for form, text := range formsOf(value) {
			r.forms[name+" "+form] = text
		}
		fmt.Fprintf(&credentials, "%s: '%s'\n", name, strings.ReplaceAll(value, "'", "''"))
	}
	h.write("setup.yaml", h.setup()+"alerts:\n- {name: ops, on: [held], kind: webhook, options: {}}\n- {name: typed, on: [held], kind: webhook, options: {}}\n")
	h.must(os.Mkdir(h.path("elsewhere"), 0o700))
	h.must(os.WriteFile(h.path("elsewhere/keys.yaml"), []byte(credentials.String()), 0o600))
	for name, value := range canaries() {
		h.must(os.WriteFile(h.path("elsewhere/cwsync.default."+name), []byte(value), 0o600))
	}
	return r
}

// formsOf are the ways in which a secret may be written. Base64 of a text that the secret is a part of depends on where in it the secret begins.
func formsOf(value string) map[string]string {
	quoted, _ := json.Marshal(value)
	forms := map[string]string{
		"as it is": value, "in a query": url.QueryEscape(value), "in a path": url.PathEscape(value), "in JSON": strings.Trim(string(quoted), `"`), "in Go": strings.Trim(strconv.Quote(value), `"`),
		"in a page": html.EscapeString(value), "in hexadecimal": hex.EncodeToString([]byte(value)), "in capital hexadecimal": strings.ToUpper(hex.EncodeToString([]byte(value))),
		"in YAML": strings.ReplaceAll(value, "'", "''"),
	}
	for at := range 3 {
		for alphabet, encoding := range map[string]*base64.Encoding{"": base64.RawStdEncoding, " of addresses": base64.RawURLEncoding} {
			text := encoding.EncodeToString([]byte(strings.Repeat("x", at) + value))
			forms[fmt.Sprintf("in base64%s from %d", alphabet, at)] = text[(at*8+5)/6 : (at+len(value))*8/6]
		}
	}
	return forms
}

// finds fails where a text holds a canary in any form, and shows neither.
func (r *canaryRig) finds(where string, text []byte) {
	r.t.Helper()
	for form, canary := range r.forms {
		if bytes.Contains(text, []byte(canary)) {
			r.t.Errorf("%s is in %s", form, where)
		}
	}
}

// searchFiles looks through every file of the rig but those that are the places of secrets, and unpacks what is packed in the database.
func (r *canaryRig) searchFiles(when string) {
	r.t.Helper()
	searched := 0
	err := filepath.WalkDir(r.folder, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist): // gone meanwhile
			return nil
		case err != nil:
			return err
		case entry.IsDir() && entry.Name() == "elsewhere":
			return fs.SkipDir
		case entry.IsDir():
			return nil
		}
		text, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		searched++
		r.finds(entry.Name()+" "+when, text)
		return err
	})
	r.must(err)
	if searched < 5 {
		r.t.Errorf("only %d files were searched %s", searched, when)
	}
	r.finds("the tables "+when, r.tables())
}

// tables is all that the database says, packed bodies unpacked.
func (r *canaryRig) tables() []byte {
	r.t.Helper()
	text := dumpStore(r.t, r.path("cwsync.db"))
	db, err := sql.Open("sqlite", "file:"+r.path("cwsync.db")+"?mode=ro")
	r.must(err)
	defer db.Close()
	for _, from := range []string{"body FROM bodies", "head FROM runs", "body FROM plans"} {
		for _, body := range column(r.t, db, "SELECT "+from) {
			reader, err := gzip.NewReader(strings.NewReader(body))
			r.must(err)
			unpacked, err := io.ReadAll(reader)
			r.must(err)
			text += string(unpacked)
		}
	}
	return []byte(text)
}

// canaryStep is one command that must not tell. A new command, and a new kind of source or alert, gets its line in canarySteps.
type canaryStep struct {
	name  string
	args  []string
	stdin string
	do    func(r *canaryRig) // before
	exit  int
}

func canarySteps() []canaryStep {
	echo := func(status int) func(*canaryRig) { return func(r *canaryRig) { r.echoes(status) } }
	return []canaryStep{
		{name: "import", args: []string{"setup", "import", "setup.yaml"}},
		{name: "import and check", args: []string{"setup", "import", "setup.yaml", "--check"}},
		{name: "export", args: []string{"setup", "export", "export.yaml"}},
		{name: "export to the screen", args: []string{"setup", "export"}},
		{name: "list", args: []string{"secret", "list"}},
		{name: "set", args: []string{"secret", "set", "alert.typed"}, stdin: canaryTyped + "\n"},
		{name: "set what is none", args: []string{"secret", "set", "connection.private_key"}, stdin: canaryPrivate + "\x00", exit: 10},
		{name: "set by argument", args: []string{"secret", "set", "alert.typed", canaryTyped}, exit: 10},
		{name: "remove", args: []string{"secret", "remove", "alert.typed"}},
		{name: "dry run", args: []string{"--sync", "--dry-run", "--out", "saved.json"}},
		{name: "apply", args: []string{"apply", "saved.json"}},
		{name: "apply again", args: []string{"apply", "saved.json"}, exit: 7},
		{name: "sync", args: []string{"--sync"}, do: func(r *canaryRig) { r.write("usage.csv", hostileUsageNow+"9,none,1\n") }},
		{name: "usage that is a credentials file", args: []string{"--sync"}, do: func(r *canaryRig) { r.remove("usage.csv"); r.link("elsewhere/keys.yaml", "usage.csv") }, exit: 1},
		{name: "a set-up that is a credentials file", args: []string{"setup", "import", "elsewhere/keys.yaml"}, exit: 10},
		{name: "a plan that is a credentials file", args: []string{"apply", "elsewhere/keys.yaml"}, exit: 7},
		{name: "good usage again", args: []string{"--sync", "--dry-run"}, do: func(r *canaryRig) { r.remove("usage.csv"); r.write("usage.csv", hostileUsageNow) }},
		{name: "what ConnectWise has", args: []string{"export", "additions"}},
		{name: "what ConnectWise does not give", args: []string{"export", "additions", "--json", "--retry-for", "1ms"}, do: echo(403), exit: 12},
		{name: "refused keys", args: []string{"--sync", "--retry-for", "1ms"}, do: echo(401), exit: 12},
		{name: "a missing right", args: []string{"--sync", "--retry-for", "1ms"}, do: echo(403), exit: 12},
		{name: "a refusal", args: []string{"--sync", "--retry-for", "1ms"}, do: echo(400), exit: 1},
		{name: "an outage", args: []string{"--sync", "--retry-for", "1ms"}, do: echo(502), exit: 75},
		{name: "a redirect", args: []string{"--sync", "--retry-for", "1ms"}, do: echo(307), exit: 1},
		{name: "a page", args: []string{"--sync", "--retry-for", "1ms"}, do: echo(200), exit: 1},
		{name: "doctor at a server that repeats keys", args: []string{"doctor", "--no-sources", "--retry-for", "1ms"}, do: func(r *canaryRig) { r.echoesAt("/system/info", 401) }, exit: 12},
		{name: "history", args: []string{"history"}, do: func(r *canaryRig) { r.answer.Store(nil) }},
		{name: "doctor", args: []string{"doctor"}},
		{name: "doctor with credentials that others can read", args: []string{"doctor", "--credentials", "elsewhere/open.yaml"}, do: (*canaryRig).openCredentials, exit: 12},
		{name: "credentials that others can read", args: []string{"--sync", "--credentials", "elsewhere/open.yaml"}, do: (*canaryRig).openCredentials, exit: 12},
		{name: "credentials that are no YAML", args: []string{"--sync", "--credentials", "elsewhere/cwsync.default.connection.private_key"}, exit: 12},
		{name: "a store that is a credentials file", args: []string{"--sync", "--db", "elsewhere/keys.yaml"}, exit: 8},
		{name: "demo", args: []string{"demo", "--sync"}, exit: 5},
		{name: "help", args: []string{"help"}},
	}
}

// echoes lets whatever is in ConnectWise's place repeat what it was sent.
func (r *canaryRig) echoes(status int) {
	r.echoesAt("/finance/agreements/801/additions", status)
}

func (r *canaryRig) echoesAt(path string, status int) {
	r.instead(path, func(w http.ResponseWriter, req *http.Request) {
		name, password, _ := req.BasicAuth()
		sent := req.Header.Get("Authorization") + " " + name + ":" + password
		w.Header().Set("X-Cw-Request-Id", url.QueryEscape(password))
		w.Header().Set("Location", "https://evil.example/"+url.PathEscape(sent))
		w.WriteHeader(status)
		_, _ = fmt.Fprintf(w, `{"code":"Echo","message":%q,"errors":[{"field":"header","message":%q}]}`, sent, html.EscapeString(sent))
	})
}

func (r *canaryRig) openCredentials() {
	r.must(os.WriteFile(r.path("elsewhere/open.yaml"), []byte("connection.private_key: '"+strings.ReplaceAll(canaryPrivate, "'", "''")+"'\n"), 0o644))
	r.must(os.Chmod(r.path("elsewhere/open.yaml"), 0o644))
}

// TestSecretsAreNowhere runs everything with the most that a log tells, with secrets from each of their places, and looks for them in all that is
// printed and left behind.
func TestSecretsAreNowhere(t *testing.T) {
	text, json := []string{"--log-level", "debug"}, []string{"-vv", "--log-format", "json", "--json"}
	for place, log := range map[string][]string{"file": text, "directory": json, "environment": text, "keyring": json} {
		t.Run(place, func(t *testing.T) {
			r := newCanaryRig(t)
			args := append(r.secretsIn(place), log...)
			for _, step := range canarySteps() {
				if step.do != nil {
					step.do(r)
				}
				code, out, errs := r.run(step.stdin, append(args, step.args...)...)
				if code != step.exit {
					t.Errorf("%s: exit %d, want %d\n%s%s", step.name, code, step.exit, out, errs)
				}
				r.finds("the output of "+step.name, []byte(out))
				r.finds("the log of "+step.name, []byte(errs))
			}
			r.searchFiles("in the end")
		})
	}
}

// secretsIn puts the secrets into one place alone and gives the flags for it.
func (r *canaryRig) secretsIn(place string) (args []string) {
	r.t.Setenv("CWSYNC_JSON_CONNECTION_PUBLIC_KEY", "")
	r.t.Setenv("CWSYNC_JSON_CONNECTION_PRIVATE_KEY", "")
	for name, value := range canaries() {
		variable := "CWSYNC_" + strings.ToUpper(strings.ReplaceAll(name, ".", "_"))
		r.t.Setenv(variable, "")
		switch place {
		case "environment":
			r.t.Setenv(variable, value)
		case "keyring":
			r.must(keyring.Set("cwsync", "default/"+name, value))
		}
	}
	switch place {
	case "file":
		args = []string{"--credentials", r.path("elsewhere/keys.yaml")}
	case "directory":
		r.t.Setenv("CREDENTIALS_DIRECTORY", r.path("elsewhere"))
	}
	return args
}

// TestSecretsAreInNoProcess looks at the program from outside while it runs: its command line, and its environment and that of whatever it starts.
func TestSecretsAreInNoProcess(t *testing.T) {
	r := newCanaryRig(t)
	args := append(r.secretsIn("file"), "--sync", "--log-level", "debug", "--concurrency", "1")
	r.server.Latency(30 * time.Millisecond)
	cmd := exec.CommandContext(t.Context(), "cwsync", args...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	r.must(cmd.Start())
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	looks := 0
	for running := true; running; {
		select {
		case err := <-ended:
			r.must(err)
			running = false
		case <-time.After(5 * time.Millisecond):
			looks += r.look(cmd.Process.Pid)
			r.finds("a file while it runs", r.filesNow())
		}
	}
	if looks < 10 || len(r.server.Writes()) != 3 {
		t.Errorf("looked %d times, %d writes\n%s", looks, len(r.server.Writes()), out.String())
	}
	r.finds("the output", out.Bytes())
	r.searchFiles("afterwards")
}

// look searches what the system shows of a process and of those that it started, and tells how much there was.
func (r *canaryRig) look(process int) (seen int) {
	folder := fmt.Sprintf("/proc/%d", process)
	for _, name := range []string{"cmdline", "environ"} {
		if text, err := os.ReadFile(filepath.Join(folder, name)); err == nil && len(text) > 0 {
			r.finds(name+" of a process", text)
			seen++
		}
	}
	children, _ := filepath.Glob(folder + "/task/*/children")
	for _, list := range children {
		text, _ := os.ReadFile(list) // it may have ended meanwhile
		for child := range strings.FieldsSeq(string(text)) {
			if number, err := strconv.Atoi(child); err == nil {
				seen += r.look(number)
			}
		}
	}
	return seen
}

// filesNow is what SQLite has on the disk while the program runs.
func (r *canaryRig) filesNow() (all []byte) {
	for _, name := range []string{"cwsync.db", "cwsync.db-wal", "cwsync.db-shm"} {
		text, _ := os.ReadFile(r.path(name)) // some are there at times alone
		all = append(all, text...)
	}
	return all
}

// TestSecretsAreInNoPanic lets the program fail badly while it holds its secrets: what Go prints of it, of all goroutines, tells none.
func TestSecretsAreInNoPanic(t *testing.T) {
	r := newCanaryRig(t)
	program, err := os.Executable()
	r.must(err)
	r.must(os.MkdirAll(r.path("bin"), 0o700))
	child := r.path("bin/" + panickingCommand)
	r.must(os.Symlink(program, child))
	cmd := exec.CommandContext(t.Context(), child, append(r.secretsIn("file"), "--sync", "--log-level", "debug")...)
	cmd.Env = append(os.Environ(), "GOTRACEBACK=all")
	out, err := cmd.CombinedOutput()
	if err == nil || !bytes.Contains(out, []byte("goroutine 1 [running]")) || !bytes.Contains(out, []byte("panic: while a client is open")) {
		t.Errorf("%v\n%s", err, out)
	}
	r.finds("the panic", out)
	r.must(os.RemoveAll(r.path("bin")))
	r.searchFiles("after the panic")
}
