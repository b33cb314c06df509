package cwclient

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Waits asked for by Retry-After.
const (
	defaultWait = 30 * time.Second // a 429 that names no wait; shorter ones were seen to be wasted
	minWait     = time.Second
	maxWait     = time.Hour // beyond that the header is not believed
	maxFields   = 20
)

// errorHandler turns every answer outside 2xx into an *Error with a class.
func errorHandler(next handler) handler {
	return func(ctx context.Context, q *call) (*answer, error) {
		a, err := next(ctx, q)
		if err != nil || a.status >= 200 && a.status <= 299 {
			return a, err
		}
		return nil, q.refusal(a)
	}
}

// errorBody is ConnectWise's ErrorResponseMessage, and the other shape that its throttle uses.
type errorBody struct {
	Code    string `json:"code"`
	Error   string `json:"error"`
	Message string `json:"message"`
	Errors  []struct {
		Code     string `json:"code"`
		Message  string `json:"message"`
		Resource string `json:"resource"`
		Field    string `json:"field"`
	} `json:"errors"`
}

// refusal makes the *Error of an answer outside 2xx.
func (q *call) refusal(a *answer) *Error {
	e := q.fail(nil, nil)
	e.Status, e.RequestID, e.Sent = a.status, a.requestID, true
	var body errorBody
	isOwn := json.Unmarshal(a.body, &body) == nil && (body.Code != "" || body.Error != "")
	switch {
	case isOwn:
		q.fill(e, body)
	case isPage(a):
		e.Message = "answered with a web page instead of JSON"
	case body.Message != "":
		e.Message = q.safe(body.Message, maxMessage)
	case saysNothing(a.body): // then the class says it
	default:
		e.Message = q.safe(string(a.body), maxMessage)
	}
	e.RetryAfter = retryAfter(a.header.Get("Retry-After"), time.Now())
	e.Class = e.classify(isOwn, isPage(a))
	e.refused = a.status >= 400 && a.status <= 499 && a.status != http.StatusRequestTimeout &&
		(isOwn || a.status == http.StatusTooManyRequests || cannotRoute.MatchString(e.Message))
	if errors.Is(e.Class, ErrRedirect) {
		e.Message = q.redirectText(a.header.Get("Location"))
	}
	if errors.Is(e.Class, ErrThrottled) && e.RetryAfter == 0 {
		e.RetryAfter = defaultWait
	}
	return e
}

// saysNothing tells a body without any text for people: empty, or empty JSON.
func saysNothing(body []byte) bool {
	switch string(bytes.TrimSpace(body)) {
	case "", "{}", "[]", "null", `""`:
		return true
	}
	return false
}

// fill takes ConnectWise's own error over, made harmless.
func (q *call) fill(e *Error, body errorBody) {
	e.Code = q.safe(body.Code, maxWord)
	if e.Code == "" {
		e.Code = q.safe(body.Error, maxWord)
	}
	e.Message = q.safe(body.Message, maxMessage)
	for _, f := range body.Errors[:min(len(body.Errors), maxFields)] {
		e.Fields = append(e.Fields, FieldError{
			Code: q.safe(f.Code, maxWord), Message: q.safe(f.Message, maxMessage),
			Resource: q.safe(f.Resource, maxWord), Field: q.safe(f.Field, maxWord),
		})
	}
}

// Texts that tell causes apart which share a status.
var (
	cannotRoute  = regexp.MustCompile(`(?i)cannot route`)
	clientIDText = regexp.MustCompile(`(?i)client[ -]?id\b`)
	sslText      = regexp.MustCompile(`(?i)ssl is required`)
	keyCodes     = regexp.MustCompile(`(?i)^(UserNotAuthenticated|Unauthorized)$`)
)

// classify finds the class from status, code and message.
func (e *Error) classify(isOwn, isPage bool) error {
	status := e.Status
	switch {
	case status < 400:
		return ErrRedirect
	case status >= 500:
		return ErrServer
	case status == http.StatusTooManyRequests:
		return ErrThrottled
	case status == http.StatusRequestTimeout:
		return ErrUnavailable
	case (status == 400 || status == 401) && clientIDText.MatchString(e.Message):
		e.Message = "the client id was not accepted: " + e.Message
		return ErrAuth
	case status == 400 && cannotRoute.MatchString(e.Message):
		e.Message = "company, site or codebase is not known here: " + e.Message
		return ErrAuth
	case status == 401, isOwn && keyCodes.MatchString(e.Code):
		return ErrAuth
	case isPage:
		return ErrNonsense
	case status == 403 && sslText.MatchString(e.Message):
		return ErrSite
	case status == 403:
		return ErrPermission
	case status == 404:
		return ErrNotFound
	case status == 409:
		return ErrConflict
	}
	return ErrInvalid
}

// isPage tells a web page (a proxy, a login form, a wrong host) from an API answer.
func isPage(a *answer) bool {
	if strings.Contains(strings.ToLower(a.header.Get("Content-Type")), "html") {
		return true
	}
	return bytes.HasPrefix(bytes.TrimLeft(a.body, "\ufeff \t\r\n"), []byte("<"))
}

// redirectText names where a redirect points, origin only.
func (q *call) redirectText(location string) string {
	u, err := url.Parse(location)
	if err != nil || u.Host == "" {
		return "answered with a redirect, which is never followed"
	}
	return "answered with a redirect to " + q.safe(u.Scheme+"://"+u.Host, maxWord) + ", which is never followed"
}

// retryAfter reads seconds or an HTTP date; 0 where there is none, else from one second to one hour.
func retryAfter(text string, now time.Time) time.Duration {
	text = strings.TrimSpace(text)
	if text == "" {
		return 0
	}
	if seconds, err := strconv.ParseFloat(text, 64); err == nil || errors.Is(err, strconv.ErrRange) {
		if !(seconds < maxWait.Seconds()) {
			return maxWait
		}
		return max(time.Duration(seconds*float64(time.Second)), minWait)
	}
	at, err := http.ParseTime(text)
	if err != nil {
		return 0
	}
	return min(max(at.Sub(now), minWait), maxWait)
}
