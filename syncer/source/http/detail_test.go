package http

import (
	"context"
	"errors"
	"fmt"
	nethttp "net/http"
	"strings"
	"sync"
	"testing"

	"cwsync/syncer/billing"
)

// tree is a vendor that gives companies, the folders of each, and the seats of each folder.
func tree(t *testing.T, folders int) *vendor {
	return newVendor(t, 0, func(_ *vendor, w nethttp.ResponseWriter, r *nethttp.Request) {
		path := strings.Split(strings.Trim(r.URL.EscapedPath(), "/"), "/")
		switch {
		case r.URL.Path == "/v1/companies":
			say(w, map[string]any{"data": []any{map[string]any{"id": 1, "name": "Contoso"}, map[string]any{"id": "a b/c?", "name": "Fabrikam"}}})
		case len(path) == 4 && path[3] == "folders":
			var list []any
			for i := range folders {
				list = append(list, map[string]any{"key": map[string]any{"id": fmt.Sprint(path[2], "-", i)}})
			}
			say(w, map[string]any{"data": list})
		case r.URL.Path == "/v1/seats":
			say(w, map[string]any{"seats": 3, "of": r.URL.Query().Get("folder")})
		default:
			w.WriteHeader(nethttp.StatusNotFound)
		}
	})
}

func treeOptions() []any {
	return []any{
		"records", "if .data then .data[] else . end", "detail", []any{"companies/{id}/folders", "/v1/seats?folder={key.id}"},
		"items", `.[] | {customer_id: (._parent._parent.id | tostring), customer_name: ._parent._parent.name, service_id: ("seat-" + .of), quantity: .seats}`,
	}
}

func TestDetailsStepByStep(t *testing.T) {
	v := tree(t, 9)
	usage, err := read(t, v.URL+"/v1/companies", treeOptions()...)
	if err != nil || len(usage.Lines) != 18 || len(v.requests()) != 1+2+18 {
		t.Fatalf("%d lines, %d requests, %v", len(usage.Lines), len(v.requests()), err)
	}
	for i, line := range usage.Lines { // in the order of the list, however the answers came
		customer, name, folder := "1", "Contoso", fmt.Sprint("1-", i)
		if i >= 9 {
			customer, name, folder = "a b/c?", "Fabrikam", fmt.Sprint("a%20b%2Fc%3F-", i-9)
		}
		if line.CustomerID != customer || line.CustomerName != name || line.ServiceID != "seat-"+folder || line.Quantity.String() != "3" {
			t.Errorf("line %d is %+v", i+1, line)
		}
	}
}

func TestDetailsThatFail(t *testing.T) {
	v := tree(t, 9)
	for _, c := range []struct {
		detail string
		class  billing.Class
		want   string
	}{
		{"nothing/{id}", billing.ClassRejected, "/v1/nothing/"},
		{"companies/{nr}/folders", billing.ClassUnset, "/v1/companies: record 1 has no text or number in the field nr that options.detail names"},
		{"companies/{name.first}/folders", billing.ClassUnset, "record 1 has no text or number in the field name.first"},
	} {
		_, err := read(t, v.URL+"/v1/companies", "records", "if .data then .data[] else . end", "detail", []any{c.detail}, "parallel", 1)
		fails(t, err, c.class, c.want)
	}
	dots := newVendor(t, 0, func(_ *vendor, w nethttp.ResponseWriter, _ *nethttp.Request) {
		say(w, []any{map[string]any{"id": ".."}})
	})
	_, err := read(t, dots.URL+"/v1/companies", "detail", []any{"companies/{id}/folders"})
	fails(t, err, billing.ClassUnset, `record 1 has ".." in the field id, which cannot stand in an address`)
	numbers := newVendor(t, 0, func(_ *vendor, w nethttp.ResponseWriter, r *nethttp.Request) {
		if r.URL.Path == "/list" {
			say(w, []any{map[string]any{"id": "1"}})
			return
		}
		say(w, []any{7})
	})
	_, err = read(t, numbers.URL+"/list", "detail", []any{"of/{id}"})
	fails(t, err, billing.ClassNonsense, "/of/1: gives a record that is no object")
	_, err = read(t, numbers.URL+"/numbers", "detail", []any{"of/{id}"})
	fails(t, err, billing.ClassUnset, "record 1 is no object, which options.detail needs")
}

