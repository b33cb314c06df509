package secret_test

import (
	"bytes"
	"database/sql/driver"
	"encoding"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"os"
	"os/exec"
	"reflect"
	"strings"
	"testing"
	"text/template"

	"github.com/goccy/go-yaml"

	"cwsync/store/secret"
)

const (
	value    = "kx7Qm2Wv9Lr4Tz8Bn3Yp6Hd1"
	redacted = "[redacted]"
)

// spellings are the forms in which value could come out.
func spellings() []string {
	return []string{
		value, fmt.Sprintf("%x", value), fmt.Sprintf("%X", value), fmt.Sprintf("% x", value), fmt.Sprint(string([]byte(value))),
		"a3g3UW0yV3Y5THI0VHo4Qm4zWXA2SGQx", // base64
		value[:6], value[len(value)-6:],
	}
}

func assertHidden(t *testing.T, what, got string) {
	t.Helper()
	for _, spelling := range spellings() {
		if strings.Contains(got, spelling) {
			t.Errorf("%s shows the value as %q: %s", what, spelling, got)
		}
	}
}

func assertRedacted(t *testing.T, what, got string) {
	t.Helper()
	assertHidden(t, what, got)
	if !strings.Contains(got, redacted) {
		t.Errorf("%s: got %q, want it to say %s", what, got, redacted)
	}
}

// Each of them by itself, although MarshalText would do for most encoders today.
var (
	_ fmt.Formatter           = secret.Secret{}
	_ fmt.GoStringer          = secret.Secret{}
	_ json.Marshaler          = secret.Secret{}
	_ encoding.TextMarshaler  = secret.Secret{}
	_ yaml.InterfaceMarshaler = secret.Secret{}
	_ slog.LogValuer          = secret.Secret{}
	_ gob.GobEncoder          = secret.Secret{}
)

type outer struct {
	Name    string
	Key     secret.Secret
	Pointer *secret.Secret
	Any     any
	List    []secret.Secret
	Map     map[string]secret.Secret
	Array   [1]secret.Secret
}

type hiding struct{ key secret.Secret } // an unexported field: fmt may not call its methods

type embedding struct{ secret.Secret }

func exported() map[string]any {
	s := secret.New(value)
	return map[string]any{
		"value":   s,
		"pointer": &s,
		"slice":   []secret.Secret{s, s},
		"array":   [1]secret.Secret{s},
		"map":     map[string]secret.Secret{"a": s},
		"any":     []any{s, &s},
		"struct":  outer{Key: s, Pointer: &s, Any: s, List: []secret.Secret{s}, Map: map[string]secret.Secret{"k": s}, Array: [1]secret.Secret{s}},
		"nested":  map[string]any{"a": []outer{{Any: outer{Key: s}}}},
	}
}

func unexported() map[string]any {
	s := secret.New(value)
	return map[string]any{
		"unexported field":      hiding{s},
		"pointer to unexported": &hiding{s},
		"list of unexported":    []hiding{{s}},
		"map of unexported":     map[string]hiding{"a": {s}},
		"embedding":             embedding{s},
	}
}

func TestEveryVerbOfFmtSaysRedacted(t *testing.T) {
	verbs := strings.Split("%v %+v %#v %s %q %+q %x %X %# x %d %b %o %O %e %g %f %t %c %U %20v %-20s %.3s %08d %z", " ")
	for name, printed := range exported() {
		for _, verb := range verbs {
			got := fmt.Sprintf(verb, printed)
			assertHidden(t, verb+" of "+name, got)
			// A pointer inside of something is printed as an address, and so is one with a number verb; all else must say it.
			if name != "any" && !strings.Contains(got, redacted) {
				t.Errorf("%s of %s: got %q, want %s", verb, name, got, redacted)
			}
		}
		assertRedacted(t, "Sprint of "+name, fmt.Sprint(printed))
		assertRedacted(t, "Sprintln of "+name, fmt.Sprintln(printed))
	}
}

func TestVerbsThatBypassFormattersShowNoBytes(t *testing.T) {
	for _, all := range []map[string]any{exported(), unexported()} {
		for name, printed := range all {
			for _, verb := range []string{"%p", "%T", "%w", "%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%!"} {
				assertHidden(t, verb+" of "+name, fmt.Sprintf(verb, printed))
			}
			wrap := "%w" // in a variable, because vet rightly objects to wrapping what is no error
			assertHidden(t, "%w of "+name, fmt.Errorf(wrap, printed).Error())
		}
	}
}

