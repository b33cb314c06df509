package source

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/itchyny/gojq"
)

// Everything is the jq expression that takes the elements of a list, or the document itself.
const Everything = `if type == "array" then .[] else . end`

// MaxItems is how many items one source may have.
const MaxItems = 2_000_000

// queryTime is how long one expression may work on one document: one that takes longer may never end, and a run that nobody watches would wait for it.
const queryTime = 5 * time.Minute

// Query is a jq expression. It reads no environment, modules or further input, and is ended when it works longer than five minutes on one document.
type Query struct {
	code  *gojq.Code
	limit time.Duration
}

// CompileQuery prepares a jq expression that may use the variables named, such as $names.
func CompileQuery(text string, variables ...string) (*Query, error) {
	query, err := gojq.Parse(text)
	if err != nil {
		return nil, err
	}
	code, err := gojq.Compile(query, gojq.WithVariables(variables))
	if err != nil {
		return nil, err
	}
	return &Query{code, queryTime}, nil
}

// CheckQuery validates a jq expression that is an option.
func CheckQuery(option, text string, variables ...string) []OptionError {
	if _, err := CompileQuery(text, variables...); err != nil {
		return []OptionError{{Option: option, Message: fmt.Sprintf("is not a jq expression: %v", err)}}
	}
	return nil
}

// TooManyError says that an expression gave more than it may.
type TooManyError struct{ Most int }

func (e *TooManyError) Error() string { return fmt.Sprintf("has more than %d items", e.Most) }

// Run gives all results, where a list among them stands for its elements; more than most of them are a *TooManyError. Values are those of the
// variables, in the order of CompileQuery.
func (q *Query) Run(ctx context.Context, input any, most int, values ...any) ([]any, error) {
	var found []any
	working, stop := context.WithTimeout(ctx, q.limit)
	defer stop()
	results := q.code.RunWithContext(working, input, values...)
	for {
		result, more := results.Next()
		if !more {
			return found, nil
		}
		switch result := result.(type) {
		case error:
			return nil, q.failure(ctx, working, result)
		case []any:
			found = append(found, result...)
		default:
			found = append(found, result)
		}
		if len(found) > most {
			return nil, &TooManyError{most}
		}
	}
}

// First gives the first result as it is; nil when there is none.
func (q *Query) First(ctx context.Context, input any) (any, error) {
	working, stop := context.WithTimeout(ctx, q.limit)
	defer stop()
	result, more := q.code.RunWithContext(working, input).Next()
	if err, failed := result.(error); more && failed {
		return nil, q.failure(ctx, working, err)
	}
	return result, nil
}

// failure is why an expression gave no result: it failed, it worked for too long, or the caller's context ended.
func (q *Query) failure(ctx, working context.Context, err error) error {
	if ctx.Err() == nil && working.Err() != nil {
		return fmt.Errorf("the jq expression worked longer than %s: it may never end", q.limit)
	}
	return errors.Join(ctx.Err(), err)
}
