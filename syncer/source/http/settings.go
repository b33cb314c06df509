package http

import (
	"fmt"
	"maps"
	nethttp "net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"cwsync/syncer/source"
)

// settings are the options, read and checked.
type settings struct {
	address *url.URL
	method  string
	content string
	headers nethttp.Header

	auth, user, keyHeader    string
	tokenAddress             *url.URL
	tokenStyle               string
	tokenParams              map[string]string
	scopes                   []string
	tokenField, expiresField string
	paging, pageParam        string
	firstNumber              int
	sizeParam                string
	pageSize                 int
	total, next              *source.Query
	unique                   string
	records, items           *source.Query
	detail                   []template
	lookups                  []lookup
	perMinute, parallel      int
	timeout, patience        time.Duration
	caFile                   string
	problems                 []source.OptionError
}

// lookup is a further list.
type lookup struct {
	name    string
	address *url.URL
}

func newSettings(o source.Options) (*settings, []source.OptionError) {
	s := &settings{
		method: o.Text("method", nethttp.MethodGet), content: o.Text("body", ""), auth: o.Text("auth", authNone), user: o.Text("user", ""),
		keyHeader: o.Text("key_header", ""), tokenStyle: o.Text("token_style", styleHeader), tokenParams: o.Map("token_params"), scopes: o.List("scopes"),
		tokenField: o.Text("token_field", "access_token"), expiresField: o.Text("expires_field", "expires_in"),
		paging: o.Text("paging", pagingNone), firstNumber: o.Number("first_page", 1), sizeParam: o.Text("size_param", ""), pageSize: o.Number("page_size", 0),
		unique: o.Text("unique", ""), perMinute: o.Number("per_minute", 0), parallel: o.Number("parallel", defaultParallel), caFile: o.Text("ca_file", ""),
	}
	fallback := func(text string) time.Duration { d, _ := time.ParseDuration(text); return d }
	s.timeout = o.Duration("timeout", fallback(defaultTimeout))
	s.patience = o.Duration("retry_for", fallback(defaultRetryFor))
	s.address = s.place("address", o.Text("address", ""))
	s.readHeaders(o.Map("headers"))
	s.readAuth(o)
	s.readPaging(o)
	s.readShape(o)
	if s.content != "" && s.method != nethttp.MethodPost {
		s.refuse("body", "goes with method POST")
	}
	if s.parallel < 1 || s.parallel > mostParallel {
		s.refuse("parallel", "must be between 1 and %d", mostParallel)
	}
	return s, s.problems
}

func (s *settings) refuse(option, format string, args ...any) {
	s.problems = append(s.problems, source.OptionError{Option: option, Message: fmt.Sprintf(format, args...)})
}

// place reads an address that credentials may be sent to.
func (s *settings) place(option, text string) *url.URL {
	u, err := url.Parse(text)
	switch {
	case err != nil:
		s.refuse(option, "is not an address") // what is wrong with it may quote a password
	case u.User != nil:
		s.refuse(option, "must not hold a user name or password; they are options and secrets of their own")
	case u.Host == "" || u.Hostname() == "":
		s.refuse(option, "must begin with https:// and a host")
	case u.Fragment != "":
		s.refuse(option, "must not hold a #")
	case u.Scheme == "https", u.Scheme == "http" && isLoopback(u.Hostname()):
		return u
	case u.Scheme == "http":
		s.refuse(option, "plain http is taken for loopback addresses alone, use https")
	default:
		s.refuse(option, "the scheme must be https")
	}
	return nil
}

var headerName = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")

// secretHeaders carry credentials, which are never in the set-up; ownHeaders are made by this program.
var (
	secretHeaders = []string{"Authorization", "Proxy-Authorization", "Cookie"}
	ownHeaders    = []string{"Host", "Content-Length", "Transfer-Encoding", "Connection", "Accept-Encoding", "Idempotency-Key"}
)

