package secret

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"
)

// Origin says which place served a secret.
type Origin string

// The four places, in the order in which they are looked into.
const (
	OriginFile        Origin = "credentials file"
	OriginDirectory   Origin = "credentials directory"
	OriginEnvironment Origin = "environment"
	OriginKeyring     Origin = "keyring"
)

// Lookup finds the secrets of one profile. The zero value looks nowhere and finds nothing. Its fields are to be set before its first
// use; after that it may be used by several goroutines. Nothing is kept between two calls: a key that was changed is seen at once.
type Lookup struct {
	Profile         string                      // "" means "default"
	CredentialsFile string                      // path given with --credentials; "" for none
	CredentialsDir  string                      // $CREDENTIALS_DIRECTORY; "" for none
	Environ         func(string) (string, bool) // os.LookupEnv; nil for no environment
	Keyring         Keyring                     // OSKeyring(); nil for no keyring
	Timeout         time.Duration               // of one call of the keyring; 3 s if not above 0

	guard guard
}

// Status tells where a secret is, without its value.
type Status struct {
	Name   string
	Found  bool
	Origin Origin // "" unless found
	Err    error  // why it was not found, as Get says it; nil if found
}

// Get finds a secret; the first place that has it wins. It fails with ErrNotFound, whose Hint names every place where the secret may
// be put; with ErrUnreadable where a place is refused or unfit, without looking any further; with ErrInvalidName; or with the
// context's error. Where nothing was found and there is no keyring either, the error is ErrNotFound and ErrNoKeyring both.
func (l *Lookup) Get(ctx context.Context, name string) (Secret, Origin, error) {
	if err := l.check(ctx, name); err != nil {
		return Secret{}, "", err
	}
	places := []struct {
		origin Origin
		find   func(string) (Secret, error)
	}{
		{OriginFile, l.fromFile},
		{OriginDirectory, l.fromDirectory},
		{OriginEnvironment, l.fromEnvironment},
		{OriginKeyring, func(name string) (Secret, error) { return l.fromKeyring(ctx, name) }},
	}
	for _, place := range places {
		found, err := place.find(name)
		if errors.Is(err, ErrNoKeyring) {
			return Secret{}, "", l.notFound(name, err)
		}
		if err != nil {
			return Secret{}, "", fmt.Errorf("looking for secret %s: %w", name, err)
		}
		if found.IsZero() {
			continue
		}
		if err := controls(name, found.Reveal()); err != nil {
			return Secret{}, "", fmt.Errorf("looking for secret %s: %w", name,
				unreadable(l.where(place.origin, name)+" cannot be used", "put the key there as it was given out, in one line", err))
		}
		return found, place.origin, nil
	}
	return Secret{}, "", l.notFound(name, nil)
}

// where names the place of a secret, as a person finds it.
func (l *Lookup) where(origin Origin, name string) string {
	switch origin {
	case OriginFile:
		return "the value in the credentials file " + l.CredentialsFile
	case OriginDirectory:
		return "the file " + fileName(l.profile(), name) + " in the credentials directory"
	case OriginEnvironment:
		return "the environment variable " + EnvName(l.profile(), name)
	}
	return "the value in the keyring"
}

// List tells of each name whether Get would find it and where, in the order of names.
func (l *Lookup) List(ctx context.Context, names []string) []Status {
	all := make([]Status, 0, len(names))
	for _, name := range names {
		_, origin, err := l.Get(ctx, name)
		all = append(all, Status{Name: name, Found: err == nil, Origin: origin, Err: err})
	}
	return all
}

// Set puts a secret into the keyring, over an older value. It fails with ErrInvalidName, with ErrInvalidValue (empty, a NUL, or more
// than MaxKeyringBytes), with ErrNoKeyring, or with the context's error. After a time-out the value may or may not be stored.
func (l *Lookup) Set(ctx context.Context, name string, value Secret) error {
	if err := l.check(ctx, name); err != nil {
		return err
	}
	if err := settable(name, value); err != nil {
		return err
	}
	_, err := l.ask(ctx, func() (Secret, error) {
		err := l.Keyring.Set(account(l.profile(), name), value)
		if err == nil {
			return Secret{}, nil
		}
		return Secret{}, withoutValue(err, value)
	})
	if err != nil {
		return fmt.Errorf("storing secret %s: %w", name, err)
	}
	return nil
}

