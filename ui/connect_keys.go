package ui

import (
	"context"
	"errors"
	"strings"

	"cwsync/syncer"
	"cwsync/syncer/billing"

	tea "charm.land/bubbletea/v2"
)

// ErrNoKeyring says that there is no keyring on this machine, or that it does not answer.
var ErrNoKeyring = errors.New("no keyring here")

// The names of the connection's keys.
const (
	publicKey  = "connection.public_key"
	privateKey = "connection.private_key"
)

// keyMsg says where a key is now. It never carries the key.
type keyMsg struct {
	round  int
	name   string
	origin string // empty: nowhere
	hint   string
	stored bool  // it was stored just now
	err    error // of storing it or of looking for it
}

// findKey looks where a key is. Until it is known, the key counts as sought, also when the look-up was stopped.
func (c *connect) findKey(ctx context.Context, name string) tea.Cmd {
	keys, round := c.desk.profile.Keys, c.round
	c.sought[name] = true
	return func() tea.Msg {
		origin, hint, err := keys.FindKey(ctx, name)
		return keyMsg{round: round, name: name, origin: origin, hint: hint, err: err}
	}
}

// storeKey puts a key into the keyring. The value lives in this command alone from here on.
func (c *connect) storeKey(ctx context.Context, name, value string) tea.Cmd {
	keys, round := c.desk.profile.Keys, c.round
	return func() tea.Msg {
		if err := keys.SetKey(ctx, name, value); err != nil {
			return keyMsg{round: round, name: name, err: err, stored: true}
		}
		origin, hint, err := keys.FindKey(ctx, name)
		return keyMsg{round: round, name: name, origin: origin, hint: hint, err: err, stored: true}
	}
}

// keyProblem says why a text cannot be a key of ConnectWise; empty when it can.
func keyProblem(value string) string {
	switch {
	case len(value) > maxTyped:
		return "this is too long for a key"
	case strings.ContainsFunc(value, func(r rune) bool { return r <= ' ' || r > '~' }):
		return "a key is one word of letters and digits; something else was pasted along with it"
	}
	return ""
}

// bareKey takes off what ConnectWise puts in front of the public key where both are written as one user name.
func bareKey(value, company string) string {
	if company == "" {
		return value
	}
	return strings.TrimPrefix(value, company+"+")
}

// bareID takes off the braces that some tools write around a client id.
func bareID(text string) string { return strings.Trim(text, "{}") }

// place is where keys go, as a part of a sentence.
func (c *connect) place() string {
	if c.desk.profile.Keys.Place() == PlaceMemory {
		return "the memory of this demo"
	}
	return "this machine's keyring"
}

// keysGo says where the keys go, and where all else does.
func (c *connect) keysGo() string {
	if c.desk.profile.Keys.Place() == PlaceMemory {
		return "This is the demo: keys stay in its memory, all else in a folder of its own, and both go when it ends."
	}
	return "Keys that you paste go into this machine's keyring, all else into the set-up."
}

// bareReason is why there is no keyring, without what has been said of it already: that there is none, and what to do about it.
func bareReason(err error) string {
	text, _ := explain(err)
	if at := strings.LastIndex(text, ErrNoKeyring.Error()+": "); at >= 0 {
		return text[at+len(ErrNoKeyring.Error()+": "):]
	}
	return text
}

// explain is an error for a person: what failed, and what to do about it, which may be empty.
func explain(err error) (text, hint string) {
	var stop *syncer.Stop
	var failure *billing.Failure
	var hinted interface{ Hint() string }
	switch {
	case errors.As(err, &stop):
		return stop.Problem.Message, stop.Problem.Hint
	case errors.As(err, &failure):
		return failure.Error(), failure.Hint
	case errors.As(err, &hinted):
		return err.Error(), hinted.Hint()
	}
	return err.Error(), ""
}
