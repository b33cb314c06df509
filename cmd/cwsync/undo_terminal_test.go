package main

import (
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestUndoAsksInATerminal: it shows its plan and asks; anything but yes changes nothing, and so does Ctrl-C.
func TestUndoAsksInATerminal(t *testing.T) {
	server := demoServer()
	listener := httptest.NewServer(server)
	t.Cleanup(func() { listener.CloseClientConnections(); listener.Close() })
	keys := server.Credentials()
	folder := t.TempDir()
	for name, content := range map[string]string{"setup.yaml": strings.ReplaceAll(demoSetup, "http://127.0.0.1:1", listener.URL), "usage.csv": string(demoUsage)} {
		must(os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600))
	}
	w := newTerminal(t, 110, 60, "CWSYNC_CONNECTION_PUBLIC_KEY="+keys.PublicKey, "CWSYNC_CONNECTION_PRIVATE_KEY="+keys.PrivateKey)
	w.run("clear; cwsync setup import " + filepath.Join(folder, "setup.yaml") + " && cwsync --sync > /dev/null; RUN=$(cwsync history --limit 1 --csv | tail -1 | cut -d, -f1); echo ready=$?")
	w.waitFor(`^ready=0`)
	wrote := len(server.Writes())

	round := 0
	asks := func(pattern string) { // the screen of the round before may still be there
		t.Helper()
		round++
		w.run(fmt.Sprintf("clear; echo round=%d; cwsync undo $RUN; echo ended=$?", round))
		w.waitFor(fmt.Sprintf("^round=%d", round))
		w.waitFor(pattern)
	}
	const question = `take back 7 changes in ConnectWise\? \[y/N\]`
	for _, c := range []struct{ answer, then string }{{"n", `^nothing was changed`}, {"", `^nothing was changed`}} {
		asks(question)
		w.run(c.answer)
		w.waitFor(c.then)
		w.waitFor(`^ended=0`)
	}
	asks(question)
	w.keys("C-c")
	w.waitFor(`^ended=130`)
	if now := len(server.Writes()); now != wrote {
		t.Fatalf("%d writes that nobody said yes to", now-wrote)
	}

	asks(question)
	w.run("y")
	w.waitFor(`: 7 applied`)
	w.waitFor(`^ended=0`)
	if now := len(server.Writes()); now != wrote+7 {
		t.Errorf("%d writes", now-wrote)
	}
	asks(`nothing to change`)
	w.waitFor(`^ended=0`)
}