func TestMethodsSayRedacted(t *testing.T) {
	s := secret.New(value)
	assertRedacted(t, "String", s.String())
	assertRedacted(t, "GoString", s.GoString())
	assertRedacted(t, "LogValue", s.LogValue().String())
	if got := (secret.Secret{}).String(); got != redacted {
		t.Errorf("zero secret: got %q, want %s, so that not even its absence shows", got, redacted)
	}
	var none *secret.Secret
	if got := fmt.Sprint(none); got != "<nil>" {
		t.Errorf("nil pointer: got %q", got)
	}
}

func TestEncodersSayRedacted(t *testing.T) {
	encoders := map[string]func(any) (string, error){
		"json":   func(v any) (string, error) { b, err := json.Marshal(v); return string(b), err },
		"indent": func(v any) (string, error) { b, err := json.MarshalIndent(v, "", " "); return string(b), err },
		"yaml":   func(v any) (string, error) { b, err := yaml.Marshal(v); return string(b), err },
		"flow yaml": func(v any) (string, error) {
			b, err := yaml.MarshalWithOptions(v, yaml.Flow(true))
			return string(b), err
		},
		"yaml as json": func(v any) (string, error) { b, err := yaml.MarshalWithOptions(v, yaml.JSON()); return string(b), err },
		"template": func(v any) (string, error) {
			var b strings.Builder
			err := template.Must(template.New("").Parse(`{{.}} {{printf "%x" .}}`)).Execute(&b, v)
			return b.String(), err
		},
		"log": func(v any) (string, error) { var b bytes.Buffer; log.New(&b, "", 0).Print(v); return b.String(), nil },
		"slog text": func(v any) (string, error) {
			var b bytes.Buffer
			slog.New(slog.NewTextHandler(&b, nil)).Info("m", "key", v, slog.Group("g", "key", v))
			return b.String(), nil
		},
		"slog json": func(v any) (string, error) {
			var b bytes.Buffer
			slog.New(slog.NewJSONHandler(&b, nil)).Info("m", "key", v, slog.Group("g", "key", v))
			return b.String(), nil
		},
	}
	for name, encoded := range exported() {
		for encoder, encode := range encoders {
			got, err := encode(encoded)
			if err != nil {
				t.Errorf("%s of %s: %v", encoder, name, err)
				continue
			}
			assertHidden(t, encoder+" of "+name, got)
			if name != "any" && !strings.Contains(got, redacted) {
				t.Errorf("%s of %s: got %q", encoder, name, got)
			}
		}
	}
	for name, encoded := range unexported() {
		for encoder, encode := range encoders {
			got, err := encode(encoded)
			assertHidden(t, encoder+" of "+name, got+fmt.Sprint(err))
		}
	}
}

func TestXMLSaysRedacted(t *testing.T) {
	type element struct {
		Key  secret.Secret `xml:"key"`
		Attr secret.Secret `xml:"attr,attr"`
	}
	out, err := xml.Marshal(element{secret.New(value), secret.New(value)})
	if err != nil {
		t.Fatal(err)
	}
	assertRedacted(t, "xml", string(out))
}

func TestGobIsRefused(t *testing.T) {
	for name, encoded := range map[string]any{"value": secret.New(value), "struct": struct{ Key secret.Secret }{secret.New(value)}, "embedded": embedding{secret.New(value)}} {
		var b bytes.Buffer
		err := gob.NewEncoder(&b).Encode(encoded)
		if err == nil || !strings.Contains(err.Error(), "a secret cannot be encoded") {
			t.Errorf("gob of %s: got %v, want it refused by the secret itself", name, err)
		}
		assertHidden(t, "gob error of "+name, fmt.Sprint(err))
		assertHidden(t, "gob of "+name, b.String())
	}
}

func TestDatabasesRefuseIt(t *testing.T) {
	got, err := driver.DefaultParameterConverter.ConvertValue(secret.New(value))
	if err == nil {
		t.Fatalf("a secret became the database value %v", got)
	}
	assertHidden(t, "database error", err.Error())
}

func TestReflectionFindsNoBytes(t *testing.T) {
	v := reflect.ValueOf(secret.New(value))
	for i := range v.NumField() {
		if kind := v.Field(i).Kind(); kind != reflect.Func {
			t.Errorf("field %d is of kind %s: reflection can follow it to the value", i, kind)
		}
	}
}

func TestRevealIsZeroEqual(t *testing.T) {
	a, b, other, none := secret.New("a"), secret.New("a"), secret.New("b"), secret.New("")
	if a.Reveal() != "a" || none.Reveal() != "" {
		t.Error("Reveal does not give the value")
	}
	if a.IsZero() || !none.IsZero() || !(secret.Secret{}).IsZero() {
		t.Error("IsZero is wrong")
	}
	if !a.Equal(b) || a.Equal(other) || a.Equal(none) || !none.Equal(secret.Secret{}) || a.Equal(secret.New("aa")) {
		t.Error("Equal is wrong")
	}
}

