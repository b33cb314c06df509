package cwclient

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"html"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestEveryStatusHasItsClass(t *testing.T) {
	const own = `{"code":"X","message":"no","errors":null}`
	const page = "<!DOCTYPE html><html><body>Forbidden</body></html>"
	tests := map[string]struct {
		status   int
		body     string
		class    error
		rejected bool
	}{
		"validation":                 {400, own, ErrInvalid, true},
		"client id, 400":             {400, `{"code":"ConnectWiseApi","message":"The clientId is required."}`, ErrAuth, true},
		"client id, 401":             {401, `{"code":"Unauthorized","message":"Invalid client ID"}`, ErrAuth, true},
		"gateway":                    {400, "Cannot route. Codebase/company is invalid", ErrAuth, true},
		"bad keys":                   {401, `{"code":"Unauthorized","message":"x"}`, ErrAuth, true},
		"bad keys, older":            {401, `{"code":"ConnectWiseApi","message":"UserNotAuthenticated"}`, ErrAuth, true},
		"bad keys, other status":     {403, `{"code":"UserNotAuthenticated","message":"x"}`, ErrAuth, true},
		"bad keys, no body":          {401, "", ErrAuth, false},
		"bad keys, page":             {401, page, ErrAuth, false},
		"permission":                 {403, `{"code":"Security","message":"You do not have security permission to perform this action."}`, ErrPermission, true},
		"cloud without api-":         {403, `{"code":"Security","message":"SSL is required.","errors":null}`, ErrSite, true},
		"firewall":                   {403, page, ErrNonsense, false},
		"not found":                  {404, `{"code":"NotFound","message":"x"}`, ErrNotFound, true},
		"not found, page":            {404, page, ErrNonsense, false},
		"not found, nothing":         {404, "", ErrNotFound, false},
		"conflict":                   {409, own, ErrConflict, true},
		"somebody else's JSON":       {400, `{"message":"Forbidden"}`, ErrInvalid, false},
		"other refusal":              {422, own, ErrInvalid, true},
		"too large":                  {413, page, ErrNonsense, false},
		"request time-out":           {408, own, ErrUnavailable, false},
		"throttled":                  {429, `{"error":"ConnectWiseAPI","message":"Too many requests."}`, ErrThrottled, true},
		"throttled by a proxy":       {429, page, ErrThrottled, true},
		"server":                     {500, own, ErrServer, false},
		"bad gateway":                {502, page, ErrServer, false},
		"redirect without a target":  {304, "", ErrRedirect, false},
		"web page instead of record": {200, page, ErrNonsense, false},
		"text instead of record":     {200, "hello", ErrNonsense, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			c := newTest(t, api(func(r *http.Request) (*http.Response, error) {
				return reply(r, tt.status, tt.body, "x-cw-request-id", "abc"), nil
			}), WithRetryFor(time.Nanosecond))
			_, err := c.Additions.Create(t.Context(), 1, AdditionCreate{ProductID: 1})
			sentError(t, err, tt.class, tt.rejected, false)
			if e, _ := errors.AsType[*Error](err); e.RequestID != "abc" || e.Status != tt.status || !strings.Contains(err.Error(), "request id abc") {
				t.Errorf("got %+v", e)
			}
			for _, other := range []error{ErrAuth, ErrPermission, ErrNotFound, ErrConflict, ErrInvalid, ErrThrottled, ErrServer, ErrUnavailable} {
				if !errors.Is(tt.class, other) && errors.Is(err, other) {
					t.Errorf("is also %v", other)
				}
			}
			if strings.Contains(err.Error(), "DOCTYPE") {
				t.Errorf("repeats the page: %v", err)
			}
		})
	}
}

func TestErrorText(t *testing.T) {
	c := newTest(t, api(func(r *http.Request) (*http.Response, error) {
		return reply(r, 400, `{"code":"InvalidObject","message":"addition object is\r\ninvalid.","errors":[
			{"code":"MissingRequiredField","message":"\u001b[31mThe product field is required.\u202e","resource":"addition","field":"product"}]}`), nil
	}))
	_, err := c.Additions.Create(t.Context(), 12, AdditionCreate{ProductID: 1})
	want := "create addition: POST finance/agreements/12/additions: 400 InvalidObject: addition object is invalid; " +
		"product: The product field is required."
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	e, _ := errors.AsType[*Error](err)
	if len(e.Fields) != 1 || e.Fields[0] != (FieldError{"MissingRequiredField", "The product field is required.", "addition", "product"}) {
		t.Errorf("got %+v", e.Fields)
	}
}

