package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/itchyny/gojq"
	"github.com/rogpeppe/go-internal/testscript"
)

// Commands of the scripts beside those of testscript:
//
//	exitcode N COMMAND...   runs the command and wants this exit code; without a command, of the last background one that ended
//	signal INT|TERM|KILL    sends a signal to every background command
//	json FILTER [VALUE]     wants exactly one JSON document on standard output, and that the jq filter makes VALUE of it: true when it
//	                        is left out, and with @FILE what it makes of the document in that file
//	keep NAME FILTER FILE   puts what the filter makes of the document in a file into the environment
//	expand FILE             replaces ${NAME} in a file by the environment
//	sparse FILE BYTES       makes a file larger without writing it
//	mode FILE 0600          wants these permissions
//	age FILE 48h            makes a file this old
//	replace FILE OLD NEW    replaces a text in a file that has it
//	pause D                 lets time pass
//	await FILE              waits until somebody has written to a file
//	sqlite FILE SCRIPT      runs the statements of a file on an SQLite database
//	proofpoint start|fail   see proofpointCommand
//	vendor start, portal    see vendorCommand and portalCommand
//	page docs/NAME.md       runs a page of the docs, see pageCommand

// exitCodeCommand runs a command and compares its exit code.
func exitCodeCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: exitcode N [COMMAND...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	if len(args) == 1 {
		for _, cmd := range simulationOf(ts).background {
			if got := cmd.ProcessState.ExitCode(); got != want {
				ts.Fatalf("exit code %d, want %d", got, want)
			}
		}
		return
	}
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	if ended, ok := errors.AsType[*exec.ExitError](err); ok {
		got = ended.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// signalCommand signals the background commands; on a system without signals it ends the script.
func signalCommand(ts *testscript.TestScript, neg bool, args []string) {
	signals := map[string]os.Signal{"INT": os.Interrupt, "TERM": syscall.SIGTERM, "KILL": os.Kill}
	if neg || len(args) != 1 || signals[args[0]] == nil {
		ts.Fatalf("usage: signal INT|TERM|KILL")
	}
	simulationOf(ts).background = ts.BackgroundCmds()
	for _, cmd := range ts.BackgroundCmds() {
		ts.Check(cmd.Process.Signal(signals[args[0]]))
	}
}

// jsonCommand asks the one JSON document on standard output a question.
func jsonCommand(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 1 && len(args) != 2 {
		ts.Fatalf("usage: json FILTER [VALUE]")
	}
	document, err := onlyDocument(ts.ReadFile("stdout"))
	ts.Check(err)
	query, err := gojq.Parse(args[0])
	ts.Check(err)
	got, err := answers(query, document)
	ts.Check(err)
	want := "true"
	if len(args) == 2 {
		want = args[1]
	}
	if file, ok := strings.CutPrefix(want, "@"); ok {
		other, err := onlyDocument(ts.ReadFile(file))
		ts.Check(err)
		want, err = answers(query, other)
		ts.Check(err)
	}
	if (got == want) == neg {
		ts.Fatalf("%s is %s, want %s", args[0], got, want)
	}
}

func keepCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: keep NAME FILTER FILE")
	}
	document, err := onlyDocument(ts.ReadFile(args[2]))
	ts.Check(err)
	query, err := gojq.Parse(args[1])
	ts.Check(err)
	value, err := answers(query, document)
	ts.Check(err)
	ts.Setenv(args[0], value)
}

// onlyDocument refuses anything but exactly one document.
func onlyDocument(text string) (document any, err error) {
	decoder := json.NewDecoder(strings.NewReader(text))
	if err := decoder.Decode(&document); err != nil {
		return nil, fmt.Errorf("standard output is no JSON document: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("standard output holds more than one JSON document")
	}
	return document, nil
}

// answers are the results of a query, joined by spaces; texts without quotes.
func answers(query *gojq.Query, document any) (string, error) {
	var texts []string
	results := query.Run(document)
	for {
		value, ok := results.Next()
		if !ok {
			return strings.Join(texts, " "), nil
		}
		if err, failed := value.(error); failed {
			return "", err
		}
		if text, ok := value.(string); ok {
			texts = append(texts, text)
			continue
		}
		encoded, err := gojq.Marshal(value)
		if err != nil {
			return "", err
		}
		texts = append(texts, string(encoded))
	}
}

func expandCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: expand FILE...")
	}
	for _, name := range args {
		text := os.Expand(ts.ReadFile(name), ts.Getenv)
		ts.Check(os.WriteFile(ts.MkAbs(name), []byte(text), 0o600))
	}
}

func sparseCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: sparse FILE BYTES")
	}
	size, err := strconv.ParseInt(args[1], 10, 64)
	ts.Check(err)
	ts.Check(os.Truncate(ts.MkAbs(args[0]), size))
}

func modeCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: mode FILE 0600")
	}
	want, err := strconv.ParseUint(args[1], 8, 32)
	ts.Check(err)
	info, err := os.Stat(ts.MkAbs(args[0]))
	ts.Check(err)
	if info.Mode().Perm() != fs.FileMode(want) {
		ts.Fatalf("%s has mode %04o, want %04o", args[0], info.Mode().Perm(), want)
	}
}

func ageCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: age FILE 48h")
	}
	old, err := time.ParseDuration(args[1])
	ts.Check(err)
	then := time.Now().Add(-old)
	ts.Check(os.Chtimes(ts.MkAbs(args[0]), then, then))
}

// awaitCommand waits for a background command to write a file; that it never does ends the script after a while.
func awaitCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: await FILE")
	}
	for range 2000 {
		if info, err := os.Stat(ts.MkAbs(args[0])); err == nil && info.Size() > 0 {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	ts.Fatalf("waited 10 s for %s", args[0])
}

func replaceCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: replace FILE OLD NEW")
	}
	text := ts.ReadFile(args[0])
	if !strings.Contains(text, args[1]) {
		ts.Fatalf("%s does not have %q", args[0], args[1])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.ReplaceAll(text, args[1], args[2])), 0o600))
}

func pauseCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: pause D")
	}
	span, err := time.ParseDuration(args[0])
	ts.Check(err)
	time.Sleep(span)
}
