package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// TestGettingStartedRuns runs what docs/GETTING-STARTED.md tells its reader to type, in order: each block of ```sh by a shell with a home of its own,
// against the simulated ConnectWise that the page starts. A block of ```text behind one is what it prints.
func TestGettingStartedRuns(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the blocks of the page are for a shell of Linux and macOS")
	}
	page := read(t, "docs/GETTING-STARTED.md")
	r := newReader(t)
	ran, compared := 0, 0
	var printed string
	last := ""
	for _, block := range fencedBlocks(page) {
		switch {
		case block.language == "sh" && strings.HasPrefix(block.text, "cwsync demo --serve"):
			printed = r.serve(block.text)
			ran++
		case block.language == "sh":
			printed = r.types(block.text)
			ran++
		case block.language == "text" && last == "sh":
			wantShown(t, r.own(block.text), printed)
			r.learn(block.text, printed)
			compared++
		}
		last = block.language
	}
	if ran < 15 || compared < 10 {
		t.Errorf("%d blocks ran and %d were compared: what became of the page?", ran, compared)
	}
}

// TestSchedulingShowsWhatIsPrinted runs the commands of docs/SCHEDULING.md on a machine with a stand-in for systemd, and compares what they print.
func TestSchedulingShowsWhatIsPrinted(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the blocks of the page are for a shell of Linux and macOS")
	}
	r := newReader(t)
	top := t.TempDir()
	if err := os.MkdirAll(filepath.Join(top, "run", "systemd", "system"), 0o700); err != nil {
		t.Fatal(err)
	}
	r.put = strings.NewReplacer("sudo cwsync", "SCRIPT_MACHINE='linux 0 "+top+"' cwsync")
	printed, compared := "", 0
	for _, block := range fencedBlocks(read(t, "docs/SCHEDULING.md")) {
		switch block.language {
		case "sh":
			printed = r.types(block.text)
		case "text":
			wantShown(t, block.text, printed)
			compared++
		}
	}
	if compared != 7 {
		t.Errorf("%d blocks were compared", compared)
	}
}

// reader is somebody who types what the page says.
type reader struct {
	t        *testing.T
	folder   string
	environ  []string
	exported string            // what was exported so far
	pairs    []string          // what stands in the page, each with what this reader has instead
	put      *strings.Replacer // of pairs
}

func newReader(t *testing.T) *reader {
	t.Helper()
	folder := t.TempDir()
	if err := os.Mkdir(filepath.Join(folder, "home"), 0o700); err != nil {
		t.Fatal(err)
	}
	environ := []string{"HOME=" + filepath.Join(folder, "home"), "TMPDIR=" + folder, "TZ=UTC", "LANG=C.UTF-8"}
	return &reader{t: t, folder: folder, environ: append(environ, standInScheduler(t)...), put: strings.NewReplacer()}
}

// own is a text of the page with what is this reader's own.
func (r *reader) own(text string) string { return r.put.Replace(text) }

func (r *reader) command(script string) *exec.Cmd {
	cmd := exec.Command("sh", "-c", script)
	path := "PATH=" + os.Getenv("PATH")
	for _, entry := range r.environ {
		if before, found := strings.CutPrefix(entry, "PATH="); found {
			path = "PATH=" + before
		}
	}
	cmd.Dir, cmd.Env = r.folder, append(append([]string{}, r.environ...), path)
	return cmd
}

// types runs a block and gives all that it printed. A command that ends with another exit code than 0 says so in a line [exit 5], as the page shows it.
func (r *reader) types(block string) string {
	r.t.Helper()
	var script strings.Builder
	script.WriteString(r.exported)
	for _, command := range commands(r.own(block)) {
		if strings.HasPrefix(command, "export ") {
			r.exported += command + "\n"
		}
		script.WriteString(command + "\ncode=$?; [ $code -eq 0 ] || echo \"[exit $code]\"\n")
	}
	cmd := r.command(script.String())
	out, err := cmd.CombinedOutput()
	if err != nil {
		r.t.Fatalf("%s: %v: %s", block, err, out)
	}
	return string(out)
}

