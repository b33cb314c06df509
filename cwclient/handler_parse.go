package cwclient

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"runtime"
)

// parseHandler reads a good answer within the try, so that a truncated one counts as a fault of this try.
func parseHandler(next handler) handler {
	return func(ctx context.Context, q *call) (*answer, error) {
		a, err := next(ctx, q)
		if err != nil {
			return nil, err
		}
		if isPage(a) {
			return nil, q.nonsense(a, "answered with a web page instead of JSON")
		}
		runtime.Gosched() // whoever waited for this slot sends first
		if err := q.decode(a.body, a.header); err != nil {
			return nil, q.unreadable(a, err)
		}
		return a, nil
	}
}

// unreadable tells an answer that ends too early from one that is wrong.
func (q *call) unreadable(a *answer, err error) *Error {
	e := q.nonsense(a, "")
	e.Err = errors.New(q.safe(err.Error(), maxMessage))
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok { // its own text names our types
		e.Err = errors.New(q.safe(misfit(wrong), maxMessage))
	}
	var syntax *json.SyntaxError
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) ||
		errors.As(err, &syntax) && syntax.Error() == "unexpected end of JSON input" {
		e.Class, e.Err = ErrUnavailable, errCutShort
	}
	if own, ok := errors.AsType[*Error](err); ok {
		e.Class, e.Err, e.Message = own.Class, own.Err, own.Message
	}
	return e
}

// misfit says which part of an answer is of a form that it cannot have.
func misfit(wrong *json.UnmarshalTypeError) string {
	what := "the answer"
	if wrong.Field != "" {
		what = "its field " + wrong.Field
	}
	return what + " cannot be of the form " + wrong.Value
}
