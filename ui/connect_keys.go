package ui

import "errors"

// ErrNoKeyring says that there is no keyring on this machine, or that it does not answer.
var ErrNoKeyring = errors.New("no keyring here")
