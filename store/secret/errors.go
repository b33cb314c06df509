package secret

import "errors"

// What an error of this package is about, for errors.Is. All but ErrInvalidName and ErrInvalidValue end a command with exit code 12.
var (
	// ErrNotFound: the secret is in none of the places, or, from a Keyring, not in that keyring.
	ErrNotFound = errors.New("secret not found")
	// ErrUnreadable: a place that has to be looked into cannot be read, is refused, or holds something unfit.
	ErrUnreadable = errors.New("secret cannot be read")
	// ErrNoKeyring: there is no keyring here, it is locked, or it does not answer.
	ErrNoKeyring = errors.New("no keyring here")
	// ErrInvalidName: what was given is not the name of a secret, or not that of a profile.
	ErrInvalidName = errors.New("not the name of a secret")
	// ErrInvalidValue: the value is empty, too long, or holds a NUL.
	ErrInvalidValue = errors.New("value cannot be a secret")
)

// Error says what failed, why, and in Hint what to do about it. It never carries a secret's value.
type Error struct {
	text  string
	hint  string
	kind  error // one of the sentinels above, or nil
	cause error // nil if text says it all
}

// Error gives what failed and why.
func (e *Error) Error() string {
	if e.cause == nil {
		return e.text
	}
	return e.text + ": " + e.cause.Error()
}

// Hint gives what a person can do about it; it may be empty.
func (e *Error) Hint() string { return e.hint }

// Unwrap gives the kind (ErrNotFound, ErrUnreadable, ...) and the cause, as far as there are any.
func (e *Error) Unwrap() []error {
	var all []error
	for _, err := range []error{e.kind, e.cause} {
		if err != nil {
			all = append(all, err)
		}
	}
	return all
}
