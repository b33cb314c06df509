package cwsim

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
)

// rig is a server with one customer, one agreement that does not prorate and is
// invoiced up to the end of the month, one that prorates, and two products.
type rig struct {
	t         *testing.T
	w         *World
	s         *Server
	client    *http.Client
	base      string // with the codebase, up to the version
	fixed     int    // agreement without proration, next invoice 2026-04-01
	prorated  int
	mail, gb  int // products
	line      int // open line of mail on fixed
	companyID int
}

const testToday = "2026-03-10"

func dec(s string) decimal.Decimal { return decimal.RequireFromString(s) }

func newWorldRig(t *testing.T) *rig {
	t.Helper()
	w := NewWorld(testToday)
	r := &rig{t: t, w: w}
	r.companyID = w.AddCompany(CompanySpec{Name: "Contoso"})
	r.fixed = w.AddAgreement(AgreementSpec{Company: r.companyID, Name: "Fixed"})
	r.prorated = w.AddAgreement(AgreementSpec{Company: r.companyID, Name: "Prorated", Prorate: true})
	r.mail = w.AddProduct(ProductSpec{Identifier: "MBX-BASIC", Description: "Mailbox", Price: dec("4.5"), Cost: dec("2"), Unit: "User"})
	r.gb = w.AddProduct(ProductSpec{Identifier: "GB", Description: "Storage", Price: dec("0.125"), Cost: dec("0.05"), Taxable: true})
	r.line = w.AddAddition(AdditionSpec{Agreement: r.fixed, Product: r.mail, Quantity: dec("7")})
	return r
}

// newRig talks to the server without a socket.
func newRig(t *testing.T, opts ...Option) *rig {
	t.Helper()
	r := newWorldRig(t)
	r.s = NewServer(r.w, opts...)
	r.client = newRigClient(r.s)
	r.base = "http://sim.example/" + r.s.Codebase() + "apis/3.0"
	return r
}

// newSocketRig talks to the server over loopback.
func newSocketRig(t *testing.T, opts ...Option) *rig {
	t.Helper()
	r := newWorldRig(t)
	r.s = NewServer(r.w, opts...)
	ts := httptest.NewServer(r.s)
	t.Cleanup(ts.Close)
	r.client = ts.Client()
	r.client.CheckRedirect = keepRedirect
	r.base = ts.URL + "/" + r.s.Codebase() + "apis/3.0"
	return r
}

func keepRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// reply is an answer that was read to its end.
type reply struct {
	status int
	header http.Header
	body   string
}

func (r *rig) request(method, path, body string) *http.Request {
	r.t.Helper()
	url := path
	if !strings.HasPrefix(path, "http") {
		url = r.base + path
	}
	req, err := http.NewRequestWithContext(r.t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	c := r.s.Credentials()
	req.SetBasicAuth(c.Company+"+"+c.PublicKey, c.PrivateKey)
	req.Header.Set("clientId", c.ClientID)
	return req
}

func (r *rig) send(req *http.Request) (reply, error) {
	res, err := r.client.Do(req)
	if err != nil {
		return reply{}, err
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	return reply{res.StatusCode, res.Header, string(body)}, err
}

func (r *rig) do(method, path, body string) reply {
	r.t.Helper()
	out, err := r.send(r.request(method, path, body))
	if err != nil {
		r.t.Fatalf("%s %s: %v", method, path, err)
	}
	return out
}

func (r *rig) get(path string) reply { r.t.Helper(); return r.do("GET", path, "") }

// want does a request and fails unless it is answered with the status.
func (r *rig) want(status int, method, path, body string) reply {
	r.t.Helper()
	out := r.do(method, path, body)
	if out.status != status {
		r.t.Fatalf("%s %s %s: status %d, want %d: %.600s", method, path, body, out.status, status, out.body)
	}
	return out
}

func (r reply) object(t *testing.T) map[string]any {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal([]byte(r.body), &m); err != nil {
		t.Fatalf("not an object: %v: %s", err, r.body)
	}
	return m
}

func (r reply) list(t *testing.T) []map[string]any {
	t.Helper()
	var l []map[string]any
	if err := json.Unmarshal([]byte(r.body), &l); err != nil {
		t.Fatalf("not a list: %v: %s", err, r.body)
	}
	return l
}

// ids is the ids of a list, in its order.
func (r reply) ids(t *testing.T) []int {
	t.Helper()
	ids := []int{}
	for _, m := range r.list(t) {
		ids = append(ids, int(m["id"].(float64)))
	}
	return ids
}

// errorItems checks the shape of an error body and gives its items as code:field.
func (r reply) errorItems(t *testing.T) (code, message string, items []string) {
	t.Helper()
	var e struct {
		Code    *string
		Message *string
		Errors  []struct{ Code, Message, Resource, Field string }
	}
	if err := json.Unmarshal([]byte(r.body), &e); err != nil || e.Code == nil || e.Message == nil {
		t.Fatalf("not an error body: %s", r.body)
	}
	for _, it := range e.Errors {
		items = append(items, it.Code+":"+it.Field)
	}
	return *e.Code, *e.Message, items
}

func newRigClient(s *Server) *http.Client {
	return &http.Client{Transport: s.Transport(), CheckRedirect: keepRedirect}
}
