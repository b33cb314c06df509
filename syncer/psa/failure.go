package psa

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"unicode"

	"cwsync/cwclient"
	"cwsync/syncer/billing"
)

// The rights of a security role that our requests need, as ConnectWise's own screens name them.
const (
	rightReadAgreements = "Finance > Agreements: Inquire All"
	rightAddAgreements  = "Finance > Agreements: Add All"
	rightEditAgreements = "Finance > Agreements: Edit All"
	rightReadCatalog    = "Procurement > Product Catalog: Inquire All"
	rightReadSetup      = "System > Table Setup: Inquire All"
	rightAddCatalog     = "Procurement > Product Catalog: Add All"
	rightEditCatalog    = "Procurement > Product Catalog: Edit All"
	rightReadCompanies  = "Companies > Company Maintenance: Inquire All"
	rightReadContacts   = "Companies > Contacts: Inquire All"
)

// task is what a request is for.
type task struct {
	op    string // in the trade's words
	right string // that it needs; empty where ConnectWise does not document it
	write bool
}

// The reads that need no details to be told apart.
var (
	serverTask     = task{op: "read what the server says of itself"}
	agreementsTask = task{op: "read the agreements", right: rightReadAgreements}
	cyclesTask     = task{op: "read the billing cycles", right: rightReadSetup}
	catalogTask    = task{op: "read the product catalog", right: rightReadCatalog}
	typesTask      = task{op: "read the agreement types", right: rightReadSetup}
	tablesTask     = task{op: "read the set-up tables of the product catalog", right: rightReadSetup}
	companiesTask  = task{op: "read the companies", right: rightReadCompanies}
	contactsTask   = task{op: "read the contacts", right: rightReadContacts}
	reachTask      = task{op: "reach the site"}
	discoverTask   = task{op: "find the company at the site"}
	signInTask     = task{op: "sign in"}
	memberTask     = task{op: "read the API member"}
	securityTask   = task{op: "read the rights of the API member's role"}
)

func readAdditions(agreementID int) task {
	return task{op: fmt.Sprintf("read the additions of agreement %d", agreementID), right: rightReadAgreements}
}

func createAddition(n billing.NewAddition) task {
	op := fmt.Sprintf("create an addition of product %d on agreement %d", n.ProductID, n.AgreementID)
	return task{op: op, right: rightAddAgreements, write: true}
}

func editAddition(a billing.Addition) task {
	return task{op: fmt.Sprintf("change addition %d of agreement %d", a.ID, a.AgreementID), right: rightEditAgreements, write: true}
}

// wrap is failure for an error that may be nil.
func (t task) wrap(err error) error {
	if err == nil {
		return nil
	}
	return t.failure(err)
}

// failure puts an error of the client into the trade's words.
func (t task) failure(err error) *billing.Failure {
	e, ok := errors.AsType[*cwclient.Error](err)
	if !ok {
		// Not of a request: a context that ended while waiting for somebody else's.
		return &billing.Failure{Class: billing.ClassCancelled, Op: t.op, Message: oneLine(err.Error()), Unknown: t.write, Err: err}
	}
	failure := &billing.Failure{
		Class: t.class(e), Op: t.op, Message: message(e), Code: e.Code, Unknown: t.unknown(e), Err: err,
	}
	switch failure.Class {
	case billing.ClassAuth:
		failure.Refused = refused(e)
	case billing.ClassPermission:
		failure.Right = t.right
	case billing.ClassThrottled:
		failure.Wait = e.RetryAfter
	}
	failure.Hint = t.hint(failure.Class, e)
	return failure
}

// unknown reports whether a write may have happened: it was sent, and ConnectWise itself did not refuse it. A GET that failed in its place
// is the search for the server's address, which comes before the write.
func (t task) unknown(e *cwclient.Error) bool {
	return t.write && e.Method != http.MethodGet && !e.NotSent() && !e.Rejected()
}

// class says what matters for what to do next.
func (t task) class(e *cwclient.Error) billing.Class {
	is := func(class error) bool { return errors.Is(e.Class, class) }
	switch {
	case e.Class == nil:
		return billing.ClassCancelled
	case is(cwclient.ErrAuth):
		return billing.ClassAuth
	case is(cwclient.ErrPermission):
		return billing.ClassPermission
	case is(cwclient.ErrThrottled):
		return billing.ClassThrottled
	case is(cwclient.ErrServer), is(cwclient.ErrUnavailable):
		return billing.ClassUnavailable
	case is(cwclient.ErrInvalid), is(cwclient.ErrConflict), is(cwclient.ErrNotFound):
		// A refusal counts only if it surely is ConnectWise's own, of the write itself.
		if t.write && !t.unknown(e) && e.Method != http.MethodGet {
			return billing.ClassRejected
		}
	}
	return billing.ClassNonsense
}

// senseless is the failure of an answer that came whole and makes no sense; a write may have happened then.
func (t task) senseless(err error) *billing.Failure {
	failure := &billing.Failure{Class: billing.ClassNonsense, Op: t.op, Message: oneLine(err.Error()), Unknown: t.write, Err: err}
	if !t.write { // of a write, what is said next depends on whether it happened
		failure.Hint = "look at that record in ConnectWise and put it right; if it is right there, look for a proxy that changes the answers"
	}
	return failure
}

// misused is the failure of a call that no request can be made of; nothing was sent.
func (t task) misused(why string) *billing.Failure {
	return &billing.Failure{Op: t.op, Message: "cannot be done: " + why}
}

// message is what the other side said, with what it said of single fields, or else what the client found.
func message(e *cwclient.Error) string {
	switch {
	case e.Class == nil && e.Sent:
		return "cancelled before ConnectWise answered"
	case e.Class == nil:
		return "cancelled before it was sent"
	}
	var parts []string
	if e.Status >= http.StatusBadRequest && (e.Message == "" || e.Status >= http.StatusInternalServerError) {
		parts = append(parts, fmt.Sprintf("status %d", e.Status))
	}
	if e.Message != "" {
		parts = append(parts, strings.TrimRight(e.Message, ". "))
	}
	if e.Err != nil {
		parts = append(parts, e.Err.Error())
	}
	if e.Message == "" && e.Err == nil {
		parts = append(parts, e.Class.Error())
	}
	var text strings.Builder
	text.WriteString(strings.Join(parts, ": "))
	for _, field := range e.Fields {
		text.WriteString("; ")
		if field.Field != "" {
			text.WriteString(field.Field + ": ")
		}
		text.WriteString(strings.TrimRight(field.Message, ". "))
	}
	return oneLine(text.String())
}

// maxText bounds a message, in bytes.
const maxText = 2000

// oneLine makes a text safe for a terminal and a log: one line, without control, format and bidirectional characters.
func oneLine(text string) string {
	if len(text) > maxText {
		text = strings.ToValidUTF8(text[:maxText], "") + "…"
	}
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.In(r, unicode.C, unicode.Zl, unicode.Zp):
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, ""))
	return strings.Join(strings.Fields(text), " ")
}
