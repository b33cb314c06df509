package cwsim

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

const setNine = `[{"op":"replace","path":"quantity","value":9}]`

// bothWays runs a test over a socket and without one.
func bothWays(t *testing.T, test func(t *testing.T, r *rig)) {
	t.Run("socket", func(t *testing.T) { test(t, newSocketRig(t)) })
	t.Run("transport", func(t *testing.T) { test(t, newRig(t)) })
}

func (r *rig) quantity() string {
	a, _ := r.w.Addition(r.line)
	return a.Quantity.String()
}

func TestFaultStatus(t *testing.T) {
	for status, want := range map[int]string{
		401: `"code":"Unauthorized"`, 403: `"code":"Security"`, 404: "The endpoint does not exist.", 409: "in use",
		429: `{"error":"ConnectWiseAPI","message":"Too many requests.`, 500: "Query read timeout", 503: `"code":"ConnectWiseApi"`,
	} {
		r := newRig(t)
		r.s.Fail(Fault{Kind: FaultStatus, Status: status, RetryAfter: "7"})
		got := r.do("PATCH", r.addition(r.line), setNine)
		if got.status != status || !strings.Contains(got.body, want) {
			t.Errorf("%d: %d %s", status, got.status, got.body)
		}
		if r.quantity() != "7" {
			t.Errorf("%d: the write was done", status)
		}
		r.want(200, "PATCH", r.addition(r.line), setNine) // once only
	}
}

func TestFaultRetryAfterIsLiteral(t *testing.T) {
	for _, value := range []string{"", "30", "Wed, 21 Oct 2026 07:28:00 GMT", "-1", "soon", "99999999999999999999"} {
		r := newRig(t)
		r.s.Fail(Fault{Kind: FaultStatus, Status: 429, RetryAfter: value})
		got := r.get("/system/info")
		if _, ok := got.header["Retry-After"]; ok != (value != "") || got.header.Get("Retry-After") != value {
			t.Errorf("Retry-After %q, want %q", got.header.Get("Retry-After"), value)
		}
	}
}

func TestFaultProxyAndHTML(t *testing.T) {
	r := newRig(t)
	r.s.Fail(Fault{Kind: FaultProxy, Status: 502})
	r.s.Fail(Fault{Kind: FaultProxy, Status: 503, RetryAfter: "5"})
	r.s.Fail(Fault{Kind: FaultHTML})
	r.s.Fail(Fault{Kind: FaultStatus, Status: 400, Body: `{"own":1}`})
	for _, want := range []struct {
		status int
		text   string
	}{{502, "502 Bad Gateway"}, {503, "503 Service Unavailable"}, {200, "Sign in"}} {
		got := r.do("PATCH", r.addition(r.line), setNine)
		if got.status != want.status || !strings.Contains(got.body, want.text) || !strings.HasPrefix(got.header.Get("Content-Type"), "text/html") {
			t.Errorf("%d %v %s", got.status, got.header, got.body)
		}
	}
	if got := r.get("/system/info"); got.status != 400 || got.body != `{"own":1}` {
		t.Errorf("own body: %d %s", got.status, got.body)
	}
	if r.quantity() != "7" || r.s.Pending() != 0 {
		t.Errorf("quantity %s, %d faults left", r.quantity(), r.s.Pending())
	}
}

func TestFaultStatusAfterTheWrite(t *testing.T) {
	r := newRig(t)
	r.s.Fail(Fault{Kind: FaultStatusAfter, Status: 500})
	r.want(500, "PATCH", r.addition(r.line), setNine)
	if r.quantity() != "9" {
		t.Error("the write was not done")
	}
}

func TestFaultReset(t *testing.T) {
	bothWays(t, func(t *testing.T, r *rig) {
		for _, tc := range []struct {
			kind FaultKind
			want string
		}{{FaultReset, "7"}, {FaultResetAfter, "9"}} {
			r.s.Fail(Fault{Method: "PATCH", Kind: tc.kind})
			_, err := r.send(r.request("PATCH", r.addition(r.line), setNine))
			if !errors.Is(err, syscall.ECONNRESET) && !errors.Is(err, io.EOF) {
				t.Errorf("kind %d: error %v", tc.kind, err)
			}
			if got := r.quantity(); got != tc.want {
				t.Errorf("kind %d: quantity %s, want %s", tc.kind, got, tc.want)
			}
		}
		writes := r.s.Writes()
		if len(writes) != 2 || writes[0].Status != 0 || writes[1].Status != 0 {
			t.Errorf("writes %+v", writes)
		}
	})
}

func TestFaultResetAfterPost(t *testing.T) {
	r := newRig(t)
	r.s.Fail(Fault{Method: "POST", Path: "/finance/agreements/*/additions", Kind: FaultResetAfter})
	_, err := r.send(r.request("POST", r.additions(r.prorated), `{"product":{"id":5001},"billCustomer":"Billable"}`))
	if err == nil || len(r.w.Additions(r.prorated)) != 1 {
		t.Errorf("error %v, %d lines", err, len(r.w.Additions(r.prorated)))
	}
}

func TestFaultCommitLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.s.Fail(Fault{Kind: FaultCommitLater, Delay: time.Minute})
		if _, err := r.send(r.request("PATCH", r.addition(r.line), setNine)); !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("error %v", err)
		}
		time.Sleep(59 * time.Second)
		synctest.Wait()
		if r.quantity() != "7" {
			t.Error("done too early")
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if r.quantity() != "9" {
			t.Error("never done")
		}
	})
}

func TestFaultCut(t *testing.T) {
	bothWays(t, func(t *testing.T, r *rig) {
		r.s.Fail(Fault{Kind: FaultCut})
		got, err := r.send(r.request("PATCH", r.addition(r.line), setNine))
		if !errors.Is(err, io.ErrUnexpectedEOF) || got.status != 200 || !strings.HasPrefix(got.body, `{"id":30001,`) || strings.HasSuffix(got.body, "}") {
			t.Errorf("%d %q %v", got.status, got.body, err)
		}
		if r.quantity() != "9" {
			t.Error("the write was not done")
		}
	})
}

func TestFaultHang(t *testing.T) {
	for kind, want := range map[FaultKind]string{FaultHang: "7", FaultHangAfter: "9"} {
		synctest.Test(t, func(t *testing.T) {
			r := newRig(t)
			r.s.Fail(Fault{Kind: kind})
			ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
			defer cancel()
			began := time.Now()
			_, err := r.send(r.request("PATCH", r.addition(r.line), setNine).WithContext(ctx))
			if !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != time.Hour {
				t.Errorf("%v after %v", err, time.Since(began))
			}
			if r.quantity() != want {
				t.Errorf("kind %d: quantity %s, want %s", kind, r.quantity(), want)
			}
		})
	}
}

func TestFaultSlowAndDripAndLatency(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		took := func() time.Duration {
			began := time.Now()
			if got := r.get(r.additions(r.fixed) + "/count"); got.body != `{"count":1}` {
				t.Errorf("%d %s", got.status, got.body)
			}
			return time.Since(began)
		}
		r.s.Fail(Fault{Kind: FaultSlow, Delay: time.Minute})
		r.s.Fail(Fault{Kind: FaultDrip, Delay: time.Second})
		if d := took(); d != time.Minute {
			t.Errorf("slow: %v", d)
		}
		if d := took(); d != 11*time.Second { // one second for each byte
			t.Errorf("drip: %v", d)
		}
		r.s.Latency(300 * time.Millisecond)
		if d := took(); d != 300*time.Millisecond {
			t.Errorf("latency: %v", d)
		}
	})
}

func TestFaultGarbageIsDone(t *testing.T) {
	r := newRig(t)
	r.s.Fail(Fault{Kind: FaultGarbage})
	if got := r.want(200, "PATCH", r.addition(r.line), setNine); got.body[0] != '{' || strings.HasSuffix(got.body, `"}`) || r.quantity() != "9" {
		t.Errorf("%q, quantity %s", got.body, r.quantity())
	}
}

func TestFaultHugeAndBomb(t *testing.T) {
	bothWays(t, func(t *testing.T, r *rig) {
		r.s.Fail(Fault{Kind: FaultHuge, Times: 2})
		res, err := r.client.Do(r.request("GET", "/finance/agreements", ""))
		if err != nil {
			t.Fatal(err)
		}
		n, err := io.CopyN(io.Discard, res.Body, 20<<20)
		if n != 20<<20 || err != nil {
			t.Errorf("%d bytes, %v", n, err)
		}
		if err := res.Body.Close(); err != nil {
			t.Error(err)
		}
		r.s.ClearFaults()
		r.s.Fail(Fault{Kind: FaultHuge, Size: 1 << 20})
		if got := r.get("/finance/agreements").list(t); len(got) < 1000 {
			t.Errorf("a huge body of limited size is whole JSON: %d records", len(got))
		}
	})
	r := newSocketRig(t)
	r.s.Fail(Fault{Kind: FaultGzipBomb, Size: 8 << 20})
	if got := r.get("/finance/agreements"); len(got.body) < 8<<20 {
		t.Errorf("the bomb unpacks to %d bytes", len(got.body))
	}
	r.s.Fail(Fault{Kind: FaultGzipBomb, Size: 8 << 20})
	req := r.request("GET", "/finance/agreements", "")
	req.Header.Set("Accept-Encoding", "gzip") // keeps the client from unpacking
	if got, err := r.send(req); err != nil || len(got.body) > 1<<20 || got.header.Get("Content-Encoding") != "gzip" {
		t.Errorf("%d bytes on the wire, %v", len(got.body), err)
	}
}

func TestFaultRedirect(t *testing.T) {
	r := newRig(t)
	for status, location := range map[int]string{0: "http://other.example/x", 301: "/elsewhere", 307: "https://sim.example:444/v2026_4/apis/3.0/"} {
		r.s.Fail(Fault{Kind: FaultRedirect, Status: status, Location: location})
		got := r.do("PATCH", r.addition(r.line), setNine)
		if got.status != max(status, 301) && got.status != http.StatusFound || got.header.Get("Location") != location {
			t.Errorf("%d: %d %v", status, got.status, got.header)
		}
	}
	if r.quantity() != "7" {
		t.Error("a redirected write was done")
	}
}

