package main

import (
	"os"

	"cwsync/store"
)

// makePrivate takes the rights of others away from a database that was there already, and from what SQLite keeps beside it: it names customers and
// what they pay. It is for an open database: then it surely is one of ours.
func (a *app) makePrivate(path string) {
	for _, file := range store.Exposed(path) {
		if err := os.Chmod(file.Path, file.Mode&^0o077); err != nil {
			a.log.Warn("others can read the database", "file", file.Path, "mode", file.Mode.String(), "error", err.Error())
			continue
		}
		a.log.Warn("others could read the database; now only its owner can", "file", file.Path, "mode", file.Mode.String())
	}
}
