package http

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	nethttp "net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"cwsync/syncer/billing"
)

func basic(user, password string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password))
}

func TestSigningIn(t *testing.T) {
	for _, c := range []struct {
		name, authorization, key string
		options                  []any
	}{
		{"none", "", "", nil},
		{"header", "", "hush-key", []any{"auth", "header", "key_header", "X-Key"}},
		{"basic", basic("me", "hush-secret"), "", []any{"auth", "basic", "user", "me"}},
		{"bearer", "Bearer hush-secret", "", []any{"auth", "bearer"}},
		{"bearer and key", "Bearer hush-secret", "hush-key", []any{"auth", "bearer", "key_header", "X-Key"}},
	} {
		v := newVendor(t, 1, func(v *vendor, w nethttp.ResponseWriter, r *nethttp.Request) {
			if r.Header.Get("Authorization") != c.authorization || r.Header.Get("X-Key") != c.key || r.Header.Get("X-Tenant") != "t1" || r.Header.Get("Accept") != "application/json" {
				w.WriteHeader(nethttp.StatusUnauthorized)
			}
			say(w, v.part(0, 1))
		})
		if _, err := read(t, v.URL, append(c.options, "headers", map[string]any{"X-Tenant": "t1"})...); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestAPostWithABody(t *testing.T) {
	v := newVendor(t, 1, func(v *vendor, w nethttp.ResponseWriter, r *nethttp.Request) {
		body, _ := io.ReadAll(r.Body)
		if r.Method != "POST" || string(body) != `{"month": "2026-11"}` || r.Header.Get("Content-Type") != "application/json" {
			w.WriteHeader(nethttp.StatusBadRequest)
		}
		say(w, v.part(0, 1))
	})
	if _, err := read(t, v.URL, "method", "POST", "body", `{"month": "2026-11"}`); err != nil {
		t.Error(err)
	}
}

// issuer gives tokens t1, t2, ... in the way that a source asks for; ask answers the other requests by the token that they carry.
type issuer struct {
	given   int
	refuses int    // status; 0: it gives tokens
	seconds int    // for how long a token is good
	said    string // what the last request for a token said: its authorization, key and body
}

func (i *issuer) token(w nethttp.ResponseWriter, r *nethttp.Request, field string) {
	body, _ := io.ReadAll(r.Body)
	i.said = r.Method + " " + r.Header.Get("Authorization") + " " + r.Header.Get("X-Key") + " " + string(body)
	if i.refuses != 0 {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(i.refuses)
		_, _ = w.Write([]byte(`{"error": "invalid_client", "error_description": "client hush-secret is unknown"}`))
		return
	}
	i.given++
	expires := "expires_in"
	if field == "token" {
		expires = "expiresInSeconds"
	}
	say(w, map[string]any{field: fmt.Sprint("hush-t", i.given), expires: i.seconds, "token_type": "Bearer"})
}

func TestTokens(t *testing.T) {
	form := func(more url.Values) string {
		values := url.Values{"grant_type": {"client_credentials"}, "scope": {"read usage"}, "audience": {"api"}}
		for name := range more {
			values[name] = more[name]
		}
		return values.Encode()
	}
	jsonBody, _ := json.Marshal(map[string]string{"grant_type": "client_credentials", "client_id": "me", "client_secret": "hush-secret", "audience": "api"})
	oauth := []any{"auth", "oauth2", "user", "me", "token_params", map[string]any{"audience": "api"}, "scopes", []any{"read", "usage"}, "key_header", "X-Key"}
	for _, c := range []struct {
		name, field, said string
		options           []any
	}{
		{"header", "access_token", "POST " + basic("me", "hush-secret") + " hush-key " + form(nil), oauth},
		{"form", "access_token", "POST  hush-key " + form(url.Values{"client_id": {"me"}, "client_secret": {"hush-secret"}}), append(oauth, "token_style", "form")},
		{"json", "access_token", "POST  hush-key " + string(jsonBody), append(oauth, "token_style", "json")},
		{"token", "token", "POST " + basic("me", "hush-secret") + " hush-key ", []any{"auth", "token", "user", "me", "key_header", "X-Key", "token_field", "token", "expires_field", "expiresInSeconds"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			issuer := &issuer{seconds: 3600}
			v := newVendor(t, 7, func(v *vendor, w nethttp.ResponseWriter, r *nethttp.Request) {
				if r.URL.Path == "/token" {
					issuer.token(w, r, c.field)
					return
				}
				if r.Header.Get("Authorization") != "Bearer hush-t1" {
					w.WriteHeader(nethttp.StatusUnauthorized)
				}
				say(w, v.part(3*number(r, "page")-3, 3))
			})
			options := append([]any{"token_address", v.URL + "/token", "paging", "page"}, c.options...)
			usage, err := read(t, v.URL+"/list", options...)
			if err != nil || len(usage.Lines) != 7 || issuer.given != 1 {
				t.Errorf("%d lines, %d tokens, %v", len(usage.Lines), issuer.given, err)
			}
			if issuer.said != c.said {
				t.Errorf("asked by %q\nwant %q", issuer.said, c.said)
			}
			for _, status := range []int{400, 401, 403} {
				issuer.refuses = status
				_, err = read(t, v.URL+"/list", options...)
				fails(t, err, billing.ClassAuth, "ask "+v.URL+"/token for a token: answered "+fmt.Sprint(status), "client *** is unknown")
			}
		})
	}
}

func TestATokenThatIsNoLongerTakenIsAskedForAnew(t *testing.T) {
	issuer := &issuer{}
	taken := 0
	v := newVendor(t, 7, func(v *vendor, w nethttp.ResponseWriter, r *nethttp.Request) {
		if r.URL.Path == "/token" {
			issuer.token(w, r, "access_token")
			return
		}
		if number(r, "page") == 2 && taken == 0 {
			taken++
			w.WriteHeader(nethttp.StatusUnauthorized)
			return
		}
		say(w, v.part(3*number(r, "page")-3, 3))
	})
	options := []any{"auth", "oauth2", "user", "me", "token_address", v.URL + "/token", "paging", "page"}
	usage, err := read(t, v.URL+"/list", options...)
	if err != nil || len(usage.Lines) != 7 || issuer.given != 2 {
		t.Errorf("%d lines, %d tokens, %v", len(usage.Lines), issuer.given, err)
	}
	if v.auths[len(v.auths)-1] != "Bearer hush-t2" {
		t.Errorf("%q", v.auths)
	}
}

func TestATokenThatIsNeverTaken(t *testing.T) {
	issuer := &issuer{}
	v := newVendor(t, 7, func(_ *vendor, w nethttp.ResponseWriter, r *nethttp.Request) {
		if r.URL.Path == "/token" {
			issuer.token(w, r, "access_token")
			return
		}
		w.WriteHeader(nethttp.StatusUnauthorized)
		_, _ = w.Write([]byte(`{"message": "` + r.Header.Get("Authorization") + ` is not good"}`))
	})
	_, err := read(t, v.URL+"/list", "auth", "oauth2", "user", "me", "token_address", v.URL+"/token")
	fails(t, err, billing.ClassAuth, "read "+v.URL+"/list (page 1): answered 401 Unauthorized: Bearer *** is not good")
	if issuer.given != 2 {
		t.Errorf("%d tokens", issuer.given)
	}
}

func TestTokensThatAreNone(t *testing.T) {
	for _, c := range []struct{ name, answer, want string }{
		{"another field", `{"token": "x"}`, "token"},
		{"a number", `{"access_token": 7}`, "token"},
		{"a line break", `{"access_token": "a\nb", "token_type": "Bearer"}`, "gave no token that can be sent"},
		{"a page", `<html>`, "answered with an HTML page"},
		{"no JSON", `[1]`, "token"},
	} {
		for _, options := range [][]any{{"auth", "oauth2"}, {"auth", "oauth2", "token_style", "json"}, {"auth", "token"}} {
			v := newVendor(t, 7, func(_ *vendor, w nethttp.ResponseWriter, _ *nethttp.Request) {
				w.Header().Set("Content-Type", "application/json")
				_, _ = w.Write([]byte(c.answer))
			})
			_, err := read(t, v.URL+"/list", append(options, "user", "me", "token_address", v.URL+"/token")...)
			fails(t, err, billing.ClassNonsense, "ask "+v.URL+"/token for a token: ", c.want)
		}
	}
}

// The key goes to the list's own origin, the client's credentials to the token's, and the token to the list's: nothing of it elsewhere.
func TestCredentialsStayWhereTheyBelong(t *testing.T) {
	issuer := &issuer{}
	tokens := httptest.NewServer(nethttp.HandlerFunc(func(w nethttp.ResponseWriter, r *nethttp.Request) { issuer.token(w, r, "access_token") }))
	t.Cleanup(tokens.Close)
	thief := newVendor(t, 0, func(_ *vendor, w nethttp.ResponseWriter, _ *nethttp.Request) { say(w, []any{}) })
	v := newVendor(t, 3, func(v *vendor, w nethttp.ResponseWriter, r *nethttp.Request) {
		switch {
		case strings.HasPrefix(r.URL.Path, "/redirect"):
			w.Header().Set("Location", thief.URL)
			w.WriteHeader(nethttp.StatusTemporaryRedirect)
		case r.URL.Path == "/next":
			say(w, map[string]any{"content": v.part(0, 1), "next": thief.URL})
		default:
			say(w, []any{map[string]any{"id": thief.URL + "/x", "customer_id": "c", "service_id": "s", "quantity": 1}})
		}
	})
	options := []any{"auth", "oauth2", "user", "me", "token_address", tokens.URL + "/token", "key_header", "X-Key"}
	if _, err := read(t, v.URL+"/list", options...); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(issuer.said, "hush-key") || v.auths[0] != "Bearer hush-t1" {
		t.Errorf("the key went to the issuer: %s, or the list got no token: %q", issuer.said, v.auths)
	}
	_, err := read(t, v.URL+"/redirect", options...)
	fails(t, err, billing.ClassNonsense, "which is not followed")
	_, err = read(t, v.URL+"/next", append(options, "paging", "next", "next", ".next", "records", ".content[]")...)
	fails(t, err, billing.ClassNonsense, "is on another host")
	if _, err = read(t, v.URL+"/list", append(options, "detail", []any{"/{id}"})...); err != nil {
		t.Error("what a record says is a part of the path, never a host:", err)
	}
	if asked := thief.requests(); len(asked) > 0 {
		t.Errorf("another host was asked: %q", asked)
	}
}

func TestSecretsThatAreNotThere(t *testing.T) {
	opened := config(t, "https://api.example.com", "auth", "bearer")
	for value, want := range map[string]string{"": "source.cloud.secret is empty", "a\nb": "holds a line break"} {
		opened.Secret = func(context.Context, string) (string, error) { return value, nil }
		reader, err := Kind().Open(opened)
		if err != nil {
			t.Fatal(err)
		}
		_, err = reader.Read(t.Context())
		fails(t, err, billing.ClassAuth, want)
	}
	gone := &billing.Failure{Class: billing.ClassAuth, Message: "not found", Hint: "set it"}
	opened.Secret = func(context.Context, string) (string, error) { return "", gone }
	reader, _ := Kind().Open(opened)
	_, err := reader.Read(t.Context())
	fails(t, err, billing.ClassAuth, "not found")
}
