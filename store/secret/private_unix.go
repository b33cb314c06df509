//go:build unix

package secret

import (
	"fmt"
	"os"
	"syscall"
)

// openQuietly opens for reading without waiting for the other end of a named pipe and without taking over a terminal.
func openQuietly(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK|syscall.O_NOCTTY, 0) //nolint:gosec // G304: the user names the file
}

// checkPrivate refuses a file that anybody but its owner may use, or that belongs to neither us nor root: its owner could change it.
func checkPrivate(file *os.File, path string) error {
	info, err := file.Stat()
	if err != nil {
		return unreadable("the credentials file cannot be examined", "", err)
	}
	if open := info.Mode().Perm() & 0o077; open != 0 {
		return unreadable(fmt.Sprintf("the credentials file %s is open to group or others (mode %04o)", path, info.Mode().Perm()),
			"chmod 600 "+quoted(path), nil)
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return unreadable("the owner of the credentials file "+path+" cannot be told", "", nil)
	}
	return checkOwner(int(stat.Uid), os.Geteuid(), path)
}

func checkOwner(owner, us int, path string) error {
	if owner == us || owner == 0 {
		return nil
	}
	return unreadable(fmt.Sprintf("the credentials file %s belongs to another user (id %d)", path, owner),
		fmt.Sprintf("chown %d %s && chmod 600 %s", us, quoted(path), quoted(path)), nil)
}
