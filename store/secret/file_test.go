package secret_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cwsync/store/secret"
)

// nameFor is the name of a secret that may have this value: the connection's keys are of one line.
func nameFor(value string) string {
	if strings.Contains(value, "\n") {
		return "source.mail.certificate"
	}
	return key
}

func TestCredentialsFileValues(t *testing.T) {
	for name, c := range map[string]struct{ content, want string }{
		"plain":                     {key + ": abc\n", "abc"},
		"no line break at the end":  {key + ": abc", "abc"},
		"windows line breaks":       {key + ": abc\r\nalert.a: x\r\n", "abc"},
		"byte order mark":           {"\ufeff" + key + ": abc\n", "abc"},
		"quoted":                    {key + ": \"a#b: 'c'\"\n", "a#b: 'c'"},
		"quoted name":               {"\"" + key + "\": abc\n", "abc"},
		"single quotes":             {key + ": 'it''s'\n", "it's"},
		"comment":                   {"# keys\n" + key + ": abc # old\n", "abc"},
		"hash inside":               {key + ": abc#def\n", "abc#def"},
		"flow map":                  {"{" + key + ": abc, alert.a: x}", "abc"},
		"document start":            {"---\n" + key + ": abc\n", "abc"},
		"digits keep their zero":    {key + ": 0123456789\n", "0123456789"},
		"digits with sign":          {key + ": +012\n", "+012"},
		"hexadecimal":               {key + ": 0x1F\n", "0x1F"},
		"float":                     {key + ": 1.50\n", "1.50"},
		"exponent":                  {key + ": 1e5\n", "1e5"},
		"infinity":                  {key + ": .inf\n", ".inf"},
		"not a number":              {key + ": .nan\n", ".nan"},
		"true":                      {key + ": true\n", "true"},
		"yes":                       {key + ": yes\n", "yes"},
		"date":                      {key + ": 2001-01-01\n", "2001-01-01"},
		"block loses its last line": {key + ": |\n  a\n  b\nalert.a: x\n", "a\nb"},
		"quoted line break stays":   {key + ": \"a\\n\"\n", "a\n"},
	} {
		t.Run(name, func(t *testing.T) {
			wanted := nameFor(c.want)
			l := secret.Lookup{CredentialsFile: credentials(t, strings.ReplaceAll(c.content, key, wanted))}
			got, origin, err := l.Get(t.Context(), wanted)
			if err != nil || origin != secret.OriginFile || got.Reveal() != c.want {
				t.Errorf("got %q from %q, error %v, want %q", got.Reveal(), origin, err, c.want)
			}
		})
	}
}

// TestCredentialsFileRefusals: a bad file ends the search, and nothing of its content is told but names that are valid.
func TestCredentialsFileRefusals(t *testing.T) {
	for name, c := range map[string]struct{ content, want string }{
		"empty":                    {"", "no map"},
		"only a comment":           {"# " + value + "\n", "no map"},
		"a list":                   {"- " + value + "\n", "no map"},
		"a scalar":                 {value + "\n", "no map"},
		"two documents":            {key + ": a\n---\nalert.a: " + value + "\n", "more than one document"},
		"duplicate":                {key + ": a\nalert.a: b\n" + key + ": " + value + "\n", "line 3: " + key + " is there twice"},
		"quoted duplicate":         {key + ": a\n\"" + key + "\": " + value + "\n", "is there twice"},
		"unknown name":             {"alert.a: x\npassword: " + value + "\n", "line 2: what stands before the colon is not the name"},
		"value as the name":        {value + ": " + key + "\n", "line 1: what stands before the colon is not the name"},
		"number as the name":       {"1: " + value + "\n", "line 1: what stands before"},
		"merge key":                {"<<: {alert.a: " + value + "}\n", "line 1: what stands before"},
		"nested map":               {"connection:\n  private_key: " + value + "\n", "line 1: what stands before"},
		"map as value":             {key + ": {a: " + value + "}\n", "value of " + key + ": it is not plain text"},
		"list as value":            {key + ": [" + value + "]\n", "not plain text"},
		"anchor":                   {key + ": &a " + value + "\n", "not plain text"},
		"alias":                    {"alert.a: &a " + value + "\nalert.b: *a\n", "not plain text"},
		"tag":                      {key + ": !!str " + value + "\n", "not plain text"},
		"no value":                 {key + ":\n", "it is empty"},
		"null":                     {key + ": ~\n", "it is empty"},
		"empty quotes":             {key + ": \"\"\n", "it is empty"},
		"empty block":              {key + ": |\n\nalert.a: x\n", "it is empty"},
		"NUL escape":               {key + ": \"" + value + "\\0\"\n", "NUL"},
		"NUL byte":                 {key + ": " + value + "\x00\n", ""},
		"UTF-16":                   {"\xff\xfea\x00:\x00 \x00b\x00", ""},
		"not YAML: quote":          {key + ": \"" + value + "\n", "line 1: not valid YAML"},
		"not YAML: reserved":       {"alert.a: b\n" + key + ": @" + value + "\n", "line 2: not valid YAML"},
		"not YAML: two colons":     {key + ": " + value + ": b\n", "not valid YAML"},
		"not YAML: text after":     {key + ": \"" + value + "\" x\n", ""},
		"longer than 65,536 bytes": {key + ": " + strings.Repeat(value, 3000) + "\n", "longer than"},
	} {
		t.Run(name, func(t *testing.T) {
			l := secret.Lookup{CredentialsFile: credentials(t, c.content), Environ: environ("CWSYNC_CONNECTION_PRIVATE_KEY", "a"), Keyring: keyringWith("default/"+key, "a")}
			_, origin, err := l.Get(t.Context(), key)
			if !errors.Is(err, secret.ErrUnreadable) {
				t.Fatalf("got %v from %q, want ErrUnreadable", err, origin)
			}
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %q, want %q in it", err, c.want)
			}
			for wrapped := range tree(err) {
				assertHidden(t, "error", wrapped.Error())
			}
			assertHidden(t, "hint", hintOf(err))
		})
	}
}

