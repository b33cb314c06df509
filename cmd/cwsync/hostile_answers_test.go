//go:build unix

package main

import (
	"compress/gzip"
	"encoding/json"
	"net/http"
	"strings"

	"cwsync/syncer"
)

// hostileAnswers are answers of ConnectWise, or of what stands in its place: what makes no sense is no state to plan from.
func hostileAnswers() []hostileRow {
	const additions, discovery, catalog, agreements = "/finance/agreements/801/additions", "/login/companyinfo/", "/procurement/catalog", "/finance/agreements"
	rows := []hostileRow{
		{name: "a page that comes twice", exit: syncer.ExitFailed, make: func(h *hostileRig) { h.says(additions, page(1, 1), "Link", `<https://x/?page=2>; rel="next"`) }, says: "page"},
		{name: "pages that never end", exit: syncer.ExitFailed, make: (*hostileRig).endlessPages, says: "page"},
		{name: "a list that ends before its last page", exit: syncer.ExitFailed, make: func(h *hostileRig) { h.says(additions, "[]", "Link", `<https://x/?page=9>; rel="last"`) }, says: "the list ended at page 1 of 9"},
		{name: "JSON that claims to be a web page", exit: syncer.ExitFailed, make: func(h *hostileRig) { h.says(additions, "[]", "Content-Type", "text/html") }, says: "web page"},
		{name: "a small answer that unpacks to 80 MB", exit: syncer.ExitFailed, make: (*hostileRig).gzipBomb, says: "larger than 64 MiB"},
		{name: "a head of 2 MB", exit: syncer.ExitTryLater, make: func(h *hostileRig) { h.says(additions, "[]", "X-Filler", strings.Repeat("x", 2<<20)) }, says: "801"},
		{name: "a redirect", exit: syncer.ExitFailed, make: func(h *hostileRig) { h.fails(additions, 302, "") }, says: "redirect"},
		{name: "a redirect that keeps the method", exit: syncer.ExitFailed, make: func(h *hostileRig) { h.fails(additions, 307, "") }, says: "redirect"},
		{name: "a redirect of discovery", exit: syncer.ExitFailed, make: func(h *hostileRig) { h.fails(discovery, 301, ""); h.forgetKnown() }, says: "redirect"},
		{name: "a refusal that harms a terminal", exit: syncer.ExitFailed, make: func(h *hostileRig) {
			h.fails(additions, 400, `{"code":"Bad","message":"\u001b]0;owned\u0007\u202e\r\nlog forged"}`)
		}, says: "801: log forged"},
		{name: "a refusal of 10 MB", exit: syncer.ExitFailed, make: func(h *hostileRig) { h.fails(additions, 400, strings.Repeat("x", 10<<20)) }, says: "801: xxxx"},
		{name: "a wait without end", exit: syncer.ExitTryLater, make: func(h *hostileRig) { h.answers(additions, 429, `{"code":"Throttled"}`, "Retry-After", "1e400") }, says: "429"},
		{name: "an outage", exit: syncer.ExitTryLater, make: func(h *hostileRig) { h.fails(additions, 503, "<html>") }, says: "503"},
		{name: "keys that are refused", exit: syncer.ExitCredentials, make: func(h *hostileRig) { h.fails(additions, 401, `{"code":"Unauthorized"}`) }, says: "401"},
		{name: "a right that is missing", exit: syncer.ExitCredentials, make: func(h *hostileRig) { h.fails(additions, 403, `{"code":"Forbidden"}`) }, says: "403"},
		{name: "a company that is not known", exit: syncer.ExitCredentials, make: func(h *hostileRig) { h.says(discovery, "null"); h.forgetKnown() }, says: "company"},
		{name: "a codebase with a way out", exit: syncer.ExitFailed, make: func(h *hostileRig) { h.says(discovery, `{"Codebase":"../../evil/"}`); h.forgetKnown() }, says: "codebase"},
		{name: "a codebase with a host", exit: syncer.ExitFailed, make: func(h *hostileRig) { h.says(discovery, `{"Codebase":"@evil.example/"}`); h.forgetKnown() }, says: "codebase"},
		{name: "discovery that is a list", exit: syncer.ExitFailed, make: func(h *hostileRig) { h.says(discovery, "[]"); h.forgetKnown() }, says: "the answer cannot be of the form array"},
		{name: "discovery that is a web page", exit: syncer.ExitFailed, make: func(h *hostileRig) { h.says(discovery, "<html>"); h.forgetKnown() }, says: "web page"},
		{name: "two products of one name", exit: syncer.ExitFailed, make: func(h *hostileRig) { h.says(catalog, `[{"id":1,"identifier":"MBX"},{"id":2,"identifier":"MBX"}]`) }, says: "MBX"},
		{name: "an agreement without a company", exit: syncer.ExitFailed, make: func(h *hostileRig) { h.says(agreements, `[{"id":801},{"id":802},{"id":803}]`) }, says: "801"},
	}
	for _, c := range []struct {
		name, body string
		exit       int
	}{
		{"a web page", "<!DOCTYPE html><html><title>Log in</title></html>", syncer.ExitFailed},
		{"nothing", "", syncer.ExitTryLater},
		{"null", "null", syncer.ExitFailed},
		{"an object for a list", `{"id":1}`, syncer.ExitFailed},
		{"a list of nulls", "[null]", syncer.ExitFailed},
		{"a record cut short", `[{"id":1,"quan`, syncer.ExitTryLater},
		{"more after the list", `[] {"id":1}`, syncer.ExitFailed},
		{"a record without an id", `[{"quantity":5}]`, syncer.ExitFailed},
		{"an id that is a text", `[{"id":"five"}]`, syncer.ExitFailed},
		{"an id less than nothing", `[{"id":-1}]`, syncer.ExitFailed},
		{"an id with a fraction", `[{"id":1.5}]`, syncer.ExitFailed},
		{"an id without end", `[{"id":99999999999999999999}]`, syncer.ExitFailed},
		{"an id twice", page(1, 1), syncer.ExitFailed},
		{"NaN", `[{"id":1,"quantity":NaN}]`, syncer.ExitFailed},
		{"a quantity that is a text", `[{"id":1,"quantity":"lots"}]`, syncer.ExitFailed},
		{"a quantity without end", `[{"id":1,"quantity":1e400}]`, syncer.ExitFailed},
		{"a quantity of a million digits", `[{"id":1,"quantity":1` + strings.Repeat("0", 1<<20) + `}]`, syncer.ExitFailed},
		{"a product that is a number", `[{"id":1,"product":7}]`, syncer.ExitFailed},
		{"a date that is none", `[{"id":1,"quantity":5,"billCustomer":"Billable","product":{"id":1},"effectiveDate":"2026-02-30T00:00:00Z"}]`, syncer.ExitFailed},
		{"nested a million deep", strings.Repeat("[", 1<<20), syncer.ExitFailed},
		{"an escape sequence", "\x1b[2J[]", syncer.ExitFailed},
		{"another encoding", "\xff\xfe[\x00]\x00", syncer.ExitFailed},
	} {
		rows = append(rows, hostileRow{name: c.name, exit: c.exit, says: "801", make: func(h *hostileRig) { h.says(additions, c.body) }})
	}
	return rows
}

