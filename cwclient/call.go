package cwclient

import (
	"context"
	"crypto/tls"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// call is one request of the API on its way through the handlers, over all of its tries.
type call struct {
	op        string            // in words, for errors
	method    string            // in capitals
	base      string            // address that path is below, with a trailing slash; set by the discover handler
	path      string            // below the base, escaped, no leading slash
	query     url.Values        // nil for none
	body      []byte            // JSON of a write, else nil
	header    http.Header       // what auth adds
	anonymous bool              // discovery: no credentials, own base
	keys      *strings.Replacer // takes the credentials out of texts; nil where none are sent

	// decode reads a good answer. It runs within the try, so that an answer cut short can be read again.
	decode func(body []byte, header http.Header) error

	try       int       // 1 for the first
	firstSent time.Time // when the first try was sent; zero before
}

// answer is a complete HTTP answer.
type answer struct {
	status    int
	header    http.Header
	body      []byte
	requestID string
	at        time.Time            // when its head came
	tls       *tls.ConnectionState // nil without TLS
}

// handler does one part of the work of a call and leaves the rest to the next one.
type handler func(ctx context.Context, q *call) (*answer, error)

// url is the whole address. Spaces are %20, since + means a space in forms only, and commas stay as they
// are: a list of ids would else be a third longer.
func (q *call) url() string {
	if len(q.query) == 0 {
		return q.base + q.path
	}
	text := strings.NewReplacer("+", "%20", "%2C", ",").Replace(q.query.Encode())
	return q.base + q.path + "?" + text
}

// reads says that the call changes nothing and may be sent again.
func (q *call) reads() bool { return q.method == http.MethodGet }

// fail starts an *Error of this call. A cancel has no class; running into the caller's own deadline has one.
func (q *call) fail(class, err error) *Error {
	if class == nil && errors.Is(err, context.DeadlineExceeded) {
		class = ErrUnavailable
	}
	return &Error{Op: q.op, Method: q.method, Path: q.path, Class: class, Err: err}
}

// nonsense is an answer that came, and that cannot be right.
func (q *call) nonsense(a *answer, message string) *Error {
	e := q.fail(ErrNonsense, nil)
	e.Message, e.Sent = message, true
	if a != nil {
		e.Status, e.RequestID = a.status, a.requestID
	}
	return e
}
