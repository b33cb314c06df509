package secret

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
)

const (
	// MaxKeyringBytes is the longest value that can be set, in bytes: Windows takes no longer one, and what can be set on one
	// system must be settable on all.
	MaxKeyringBytes = 2560
	// maxBytes bounds what is read of a file, a variable or a stream, in bytes.
	maxBytes = 64 << 10
)

var errTooLong = fmt.Errorf("longer than %d bytes", maxBytes)

// Read takes a whole stream (a prompt's answer, stdin) as one value, without its last line break. It fails with
// ErrInvalidValue if the value is empty, longer than 65,536 bytes or holds a NUL, and with the stream's error if reading fails.
func Read(r io.Reader) (Secret, error) {
	data, err := readBounded(r)
	if err != nil && !errors.Is(err, errTooLong) {
		return Secret{}, &Error{text: "cannot read the value", cause: err}
	}
	if err == nil {
		data = trimLineBreak(data)
		err = unfit(string(data))
	}
	if err != nil {
		return Secret{}, &Error{text: "the value cannot be a secret", kind: ErrInvalidValue, cause: err}
	}
	return New(string(data)), nil
}

// readBounded reads all of r, up to maxBytes, without the byte order mark that some editors of Windows put first.
func readBounded(r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxBytes+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxBytes {
		return nil, errTooLong
	}
	return bytes.TrimPrefix(data, []byte("\ufeff")), nil
}

// trimLineBreak takes one line break off the end, as every editor and echo put one there.
func trimLineBreak(data []byte) []byte {
	if cut, ok := bytes.CutSuffix(data, []byte("\n")); ok {
		return bytes.TrimSuffix(cut, []byte("\r"))
	}
	return data
}

// unfit says why a value cannot be a secret; nil if it can.
func unfit(value string) error {
	switch {
	case value == "":
		return errors.New("it is empty")
	case len(value) > maxBytes:
		return errTooLong
	case strings.ContainsRune(value, 0):
		return errors.New("it holds a NUL byte")
	}
	return nil
}

// controls says that a value holds what no key holds and nobody sees: a control character. Secrets beside the keys of the connection may have
// several lines. nil: it holds none.
func controls(name, value string) error {
	allowed := "\t\r\n"
	if strings.HasPrefix(name, "connection.") {
		allowed = ""
	}
	at := strings.IndexFunc(value, func(r rune) bool { return unicode.IsControl(r) && !strings.ContainsRune(allowed, r) })
	switch {
	case at < 0:
		return nil
	case value[at] == '\n' || value[at] == '\r':
		return errors.New("it holds a line break")
	}
	return errors.New("it holds a control character")
}
