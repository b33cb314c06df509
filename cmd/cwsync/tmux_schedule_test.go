package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// standInCrontab is the crontab of a machine that the walk makes up.
const standInCrontab = `#!/bin/sh
case "$1" in
-l) [ -f "$WORK/crontab" ] || { echo "no crontab for ada" >&2; exit 1; }; cat "$WORK/crontab" ;;
-) cat >"$WORK/crontab" ;;
esac
`

// A technician has the sync run every night, reads on Start when that is, and takes it away again.
func TestScheduleInATerminal(t *testing.T) {
	server, site, environ := connectWise(t)
	w := newTerminal(t, 100, 30, environ...)
	folder := t.TempDir()
	writeDemo(t, folder, site, server.Credentials())
	keys := server.Credentials()
	if err := os.MkdirAll(filepath.Join(folder, "machine"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{
		"keys.yaml":  "connection.public_key: " + keys.PublicKey + "\nconnection.private_key: " + keys.PrivateKey + "\n",
		"crontab.sh": standInCrontab,
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	w.run("cd " + folder + "; export WORK=$PWD PATH=$PWD/fake:$PATH SCRIPT_MACHINE=\"linux 1000 $PWD/machine\"; mkdir fake; mv crontab.sh fake/crontab; chmod 755 fake/crontab")
	// A scheduler starts the program by the path of its file, which must have its name.
	w.run("cp \"$(readlink -f \"$(command -v cwsync)\")\" fake/cwsync")
	w.run("clear; cwsync setup import setup.yaml; clear; cwsync --credentials $PWD/keys.yaml")
	w.waitFor(`Next run +not scheduled`)
	w.keys("s")
	w.waitFor(`Not scheduled: a sync runs only when somebody starts it`)
	w.keys("Enter")
	w.waitFor(`Put it in place`)
	w.keys("Down", "Down", "Enter")
	w.waitFor(`✓ cron entry cwsync-default: daily at 06:00`)
	crontab, err := os.ReadFile(filepath.Join(folder, "crontab"))
	if err != nil || !strings.Contains(string(crontab), "--sync --profile default ") {
		t.Errorf("the crontab is %q, %v", crontab, err)
	}
	w.keys("Escape")
	w.waitFor(`Next run +(today|tomorrow) 06:00 by cron entry cwsync-default`)
	w.keys("s")
	w.waitFor(`✓ cron entry cwsync-default`)
	w.keys("x")
	w.yes(`Take the schedule away`)
	w.waitFor(`Not scheduled`)
	if crontab, err = os.ReadFile(filepath.Join(folder, "crontab")); err != nil || len(crontab) != 0 {
		t.Errorf("the crontab is %q, %v", crontab, err)
	}
	w.keys("Escape")
	w.waitFor(`Next run +not scheduled`)
	w.keys("q")
	w.isAsItWas()
}
