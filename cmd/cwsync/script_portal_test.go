package main

import (
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// portal is the web interface of one vendor, with the paths, pages and ways to sign in that its description has: a ready-made source reads it as it is
// printed, with the vendor's host replaced. What it serves is read anew from a file of the script for each request.
type portal struct {
	file  string
	serve func(p *portal, r *http.Request) (answer any, status int)
}

// The portal command of the scripts:
//
//	portal mailprotector FILE   serves {domains: [{id, name, account, domain_status, parent, user_groups: [{id, name, user_count, services: [{service_type}]}]}]}
//	                            to reseller 77 at $PORTAL/api/v1 in pages of two, for the bearer token mp-hush
//	portal ingram FILE          serves {customers: [{id, name}], subscriptions: [{id, customerId, status, products: [{mpn, quantity, ...}]}]} at
//	                            $PORTAL/marketplace/us in pages of two, lists without products, for the header X-Subscription-Key: im-key and the token
//	                            that a POST with basic im-user and im-hush gives
func portalCommand(ts *testscript.TestScript, neg bool, args []string) {
	serve := map[string]func(*portal, *http.Request) (any, int){"mailprotector": (*portal).mailprotector, "ingram": (*portal).ingram}
	if neg || len(args) != 2 || serve[args[0]] == nil {
		ts.Fatalf("usage: portal mailprotector|ingram FILE")
	}
	server := httptest.NewServer(&portal{file: ts.MkAbs(args[1]), serve: serve[args[0]]})
	ts.Defer(func() { server.CloseClientConnections(); server.Close() })
	ts.Setenv("PORTAL", server.URL)
}

// ServeHTTP implements http.Handler.
func (p *portal) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	answer, status := p.serve(p, r)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(answer)
}

// read is what there is to serve.
func (p *portal) read(into any) error {
	text, err := os.ReadFile(p.file)
	return errors.Join(err, json.Unmarshal(text, into))
}

type record = map[string]any

// find is the record with this id, the way it stands in a path.
func find(records []record, id string) record {
	for _, one := range records {
		if text, err := json.Marshal(one["id"]); err == nil && strings.Trim(string(text), `"`) == id {
			return one
		}
	}
	return nil
}

// inner is the list of records under a name of a record.
func inner(of record, name string) (records []record) {
	list, _ := of[name].([]any)
	for _, one := range list {
		if found, ok := one.(record); ok {
			records = append(records, found)
		}
	}
	return records
}

// part is two records from one place on, without the names that only a detail has.
func part(records []record, from int, without ...string) []record {
	from = max(0, min(from, len(records)))
	some := []record{}
	for _, one := range records[from:min(from+2, len(records))] {
		listed := maps.Clone(one)
		for _, name := range without {
			delete(listed, name)
		}
		some = append(some, listed)
	}
	return some
}

func (p *portal) mailprotector(r *http.Request) (any, int) {
	if r.Header.Get("Authorization") != "Bearer mp-hush" {
		return record{"error": "unauthorized"}, http.StatusUnauthorized
	}
	var all struct{ Domains []record }
	if err := p.read(&all); err != nil {
		return record{"error": err.Error()}, http.StatusInternalServerError
	}
	page, err := strconv.Atoi(r.URL.Query().Get("page"))
	if err != nil {
		page = 1
	}
	var list []record
	switch steps := strings.Split(strings.TrimPrefix(r.URL.Path, "/api/v1/"), "/"); {
	case r.URL.Path == "/api/v1/resellers/77/domains":
		list = all.Domains
	case len(steps) == 3 && steps[0] == "domains" && steps[2] == "user_groups" && find(all.Domains, steps[1]) != nil:
		list = inner(find(all.Domains, steps[1]), "user_groups")
	case len(steps) == 3 && steps[0] == "user_groups" && steps[2] == "services":
		for _, domain := range all.Domains {
			list = append(list, inner(find(inner(domain, "user_groups"), steps[1]), "services")...)
		}
		return list, http.StatusOK
	default:
		return record{"error": "not found"}, http.StatusNotFound
	}
	return part(list, 2*(page-1), "user_groups", "services"), http.StatusOK
}

func (p *portal) ingram(r *http.Request) (any, int) {
	user, password, _ := r.BasicAuth()
	var all struct{ Customers, Subscriptions []record }
	if err := p.read(&all); err != nil {
		return record{"error": err.Error()}, http.StatusInternalServerError
	}
	path, ok := strings.CutPrefix(r.URL.Path, "/marketplace/us/")
	id, one := strings.CutPrefix(path, "subscriptions/")
	offset, _ := strconv.Atoi(r.URL.Query().Get("offset"))
	pages := func(records []record) any {
		return record{"data": part(records, offset, "products"), "pagination": record{"offset": offset, "limit": 2, "total": len(records)}}
	}
	switch {
	case r.Header.Get("X-Subscription-Key") != "im-key":
		return record{"message": "no subscription key"}, http.StatusUnauthorized
	case path == "token" && r.Method == http.MethodPost && user == "im-user" && password == "im-hush":
		return record{"token": "im-token", "expiresInSeconds": 1800}, http.StatusOK
	case r.Header.Get("Authorization") != "Bearer im-token":
		return record{"message": "no token"}, http.StatusUnauthorized
	case ok && path == "customers":
		return pages(all.Customers), http.StatusOK
	case ok && path == "subscriptions":
		return pages(all.Subscriptions), http.StatusOK
	case one && find(all.Subscriptions, id) != nil:
		return find(all.Subscriptions, id), http.StatusOK
	}
	return record{"message": "not found"}, http.StatusNotFound
}
