package main

import (
	"os"

	"golang.org/x/sys/windows"
)

// freeDisk is how many bytes this user may still write to the disk that holds a folder.
func freeDisk(folder string) (uint64, error) {
	name, err := windows.UTF16PtrFromString(folder)
	if err != nil {
		return 0, &os.PathError{Op: "ask for the free space of", Path: folder, Err: err}
	}
	var free uint64
	if err := windows.GetDiskFreeSpaceEx(name, &free, nil, nil); err != nil {
		return 0, &os.PathError{Op: "ask for the free space of", Path: folder, Err: err}
	}
	return free, nil
}
