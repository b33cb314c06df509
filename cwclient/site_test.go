package cwclient

import (
	"strings"
	"testing"
)

func TestParseSite(t *testing.T) {
	good := map[string]string{
		"cw.example.com":                   "https://cw.example.com",
		"  CW.Example.com/ ":               "https://cw.example.com",
		"https://cw.example.com":           "https://cw.example.com",
		"HTTPS://cw.example.com./":         "https://cw.example.com",
		"https://cw.example.com:443/":      "https://cw.example.com",
		"cw.example.com:8443":              "https://cw.example.com:8443",
		"//cw.example.com":                 "https://cw.example.com",
		"api-na.myconnectwise.net":         "https://api-na.myconnectwise.net",
		"na.myconnectwise.net":             "https://api-na.myconnectwise.net",
		"https://EU.myconnectwise.net/":    "https://api-eu.myconnectwise.net",
		"staging.connectwisedev.com":       "https://api-staging.connectwisedev.com",
		"api-staging.connectwisedev.com":   "https://api-staging.connectwisedev.com",
		"127.0.0.1":                        "https://127.0.0.1",
		"http://127.0.0.1:8080":            "http://127.0.0.1:8080",
		"http://localhost:8080/":           "http://localhost:8080",
		"http://[::1]:8080":                "http://[::1]:8080",
		"http://[::1]":                     "http://[::1]",
		"http://127.9.9.9:80/":             "http://127.9.9.9",
		"na.myconnectwise.net.example.com": "https://na.myconnectwise.net.example.com",
		"https://api-au.myconnectwise.net/v4_6_release/apis/3.0/finance/agreements?page=1": "https://api-au.myconnectwise.net",
		"https://na.myconnectwise.net/v2026_4/ConnectWise.aspx?locale=en_US#x":             "https://api-na.myconnectwise.net",
	}
	for typed, want := range good {
		got, err := parseSite(typed)
		if err != nil || got.String() != want {
			t.Errorf("%q: got %s, %v; want %s", typed, got, err, want)
		}
	}
	bad := []string{
		"", "  ", "http://cw.example.com", "http://10.0.0.1", "ftp://localhost", "https://", "https://user:secret@cw.example.com", "https://user:12/secret@cw.example.com", "user:sec%ret/secret@cw.example.com",
		"cw..example.com", "cw example.com", "cw.exämple.com", "https://cw.example.com:port", "http://localhost.example.com",
	}
	for _, typed := range bad {
		got, err := parseSite(typed)
		if err == nil {
			t.Errorf("%q: got %s, want an error", typed, got)
		} else if strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: the error repeats the password: %v", typed, err)
		}
	}
}

func TestKeysStayWithTheConfiguredOwner(t *testing.T) {
	tests := map[string]struct{ typed, siteURL, want string }{
		"the same host":              {"na.myconnectwise.net", "api-na.myconnectwise.net", "https://api-na.myconnectwise.net"},
		"another region":             {"na.myconnectwise.net", "api-eu.myconnectwise.net", "https://api-eu.myconnectwise.net"},
		"its browser name":           {"na.myconnectwise.net", "https://eu.myconnectwise.net/", "https://api-eu.myconnectwise.net"},
		"a stranger":                 {"na.myconnectwise.net", "evil.example.com", "https://api-na.myconnectwise.net"},
		"a stranger that looks like": {"na.myconnectwise.net", "api-na.evilmyconnectwise.net", "https://api-na.myconnectwise.net"},
		"the other cloud domain":     {"na.myconnectwise.net", "api-staging.connectwisedev.com", "https://api-na.myconnectwise.net"},
		"plain http":                 {"na.myconnectwise.net", "http://localhost", "https://api-na.myconnectwise.net"},
		"another port":               {"na.myconnectwise.net", "api-na.myconnectwise.net:8443", "https://api-na.myconnectwise.net"},
		"nothing":                    {"na.myconnectwise.net", "", "https://api-na.myconnectwise.net"},
		"self-hosted, same domain":   {"cw.example.co.uk", "api.example.co.uk", "https://cw.example.co.uk"},
		"self-hosted to the cloud":   {"cw.example.com", "api-na.myconnectwise.net", "https://cw.example.com"},
		"self-hosted, port kept":     {"cw.example.com:8443", "cw.example.com", "https://cw.example.com:8443"},
		"loopback":                   {"http://127.0.0.1:9", "127.0.0.1", "http://127.0.0.1:9"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			o, err := parseSite(tt.typed)
			if err != nil {
				t.Fatal(err)
			}
			if got := o.moved(tt.siteURL).String(); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}
