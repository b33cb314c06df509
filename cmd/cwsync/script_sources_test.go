package main

import (
	"database/sql"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"sync/atomic"

	"github.com/rogpeppe/go-internal/testscript"
)

func sqliteCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: sqlite FILE SCRIPT")
	}
	db, err := sql.Open("sqlite", "file://"+ts.MkAbs(args[0]))
	ts.Check(err)
	defer db.Close()
	_, err = db.Exec(ts.ReadFile(args[1]))
	ts.Check(err)
}

// proofpointStack is the simulated Proofpoint Essentials of one script.
type proofpointStack struct {
	folder string
	status atomic.Int64 // answered to everything; 0: as usual
}

// The proofpoint command of the scripts:
//
//	proofpoint start   a simulated stack; names its address in PP_ADDRESS, and answers with the files me.json and orgs.json as they are then. It
//	                   wants the user admin@partner.example with the password pp-hush
//	proofpoint fail N  answers N to everything from now on; 0: as usual again
func proofpointCommand(ts *testscript.TestScript, neg bool, args []string) {
	switch {
	case !neg && len(args) == 1 && args[0] == "start":
		stack := &proofpointStack{folder: ts.MkAbs(".")}
		server := httptest.NewServer(stack)
		ts.Defer(server.Close)
		ts.Setenv("PP_ADDRESS", server.URL+"/api/v1")
		simulationOf(ts).proofpoint = stack
	case !neg && len(args) == 2 && args[0] == "fail" && simulationOf(ts).proofpoint != nil:
		status, err := strconv.Atoi(args[1])
		ts.Check(err)
		simulationOf(ts).proofpoint.status.Store(int64(status))
	default:
		ts.Fatalf("usage: proofpoint start, then proofpoint fail N")
	}
}

func (s *proofpointStack) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	file := map[string]string{"/api/v1/me": "me.json", "/api/v1/billing/partner.example/orgs": "orgs.json"}[r.URL.Path]
	status := int(s.status.Load())
	switch {
	case status != 0:
	case r.Header.Get("X-user") != "admin@partner.example" || r.Header.Get("X-password") != "pp-hush":
		status = http.StatusUnauthorized
	case file == "":
		status = http.StatusForbidden
	}
	if status != 0 {
		w.Header().Set("Retry-After", "3600") // longer than anybody waits
		w.WriteHeader(status)
		return
	}
	content, err := os.ReadFile(s.folder + "/" + file)
	if err != nil {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(content)
}
