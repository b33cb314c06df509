package store

import (
	"bytes"
	"compress/gzip"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
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
	key, err := billing.ParseKey(text)
	if err != nil {
		return billing.Key{}, fmt.Errorf("%w: %w", errStored, err)
	}
	return key, nil
}

// flag is how SQLite keeps a bool.
func flag(on bool) int64 {
	if on {
		return 1
	}
	return 0
}

func jsonText(value any) (string, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	return string(text), nil
}

func parseJSON[T any](text string) (value T, err error) {
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
	var b bytes.Buffer
	writer, err := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	if err != nil {
		return nil, err
	}
	if err := json.NewEncoder(writer).Encode(value); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	if err := writer.Close(); err != nil {
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
