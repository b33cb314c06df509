package source

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

func write(t *testing.T, path, text string, age time.Duration) string {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	when := testNow.Add(-age)
	if err := os.Chtimes(path, when, when); err != nil {
		t.Fatal(err)
	}
	return path
}

func openPath(t *testing.T, limit int64, options Options) (*Input, error) {
	t.Helper()
	in, err := OpenInput(t.Context(), Config{Name: "mail", Options: options}, limit)
	if err == nil {
		t.Cleanup(func() { _ = in.Close() })
	}
	return in, err
}

func TestInputReadsAFile(t *testing.T) {
	path := write(t, filepath.Join(t.TempDir(), "usage.csv"), "hello", time.Hour)
	in, err := openPath(t, 100, Options{"path": path})
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(in)
	if err != nil || string(text) != "hello" || !in.ModTime.Equal(testNow.Add(-time.Hour)) {
		t.Errorf("%q, %v, %v", text, err, in.ModTime)
	}
	if want := "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"; in.Digest() != want {
		t.Errorf("digest %s", in.Digest())
	}
	if err := in.Settled(); err != nil {
		t.Error(err)
	}
}

func TestInputTakesTheNewestOfAFolder(t *testing.T) {
	folder := t.TempDir()
	write(t, filepath.Join(folder, "a.csv"), "a", 2*time.Hour)
	write(t, filepath.Join(folder, "b.csv"), "b", time.Hour)
	write(t, filepath.Join(folder, "c.csv"), "c", time.Hour)
	write(t, filepath.Join(folder, "d.txt"), "d", 0)
	write(t, filepath.Join(folder, "~$e.csv"), "e", 0)
	write(t, filepath.Join(folder, ".f.csv"), "f", 0)
	if err := os.Mkdir(filepath.Join(folder, "g.csv"), 0o700); err != nil {
		t.Fatal(err)
	}
	in, err := openPath(t, 100, Options{"path": folder, "pattern": "*.csv"})
	if err != nil || filepath.Base(in.Name) != "c.csv" {
		t.Errorf("%v, %v", in, err)
	}
}

func TestInputRefusals(t *testing.T) {
	folder := t.TempDir()
	file := write(t, filepath.Join(folder, "usage.csv"), "hello", 0)
	for _, c := range []struct {
		name    string
		options Options
		limit   int64
		want    string
	}{
		{"absent", Options{"path": filepath.Join(folder, "none.csv")}, 9, "none.csv: cannot be read: no such file or directory"},
		{"folder", Options{"path": folder}, 9, "is a folder"},
		{"nothing matches", Options{"path": folder, "pattern": "*.json"}, 9, `holds no file that matches "*.json"`},
		{"pattern for a file", Options{"path": file, "pattern": "*.csv"}, 9, "is a file, but options.pattern asks for a folder"},
		{"too large", Options{"path": file}, 4, "is too large"},
		{"device", Options{"path": os.DevNull}, 9, "is not a regular file"},
		{"no standard input", Options{"path": "-"}, 9, "standard input: cannot be read here"},
	} {
		if _, err := openPath(t, c.limit, c.options); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
	if _, err := openPath(t, 9, Options{"path": filepath.Join(folder, "none.csv")}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the cause is lost: %v", err)
	}
}

func TestAGigabyteIsRefusedUnread(t *testing.T) {
	path := filepath.Join(t.TempDir(), "huge.csv")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(file.Truncate(1<<30), file.Close()); err != nil {
		t.Fatal(err)
	}
	_, err = openPath(t, 256<<20, Options{"path": path})
	if err == nil || !strings.Contains(err.Error(), "is too large: 1024 MiB or more, at most 256 MiB are read") {
		t.Error(err)
	}
}

func TestAStreamIsCutAtTheLimit(t *testing.T) {
	endless := readerFunc(func(p []byte) (int, error) { return len(p), nil })
	in, err := OpenInput(t.Context(), Config{Options: Options{"path": "-"}, Stdin: endless}, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := io.Copy(io.Discard, in); err == nil || n > 1<<20 {
		t.Errorf("%d bytes, %v", n, err)
	}
}

func TestInputStopsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	in, err := OpenInput(ctx, Config{Options: Options{"path": "-"}, Stdin: strings.NewReader("hello")}, 100)
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, err := io.ReadAll(in); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// TestAWaitEndsWithTheContext: nobody writes to standard input any more, and it does not end either.
func TestAWaitEndsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	out, into := io.Pipe()
	t.Cleanup(func() { _ = into.Close() })
	in, err := OpenInput(ctx, Config{Options: Options{"path": "-"}, Stdin: out}, 100)
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		_, _ = into.Write([]byte("hel"))
		cancel()
	}()
	text, err := io.ReadAll(in)
	if !errors.Is(err, context.Canceled) || len(text) > 3 {
		t.Errorf("%q, %v", text, err)
	}
}

// TestStandardInputIsWhole: whatever portions it comes in, nothing is lost and the end is the end.
func TestStandardInputIsWhole(t *testing.T) {
	text := strings.Repeat("0123456789", 10_000)
	for name, reader := range map[string]io.Reader{
		"at once": strings.NewReader(text), "byte by byte": iotest.OneByteReader(strings.NewReader(text)), "with its end": iotest.DataErrReader(strings.NewReader(text)),
	} {
		in, err := OpenInput(t.Context(), Config{Options: Options{"path": "-"}, Stdin: reader}, 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(in)
		if err != nil || string(got) != text {
			t.Errorf("%s: %d bytes, %v", name, len(got), err)
		}
	}
	in, err := OpenInput(t.Context(), Config{Options: Options{"path": "-"}, Stdin: iotest.TimeoutReader(strings.NewReader(text))}, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(in); err == nil || !strings.Contains(err.Error(), "standard input: cannot be read: timeout") {
		t.Error(err)
	}
}

func TestAFileThatGrowsIsRefused(t *testing.T) {
	path := write(t, filepath.Join(t.TempDir(), "usage.csv"), "hello", time.Hour)
	in, err := openPath(t, 100, Options{"path": path})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(in); err != nil {
		t.Fatal(err)
	}
	write(t, path, "hello, hello", 0)
	if err := in.Settled(); err == nil || !strings.Contains(err.Error(), "was changed while it was read") {
		t.Error(err)
	}
}

func TestDecode(t *testing.T) {
	for _, c := range []struct{ name, encoding, in, want string }{
		{"plain", "utf-8", "häß", "häß"},
		{"mark", "utf-8", "\xef\xbb\xbfa", "a"},
		{"invalid passes", "utf-8", "a\xff", "a\xff"},
		{"latin", "windows-1252", "h\xe4\x80", "hä€"},
		{"shift jis", "shift_jis", "\x83\x65", "テ"},
		{"utf-16 little by mark", "utf-8", "\xff\xfea\x00\xe4\x00", "aä"},
		{"utf-16 big by mark", "windows-1252", "\xfe\xff\x00a\x00\xe4", "aä"},
		{"utf-16 declared", "utf-16le", "a\x00\xe4\x00", "aä"},
		{"empty", "utf-8", "", ""},
	} {
		text, err := Decode(strings.NewReader(c.in), c.encoding)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(text); err != nil || string(got) != c.want {
			t.Errorf("%s: %q, %v", c.name, got, err)
		}
	}
	for _, name := range []string{"utf-9", "hz-gb-2312", "../x"} {
		if CheckEncoding(name) == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}

type readerFunc func(p []byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }
