package alert

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// maxAnswer is how much of an answer is read, in bytes: it says no more than whether all is well.
const maxAnswer = 16 << 10

// unfollowed makes an error of every redirect. net/http would send the address of the channel on as the Referer, and the message with it.
type unfollowed struct{ http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (u unfollowed) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := u.RoundTripper.RoundTrip(r)
	if err == nil && resp.StatusCode >= 300 && resp.StatusCode <= 399 {
		_ = resp.Body.Close() // nothing in it is of interest
		return nil, errRedirect
	}
	return resp, err
}

// newTransport keeps no connection: there is one request to each channel.
func newTransport() *http.Transport {
	return &http.Transport{
		Proxy: http.ProxyFromEnvironment, DialContext: (&net.Dialer{Timeout: 10 * time.Second}).DialContext, TLSHandshakeTimeout: 10 * time.Second,
		TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12}, DisableKeepAlives: true, MaxResponseHeaderBytes: 64 << 10,
	}
}

// webAddress reads the address of a channel: https, or http of this machine.
func webAddress(text string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSpace(text))
	switch {
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		return nil, &fault{"its address does not begin with https://", hintAddress}
	case u.Scheme == "http" && !loopback(u.Hostname()):
		return nil, &fault{"its address begins with http://: it would be sent in clear for others to use", "take the channel's https address"}
	}
	return u, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// exchange sends one request, and wants an answer of 2xx that is no web page.
func exchange(ctx context.Context, method string, to *url.URL, contentType string, body []byte) error {
	request, err := http.NewRequestWithContext(ctx, method, to.String(), bytes.NewReader(body))
	if err != nil {
		return &fault{"its address cannot be used", hintAddress}
	}
	request.Header.Set("User-Agent", "cwsync")
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	client := &http.Client{Transport: unfollowed{newTransport()}}
	resp, err := client.Do(request)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	switch {
	case resp.StatusCode < 200 || resp.StatusCode > 299:
		return statusFault(resp.StatusCode)
	case err != nil:
		return err
	case bytes.HasPrefix(bytes.TrimLeft(answer, "\ufeff \t\r\n"), []byte("<")):
		return &fault{"answered with a web page: a log-in page or a proxy stands in its place", hintAddress}
	}
	return nil
}

// statusFault says what an answer outside 2xx means.
func statusFault(status int) *fault {
	said := &fault{fmt.Sprintf("answered with status %d", status), hintLater}
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusGone, http.StatusBadRequest:
		said.hint = hintAddress
	}
	return said
}
