package source

import (
	"io"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"cwsync/syncer/billing"
)

var numberForms = map[Numbers]*regexp.Regexp{
	NumbersPoint:   regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?$`),
	NumbersComma:   regexp.MustCompile(`^-?([0-9]+|[0-9]{1,3}(\.[0-9]{3})+)(,[0-9]+)?$`),
	NumbersGrouped: regexp.MustCompile(`^-?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)(\.[0-9]+)?$`),
}

// FuzzNumbers: each way to write numbers reads exactly its own form, and its value is that of the digits without their grouping.
func FuzzNumbers(f *testing.F) {
	for _, seed := range []string{"1234.5", "1.234,5", "1,234.5", "1,000", "-1.000", "1.00,5", ",5", "1,", "1e3", " 7 ", "--1", "-,1", "1.234.567", "1.5,5", "\u00a01", "NaN"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		trimmed := strings.TrimSpace(text)
		for form, pattern := range numberForms {
			got, err := form.Parse(text)
			plain := trimmed
			switch form {
			case NumbersComma:
				plain = strings.ReplaceAll(strings.ReplaceAll(trimmed, ".", ""), ",", ".")
			case NumbersGrouped:
				plain = strings.ReplaceAll(trimmed, ",", "")
			}
			want, wantErr := billing.ParseDecimal(plain)
			well := pattern.MatchString(trimmed) && wantErr == nil
			if (err == nil) != well || well && !got.Equal(want) {
				t.Errorf("%s: %q is %v, %v; %v was wanted", form, text, got, err, want)
			}
		}
	})
}

// FuzzCleanName: a cleaned name is one bounded line, the same when it is cleaned again; an id without a problem is fit for a list as it is.
func FuzzCleanName(f *testing.F) {
	for _, seed := range []string{"Contoso", " a  b ", "a\x1b[2J", "\u202eevil", "a\u2028b", "\xff", "株式会社", "\ufffd", strings.Repeat("x", MaxText) + " y", "\u00a0", "\u200bx", "\u2060"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		name := CleanName(text)
		if !utf8.ValidString(name) || utf8.RuneCountInString(name) > MaxText || strings.TrimSpace(name) != name || strings.Contains(name, "  ") || CleanName(name) != name {
			t.Errorf("%q", name)
		}
		for _, r := range name {
			if unicode.IsControl(r) || unicode.In(r, unicode.Bidi_Control, unicode.Zl, unicode.Zp) {
				t.Errorf("%q holds %U", name, r)
			}
		}
		switch problem := IDProblem(text); {
		case problem == "" && strings.Join(strings.Fields(text), " ") == text && CleanName(text) != text:
			t.Errorf("the id %q is no fit name", text)
		case strings.ContainsFunc(problem, unicode.IsControl):
			t.Errorf("the problem %q is no harmless text", problem)
		}
	})
}

// FuzzDecode: text in any encoding that is known comes out without its mark, and all but UTF-8 as valid text.
func FuzzDecode(f *testing.F) {
	f.Add([]byte("\xef\xbb\xbfa,b\n"), "utf-8")
	f.Add([]byte("\xff\xfea\x00,\x00"), "")
	f.Add([]byte("\xfe\xff\x00a\xd8\x00"), "windows-1252")
	f.Add([]byte("\x1b$B%F\x1b(B"), "iso-2022-jp")
	f.Add([]byte("a\x00"), "utf-16le")
	f.Add([]byte("x"), "replacement")
	f.Fuzz(func(t *testing.T, raw []byte, encoding string) {
		in, err := Decode(strings.NewReader(string(raw)), encoding)
		if err != nil {
			if CheckEncoding(encoding) == nil {
				t.Errorf("%q is no encoding after all: %v", encoding, err)
			}
			return
		}
		text, err := io.ReadAll(in)
		marked := strings.HasPrefix(string(raw), "\xff\xfe") || strings.HasPrefix(string(raw), "\xfe\xff")
		utf := encoding == "" || strings.EqualFold(strings.TrimSpace(encoding), UTF8)
		switch {
		case err != nil:
			t.Errorf("%v", err)
		case utf && !marked && string(text) != strings.TrimPrefix(string(raw), "\xef\xbb\xbf"):
			t.Errorf("%q became %q", raw, text)
		case marked && !utf8.Valid(text):
			t.Errorf("%q is no text", text)
		}
	})
}