func (s *settings) readHeaders(headers map[string]string) {
	s.headers = nethttp.Header{"Accept": {"application/json"}, "User-Agent": {"cwsync"}}
	if s.content != "" {
		s.headers.Set("Content-Type", "application/json")
	}
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		canonical := nethttp.CanonicalHeaderKey(name)
		switch {
		case !headerName.MatchString(name) || badValue(headers[name]):
			s.refuse("headers."+name, "is not a header that can be sent")
		case slices.Contains(secretHeaders, canonical):
			s.refuse("headers."+name, "a secret is never in the set-up; use auth, or key_header and its key")
		case slices.Contains(ownHeaders, canonical):
			s.refuse("headers."+name, "is made by this program")
		default:
			s.headers.Set(name, headers[name])
		}
	}
}

// badValue tells what cannot stand in a header.
func badValue(value string) bool {
	return strings.IndexFunc(value, func(r rune) bool { return r < 0x20 && r != '\t' || r == 0x7f }) >= 0
}

func (s *settings) readAuth(o source.Options) {
	needs := func(option, text string) {
		if text == "" {
			s.refuse(option, "missing; auth %s needs it", s.auth)
		}
	}
	switch s.auth {
	case authHeader:
		needs("key_header", s.keyHeader)
	case authBasic:
		needs("user", s.user)
	case authOAuth2, authToken:
		needs("user", s.user)
		if text := o.Text("token_address", ""); text != "" {
			s.tokenAddress = s.place("token_address", text)
		} else {
			needs("token_address", "")
		}
	}
	switch canonical := nethttp.CanonicalHeaderKey(s.keyHeader); {
	case s.keyHeader == "":
	case !headerName.MatchString(s.keyHeader) || slices.Contains(ownHeaders, canonical):
		s.refuse("key_header", "is not a header that can be sent")
	case canonical == "Authorization" && s.auth != authNone && s.auth != authHeader:
		s.refuse("key_header", "is the header that auth %s uses", s.auth)
	}
	if badValue(s.user) || s.auth == authBasic && strings.Contains(s.user, ":") {
		s.refuse("user", "holds a character that cannot be sent")
	}
}

func (s *settings) readPaging(o source.Options) {
	s.pageParam = o.Text("page_param", map[string]string{pagingPage: "page", pagingOffset: "offset", pagingToken: "page_token"}[s.paging])
	if s.paging == pagingToken || s.paging == pagingNext {
		if text := o.Text("next", ""); text == "" {
			s.refuse("next", "missing; paging %s needs it", s.paging)
		} else {
			s.next = s.query("next", text)
		}
	}
	if text := o.Text("total", ""); text != "" {
		s.total = s.query("total", text)
	}
	if (s.sizeParam == "") != (s.pageSize == 0) {
		s.refuse("size_param", "goes together with page_size")
	}
}

// query compiles a jq expression.
func (s *settings) query(option, text string, variables ...string) *source.Query {
	query, err := source.CompileQuery(text, variables...)
	if err != nil {
		s.refuse(option, "is not a jq expression: %v", err)
	}
	return query
}

var variableName = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

func (s *settings) readShape(o source.Options) {
	s.records = s.query("records", o.Text("records", source.Everything))
	var variables []string
	lookups := o.Map("lookups")
	for _, name := range slices.Sorted(maps.Keys(lookups)) {
		if !variableName.MatchString(name) {
			s.refuse("lookups."+name, "the name must be small letters, digits and _")
			continue
		}
		variables = append(variables, "$"+name)
		if s.address == nil {
			continue
		}
		if address, err := resolve(s.address, lookups[name]); err != nil {
			s.refuse("lookups."+name, "%v", err)
		} else {
			s.lookups = append(s.lookups, lookup{name, address})
		}
	}
	s.items = s.query("items", o.Text("items", ".[]"), variables...)
	paged := o.List("detail_paged")
	for _, text := range o.List("detail") {
		step, err := newTemplate(text)
		step.paged = slices.Contains(paged, text)
		if err == nil && s.address != nil {
			_, err = step.sample(s.address)
		}
		if err != nil {
			s.refuse("detail", "%s: %v", text, err)
		}
		s.detail = append(s.detail, step)
	}
	for _, text := range paged {
		if !slices.Contains(o.List("detail"), text) {
			s.refuse("detail_paged", "%s is not one of detail", text)
		}
	}
}
