//go:build unix

package main

import (
	"os"

	"golang.org/x/sys/unix"
)

// freeDisk is how many bytes this user may still write to the disk that holds a folder.
func freeDisk(folder string) (uint64, error) {
	var disk unix.Statfs_t
	if err := unix.Statfs(folder, &disk); err != nil {
		return 0, &os.PathError{Op: "ask for the free space of", Path: folder, Err: err}
	}
	return disk.Bavail * uint64(disk.Bsize), nil //nolint:unconvert // the types differ from system to system
}
