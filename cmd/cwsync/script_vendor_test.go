package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/rogpeppe/go-internal/testscript"
)

// vendor is a usage interface of one script: a list in pages of three, and a detail of each record, behind a token.
type vendor struct {
	listener *httptest.Server
	file     string // the list, as JSON, read anew for each request

	lock  sync.Mutex
	fault string
	times int
	asked []string
}

type vendorKey struct{}

func vendorOf(ts *testscript.TestScript) *vendor { return ts.Value(vendorKey{}).(*vendor) }

// The vendor command of the scripts:
//
//	vendor start FILE          serves the JSON list in a file as pages of three at $VENDOR/v1/subscriptions?page=1, where total says how many there
//	                           are, and each of its elements at $VENDOR/v1/subscriptions/ID; both want the token that a POST with basic reseller and
//	                           hush to $VENDOR/v1/token gives, and the header X-Key: hush-key
//	vendor fail KIND [TIMES]   the next answers to lists are wrong: throttle, fail, html, cut, redirect, elsewhere, repeat or refuse
//	vendor asked N             wants that so many requests came in since the last time
//	vendor stop                it can no longer be reached
func vendorCommand(ts *testscript.TestScript, neg bool, args []string) {
	commands := map[string]func(*vendor, *testscript.TestScript, []string) error{
		"start": (*vendor).start, "fail": (*vendor).fail, "asked": (*vendor).wantAsked, "stop": (*vendor).stop,
	}
	if neg || len(args) == 0 || commands[args[0]] == nil {
		ts.Fatalf("usage: vendor %s", strings.Join(slices.Sorted(maps.Keys(commands)), "|"))
	}
	ts.Check(commands[args[0]](vendorOf(ts), ts, args[1:]))
}

func (v *vendor) start(ts *testscript.TestScript, args []string) error {
	if len(args) != 1 {
		return errors.New("usage: vendor start FILE")
	}
	v.file = ts.MkAbs(args[0])
	v.listener = httptest.NewServer(v)
	ts.Defer(func() { v.listener.CloseClientConnections(); v.listener.Close() })
	ts.Setenv("VENDOR", v.listener.URL)
	return nil
}

func (v *vendor) stop(*testscript.TestScript, []string) error {
	v.listener.CloseClientConnections()
	v.listener.Close()
	return nil
}

func (v *vendor) fail(_ *testscript.TestScript, args []string) (err error) {
	if len(args) == 0 || !slices.Contains([]string{"throttle", "fail", "html", "cut", "redirect", "elsewhere", "repeat", "refuse"}, args[0]) {
		return errors.New("usage: vendor fail KIND [TIMES]")
	}
	v.lock.Lock()
	defer v.lock.Unlock()
	v.fault, v.times = args[0], 1<<30
	if len(args) > 1 {
		v.times, err = strconv.Atoi(args[1])
	}
	return err
}

func (v *vendor) wantAsked(_ *testscript.TestScript, args []string) error {
	want, err := number(args, 0)
	if err != nil {
		return err
	}
	v.lock.Lock()
	defer v.lock.Unlock()
	asked := v.asked
	v.asked = nil
	if len(asked) != want {
		return fmt.Errorf("%d requests, want %d:\n%s", len(asked), want, strings.Join(asked, "\n"))
	}
	return nil
}

// now is the fault of this request; empty for none.
func (v *vendor) now(r *http.Request) string {
	v.lock.Lock()
	defer v.lock.Unlock()
	v.asked = append(v.asked, r.Method+" "+r.URL.RequestURI())
	if v.times == 0 || r.URL.Path != "/v1/subscriptions" {
		return ""
	}
	v.times--
	return v.fault
}

// ServeHTTP implements http.Handler.
func (v *vendor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	fault := v.now(r)
	user, password, _ := r.BasicAuth()
	w.Header().Set("Content-Type", "application/json")
	switch {
	case r.Header.Get("X-Key") != "hush-key":
		w.WriteHeader(http.StatusForbidden)
	case r.URL.Path == "/v1/token" && r.Method == http.MethodPost && user == "reseller" && password == "hush":
		fmt.Fprint(w, `{"token": "hush-token", "expiresInSeconds": 900}`)
	case r.Header.Get("Authorization") != "Bearer hush-token":
		w.WriteHeader(http.StatusUnauthorized)
	case fault == "throttle":
		w.Header().Set("Retry-After", "1")
		w.WriteHeader(http.StatusTooManyRequests)
	case fault == "fail":
		w.WriteHeader(http.StatusBadGateway)
	case fault == "refuse":
		w.WriteHeader(http.StatusUnauthorized)
	case fault == "html":
		fmt.Fprint(w, "<!DOCTYPE html><title>Sign in</title>")
	case fault == "cut":
		w.Header().Set("Content-Length", "100")
		fmt.Fprint(w, `{"data": [`)
	case fault == "redirect":
		w.Header().Set("Location", "https://evil.example/")
		w.WriteHeader(http.StatusMovedPermanently)
	default:
		v.serve(w, r, fault)
	}
}

func (v *vendor) serve(w http.ResponseWriter, r *http.Request, fault string) {
	var all []map[string]any
	text, err := os.ReadFile(v.file)
	if err == nil {
		err = json.Unmarshal(text, &all)
	}
	if err != nil {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	id, one := strings.CutPrefix(r.URL.Path, "/v1/subscriptions/")
	page, _ := strconv.Atoi(r.URL.Query().Get("page"))
	if fault == "repeat" {
		page = 1
	}
	var answer any
	switch {
	case one:
		at := slices.IndexFunc(all, func(record map[string]any) bool { return fmt.Sprint(record["id"]) == id })
		if at < 0 {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		answer = all[at]
	default:
		from := min(3*max(page-1, 0), len(all))
		list := []any{}
		for _, record := range all[from:min(from+3, len(all))] {
			list = append(list, map[string]any{"id": record["id"]})
		}
		answer = map[string]any{"data": list, "total": len(all)}
		if fault == "elsewhere" {
			answer = map[string]any{"data": list, "total": len(all), "next": "https://evil.example/v1/subscriptions?page=2"}
		}
	}
	_ = json.NewEncoder(w).Encode(answer)
}
