package alert

import (
	"context"
	"net"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"cwsync/syncer/setup"
	"cwsync/syncer/source"
)

// Trial is what a test of one alert does, for somebody who is to agree to it first. There is nothing secret in it.
type Trial struct {
	To   string // where it goes: a host, the name of a service, a board or a folder
	Does string // what is done there, as a sentence without a full stop
	Text string // the whole text that people there read; empty where nobody reads any
}

// Trial says what a test of one alert does. It looks its secret up and sends nothing; a failure says why a test could not begin.
func (s *Sender) Trial(ctx context.Context, one setup.Alert) (Trial, *Failure) {
	var trial Trial
	m, options := s.testMessage(), source.Options(one.Options)
	switch one.Kind {
	case KindTicket:
		return Trial{To: "ConnectWise", Does: "the open tickets of the board " + plain(options.Text(optionBoard, ""), maxName) + " are read; no ticket is opened"}, nil
	case KindTextfile:
		folder := plain(filepath.Dir(options.Text(optionPath, "")), maxText)
		return Trial{To: folder, Does: "a small file is written into that folder and removed again; the metrics stay as they are"}, nil
	}
	failure := s.tryText(ctx, one, func(_ context.Context, address string) error {
		to, err := destination(one.Kind, options, address)
		trial = Trial{To: to, Does: doesOf(one.Kind, options), Text: m.text}
		return err
	})
	if failure != nil {
		return Trial{}, failure
	}
	if one.Kind == KindHealthchecks {
		trial.Text = ""
	}
	return trial, nil
}

// testMessage is what a test sends.
func (s *Sender) testMessage() message {
	title := "cwsync " + s.Profile + ": a test"
	return message{title: title, text: title + "\nThis channel hears from cwsync. Nothing happened."}
}

// doesOf says what a test does by a kind that sends something.
func doesOf(kind string, options source.Options) string {
	switch kind {
	case KindWebhook:
		if options.Text(optionFormat, formatJSON) == formatText {
			return "one POST of this as plain text"
		}
		return "one POST of a JSON document that says it is a test, with this text in it"
	case KindHealthchecks:
		return "one GET that is logged there and changes no state; there is no text in it"
	case KindEmail:
		return "one mail from " + plain(options.Text(optionFrom, ""), maxName) + " to " + plain(strings.Join(options.List(optionTo), ", "), maxText)
	}
	return "one message with this text"
}

// destination is where an address leads, without anything of it that lets somebody write there.
func destination(kind string, options source.Options, address string) (string, error) {
	switch kind {
	case KindShoutrrr: // what stands where a host would may be a token
		service, err := serviceOf(address)
		return service, err
	case KindEmail:
		server, err := mailServerOf(address, options)
		if err != nil {
			return "", err
		}
		return plain(net.JoinHostPort(server.host, server.port), maxName), nil
	case KindWebhook, KindSlack, KindTeams, KindHealthchecks:
		to, err := webAddress(address)
		if err != nil {
			return "", err
		}
		return plain(hostOf(to), maxName), nil
	}
	return "", &fault{"this program knows no alert of that kind", "put its kind right in the set-up"}
}

// hostOf is the host of an address, with its port where it names one.
func hostOf(to *url.URL) string {
	if to.Port() == "" {
		return to.Hostname()
	}
	return net.JoinHostPort(to.Hostname(), to.Port())
}

// serviceOf is the service of shoutrrr that an address is for.
func serviceOf(address string) (string, error) {
	scheme, _, ok := strings.Cut(strings.TrimSpace(address), "://")
	scheme = strings.ToLower(scheme)
	if !ok || !slices.Contains(shoutrrrServices(), scheme) {
		return "", &fault{"its address names none of the services " + strings.Join(shoutrrrServices(), ", "), hintAddress}
	}
	return scheme, nil
}

// AddressProblem says why a text cannot be the address of an alert of this kind with these options; empty when it can. The text is a secret, and nothing
// of it is in what is said.
func AddressProblem(kind string, options source.Options, address string) string {
	switch trimmed := strings.TrimSpace(address); {
	case trimmed == "":
		return "it is empty"
	case strings.ContainsFunc(trimmed, unicode.IsControl):
		return "it has a line break or another control character in it; an address is one line"
	case strings.ContainsFunc(trimmed, unicode.IsSpace):
		return "it has a blank in it; an address has none"
	}
	if _, err := destination(kind, options, address); err != nil {
		return faultOf(err).message
	}
	return ""
}