func TestAnswersWithoutATextAreToldInWords(t *testing.T) {
	for body, want := range map[string]string{"{}": "", " {}\n": "", "": "", "null": "", "[]": "", `{"message":"slow down"}`: "slow down"} {
		for status, words := range map[int]string{401: "refused the credentials", 403: "the security role lacks a right", 429: "too many requests"} {
			c := newTest(t, api(func(r *http.Request) (*http.Response, error) { return reply(r, status, body), nil }), WithRetryFor(1))
			_, err := c.Agreements.Get(t.Context(), 1)
			if want != "" {
				words = want
			}
			if err == nil || !strings.Contains(err.Error(), words) || strings.ContainsAny(err.Error(), "{}[]") {
				t.Errorf("%d %q: %v, want %s", status, body, err, words)
			}
		}
	}
}

func TestErrorTextIsBounded(t *testing.T) {
	c := newTest(t, api(func(r *http.Request) (*http.Response, error) {
		long := strings.Repeat("x", 10_000)
		field := `{"code":"` + long + `","message":"` + long + `","field":"f"},`
		return reply(r, 400, `{"code":"C","message":"`+long+`","errors":[`+strings.TrimSuffix(strings.Repeat(field, 4), ",")+`]}`), nil
	}))
	_, err := c.Agreements.Get(t.Context(), 1)
	if e, ok := errors.AsType[*Error](err); !ok || len(e.Message) > 510 || len(e.Fields[3].Message) > 510 || len(e.Error()) > 4000 {
		t.Errorf("got %d characters", len(err.Error()))
	}
}

func TestErrorsNeverNameKeysOrConditions(t *testing.T) {
	c := newTest(t, api(func(*http.Request) (*http.Response, error) { return nil, errors.New("broken") }), WithRetryFor(1))
	_, err := c.Agreements.List(t.Context(), ListOptions{Conditions: IDIs("company/id", 4711)})
	if err == nil || strings.Contains(err.Error(), "4711") || strings.Contains(err.Error(), "KEY") {
		t.Errorf("got %v", err)
	}
}

// TestAnswersThatRepeatTheRequest: an error page may show the headers that it was sent, in its own way of writing.
func TestAnswersThatRepeatTheRequest(t *testing.T) {
	cfg := testConfig()
	cfg.PublicKey, cfg.PrivateKey = `PUBLIC"+KEY`, `PRIVATE<&+/KEY`
	token := base64.StdEncoding.EncodeToString([]byte(cfg.Company + "+" + cfg.PublicKey + ":" + cfg.PrivateKey))
	quoted, _ := json.Marshal(cfg.PublicKey)
	for name, text := range map[string]string{
		"as they are": cfg.PublicKey + ":" + cfg.PrivateKey, "in an address": url.QueryEscape(cfg.PrivateKey), "in a path": url.PathEscape(cfg.PrivateKey), "in a page": html.EscapeString(cfg.PrivateKey),
		"in JSON": string(quoted), "as the header": "Authorization: Basic " + token, "without padding": strings.TrimRight(token, "="),
	} {
		for _, status := range []int{302, 400, 401, 403, 404, 409, 429, 500} {
			c, err := New(cfg, WithRetryFor(1), WithTransport(api(func(r *http.Request) (*http.Response, error) {
				return reply(r, status, "you sent "+text, "X-Cw-Request-Id", text, "Location", "https://"+url.PathEscape(text)), nil
			})))
			if err != nil {
				t.Fatal(err)
			}
			if _, err = c.System.Info(t.Context()); err == nil || strings.Contains(err.Error(), "KEY") || strings.Contains(err.Error(), token[:20]) {
				t.Errorf("%s, status %d: %v", name, status, err)
			}
		}
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	tests := map[string]time.Duration{
		"":                              0,
		"soon":                          0,
		"10":                            10 * time.Second,
		" 1.5 ":                         1500 * time.Millisecond,
		"0":                             time.Second,
		"-5":                            time.Second,
		"999999999999":                  time.Hour,
		"1e300":                         time.Hour,
		"1e400":                         time.Hour,
		"-1e400":                        time.Second,
		"NaN":                           time.Hour,
		"Sun, 01 Mar 2026 12:00:45 GMT": 45 * time.Second,
		"Sun, 01 Mar 2026 11:00:00 GMT": time.Second,
		"Sun, 01 Mar 2099 11:00:00 GMT": time.Hour,
	}
	for text, want := range tests {
		if got := retryAfter(text, now); got != want {
			t.Errorf("%q: got %v, want %v", text, got, want)
		}
	}
}
