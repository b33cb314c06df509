package store

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

const (
	privateFile   fs.FileMode = 0o600
	privateFolder fs.FileMode = 0o700
)

// DefaultPath is cwsync/cwsync.db in the user's configuration folder, as the operating system names it.
func DefaultPath() (string, error) {
	folder, err := os.UserConfigDir()
	if err != nil {
		return "", fmt.Errorf("find the folder of the store: %w", err)
	}
	return filepath.Join(folder, "cwsync", "cwsync.db"), nil
}

// prepare makes sure that there is a file and gives its absolute path without symbolic links, so that one database has one name. It never
// opens a file that is there already: closing it again would drop the locks that this process may hold on it.
func prepare(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if err := createPrivate(path); err != nil {
			return "", err
		}
	case err != nil:
		return "", err
	case !info.Mode().IsRegular():
		return "", &fs.PathError{Op: "open", Path: path, Err: errors.New("not a file")}
	}
	return filepath.EvalSymlinks(path)
}

// createPrivate makes the file, and the folders that it needs, for this user alone whatever the umask is.
func createPrivate(path string) error {
	if err := makeFolder(filepath.Dir(path)); err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, privateFile)
	if errors.Is(err, fs.ErrExist) {
		return nil // another process was faster
	}
	if err != nil {
		return err
	}
	err = errors.Join(file.Chmod(privateFile), file.Close())
	if err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

func makeFolder(path string) error {
	_, err := os.Stat(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if parent := filepath.Dir(path); parent != path {
		if err := makeFolder(parent); err != nil {
			return err
		}
	}
	if err := os.Mkdir(path, privateFolder); errors.Is(err, fs.ErrExist) {
		return nil // another process was faster
	} else if err != nil {
		return err
	}
	return os.Chmod(path, privateFolder)
}

// dsn names the database for the driver; characters that mean something in an address are escaped.
func dsn(path, parameters string) string {
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // a drive letter
	}
	return "file://" + (&url.URL{Path: path}).EscapedPath() + "?mode=rw&" + parameters
}

// FULL: a commit is on disk when it returns. fullfsync says the same to macOS, where a plain fsync may stop in the drive's cache.
const (
	writerParameters = "_pragma=busy_timeout(30000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=fullfsync(1)" +
		"&_pragma=checkpoint_fullfsync(1)&_pragma=foreign_keys(1)&_txlock=immediate"
	readerParameters = "_pragma=busy_timeout(30000)&_pragma=query_only(1)"
)
