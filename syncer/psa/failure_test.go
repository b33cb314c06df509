package psa

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"

	"cwsync/cwclient"
	"cwsync/cwclient/cwsim"
	"cwsync/syncer/billing"
)

const (
	asJSON = "application/json"
	asPage = "text/html; charset=utf-8"
)

// own is ConnectWise's own error body.
func own(code, message string) string {
	return `{"code":"` + code + `","message":"` + message + `","errors":null}`
}

// refusals are answers of ConnectWise and of what may stand before it, with what a read and a write make of them.
var refusals = []struct {
	name         string
	status       int
	contentType  string
	body         string
	read         billing.Class
	write        billing.Class
	writeUnknown bool
	hint         string // part of it
}{
	{"keys", 401, asJSON, own("Unauthorized", "Unauthorized"), billing.ClassAuth, billing.ClassAuth, false, "connection.private_key"},
	{"keys, old server", 401, asJSON, own("ConnectWiseApi", "UserNotAuthenticated"), billing.ClassAuth, billing.ClassAuth, false, "connection.public_key"},
	{"client id", 400, asJSON, own("InvalidRequest", "The clientId header is required."), billing.ClassAuth, billing.ClassAuth, false, "connection.client_id"},
	{"company", 400, "text/plain", "Cannot route. Codebase/company is invalid", billing.ClassAuth, billing.ClassAuth, false, "connection.company"},
	{"401 of a proxy", 401, "text/plain", "who are you", billing.ClassAuth, billing.ClassAuth, true, "connection.private_key"},
	{"right", 403, asJSON, own("Security", "You do not have security permission to perform this action."),
		billing.ClassPermission, billing.ClassPermission, false, "System > Security Roles"},
	{"host of the browser", 403, asJSON, own("Security", "SSL is required."), billing.ClassNonsense, billing.ClassNonsense, false, "api-na"},
	{"page with 403", 403, asPage, "<h1>Forbidden</h1>", billing.ClassNonsense, billing.ClassNonsense, true, "connection.site"},
	{"not found", 404, asJSON, own("NotFound", "Agreement 811 not found"), billing.ClassNonsense, billing.ClassRejected, false, ""},
	{"not found, by a page", 404, asPage, "<h1>Not found</h1>", billing.ClassNonsense, billing.ClassNonsense, true, "connection.site"},
	{"conflict", 409, asJSON, own("ConnectWiseApi", "in use"), billing.ClassNonsense, billing.ClassRejected, false, ""},
	{"invalid", 400, asJSON, own("InvalidObject", "Addition object is invalid."), billing.ClassNonsense, billing.ClassRejected, false, ""},
	{"invalid, by a proxy", 400, "text/plain", "bad", billing.ClassNonsense, billing.ClassNonsense, true, ""},
	{"server", 500, asJSON, own("Unknown", "Query read timeout"), billing.ClassUnavailable, billing.ClassUnavailable, true, "later"},
	{"proxy", 502, asPage, "<h1>Bad gateway</h1>", billing.ClassUnavailable, billing.ClassUnavailable, true, "later"},
	{"408", 408, "text/plain", "slow", billing.ClassUnavailable, billing.ClassUnavailable, true, "later"},
	{"throttled", 429, asJSON, `{"error":"ConnectWiseAPI","message":"Too many requests."}`, billing.ClassThrottled, billing.ClassThrottled, false, "try later"},
	{"log-in page", 200, asPage, "<h1>Sign in</h1>", billing.ClassNonsense, billing.ClassNonsense, true, "connection.site"},
	{"redirect", 302, asPage, "", billing.ClassNonsense, billing.ClassNonsense, true, "connection.site"},
	{"garbage", 200, asJSON, `{"a":]`, billing.ClassNonsense, billing.ClassNonsense, true, "proxy"},
}

// reads and writes are every call that can fail, by the operation that its failures name.
func reads(ctx context.Context, p *PSA) map[string]error {
	_, server := p.Server(ctx)
	_, agreements := p.Agreements(ctx, []int{811})
	_, additions := p.Additions(ctx, 811, false)
	_, byID := p.ProductsByID(ctx, []int{12})
	_, byIdentifier := p.ProductsByIdentifier(ctx, []string{"A"})
	return map[string]error{
		"read what the server says of itself": server, "read the ": agreements, "read the additions of agreement 811": additions,
		"read the product catalog": byID, "read the product catalog ": byIdentifier,
	}
}

