package store

import (
	"errors"
	"testing"
	"unicode/utf8"

	"cwsync/syncer/billing"
)

// FuzzUnpack: a body that was damaged is told as such and never read as something else; what was packed is read back.
func FuzzUnpack(f *testing.F) {
	for _, value := range []any{nil, storedPlan{ID: "p-1"}, []string{"a"}} {
		body, err := pack(value)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body, "p-1")
	}
	f.Add([]byte("\x1f\x8b\x08"), "")
	f.Fuzz(func(t *testing.T, body []byte, text string) {
		if _, err := unpack[storedPlan](body); err != nil && !errors.Is(err, errStored) {
			t.Errorf("%v is no damage", err)
		}
		if !utf8.ValidString(text) {
			return
		}
		packed, err := pack(storedPlan{ID: text, Warnings: []string{text}})
		check(t, err)
		read, err := unpack[storedPlan](packed)
		if err != nil || read.ID != text || len(read.Warnings) != 1 || read.Warnings[0] != text {
			t.Errorf("%q became %+v (%v)", text, read, err)
		}
		if at := len(body); at > 0 { // one byte is another one
			damaged := append([]byte(nil), packed...)
			damaged[len(packed)-1-at%8] ^= 0x10
			if _, err := unpack[storedPlan](damaged); !errors.Is(err, errStored) {
				t.Errorf("a wrong checksum is %v", err)
			}
		}
	})
}

// FuzzStoredKey: each key comes back from the text that is stored for it, which is valid text; anything else is damage.
func FuzzStoredKey(f *testing.F) {
	f.Add("mail/1001/mbx", "mail", "1001", "mbx")
	f.Add("a%2Fb//c%25", "a/b", "\xff", "c%")
	f.Add("%FF/b/%E4", "\xc2", "%FF", "\x85")
	f.Fuzz(func(t *testing.T, text, source, customer, service string) {
		if _, err := parseKey(text); err != nil && !errors.Is(err, errStored) {
			t.Errorf("%v is no damage", err)
		}
		key := billing.Key{Source: source, Customer: customer, Service: service}
		stored := keyText(key)
		if again, err := parseKey(stored); err != nil || again != key || !utf8.ValidString(stored) {
			t.Errorf("%q is stored as %q and comes back as %q (%v)", key, stored, again, err)
		}
	})
}
