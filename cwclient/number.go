package cwclient

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/shopspring/decimal"
)

// Bounds of a sensible number, in digits. Without them a hostile exponent would turn one addition into gigabytes.
const (
	maxDigits   = 40
	maxExponent = 30
)

// Number is an exact decimal that may be absent (ConnectWise leaves out what is null). It reads 1, 1.0, "1"
// and null, and writes a JSON number, never a string.
type Number struct {
	decimal.NullDecimal
}

// NumberOf makes a present number.
func NumberOf(d decimal.Decimal) Number { return Number{decimal.NewNullDecimal(d)} }

// UnmarshalJSON reads a number in any of the forms that ConnectWise or a proxy before it may give.
func (n *Number) UnmarshalJSON(data []byte) error {
	text := string(bytes.Trim(data, `"`))
	if text == "null" || text == "" {
		*n = Number{}
		return nil
	}
	if len(text) > maxDigits {
		return errors.New("a number is too long")
	}
	d, err := decimal.NewFromString(text)
	if err != nil {
		return errors.New("a number is not a decimal")
	}
	if exp := d.Exponent(); exp > maxExponent || exp < -maxExponent {
		return errors.New("a number is out of range")
	}
	if d.IsZero() {
		d = decimal.Decimal{} // costs no memory, and there are many zeros
	}
	*n = NumberOf(d)
	return nil
}

// MarshalJSON writes the exact text of the number, or null.
func (n Number) MarshalJSON() ([]byte, error) {
	if !n.Valid {
		return []byte("null"), nil
	}
	return []byte(n.Decimal.String()), nil
}

// Date is a calendar date, YYYY-MM-DD, or empty. On the wire it is midnight UTC of that date: converting a
// local midnight would move it by a day.
type Date string

// DateOf takes the calendar date out of a date of the wire ("2026-01-01T00:00:00Z"); empty stays empty.
// An error means that it is not a date.
func DateOf(wire string) (Date, error) {
	if wire == "" {
		return "", nil
	}
	if day, _, found := strings.Cut(wire, "T"); found {
		if _, err := time.Parse(time.RFC3339, wire); err != nil {
			if _, err = time.Parse("2006-01-02T15:04:05", wire); err != nil {
				return "", fmt.Errorf("%q is not a date", plain(wire, maxWord))
			}
		}
		return Date(day), nil
	}
	if _, err := time.Parse(time.DateOnly, wire); err != nil {
		return "", fmt.Errorf("%q is not a date", plain(wire, maxWord))
	}
	return Date(wire), nil
}

// MarshalJSON writes midnight UTC of the date, whole seconds; an empty date is null.
func (d Date) MarshalJSON() ([]byte, error) {
	if d == "" {
		return []byte("null"), nil
	}
	text, err := d.wire()
	if err != nil {
		return nil, err
	}
	return json.Marshal(text)
}

// wire is the date as ConnectWise writes it.
func (d Date) wire() (string, error) {
	if _, err := time.Parse(time.DateOnly, string(d)); err != nil {
		return "", fmt.Errorf("%q is not a calendar date", plain(string(d), maxWord))
	}
	return string(d) + "T00:00:00Z", nil
}

// flag is a boolean that may also come as the text "True" (company info, on some servers).
type flag bool

// UnmarshalJSON reads true, "True", "1", null; anything else is false.
func (f *flag) UnmarshalJSON(data []byte) error {
	text := strings.ToLower(string(bytes.Trim(data, `"`)))
	*f = flag(text == "true" || text == "1")
	return nil
}
