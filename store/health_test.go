package store

import (
	"os"
	"runtime"
	"testing"
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
