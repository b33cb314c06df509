package main

import (
	"context"
	"os"
)

// panickingCommand is the name under which the test binary is panickingMain.
const panickingCommand = "cwsync-panicking"

// panickingMain is the program with an output that panics, at the report of the run: keys, client and store are open then.
func panickingMain() {
	os.Exit(execute(context.Background(), os.Args[1:], streams{in: os.Stdin, out: panicking{}, err: os.Stderr}))
}

type panicking struct{}

func (panicking) Write([]byte) (int, error) { panic("while a client is open") }
