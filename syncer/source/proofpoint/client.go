package proofpoint

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"cwsync/syncer/billing"
	"cwsync/syncer/source"
)

// Bounds of one reading.
const (
	maxBytes  = 64 << 20
	maxTries  = 6
	firstWait = time.Second      // before the second try; it doubles
	floorWait = 30 * time.Second // after "too many requests" that does not say how long
)

// client asks the interface of one stack.
type client struct {
	source         string
	base           *url.URL
	user, password string
	http           *http.Client
	own            *http.Transport // nil: it is not ours to close
	now            func() time.Time
}

func (r *reader) newClient(ctx context.Context) (*client, error) {
	password, err := r.config.Secret(ctx, "password")
	if err != nil {
		return nil, err
	}
	password = strings.TrimSpace(password)
	if password == "" || strings.ContainsAny(password, "\r\n\x00") {
		return nil, &billing.Failure{Class: billing.ClassAuth, Op: "sign in", Message: "the secret source." + r.config.Name + ".password is empty or more than one line", Hint: "set it again"}
	}
	c := &client{source: r.config.Name, base: r.base, user: strings.TrimSpace(r.config.Options.Text("user", "")), password: password, now: r.config.Now}
	transport := r.transport
	if transport == nil {
		c.own = &http.Transport{Proxy: http.ProxyFromEnvironment, TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12}, TLSHandshakeTimeout: 20 * time.Second}
		transport = c.own
	}
	c.http = &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return c, nil
}

func (c *client) close() {
	if c.own != nil {
		c.own.CloseIdleConnections()
	}
}

// account is what the interface says of the administrator who signed in.
type account struct{ domain string }

// me signs in.
func (c *client) me(ctx context.Context) (account, error) {
	const op = "sign in to Proofpoint Essentials"
	body, err := c.get(ctx, op, "/me")
	if err != nil {
		return account{}, err
	}
	value, err := only(ctx, body)
	if err != nil {
		return account{}, c.nonsense(op, "the answer is no JSON: "+err.Error())
	}
	object, ok := value.(map[string]any)
	if !ok {
		return account{}, c.nonsense(op, "the answer is not what was asked for")
	}
	domain, _ := object["entity_primary_domain"].(string)
	return account{domain: strings.TrimSpace(domain)}, nil
}

// get asks until there is an answer, or no hope, or no time left.
func (c *client) get(ctx context.Context, op, path string) ([]byte, error) {
	wait := firstWait
	for try := 1; ; try++ {
		body, err := c.once(ctx, op, path)
		failure, ok := errors.AsType[*billing.Failure](err)
		if err == nil || !ok || failure.Class != billing.ClassUnavailable && failure.Class != billing.ClassThrottled {
			return body, err
		}
		pause := max(wait, failure.Wait)
		if failure.Class == billing.ClassThrottled && failure.Wait == 0 {
			pause = floorWait
		}
		if deadline, limited := ctx.Deadline(); try == maxTries || limited && time.Until(deadline) <= pause {
			return nil, failure
		}
		if source.Sleep(ctx, pause) != nil {
			return nil, failure
		}
		wait *= 2
	}
}

// once asks once.
func (c *client) once(ctx context.Context, op, path string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base.String()+path, nil)
	if err != nil {
		return nil, c.nonsense(op, "the address cannot be used")
	}
	request.Header.Set("Accept", "application/json")
	request.Header.Set("X-User", c.user)
	request.Header.Set("X-Password", c.password)
	response, err := c.http.Do(request)
	if err != nil {
		return nil, c.unreachable(op, err)
	}
	defer response.Body.Close() // an error of closing says nothing that reading did not
	body, err := io.ReadAll(io.LimitReader(response.Body, maxBytes+1))
	switch {
	case response.StatusCode != http.StatusOK:
		return nil, c.refusal(ctx, op, response, body)
	case err != nil:
		return nil, c.unreachable(op, err)
	case len(body) > maxBytes:
		return nil, c.nonsense(op, fmt.Sprintf("the answer is larger than %d MiB", maxBytes>>20))
	case strings.HasPrefix(strings.TrimSpace(string(body[:min(len(body), 200)])), "<"):
		return nil, c.nonsense(op, "the answer is a page and no data")
	}
	return body, nil
}

