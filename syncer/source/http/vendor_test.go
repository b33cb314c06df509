package http

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	nethttp "net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"cwsync/syncer/billing"
	"cwsync/syncer/source"
)

var now = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// vendor is a small server with so many usage lines, and what was asked of it.
type vendor struct {
	*httptest.Server
	lines int
	lock  sync.Mutex
	asked []string // method and address of each request
	auths []string // and its Authorization
}

func newVendor(t *testing.T, lines int, handle func(v *vendor, w nethttp.ResponseWriter, r *nethttp.Request)) *vendor {
	t.Helper()
	v := &vendor{lines: lines}
	v.Server = httptest.NewServer(nethttp.HandlerFunc(func(w nethttp.ResponseWriter, r *nethttp.Request) {
		v.lock.Lock()
		v.asked = append(v.asked, r.Method+" "+r.URL.RequestURI())
		v.auths = append(v.auths, r.Header.Get("Authorization"))
		v.lock.Unlock()
		handle(v, w, r)
	}))
	t.Cleanup(v.Close)
	return v
}

func (v *vendor) requests() []string {
	v.lock.Lock()
	defer v.lock.Unlock()
	return slices.Clone(v.asked)
}

// part is the lines from first on, at most size of them.
func (v *vendor) part(first, size int) []map[string]any {
	lines := []map[string]any{}
	for i := max(first, 0); i < min(first+size, v.lines); i++ {
		lines = append(lines, map[string]any{"id": i + 1, "customer_id": fmt.Sprint("c", i+1), "service_id": "mail", "quantity": i + 10})
	}
	return lines
}

func say(w nethttp.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(value)
}

func number(r *nethttp.Request, name string) int {
	n, _ := strconv.Atoi(r.URL.Query().Get(name))
	return n
}

// config is a source with these options, given as name and value in turn.
func config(t testing.TB, address string, more ...any) source.Config {
	t.Helper()
	options := source.Options{"address": address, "retry_for": "1ms"}
	for i := 0; i+1 < len(more); i += 2 {
		options[more[i].(string)] = more[i+1]
	}
	if err := Kind().Check(options); err != nil {
		t.Fatal(err)
	}
	return source.Config{Name: "cloud", Options: options, Now: func() time.Time { return now },
		Secret: func(_ context.Context, field string) (string, error) { return "hush-" + field, nil }}
}

func read(t testing.TB, address string, more ...any) (billing.Usage, error) {
	t.Helper()
	return readWith(t.Context(), t, nil, address, more...)
}

func readWith(ctx context.Context, t testing.TB, trip nethttp.RoundTripper, address string, more ...any) (billing.Usage, error) {
	t.Helper()
	opened, err := Kind().Open(config(t, address, more...))
	if err != nil {
		t.Fatal(err)
	}
	opened.(*reader).trip = trip
	usage, err := opened.Read(ctx)
	if err != nil && (usage.Lines != nil || usage.Digest != "") {
		t.Errorf("an error came with usage: %+v", usage)
	}
	if err != nil && strings.Contains(err.Error(), "hush") {
		t.Errorf("a secret is in the error: %v", err)
	}
	return usage, err
}

// fails wants an error of a class that says so much.
func fails(t *testing.T, err error, class billing.Class, wants ...string) {
	t.Helper()
	if err == nil || billing.ClassOf(err) != class {
		t.Fatalf("class %d, want %d: %v", billing.ClassOf(err), class, err)
	}
	for _, want := range wants {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%v\nwant %s", err, want)
		}
	}
	if failure, ok := errors.AsType[*billing.Failure](err); ok && failure.Class != billing.ClassNonsense && failure.Hint == "" {
		t.Errorf("no hint: %v", err)
	}
}
