package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// pageCommand runs a page of the docs as a person would who follows it, in its order. A block of code whose first line names a language and a file
// is written to that file. In a block of console, each line that starts with $ is a command; the lines below are what it prints, where … stands for
// anything, alone on a line for any lines. What differs from one run to the next (dates, times, ids, digests, addresses) only has to have its form.
// `$ echo $?` shows the exit code of the command before it, which else is 0.
//
//	page docs/SETUP.md
func pageCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: page PAGE")
	}
	text, err := os.ReadFile(filepath.Join("..", "..", filepath.FromSlash(args[0])))
	ts.Check(err)
	steps := 0
	for _, b := range fencedBlocks(string(text)) {
		switch {
		case b.file != "":
			own := strings.NewReplacer(pageSite, ts.Getenv("CW_SITE"))
			ts.Check(os.WriteFile(ts.MkAbs(b.file), []byte(own.Replace(b.text)), 0o600))
		case b.language == "console":
			for _, step := range b.steps() {
				runStep(ts, step)
				steps++
			}
		}
	}
	if steps == 0 {
		ts.Fatalf("%s has no commands", args[0])
	}
}

// pageSite is the simulated ConnectWise as the pages name it.
const pageSite = "http://127.0.0.1:18080"

// runStep runs one command of a page and compares what it prints with what the page shows.
func runStep(ts *testscript.TestScript, step pageStep) {
	words := strings.Fields(step.command)
	if words[0] != "cwsync" && words[0] != "cp" {
		ts.Fatalf("a page runs cwsync and cp alone, and not %s", step.command)
	}
	err := ts.Exec(words[0], words[1:]...)
	code := 0
	if ended, ok := errors.AsType[*exec.ExitError](err); ok {
		code = ended.ExitCode()
	} else {
		ts.Check(err)
	}
	if code != step.exit {
		ts.Fatalf("%s: exit code %d, and the page says %d", step.command, code, step.exit)
	}
	printed := ts.ReadFile("stdout") + ts.ReadFile("stderr")
	if !shownAs(step.shows).MatchString(steady(printed)) {
		ts.Fatalf("%s prints\n%s\nand the page shows\n%s", step.command, printed, step.shows)
	}
}

// block is a fenced block of a page.
type block struct {
	language, file string
	text           string
}

func fencedBlocks(page string) []block {
	var blocks []block
	for _, found := range regexp.MustCompile("(?ms)^```([a-z]+)(?: ([^\\n`]+))?\\n(.*?)^```$").FindAllStringSubmatch(page, -1) {
		blocks = append(blocks, block{found[1], found[2], found[3]})
	}
	return blocks
}

// pageStep is one command of a page.
type pageStep struct {
	command, shows string
	exit           int
}

func (b block) steps() []pageStep {
	var steps []pageStep
	exitOf := false
	for line := range strings.Lines(b.text) {
		command, is := strings.CutPrefix(line, "$ ")
		command = strings.TrimSpace(command)
		switch {
		case is && command == "echo $?":
			exitOf = true
		case is:
			steps = append(steps, pageStep{command: command})
		case exitOf:
			steps[len(steps)-1].exit, _ = strconv.Atoi(strings.TrimSpace(line))
			exitOf = false
		default:
			steps[len(steps)-1].shows += line
		}
	}
	return steps
}

// steady replaces what differs from one run to the next, and the width of gaps.
func steady(text string) string {
	for _, form := range []struct{ pattern, by string }{
		{`\d{4}-\d\d-\d\dT[0-9:.]+Z`, "TIME"},
		{`\d{4}-\d\d-\d\d( \d\d:\d\d( UTC)?)?`, "DATE"},
		{`\b([pr])-(TIME|\d{8}-\d{6})-[0-9a-f]{8}\b`, "$1-ID"},
		{`\b[0-9a-f]{64}\b`, "DIGEST"},
		{`127\.0\.0\.1:\d+`, "ADDRESS"},
		{`"duration_ms": \d+`, `"duration_ms": N`},
		{`[ \t]+`, " "},
		{`\r\n`, "\n"}, // CSV
	} {
		text = regexp.MustCompile(form.pattern).ReplaceAllString(text, form.by)
	}
	return text
}

// shownAs is the pattern that a page gives by what it shows. A JSON document may have more keys than the page shows: keys are only ever added.
func shownAs(shows string) *regexp.Regexp {
	const anyLines = `(?:.*\n)*?`
	var pattern strings.Builder
	pattern.WriteString(`\A`)
	document := strings.HasPrefix(shows, "{")
	for line := range strings.Lines(steady(shows)) {
		line = strings.TrimSuffix(line, "\n")
		if strings.TrimSpace(line) == "…" {
			pattern.WriteString(anyLines)
			continue
		}
		after := `\n`
		if document {
			line, after = strings.TrimSuffix(line, ","), `,?\n`+anyLines
		}
		pattern.WriteString(strings.ReplaceAll(regexp.QuoteMeta(line), "…", ".*") + after)
	}
	return regexp.MustCompile(pattern.String() + `\z`)
}
