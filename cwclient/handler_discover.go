package cwclient

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"time"
)

// fallbackCodebase works on every self-hosted site, and on the cloud as a router to the current version.
const fallbackCodebase = "v4_6_release/"

// rediscoverEvery bounds how often missing records make the client ask for the codebase again: a 404 of a kind
// (by its error code) after which the codebase had not moved asks again only after this time.
const rediscoverEvery = time.Minute

// Discovery is what a site says about a company, from GET /login/companyinfo/{company} (not in the OpenAPI
// description).
type Discovery struct {
	CompanyName   string
	Codebase      string // ends in a slash
	VersionCode   string // "v2026.4"
	VersionNumber string
	CompanyID     string
	IsCloud       bool
	SiteURL       string // host that the site names for its API; not trusted, see Host
	Host          string // host, with port if any, that the client sends API requests to
}

// codebaseText is one path segment.
var codebaseText = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)

// discovery finds the base address once for all requests.
type discovery struct {
	origin  origin
	company string
	ask     handler // the chain without the discover handler

	turn chan struct{} // holds one token: who has it may ask

	mu      sync.Mutex
	base    string // "" before the first success
	seen    Known  // what base was made of
	trusted bool   // base comes from an answer of this client, not from an earlier one
	moves   int    // how often base changed
	rounds  int    // how often was asked
	lastErr error  // of the last round

	inVain map[string]time.Time // by code of a 404: when asking because of it last found nothing new. Guarded by turn
}

// newDiscovery asks the given origin through the given chain.
func newDiscovery(o origin, company string, ask handler) *discovery {
	return &discovery{origin: o, company: company, ask: ask, turn: make(chan struct{}, 1), inVain: map[string]time.Time{}}
}

// start takes over what an earlier client discovered, if it can be an answer at all.
func (d *discovery) start(known Known) {
	name, ok := strings.CutSuffix(known.Codebase, "/")
	if ok && codebaseText.MatchString(name) {
		d.base, d.seen = d.baseOf(known), known
	}
}

// baseOf is the address that requests go to.
func (d *discovery) baseOf(known Known) string {
	return d.origin.moved(known.SiteURL).String() + "/" + known.Codebase + "apis/3.0/"
}

// handler sets the base of each call. A 404 of a read may mean that the cloud's codebase moved at an upgrade: the
// client asks again and repeats the read once if it did. A write is not repeated.
func (d *discovery) handler(next handler) handler {
	return func(ctx context.Context, q *call) (*answer, error) {
		base, moves, err := d.known(ctx, q)
		if err != nil {
			return nil, beforeCall(err)
		}
		q.base = base
		a, err := next(ctx, q)
		e, ok := errors.AsType[*Error](err)
		if !ok || !q.reads() || !d.mayBeStale(e) {
			return a, err
		}
		moved, askErr := d.refresh(ctx, q, moves, e.Code)
		switch {
		case askErr != nil:
			return nil, askErr // whether the record exists is not known then
		case moved == base:
			return nil, err
		}
		q.base = moved
		return next(ctx, q)
	}
}

// mayBeStale reports whether a failure may come from a codebase that is no longer there: a 404, and the gateway's
// refusal to route where the base is one that an earlier client found.
func (d *discovery) mayBeStale(e *Error) bool {
	return e.Status == http.StatusNotFound || (cannotRoute.MatchString(e.Message) && !d.state().trusted)
}

// beforeCall is a failure of discovery as the call sees it: discovery was sent, the call itself was not.
func beforeCall(err error) error {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		return err
	}
	own := *e // the others who wait for the same answer get theirs
	own.Sent = false
	return &own
}

// known gives the base, and asks for it if nobody did yet. Of many that need it at once one asks; the others
// share its answer, and its failure too.
func (d *discovery) known(ctx context.Context, q *call) (base string, moves int, err error) {
	rounds := d.state().rounds
	if s := d.state(); s.base != "" {
		return s.base, s.moves, nil
	}
	if err := d.enter(ctx, q); err != nil {
		return "", 0, err
	}
	defer d.exit()
	s := d.state()
	if s.base != "" {
		return s.base, s.moves, nil
	}
	if s.rounds != rounds && s.err != nil && !errors.Is(s.err, context.Canceled) {
		return "", 0, s.err
	}
	if _, err := d.round(ctx); err != nil {
		return "", 0, err
	}
	s = d.state()
	return s.base, s.moves, nil
}

