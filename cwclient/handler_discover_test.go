package cwclient

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestDiscover(t *testing.T) {
	tests := map[string]struct{ answer, base string }{
		"cloud":                {companyInfo, "https://api-na.myconnectwise.net/v2026_4/apis/3.0/"},
		"another region":       {`{"Codebase":"v2026_4/","SiteUrl":"api-eu.myconnectwise.net"}`, "https://api-eu.myconnectwise.net/v2026_4/apis/3.0/"},
		"a stranger":           {`{"Codebase":"v2026_4/","SiteUrl":"evil.example.com"}`, "https://api-na.myconnectwise.net/v2026_4/apis/3.0/"},
		"older shape":          {`{"CompanyName":"A","Codebase":"v4_6_release/","IsCloud":"True"}`, "https://api-na.myconnectwise.net/v4_6_release/apis/3.0/"},
		"no slash":             {`{"Codebase":"v2026_4"}`, "https://api-na.myconnectwise.net/v2026_4/apis/3.0/"},
		"no codebase":          {`{"CompanyName":"A"}`, "https://api-na.myconnectwise.net/v4_6_release/apis/3.0/"},
		"null in the codebase": {`{"Codebase":null}`, "https://api-na.myconnectwise.net/v4_6_release/apis/3.0/"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var asked, used string
			c := newTest(t, roundTrip(func(r *http.Request) (*http.Response, error) {
				if isDiscovery(r) {
					asked = r.URL.String()
					return reply(r, 200, tt.answer), nil
				}
				used = r.URL.String()
				return reply(r, 200, `{"id":1}`), nil
			}))
			info, err := c.Discover(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if _, err := c.Agreements.Get(t.Context(), 1); err != nil {
				t.Fatal(err)
			}
			if asked != "https://api-na.myconnectwise.net/login/companyinfo/acme" || used != tt.base+"finance/agreements/1" {
				t.Errorf("asked %s, used %s", asked, used)
			}
			if !strings.HasPrefix(tt.base, "https://"+info.Host+"/"+info.Codebase) {
				t.Errorf("got %+v", info)
			}
			if strings.Contains(tt.answer, "IsCloud") != info.IsCloud {
				t.Errorf("is cloud: %v", info.IsCloud)
			}
			if n := c.Requests()["GET"]; n != 2 {
				t.Errorf("%d requests, want 2", n)
			}
		})
	}
}

func TestDiscoverRefused(t *testing.T) {
	tests := map[string]struct {
		status int
		answer string
		want   error
	}{
		"unknown company":        {200, "null", ErrAuth},
		"gateway":                {400, "Cannot route. Codebase/company is invalid", ErrAuth},
		"a page":                 {200, "<html>welcome</html>", ErrNonsense},
		"a list":                 {200, "[]", ErrNonsense},
		"codebase with a path":   {200, `{"Codebase":"../../x/"}`, ErrNonsense},
		"codebase with a host":   {200, `{"Codebase":"@evil.example.com/"}`, ErrNonsense},
		"codebase with a number": {200, `{"Codebase":5}`, ErrNonsense},
		"a redirect":             {302, "", ErrRedirect},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			requests := 0
			c := newTest(t, roundTrip(func(r *http.Request) (*http.Response, error) {
				requests++
				return reply(r, tt.status, tt.answer), nil
			}))
			_, err := c.Agreements.Get(t.Context(), 1)
			if !errors.Is(err, tt.want) || requests != 1 {
				t.Errorf("got %v after %d requests, want %v", err, requests, tt.want)
			}
		})
	}
}

func TestCompanyIsEscaped(t *testing.T) {
	cfg := testConfig()
	cfg.Company = "a/../b?c"
	var path string
	c, err := New(cfg, WithTransport(roundTrip(func(r *http.Request) (*http.Response, error) {
		path = r.URL.EscapedPath()
		return reply(r, 200, companyInfo), nil
	})))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Discover(t.Context()); err != nil || path != "/login/companyinfo/a%2F..%2Fb%3Fc" {
		t.Errorf("asked %s, %v", path, err)
	}
}

func TestManyAtOnceDiscoverOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &meter{latency: 50 * time.Millisecond}
		c := newTest(t, roundTrip(m.roundTrip))
		if errs := load(t, c, 30, 30); len(errs) > 0 || c.Requests()["GET"] != 31 {
			t.Errorf("%d requests, %v", c.Requests()["GET"], errs)
		}
	})
}

func TestManyAtOnceFailOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var requests atomic.Int32
		c := newTest(t, roundTrip(func(*http.Request) (*http.Response, error) {
			requests.Add(1)
			time.Sleep(time.Second)
			return nil, errors.New("down")
		}), WithRetryFor(time.Minute))
		start := time.Now()
		errs := load(t, c, 16, 16)
		if len(errs) != 16 || !errors.Is(errs[9], ErrUnavailable) || time.Since(start) > 2*time.Minute {
			t.Errorf("%d errors after %v and %d requests", len(errs), time.Since(start), requests.Load())
		}
	})
}

func TestCancelOfTheOneWhoAsksDoesNotFailTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &meter{latency: time.Second}
		c := newTest(t, roundTrip(func(r *http.Request) (*http.Response, error) {
			select {
			case <-r.Context().Done():
				return nil, r.Context().Err()
			case <-time.After(time.Second):
			}
			return m.roundTrip(r)
		}))
		first, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		wg.Go(func() {
			if _, err := c.Agreements.Get(first, 1); !errors.Is(err, context.Canceled) {
				t.Errorf("got %v", err)
			}
		})
		synctest.Wait()
		wg.Go(func() {
			if _, err := c.Agreements.Get(t.Context(), 2); err != nil {
				t.Errorf("got %v", err)
			}
		})
		synctest.Wait()
		cancel()
		wg.Wait()
	})
}

// moving is a cloud whose codebase moves while the client runs.
type moving struct {
	codebase  atomic.Value
	discovers atomic.Int32
	calls     atomic.Int32
}

func (m *moving) roundTrip(r *http.Request) (*http.Response, error) {
	if isDiscovery(r) {
		m.discovers.Add(1)
		return reply(r, 200, `{"Codebase":"`+m.codebase.Load().(string)+`/"}`), nil
	}
	m.calls.Add(1)
	if !strings.HasPrefix(r.URL.Path, "/"+m.codebase.Load().(string)+"/") {
		return reply(r, 404, "gone"), nil
	}
	if strings.HasSuffix(r.URL.Path, "/404") {
		return reply(r, 404, `{"code":"NotFound","message":"no such record"}`), nil
	}
	return reply(r, 200, `{"id":`+r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:]+`}`), nil
}

func TestCodebaseThatMoved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &moving{}
		m.codebase.Store("v2026_4")
		c := newTest(t, roundTrip(m.roundTrip))
		if _, err := c.Agreements.Get(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
		m.codebase.Store("v2026_5")
		if errs := load(t, c, 50, 16); len(errs) > 0 {
			t.Errorf("got %v", errs[0])
		}
		if n := m.discovers.Load(); n != 2 {
			t.Errorf("asked %d times, want 2", n)
		}
	})
}

func TestMissingRecordsDoNotAskAgainAndAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &moving{}
		m.codebase.Store("v2026_4")
		c := newTest(t, roundTrip(m.roundTrip))
		for range 20 {
			if _, err := c.Agreements.Get(t.Context(), 404); !errors.Is(err, ErrNotFound) {
				t.Fatalf("got %v", err)
			}
		}
		if m.discovers.Load() != 2 || m.calls.Load() != 20 {
			t.Errorf("asked %d times for 20 missing records, %d calls", m.discovers.Load(), m.calls.Load())
		}
		m.codebase.Store("v2026_5") // an upgrade right after is still noticed
		if _, err := c.Agreements.Get(t.Context(), 7); err != nil {
			t.Error(err)
		}
		time.Sleep(2 * time.Minute)
		m.codebase.Store("v2026_6") // and so is one later on
		if _, err := c.Agreements.Get(t.Context(), 7); err != nil {
			t.Error(err)
		}
	})
}

