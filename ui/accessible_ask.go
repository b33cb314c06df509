package ui

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"cwsync/ui/report"

	"golang.org/x/term"
)

// lineReader reads lines aside, so that a person who leaves need not type one more.
type lineReader struct {
	buffer   *bufio.Reader
	terminal *os.File // nil when the input is none
}

// maxLine is the longest line in bytes that is taken.
const maxLine = 64 << 10

func newLineReader(input io.Reader) *lineReader {
	r := &lineReader{buffer: bufio.NewReaderSize(input, maxLine)}
	if file, ok := input.(*os.File); ok && term.IsTerminal(int(file.Fd())) {
		r.terminal = file
	}
	return r
}

type lineRead struct {
	text string
	err  error
}

// read gives the next line without its end. A last line without one counts.
func (r *lineReader) read(ctx context.Context, secret bool) (string, error) {
	answers := make(chan lineRead, 1)
	restore := func() {}
	// What was typed ahead is in the buffer already.
	hidden := secret && r.terminal != nil && r.buffer.Buffered() == 0
	if hidden {
		if state, err := term.GetState(int(r.terminal.Fd())); err == nil {
			restore = func() { _ = term.Restore(int(r.terminal.Fd()), state) } // the terminal shows what is typed again
		}
	}
	go func() {
		if hidden {
			typed, err := term.ReadPassword(int(r.terminal.Fd()))
			answers <- lineRead{string(typed), err}
			clear(typed)
			return
		}
		line, err := r.buffer.ReadSlice('\n')
		text := strings.TrimRight(string(line), "\r\n")
		if errors.Is(err, io.EOF) && text != "" {
			err = nil
		}
		answers <- lineRead{text, err}
	}()
	select {
	case answer := <-answers:
		return answer.text, answer.err
	case <-ctx.Done():
		restore()
		return "", ctx.Err()
	}
}

// line asks for a line. b, q and ? are the business of whoever asks; the end of the input leaves.
func (p *prompts) line(question string) (string, error) { return p.asked(question, false) }

// secret asks for a line that is not shown.
func (p *prompts) secret(question string) (string, error) { return p.asked(question, true) }

func (p *prompts) asked(question string, secret bool) (string, error) {
	fmt.Fprint(p.out, question+" ")
	text, err := p.in.read(p.ctx, secret)
	if p.in.terminal == nil || secret || err != nil {
		p.say("") // nobody else ended the line
	}
	switch {
	case errors.Is(err, io.EOF):
		return "", errLeave
	case errors.Is(err, bufio.ErrBufferFull):
		return "", fmt.Errorf("a line of the input is longer than %d bytes", maxLine)
	case err != nil:
		return "", err
	}
	if secret {
		return strings.TrimSpace(text), nil
	}
	return strings.TrimSpace(report.Plain(text)), nil
}

// confirm asks a question whose safe answer is no.
func (p *prompts) confirm(ask askMsg) (bool, error) {
	p.say("%s", report.Plain(ask.title))
	for _, line := range ask.lines {
		if line != "" {
			p.say("  %s", report.Plain(line))
		}
	}
	answer, err := p.line(fmt.Sprintf("y: %s, enter: no.", report.Plain(ask.yes)))
	return err == nil && strings.EqualFold(answer, "y"), err
}

// option is one thing that can be answered.
type option struct {
	keys string // what is typed for it: "enter", "1 to 5", "s"
	text string
	do   func(answer string) error
}

// choose asks until one of options is answered, and takes b, q and ? as everywhere. An option whose keys are a range of numbers gets the number;
// one whose keys end in " text" gets what follows.
func (p *prompts) choose(options []option) error {
	parts := make([]string, len(options))
	for i, option := range options {
		parts[i] = option.keys + ": " + option.text
	}
	for {
		answer, err := p.line(strings.Join(parts, ", ") + ".")
		if err != nil {
			return err
		}
		switch answer {
		case "?":
			for _, part := range append(slices.Clone(parts), "b: back; nothing is lost", "q: leave; everything is saved") {
				p.say("  %s", part)
			}
			continue
		case "q":
			return errLeave
		case "b":
			return errBack
		}
		for _, option := range options {
			if value, ok := option.takes(answer); ok {
				return option.do(value)
			}
		}
		p.say("%q is none of these; ? lists them.", answer)
	}
}

// errBack is the answer b: whoever asked goes back one level.
var errBack = errors.New("back")

// takes reports whether an answer means this option, and gives what it says beyond that.
func (o option) takes(answer string) (value string, ok bool) {
	if o.keys == "enter" {
		return "", answer == ""
	}
	if word, isText := strings.CutSuffix(o.keys, " text"); isText {
		if rest, found := strings.CutPrefix(answer, word); found {
			return strings.TrimSpace(rest), true
		}
		return "", false
	}
	var first, last int
	if n, err := fmt.Sscanf(o.keys, "%d to %d", &first, &last); n == 2 && err == nil {
		_, ok := picked(answer, last)
		return answer, ok
	}
	return answer, answer == o.keys
}

// numbers are the keys of an option for count numbered lines.
func numbers(count int) string {
	if count == 1 {
		return "1"
	}
	return fmt.Sprintf("1 to %d", count)
}

// inside takes the answer b below the first level of a step: it goes up one level, which is where the caller goes anyway.
func (p *prompts) inside(err error) error {
	if errors.Is(err, errBack) {
		return nil
	}
	return err
}
