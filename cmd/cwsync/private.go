package main

import (
	"io/fs"
	"os"
	"runtime"
)

// makePrivate takes the rights of others away from a database that was there already, and from what SQLite keeps beside it: it names customers and
// what they pay. It is for an open database: then it surely is one of ours. A symbolic link is left alone: whoever made it decides about what it
// leads to.
func (a *app) makePrivate(path string) {
	if runtime.GOOS == "windows" { // which has no such rights
		return
	}
	for _, name := range []string{path, path + "-wal", path + "-shm"} {
		info, err := os.Lstat(name)
		if err != nil || !info.Mode().IsRegular() || info.Mode().Perm()&0o077 == 0 {
			continue
		}
		if err := os.Chmod(name, info.Mode().Perm()&^fs.FileMode(0o077)); err != nil {
			a.log.Warn("others can read the database", "file", name, "mode", info.Mode().Perm().String(), "error", err.Error())
			continue
		}
		a.log.Warn("others could read the database; now only its owner can", "file", name, "mode", info.Mode().Perm().String())
	}
}
