package schedule

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// What systemd itself says of the units: it reads them as it would before it starts them.
func TestSystemdTakesTheUnits(t *testing.T) {
	verifier, err := exec.LookPath("systemd-analyze")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("systemd-analyze is missing: these checks need the package systemd")
		}
		t.Skip("systemd-analyze is missing: the units are not verified here")
	}
	for _, machine := range []bool{true, false} {
		for _, v := range variants() {
			entry := ordinary(t, Systemd)
			if machine {
				wholeMachine(entry)
			}
			v.apply(entry)
			folder := t.TempDir()
			program := filepath.Join(folder, filepath.Base(filepath.Dir(entry.Program)), "cwsync") // systemd looks whether it is there
			entry.Folder, entry.Program = filepath.Join(folder, "units"), program
			made := []string{"verify"}
			if !machine {
				made = []string{"--user", "verify"}
			}
			for path, text := range unitsOf(t, entry) {
				write(t, path, text, 0o600)
				made = append(made, path)
			}
			write(t, program, "#!/bin/sh\n", 0o700)
			cmd := exec.Command(verifier, made...)
			cmd.Env = append(os.Environ(), "XDG_RUNTIME_DIR="+folder)
			if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
				t.Errorf("machine %t, %s: %v\n%s", machine, v.name, err, out)
			}
		}
	}
}

// unitsOf are the units of an entry by their paths.
func unitsOf(t *testing.T, entry *Entry) map[string]string {
	t.Helper()
	text, err := entry.Text()
	if err != nil {
		t.Fatal(err)
	}
	units := map[string]string{}
	for _, file := range text.Files {
		units[file.Path] = file.Text
	}
	return units
}

func write(t *testing.T, path, text string, mode os.FileMode) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
}

// The check runs with every setting of the unit that bounds the run, or it would prove nothing.
func TestTheCheckHasTheSettingsOfTheUnit(t *testing.T) {
	for _, machine := range []bool{true, false} {
		entry := ordinary(t, Systemd)
		if machine {
			wholeMachine(entry)
			entry.User = "ada"
		}
		command := entry.CheckCommand("systemd-run", []string{"secret", "list", "--db", "/a $b/100%"})
		if slices.Contains(command, "--user") == machine {
			t.Errorf("%q", command)
		}
		for line := range strings.Lines(entry.service()) {
			key, value, ok := strings.Cut(strings.TrimSpace(line), "=")
			if !ok || strings.HasPrefix(line, "#") || slices.Contains([]string{"Description", "Wants", "After", "Type", "ExecStart", "TimeoutStartSec", "SuccessExitStatus"}, key) {
				continue
			}
			if !slices.Contains(command, "--property="+key+"="+value) {
				t.Errorf("machine %t: no %s=%s in %q", machine, key, value, command)
			}
		}
		if end := slices.Index(command, "--"); !slices.Equal(command[end+1:], []string{entry.Program, "secret", "list", "--db", "/a $$b/100%"}) {
			t.Errorf("%q", command[end:])
		}
	}
}

func TestNoSecretsMeansNoPreparation(t *testing.T) {
	entry := ordinary(t, Systemd)
	text, err := entry.Text()
	if err != nil || text.Prepare != nil {
		t.Error(text.Prepare, err)
	}
	entry.Credentials = []Credential{{"cwsync.default.alert.a", "/home/a b/credstore.encrypted/cwsync.default.alert.a"}}
	text, err = entry.Text()
	if err != nil || !strings.Contains(text.Prepare[1], "systemd-creds encrypt --user --name=cwsync.default.alert.a - '/home/a b/") {
		t.Error(text.Prepare, err)
	}
}