func TestDetailsAreBoundedInNumber(t *testing.T) {
	var lock sync.Mutex
	running, most := 0, 0
	release := make(chan struct{})
	v := newVendor(t, 0, func(_ *vendor, w nethttp.ResponseWriter, r *nethttp.Request) {
		if r.URL.Path == "/list" {
			var list []any
			for i := range 9 {
				list = append(list, map[string]any{"id": i, "customer_id": "c", "service_id": fmt.Sprint(i), "quantity": 1})
			}
			say(w, list)
			return
		}
		lock.Lock()
		running++
		if most = max(most, running); running == 3 {
			close(release) // the third at a time lets all go; a fourth would have been counted
		}
		lock.Unlock()
		<-release
		lock.Lock()
		running--
		lock.Unlock()
		say(w, map[string]any{"customer_id": "c", "service_id": r.URL.Path, "quantity": 1})
	})
	usage, err := read(t, v.URL+"/list", "detail", []any{"of/{id}"}, "parallel", 3)
	if err != nil || len(usage.Lines) != 9 || most != 3 {
		t.Errorf("%d lines, %d at a time, %v", len(usage.Lines), most, err)
	}
}

func TestACancelAmongDetails(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	v := newVendor(t, 0, func(v *vendor, w nethttp.ResponseWriter, r *nethttp.Request) {
		if r.URL.Path != "/list" {
			cancel()
			<-r.Context().Done()
			return
		}
		say(w, []any{map[string]any{"id": 1}, map[string]any{"id": 2}, map[string]any{"id": 3}})
	})
	if _, err := readWith(ctx, t, nil, v.URL+"/list", "detail", []any{"of/{id}"}, "parallel", 1); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestLookups(t *testing.T) {
	v := newVendor(t, 5, func(v *vendor, w nethttp.ResponseWriter, r *nethttp.Request) {
		if r.URL.Path != "/v1/names" {
			say(w, v.part(3*number(r, "page")-3, 3))
			return
		}
		names := []any{}
		for _, line := range v.part(3*number(r, "page")-3, 3) {
			names = append(names, map[string]any{"id": line["customer_id"], "name": fmt.Sprint("Customer ", line["id"])})
		}
		say(w, names)
	})
	usage, err := read(t, v.URL+"/v1/list", "paging", "page", "lookups", map[string]any{"names": "names"},
		"items", `($names | INDEX(.id)) as $n | .[] | . + {customer_name: $n[.customer_id].name}`)
	if err != nil || len(usage.Lines) != 5 || usage.Lines[4].CustomerName != "Customer 5" {
		t.Errorf("%+v, %v", usage.Lines, err)
	}
}

func TestDetailsInPages(t *testing.T) {
	v := newVendor(t, 5, func(v *vendor, w nethttp.ResponseWriter, r *nethttp.Request) {
		switch {
		case r.URL.Path == "/list" && number(r, "page") == 1:
			say(w, []any{map[string]any{"id": 1}, map[string]any{"id": 2}})
		case r.URL.Path == "/list":
			say(w, []any{})
		case r.URL.Query().Has("page"):
			say(w, v.part(3*number(r, "page")-3, 3))
		default:
			say(w, v.part(0, 3)) // what a vendor gives who is not asked for a page
		}
	})
	options := []any{"paging", "page", "detail", []any{"of/{id}"}, "items", ".[] | . + {customer_id: (._parent.id | tostring), service_id: (.id | tostring)}"}
	usage, err := read(t, v.URL+"/list", append(options, "detail_paged", []any{"of/{id}"})...)
	if err != nil || len(usage.Lines) != 10 {
		t.Errorf("%d lines, %v", len(usage.Lines), err)
	}
	if usage, err = read(t, v.URL+"/list", options...); err != nil || len(usage.Lines) != 6 {
		t.Errorf("not in pages: %d lines, %v", len(usage.Lines), err)
	}
}
