package cwclient

import (
	"errors"
	"net/http"
	"testing"
)

func TestAnswersAreReadTolerantly(t *testing.T) {
	const record = `{"id":1,"name":"A","type":{"id":2,"name":"Managed","_info":{}},"company":null,"startDate":"","endDate":null,
		"prorateFlag":null,"newField":{"x":[1,2]},"customFields":[],"nextInvoiceDate":"2026-02-01T00:00:00Z",
		"_info":{"lastUpdated":"2026-01-01T00:00:00Z","count":5}}`
	c := newTest(t, api(func(r *http.Request) (*http.Response, error) { return reply(r, 200, record), nil }))
	got, err := c.Agreements.Get(t.Context(), 1)
	if err != nil || got.Type.ID != 2 || got.Company.ID != 0 || got.StartDate != "" || got.NextInvoiceDate != "2026-02-01T00:00:00Z" {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestAnswersAreMeantStrictly(t *testing.T) {
	tests := map[string]struct {
		body, kind string
		class      error
	}{
		"a page by its type":       {`{"id":1}`, "text/html; charset=utf-8", ErrNonsense},
		"a page by its look":       {"\ufeff \n<html>", "application/json", ErrNonsense},
		"no id":                    {`{"name":"A"}`, "application/json", ErrNonsense},
		"id zero":                  {`{"id":0}`, "application/json", ErrNonsense},
		"another record":           {`{"id":2}`, "application/json", ErrNonsense},
		"null":                     {`null`, "application/json", ErrNonsense},
		"a list":                   {`[{"id":1}]`, "application/json", ErrNonsense},
		"text":                     {`"x"`, "application/json", ErrNonsense},
		"no JSON":                  {`{"id":1}}`, "application/json", ErrNonsense},
		"a name that is no text":   {`{"id":1,"name":{}}`, "application/json", ErrNonsense},
		"cut in a text":            {`{"id":1,"name":"A`, "application/json", ErrUnavailable},
		"cut after a comma":        {`{"id":1,`, "application/json", ErrUnavailable},
		"nothing":                  {``, "application/json", ErrUnavailable},
		"cut before the first end": {`{`, "application/json", ErrUnavailable},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			c := newTest(t, api(func(r *http.Request) (*http.Response, error) {
				return reply(r, 200, tt.body, "Content-Type", tt.kind), nil
			}), WithRetryFor(1))
			_, err := c.Agreements.Get(t.Context(), 1)
			if !errors.Is(err, tt.class) || errors.Is(err, ErrNonsense) != errors.Is(tt.class, ErrNonsense) {
				t.Errorf("got %v, want %v", err, tt.class)
			}
		})
	}
}

func TestCount(t *testing.T) {
	for body, want := range map[string]int{`{"count":42}`: 42, `{"count":0}`: 0, `{}`: -1, `{"count":-1}`: -1, `[]`: -1, `null`: -1} {
		c := newTest(t, api(func(r *http.Request) (*http.Response, error) { return reply(r, 200, body), nil }))
		got, err := c.Additions.Count(t.Context(), 1, ListOptions{})
		if want < 0 && !errors.Is(err, ErrNonsense) || want >= 0 && (err != nil || got != want) {
			t.Errorf("%s: got %d, %v", body, got, err)
		}
	}
}

func TestSystem(t *testing.T) {
	c := newTest(t, api(func(r *http.Request) (*http.Response, error) {
		if r.URL.Path == "/v2026_4/apis/3.0/system/info" {
			return reply(r, 200, `{"version":"v2026.4.1","isCloud":"True","serverTimeZone":"Eastern Standard Time","licenseBits":[]}`), nil
		}
		return reply(r, 200, `[{"id":3,"moduleName":"Finance","moduleFunctionName":"Agreements","inquireLevel":"All","addLevel":null}]`), nil
	}))
	info, err := c.System.Info(t.Context())
	if err != nil || info != (SystemInfo{"v2026.4.1", true, "Eastern Standard Time", ""}) {
		t.Errorf("got %+v, %v", info, err)
	}
	rights, err := c.System.MySecurity(t.Context())
	if err != nil || len(rights) != 1 || rights[0].InquireLevel != "All" || rights[0].AddLevel != "" {
		t.Errorf("got %+v, %v", rights, err)
	}
}
