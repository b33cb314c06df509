//go:build linux

package main

import (
	"bufio"
	"encoding/base64"
	"fmt"
	"html"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// The secrets of alerts: the part of the address that nobody can guess.
const (
	canaryHook = `Cnry%Hook"8/x&=<y>`
	canaryMail = `Cnry%Mail/"7&=:<p>`
	canaryBark = `CnryBark0x9fQ`
)

// echoingMail is a mail server that refuses whoever signs in, and repeats what with.
func echoingMail(t *testing.T) (address string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for conn, err := listener.Accept(); err == nil; conn, err = listener.Accept() {
			_, _ = fmt.Fprint(conn, "220 here\r\n")
			lines := bufio.NewScanner(conn)
			for lines.Scan() {
				answer := "250 AUTH PLAIN"
				if strings.HasPrefix(lines.Text(), "AUTH") {
					secret, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(lines.Text(), "AUTH PLAIN "))
					answer = fmt.Sprintf("535 %s %q", lines.Text(), secret)
				}
				_, _ = fmt.Fprint(conn, answer+"\r\n")
			}
			_ = conn.Close()
		}
	}()
	t.Cleanup(func() { _ = listener.Close(); <-ended })
	return listener.Addr().String()
}

// TestSecretsOfAlertsAreNowhere sends each kind of alert that has a secret to another side that refuses it and repeats all that it is sent.
func TestSecretsOfAlertsAreNowhere(t *testing.T) {
	for _, status := range []int{200, 307, 403} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			r := newCanaryRig(t)
			heard := make(chan string, 99)
			echo := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
				body, _ := io.ReadAll(request.Body)
				heard <- string(body)
				w.Header().Set("Location", "/elsewhere"+request.RequestURI)
				w.WriteHeader(status)
				_, _ = fmt.Fprintf(w, "<p>%s %s</p>%q", html.EscapeString(request.RequestURI), request.RequestURI, request.Header)
			}))
			defer echo.Close()
			hook := echo.URL + "/" + url.PathEscape(canaryHook)
			args := append(r.secretsIn("environment"), "--log-level", "debug")
			for name, value := range map[string]string{
				"HOOK": hook, "CHAT": hook, "TEAM": hook, "WATCH": hook, "POST": "smtp://me:" + url.QueryEscape(canaryMail) + "@" + echoingMail(t),
				"OTHER": "bark://" + canaryBark + "@" + echo.Listener.Addr().String() + "/?scheme=http", "BAD": "https://\x7f" + canaryHook,
			} {
				t.Setenv("CWSYNC_ALERT_"+name, value)
			}
			for name, value := range map[string]string{"an address": canaryHook, "a mail password": canaryMail, "a key": canaryBark} {
				for form, text := range formsOf(value) {
					r.forms[name+" "+form] = text
				}
			}
			r.write("alerts.yaml", r.setup()+`alerts:
- {name: hook, on: [done, failed], kind: webhook}
- {name: chat, on: [done, failed], kind: slack}
- {name: team, on: [done, failed], kind: teams}
- {name: watch, kind: healthchecks}
- {name: post, on: [done, failed], kind: email, options: {from: a@b.example, to: [c@d.example]}}
- {name: other, on: [done, failed], kind: shoutrrr}
- {name: bad, on: [done, failed], kind: webhook}
`)
			if code, out, errs := r.run("", append(args, "setup", "import", "alerts.yaml")...); code != 0 {
				t.Fatalf("exit %d\n%s%s", code, out, errs)
			}
			for _, command := range [][]string{{"--sync", "--json"}, {"--sync", "--source", "nosuch"}, {"history"}, {"secret", "list"}, {"setup", "export"}} {
				code, out, errs := r.run("", append(args, command...)...)
				if command[0] == "--sync" && (strings.Count(errs, "an alert was not sent") < 7 || code != map[bool]int{true: 0, false: 10}[len(command) == 2]) {
					t.Errorf("%s: exit %d\n%s", command, code, errs)
				}
				r.finds(fmt.Sprint("the output of ", command), []byte(out))
				r.finds(fmt.Sprint("the log of ", command), []byte(errs))
			}
			close(heard)
			for body := range heard { // no channel learns what another one has, nor the keys
				r.finds("a message", []byte(body))
			}
			r.searchFiles("in the end")
		})
	}
}