// page is a list of lines of the product with these ids.
func page(ids ...int) string {
	type reference struct {
		ID int `json:"id"`
	}
	type line struct {
		ID       int       `json:"id"`
		Product  reference `json:"product"`
		Quantity int       `json:"quantity"`
		Bill     string    `json:"billCustomer"`
	}
	var lines []line
	for _, id := range ids {
		lines = append(lines, line{ID: id, Product: reference{1}, Quantity: 5, Bill: "Billable"})
	}
	text, _ := json.Marshal(lines)
	return string(text)
}

// says answers reads of a path with 200 and this body.
func (h *hostileRig) says(path, body string, header ...string) { h.answers(path, 200, body, header...) }

// fails answers reads of a path with a status, and a redirect elsewhere where the status is one.
func (h *hostileRig) fails(path string, status int, body string) {
	h.answers(path, status, body, "Location", "https://evil.example/login")
}

func (h *hostileRig) answers(path string, status int, body string, header ...string) {
	h.instead(path, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body)) // the client may have heard enough
	})
}

// instead lets answer speak for a path; all else is as ever.
func (h *hostileRig) instead(path string, answer http.HandlerFunc) {
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, below, found := strings.Cut(r.URL.Path, "apis/3.0"); found && below == path || strings.HasPrefix(r.URL.Path, path) {
			answer(w, r)
			return
		}
		h.server.ServeHTTP(w, r)
	})
	h.answer.Store(&handler)
}

// forgetKnown makes what an earlier run discovered of the site stale, so that it is asked for anew.
func (h *hostileRig) forgetKnown() {
	instead := h.answer.Load()
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/login/") {
			(*instead)(w, r)
			return
		}
		http.NotFound(w, r)
	})
	h.answer.Store(&handler)
}

func (h *hostileRig) endlessPages() {
	next := 0
	h.instead("/finance/agreements/801/additions", func(w http.ResponseWriter, _ *http.Request) {
		next++
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Link", `<https://evil.example/?page=2&pageSize=1>; rel="next"`)
		_, _ = w.Write([]byte(page(next)))
	})
}

// gzipBomb answers with 80 MB of spaces in 80 kB.
func (h *hostileRig) gzipBomb() {
	h.instead("/finance/agreements/801/additions", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Encoding", "gzip")
		packed := gzip.NewWriter(w)
		spaces := []byte(strings.Repeat(" ", 1<<20))
		for range 80 {
			if _, err := packed.Write(spaces); err != nil {
				return
			}
		}
		_ = packed.Close()
	})
}