// refresh gives the current base after a 404 with this code: that of a move which the call did not know of, else
// asked for again, unless the same was just done in vain.
func (d *discovery) refresh(ctx context.Context, q *call, moves int, code string) (string, error) {
	rounds := d.state().rounds
	if err := d.enter(ctx, q); err != nil {
		return "", err
	}
	defer d.exit()
	s := d.state()
	last, asked := d.inVain[code]
	switch {
	case s.moves != moves || asked && time.Since(last) < rediscoverEvery:
		return s.base, nil
	case s.rounds != rounds && s.err != nil && !errors.Is(s.err, context.Canceled):
		return "", s.err // of the one who asked meanwhile
	}
	if _, err := d.round(ctx); err != nil {
		return "", err // not in vain: nobody knows whether it moved
	}
	now := d.state()
	if now.moves == moves {
		d.inVain[code] = time.Now()
	}
	return now.base, nil
}

// found is a snapshot of what is known.
type found struct {
	base    string
	seen    Known
	trusted bool
	moves   int
	rounds  int
	err     error
}

func (d *discovery) state() found {
	d.mu.Lock()
	defer d.mu.Unlock()
	return found{base: d.base, seen: d.seen, trusted: d.trusted, moves: d.moves, rounds: d.rounds, err: d.lastErr}
}

// enter waits for the right to ask.
func (d *discovery) enter(ctx context.Context, q *call) error {
	select {
	case d.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return q.fail(nil, ctx.Err())
	}
}

func (d *discovery) exit() { <-d.turn }

// round asks once (with the tries of any read) and stores what comes of it. The caller holds the turn.
func (d *discovery) round(ctx context.Context) (Discovery, error) {
	info, err := d.fetch(ctx)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.rounds++
	d.lastErr = err
	if err != nil {
		return Discovery{}, err
	}
	info.Host = d.origin.moved(info.SiteURL).host
	d.seen, d.trusted = Known{SiteURL: info.SiteURL, Codebase: info.Codebase}, true
	if base := d.baseOf(d.seen); base != d.base {
		d.base = base
		d.moves++
	}
	return info, nil
}

// fetch sends the request and reads its answer.
func (d *discovery) fetch(ctx context.Context) (Discovery, error) {
	var info Discovery
	q := &call{
		op: "discover", method: http.MethodGet, base: d.origin.String() + "/", anonymous: true,
		path:   "login/companyinfo/" + url.PathEscape(d.company),
		decode: func(body []byte, _ http.Header) (err error) { info, err = parseDiscovery(body); return err },
	}
	_, err := d.ask(ctx, q)
	return info, err
}

// parseDiscovery reads the answer. JSON null is ConnectWise's way to say that it does not know the company.
func parseDiscovery(body []byte) (Discovery, error) {
	var wire *struct {
		CompanyName   string
		Codebase      string
		VersionCode   string
		VersionNumber string
		CompanyID     string
		IsCloud       flag
		SiteURL       string `json:"SiteUrl"`
	}
	if err := json.Unmarshal(body, &wire); err != nil {
		return Discovery{}, err
	}
	if wire == nil {
		return Discovery{}, &Error{Class: ErrAuth, Message: "the company id is not known at this site"}
	}
	info := Discovery{
		CompanyName: wire.CompanyName, VersionCode: wire.VersionCode, VersionNumber: wire.VersionNumber,
		CompanyID: wire.CompanyID, IsCloud: bool(wire.IsCloud), SiteURL: wire.SiteURL, Codebase: fallbackCodebase,
	}
	if name := strings.Trim(wire.Codebase, "/ "); name != "" {
		if !codebaseText.MatchString(name) {
			return Discovery{}, errors.New("the codebase is not a path segment")
		}
		info.Codebase = name + "/"
	}
	return info, nil
}
