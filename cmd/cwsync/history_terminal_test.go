package main

import (
	"fmt"
	"strings"
	"testing"

	"cwsync/cwclient/cwsim"
)

// billed is all that is billed in a simulated ConnectWise, line by line.
func billed(server *cwsim.Server) string {
	var lines []string
	for agreement := 800; agreement < 830; agreement++ {
		for _, line := range server.World().Additions(agreement) {
			if fmt.Sprint(line.Quantity) != "0" {
				lines = append(lines, fmt.Sprint(agreement, " ", line.ProductIdentifier, " ", line.Quantity))
			}
		}
	}
	return strings.Join(lines, "\n")
}

// Who finds that a sync was wrong looks it up in the history, sees why, and takes it back; the next sync leaves it so.
func TestHistoryInATerminal(t *testing.T) {
	w, server := configured(t, 100, 30)
	before := billed(server)
	w.keys("Enter")
	w.yes(`Write 7 changes`)
	w.waitFor(`7 changes written`)
	if billed(server) == before {
		t.Fatal("the sync changed nothing")
	}
	w.keys("s")
	w.waitFor(`h  history`)
	w.keys("h")
	w.waitFor(`▸ ! \d\d:\d\d (to|yester)day +done, 7 applied, \d+ held`)
	w.keys("Enter")
	w.waitFor(`7 applied · `)
	w.keys("Enter")
	w.waitFor(`Quantity, run by run`)
	w.waitFor(`Rules of the set-up`)
	w.keys("Escape")
	w.waitFor(`7 applied · `)
	w.keys("u")
	w.waitFor(`To undo: run of`)
	w.keys("Enter")
	w.yes(`Take back 7 changes in ConnectWise`)
	w.waitFor(`Done: 7 changes written`)
	w.keys("Enter")
	w.waitFor(`▸ ✓ .* took back r-`)
	w.waitFor(`taken back since`)
	if after := billed(server); after != before {
		t.Errorf("ConnectWise had\n%s\nand has\n%s", before, after)
	}
	w.keys("/")
	w.text("ppe-bus")
	w.keys("Enter")
	w.waitFor(`\d+ changes in 2 runs`)
	w.leave()
	writes := len(server.Writes())
	w.run("clear; cwsync --sync >/dev/null; echo ended with $?")
	w.waitFor(`ended with 5`)
	if more := len(server.Writes()) - writes; more != 0 {
		t.Errorf("the next sync writes %d of what was taken back", more)
	}
}
