//go:build !unix

package secret

import "os"

// openQuietly opens for reading.
func openQuietly(path string) (*os.File, error) {
	return os.Open(path) //nolint:gosec // G304: the user names the file
}

// checkPrivate accepts every file: here access lists, inherited from the user's own folder, say who may read it, and the mode bits
// say nothing about that.
func checkPrivate(*os.File, string) error { return nil }
