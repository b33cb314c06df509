//go:build !unix

package exec

import stdexec "os/exec"

// inherited are the variables of our own environment that a program gets: where programs and its own files are. Windows' own programs need the
// others.
var inherited = []string{"PATH", "PATHEXT", "SYSTEMROOT", "WINDIR", "COMSPEC", "TEMP", "TMP", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "PROGRAMDATA", "PROGRAMFILES"}

// grouped leaves the program as it is: the process itself is ended when it has to be.
func grouped(*stdexec.Cmd) {}

// endGroup has no group to end.
func endGroup(*stdexec.Cmd) {}