func writes(ctx context.Context, p *PSA) map[string]error {
	_, create := p.CreateAddition(ctx, billing.NewAddition{AgreementID: 811, ProductID: 12, Quantity: dec("5"), Effective: day("2026-03-16")})
	_, edit := p.EditAddition(ctx, billing.Addition{ID: 9, AgreementID: 811, Record: []byte(`{"id":9}`)}, billing.AdditionEdit{Quantity: some("5")})
	return map[string]error{"create an addition of product 12 on agreement 811": create, "change addition 9 of agreement 811": edit}
}

func TestRefusals(t *testing.T) {
	for _, c := range refusals {
		t.Run(c.name, func(t *testing.T) {
			p := overAnswer(t, c.status, c.contentType, c.body)
			for op, err := range reads(t.Context(), p) {
				failure := failureOf(t, err)
				if failure.Class != c.read || failure.Unknown || !strings.HasPrefix(failure.Op, strings.TrimSpace(op)) || !strings.Contains(failure.Hint, c.hint) {
					t.Errorf("%s: got %+v", op, failure)
				}
			}
			for op, err := range writes(t.Context(), overAnswer(t, c.status, c.contentType, c.body)) {
				failure := failureOf(t, err)
				if failure.Class != c.write || failure.Unknown != c.writeUnknown || failure.Op != op || !strings.Contains(failure.Hint, c.hint) {
					t.Errorf("%s: got %+v", op, failure)
				}
				if failure.Message == "" || strings.Contains(failure.Message, "\n") || failure.Err == nil {
					t.Errorf("%s: message %q", op, failure.Message)
				}
			}
		})
	}
}

func TestCutShort(t *testing.T) {
	_, list := overAnswer(t, http.StatusOK, asJSON, `[{"id":1,"effec`).Additions(t.Context(), 811, true)
	if failure := failureOf(t, list); failure.Class != billing.ClassUnavailable || failure.Unknown {
		t.Errorf("got %+v", failure)
	}
	for op, err := range writes(t.Context(), overAnswer(t, http.StatusOK, asJSON, `{"id":9,"effec`)) {
		if failure := failureOf(t, err); failure.Class != billing.ClassUnavailable || !failure.Unknown {
			t.Errorf("%s: got %+v", op, failure)
		}
	}
}

func TestThrottledSaysHowLongToWait(t *testing.T) {
	p := over(t, func(*http.Request) (*http.Response, error) {
		answer := respond(http.StatusTooManyRequests, asJSON, `{"error":"ConnectWiseAPI","message":"Too many requests."}`)
		answer.Header.Set("Retry-After", "90")
		return answer, nil
	})
	_, err := p.Server(t.Context())
	if failure := failureOf(t, err); failure.Wait != 90*time.Second {
		t.Errorf("got %+v", failure)
	}
}

func TestMissingRightsAreNamed(t *testing.T) {
	for _, c := range []struct{ module, function, kind, right string }{
		{"Finance", "Agreements", cwsim.KindAdd, "Finance > Agreements: Add All"},
		{"Finance", "Agreements", cwsim.KindEdit, "Finance > Agreements: Edit All"},
		{"Finance", "Agreements", cwsim.KindInquire, "Finance > Agreements: Inquire All"},
		{"Procurement", "Product Catalog", cwsim.KindInquire, "Procurement > Product Catalog: Inquire All"},
		{"System", "Table Setup", cwsim.KindInquire, "System > Table Setup: Inquire All"},
	} {
		t.Run(c.right, func(t *testing.T) {
			w := newSmall(t, nil)
			p, server := overSim(t, w.World)
			server.Deny(c.module, c.function, c.kind)
			n := billing.NewAddition{AgreementID: 811, ProductID: w.product, Quantity: dec("5"), Effective: day("2026-03-16")}
			var err error
			switch {
			case c.kind == cwsim.KindAdd:
				_, err = p.CreateAddition(t.Context(), n)
			case c.kind == cwsim.KindEdit:
				_, err = p.EditAddition(t.Context(), w.line(t, p), billing.AdditionEdit{Quantity: some("6")})
			case c.module == "Procurement":
				_, err = p.ProductsByIdentifier(t.Context(), []string{"PPE-BUS"})
			case c.module == "System":
				_, err = p.Agreements(t.Context(), []int{811})
			default:
				_, err = p.Additions(t.Context(), 811, false)
			}
			failure := failureOf(t, err)
			if failure.Class != billing.ClassPermission || failure.Right != c.right || !strings.Contains(failure.Hint, c.right) || failure.Unknown {
				t.Errorf("got %+v", failure)
			}
		})
	}
}

func TestMissingRightOfUnknownNameStillHasAHint(t *testing.T) {
	p := overAnswer(t, http.StatusForbidden, asJSON, own("Security", "no"))
	_, err := p.Server(t.Context())
	if failure := failureOf(t, err); failure.Right != "" || !strings.Contains(failure.Hint, "Security Roles") {
		t.Errorf("got %+v", failure)
	}
}