func TestCredentialsFileThatIsNotThere(t *testing.T) {
	l := secret.Lookup{CredentialsFile: filepath.Join(t.TempDir(), "none.yaml"), Environ: environ("CWSYNC_CONNECTION_PRIVATE_KEY", "a")}
	_, _, err := l.Get(t.Context(), key)
	if !errors.Is(err, secret.ErrUnreadable) || !errors.Is(err, fs.ErrNotExist) || !strings.Contains(hintOf(err), "--credentials") {
		t.Errorf("got %v, hint %q", err, hintOf(err))
	}
}

func TestCredentialsFileThatIsADirectory(t *testing.T) {
	l := secret.Lookup{CredentialsFile: t.TempDir()}
	if _, _, err := l.Get(t.Context(), key); !errors.Is(err, secret.ErrUnreadable) {
		t.Errorf("got %v", err)
	}
}

func TestCredentialsDirectoryValues(t *testing.T) {
	for name, c := range map[string]struct{ content, want string }{
		"as it is": {"abc", "abc"}, "line feed": {"abc\n", "abc"}, "CR LF": {"abc\r\n", "abc"}, "only one": {"abc\n\n", "abc\n"},
		"several lines": {"-----BEGIN\nabc\n-----END\n", "-----BEGIN\nabc\n-----END"}, "byte order mark": {"\ufeffabc\r\n", "abc"}, "yaml is no yaml here": {"a: b\n", "a: b"},
	} {
		t.Run(name, func(t *testing.T) {
			wanted := nameFor(c.want)
			l := secret.Lookup{CredentialsDir: directory(t, "cwsync.default."+wanted, c.content)}
			got, origin, err := l.Get(t.Context(), wanted)
			if err != nil || origin != secret.OriginDirectory || got.Reveal() != c.want {
				t.Errorf("got %q from %q, error %v", got.Reveal(), origin, err)
			}
		})
	}
}

func TestCredentialsDirectoryRefusals(t *testing.T) {
	for name, content := range map[string]string{"empty": "", "only a line break": "\r\n", "NUL": value + "\x00", "too long": strings.Repeat(value, 3000)} {
		t.Run(name, func(t *testing.T) {
			l := secret.Lookup{CredentialsDir: directory(t, "cwsync.default."+key, content), Environ: environ("CWSYNC_CONNECTION_PRIVATE_KEY", "a")}
			_, origin, err := l.Get(t.Context(), key)
			if !errors.Is(err, secret.ErrUnreadable) {
				t.Fatalf("got %v from %q", err, origin)
			}
			assertHidden(t, "error", err.Error()+hintOf(err))
		})
	}
	t.Run("directory in the file's place", func(t *testing.T) {
		dir := t.TempDir()
		if err := os.Mkdir(filepath.Join(dir, "cwsync.default."+key), 0o700); err != nil {
			t.Fatal(err)
		}
		l := secret.Lookup{CredentialsDir: dir}
		if _, _, err := l.Get(t.Context(), key); !errors.Is(err, secret.ErrUnreadable) {
			t.Errorf("got %v", err)
		}
	})
}

func TestCredentialsDirectoryThatIsNotThere(t *testing.T) {
	l := secret.Lookup{CredentialsDir: filepath.Join(t.TempDir(), "gone"), Environ: environ("CWSYNC_CONNECTION_PRIVATE_KEY", "a")}
	if _, origin, err := l.Get(t.Context(), key); err != nil || origin != secret.OriginEnvironment {
		t.Errorf("from %q, error %v", origin, err)
	}
}

// FuzzCredentials: whatever the file holds, reading it neither panics nor tells more than names and line numbers.
func FuzzCredentials(f *testing.F) {
	for _, seed := range []string{key + ": abc\n", "{a: [b", "- &a *a", key + ": |\n  x", "? a\n: b", "%YAML 1.2\n---\n", "a: !!map {}", "\t:\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, content string) {
		if len(content) > 2000 {
			return
		}
		l := secret.Lookup{CredentialsFile: credentials(t, content+"\nalert.zz: "+value+"\n")}
		_, _, err := l.Get(t.Context(), key)
		if err != nil {
			assertHidden(t, "error", err.Error())
		}
	})
}
