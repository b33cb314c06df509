package cwclient

import (
	"bytes"
	"encoding/json"
	"errors"
	"math/big"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"
)

// FuzzLinks: of a Link header nothing is believed but numbers that are not negative, only where a relation names them, and what a later header
// says plainly wins whatever stands before it.
func FuzzLinks(f *testing.F) {
	for _, seed := range []string{
		`<https://h/x?pageSize=25&page=2>; rel="next", <https://h/x?page=4>; rel="last"`, `<https://h/x?page=2>;REL=NEXT`, `<<>>,;"`, `rel=next`,
		`<https://h/x?page=-2&pageSize=99999999999999999999>; rel=next`, `<https://evil.example/?page=%32>; title="a, b"; rel='next last'`, "<%zz>; rel=next", `<a>;rel=next`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		links := parseLinks(http.Header{"Link": {text}})
		for name, l := range map[string]link{"next": links.next, "last": links.last} {
			if l.page < 0 || l.size < 0 || !l.there && l != (link{}) {
				t.Errorf("%s: %+v", name, l)
			}
			if l.there && !strings.Contains(strings.ToLower(text), name) {
				t.Errorf("%s comes from nowhere", name)
			}
		}
		after := parseLinks(http.Header{"Link": {text, `<https://h/x?page=7&pageSize=9>; rel="next"`}})
		if after.next != (link{there: true, page: 7, size: 9}) || after.last != links.last {
			t.Errorf("a header of its own becomes %+v", after)
		}
	})
}

// FuzzRetryAfter: a wait is none or between a second and an hour, and numbers of seconds and dates mean exactly what they say within that.
func FuzzRetryAfter(f *testing.F) {
	for _, seed := range []string{"", "soon", "10", " 1.5 ", "-5", "1e300", "1e400", "-1e400", "NaN", "-Inf", "0x1p-2", "Sun, 01 Mar 2099 11:00:00 GMT", "1e-400"} {
		f.Add(seed, int64(30))
	}
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, text string, seconds int64) {
		if wait := retryAfter(text, now); wait != 0 && (wait < minWait || wait > maxWait) {
			t.Errorf("%q is a wait of %v", text, wait)
		}
		want := time.Duration(min(max(seconds, 1), 3600)) * time.Second
		if got := retryAfter(strconv.FormatInt(seconds, 10), now); got != want {
			t.Errorf("%d seconds are %v", seconds, got)
		}
		if seconds > -1e9 && seconds < 1e9 {
			at := now.Add(time.Duration(seconds) * time.Second).Format(http.TimeFormat)
			if got := retryAfter(at, now); got != want {
				t.Errorf("%s is %v", at, got)
			}
		}
	})
}

