package cwclient

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestPlain(t *testing.T) {
	tests := map[string]struct{ in, want string }{
		"untouched":              {"Größe 5 – ok", "Größe 5 – ok"},
		"one line":               {"a\r\nb\tc\u2028d", "a b c d"},
		"colours":                {"a\x1b[31;1mred\x1b[0m", "ared"},
		"title":                  {"a\x1b]0;owned\x07b", "ab"},
		"title, other ending":    {"a\x1b]0;owned\x1b\\b", "ab"},
		"eight-bit sequence":     {"a\u009b31mb", "ab"},
		"overwriting":            {"safe\b\b\b\bevil\r", "safeevil"},
		"direction":              {"a\u202egpj.exe\u2066b", "agpj.exeb"},
		"invisible":              {"a\u200bb\ufeffc\u00add", "abcd"},
		"broken UTF-8":           {"a\xff\xfeb", "ab"},
		"lonely escape":          {"a\x1b", "a"},
		"nul, delete, next line": {"a\x00b\x7fc\u0085d", "abc d"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if got := plain(tt.in, 100); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
	if got := plain(strings.Repeat("ä", 10_000), 500); utf8.RuneCountInString(got) != 500 || !strings.HasSuffix(got, "…") {
		t.Errorf("got %d characters", utf8.RuneCountInString(got))
	}
}
