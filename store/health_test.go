package store

import (
	"os"
	"runtime"
	"testing"
	"time"

	"cwsync/syncer"
)

func TestVersionIsThatOfTheNewestMigration(t *testing.T) {
	entries, err := migrations.ReadDir("migrations")
	if err != nil {
		t.Fatal(err)
	}
	s := openStore(t, newPath(t))
	if version, err := s.Version(t.Context()); err != nil || version != int64(len(entries)) {
		t.Errorf("version %d, %v; there are %d migrations", version, err, len(entries))
	}
}

func TestFilesThatOthersCanRead(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // which has no such rights
	}
	path := newPath(t)
	openStore(t, path)
	if exposed := Exposed(path); len(exposed) != 0 {
		t.Errorf("a new database is open to others: %+v", exposed)
	}
	for name, mode := range map[string]os.FileMode{path: 0o640, path + "-wal": 0o602} {
		if err := os.Chmod(name, mode); err != nil {
			t.Fatal(err)
		}
	}
	exposed := Exposed(path)
	if len(exposed) != 2 || exposed[0] != (ExposedFile{path, 0o640}) || exposed[1] != (ExposedFile{path + "-wal", 0o602}) {
		t.Errorf("got %+v", exposed)
	}
	link := path + ".link"
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	if exposed := Exposed(link); len(exposed) != 0 {
		t.Errorf("a link: %+v", exposed)
	}
}

// TestRunEnds: the same runs in the same order as the history, with the same ends.
func TestRunEnds(t *testing.T) {
	p := newProfile(t)
	if ends, err := p.RunEnds(t.Context(), 10); err != nil || len(ends) != 0 {
		t.Errorf("of a profile without runs: %v, %+v", err, ends)
	}
	for i, code := range []int{0, 5, 75} {
		run := newRun("r"+string(rune('1'+i)), update(1))
		run.Started = started.Add(time.Duration(i) * time.Hour)
		check(t, p.Begin(t.Context(), run))
		if i < 2 {
			run.ExitCode, run.Outcomes = code, []syncer.Outcome{{Status: syncer.Applied}}
			check(t, p.Finish(t.Context(), run, syncer.OwnershipChange{}))
		}
	}
	ends, err := p.RunEnds(t.Context(), 2)
	check(t, err)
	wantSame(t, ends, []RunEnd{{"r3", started.Add(2 * time.Hour), Unfinished}, {"r2", started.Add(time.Hour), 5}})
}