// FuzzDiscovery: whatever a site says of itself, requests with credentials go to the configured host, or within ConnectWise's own cloud by https.
func FuzzDiscovery(f *testing.F) {
	for _, seed := range []string{
		companyInfo, "null", "[]", `{"Codebase":"../evil/"}`, `{"Codebase":"v1/","SiteUrl":"https://a@b"}`, `{"SiteUrl":"api-eu.myconnectwise.net"}`,
		`{"SiteUrl":"api-na.myconnectwise.net.evil.example"}`, `{"SiteUrl":"evil.example/.myconnectwise.net"}`, `{"SiteUrl":"api-na.myconnectwise.net:8443"}`, `{"IsCloud":"True"}`,
	} {
		f.Add([]byte(seed))
	}
	cloud := origin{"https", "api-na.myconnectwise.net"}
	fixed := []origin{{"https", "cw.example.com"}, {"https", "cw.example.com:8443"}, {"http", "127.0.0.1:9"}}
	cloudHost := regexp.MustCompile(`^([a-z0-9_-]+\.)+myconnectwise\.net$`)
	f.Fuzz(func(t *testing.T, body []byte) {
		info, err := parseDiscovery(body)
		if err != nil {
			return
		}
		if !regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*/$`).MatchString(info.Codebase) {
			t.Errorf("codebase %q", info.Codebase)
		}
		known := Known{SiteURL: info.SiteURL, Codebase: info.Codebase}
		for _, o := range fixed {
			if base := newDiscovery(o, "acme", nil).baseOf(known); base != o.String()+"/"+info.Codebase+"apis/3.0/" {
				t.Errorf("%s moved to %s", o, base)
			}
		}
		base := newDiscovery(cloud, "acme", nil).baseOf(known)
		u, err := url.Parse(base + "system/info")
		if err != nil || u.Scheme != "https" || !cloudHost.MatchString(u.Host) || u.User != nil || u.Path != "/"+info.Codebase+"apis/3.0/system/info" {
			t.Errorf("the cloud moved to %s (%v)", base, err)
		}
	})
}

// FuzzSite: what is taken as a site is one origin, by https unless it is this machine, and reads the same a second time.
func FuzzSite(f *testing.F) {
	for _, seed := range []string{"na.myconnectwise.net", "https://cw.example.com:443/v4_6_release/", "http://localhost:1", "//x", "a@b", "[::1]:80", "http://[::1%25eth0]", "HTTPS://A.B.", "x:99999"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		o, err := parseSite(typed)
		if err != nil {
			if o != (origin{}) || !harmless(err) {
				t.Errorf("%v and %q", o, err)
			}
			return
		}
		u, err := url.Parse(o.String() + "/x")
		if err != nil || u.Host != o.host || u.User != nil || u.Path != "/x" || o.scheme != "https" && (o.scheme != "http" || !isLoopback(u.Hostname())) {
			t.Errorf("%q is %s (%v)", typed, o, err)
		}
		if again, err := parseSite(o.String()); err != nil || again != o {
			t.Errorf("%s becomes %s the second time (%v)", o, again, err)
		}
	})
}

// conditionText is all that a condition may consist of: no text of anybody else's is ever quoted into it.
var conditionText = regexp.MustCompile(`^[A-Za-z_/]+( in \(-?[0-9]+(,-?[0-9]+)*\)|=-?[0-9]+|=true|=false|(>=|<)\[[0-9]{4}-[0-9]{2}-[0-9]{2}T00:00:00Z\])$`)

// FuzzConditions: fields and dates from anywhere make a condition of the known forms or none, its length on the wire is foreseen, and chunks of ids
// hold each id once and fit.
func FuzzConditions(f *testing.F) {
	f.Add("company/id", "2026-01-31", 5, []byte{1, 2, 3})
	f.Add(`x" or 1=1`, "yesterday", -1, []byte{})
	f.Add("a//b", "2026-02-30", 1<<40, bytes.Repeat([]byte{0xff, 0xee}, 900))
	f.Fuzz(func(t *testing.T, field, date string, id int, numbers []byte) {
		var ids []int
		for i, n := range numbers {
			ids = append(ids, int(n)<<(i%24)+i)
		}
		conditions := []Condition{IDIs(field, id), InIDs(field, ids), FlagIs(field, id > 0), OnOrAfter(field, Date(date)), Before(field, Date(date))}
		for _, c := range conditions {
			if (c.err == nil) == (c.text == "") || c.err == nil && !conditionText.MatchString(c.text) {
				t.Errorf("%q, %v", c.text, c.err)
			}
			if c.err != nil && !harmless(c.err) {
				t.Errorf("harmful: %q", c.err)
			}
			q := call{query: url.Values{"conditions": {c.text}}}
			if c.err == nil && c.length() != len(q.url())-len("?conditions=") {
				t.Errorf("%q takes %d, %d were foreseen", c.text, len(q.url())-len("?conditions="), c.length())
			}
		}
		if all := And(conditions...); all.err == nil && slices.ContainsFunc(conditions, func(c Condition) bool { return c.err != nil }) {
			t.Errorf("%q hides an error", all.text)
		}
		var chunked []int
		for _, chunk := range IDChunks(ids, FlagIs("inactiveFlag", false)) {
			if n := And(FlagIs("inactiveFlag", false), InIDs("id", chunk)).length(); n > maxCondition {
				t.Errorf("a chunk takes %d", n)
			}
			chunked = append(chunked, chunk...)
		}
		slices.Sort(ids)
		if !slices.Equal(chunked, slices.Compact(ids)) {
			t.Errorf("%v became %v", ids, chunked)
		}
	})
}

// FuzzPlain: text of a server becomes one bounded line without anything that a terminal obeys.
func FuzzPlain(f *testing.F) {
	for _, seed := range []string{"ok", "a\x1b[31;1mred\x1b[0m", "a\x1b]0;owned\x07b", "a\u009b31mb", "\x1b\x1b[[m", "a\u202eb", "\xff\u200b", "a\r\nb\u2028c"} {
		f.Add(seed, 100)
	}
	f.Fuzz(func(t *testing.T, s string, limit int) {
		limit = min(max(limit, 1), 1000)
		got := plain(s, limit)
		if !utf8.ValidString(got) || utf8.RuneCountInString(got) > limit || strings.TrimSpace(got) != got {
			t.Errorf("%q", got)
		}
		for _, r := range got {
			if unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp) || unicode.IsSpace(r) && r != ' ' {
				t.Errorf("lets %U through: %q", r, got)
			}
		}
		if again := plain(got, limit); again != got {
			t.Errorf("%q becomes %q the second time", got, again)
		}
	})
}

// FuzzNumber: a number of an answer is exact, absent or refused, and is written as it was read.
func FuzzNumber(f *testing.F) {
	for _, seed := range []string{"1", "1.0", `"1"`, "null", `""`, "-0.000001", "1e30", "1e31", `"NaN"`, `".+5"`, `"1_0"`, `"0x10"`, "12345678901234567890123456789012345678e30", `"\u0031"`, "[]"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var n Number
		if json.Unmarshal(text, &n) != nil || !n.Valid {
			return
		}
		given := strings.Trim(string(bytes.TrimSpace(text)), `"`)
		want, ok := new(big.Rat).SetString(given)
		if !ok || want.Cmp(n.Decimal.Rat()) != 0 || strings.ContainsAny(given, "_/xXpPbBoO ") {
			t.Fatalf("%s was read as %s", text, n.Decimal)
		}
		written, err := json.Marshal(n)
		if err != nil || !json.Valid(written) {
			t.Fatalf("%s, %v", written, err)
		}
		if again, ok := new(big.Rat).SetString(string(written)); !ok || again.Cmp(want) != 0 {
			t.Errorf("%s was written as %s", text, written)
		}
	})
}