// Remove takes a secret out of the keyring; the other places stay as they are. It fails with ErrNotFound where the keyring has none,
// with ErrInvalidName, with ErrNoKeyring, or with the context's error.
func (l *Lookup) Remove(ctx context.Context, name string) error {
	if err := l.check(ctx, name); err != nil {
		return err
	}
	_, err := l.ask(ctx, func() (Secret, error) {
		return Secret{}, l.Keyring.Delete(account(l.profile(), name))
	})
	if errors.Is(err, ErrNotFound) {
		return &Error{text: "secret " + name + " is not in the keyring", kind: ErrNotFound,
			hint: "cwsync secret list" + l.flag() + " says where it is; other places than the keyring are for you to clear"}
	}
	if err != nil {
		return fmt.Errorf("removing secret %s: %w", name, err)
	}
	return nil
}

func (l *Lookup) check(ctx context.Context, name string) error {
	if err := ValidName(name); err != nil {
		return err
	}
	if err := validProfile(l.profile()); err != nil {
		return err
	}
	return ctx.Err()
}

func (l *Lookup) profile() string { return orDefault(l.Profile) }

// fromEnvironment takes the secret's variable, without the line break that files of variables leave at its end; one that is empty counts as
// absent, as shells and service managers leave such behind.
func (l *Lookup) fromEnvironment(name string) (Secret, error) {
	if l.Environ == nil {
		return Secret{}, nil
	}
	variable := EnvName(l.profile(), name)
	value, ok := l.Environ(variable)
	value = string(trimLineBreak([]byte(value)))
	if !ok || value == "" {
		return Secret{}, nil
	}
	if err := unfit(value); err != nil {
		return Secret{}, unreadable("the environment variable "+variable+" cannot be used", "", err)
	}
	return New(value), nil
}

// fromKeyring asks the keyring; the zero Secret means that it has none, or an empty one.
func (l *Lookup) fromKeyring(ctx context.Context, name string) (Secret, error) {
	found, err := l.ask(ctx, func() (Secret, error) { return l.Keyring.Get(account(l.profile(), name)) })
	if errors.Is(err, ErrNotFound) {
		return Secret{}, nil
	}
	if err != nil || found.IsZero() {
		return Secret{}, err
	}
	if err := unfit(found.Reveal()); err != nil {
		return Secret{}, unreadable("the value in the keyring cannot be used", "store it anew: "+l.setCommand(name), err)
	}
	return found, nil
}

// ask calls the keyring behind the time-out and sorts its errors: what is none of our own kinds, and not the end of the context,
// means that there is no keyring.
func (l *Lookup) ask(ctx context.Context, call func() (Secret, error)) (Secret, error) {
	if l.Keyring == nil {
		return Secret{}, noKeyring(errors.New("none is set up"))
	}
	limit := l.Timeout
	if limit <= 0 {
		limit = defaultTimeout
	}
	found, err := l.guard.ask(ctx, limit, call)
	switch {
	case err == nil:
		return found, nil
	case errors.Is(err, ErrNotFound), errors.Is(err, ErrInvalidValue), errors.Is(err, ErrNoKeyring):
		return Secret{}, err
	case ctx.Err() != nil && errors.Is(err, ctx.Err()):
		return Secret{}, err
	}
	return Secret{}, noKeyring(err)
}

func (l *Lookup) notFound(name string, cause error) error {
	return &Error{
		text: "secret " + name + " not found", kind: ErrNotFound, cause: cause,
		hint: fmt.Sprintf("put it into one of: the file given with --credentials, as a line `%s: VALUE`; the file %s in $CREDENTIALS_DIRECTORY; "+
			"the environment variable %s; the keyring, with `%s`",
			name, fileName(l.profile(), name), EnvName(l.profile(), name), l.setCommand(name)),
	}
}

func (l *Lookup) setCommand(name string) string { return "cwsync secret set " + name + l.flag() }

// flag gives the --profile that a command needs to mean this profile.
func (l *Lookup) flag() string {
	if l.profile() == defaultProfile {
		return ""
	}
	return " --profile " + l.profile()
}

// settable fails with ErrInvalidValue unless the keyring of every system takes the value.
func settable(name string, value Secret) error {
	cause, hint := cmp.Or(unfit(value.Reveal()), controls(name, value.Reveal())), "give the key itself, as plain text"
	if size := len(value.Reveal()); size > MaxKeyringBytes {
		cause = fmt.Errorf("it has %d bytes, and a keyring takes at most %d", size, MaxKeyringBytes)
		hint = "put it into the file given with --credentials or into $CREDENTIALS_DIRECTORY"
	}
	if cause == nil {
		return nil
	}
	return &Error{text: "secret " + name + " cannot be stored", hint: hint, kind: ErrInvalidValue, cause: cause}
}
