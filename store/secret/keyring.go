package secret

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/zalando/go-keyring"
)

// service is the name under which the keyring files all that is ours.
const service = "cwsync"

// defaultTimeout is how long one call of the keyring may take unless Lookup says otherwise.
const defaultTimeout = 3 * time.Second

// Keyring holds secrets by account ("<profile>/<name>"). Its calls may take for ever: Lookup calls them aside and waits only for
// its Timeout. Get and Delete fail with ErrNotFound where there is nothing; any other error counts as no keyring.
type Keyring interface {
	Get(account string) (Secret, error)
	Set(account string, value Secret) error
	Delete(account string) error
}

// OSKeyring gives the keyring of the operating system: the Secret Service on Linux, the Keychain on macOS, the Credential Manager
// on Windows. All is filed under the service "cwsync".
func OSKeyring() Keyring { return osKeyring{} }

type osKeyring struct{}

func (osKeyring) Get(account string) (Secret, error) {
	value, err := keyring.Get(service, account)
	if err != nil {
		return Secret{}, translated(err)
	}
	return New(value), nil
}

func (osKeyring) Set(account string, value Secret) error {
	return translated(keyring.Set(service, account, value.Reveal()))
}

func (osKeyring) Delete(account string) error { return translated(keyring.Delete(service, account)) }

func translated(err error) error {
	switch {
	case errors.Is(err, keyring.ErrNotFound):
		return ErrNotFound
	case errors.Is(err, keyring.ErrSetDataTooBig):
		return fmt.Errorf("%w: too long for the keyring of this system", ErrInvalidValue)
	}
	return err
}

// guard counts the calls that were given up but are still under way. While there is one, the keyring is taken not to answer, so that
// ten secrets do not wait ten times; when the call does return (somebody unlocked the keyring), the keyring is tried again.
type guard struct {
	mu    sync.Mutex
	stuck int
}

type answer struct {
	value Secret
	err   error
}

// ask runs one call of the keyring aside. It fails with ErrNoKeyring if that takes longer than limit, with the context's error if the
// context ends first.
func (g *guard) ask(ctx context.Context, limit time.Duration, call func() (Secret, error)) (Secret, error) {
	g.mu.Lock()
	stuck := g.stuck
	g.mu.Unlock()
	if stuck > 0 {
		return Secret{}, noKeyring(errors.New("it still has not answered an earlier call"))
	}
	timer, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	answers := make(chan answer, 1)
	var finished, givenUp bool // under g.mu
	go func() {
		value, err := call()
		g.mu.Lock()
		finished = true
		if givenUp {
			g.stuck--
		}
		g.mu.Unlock()
		answers <- answer{value, err} // last, so that nothing of g is touched once the caller goes on
	}()
	select {
	case got := <-answers:
		return got.value, got.err
	case <-timer.Done():
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if finished {
		got := <-answers // on its way: the call ended while the time ran out
		return got.value, got.err
	}
	givenUp = true
	g.stuck++
	if err := ctx.Err(); err != nil {
		return Secret{}, err
	}
	return Secret{}, noKeyring(fmt.Errorf("it did not answer within %s", limit))
}

func noKeyring(cause error) error {
	return &Error{
		text: "no keyring here", kind: ErrNoKeyring, cause: cause,
		hint: "unlock the keyring and try again, or put the secret elsewhere: --credentials FILE, $CREDENTIALS_DIRECTORY, environment",
	}
}

// withoutValue drops a cause whose text holds the value that was to be stored.
func withoutValue(cause error, value Secret) error {
	if strings.Contains(cause.Error(), value.Reveal()) {
		return errors.New("its message is withheld because it contains the secret")
	}
	return cause
}