// FuzzDate: a date of an answer is a calendar date or refused, and comes back from its own wire form.
func FuzzDate(f *testing.F) {
	for _, seed := range []string{"", "2026-01-01T00:00:00Z", "2026-01-01", "2026-02-30", "2026-01-01T25:00:00Z", "2026-01-01T00:00:00+14:00", "0000-01-01", "2026-01-01T00:00:00.5", "T", "10000-01-01"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, wire string) {
		d, err := DateOf(wire)
		if err != nil || d == "" {
			if d != "" || err == nil && wire != "" || err != nil && !harmless(err) {
				t.Errorf("%q, %v", d, err)
			}
			return
		}
		written, err := d.wire()
		if err != nil || !strings.HasPrefix(wire, string(d)) {
			t.Fatalf("%q was read as %q: %v", wire, d, err)
		}
		if again, err := DateOf(written); err != nil || again != d {
			t.Errorf("%q becomes %q", d, again)
		}
	})
}

// harmless reports whether an error can be shown in one line of a terminal.
func harmless(err error) bool {
	return utf8.ValidString(err.Error()) && !strings.ContainsFunc(err.Error(), func(r rune) bool {
		return unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp)
	})
}

// FuzzAdditions: a page of additions is whole JSON whose every record has an id, or an error; nothing is left out.
func FuzzAdditions(f *testing.F) {
	for _, seed := range []string{
		`[]`, `[{"id":1,"quantity":5.0,"product":{"id":3}}]`, `[{"id":"1"}]`, `[{"quantity":1}]`, `[{"id":1}`, `{"id":1}`, `null`, `[null]`, `[{"id":1}]x`, `[{"id":-1}]`, `[{"id":1,"quantity":"NaN"}]`,
		`[{"id":1,"id":2}]`, `[{"id":1e400}]`,
	} {
		f.Add([]byte(seed))
	}
	c, err := New(testConfig(), WithTransport(api(nil)))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		list := c.Additions.of(1)
		page, err := list.decodePage(body, false)
		if err != nil {
			return
		}
		var all []json.RawMessage
		if err := json.Unmarshal(body, &all); err != nil || len(all) != len(page.Items) || len(page.ids) != len(all) {
			t.Fatalf("%d records of %d: %v", len(page.Items), len(all), err)
		}
		for i, id := range page.ids {
			if id <= 0 || page.Items[i].ID != id {
				t.Errorf("record %d has id %d", i, id)
			}
		}
	})
}

// FuzzRefusal: whatever comes with a status outside 2xx, the error has a class, bounded harmless text, and claims a refusal for no more than a 4xx.
func FuzzRefusal(f *testing.F) {
	f.Add(400, []byte(`{"code":"InvalidObject","message":"x","errors":[{"code":"a","message":"\u001b[2J","field":"b"}]}`), "application/json", "5", "")
	f.Add(302, []byte("<html>"), "text/html", "", "https://evil.example/\x1b")
	f.Add(429, []byte(`{"error":"Throttled"}`), "", "NaN", "")
	f.Add(599, []byte("\xff\xfe"), "text/html; charset=\x00", "-1", "::")
	f.Fuzz(func(t *testing.T, status int, body []byte, kind, wait, location string) {
		if status < 300 || status > 599 {
			status = 300 + (status&0x7fffffff)%300
		}
		q := &call{op: "read", method: http.MethodPost, path: "x"}
		e := q.refusal(&answer{status: status, body: body, header: http.Header{"Content-Type": {kind}, "Retry-After": {wait}, "Location": {location}}})
		if e.Class == nil || !harmless(e) || len(e.Error()) > 100_000 || e.Status != status || e.NotSent() {
			t.Errorf("%+v", e)
		}
		if e.Rejected() && (status < 400 || status > 499) || errors.Is(e, ErrThrottled) && e.RetryAfter < minWait {
			t.Errorf("status %d: rejected %t, wait %v", status, e.Rejected(), e.RetryAfter)
		}
	})
}
