package setup

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Problem is one thing that is wrong with a document, and its place.
type Problem struct {
	File    string
	Line    int    // 1-based; 0: the whole document
	Column  int    // 1-based, in characters
	Path    string // such as sources[0].services[2].merge; empty for the whole document
	Message string
	Hint    string // what to do about it, may be empty
}

// String is "file:line:column: path: message".
func (p Problem) String() string {
	text := p.File
	if p.Line > 0 {
		text += fmt.Sprintf(":%d:%d", p.Line, p.Column)
	}
	if p.Path != "" {
		text += ": " + p.Path
	}
	text += ": " + p.Message
	if p.Hint != "" {
		text += " (" + p.Hint + ")"
	}
	return text
}

// Errors is all that is wrong with a document, sorted by place. It is the only type of error that Parse gives.
type Errors struct {
	Problems []Problem // the first by place, at most 100
	More     int       // how many more there were
}

const (
	maxKept  = 10_000 // collected, so that hostile text cannot fill the memory with problems
	maxShown = 100
)

// Error prints one problem per line.
func (e *Errors) Error() string {
	lines := make([]string, 0, len(e.Problems)+1)
	for _, problem := range e.Problems {
		lines = append(lines, problem.String())
	}
	if e.More > 0 {
		lines = append(lines, fmt.Sprintf("and %d more", e.More))
	}
	return strings.Join(lines, "\n")
}

// sorted orders the problems by place and keeps the first.
func sorted(problems []Problem) *Errors {
	slices.SortStableFunc(problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), strings.Compare(a.Path, b.Path), strings.Compare(a.Message, b.Message))
	})
	shown := min(len(problems), maxShown)
	return &Errors{Problems: problems[:shown], More: len(problems) - shown}
}
