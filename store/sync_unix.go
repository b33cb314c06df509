//go:build unix

package store

import (
	"errors"
	"os"
)

// syncFolder puts the names in a folder on disk, so that a file made just now is still there after a power cut.
func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
