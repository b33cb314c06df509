package cwsim

import (
	"net/http"
	"strings"
	"testing"
)

func TestDiscovery(t *testing.T) {
	r := newRig(t)
	company := r.s.Credentials().Company
	plain := func(company string) reply {
		req, err := http.NewRequestWithContext(t.Context(), "GET", "http://sim.example/login/companyinfo/"+company, nil)
		if err != nil {
			t.Fatal(err)
		}
		got, err := r.send(req)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	m := plain(company).object(t)
	for field, want := range map[string]any{
		"Codebase": "v2026_4/", "VersionCode": "v2026.4", "CompanyID": company, "IsCloud": true, "SiteUrl": "sim.example",
	} {
		if m[field] != want {
			t.Errorf("%s: %v, want %v", field, m[field], want)
		}
	}
	if got := plain("nobody"); got.status != 200 || got.body != "null" {
		t.Errorf("unknown company: %d %s", got.status, got.body)
	}
	r.w.SetShape(Shape{CloudAsText: true})
	if got := plain(company).object(t)["IsCloud"]; got != "True" {
		t.Errorf("IsCloud %v", got)
	}
}

func TestCodebases(t *testing.T) {
	r := newRig(t)
	at := func(codebase string) reply { return r.get("http://sim.example/" + codebase + "apis/3.0/system/info") }
	for codebase, want := range map[string]int{"v2026_4/": 200, "v4_6_release/": 200, "v2025_1/": 400, "": 400, "v2026_4//": 400} {
		got := at(codebase)
		if got.status != want {
			t.Errorf("%q: status %d, want %d", codebase, got.status, want)
		}
		if want == 400 && (got.body != "Cannot route. Codebase/company is invalid" || !strings.HasPrefix(got.header.Get("Content-Type"), "text/plain")) {
			t.Errorf("%q: %s", codebase, got.body)
		}
	}
	r.s.MoveCodebase("v2026_5", 404)
	if got := at("v2026_4/"); got.status != 404 || at("v2026_5/").status != 200 || at("v4_6_release/").status != 200 {
		t.Errorf("after the upgrade the old codebase gives %d %s", got.status, got.body)
	}
	r.s.MoveCodebase("v2026_6/", 400)
	if got := at("v2026_5/"); got.status != 400 || !strings.HasPrefix(got.body, "Cannot route") {
		t.Errorf("%d %s", got.status, got.body)
	}
	if r.s.Codebase() != "v2026_6/" {
		t.Errorf("codebase %s", r.s.Codebase())
	}
	on := newRig(t, WithOnPremise())
	if on.s.Codebase() != "v4_6_release/" {
		t.Errorf("on premises: %s", on.s.Codebase())
	}
	if got := on.want(200, "GET", "/system/info", "").object(t); got["isCloud"] != false {
		t.Errorf("%v", got)
	}
}

func TestAuthentication(t *testing.T) {
	r := newRig(t)
	c := r.s.Credentials()
	for name, tc := range map[string]struct {
		user, password, clientID string
		status                   int
		text                     string
	}{
		"right":               {c.Company + "+" + c.PublicKey, c.PrivateKey, c.ClientID, 200, "version"},
		"client id in caps":   {c.Company + "+" + c.PublicKey, c.PrivateKey, strings.ToUpper(c.ClientID), 200, "version"},
		"wrong private key":   {c.Company + "+" + c.PublicKey, "x", c.ClientID, 401, `"code":"Unauthorized"`},
		"wrong public key":    {c.Company + "+x", c.PrivateKey, c.ClientID, 401, `"code":"Unauthorized"`},
		"wrong company":       {"other+" + c.PublicKey, c.PrivateKey, c.ClientID, 400, "Cannot route"},
		"company in capitals": {strings.ToUpper(c.Company) + "+" + c.PublicKey, c.PrivateKey, c.ClientID, 400, "Cannot route"},
		"no company":          {c.PublicKey, c.PrivateKey, c.ClientID, 401, `"errors":null`},
		"no client id":        {c.Company + "+" + c.PublicKey, c.PrivateKey, "", 400, "clientId"},
		"unknown client id":   {c.Company + "+" + c.PublicKey, c.PrivateKey, "x", 401, "clientId"},
	} {
		req := r.request("GET", "/system/info", "")
		req.SetBasicAuth(tc.user, tc.password)
		req.Header.Set("clientId", tc.clientID)
		got, err := r.send(req)
		if err != nil {
			t.Fatal(err)
		}
		if got.status != tc.status || !strings.Contains(got.body, tc.text) {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
	}
	for style, want := range map[AuthStyle]string{
		AuthUnauthorized: "401 Unauthorized", AuthNotAuthenticated: "401 UserNotAuthenticated", AuthNotFound: "404 endpoint",
		AuthGateway: "400 Cannot route",
	} {
		s := newRig(t, WithAuthStyle(style))
		req := s.request("GET", "/system/info", "")
		req.SetBasicAuth(s.s.Credentials().Company+"+a", "b")
		got, err := s.send(req)
		status, text, _ := strings.Cut(want, " ")
		if err != nil || http.StatusText(got.status) == "" || status != itoa(got.status) || !strings.Contains(got.body, text) {
			t.Errorf("style %d: %d %s, want %s", style, got.status, got.body, want)
		}
	}
}

func itoa(n int) string {
	return string([]byte{byte('0' + n/100), byte('0' + n/10%10), byte('0' + n%10)})
}

func TestCredentialsAreRandomUnlessSet(t *testing.T) {
	w := NewWorld(testToday)
	a, b := NewServer(w).Credentials(), NewServer(w).Credentials()
	if a == b || a.PrivateKey == "" || len(a.ClientID) != 36 {
		t.Errorf("%d characters of client id, equal: %v", len(a.ClientID), a == b)
	}
	want := Credentials{"acme", "guid", "pub", "priv"}
	if got := NewServer(w, WithCredentials(want)).Credentials(); got != want {
		t.Error("the credentials that were set are not used")
	}
}

func TestResponseHeaders(t *testing.T) {
	r := newRig(t)
	a, b := r.get("/system/info"), r.get("/system/info")
	for _, name := range []string{"X-Cw-Request-Id", "X-Server-Name", "Api-Current-Version", "Date"} {
		if a.header.Get(name) == "" {
			t.Errorf("no %s", name)
		}
	}
	if a.header.Get("X-Cw-Request-Id") == b.header.Get("X-Cw-Request-Id") {
		t.Error("two requests with one id")
	}
	req := r.request("GET", "/system/info", "")
	req.Header.Set("Accept", "application/vnd.connectwise.com+json; version=2025.1, application/json")
	got, err := r.send(req)
	if err != nil || got.header.Get("Content-Type") != "application/vnd.connectwise.com+json; version=2026.4" {
		t.Errorf("Content-Type %q, %v", got.header.Get("Content-Type"), err)
	}
}

func TestRights(t *testing.T) {
	type need struct{ module, function, kind, method, path, body string }
	fixed := "/finance/agreements/801/additions"
	for _, n := range []need{
		{"Companies", "Company Maintenance", KindInquire, "GET", "/company/companies", ""},
		{"Companies", "Company Maintenance", KindInquire, "GET", "/company/companies/count", ""},
		{"Companies", "Contacts", KindInquire, "GET", "/company/contacts", ""},
		{"Finance", "Agreements", KindInquire, "GET", "/finance/agreements", ""},
		{"Finance", "Agreements", KindInquire, "GET", fixed, ""},
		{"Finance", "Agreements", KindInquire, "GET", "/finance/agreementrecap/", ""},
		{"Finance", "Agreements", KindEdit, "PATCH", fixed + "/30001", `[]`},
		{"Finance", "Agreements", KindAdd, "POST", fixed, `{}`},
		{"Finance", "Agreements", KindDelete, "DELETE", fixed + "/30001", ""},
		{"Finance", "Invoicing", KindInquire, "GET", "/finance/invoices", ""},
		{"Procurement", "Product Catalog", KindInquire, "GET", "/procurement/catalog", ""},
		{"Procurement", "Product Catalog", KindAdd, "POST", "/procurement/catalog", `{}`},
		{"Procurement", "Product Catalog", KindEdit, "PATCH", "/procurement/catalog/5001", `[]`},
		{"System", "Table Setup", KindInquire, "GET", "/finance/billingCycles", ""},
		{"System", "Member Maintenance", KindInquire, "GET", "/system/members", ""},
	} {
		r := newRig(t)
		if got := r.do(n.method, n.path, n.body); got.status == 403 {
			t.Errorf("%s %s is refused with all rights", n.method, n.path)
		}
		r = newRig(t)
		r.s.Deny(n.module, n.function, n.kind)
		got := r.want(403, n.method, n.path, n.body)
		if code, message, _ := got.errorItems(t); code != "Security" || !strings.HasPrefix(message, "You do not have security permission") {
			t.Errorf("%s", got.body)
		}
		if level := r.securityLevel(n.module, n.function, n.kind); level != LevelNone {
			t.Errorf("mySecurity says %q for %s > %s: %s", level, n.module, n.function, n.kind)
		}
		r.want(200, "GET", "/system/info", "")
	}
}

// securityLevel is what system/mySecurity says.
func (r *rig) securityLevel(module, function, kind string) string {
	r.t.Helper()
	for _, m := range r.want(200, "GET", "/system/mySecurity?pageSize=1000", "").list(r.t) {
		if m["moduleName"] == module && m["moduleFunctionName"] == function {
			return m[kind+"Level"].(string)
		}
	}
	return ""
}

func TestRightForOwnRecordsOnly(t *testing.T) {
	r := newRig(t)
	r.want(201, "POST", r.additions(r.prorated), `{"product":{"id":5001},"billCustomer":"Billable"}`)
	r.s.SetRight("Finance", "Agreements", KindInquire, LevelMy)
	if got := r.want(200, "GET", "/finance/agreements", "").list(t); len(got) != 0 {
		t.Errorf("%d agreements of others", len(got))
	}
	if got := r.want(200, "GET", "/finance/agreements/count", "").object(t)["count"]; got != 0.0 {
		t.Errorf("count %v", got)
	}
	r.want(404, "GET", "/finance/agreements/801", "")
	if got := r.want(200, "GET", r.additions(r.prorated), "").list(t); len(got) != 1 {
		t.Errorf("%d of one line of one's own", len(got))
	}
	r.s.SetRight("Finance", "Agreements", KindEdit, LevelMy)
	r.want(403, "PATCH", r.addition(r.line), `[]`)
	r.want(200, "PATCH", r.additions(r.prorated)+"/30002", `[]`)
	if got := r.securityLevel("Finance", "Agreements", KindInquire); got != LevelMy {
		t.Errorf("level %s", got)
	}
}

func TestUnknownEndpoints(t *testing.T) {
	r := newRig(t)
	for _, path := range []string{
		"/finance/nosuch", "/finance/agreementrecap", "/procurement/subcategories", "/finance/agreements/abc", "/finance/agreements/",
		"/system/myAccount",
	} {
		got := r.want(404, "GET", path, "")
		if code, message, _ := got.errorItems(t); code != "ConnectWiseApi" || message != "The endpoint does not exist." {
			t.Errorf("%s: %s", path, got.body)
		}
	}
	r.want(404, "POST", "/finance/agreements/801", "{}")
	if code, _, _ := r.want(404, "GET", "/finance/agreements/999", "").errorItems(t); code != "NotFound" {
		t.Errorf("code %s", code)
	}
}