func TestHint(t *testing.T) {
	cases := map[string]struct{ value, want string }{
		"long":                   {strings.Repeat("0", 36) + "9f3a", "40 characters, ends in 9f3a"},
		"sixteen":                {"abcdefghijkl9f3a", "16 characters, ends in 9f3a"},
		"fifteen":                {"abcdefghijk9f3a", "too short to show a part of it"},
		"one":                    {"a", "too short to show a part of it"},
		"empty":                  {"", "empty"},
		"other letters at end":   {strings.Repeat("a", 20) + "é", "21 characters"},
		"escape sequence at end": {strings.Repeat("a", 20) + "\x1b[1m", "24 characters"},
		"line break at end":      {strings.Repeat("a", 20) + "x}\n}", "24 characters"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if got := secret.New(c.value).Hint(); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestRead(t *testing.T) {
	good := map[string]struct{ in, want string }{
		"as it is":                 {"a b", "a b"},
		"one line feed goes":       {"a\n", "a"},
		"one CR LF goes":           {"a\r\n", "a"},
		"only one goes":            {"a\n\n", "a\n"},
		"inner lines stay":         {"a\nb\n", "a\nb"},
		"byte order mark goes":     {"\ufeffa", "a"},
		"a lone CR stays":          {"a\r", "a\r"},
		"spaces stay":              {" a ", " a "},
		"as long as it may get":    {strings.Repeat("a", 65536), strings.Repeat("a", 65536)},
		"line break within bounds": {strings.Repeat("a", 65535) + "\n", strings.Repeat("a", 65535)},
	}
	for name, c := range good {
		t.Run(name, func(t *testing.T) {
			got, err := secret.Read(strings.NewReader(c.in))
			if err != nil || got.Reveal() != c.want {
				t.Errorf("got %d bytes, error %v", len(got.Reveal()), err)
			}
		})
	}
	for name, in := range map[string]string{"empty": "", "only a line break": "\n", "NUL": "abc\x00def", "too long": strings.Repeat("a", 65537)} {
		t.Run(name, func(t *testing.T) {
			_, err := secret.Read(strings.NewReader(in))
			if !errors.Is(err, secret.ErrInvalidValue) {
				t.Errorf("got %v, want ErrInvalidValue", err)
			}
		})
	}
	t.Run("broken stream", func(t *testing.T) {
		broken := errors.New("broken")
		if _, err := secret.Read(failingReader{broken}); !errors.Is(err, broken) || errors.Is(err, secret.ErrInvalidValue) {
			t.Errorf("got %v", err)
		}
	})
}

type failingReader struct{ err error }

func (r failingReader) Read([]byte) (int, error) { return 0, r.err }

// TestPanicsDoNotShowIt runs itself as a child process, for the runtime prints the argument of panic in its own way.
func TestPanicsDoNotShowIt(t *testing.T) {
	s := secret.New(value)
	panics := map[string]func(){
		"value":      func() { panic(s) },
		"pointer":    func() { panic(&s) },
		"struct":     func() { panic(outer{Key: s}) },
		"unexported": func() { panic(hiding{s}) },
		"embedding":  func() { panic(embedding{s}) },
		"text":       func() { panic(fmt.Sprintf("%+v", outer{Key: s, Pointer: &s})) },
		"error":      func() { panic(fmt.Errorf("with %v", s)) },
		"argument":   func() { panicsWith(s) },
	}
	if which := os.Getenv("SECRET_TEST_PANIC"); which != "" {
		panics[which]()
	}
	for which := range panics {
		t.Run(which, func(t *testing.T) {
			child := exec.Command(os.Args[0], "-test.run=^TestPanicsDoNotShowIt$")
			child.Env = append(os.Environ(), "SECRET_TEST_PANIC="+which, "GOTRACEBACK=system")
			out, err := child.CombinedOutput()
			var exit *exec.ExitError
			if !errors.As(err, &exit) || !bytes.Contains(out, []byte("panic: ")) {
				t.Fatalf("the child did not panic: %v", err)
			}
			assertHidden(t, "panic", string(out))
			if which == "value" && !bytes.Contains(out, []byte(redacted)) {
				t.Errorf("panic says %s", out)
			}
		})
	}
}

//go:noinline
func panicsWith(s secret.Secret) { panic(s.IsZero()) }
