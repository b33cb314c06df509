//go:build unix

package store

import "syscall"

func setUmask(mask int) (restore func()) {
	before := syscall.Umask(mask)
	return func() { syscall.Umask(before) }
}
