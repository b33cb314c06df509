package http

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	nethttp "net/http"
	"net/url"
	"sync"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"

	"cwsync/syncer/billing"
	"cwsync/syncer/source"
)

// early is how long before its end a token is no longer used, so that none ends on its way.
const early = 30 * time.Second

// tokens keeps the token that requests are signed with.
type tokens struct {
	lock  sync.Mutex
	value string
	ends  time.Time // zero: nobody said
	fetch func(ctx context.Context) (value string, good time.Duration, err error)
}

// get gives the token, a new one where there is none or it ends.
func (t *tokens) get(ctx context.Context) (string, error) {
	t.lock.Lock()
	defer t.lock.Unlock()
	if t.value != "" && (t.ends.IsZero() || time.Now().Before(t.ends)) {
		return t.value, nil
	}
	value, good, err := t.fetch(ctx)
	if err != nil {
		return "", err
	}
	t.value, t.ends = value, time.Time{}
	if good > 0 {
		t.ends = time.Now().Add(good - min(early, good/4))
	}
	return value, nil
}

// drop forgets a token that was refused.
func (t *tokens) drop(value string) {
	t.lock.Lock()
	defer t.lock.Unlock()
	if t.value == value {
		t.value = ""
	}
}

// sign puts what signs in on a request of the list's origin.
func (w *wire) sign(ctx context.Context, req *nethttp.Request) error {
	w.signKey(req)
	switch w.auth {
	case authBasic:
		req.SetBasicAuth(w.user, w.secrets.secret)
	case authBearer:
		req.Header.Set("Authorization", "Bearer "+w.secrets.secret)
	case authOAuth2, authToken:
		token, err := w.tokens.get(ctx)
		if err != nil {
			return err
		}
		req.Header.Set("Authorization", "Bearer "+token)
	}
	return nil
}

// signKey adds the key, which goes to the list's own origin alone.
func (w *wire) signKey(req *nethttp.Request) {
	if w.keyHeader != "" && originOf(req.URL) == originOf(w.address) {
		req.Header.Set(w.keyHeader, w.secrets.key)
	}
}

// send is exchange with the source's own signature. A token that is refused is asked for anew, once.
func (w *wire) send(ctx context.Context, c *call) (*answer, error) {
	used := ""
	sign := func(ctx context.Context, req *nethttp.Request) error {
		err := w.sign(ctx, req)
		used = req.Header.Get("Authorization")
		return err
	}
	a, err := w.exchange(ctx, c, sign)
	problem, ok := errors.AsType[*trouble](err)
	if !ok || w.tokens == nil || problem.status != nethttp.StatusUnauthorized || used == "" {
		return a, err
	}
	w.tokens.drop(used[len("Bearer "):])
	return w.exchange(ctx, c, sign)
}

// fetchToken asks for a token. That it is refused means that the credentials are.
func (w *wire) fetchToken(ctx context.Context) (value string, good time.Duration, err error) {
	if w.auth == authOAuth2 && w.tokenStyle != styleJSON {
		value, good, err = w.clientCredentials(ctx)
	} else {
		value, good, err = w.plainToken(ctx)
	}
	if problem, ok := errors.AsType[*trouble](err); ok {
		if problem.Class == billing.ClassRejected {
			problem.Class, problem.Hint = billing.ClassAuth, "put the secrets of source "+w.source+" right, and its token options"
		}
		problem.status = 0 // a token that cannot be had is no token that is refused
		return "", 0, problem
	}
	if err != nil {
		return "", 0, err
	}
	if value == "" || badValue(value) {
		return "", 0, w.tokenCall().fail(billing.ClassNonsense, "gave no token that can be sent", "")
	}
	w.secrets.hidden.add(value)
	return value, good, nil
}

func (w *wire) tokenCall() *call {
	return &call{op: "ask " + display(w.tokenAddress) + " for a token", method: nethttp.MethodPost, address: w.tokenAddress,
		header: nethttp.Header{"Accept": {"application/json"}, "User-Agent": w.headers["User-Agent"]}}
}

