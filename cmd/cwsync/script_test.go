package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"go.uber.org/goleak"
)

// TestMain lets the test binary be cwsync: the scripts start it again under that name.
func TestMain(m *testing.M) {
	testscript.Main(leakless{m}, map[string]func(){"cwsync": scriptMain, residentCommand: residentMain, crashCommand: crashMain, panickingCommand: panickingMain})
}

// leakless are tests that fail when one leaves a goroutine behind.
type leakless struct{ *testing.M }

// Run implements testscript.TestingM.
func (m leakless) Run() int {
	code := m.M.Run()
	if code == 0 {
		if err := goleak.Find(); err != nil {
			fmt.Fprintln(os.Stderr, "goroutines are left:", err)
			return 1
		}
	}
	return code
}

// TestScripts runs testdata/script: each file shows one behaviour of the command line.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                filepath.Join("..", "..", "testdata", "script"),
		RequireUniqueNames: true,
		Setup:              setUpScript,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"cwsim": cwsimCommand, "exitcode": exitCodeCommand, "signal": signalCommand, "json": jsonCommand,
			"keep": keepCommand, "expand": expandCommand, "sparse": sparseCommand, "mode": modeCommand, "age": ageCommand, "await": awaitCommand,
			"replace": replaceCommand, "pause": pauseCommand, "sqlite": sqliteCommand, "proofpoint": proofpointCommand, "vendor": vendorCommand, "portal": portalCommand,
			"page": pageCommand,
		},
	})
}

// setUpScript gives a script its own home, database and simulated ConnectWise, and nothing of the machine that runs it.
func setUpScript(env *testscript.Env) error {
	for _, name := range []string{"CWSYNC_DB", "CREDENTIALS_DIRECTORY", "NO_COLOR", "COLORFGBG", "DBUS_SESSION_BUS_ADDRESS"} {
		env.Setenv(name, "")
	}
	env.Vars = withoutEmpty(env.Vars)
	home := filepath.Join(env.WorkDir, "home")
	for _, name := range []string{"HOME", "USERPROFILE"} {
		env.Setenv(name, home)
	}
	env.Setenv("XDG_CONFIG_HOME", filepath.Join(home, "config"))
	env.Setenv("APPDATA", filepath.Join(home, "config"))
	env.Setenv("TMPDIR", filepath.Join(env.WorkDir, "tmp"))
	env.Setenv("CWSYNC_DB", filepath.Join(env.WorkDir, "store", "cwsync.db"))
	env.Values[worldKey{}] = &simulation{}
	env.Values[vendorKey{}] = &vendor{}
	for _, folder := range []string{home, filepath.Join(env.WorkDir, "tmp")} {
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return err
		}
	}
	return nil
}

// withoutEmpty drops variables without a value: an empty one is not the same as none.
func withoutEmpty(vars []string) []string {
	var kept []string
	for _, entry := range vars {
		if _, value, _ := strings.Cut(entry, "="); value != "" {
			kept = append(kept, entry)
		}
	}
	return kept
}
