package source

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// StandardInput is the path that means standard input.
const StandardInput = "-"

// Input is one file, or standard input, while it is read. It counts, hashes and limits what passes, and stops when the context ends.
type Input struct {
	Name    string    // for messages: the path, or "standard input"
	ModTime time.Time // of the file; zero for standard input
	Size    int64     // of the file, in bytes; 0 for standard input

	ctx    context.Context
	source string
	reader io.Reader
	file   *os.File
	hash   hash.Hash
	count  int64
	limit  int64
}

// InputFields are the options of every kind that reads a file: its path and, where that is a folder, a pattern.
func InputFields() []Field {
	return []Field{
		{Name: "path", Type: TypePath, Required: true, Help: `the file, a folder together with pattern, or "-" for standard input`},
		{Name: "pattern", Type: TypeText, Help: "which files of the folder count, such as *.csv; the newest is read"},
	}
}

// CheckInput validates what InputFields declare.
func CheckInput(options Options) []OptionError {
	pattern := options.Text("pattern", "")
	if pattern == "" {
		return nil
	}
	if _, err := filepath.Match(pattern, "x"); err != nil || strings.ContainsAny(pattern, `/\`) {
		return []OptionError{{Option: "pattern", Message: fmt.Sprintf("%s is not a pattern of file names such as usage-*.csv", show(pattern))}}
	}
	if options.Text("path", "") == StandardInput {
		return []OptionError{{Option: "pattern", Message: "has no meaning for standard input"}}
	}
	return nil
}

// OpenInput opens what the options path and pattern name, to read at most limit bytes of it. A larger file is refused before it is read.
func OpenInput(ctx context.Context, config Config, limit int64) (*Input, error) {
	in := &Input{ctx: ctx, source: config.Name, hash: sha256.New(), limit: limit}
	path := config.Options.Text("path", "")
	if path == StandardInput {
		in.Name = "standard input"
		if config.Stdin == nil {
			return nil, in.fail("cannot be read here", "name a file in options.path", nil)
		}
		in.reader = &awaited{ctx: ctx, in: config.Stdin}
		return in, nil
	}
	in.Name = path
	info, err := os.Stat(path)
	if err != nil {
		return nil, in.fail(osReason("cannot be read", err), "", err)
	}
	pattern := config.Options.Text("pattern", "")
	switch {
	case info.IsDir() && pattern == "":
		return nil, in.fail("is a folder", "set options.pattern, such as *.csv, to read its newest matching file", nil)
	case info.IsDir():
		if in.Name, info, err = newest(path, pattern); err != nil {
			in.Name = path
			return nil, in.fail(err.Error(), "", err)
		}
	case pattern != "":
		return nil, in.fail("is a file, but options.pattern asks for a folder", "leave pattern out, or name the folder", nil)
	}
	if !info.Mode().IsRegular() {
		return nil, in.fail("is not a regular file", `use "-" to read standard input`, nil)
	}
	if info.Size() > limit {
		return nil, in.tooLarge(info.Size())
	}
	return in, in.open()
}

// awaited waits for another reader no longer than the context lasts: nothing else ends a read from a pipe to which nobody writes.
type awaited struct {
	ctx    context.Context
	in     io.Reader
	buffer []byte // of the read that goes on; after the context's end it is not looked at any more
	rest   []byte
	err    error
}

// Read passes on what the other reader gives. One that still waits when the context ends is left to itself.
func (a *awaited) Read(p []byte) (int, error) {
	if len(a.rest) == 0 && a.err == nil {
		if err := a.ctx.Err(); err != nil {
			return 0, err
		}
		if a.buffer == nil {
			a.buffer = make([]byte, 64<<10)
		}
		type answer struct {
			n   int
			err error
		}
		answers := make(chan answer, 1)
		go func() {
			n, err := a.in.Read(a.buffer)
			answers <- answer{n, err}
		}()
		select {
		case <-a.ctx.Done():
			return 0, a.ctx.Err()
		case got := <-answers:
			a.rest, a.err = a.buffer[:got.n], got.err
		}
	}
	n := copy(p, a.rest)
	if a.rest = a.rest[n:]; len(a.rest) > 0 {
		return n, nil
	}
	return n, a.err
}

func (in *Input) open() error {
	file, err := os.Open(in.Name)
	if err != nil {
		return in.fail(osReason("cannot be opened", err), "", err)
	}
	info, err := file.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return errors.Join(in.fail("cannot be read", "", err), file.Close())
	}
	in.file, in.reader, in.ModTime, in.Size = file, file, info.ModTime(), info.Size()
	return nil
}

// newest finds the file of a folder that matches and was changed last; of equally old ones, the last by name. Hidden files and the lock
// files of office programs do not count.
func newest(folder, pattern string) (string, fs.FileInfo, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return "", nil, errors.New(osReason("cannot be listed", err))
	}
	var path string
	var latest fs.FileInfo
	for _, entry := range entries {
		name := entry.Name()
		if match, err := filepath.Match(pattern, name); err != nil || !match || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "~$") {
			continue
		}
		info, err := os.Stat(filepath.Join(folder, name))
		if err != nil || !info.Mode().IsRegular() {
			continue
		}
		if latest == nil || !info.ModTime().Before(latest.ModTime()) {
			path, latest = filepath.Join(folder, name), info
		}
	}
	if latest == nil {
		return "", nil, fmt.Errorf("holds no file that matches %s", show(pattern))
	}
	return path, latest, nil
}

// Read passes on bytes until the limit or the context ends.
func (in *Input) Read(p []byte) (int, error) {
	if err := in.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := in.reader.Read(p)
	in.count += int64(n)
	if in.count > in.limit {
		return 0, in.tooLarge(in.count)
	}
	in.hash.Write(p[:n])
	if err != nil && !errors.Is(err, io.EOF) {
		err = in.fail(osReason("cannot be read", err), "", err)
	}
	return n, err
}

// Digest is the SHA-256, in hex, of all bytes read so far.
func (in *Input) Digest() string { return hex.EncodeToString(in.hash.Sum(nil)) }

// Settled is an error when the file was changed while it was read: what was read may then be half of each.
func (in *Input) Settled() error {
	if in.file == nil {
		return nil
	}
	info, err := in.file.Stat()
	if err != nil {
		return in.fail(osReason("cannot be read", err), "", err)
	}
	if info.Size() != in.Size || !info.ModTime().Equal(in.ModTime) || in.count != in.Size {
		return in.fail("was changed while it was read", "run again when the file is complete", nil)
	}
	return nil
}

// Close ends the reading.
func (in *Input) Close() error {
	if in.file == nil {
		return nil
	}
	return in.file.Close()
}

func (in *Input) tooLarge(size int64) error {
	return in.fail(fmt.Sprintf("is too large: %d MiB or more, at most %d MiB are read", size>>20, in.limit>>20), "", nil)
}

func (in *Input) fail(message, hint string, cause error) error {
	return &ReadError{Source: in.source, File: in.Name, Message: message, Hint: hint, Err: cause}
}

// osReason is what the operating system said, without the path that the message has already.
func osReason(what string, err error) string {
	if pathError, ok := errors.AsType[*fs.PathError](err); ok {
		err = pathError.Err
	}
	return what + ": " + err.Error()
}
