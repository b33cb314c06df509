package cwsim

import (
	"fmt"
	"strings"
	"time"
)

// tokenKind tells the words of a condition apart.
type tokenKind uint8

const (
	tokEnd    tokenKind = iota
	tokWord             // a field path, and, or, not, in, like, contains, true, false, null
	tokText             // 'x' or "x", without its quotes
	tokNumber           // 12, -3, 4.5
	tokTime             // [2016-08-20T18:04:26Z], in wire form without brackets
	tokOp               // = != < <= > >= ( ) ,
)

type token struct {
	kind tokenKind
	text string
	at   int // byte offset in the condition, for messages
}

// lex splits a condition into tokens.
//
// Undocumented: how a quote is written inside a literal. No escape is
// understood here: a literal ends at its next quote character.
func lex(s string) ([]token, error) {
	var out []token
	for i := 0; i < len(s); {
		t, next, err := lexOne(s, i)
		if err != nil {
			return nil, err
		}
		if t.kind != tokEnd {
			out = append(out, t)
		}
		i = next
	}
	return append(out, token{kind: tokEnd, at: len(s)}), nil
}

func lexOne(s string, i int) (token, int, error) {
	c := s[i]
	switch {
	case c == ' ' || c == '\t' || c == '\r' || c == '\n':
		return token{}, i + 1, nil
	case c == '\'' || c == '"':
		end := strings.IndexByte(s[i+1:], c)
		if end < 0 {
			return token{}, 0, fmt.Errorf("unterminated string at position %d", i)
		}
		return token{tokText, s[i+1 : i+1+end], i}, i + end + 2, nil
	case c == '[':
		end := strings.IndexByte(s[i:], ']')
		if end < 0 {
			return token{}, 0, fmt.Errorf("unterminated date at position %d", i)
		}
		wire, err := parseMoment(s[i+1 : i+end])
		if err != nil {
			return token{}, 0, fmt.Errorf("invalid date at position %d", i)
		}
		return token{tokTime, wire, i}, i + end + 1, nil
	case strings.IndexByte("=<>!(),", c) >= 0:
		return lexOperator(s, i)
	case c == '-' || isDigit(c):
		return lexNumber(s, i)
	case isLetter(c):
		j := i
		for j < len(s) && (isLetter(s[j]) || isDigit(s[j]) || s[j] == '/' || s[j] == '.') {
			j++
		}
		return token{tokWord, s[i:j], i}, j, nil
	}
	return token{}, 0, fmt.Errorf("unexpected character %q at position %d", c, i)
}

func lexOperator(s string, i int) (token, int, error) {
	if i+1 < len(s) && s[i+1] == '=' && strings.IndexByte("!<>", s[i]) >= 0 {
		return token{tokOp, s[i : i+2], i}, i + 2, nil
	}
	if s[i] == '!' {
		return token{}, 0, fmt.Errorf("unexpected character '!' at position %d", i)
	}
	return token{tokOp, s[i : i+1], i}, i + 1, nil
}

func lexNumber(s string, i int) (token, int, error) {
	j, digits, dots := i, 0, 0
	if s[j] == '-' {
		j++
	}
	for ; j < len(s) && (isDigit(s[j]) || s[j] == '.'); j++ {
		if s[j] == '.' {
			dots++
		} else {
			digits++
		}
	}
	if digits == 0 || dots > 1 || s[j-1] == '.' || (j < len(s) && isLetter(s[j])) {
		return token{}, 0, fmt.Errorf("invalid number at position %d", i)
	}
	return token{tokNumber, s[i:j], i}, j, nil
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isLetter(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_'
}

const wireTime = "2006-01-02T15:04:05Z"

// parseMoment reads a date or a moment in whole seconds and gives the wire form.
func parseMoment(s string) (string, error) {
	s = strings.TrimSpace(s)
	if t, err := time.Parse(time.DateOnly, s); err == nil {
		return t.Format(wireTime), nil
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return "", err
	}
	if strings.Contains(s, ".") {
		return "", fmt.Errorf("unsupported format: %q has fractions of a second", s)
	}
	return t.UTC().Format(wireTime), nil
}