// clientCredentials is OAuth2's own way.
func (w *wire) clientCredentials(ctx context.Context) (string, time.Duration, error) {
	style := oauth2.AuthStyleInHeader
	if w.tokenStyle == styleForm {
		style = oauth2.AuthStyleInParams
	}
	params := url.Values{}
	for name, value := range w.tokenParams {
		params.Set(name, value)
	}
	config := clientcredentials.Config{ClientID: w.user, ClientSecret: w.secrets.secret, TokenURL: w.tokenAddress.String(), Scopes: w.scopes, EndpointParams: params, AuthStyle: style}
	token, err := config.Token(context.WithValue(ctx, oauth2.HTTPClient, &nethttp.Client{Transport: tokenTrip{w}}))
	if problem, ok := errors.AsType[*trouble](err); ok {
		return "", 0, problem
	}
	if ctx.Err() != nil {
		return "", 0, ctx.Err()
	}
	if err != nil {
		return "", 0, w.tokenCall().fail(billing.ClassNonsense, "gave no token: "+w.secrets.hide(source.CleanName(err.Error())), "")
	}
	good := time.Duration(0)
	if !token.Expiry.IsZero() {
		good = time.Until(token.Expiry)
	}
	return token.AccessToken, good, nil
}

// tokenTrip lets OAuth2's client use our way to the network with its bounds, tries and waits.
type tokenTrip struct{ wire *wire }

// RoundTrip implements http.RoundTripper.
func (t tokenTrip) RoundTrip(req *nethttp.Request) (*nethttp.Response, error) {
	c := t.wire.tokenCall()
	maps.Copy(c.header, req.Header)
	var err error
	if c.body, err = io.ReadAll(req.Body); err != nil {
		return nil, err
	}
	_ = req.Body.Close()
	a, err := t.wire.exchange(req.Context(), c, t.wire.onlyKey)
	if err != nil {
		return nil, err
	}
	return &nethttp.Response{StatusCode: nethttp.StatusOK, Status: "200 OK", Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: a.header,
		Body: io.NopCloser(bytes.NewReader(a.body)), ContentLength: int64(len(a.body)), Request: req}, nil
}

func (w *wire) onlyKey(_ context.Context, req *nethttp.Request) error {
	w.signKey(req)
	return nil
}

// plainToken asks with a POST of its own: with user and secret as basic, or as JSON.
func (w *wire) plainToken(ctx context.Context) (string, time.Duration, error) {
	c := w.tokenCall()
	sign := w.onlyKey
	if w.auth == authToken {
		sign = func(_ context.Context, req *nethttp.Request) error {
			w.signKey(req)
			req.SetBasicAuth(w.user, w.secrets.secret)
			return nil
		}
	} else {
		body := map[string]string{"grant_type": "client_credentials", "client_id": w.user, "client_secret": w.secrets.secret}
		maps.Copy(body, w.tokenParams)
		c.header.Set("Content-Type", "application/json")
		var err error
		if c.body, err = json.Marshal(body); err != nil {
			return "", 0, err
		}
	}
	a, err := w.exchange(ctx, c, sign)
	if err != nil {
		return "", 0, err
	}
	return w.tokenIn(c, a.body)
}

// tokenIn finds the token in an answer.
func (w *wire) tokenIn(c *call, body []byte) (string, time.Duration, error) {
	var fields map[string]any
	if err := json.Unmarshal(body, &fields); err != nil {
		return "", 0, c.fail(billing.ClassNonsense, "gave no JSON object", "")
	}
	token, ok := fields[w.tokenField].(string)
	if !ok {
		return "", 0, c.fail(billing.ClassNonsense, "gave no text in the field "+w.tokenField, "name the field of the token in options.token_field")
	}
	seconds, err := time.ParseDuration(numberText(fields[w.expiresField]) + "s")
	if err != nil || seconds < 0 {
		seconds = 0 // it is used until it is refused
	}
	return token, seconds, nil
}
