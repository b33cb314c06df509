package billing

import (
	"fmt"
	"strings"
)

// Key names one line of a plan: what a source says of one service of one customer. A product's own row has an empty Customer.
type Key struct {
	Source   string
	Customer string
	Service  string
}

// String is `source/customer/service`; in each part `/`, `%` and control characters are written as %XX.
func (k Key) String() string {
	return escapePart(k.Source) + "/" + escapePart(k.Customer) + "/" + escapePart(k.Service)
}

// ParseKey reads what String wrote, and nothing else: one key has one written form, so that texts of keys can be compared.
func ParseKey(s string) (Key, error) {
	parts := strings.SplitN(s, "/", 4)
	if len(parts) != 3 {
		return Key{}, fmt.Errorf("%q is not a key of the form source/customer/service", s)
	}
	for i, part := range parts {
		plain, err := unescapePart(part)
		if err != nil {
			return Key{}, fmt.Errorf("%q is not a key: %w", s, err)
		}
		parts[i] = plain
	}
	key := Key{Source: parts[0], Customer: parts[1], Service: parts[2]}
	if key.String() != s {
		return Key{}, fmt.Errorf("%q is not how the key is written: %s", s, key)
	}
	return key, nil
}

// MarshalText writes String.
func (k Key) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (k *Key) UnmarshalText(text []byte) error {
	parsed, err := ParseKey(string(text))
	if err != nil {
		return err
	}
	*k = parsed
	return nil
}

const upperHex = "0123456789ABCDEF"

// escapes is how many bytes from s[i] on must be escaped: 1 for a slash, a percent sign or a control character of ASCII, 2 for one of those that
// Unicode has above it, which terminals obey as well; else 0.
func escapes(s string, i int) int {
	switch c := s[i]; {
	case c == '/' || c == '%' || c < 0x20 || c == 0x7f:
		return 1
	case c == 0xc2 && i+1 < len(s) && s[i+1] >= 0x80 && s[i+1] < 0xa0:
		return 2
	}
	return 0
}

func escapePart(s string) string {
	clean := true
	for i := range len(s) {
		if escapes(s, i) > 0 {
			clean = false
			break
		}
	}
	if clean {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		n := escapes(s, i)
		if n == 0 {
			b.WriteByte(s[i])
			continue
		}
		for _, c := range []byte(s[i : i+n]) {
			b.Write([]byte{'%', upperHex[c>>4], upperHex[c&15]})
		}
		i += n - 1
	}
	return b.String()
}

func unescapePart(s string) (string, error) {
	if !strings.Contains(s, "%") {
		return s, nil
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '%' {
			b.WriteByte(s[i])
			continue
		}
		if i+2 >= len(s) {
			return "", fmt.Errorf("%q ends within an escape", s)
		}
		high, low := strings.IndexByte(upperHex, s[i+1]), strings.IndexByte(upperHex, s[i+2])
		if high < 0 || low < 0 {
			return "", fmt.Errorf("%q is not an escape such as %%2F", s[i:i+3])
		}
		b.WriteByte(byte(high<<4 | low))
		i += 2
	}
	return b.String(), nil
}
