//go:build unix

package main

import (
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// silentDocuments are names of documents from which nothing ever comes.
func silentDocuments(t *testing.T) map[string]string {
	t.Helper()
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := unix.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { // whoever still waits there comes to an end
		writer, err := unix.Open(pipe, unix.O_WRONLY|unix.O_CLOEXEC, 0)
		if err != nil {
			t.Fatal(err)
		}
		if err := unix.Close(writer); err != nil {
			t.Error(err)
		}
	})
	return map[string]string{"standard input": "-", "a pipe": pipe}
}
