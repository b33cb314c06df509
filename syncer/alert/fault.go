package alert

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io/fs"
	"net"
	"syscall"

	"cwsync/syncer/billing"
)

// fault is why an alert was not sent. Its texts are ours: what another side or a library says may hold the channel's address, which is a secret.
type fault struct {
	message string
	hint    string
}

func (f *fault) Error() string { return f.message }

// errRedirect is an answer that points elsewhere.
var errRedirect = errors.New("answered with a redirect, which is never followed")

// unreachable is said where nothing more is known.
const unreachable = "it cannot be reached"

const (
	hintAddress = "check the address of the channel, and set it anew with `cwsync secret set`"
	hintLater   = "the next run tries again; if it stays, check that this machine reaches the channel"
)

// faultOf says in our words why something was not sent.
func faultOf(err error) *fault {
	if own, ok := errors.AsType[*fault](err); ok {
		return own
	}
	if failure, ok := errors.AsType[*billing.Failure](err); ok { // the client took the keys out of its texts
		message := failure.Error()
		if failure.Right != "" {
			message += "; the right that is missing: " + failure.Right
		}
		return &fault{message, failure.Hint}
	}
	return &fault{wayFault(err), hintOf(err)}
}

// wayFault names what went wrong on the way to the other side.
func wayFault(err error) string {
	var dns *net.DNSError
	var timeout interface{ Timeout() bool }
	var unknown x509.UnknownAuthorityError
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	var record tls.RecordHeaderError
	switch {
	case errors.Is(err, errRedirect):
		return errRedirect.Error()
	case errors.Is(err, context.Canceled):
		return "it was stopped before it was done"
	case errors.Is(err, context.DeadlineExceeded):
		return "no answer in time"
	case errors.As(err, &dns):
		return "the name of its host cannot be found"
	case errors.As(err, &unknown), errors.As(err, &host), errors.As(err, &invalid), errors.As(err, &record):
		return "there is no trusted TLS connection to it"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "the connection was refused"
	case errors.Is(err, syscall.ENOSPC):
		return "there is no space left on the disk"
	case errors.Is(err, fs.ErrPermission):
		return "this user may not write there"
	case errors.Is(err, fs.ErrNotExist):
		return "the folder is not there"
	case errors.As(err, &timeout) && timeout.Timeout():
		return "no answer in time"
	}
	return unreachable
}

func hintOf(err error) string {
	if errors.Is(err, errRedirect) {
		return hintAddress
	}
	var dns *net.DNSError
	if errors.As(err, &dns) && dns.IsNotFound {
		return hintAddress
	}
	return hintLater
}
