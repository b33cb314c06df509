package main

import (
	"errors"
	"io"
	"os"
	"syscall"

	"cwsync/ui/report"
	"cwsync/ui/theme"

	"golang.org/x/term"
)

// output is standard output. A reader that has seen enough (`cwsync history | head`) is no failure: what is written after it left is dropped,
// so that the command ends as it would have, with its own exit code.
type output struct {
	to    io.Writer
	wrote bool // something was written
	left  bool // the reader left
}

// Write implements io.Writer.
func (o *output) Write(p []byte) (int, error) {
	if o.left {
		return len(p), nil
	}
	o.wrote = o.wrote || len(p) > 0
	n, err := o.to.Write(p)
	if isBrokenPipe(err) {
		o.left = true
		return len(p), nil
	}
	return n, err
}

// Windows has no name of its own in package syscall for these.
const (
	windowsBrokenPipe   = syscall.Errno(109) // ERROR_BROKEN_PIPE
	windowsNoDataOnPipe = syscall.Errno(232) // ERROR_NO_DATA: the pipe is being closed
)

func isBrokenPipe(err error) bool {
	var number syscall.Errno
	if !errors.As(err, &number) {
		return false
	}
	return number == syscall.EPIPE || os.PathSeparator == '\\' && (number == windowsBrokenPipe || number == windowsNoDataOnPipe)
}

// terminalOf gives the terminal that a stream is; ok is false for anything else.
func terminalOf(stream any) (file *os.File, ok bool) {
	if out, wrapped := stream.(*output); wrapped {
		stream = out.to
	}
	file, ok = stream.(*os.File)
	return file, ok && term.IsTerminal(int(file.Fd()))
}

// isTerminal reports whether a stream is a terminal.
func isTerminal(stream any) bool {
	_, ok := terminalOf(stream)
	return ok
}

// dumb reports whether the terminal knows no escape sequences.
func dumb() bool { return os.Getenv("TERM") == "dumb" }

// text is how reports look on standard output. The colours are those that the terminal's owner chose: asking it for its background can take
// seconds where nothing answers.
func (a *app) text() report.TextOptions {
	options := report.TextOptions{Verbose: a.flags.verbose > 0}
	file, ok := terminalOf(a.out)
	if !ok {
		return options
	}
	if width, _, err := term.GetSize(int(file.Fd())); err == nil {
		options.Width = width
	}
	if !a.flags.noColor && os.Getenv("NO_COLOR") == "" && !dumb() {
		options.Theme = theme.Basic()
	}
	return options
}

// print writes one JSON document, or gives the error of making it.
func (a *app) print(document []byte, err error) error {
	if err != nil {
		return err
	}
	_, err = a.out.Write(document)
	return err
}
