//go:build unix

package main

import (
	"os"
	"os/user"
	"regexp"
	"strconv"
	"syscall"
)

// ownerOf names who owns a file where that is not root; else, and where nobody can say, it is empty.
func ownerOf(path string) string {
	info, err := os.Stat(path)
	if err != nil {
		return ""
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok || stat.Uid == 0 {
		return ""
	}
	id := strconv.FormatUint(uint64(stat.Uid), 10)
	if owner, err := user.LookupId(id); err == nil && plainUser.MatchString(owner.Username) {
		return owner.Username
	}
	return id // which systemd takes as well
}

// plainUser is a name that systemd takes as it stands: it reads no quotes there, and a name of a domain has a backslash.
var plainUser = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.-]*$`)
