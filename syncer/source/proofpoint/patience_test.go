package proofpoint

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"cwsync/syncer/billing"
	"cwsync/syncer/source"
)

// roundTrip is a stack without a network, for tests of time.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func reply(r *http.Request, status int, body string, header http.Header) *http.Response {
	return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader(body)), Request: r}
}

// patience says how long a reading waited for answers that come one after the other, the last again and again.
func patience(t *testing.T, limit string, answers ...func(*http.Request) (*http.Response, error)) (waited time.Duration, tries int, err error) {
	synctest.Test(t, func(t *testing.T) {
		r := newReader(t, source.Options{"stack": "us1", "time_limit": limit})
		r.config.Now = time.Now
		r.transport = roundTrip(func(request *http.Request) (*http.Response, error) {
			answer := answers[min(tries, len(answers)-1)]
			tries++
			return answer(request)
		})
		start := time.Now()
		_, err = r.Read(t.Context())
		waited = time.Since(start)
	})
	return waited, tries, err
}

func TestTriesAgain(t *testing.T) {
	status := func(status int, retryAfter string) func(*http.Request) (*http.Response, error) {
		return func(r *http.Request) (*http.Response, error) {
			header := http.Header{}
			if retryAfter != "" {
				header.Set("Retry-After", retryAfter)
			}
			return reply(r, status, "", header), nil
		}
	}
	cut := func(r *http.Request) (*http.Response, error) {
		response := reply(r, 200, "", nil)
		response.Body = io.NopCloser(io.MultiReader(strings.NewReader(`[{"eid"`), errorReader{}))
		return response, nil
	}
	good := func(r *http.Request) (*http.Response, error) {
		if r.URL.String() == "https://us1.proofpointessentials.com/api/v1/me" {
			return reply(r, 200, partnerAccount, nil), nil
		}
		return reply(r, 200, "[]", nil), nil
	}
	lost := func(*http.Request) (*http.Response, error) { return nil, io.ErrUnexpectedEOF }
	date := func(r *http.Request) (*http.Response, error) {
		return reply(r, 429, "", http.Header{"Retry-After": {time.Now().Add(45 * time.Second).UTC().Format(http.TimeFormat)}}), nil
	}
	for _, c := range []struct {
		name    string
		limit   string
		answers []func(*http.Request) (*http.Response, error)
		waited  time.Duration
		tries   int
		class   billing.Class
	}{
		{"at once", "2m", []func(*http.Request) (*http.Response, error){good}, 0, 2, billing.ClassUnset},
		{"after a failure", "2m", []func(*http.Request) (*http.Response, error){status(502, ""), lost, cut, good}, 7 * time.Second, 5, billing.ClassUnset},
		{"as long as asked", "2m", []func(*http.Request) (*http.Response, error){status(429, "50"), good}, 50 * time.Second, 3, billing.ClassUnset},
		{"until the date", "2m", []func(*http.Request) (*http.Response, error){date, good}, 45 * time.Second, 3, billing.ClassUnset},
		{"half a minute where none is named", "2m", []func(*http.Request) (*http.Response, error){status(429, ""), good}, 30 * time.Second, 3, billing.ClassUnset},
		{"not longer than the limit", "40s", []func(*http.Request) (*http.Response, error){status(429, "50"), good}, 0, 1, billing.ClassThrottled},
		{"not for ever", "1h", []func(*http.Request) (*http.Response, error){status(500, "")}, 31 * time.Second, 6, billing.ClassUnavailable},
	} {
		waited, tries, err := patience(t, c.limit, c.answers...)
		if waited.Round(time.Second) != c.waited || tries != c.tries || billing.ClassOf(err) != c.class {
			t.Errorf("%s: %v, %d tries, %v", c.name, waited, tries, err)
		}
	}
}

type errorReader struct{}

func (errorReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }
