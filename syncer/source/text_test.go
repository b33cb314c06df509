package source

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestIDProblem(t *testing.T) {
	for _, id := range []string{"1", "mbx-basic", "a/b%c", "Ünïcødé", "株式会社", "a b", "👩‍👩‍👧", strings.Repeat("x", MaxText)} {
		if problem := IDProblem(id); problem != "" {
			t.Errorf("%q: %s", id, problem)
		}
	}
	for name, id := range map[string]string{
		"empty":                  "",
		"space before":           " a",
		"hard space after":       "a\u00a0",
		"line break":             "a\nb",
		"escape":                 "a\x1b[31m",
		"C1 control":             "a\u009bb",
		"right-to-left override": "a\u202eb",
		"isolate":                "a\u2066b",
		"line separator":         "a\u2028b",
		"zero-width space":       "a\u200bb",
		"byte order mark":        "a\ufeffb",
		"replacement character":  "a\ufffdb",
		"invalid UTF-8":          "a\xffb",
		"too long":               strings.Repeat("x", MaxText+1),
	} {
		if IDProblem(id) == "" {
			t.Errorf("%s: %q is accepted", name, id)
		}
	}
}

func TestCleanName(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"Contoso Ltd", "Contoso Ltd"},
		{"  Contoso  Ltd ", "Contoso Ltd"},
		{"Margie's Travel\r\nBranch", "Margie's Travel Branch"},
		{"Müller & Söhne", "Müller & Söhne"},
		{"株式会社", "株式会社"},
		{"a\x1b[31mred", "a\ufffd[31mred"},
		{"a\u202eb", "a\ufffdb"},
		{"tab\there", "tab here"},
	} {
		if got := CleanName(c.in); got != c.want {
			t.Errorf("CleanName(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestCleanNameIsBoundedAndStable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.OneOf(rapid.String(), rapid.StringN(MaxText-5, MaxText+50, -1)).Draw(t, "name")
		once := CleanName(name)
		if n := utf8.RuneCountInString(once); n > MaxText {
			t.Fatalf("%d characters", n)
		}
		if twice := CleanName(once); twice != once {
			t.Fatalf("%q becomes %q", once, twice)
		}
	})
}