func TestWriteIsNotRepeatedAfterA404(t *testing.T) {
	m := &moving{}
	m.codebase.Store("v2026_4")
	c := newTest(t, roundTrip(m.roundTrip))
	if _, err := c.Discover(t.Context()); err != nil {
		t.Fatal(err)
	}
	m.codebase.Store("v2026_5")
	_, err := c.Additions.Create(t.Context(), 1, AdditionCreate{ProductID: 1})
	sentError(t, err, ErrNotFound, false, false)
	if m.calls.Load() != 1 {
		t.Errorf("sent %d times", m.calls.Load())
	}
}

func TestCompanyThatVanished(t *testing.T) {
	discovers := 0
	c := newTest(t, roundTrip(func(r *http.Request) (*http.Response, error) {
		if !isDiscovery(r) {
			return reply(r, 404, ""), nil
		}
		if discovers++; discovers == 1 {
			return reply(r, 200, companyInfo), nil
		}
		return reply(r, 200, "null"), nil
	}))
	if _, err := c.Agreements.Get(t.Context(), 1); !errors.Is(err, ErrAuth) {
		t.Errorf("got %v", err)
	}
}

// Without an answer to the second discovery nobody knows whether the record is missing or the path is old.
func TestNotFoundIsNotBelievedWithoutDiscovery(t *testing.T) {
	discovers := 0
	c := newTest(t, roundTrip(func(r *http.Request) (*http.Response, error) {
		if !isDiscovery(r) {
			return reply(r, 404, ""), nil
		}
		if discovers++; discovers == 1 {
			return reply(r, 200, companyInfo), nil
		}
		return nil, errors.New("down")
	}), WithRetryFor(1))
	if _, err := c.Agreements.Get(t.Context(), 1); !errors.Is(err, ErrUnavailable) || errors.Is(err, ErrNotFound) {
		t.Errorf("got %v", err)
	}
}

func TestWriteThatFailsAtDiscoveryWasNotSent(t *testing.T) {
	for _, status := range []int{0, 302, 404, 500} {
		c := newTest(t, roundTrip(func(r *http.Request) (*http.Response, error) {
			if status == 0 {
				return nil, errors.New("down")
			}
			return reply(r, status, "<html>"), nil
		}), WithRetryFor(1))
		_, err := c.Additions.Create(t.Context(), 1, AdditionCreate{ProductID: 1})
		if e, ok := errors.AsType[*Error](err); !ok || !e.NotSent() || c.Requests()["POST"] != 0 {
			t.Errorf("%d: got %v", status, err)
		}
	}
}

// TestFailedSearchIsNoProof: while nobody can say whether the codebase moved, no record is said to be missing, by whichever of several that ask.
func TestFailedSearchIsNoProof(t *testing.T) {
	var down atomic.Bool
	c := newTest(t, roundTrip(func(r *http.Request) (*http.Response, error) {
		switch {
		case isDiscovery(r) && down.Load():
			return reply(r, 500, ""), nil
		case isDiscovery(r):
			return reply(r, 200, companyInfo), nil
		}
		return reply(r, 404, `{"code":"NotFound","message":"no such record"}`), nil
	}), WithRetryFor(1))
	if _, err := c.Discover(t.Context()); err != nil {
		t.Fatal(err)
	}
	down.Store(true)
	for range 3 {
		if _, err := c.Agreements.Get(t.Context(), 1); !errors.Is(err, ErrServer) || errors.Is(err, ErrNotFound) {
			t.Errorf("got %v", err)
		}
	}
	if errs := load(t, c, 8, 8); len(errs) != 8 || errors.Is(errors.Join(errs...), ErrNotFound) {
		t.Errorf("got %v", errs)
	}
	down.Store(false)
	if _, err := c.Agreements.Get(t.Context(), 1); !errors.Is(err, ErrNotFound) {
		t.Errorf("got %v", err)
	}
}
