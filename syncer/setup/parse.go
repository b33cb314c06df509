package setup

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"

	"cwsync/syncer/source"
)

// Parse reads a whole document, fills in every default and checks every rule. The kinds of sources and their options come from catalogue.
// file names the document in messages; relative paths in it become absolute against its folder, or against the working directory when file
// is "" or "-". The error is always an *Errors, and then there is no document.
func Parse(data []byte, file string, catalogue *source.Catalogue) (*Document, error) {
	r := &reader{file: file, catalogue: catalogue, places: map[string]place{}, bad: map[string]bool{}}
	if file == "" || file == "-" {
		r.file = "standard input"
	}
	document := r.document(data, folderOf(file))
	if len(r.problems) > 0 {
		return nil, sorted(r.problems)
	}
	return document, nil
}

// document runs the steps, each of which needs the one before to have gone well.
func (r *reader) document(data []byte, folder string) *Document {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if !r.checkText(data) {
		return nil
	}
	body := r.tree(string(data))
	if body == nil {
		return nil
	}
	document := r.decode(body, folder)
	if document != nil {
		r.checkDocument(document)
	}
	return document
}

// checkText refuses what is no text, before anything tries to understand it.
func (r *reader) checkText(data []byte) bool {
	switch {
	case len(data) > MaxBytes:
		r.fail(place{}, "", "the document is larger than %d MiB", MaxBytes>>20)
		return false
	case bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")):
		r.fail(place{1, 1}, "", "the document is UTF-16; save it as UTF-8")
		return false
	}
	at := place{1, 1}
	for i := 0; i < len(data); {
		c, size := utf8.DecodeRune(data[i:])
		switch {
		case c == utf8.RuneError && size == 1:
			r.fail(at, "", "the text is not valid UTF-8; save the document as UTF-8")
			return false
		case c == '\r' && (i+1 == len(data) || data[i+1] != '\n'):
			r.fail(at, "", "a carriage return without a line feed")
			return false
		case (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7f || c == '\ufeff':
			r.fail(at, "", "the character U+%04X is not text", c)
			return false
		}
		i += size
		at.column++
		if c == '\n' {
			at = place{at.line + 1, 1}
		}
	}
	return true
}

// tree parses the text into YAML nodes. Everything that would make YAML clever, slow or dangerous is refused by its tokens first.
func (r *reader) tree(text string) (body ast.Node) {
	defer func() {
		if cause := recover(); cause != nil {
			r.fail(place{1, 1}, "", "the document cannot be understood: %v", cause)
			body = nil
		}
	}()
	tokens := lexer.Tokenize(text)
	if !r.checkTokens(tokens) {
		return nil
	}
	file, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		r.syntax(err)
		return nil
	}
	for _, document := range file.Docs { // the tokens hold one at most
		if document.Body != nil {
			body = document.Body
		}
	}
	if body == nil {
		r.fail(place{1, 1}, "", "the document is empty")
	}
	return body
}

// syntax reports what the parser said, at its place.
func (r *reader) syntax(err error) {
	var syntax *yaml.SyntaxError
	if errors.As(err, &syntax) && syntax.Token != nil && syntax.Token.Position != nil {
		r.fail(place{syntax.Token.Position.Line, syntax.Token.Position.Column}, "", "%s", syntax.Message)
		return
	}
	first, _, _ := strings.Cut(err.Error(), "\n")
	r.fail(place{1, 1}, "", "%s", fmt.Sprintf("the document cannot be understood: %s", first))
}
