package http

import (
	"slices"
	"strings"
	"testing"

	"cwsync/syncer/source"
)

func TestOptionsThatAreRefused(t *testing.T) {
	for _, c := range []struct {
		want    string
		options source.Options
	}{
		{"address: missing", source.Options{}},
		{"address: must begin with https:// and a host", source.Options{"address": "api.example.com/list"}},
		{"address: plain http is taken for loopback", source.Options{"address": "http://api.example.com/list"}},
		{"address: the scheme must be https", source.Options{"address": "ftp://api.example.com/list"}},
		{"address: must not hold a user name or password", source.Options{"address": "https://me:hush@api.example.com/list"}},
		{"address: is not an address", source.Options{"address": "https://me:hush@api.example.com:x/list"}},
		{"address: must not hold a #", source.Options{"address": "https://api.example.com/list#x"}},
		{"body: goes with method POST", source.Options{"body": "{}"}},
		{"headers.Authorization: a secret is never in the set-up", source.Options{"headers": map[string]any{"Authorization": "Bearer hush"}}},
		{"headers.cookie: a secret is never", source.Options{"headers": map[string]any{"cookie": "hush"}}},
		{"headers.Host: is made by this program", source.Options{"headers": map[string]any{"Host": "x"}}},
		{"headers.A b: is not a header", source.Options{"headers": map[string]any{"A b": "x"}}},
		{"headers.A: is not a header", source.Options{"headers": map[string]any{"A": "x\r\nB: y"}}},
		{"key_header: missing; auth header needs it", source.Options{"auth": "header"}},
		{"key_header: is the header that auth bearer uses", source.Options{"auth": "bearer", "key_header": "authorization"}},
		{"key_header: is not a header", source.Options{"key_header": "a:b"}},
		{"user: missing; auth basic needs it", source.Options{"auth": "basic"}},
		{"user: holds a character", source.Options{"auth": "basic", "user": "a:b"}},
		{"token_address: missing; auth oauth2 needs it", source.Options{"auth": "oauth2", "user": "me"}},
		{"token_address: plain http", source.Options{"auth": "token", "user": "me", "token_address": "http://api.example.com/token"}},
		{"next: missing; paging token needs it", source.Options{"paging": "token"}},
		{"next: is not a jq expression", source.Options{"paging": "next", "next": ".["}},
		{"total: is not a jq expression", source.Options{"paging": "page", "total": "nosuch(1)"}},
		{"size_param: goes together with page_size", source.Options{"paging": "page", "page_size": 5}},
		{"records: is not a jq expression", source.Options{"records": "input"}},
		{"items: is not a jq expression", source.Options{"items": "$names"}},
		{"lookups.Names: the name must be small letters", source.Options{"lookups": map[string]any{"Names": "x"}}},
		{"lookups.names: is on another host", source.Options{"lookups": map[string]any{"names": "https://evil.example/x"}}},
		{"detail: x: names no field of the record", source.Options{"detail": []any{"x"}}},
		{"detail: x/{id: a brace", source.Options{"detail": []any{"x/{id"}}},
		{"detail: //evil.example/{id}: is on another host", source.Options{"detail": []any{"//evil.example/{id}"}}},
		{"detail_paged: y/{id} is not one of detail", source.Options{"detail": []any{"x/{id}"}, "detail_paged": []any{"y/{id}"}}},
		{"parallel: must be between 1 and 16", source.Options{"parallel": 17}},
		{"secret: a secret is never in the set-up", source.Options{"secret": "x"}},
		{"colour: unknown option of kind http", source.Options{"colour": "blue"}},
	} {
		if _, given := c.options["address"]; !given && !strings.HasPrefix(c.want, "address: missing") {
			c.options["address"] = "https://api.example.com/list"
		}
		err := Kind().Check(c.options)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "hush") {
			t.Errorf("%v: %v\nwant %s", c.options, err, c.want)
		}
	}
}

func TestOptionsThatAreTaken(t *testing.T) {
	for _, address := range []string{"https://api.example.com", "https://api.example.com:8443/x?y=z", "http://127.0.0.1:1/x", "http://[::1]:1", "http://localhost:1"} {
		if err := Kind().Check(source.Options{"address": address, "lookups": map[string]any{"names": "names"}, "items": "$names[]"}); err != nil {
			t.Errorf("%s: %v", address, err)
		}
	}
}

func TestSecretsThatAreNeeded(t *testing.T) {
	for want, options := range map[string]source.Options{
		"":           {"auth": "none"},
		"key":        {"auth": "header", "key_header": "X-Key"},
		"secret":     {"auth": "bearer"},
		"secret key": {"auth": "token", "key_header": "X-Key"},
	} {
		var names []string
		for _, field := range Kind().Secrets(options) {
			names = append(names, field.Name)
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("%v: %q, want %q", options, got, want)
		}
	}
}

func TestLinkHeaders(t *testing.T) {
	for line, want := range map[string]string{
		`<https://a/b?c=d>; rel="next"`:              "https://a/b?c=d",
		`</p?x=1,2;3>; rel=prev, </p?x=4>; rel=next`: "/p?x=4",
		`</a>; title="x; rel=y"; REL="Next last"`:    "/a",
		`</a>; rel=nextish`:                          "",
		`</a>`:                                       "",
		`rel=next`:                                   "",
		`</a; rel=next`:                              "",
		`</a>; rel=first,</b>; rel="next", </c>; rel="last"`: "/b",
	} {
		if got := nextLink(map[string][]string{"Link": {line}}); got != want {
			t.Errorf("%s: %q, want %q", line, got, want)
		}
	}
}

func TestFieldsAreDeclaredOnce(t *testing.T) {
	var names []string
	for _, field := range Kind().Fields {
		if slices.Contains(names, field.Name) || field.Help == "" {
			t.Errorf("%+v", field)
		}
		names = append(names, field.Name)
	}
}
