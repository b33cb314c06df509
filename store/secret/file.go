package secret

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// fromFile looks into the credentials file; the zero Secret means that the file has no such name. A file that is asked for has to
// be there and has to be fit as a whole: with a bad file nothing is taken from the places behind it.
func (l *Lookup) fromFile(name string) (Secret, error) {
	if l.CredentialsFile == "" {
		return Secret{}, nil
	}
	values, err := readCredentials(l.CredentialsFile)
	if err != nil {
		return Secret{}, err
	}
	return values[name], nil
}

func readCredentials(path string) (values map[string]Secret, err error) {
	const what = "the credentials file"
	file, err := openQuietly(path)
	if err != nil {
		return nil, unreadable(what+" cannot be opened", "check the path given with --credentials", err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if err := checkRegular(file, what, path); err != nil {
		return nil, err
	}
	if err := checkPrivate(file, path); err != nil {
		return nil, err
	}
	data, err := readBounded(file)
	if err != nil {
		return nil, unreadable(what+" "+path+" cannot be read", "give a file with one line `name: value` for each secret", err)
	}
	values, err = parseCredentials(data)
	if err != nil {
		return nil, unreadable(what+" "+path+" is not a YAML map of names to values",
			"write one line `name: value` for each secret, the value in quotes if it has special characters", err)
	}
	return values, nil
}

// parseCredentials reads the YAML map. It says where something is wrong, never what stands there, and keeps the parser's own
// texts back: those quote the document.
func parseCredentials(data []byte) (map[string]Secret, error) {
	file, err := parser.ParseBytes(data, 0, parser.AllowDuplicateMapKey()) // doubles are found below, with a better text
	if err != nil {
		return nil, syntaxError(err)
	}
	if len(file.Docs) != 1 {
		return nil, errors.New("it has more than one document")
	}
	document, ok := file.Docs[0].Body.(ast.MapNode)
	if !ok {
		return nil, errors.New("there is no map in it")
	}
	values := map[string]Secret{}
	for entry := document.MapRange(); entry.Next(); {
		line := entry.Key().GetToken().Position.Line
		key, ok := entry.Key().(*ast.StringNode)
		if !ok || ValidName(key.Value) != nil {
			return nil, fmt.Errorf("line %d: what stands before the colon is not the name of a secret", line)
		}
		if _, double := values[key.Value]; double {
			return nil, fmt.Errorf("line %d: %s is there twice", line, key.Value)
		}
		value, err := scalarText(entry.Value())
		if err != nil {
			return nil, fmt.Errorf("line %d: value of %s: %w", line, key.Value, err)
		}
		values[key.Value] = New(value)
	}
	return values, nil
}

func syntaxError(err error) error {
	var at yaml.Error
	if errors.As(err, &at) && at.GetToken() != nil && at.GetToken().Position != nil {
		return fmt.Errorf("line %d: not valid YAML", at.GetToken().Position.Line)
	}
	return errors.New("not valid YAML")
}

// scalarText gives a value as it is written: a key of digits must not lose its leading zero for being a number to YAML.
func scalarText(node ast.Node) (string, error) {
	var value string
	switch node := node.(type) {
	case *ast.StringNode:
		value = node.Value
	case *ast.LiteralNode:
		value = string(trimLineBreak([]byte(node.Value.Value)))
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		value = node.GetToken().Value
	case *ast.NullNode:
		value = ""
	default:
		return "", errors.New("it is not plain text")
	}
	return value, unfit(value)
}

// fromDirectory looks into the credentials directory; the zero Secret means that there is no such file. Its mode is not checked:
// systemd makes the directory private, and grants the service its files through access lists that look like group rights.
func (l *Lookup) fromDirectory(name string) (secret Secret, err error) {
	if l.CredentialsDir == "" {
		return Secret{}, nil
	}
	const what = "the file in the credentials directory"
	path := filepath.Join(l.CredentialsDir, fileName(l.profile(), name))
	file, err := openQuietly(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Secret{}, nil
	}
	if err != nil {
		return Secret{}, unreadable(what+" cannot be opened", "", err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if err := checkRegular(file, what, path); err != nil {
		return Secret{}, err
	}
	data, err := readBounded(file)
	if err == nil {
		data = trimLineBreak(data)
		err = unfit(string(data))
	}
	if err != nil {
		return Secret{}, unreadable(what+" "+path+" cannot be used", "write the value into it, or remove the file", err)
	}
	return New(string(data)), nil
}

// checkRegular refuses whatever is no plain file. Like checkPrivate it asks the open file, not the path: a path can lead elsewhere
// a moment later.
func checkRegular(file *os.File, what, path string) error {
	info, err := file.Stat()
	if err != nil {
		return unreadable(what+" cannot be examined", "", err)
	}
	if !info.Mode().IsRegular() {
		return unreadable(what+" "+path+" is not a regular file", "give the path of a plain file", nil)
	}
	return nil
}

func unreadable(text, hint string, cause error) error {
	return &Error{text: text, hint: hint, kind: ErrUnreadable, cause: cause}
}

// quoted gives a path as a shell takes it.
func quoted(path string) string {
	plain := func(r rune) bool {
		return r >= 0x80 || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("/._-+,:@", r)
	}
	if strings.IndexFunc(path, func(r rune) bool { return !plain(r) }) < 0 {
		return path
	}
	return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
}
