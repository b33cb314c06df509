package main

import (
	"context"
	"os"
	"strconv"
	"strings"
)

// scriptMain is cwsync as scripts run it. With SCRIPT_MACHINE="linux 1000 /folder" it takes itself to be run by user 1000 of a Linux machine
// whose etc, run and var lie in that folder; with a fourth word somebody can be asked. What a script does not make there is not there, so that
// no scheduler of the machine that runs the tests is ever touched.
func scriptMain() {
	words := strings.Fields(os.Getenv("SCRIPT_MACHINE"))
	if len(words) < 3 {
		main()
		return
	}
	id, err := strconv.Atoi(words[1])
	if err != nil {
		panic(err)
	}
	on := machine{system: words[0], userID: id, top: words[2], asks: len(words) > 3}
	os.Exit(executeOn(context.Background(), on, os.Args[1:], streams{in: os.Stdin, out: os.Stdout, err: os.Stderr}))
}