func TestDateRejectionsAreExplained(t *testing.T) {
	for _, c := range []struct{ name, effective, says, hint string }{
		{"before the billing start", "2025-01-01", "billing start date", "billing start"},
		{"in an invoiced period", "2026-03-16", "already invoiced", "tick prorate on the agreement"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newSmall(t, func(a *cwsim.AgreementSpec) {
				a.Prorate, a.BillStart, a.NextInvoice = false, "2025-06-01", "2026-04-01"
			})
			p, _ := overSim(t, w.World)
			_, err := p.CreateAddition(t.Context(), billing.NewAddition{AgreementID: 811, ProductID: w.product, Quantity: dec("5"), Effective: day(c.effective)})
			failure := failureOf(t, err)
			if failure.Class != billing.ClassRejected || failure.Unknown || !strings.Contains(failure.Message, c.says) || !strings.Contains(failure.Hint, c.hint) {
				t.Errorf("got %+v", failure)
			}
		})
	}
}

func TestWritesToWhatIsGoneAreRejected(t *testing.T) {
	w := newSmall(t, nil)
	p, _ := overSim(t, w.World)
	before := w.line(t, p)
	if err := w.DeleteAgreement(811); err != nil {
		t.Fatal(err)
	}
	_, edit := p.EditAddition(t.Context(), before, billing.AdditionEdit{Quantity: some("6")})
	_, create := p.CreateAddition(t.Context(), billing.NewAddition{AgreementID: 811, ProductID: w.product, Quantity: dec("5"), Effective: day("2026-03-16")})
	for _, err := range []error{edit, create} {
		if failure := failureOf(t, err); failure.Class != billing.ClassRejected || failure.Unknown {
			t.Errorf("got %+v", failure)
		}
	}
}

func TestBrokenWritesMayHaveHappened(t *testing.T) {
	for name, kind := range map[string]cwsim.FaultKind{
		"reset": cwsim.FaultReset, "reset after": cwsim.FaultResetAfter, "cut": cwsim.FaultCut, "garbage": cwsim.FaultGarbage,
		"html": cwsim.FaultHTML, "status after": cwsim.FaultStatusAfter, "redirect": cwsim.FaultRedirect,
	} {
		t.Run(name, func(t *testing.T) {
			w := newSmall(t, nil)
			p, server := overSim(t, w.World)
			fault := cwsim.Fault{Kind: kind, Times: -1, Location: "http://127.0.0.1/elsewhere"}
			if kind == cwsim.FaultStatusAfter {
				fault.Status = http.StatusBadGateway
			}
			before := w.line(t, p)
			fault.Method = http.MethodPost
			server.Fail(fault)
			fault.Method = http.MethodPatch
			server.Fail(fault)
			_, create := p.CreateAddition(t.Context(), billing.NewAddition{AgreementID: 811, ProductID: w.product, Quantity: dec("5"), Effective: day("2026-03-16")})
			_, edit := p.EditAddition(t.Context(), before, billing.AdditionEdit{Quantity: some("6")})
			for _, err := range []error{create, edit} {
				if failure := failureOf(t, err); !failure.Unknown {
					t.Errorf("got %+v", failure)
				}
			}
			if n := len(server.Writes()); n != 2 {
				t.Errorf("%d writes were sent, want 2", n)
			}
		})
	}
}

func TestWriteThatNeverLeftDidNotHappen(t *testing.T) {
	p := over(t, func(*http.Request) (*http.Response, error) {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	})
	for op, err := range writes(t.Context(), p) {
		failure := failureOf(t, err)
		if failure.Unknown || failure.Class != billing.ClassUnavailable || !strings.Contains(failure.Hint, "connection.site") {
			t.Errorf("%s: got %+v", op, failure)
		}
	}
}

// TestWriteThatNeverCameToBeSent covers what fails before the write itself: the search for the server's address.
func TestWriteThatNeverCameToBeSent(t *testing.T) {
	for name, fault := range map[string]cwsim.Fault{
		"failing": {Kind: cwsim.FaultStatus, Status: 503}, "a page": {Kind: cwsim.FaultHTML}, "broken": {Kind: cwsim.FaultReset},
		"not there": {Kind: cwsim.FaultStatus, Status: 404}, "refused": {Kind: cwsim.FaultStatus, Status: 409},
	} {
		t.Run(name, func(t *testing.T) {
			w := newSmall(t, nil)
			p, server := overSim(t, w.World)
			fault.Path, fault.Times = "/login/companyinfo/", -1
			server.Fail(fault)
			for op, err := range writes(t.Context(), p) {
				if failure := failureOf(t, err); failure.Unknown || failure.Class == billing.ClassRejected {
					t.Errorf("%s: got %+v", op, failure)
				}
			}
			if n := len(server.Writes()); n != 0 {
				t.Errorf("%d writes were sent", n)
			}
		})
	}
}

