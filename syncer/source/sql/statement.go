package sql

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// checkStatement says why a text is not one SELECT, or "". It reads as much of SQL as that takes: what is text, a quoted name or a comment. That
// a SELECT writes by way of a function is for the server to refuse, which holds the transaction to reading.
func checkStatement(dialect, query string) string {
	l := &lexer{dialect: dialect, rest: query}
	first, depth, ended := "", 0, false
	for {
		word, ok := l.next()
		switch {
		case l.problem != "":
			return l.problem
		case !ok && first == "":
			return "must be a SELECT"
		case !ok && first == "WITH":
			return "must be a WITH that ends in a SELECT"
		case !ok:
			return ""
		case word == ";":
			ended = true
			continue
		case ended:
			return "holds more than one statement; it must be one SELECT"
		case word == "(":
			depth++
			continue
		case word == ")":
			depth--
			continue
		}
		switch {
		case first == "" && word != "SELECT" && word != "WITH":
			return fmt.Sprintf("starts with %s; it must be one SELECT, or a WITH that ends in one", word)
		case refused(dialect, word) != "":
			return refused(dialect, word)
		case first == "":
			first = word
		case first == "WITH" && depth == 0 && slices.Contains([]string{"SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE", "VALUES"}, word):
			if word != "SELECT" {
				return "is a WITH that ends in " + word + "; it must end in a SELECT"
			}
			first = word
		}
	}
}

// otherStatements are the reserved words of SQL Server that start a statement or reach past the transaction. It knows no read-only transactions and
// parts statements without a mark, so that they may be nowhere in a query.
var otherStatements = strings.Fields(`ALTER BACKUP BEGIN BULK CHECKPOINT CLOSE COMMIT CREATE DBCC DEALLOCATE DECLARE DELETE DENY DROP DUMP EXEC EXECUTE GOTO
	GRANT IF INSERT KILL LOAD MERGE OPEN OPENDATASOURCE OPENQUERY OPENROWSET PRINT RAISERROR READTEXT RECONFIGURE RESTORE RETURN REVERT REVOKE ROLLBACK SAVE
	SET SETUSER SHUTDOWN TRUNCATE UPDATE UPDATETEXT USE WAITFOR WHILE WRITETEXT NEXT`)

// refused says why a word may not be in a query, or "". Quoted, it is a name like any other.
func refused(dialect, word string) string {
	if word == "INTO" {
		return "holds INTO, which writes; quote it if it is a name"
	}
	if dialect == sqlServer && slices.Contains(otherStatements, word) {
		return fmt.Sprintf("holds %s; it must be one SELECT that does nothing else; quote it if it is a name", word)
	}
	return ""
}

// lexer cuts a query into words in capitals, parentheses and semicolons; all else it passes over.
type lexer struct {
	dialect string
	rest    string
	problem string
}

// next gives the next of them, and false at the end.
func (l *lexer) next() (string, bool) {
	for l.rest != "" && l.problem == "" {
		if l.comment() || l.quoted() {
			continue
		}
		r, size := utf8.DecodeRuneInString(l.rest)
		switch {
		case r == ';' || r == '(' || r == ')':
			l.rest = l.rest[size:]
			return string(r), true
		case wordRune(r) || unicode.IsDigit(r):
			end := strings.IndexFunc(l.rest, func(r rune) bool { return !wordRune(r) && !unicode.IsDigit(r) })
			if end < 0 {
				end = len(l.rest)
			}
			word := strings.ToUpper(l.rest[:end])
			l.rest = l.rest[end:]
			if word == "E" && l.dialect == postgres && strings.HasPrefix(l.rest, "'") {
				l.text("'", true)
				continue
			}
			if l.offset(word) {
				continue
			}
			return word, true
		}
		l.rest = l.rest[size:]
	}
	return "", false
}

// offset passes over the NEXT of FETCH NEXT, the one that SQL Server's SELECT has; any other is of a sequence, which moves on.
func (l *lexer) offset(word string) bool {
	if word != "FETCH" {
		return false
	}
	rest := strings.TrimLeft(l.rest, " \t\r\n")
	if len(rest) > 4 && strings.EqualFold(rest[:4], "NEXT") {
		l.rest = rest[4:]
	}
	return true
}

// wordRune tells what words are made of. The signs before parameters and temporary tables belong to their names.
func wordRune(r rune) bool {
	return r == '_' || r == '@' || r == '#' || r == '$' || unicode.IsLetter(r)
}

// comment passes over a comment, if there is one.
func (l *lexer) comment() bool {
	line := strings.HasPrefix(l.rest, "--") && (l.dialect != mysql || len(l.rest) == 2 || l.rest[2] <= ' ')
	if line || l.dialect == mysql && l.rest[0] == '#' {
		_, l.rest, _ = strings.Cut(l.rest, "\n")
		return true
	}
	if !strings.HasPrefix(l.rest, "/*") {
		return false
	}
	if l.dialect == mysql && (strings.HasPrefix(l.rest, "/*!") || strings.HasPrefix(l.rest, "/*M!")) {
		l.problem = "holds a comment that MySQL runs"
		return true
	}
	nests := l.dialect == postgres || l.dialect == sqlServer
	depth, at := 1, 2
	for depth > 0 {
		switch {
		case at >= len(l.rest):
			l.problem = "holds a comment that does not end"
			return true
		case strings.HasPrefix(l.rest[at:], "*/"):
			depth, at = depth-1, at+2
		case nests && strings.HasPrefix(l.rest[at:], "/*"):
			depth, at = depth+1, at+2
		default:
			at++
		}
	}
	l.rest = l.rest[at:]
	return true
}

// quoted passes over a text or a quoted name, if there is one.
func (l *lexer) quoted() bool {
	mark := l.rest[0]
	switch {
	case mark == '\'' || mark == '"':
		l.text(string(mark), l.dialect == mysql)
	case mark == '`' && l.dialect != sqlServer && l.dialect != postgres:
		l.text("`", false)
	case mark == '[' && (l.dialect == sqlServer || l.dialect == sqlite):
		l.text("]", false)
	case mark == '$' && l.dialect == postgres:
		return l.dollars()
	default:
		return false
	}
	return true
}

// text passes over what lies between two marks; the mark doubled is the mark itself.
func (l *lexer) text(mark string, backslash bool) {
	at := 1
	for at < len(l.rest) {
		switch {
		case backslash && l.rest[at] == '\\':
			at += 2
		case strings.HasPrefix(l.rest[at:], mark+mark):
			at += 2
		case strings.HasPrefix(l.rest[at:], mark):
			l.rest = l.rest[at+1:]
			return
		default:
			at++
		}
	}
	l.problem = "holds a text or a quoted name that does not end"
}

// dollars passes over PostgreSQL's $tag$text$tag$, if there is one.
func (l *lexer) dollars() bool {
	end := strings.IndexByte(l.rest[1:], '$')
	if end < 0 {
		return false
	}
	tag := l.rest[:end+2]
	if inner := tag[1 : len(tag)-1]; strings.ContainsFunc(inner, func(r rune) bool { return !wordRune(r) && !unicode.IsDigit(r) }) {
		return false
	}
	_, after, ok := strings.Cut(l.rest[len(tag):], tag)
	if !ok {
		l.problem = "holds a text between dollar signs that does not end"
		return true
	}
	l.rest = after
	return true
}