func TestFaultPages(t *testing.T) {
	r := newRig(t)
	r.addProducts(8) // 10 in all
	r.s.Fail(Fault{Kind: FaultRepeatPage, Query: "page=2", Times: -1})
	for range 2 {
		if got := r.get("/procurement/catalog?pageSize=4&page=2").ids(t); !slices.Equal(got, []int{5001, 5002, 5003, 5004}) {
			t.Errorf("repeated page: %v", got)
		}
	}
	if got := r.get("/procurement/catalog?pageSize=4&page=3").ids(t); len(got) != 2 {
		t.Errorf("other pages: %v", got)
	}
	r.s.Fail(Fault{Kind: FaultShortPage})
	got := r.get("/procurement/catalog?pageSize=4")
	if !slices.Equal(got.ids(t), []int{5001, 5002}) || got.header.Get("Link") != "" {
		t.Errorf("short page: %v, Link %q", got.ids(t), got.header.Get("Link"))
	}
}

func TestFaultEditBetweenReadAndWrite(t *testing.T) {
	r := newRig(t)
	r.s.Fail(Fault{Method: "PATCH", Kind: FaultEdit, Edit: func(w *World) {
		if err := w.EditAddition(r.line, func(a *AdditionRecord) { a.LessIncluded = dec("5") }); err != nil {
			t.Error(err)
		}
	}})
	r.s.Fail(Fault{Method: "PATCH", Kind: FaultStatus, Status: 500, After: 1})
	if m := r.want(200, "PATCH", r.addition(r.line), setNine).object(t); m["lessIncluded"] != 5.0 || m["quantity"] != 9.0 {
		t.Errorf("%v", m)
	}
	r.want(500, "PATCH", r.addition(r.line), setNine)
}

func TestFaultWrongField(t *testing.T) {
	r := newRig(t)
	r.s.Fail(Fault{Method: "PATCH", Kind: FaultWrongField, Edit: func(w *World) {
		if err := w.EditAddition(r.line, func(a *AdditionRecord) { a.Price = dec("0.01") }); err != nil {
			t.Error(err)
		}
	}})
	if m := r.want(200, "PATCH", r.addition(r.line), setNine).object(t); m["unitPrice"] != 0.01 || m["quantity"] != 9.0 {
		t.Errorf("the answer does not show the wrong field: %v", m)
	}
}

func TestFaultsMatch(t *testing.T) {
	path := "/finance/agreements/801/additions"
	for _, tc := range []struct {
		fault Fault
		query string
		want  bool
	}{
		{Fault{}, "", true},
		{Fault{Method: "GET"}, "", true},
		{Fault{Method: "POST"}, "", false},
		{Fault{Path: "/finance/"}, "", true},
		{Fault{Path: "/procurement/"}, "", false},
		{Fault{Path: "/finance/agreements/*/additions"}, "", true},
		{Fault{Path: "/finance/*/additions"}, "", false},
		{Fault{Path: "/finance/agreements/*"}, "", false},
		{Fault{Query: "page=2"}, "?page=2", true},
		{Fault{Query: "page=2"}, "?page=1", false},
		{Fault{Query: "id > 5"}, "?conditions=id+%3E+5", true},
	} {
		r := newRig(t)
		tc.fault.Kind, tc.fault.Status = FaultStatus, 500
		r.s.Fail(tc.fault)
		if got := r.get(path+tc.query).status == 500; got != tc.want {
			t.Errorf("%+v on %s%s: %v, want %v", tc.fault, path, tc.query, got, tc.want)
		}
	}
	r := newRig(t)
	r.s.Fail(Fault{Kind: FaultStatus, Status: 500, After: 2, Times: 2})
	var got []int
	for range 6 {
		got = append(got, r.get("/system/info").status)
	}
	if want := []int{200, 200, 500, 500, 200, 200}; !slices.Equal(got, want) {
		t.Errorf("after 2, twice: %v, want %v", got, want)
	}
	r.s.Fail(Fault{Path: "/login/", Kind: FaultStatus, Status: 503})
	if got := r.get("http://sim.example/login/companyinfo/x"); got.status != 503 {
		t.Errorf("discovery: %d", got.status)
	}
}

// TestTransportReadsHeadersAsAServerDoes: their names are spelt in any way.
func TestTransportReadsHeadersAsAServerDoes(t *testing.T) {
	r := newRig(t)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://cw.example/"+r.s.Codebase()+"apis/3.0/system/info", nil)
	if err != nil {
		t.Fatal(err)
	}
	keys := r.s.Credentials()
	request.SetBasicAuth(keys.Company+"+"+keys.PublicKey, keys.PrivateKey)
	request.Header["clientId"] = []string{keys.ClientID}
	answer, err := r.s.Transport().RoundTrip(request)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("%v, %+v", err, answer)
	}
	if err := answer.Body.Close(); err != nil {
		t.Error(err)
	}
}
