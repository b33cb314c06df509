package billing_test

import (
	"slices"
	"strings"
	"testing"

	"cwsync/syncer/billing"

	"pgregory.net/rapid"
)

func TestKeyText(t *testing.T) {
	for _, c := range []struct {
		key  billing.Key
		want string
	}{
		{billing.Key{Source: "mail", Customer: "1001", Service: "mbx"}, "mail/1001/mbx"},
		{billing.Key{Source: "mail", Service: "mbx"}, "mail//mbx"},
		{billing.Key{}, "//"},
		{billing.Key{Source: "a/b", Customer: "50%", Service: "x\ty"}, "a%2Fb/50%25/x%09y"},
		{billing.Key{Source: "\x00\x1f\x7f", Customer: "\r\n", Service: " "}, "%00%1F%7F/%0D%0A/ "},
		{billing.Key{Source: "ü", Customer: "公司", Service: "a.b-c:d"}, "ü/公司/a.b-c:d"},
		{billing.Key{Source: "\u009b31m", Customer: "\u0085", Service: "é\u00a0"}, "%C2%9B31m/%C2%85/é\u00a0"},
	} {
		if got := c.key.String(); got != c.want {
			t.Errorf("%#v is written %q, wanted %q", c.key, got, c.want)
		}
		if again, err := billing.ParseKey(c.want); err != nil || again != c.key {
			t.Errorf("%q is read as %#v (%v)", c.want, again, err)
		}
	}
}

func TestParseKeyRefusesWhatStringNeverWrites(t *testing.T) {
	for _, bad := range []string{"", "a", "a/b", "a/b/c/d", "a/b/c/", "mail:guard_drop", "a/b/%", "a/b/%2", "a/b/%2f", "a/b/%GG", "a/b/%%", "a/b/%41", "a/b/%20",
		"a/b\n/c", "a/b/\x00", "a/b/\x7f", "a/b/\u009b", "a/%c3%bc/c", "a/%C3%BC/c", "a/b/%2F%", strings.Repeat("/", 1<<16)} {
		if k, err := billing.ParseKey(bad); err == nil {
			t.Errorf("%.40q was read as %#v", bad, k)
		}
	}
}

func part(t *rapid.T, label string) string {
	return rapid.OneOf(rapid.String(), rapid.StringMatching(`[a-c/%\x00-\x1f\x7f]{0,6}`), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) })).Draw(t, label)
}

func TestKeyTextIsWhatItWas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		first := billing.Key{Source: part(t, "source"), Customer: part(t, "customer"), Service: part(t, "service")}
		text, err := first.MarshalText()
		if err != nil {
			t.Fatal(err)
		}
		var again billing.Key
		if err := again.UnmarshalText(text); err != nil || again != first {
			t.Errorf("%#v was written as %q and read as %#v (%v)", first, text, again, err)
		}
		if strings.Count(string(text), "/") != 2 || slices.ContainsFunc(text, func(c byte) bool { return c < 0x20 || c == 0x7f }) {
			t.Errorf("%#v was written as %q", first, text)
		}
	})
}

func TestTwoKeysAreNeverWrittenAlike(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := billing.Key{Source: part(t, "a source"), Customer: part(t, "a customer"), Service: part(t, "a service")}
		b := billing.Key{Source: part(t, "b source"), Customer: part(t, "b customer"), Service: part(t, "b service")}
		if (a == b) != (a.String() == b.String()) {
			t.Errorf("%#v and %#v are written %q and %q", a, b, a, b)
		}
	})
}

func TestParseKeyReadsOnlyWhatItWouldWrite(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := part(t, "1") + "/" + part(t, "2") + "/" + part(t, "3")
		if key, err := billing.ParseKey(text); err == nil && key.String() != text {
			t.Errorf("%q was read as %#v, which is written %q", text, key, key)
		}
	})
}

func TestUnmarshalOfABadKeyLeavesItAsItWas(t *testing.T) {
	key := billing.Key{Source: "a", Customer: "b", Service: "c"}
	if err := key.UnmarshalText([]byte("nonsense")); err == nil || key.Customer != "b" {
		t.Errorf("%#v, %v", key, err)
	}
}
