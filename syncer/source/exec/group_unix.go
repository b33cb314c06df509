//go:build unix

package exec

import (
	stdexec "os/exec"
	"syscall"
)

// inherited are the variables of our own environment that a program gets: where programs and its own files are, and how it writes.
var inherited = []string{"PATH", "HOME", "USER", "LOGNAME", "SHELL", "TMPDIR", "TZ", "LANG", "LC_ALL", "LC_CTYPE"}

// grouped starts a program in a process group of its own, so that what it starts ends with it.
func grouped(cmd *stdexec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
}

// endGroup ends what is left of the group. One that left the group on purpose is out of reach.
func endGroup(cmd *stdexec.Cmd) {
	_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // no such group: all have ended
}
