package cwclient

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// class is a sentinel error; a class with a parent is matched by its parent too.
type class struct {
	text   string
	parent error
}

// Error names the class.
func (c *class) Error() string { return c.text }

// Unwrap gives the wider class, or nil.
func (c *class) Unwrap() error { return c.parent }

// The classes of failure, for errors.Is. Every *Error has one, except a cancelled request, which
// matches context.Canceled instead.
var (
	// ErrAuth: ConnectWise does not accept the keys, the client id or the company.
	ErrAuth error = &class{text: "refused the credentials"}
	// ErrPermission: the security role lacks a right.
	ErrPermission error = &class{text: "the security role lacks a right"}
	// ErrNotFound: no such record or endpoint.
	ErrNotFound error = &class{text: "not found"}
	// ErrConflict: the record is in use or was changed meanwhile.
	ErrConflict error = &class{text: "conflicts with the record's state"}
	// ErrInvalid: the request was examined and refused.
	ErrInvalid error = &class{text: "refused as invalid"}
	// ErrThrottled: too many requests, and the wait asked for is longer than allowed.
	ErrThrottled error = &class{text: "too many requests"}
	// ErrServer: a status of 500 and above.
	ErrServer error = &class{text: "failed on the server"}
	// ErrUnavailable: network fault, time-out, or an answer cut short.
	ErrUnavailable error = &class{text: "not reachable"}
	// ErrNonsense: an answer that cannot be ConnectWise's, or that contradicts itself.
	ErrNonsense error = &class{text: "answered with something that makes no sense"}
	// ErrTLS: no trusted encrypted connection; also matches ErrNonsense.
	ErrTLS error = &class{text: "no trusted TLS connection", parent: ErrNonsense}
	// ErrRedirect: a redirect, which is never followed; also matches ErrNonsense.
	ErrRedirect error = &class{text: "answered with a redirect, which is never followed", parent: ErrNonsense}
	// ErrSite: the host exists but does not serve the API (a cloud host without api-); also matches ErrNonsense.
	ErrSite error = &class{text: "this host does not serve the API", parent: ErrNonsense}
)

// errTimeout marks a try that ran into the client's own time-out.
var errTimeout = errors.New("timed out")

// errCutShort marks an answer that ended before it was complete.
var errCutShort = errors.New("the answer was cut short")

// Error is a failed request. Text that came from the server is bounded, one line, and free of control characters.
type Error struct {
	Op         string        // what was attempted, in words: "list agreements"
	Method     string        // HTTP method, in capitals
	Path       string        // path below the API's base, without query
	Status     int           // HTTP status, 0 when no answer came
	Code       string        // ConnectWise's error code
	Message    string        // ConnectWise's message, or the client's own finding
	Fields     []FieldError  // what ConnectWise says of single fields, at most 20
	RequestID  string        // ConnectWise's correlation id
	RetryAfter time.Duration // wait that was asked for; on a 429 always set
	Sent       bool          // the first byte of the request may have left this machine
	Class      error         // one of the Err values above; nil when the request was cancelled
	Err        error         // cause, if any

	refused bool // ConnectWise itself said no: a 4xx with its own error body, or a 429
}

// FieldError is one item of a ConnectWise validation error (ErrorResponseMessage.errors).
type FieldError struct {
	Code     string
	Message  string
	Resource string
	Field    string
}

// Error tells operation, address and cause in one line.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Op)
	if e.Method != "" {
		fmt.Fprintf(&b, ": %s %s", e.Method, e.Path)
	}
	if e.Status != 0 {
		fmt.Fprintf(&b, ": %d", e.Status)
		if e.Code != "" {
			b.WriteString(" " + e.Code)
		}
	}
	for _, part := range e.parts() {
		b.WriteString(": " + part)
	}
	for _, f := range e.Fields {
		fmt.Fprintf(&b, "; %s: %s", f.Field, f.Message)
	}
	if e.RequestID != "" {
		fmt.Fprintf(&b, " (request id %s)", e.RequestID)
	}
	return b.String()
}

// parts are the message and the cause, or the class where there is neither.
func (e *Error) parts() []string {
	var parts []string
	if e.Message != "" {
		parts = append(parts, strings.TrimRight(e.Message, ". "))
	}
	if e.Err != nil {
		parts = append(parts, e.Err.Error())
	}
	if len(parts) == 0 && e.Class != nil {
		parts = append(parts, e.Class.Error())
	}
	return parts
}

// Unwrap gives the class and the cause to errors.Is and errors.As.
func (e *Error) Unwrap() []error {
	var all []error
	if e.Class != nil {
		all = append(all, e.Class)
	}
	if e.Err != nil {
		all = append(all, e.Err)
	}
	return all
}

// Rejected says that ConnectWise surely did not do it: a 4xx with ConnectWise's own error body, or a 429.
func (e *Error) Rejected() bool { return e.refused }

// NotSent says that surely no byte of the request left this machine (no connection, no TLS, cancelled or
// refused by the client's own limits before it was sent).
func (e *Error) NotSent() bool { return !e.Sent }
