package source

import (
	"fmt"
	"strings"
)

// MaxProblems is how many problems of one source are reported in full.
const MaxProblems = 20

// ReadError is one thing that is wrong with what a source gave, and its place.
type ReadError struct {
	Source  string // the source's name
	File    string // the file's path, "standard input", or empty for what is no file
	Line    int    // 1-based line, or item for sources without lines; 0: the whole
	Column  int    // 1-based column in characters or bytes as the reader counts; 0: the whole line
	Message string
	Hint    string // what to do about it, may be empty
	Err     error  // the cause, may be nil
}

// Error is "file:line:column: message", without what is not known.
func (e *ReadError) Error() string {
	place := e.File
	if place == "" {
		place = e.Source
	}
	if e.Line > 0 {
		place += fmt.Sprintf(":%d", e.Line)
		if e.Column > 0 {
			place += fmt.Sprintf(":%d", e.Column)
		}
	}
	if place == "" {
		return e.Message
	}
	return place + ": " + e.Message
}

func (e *ReadError) Unwrap() error { return e.Err }

// ReadErrors is all that is wrong with one source: the first MaxProblems, and how many more there were.
type ReadErrors struct {
	Problems []*ReadError
	More     int
}

// Error prints one problem per line, and "and N more" at the end.
func (e *ReadErrors) Error() string {
	lines := make([]string, 0, len(e.Problems)+1)
	for _, problem := range e.Problems {
		lines = append(lines, problem.Error())
	}
	if e.More > 0 {
		lines = append(lines, fmt.Sprintf("and %d more", e.More))
	}
	return strings.Join(lines, "\n")
}

// Unwrap gives the problems to errors.As and errors.Is.
func (e *ReadErrors) Unwrap() []error {
	problems := make([]error, len(e.Problems))
	for i, problem := range e.Problems {
		problems[i] = problem
	}
	return problems
}

func (e *ReadErrors) add(problem *ReadError) {
	if len(e.Problems) < MaxProblems {
		e.Problems = append(e.Problems, problem)
		return
	}
	e.More++
}

// OptionError is one option that a kind does not understand.
type OptionError struct {
	Option  string // the option's name; for a map's entry "columns.quantity"
	Message string
	Secret  bool // the option is a secret, which belongs to the secrets
}

// Error is "option: message".
func (e OptionError) Error() string { return e.Option + ": " + e.Message }
