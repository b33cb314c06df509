package store

import (
	"bytes"
	"compress/gzip"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"cwsync/syncer/billing"

	"github.com/shopspring/decimal"
)

// timeLayout has a fixed width and one zone, so that times sort as text.
const timeLayout = "2006-01-02T15:04:05.000000000Z"

func timeText(t time.Time) string { return t.UTC().Format(timeLayout) }

func parseTime(text string) (time.Time, error) {
	t, err := time.Parse(timeLayout, text)
	if err != nil {
		return time.Time{}, fmt.Errorf("%w: %w", errStored, err)
	}
	return t, nil
}

func parseDate(text string) (billing.Date, error) {
	date, err := billing.ParseDate(text)
	if err != nil {
		return billing.Date{}, fmt.Errorf("%w: %w", errStored, err)
	}
	return date, nil
}

func parseDecimal(text string) (decimal.Decimal, error) {
	if number, err := strconv.ParseInt(text, 10, 64); err == nil { // most are
		return decimal.NewFromInt(number), nil
	}
	value, err := decimal.NewFromString(text)
	if err != nil {
		return decimal.Decimal{}, fmt.Errorf("%w: %w", errStored, err)
	}
	return value, nil
}

func nullDecimalText(value decimal.NullDecimal) sql.NullString {
	if !value.Valid {
		return sql.NullString{}
	}
	return sql.NullString{String: value.Decimal.String(), Valid: true}
}

func parseNullDecimal(text sql.NullString) (decimal.NullDecimal, error) {
	if !text.Valid {
		return decimal.NullDecimal{}, nil
	}
	value, err := parseDecimal(text.String)
	return decimal.NewNullDecimal(value), err
}

// keyText is the key as it is stored: its text, with bytes that are no UTF-8 escaped, so that no encoding alters them.
func keyText(key billing.Key) string {
	text := key.String()
	if utf8.ValidString(text) {
		return text
	}
	var b strings.Builder
	for len(text) > 0 {
		r, size := utf8.DecodeRuneInString(text)
		if r == utf8.RuneError && size == 1 {
			fmt.Fprintf(&b, "%%%02X", text[0])
		} else {
			b.WriteString(text[:size])
		}
		text = text[size:]
	}
	return b.String()
}

func parseKey(text string) (billing.Key, error) {
	if key, ok := parsePlainKey(text); ok {
		return key, nil
	}
	key, err := billing.ParseKey(text)
	if err == nil {
		return key, nil
	}
	if key, ok := parseEscaped(text); ok {
		return key, nil
	}
	return billing.Key{}, fmt.Errorf("%w: %w", errStored, err)
}

// keyTexts is keyText of each; nil stays nil.
func keyTexts(keys []billing.Key) []string {
	if keys == nil {
		return nil
	}
	texts := make([]string, len(keys))
	for i, key := range keys {
		texts[i] = keyText(key)
	}
	return texts
}

func parseKeys(texts []string) ([]billing.Key, error) {
	if texts == nil {
		return nil, nil
	}
	keys := make([]billing.Key, len(texts))
	for i, text := range texts {
		var err error
		if keys[i], err = parseKey(text); err != nil {
			return nil, err
		}
	}
	return keys, nil
}

// membersText is the column of the members of a merged line: empty for a line of one.
func membersText(members []billing.Key) (string, error) {
	if len(members) == 0 {
		return "", nil
	}
	return jsonText(keyTexts(members))
}

func parseMembers(text string) ([]billing.Key, error) {
	if text == "" { // most lines
		return nil, nil
	}
	texts, err := parseJSON[[]string](text)
	if err != nil {
		return nil, err
	}
	return parseKeys(texts)
}

// parsePlainKey reads what billing.ParseKey reads, if nothing in it is escaped: that is so in most keys, and there is one in every row.
func parsePlainKey(text string) (billing.Key, bool) {
	var slashes [2]int
	found := 0
	for i := range len(text) {
		switch c := text[i]; {
		case c < ' ' || c > '~' || c == '%' || (c == '/' && found == len(slashes)):
			return billing.Key{}, false
		case c == '/':
			slashes[found] = i
			found++
		}
	}
	if found < len(slashes) {
		return billing.Key{}, false
	}
	return billing.Key{Source: text[:slashes[0]], Customer: text[slashes[0]+1 : slashes[1]], Service: text[slashes[1]+1:]}, true
}

// parseEscaped reads the text of a key with bytes that are no UTF-8.
func parseEscaped(text string) (billing.Key, bool) {
	parts := strings.Split(text, "/")
	if len(parts) != 3 {
		return billing.Key{}, false
	}
	for i, part := range parts {
		plain, err := url.PathUnescape(part)
		if err != nil {
			return billing.Key{}, false
		}
		parts[i] = plain
	}
	key := billing.Key{Source: parts[0], Customer: parts[1], Service: parts[2]}
	return key, keyText(key) == text
}

// flag is how SQLite keeps a bool.
func flag(on bool) int64 {
	if on {
		return 1
	}
	return 0
}

// nullFlag is how SQLite keeps a bool that may be absent.
func nullFlag(on *bool) sql.NullInt64 {
	if on == nil {
		return sql.NullInt64{}
	}
	return sql.NullInt64{Int64: flag(*on), Valid: true}
}

func parseNullFlag(value sql.NullInt64) *bool {
	if !value.Valid {
		return nil
	}
	on := value.Int64 != 0
	return &on
}

func jsonText(value any) (string, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	return string(text), nil
}

func parseJSON[T any](text string) (value T, err error) {
	if text == "null" { // most lists and maps of a set-up
		return value, nil
	}
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		return value, fmt.Errorf("%w: %w", errStored, err)
	}
	return value, nil
}

// optionalText is jsonText with the empty text for nil.
func optionalText[T any](value *T) (string, error) {
	if value == nil {
		return "", nil
	}
	return jsonText(value)
}

func parseOptional[T any](text string) (*T, error) {
	if text == "" {
		return nil, nil
	}
	value, err := parseJSON[T](text)
	return &value, err
}

// pack makes a body: gzip of JSON. Its checksum tells a damaged one.
func pack(value any) ([]byte, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	return new(packer).pack(text)
}

// packer makes one body after the other; its zero value is ready.
type packer struct{ writer *gzip.Writer }

func (p *packer) pack(text []byte) ([]byte, error) {
	var b bytes.Buffer
	if p.writer == nil {
		var err error
		if p.writer, err = gzip.NewWriterLevel(&b, gzip.BestSpeed); err != nil {
			return nil, err
		}
	} else {
		p.writer.Reset(&b)
	}
	if _, err := p.writer.Write(text); err != nil {
		return nil, err
	}
	if err := p.writer.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func unpack[T any](body []byte) (value T, err error) {
	reader, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return value, fmt.Errorf("%w: %w", errStored, err)
	}
	text, err := io.ReadAll(reader) // to the end: only there the checksum is compared
	if err = errors.Join(err, reader.Close()); err == nil {
		err = json.Unmarshal(text, &value)
	}
	if err != nil {
		return value, fmt.Errorf("%w: %w", errStored, err)
	}
	return value, nil
}