func TestUnknownCompany(t *testing.T) {
	w := newSmall(t, nil)
	server := cwsim.NewServer(w.World)
	keys := server.Credentials()
	keys.Company = "nobody"
	p := New(newClient(t, serve(t, server), keys))
	for op, err := range writes(t.Context(), p) {
		failure := failureOf(t, err)
		if failure.Class != billing.ClassAuth || failure.Unknown || !strings.Contains(failure.Hint, "connection.company") {
			t.Errorf("%s: got %+v", op, failure)
		}
	}
}

func TestUntrustedCertificate(t *testing.T) {
	listener := httptest.NewUnstartedServer(http.NotFoundHandler())
	listener.Config.ErrorLog = log.New(io.Discard, "", 0)
	listener.StartTLS()
	t.Cleanup(listener.Close)
	p := New(newClient(t, listener.URL, cwsim.Credentials{Company: "msp", ClientID: "c", PublicKey: "p", PrivateKey: "q"}))
	_, err := p.Server(t.Context())
	if failure := failureOf(t, err); failure.Class != billing.ClassNonsense || !strings.Contains(failure.Hint, "connection.ca_file") {
		t.Errorf("got %+v", failure)
	}
}

func TestCancelled(t *testing.T) {
	w := newSmall(t, nil)
	p, server := overSim(t, w.World)
	if _, err := p.Server(t.Context()); err != nil { // discovery is done
		t.Fatal(err)
	}
	t.Run("before it was sent", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		for op, err := range writes(ctx, p) {
			if failure := failureOf(t, err); failure.Class != billing.ClassCancelled || failure.Unknown || !errors.Is(err, context.Canceled) {
				t.Errorf("%s: got %+v", op, failure)
			}
		}
		if _, err := p.Agreements(ctx, []int{811}); billing.ClassOf(err) != billing.ClassCancelled {
			t.Errorf("a read: %v", err)
		}
	})
	t.Run("a write that was sent runs to its end", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		server.Fail(cwsim.Fault{Method: http.MethodPost, Kind: cwsim.FaultEdit, Edit: func(*cwsim.World) { cancel() }})
		made, err := p.CreateAddition(ctx, billing.NewAddition{AgreementID: 811, ProductID: w.product, Quantity: dec("5"), Effective: day("2026-03-16")})
		if err != nil || made.Addition.ID == 0 {
			t.Errorf("got %+v, %v", made, err)
		}
	})
}

func TestMessageTellsFieldsInOneHarmlessLine(t *testing.T) {
	p := overAnswer(t, http.StatusBadRequest, asJSON,
		`{"code":"InvalidObject","message":"Addition object\r\nis invalid...","errors":[{"field":"quantity","message":"too \u001b[31mlarge."},{"message":"and more"}]}`)
	_, err := p.CreateAddition(t.Context(), billing.NewAddition{AgreementID: 811, ProductID: 12, Quantity: dec("5"), Effective: day("2026-03-16")})
	failure := failureOf(t, err)
	if failure.Message != "Addition object is invalid; quantity: too large; and more" || failure.Code != "InvalidObject" {
		t.Errorf("got %q, code %q", failure.Message, failure.Code)
	}
	if failure.Error() != "create an addition of product 12 on agreement 811: "+failure.Message {
		t.Errorf("got %q", failure.Error())
	}
	if e, ok := errors.AsType[*cwclient.Error](err); !ok || e.Status != http.StatusBadRequest {
		t.Errorf("the cause is lost: %v", err)
	}
}

func TestOneLine(t *testing.T) {
	for give, want := range map[string]string{
		"a\r\n b\t c":         "a b c",
		"x\x1b[31my\x07":      "x[31my",
		"ab\u202ecd\u2066":    "abcd",
		"bad\xff\xfebytes":    "badbytes",
		"line\u2028sep\u0085": "line sep",
	} {
		if got := oneLine(give); got != want {
			t.Errorf("%q: got %q, want %q", give, got, want)
		}
	}
	if got := oneLine(strings.Repeat("é", 5000)); len(got) > maxText+len("…") || !strings.HasSuffix(got, "é…") {
		t.Errorf("%d bytes", len(got))
	}
}

func TestForeignErrorOfAWriteMayHaveWritten(t *testing.T) {
	failure := createAddition(billing.NewAddition{}).failure(io.ErrClosedPipe)
	if !failure.Unknown {
		t.Errorf("got %+v", failure)
	}
}
