package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// The log file and those before it take at most logFiles × logBytes.
const (
	logBytes = 5 << 20
	logFiles = 5
)

// LogPath is the log file beside a database: cwsync.log beside cwsync.db. Older ones have the time at their end, when they were put aside.
func LogPath(database string) string {
	base := filepath.Base(database)
	if short := strings.TrimSuffix(base, ".db"); short != "" {
		base = short
	}
	return filepath.Join(filepath.Dir(database), base+".log")
}

// logFile is a log file that begins anew when it is large. It is opened at the first line, so that what logs nothing makes no file. Several programs
// may write to it at once: each line is one write to its end, and who finds it large looks again before moving it. It never gives an error, since no
// work may fail for its log: at the first one it says so once, and is silent from then on.
//
// It is our own and no library's: those start goroutines, or move the file under another program.
type logFile struct {
	path   string
	most   int64 // bytes
	keep   int   // files
	broken func(error)

	lock sync.Mutex
	file *os.File
	size int64
	dead bool
}

// Write implements io.Writer.
func (l *logFile) Write(line []byte) (int, error) {
	l.lock.Lock()
	defer l.lock.Unlock()
	if l.dead {
		return len(line), nil
	}
	err := l.open()
	if err == nil && l.size+int64(len(line)) > l.most {
		err = l.rotate(int64(len(line)))
	}
	if err == nil {
		_, err = l.file.Write(line)
		l.size += int64(len(line))
	}
	if err != nil {
		l.dead = true
		l.broken(err)
	}
	return len(line), nil
}

// open opens the file at its end, for this user alone. What is no file, such as a pipe that nobody reads, could hold up a run.
func (l *logFile) open() error {
	if l.file != nil {
		return nil
	}
	info, err := os.Stat(l.path)
	if err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("%s is not a file", l.path)
	}
	file, err := os.OpenFile(l.path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	l.file, l.size = file, 0
	if info != nil {
		l.size = info.Size()
		if info.Mode().Perm()&0o077 != 0 {
			_ = file.Chmod(info.Mode().Perm() &^ fs.FileMode(0o077)) // it may be another's, and then it stays as it is
		}
	}
	return nil
}

// rotate moves the file aside, and those before it one further, unless another program did meanwhile. Where it cannot be moved, as on a system that
// moves no open file, it grows on.
func (l *logFile) rotate(more int64) error {
	_ = l.file.Close() // every line was written at once
	l.file = nil
	if info, err := os.Stat(l.path); err == nil && info.Size()+more > l.most {
		// A name that no other program can choose: none of their lines is written over.
		_ = os.Rename(l.path, l.path+"."+newAside())
		l.prune()
	}
	if err := l.open(); err != nil {
		return err
	}
	if l.size+more > l.most {
		l.size -= l.most / 10 // it could not be moved: this is not to be tried at every line
	}
	return nil
}

var asideForm = regexp.MustCompile(`^[0-9]{8}-[0-9]{6}\.[0-9]{9}-[0-9a-f]{8}$`)

// newAside is what is put behind the name of a file that is moved aside; it sorts by time.
func newAside() string {
	random := make([]byte, 4)
	_, _ = rand.Read(random) // never fails
	return fmt.Sprintf("%s-%x", time.Now().UTC().Format("20060102-150405.000000000"), random)
}

// prune removes the oldest files. One that cannot be removed is left to the next time.
func (l *logFile) prune() {
	entries, err := os.ReadDir(filepath.Dir(l.path)) // sorted by name
	if err != nil {
		return
	}
	var aside []string
	for _, entry := range entries {
		if suffix, ours := strings.CutPrefix(entry.Name(), filepath.Base(l.path)+"."); ours && asideForm.MatchString(suffix) {
			aside = append(aside, filepath.Join(filepath.Dir(l.path), entry.Name()))
		}
	}
	for _, name := range aside[:max(len(aside)-(l.keep-1), 0)] {
		_ = os.Remove(name)
	}
}

// Close implements io.Closer.
func (l *logFile) Close() error {
	l.lock.Lock()
	defer l.lock.Unlock()
	if l.file == nil {
		return nil
	}
	_ = l.file.Close() // as in rotate
	l.file, l.dead = nil, true
	return nil
}

// fanHandler writes each line to standard error and to the log file, as far as each wants it, with the run that it belongs to.
type fanHandler struct {
	handlers []slog.Handler
	run      *atomic.Pointer[string]
}

// Enabled implements slog.Handler.
func (f fanHandler) Enabled(ctx context.Context, level slog.Level) bool {
	for _, handler := range f.handlers {
		if handler.Enabled(ctx, level) {
			return true
		}
	}
	return false
}

// Handle implements slog.Handler.
func (f fanHandler) Handle(ctx context.Context, record slog.Record) error {
	if run := f.run.Load(); run != nil {
		record = record.Clone()
		record.AddAttrs(slog.String("run", *run))
	}
	var first error
	for _, handler := range f.handlers {
		if !handler.Enabled(ctx, record.Level) {
			continue
		}
		if err := handler.Handle(ctx, record); first == nil {
			first = err
		}
	}
	return first
}

// WithAttrs implements slog.Handler.
func (f fanHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return f.each(func(h slog.Handler) slog.Handler { return h.WithAttrs(attrs) })
}

// WithGroup implements slog.Handler.
func (f fanHandler) WithGroup(name string) slog.Handler {
	return f.each(func(h slog.Handler) slog.Handler { return h.WithGroup(name) })
}

func (f fanHandler) each(change func(slog.Handler) slog.Handler) slog.Handler {
	changed := fanHandler{run: f.run}
	for _, handler := range f.handlers {
		changed.handlers = append(changed.handlers, change(handler))
	}
	return changed
}