// refusal explains any answer but 200.
func (c *client) refusal(ctx context.Context, op string, response *http.Response, body []byte) error {
	status := response.StatusCode
	f := &billing.Failure{Class: billing.ClassNonsense, Op: op, Code: strconv.Itoa(status), Message: fmt.Sprintf("answered with %d %s", status, http.StatusText(status)) + c.said(ctx, body)}
	switch {
	case status >= 300 && status < 400:
		f.Message = fmt.Sprintf("answered with %d and sends us elsewhere, where the password must not go", status)
		f.Hint = "check options.stack: it is in the address of your console"
	case status == http.StatusUnauthorized:
		f.Class, f.Hint = billing.ClassAuth, "check options.user and the secret source."+c.source+".password, and that options.stack is the one of your console; an administrator with a second factor cannot be used"
	case status == http.StatusForbidden:
		f.Class, f.Hint = billing.ClassPermission, "the user must be an administrator of the partner; check options.domain and options.stack too"
	case status == http.StatusBadRequest || status == http.StatusNotFound:
		f.Class, f.Hint = billing.ClassRejected, "check options.domain and options.stack: a partner can be on more than one stack"
	case status == http.StatusTooManyRequests:
		f.Class, f.Wait = billing.ClassThrottled, c.retryAfter(response)
	case status >= 500:
		f.Class, f.Wait = billing.ClassUnavailable, c.retryAfter(response)
	}
	return f
}

// retryAfter is how long the other side asks us to wait, 0 when it does not say.
func (c *client) retryAfter(response *http.Response) time.Duration {
	wait, _ := source.RetryAfter(response.Header.Get("Retry-After"), c.now())
	return wait
}

// unreachable explains that there is no whole answer. What a connection says holds an address and never a header.
func (c *client) unreachable(op string, err error) error {
	class, hint := billing.ClassUnavailable, "check that this machine reaches that address, then try again later"
	if problem, ok := errors.AsType[*url.Error](err); ok {
		err = problem.Err
	}
	if _, unsafe := errors.AsType[*tls.CertificateVerificationError](err); unsafe {
		class, hint = billing.ClassNonsense, "somebody stands between this machine and Proofpoint, or its list of certificate authorities is old"
	}
	message := "no whole answer: " + err.Error()
	if errors.Is(err, context.DeadlineExceeded) {
		message, hint = "no whole answer within the time limit", "raise options.time_limit"
	}
	return &billing.Failure{Class: class, Op: op, Message: c.clean(message), Hint: hint}
}

func (c *client) nonsense(op, message string) error {
	return &billing.Failure{Class: billing.ClassNonsense, Op: op, Message: c.clean(message)}
}

// said is what an answer that refuses says in words, if anything.
func (c *client) said(ctx context.Context, body []byte) string {
	value, err := only(ctx, body)
	object, ok := value.(map[string]any)
	if err != nil || !ok {
		return ""
	}
	for _, name := range []string{"message", "error", "errors", "error_description"} {
		found := object[name]
		if list, ok := found.([]any); ok && len(list) > 0 {
			found = list[0]
		}
		if text, ok := found.(string); ok && strings.TrimSpace(text) != "" {
			return ": " + c.clean(text)
		}
	}
	return ""
}

// clean is one harmless, short line without the password.
func (c *client) clean(text string) string {
	const most = 300
	text = source.CleanName(strings.ReplaceAll(text, c.password, "***"))
	if utf8.RuneCountInString(text) > most {
		text = string([]rune(text)[:most]) + "…"
	}
	return text
}
