package proofpoint

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"

	"cwsync/syncer/billing"
	"cwsync/syncer/source"
)

var now = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

const (
	user     = "billing@partner.example"
	password = "hush-hush"
)

// vendor is a simulated stack: two answers, or any handler in their place.
type vendor struct {
	me, orgs string
	handle   http.HandlerFunc // answers the billing report in place of orgs
	seen     []string
}

func (v *vendor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	v.seen = append(v.seen, r.Method+" "+r.URL.Path)
	w.Header().Set("Content-Type", "application/json")
	switch {
	case r.Header.Get("X-user") != user || r.Header.Get("X-password") != password:
		w.WriteHeader(http.StatusUnauthorized)
		io.WriteString(w, `{"errors": ["invalid credentials for `+r.Header.Get("X-password")+`"]}`)
	case r.URL.Path == "/api/v1/me":
		io.WriteString(w, v.me)
	case v.handle != nil:
		v.handle(w, r)
	case r.URL.Path == "/api/v1/billing/partner.example/orgs":
		io.WriteString(w, v.orgs)
	default:
		w.WriteHeader(http.StatusForbidden)
		io.WriteString(w, `{"message": "not yours"}`)
	}
}

const partnerAccount = `{"user_id": 7, "primary_email": "billing@partner.example", "type": "channel_admin", "is_admin": true, "is_partner_admin": true,
	"entity_id": 1, "entity_primary_domain": "partner.example", "entity_type": "channel", "read_only_user": true}`

// entry is an organisation as the vendor describes it, with changes in pairs of name and value; nil takes a field away.
func entry(eid int, name string, changes ...any) map[string]any {
	e := map[string]any{
		"eid": eid, "name": name, "primary_domain": strings.ToLower(name) + ".example", "is_active": true, "type": "organization_admin", "licensing_package": "business",
		"billable_package": "business", "active_users": 12, "non_billable_users": 1, "confirmed_users": 11, "is_on_trial": false, "is_test_account": false,
		"is_beginner_plus": false, "billing_method": "Monthly", "in_total": 1500, "data_center": "US1", "country_code": "US", "monthly_billing": "10", "external_id": "X-1",
	}
	for i := 0; i+1 < len(changes); i += 2 {
		if changes[i+1] == nil {
			delete(e, changes[i].(string))
			continue
		}
		e[changes[i].(string)] = changes[i+1]
	}
	return e
}

func text(t testing.TB, value any) string {
	t.Helper()
	data, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func newReader(t testing.TB, options source.Options) *reader {
	t.Helper()
	if _, given := options["user"]; !given {
		options["user"] = user
	}
	if err := Kind().Check(options); err != nil {
		t.Fatal(err)
	}
	made, err := Kind().Open(source.Config{Name: "mail", Options: options, Now: func() time.Time { return now },
		Secret: func(context.Context, string) (string, error) { return password + "\n", nil }})
	if err != nil {
		t.Fatal(err)
	}
	return made.(*reader)
}

// read asks a real server on loopback.
func read(t testing.TB, handler http.Handler, more ...any) (billing.Usage, error) {
	t.Helper()
	server := httptest.NewServer(handler)
	defer server.Close()
	options := source.Options{"address": server.URL + "/api/v1/"}
	for i := 0; i+1 < len(more); i += 2 {
		options[more[i].(string)] = more[i+1]
	}
	return newReader(t, options).Read(t.Context())
}

// readOrgs reads a report of these organisations.
func readOrgs(t testing.TB, orgs []map[string]any, more ...any) (billing.Usage, error) {
	t.Helper()
	return read(t, &vendor{me: partnerAccount, orgs: text(t, orgs)}, more...)
}

// description loads the vendor's description of the interface, which lies beside the project and not in it.
func description(t *testing.T) *openapi3.T {
	t.Helper()
	file := filepath.Join("..", "..", "..", "..", "shared", "proofpoint", "openapi-2023-08.json")
	data, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		if os.Getenv("CI") == "" {
			t.Skipf("%s is not here; it is needed to check requests and answers against the vendor's description", file)
		}
		t.Fatalf("%s is not here", file)
	}
	var raw any
	if err := errors.Join(err, json.Unmarshal(data, &raw)); err != nil {
		t.Fatal(err)
	}
	repair(raw)
	doc, err := openapi3.NewLoader().LoadFromData([]byte(text(t, raw)))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// repair makes truth values of the texts that the vendor wrote for them, which its own format does not allow.
func repair(value any) {
	switch value := value.(type) {
	case []any:
		for _, element := range value {
			repair(element)
		}
	case map[string]any:
		if flag, ok := value["deprecated"].(string); ok {
			value["deprecated"] = flag == "true"
		}
		for _, element := range value {
			repair(element)
		}
	}
}

// referee checks each request and each answer of a simulated stack against the description.
type referee struct {
	t    *testing.T
	doc  *openapi3.T
	next http.Handler
	seen int
}

func (f *referee) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	template, params := "/me", map[string]string{}
	if domain, ok := strings.CutPrefix(r.URL.Path, "/api/v1/billing/"); ok {
		template, params["domain"] = "/billing/{domain}/orgs", strings.TrimSuffix(domain, "/orgs")
	}
	f.seen++
	item := f.doc.Paths.Value(template)
	input := &openapi3filter.RequestValidationInput{
		Request: r, PathParams: params, QueryParams: r.URL.Query(),
		Route:   &routers.Route{Spec: f.doc, Path: template, PathItem: item, Method: r.Method, Operation: item.GetOperation(r.Method)},
		Options: &openapi3filter.Options{MultiError: true, AuthenticationFunc: openapi3filter.NoopAuthenticationFunc},
	}
	if err := openapi3filter.ValidateRequest(r.Context(), input); err != nil || len(r.URL.Query()) > 0 {
		f.t.Errorf("%s %s: %v", r.Method, r.URL, err)
	}
	answer := httptest.NewRecorder()
	f.next.ServeHTTP(answer, r)
	body := answer.Body.Bytes()
	err := openapi3filter.ValidateResponse(r.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: input, Status: answer.Code, Header: answer.Header(), Body: io.NopCloser(bytes.NewReader(body)), Options: input.Options,
	})
	if err != nil {
		f.t.Errorf("the answer to %s is not as the vendor describes it: %v", r.URL, err)
	}
	w.WriteHeader(answer.Code)
	w.Write(body)
}