// commands are those of a block, each with its here-document and its continued lines.
func commands(block string) (all []string) {
	var command []string
	end := ""
	for line := range strings.Lines(block) {
		line = strings.TrimSuffix(line, "\n")
		if len(command) == 0 && strings.TrimSpace(line) == "" {
			continue
		}
		command = append(command, line)
		if _, word, found := strings.Cut(line, "<<'"); found && end == "" {
			end, _, _ = strings.Cut(word, "'")
		} else if line == end {
			end = ""
		}
		if end == "" && !strings.HasSuffix(line, `\`) {
			all, command = append(all, strings.Join(command, "\n")), nil
		}
	}
	return all
}

// serve runs the simulated ConnectWise until the test ends, at an address that is free.
func (r *reader) serve(block string) string {
	r.t.Helper()
	const named = "127.0.0.1:18080"
	cmd := r.command("exec " + strings.Replace(block, named, "127.0.0.1:0", 1))
	out, err := cmd.StdoutPipe()
	if err != nil {
		r.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() {
		if err := cmd.Process.Signal(os.Interrupt); err != nil {
			r.t.Error(err)
		}
		var ended *exec.ExitError
		if err := cmd.Wait(); err != nil && !errors.As(err, &ended) {
			r.t.Error(err)
		}
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		r.t.Fatalf("%s: %v", block, err)
	}
	var served struct {
		Site       string `json:"site"`
		PublicKey  string `json:"public_key"`
		PrivateKey string `json:"private_key"`
	}
	if err := json.Unmarshal([]byte(line), &served); err != nil {
		r.t.Fatal(err)
	}
	r.pairs = append(r.pairs, named, strings.TrimPrefix(served.Site, "http://"), "PUBLIC_KEY=…", "PUBLIC_KEY="+served.PublicKey, "PRIVATE_KEY=…", "PRIVATE_KEY="+served.PrivateKey)
	r.put = strings.NewReplacer(r.pairs...)
	return line
}

// learn takes the runs that a page shows for those that were printed, so that a later command can name one.
func (r *reader) learn(shown, printed string) {
	printedIDs := distinct(runID.FindAllString(printed, -1))
	for i, id := range distinct(runID.FindAllString(shown, -1)) {
		if i < len(printedIDs) && !slices.Contains(r.pairs, id) {
			r.pairs = append(r.pairs, id, printedIDs[i])
		}
	}
	r.put = strings.NewReplacer(r.pairs...)
}

var runID = regexp.MustCompile(`\br-\d{8}-\d{6}-[0-9a-f]{8}\b`)

func distinct(all []string) (kept []string) {
	for _, one := range all {
		if !slices.Contains(kept, one) {
			kept = append(kept, one)
		}
	}
	return kept
}

// wantShown wants what the page shows to be what was printed.
func wantShown(t *testing.T, shown, printed string) {
	t.Helper()
	if !shownAs(shown).MatchString(steady(printed)) {
		t.Errorf("the page shows\n%s\nand this was printed:\n%s", shown, printed)
	}
}

// standInScheduler makes a machine whose systemd is a stand-in, that of the scripts, and gives the environment that cwsync of the tests takes it from. The
// scheduler of the machine that runs the tests is never touched.
func standInScheduler(t *testing.T) (environ []string) {
	t.Helper()
	work := t.TempDir()
	archive, err := txtar.ParseFile(filepath.Join("..", "..", "testdata", "script", "schedule-systemd.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range []string{"fake", filepath.Join("machine", "run", "systemd", "system"), filepath.Join("machine", "var", "lib", "systemd", "linger")} {
		if err := os.MkdirAll(filepath.Join(work, folder), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for _, file := range archive.Files {
		if strings.HasPrefix(file.Name, "fake/") {
			if err := os.WriteFile(filepath.Join(work, filepath.FromSlash(file.Name)), bytes.TrimSpace(file.Data), 0o700); err != nil { //nolint:gosec // programs
				t.Fatal(err)
			}
		}
	}
	return []string{"WORK=" + work, "SCRIPT_MACHINE=linux 1000 " + filepath.Join(work, "machine"), "PATH=" + filepath.Join(work, "fake") + string(os.PathListSeparator) + os.Getenv("PATH")}
}
