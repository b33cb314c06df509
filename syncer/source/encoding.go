package source

import (
	"bufio"
	"bytes"
	"errors"
	"io"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
)

// UTF8 is the encoding of sources that do not say otherwise.
const UTF8 = "utf-8"

var errEncoding = errors.New("is no known encoding; use a name such as utf-8, utf-16le, windows-1252, iso-8859-1 or shift_jis")

// CheckEncoding validates the name of an encoding, as browsers know them.
func CheckEncoding(name string) error {
	_, err := lookupEncoding(name)
	return err
}

// Decode gives the text of in as UTF-8 without its byte order mark. A mark outranks the named encoding. Bytes that are not valid in UTF-8
// are passed on for the reader to refuse with their place; in other encodings they become U+FFFD.
func Decode(in io.Reader, name string) (*bufio.Reader, error) {
	const window = 64 << 10
	declared, err := lookupEncoding(name)
	if err != nil {
		return nil, err
	}
	raw := bufio.NewReaderSize(in, window)
	start, err := raw.Peek(3)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	switch {
	case bytes.HasPrefix(start, []byte("\xef\xbb\xbf")):
		if _, err := raw.Discard(3); err != nil {
			return nil, err
		}
		return raw, nil
	case bytes.HasPrefix(start, []byte("\xff\xfe")):
		declared = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	case bytes.HasPrefix(start, []byte("\xfe\xff")):
		declared = unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	}
	if declared == nil {
		return raw, nil
	}
	return bufio.NewReaderSize(declared.NewDecoder().Reader(raw), window), nil
}

// lookupEncoding gives nil for UTF-8, which needs no decoding.
func lookupEncoding(name string) (encoding.Encoding, error) {
	if name == "" {
		return nil, nil
	}
	found, err := htmlindex.Get(name)
	if err != nil {
		return nil, errEncoding
	}
	canonical, err := htmlindex.Name(found)
	switch {
	case err != nil || canonical == "replacement":
		return nil, errEncoding
	case canonical == UTF8:
		return nil, nil
	}
	return found, nil
}
