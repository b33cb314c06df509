//go:build linux

package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os/exec"
	"strings"
	"testing"
)

// The secrets of sources. The address of a database is a secret as a whole; its password, which is written in another way within it, is looked for as well.
const (
	canarySecret   = `Cnry"Web\7e&%<x>/+q`
	canaryKey      = `Cnry'Key=5%2Fd~&"w`
	canaryToken    = `Cnry*Tok/9&"x<y>%=`
	canaryPassword = `Cnry!Ppe\3"&%/=r`
	canaryDatabase = `Cnry/Dat"8&%=+<b>`
)

// canarySources are sources whose other side repeats all that it is sent, or cannot be reached.
func (r *canaryRig) canarySources() (names []string, setup string) {
	echo := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		name, password, _ := req.BasicAuth()
		w.WriteHeader(http.StatusForbidden)
		_, _ = fmt.Fprintf(w, `{"error":%q,"user":%q,"password":%q}`, fmt.Sprint(req.Header), name, password)
	}))
	r.t.Cleanup(echo.Close)
	shell, err := exec.LookPath("sh")
	r.must(err)
	return []string{"web", "signs", "program", "base", "ppe"}, fmt.Sprintf(`- name: web
  kind: http
  options: {address: %q, auth: basic, user: me, key_header: X-Api-Key, retry_for: 1s}
- name: signs
  kind: http
  options: {address: %q, auth: oauth2, user: me, token_address: %q, retry_for: 1s}
- name: program
  kind: exec
  options: {command: [%q, -c, "env; env >&2; exit 3"], secret_env: {token: CNRY_TOKEN}}
- name: base
  kind: sql
  options: {dialect: postgres, query: "SELECT 1 AS customer_id", time_limit: 2s}
- name: ppe
  kind: proofpoint
  options: {address: %q, user: me@example.com, time_limit: 2s}
`, echo.URL+"/list", echo.URL+"/list", echo.URL+"/token", shell, echo.URL)
}

// TestSecretsOfSourcesAreNowhere reads each kind of source that has secrets, and lets the other side repeat them.
func TestSecretsOfSourcesAreNowhere(t *testing.T) {
	r := newCanaryRig(t)
	secrets := map[string]string{
		"source.web.secret": canarySecret, "source.web.key": canaryKey, "source.signs.secret": canarySecret, "source.program.token": canaryToken,
		"source.base.address": "postgres://reader:" + url.PathEscape(canaryDatabase) + "@127.0.0.1:1/usage?sslmode=disable", "source.ppe.password": canaryPassword,
	}
	args := append(r.secretsIn("environment"), "--log-level", "debug")
	for name, value := range secrets {
		t.Setenv("CWSYNC_"+strings.ToUpper(strings.ReplaceAll(name, ".", "_")), value)
	}
	secrets["source.base.password"] = canaryDatabase
	for name, value := range secrets {
		for form, text := range formsOf(value) {
			r.forms[name+" "+form] = text
		}
	}
	names, sources := r.canarySources()
	r.write("sources.yaml", r.setup()+sources)
	if code, out, errs := r.run("", append(args, "setup", "import", "sources.yaml")...); code != 0 {
		t.Fatalf("exit %d\n%s%s", code, out, errs)
	}
	commands := [][]string{{"--sync", "--dry-run"}, {"--sync", "--json"}, {"history"}, {"setup", "export"}, {"secret", "list"}}
	for _, name := range names {
		commands = append(commands, []string{"source", "preview", name}, []string{"source", "preview", name, "--json"})
	}
	for _, command := range commands {
		code, out, errs := r.run("", append(args, command...)...)
		if command[0] == "source" && (code == 0 || !strings.Contains(out+errs, command[2])) {
			t.Errorf("%s: exit %d, and what it says does not name the source:\n%s%s", command, code, out, errs)
		}
		r.finds(fmt.Sprint("the output of ", command), []byte(out))
		r.finds(fmt.Sprint("the log of ", command), []byte(errs))
	}
	r.searchFiles("in the end")
}
