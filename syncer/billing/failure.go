package billing

import (
	"errors"
	"time"
)

// Class says what kind of failure came from ConnectWise or a source, as far as it matters for what to do next.
type Class int

// The classes of failure.
const (
	ClassUnset       Class = iota
	ClassAuth              // credentials refused, or the company is unknown
	ClassPermission        // a right is missing
	ClassRejected          // ConnectWise refused this record; surely nothing was written
	ClassUnavailable       // out of reach, failing, cut short, or answering never
	ClassThrottled         // too many requests, for longer than we may wait
	ClassNonsense          // an answer that makes no sense: a redirect, a page, broken JSON, an unsafe connection
	ClassCancelled         // stopped by a person
)

// Credential is a part of what we sign in with.
type Credential string

// The parts that ConnectWise can refuse. Which of the two keys is wrong it never says.
const (
	CredentialCompany  Credential = "company"
	CredentialClientID Credential = "client id"
	CredentialKeys     Credential = "keys"
)

// Failure is an error of the outside world in the trade's words.
type Failure struct {
	Class   Class
	Op      string        // what was being done: "create an addition on agreement 811"
	Message string        // what the other side said, one line, harmless
	Code    string        // the other side's own code, may be empty
	Refused Credential    // for ClassAuth: what was not accepted, as far as it can be told
	Right   string        // for ClassPermission: the missing right, such as "Finance > Agreements: Edit All"; may be empty
	Hint    string        // what to do next, may be empty
	Wait    time.Duration // for ClassThrottled: how long the other side asked us to wait
	Unknown bool          // of a write: it may or may not have happened
	Err     error         // the cause, may be nil
}

func (f *Failure) Error() string {
	if f.Op == "" {
		return f.Message
	}
	return f.Op + ": " + f.Message
}

func (f *Failure) Unwrap() error { return f.Err }

// ClassOf is the class of the first Failure in err's chain, else ClassUnset.
func ClassOf(err error) Class {
	if failure, ok := errors.AsType[*Failure](err); ok {
		return failure.Class
	}
	return ClassUnset
}
