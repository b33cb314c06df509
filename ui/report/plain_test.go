package report

import (
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

func TestPlain(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"ordinary":                  {"Contoso Ltd", "Contoso Ltd"},
		"other scripts":             {"日本 Ünïcödé नमस्ते", "日本 Ünïcödé नमस्ते"},
		"emoji family":              {"👨‍👩‍👧 GmbH", "👨‍👩‍👧 GmbH"},
		"persian non-joiner":        {"می\u200cخواهم", "می\u200cخواهم"},
		"colour":                    {"\x1b[31mred\x1b[0m", "red"},
		"clear screen":              {"a\x1b[2Jb", "ab"},
		"8-bit colour":              {"a\u009b31mb", "ab"},
		"title by bell":             {"a\x1b]0;pwned\x07b", "ab"},
		"title by terminator":       {"a\x1b]0;pwned\x1b\\b", "ab"},
		"link":                      {"\x1b]8;;http://x/\x1b\\text\x1b]8;;\x1b\\", "text"},
		"device control":            {"a\x1bPq#0\x1b\\b", "ab"},
		"reset":                     {"a\x1bcb", "ab"},
		"charset":                   {"a\x1b(0b", "ab"},
		"string that never ends":    {"a\x1b]0;name", "a\ufffd]0;name"},
		"two that never end":        {"\x1b]0\x1b]1", "\ufffd]0\ufffd]1"},
		"ends after an earlier one": {"\x1b]0;a\x07b\x1b]0;c", "b\ufffd]0;c"},
		"csi that never ends":       {"a\x1b[12", "a\ufffd[12"},
		"escape at the end":         {"a\x1b", "a\ufffd"},
		"nested":                    {"\x1b\x1b[31m[31mx", "\ufffd[31mx"},
		"double-encoded cyrillic":   {"Ð\u0090Ð\u009bk", "Ð\ufffdÐ"},
		"carriage return":           {"good\revil", "good evil"},
		"line breaks":               {"a\r\n\nb\tc\u2028d\u0085e", "a b c d e"},
		"backspace":                 {"a\b\bb", "a\ufffd\ufffdb"},
		"nul and delete":            {"a\x00\x7fb", "a\ufffd\ufffdb"},
		"right to left override":    {"exe\u202egpj", "exe\ufffdgpj"},
		"isolates":                  {"\u2066a\u2069\u200e\u061c", "\ufffda\ufffd\ufffd\ufffd"},
		"zero width space":          {"a\u200bb\ufeff", "a\ufffdb\ufffd"},
		"tag characters":            {"a\U000e0041", "a\ufffd"},
		"invalid utf-8":             {"a\xff\x9bb", "a\ufffd\ufffdb"},
		"mark on nothing":           {"\u0301a \u0301", "\ufffda \ufffd"},
		"mark on a letter":          {"e\u0301", "e\u0301"},
		"empty":                     {"", ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Plain(c.in); got != c.want {
				t.Errorf("Plain(%q) = %q, want %q", c.in, got, c.want)
			}
		})
	}
}

func TestPlainTakesTimeInProportion(t *testing.T) {
	start := time.Now()
	Plain(strings.Repeat("\x1b]", 1<<20) + strings.Repeat("\x1b[0", 1<<20))
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("5 MB of unfinished sequences took %s", took)
	}
}

func TestCSVCell(t *testing.T) {
	for in, want := range map[string]string{
		"Contoso":              "Contoso",
		"=1+1":                 "'=1+1",
		"+49":                  "'+49",
		"-1":                   "'-1",
		"@SUM(A1)":             "'@SUM(A1)",
		"\t=1":                 "' =1",
		"\rx":                  "' x",
		"  =1":                 "'  =1",
		"\n=1":                 "' =1",
		"\x1b[0m=1":            "'=1",
		"＝1":                   "'＝1",
		"a=1":                  "a=1",
		"":                     "",
		"\xff":                 "\ufffd",
		"'=1":                  "'=1",
		"=cmd|' /C calc'!A0\n": "'=cmd|' /C calc'!A0 ",
	} {
		if got := CSVCell(in); got != want {
			t.Errorf("CSVCell(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzPlain(f *testing.F) {
	for _, seed := range []string{"Contoso", "\x1b[31mred", "\x1b]0;t\x07", "a\u009b1m", "\x1bP\x1b\\", "\u202eabc", "e\u0301", "👨‍👩‍👧", "\xff\xfe", "=1\r\n", "\x1b\x1b[[m"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Plain(s)
		if !utf8.ValidString(got) {
			t.Errorf("%q is not UTF-8", got)
		}
		for _, r := range got {
			if unicode.IsControl(r) || unicode.In(r, unicode.Bidi_Control) || r == '\u2028' || r == '\u2029' {
				t.Errorf("%q lets %U through: %q", s, r, got)
			}
		}
		if ansi.Strip(got) != got {
			t.Errorf("%q still holds a sequence", got)
		}
		if again := Plain(got); again != got {
			t.Errorf("%q becomes %q the second time", got, again)
		}
		if space, bare := ansi.StringWidth("x "+got+" x"), ansi.StringWidth(got)+4; space != bare {
			t.Errorf("%q is %d cells wide among others, %d alone", got, space-4, bare-4)
		}
		if cell := CSVCell(s); cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r") {
			t.Errorf("%q starts a formula", cell)
		}
	})
}
