package ui

import (
	"strings"
	"testing"

	"cwsync/syncer/setup"
)

func TestReadSite(t *testing.T) {
	const api = "api-na.myconnectwise.net"
	for name, test := range map[string]struct {
		text, site, company, said string
	}{
		"a cloud region":                   {"na", api, "", "cloud region na: " + api},
		"a region in capitals":             {" EU ", "api-eu.myconnectwise.net", "", "cloud region eu: api-eu.myconnectwise.net"},
		"a region with its prefix":         {"api-au", "api-au.myconnectwise.net", "", "cloud region au: api-au.myconnectwise.net"},
		"the staging cloud":                {"staging", "api-staging.connectwisedev.com", "", "cloud region staging: api-staging.connectwisedev.com"},
		"the API's host":                   {api, api, "", ""},
		"the API's host as an address":     {"https://" + api + "/", api, "", "taken from the address: " + api},
		"a full API address":               {"https://api-na.myconnectwise.net/v4_6_release/apis/3.0/", api, "", "taken from the address: " + api},
		"an API address without a scheme":  {"api-na.myconnectwise.net/v4_6_release/apis/3.0/system/info", api, "", "taken from the address: " + api},
		"an API address with a query":      {"https://api-na.myconnectwise.net/v2026_4/apis/3.0/finance/agreements?conditions=id=1&page=2#top", api, "", "taken from the address: " + api},
		"the cloud's host in a browser":    {"na.myconnectwise.net", api, "", "the API of na.myconnectwise.net is at " + api},
		"the address in a browser":         {"https://NA.myconnectwise.net/v2026_4/ConnectWise.aspx?locale=en_US", api, "", "the API of na.myconnectwise.net is at " + api},
		"discovery with its company":       {"https://na.myconnectwise.net/login/companyinfo/acme", api, "acme", "the API of na.myconnectwise.net is at " + api},
		"a page to sign in with a company": {"https://cw.example.com/v4_6_release/login/login.aspx?company=acme", "cw.example.com", "acme", "taken from the address: cw.example.com"},
		"a company that cannot be one":     {"https://cw.example.com/?company=a%20b", "cw.example.com", "", "taken from the address: cw.example.com"},
		"a self-hosted host":               {"cw.example.com", "cw.example.com", "", ""},
		"capitals and a dot at the end":    {"CW.Example.com.", "cw.example.com", "", "taken from the address: cw.example.com"},
		"a name of the office's own":       {"connectwise", "connectwise", "", ""},
		"a port":                           {"cw.example.com:8443", "cw.example.com:8443", "", ""},
		"the usual port":                   {"https://cw.example.com:443/x", "cw.example.com", "", "taken from the address: cw.example.com"},
		"no scheme but slashes":            {"//cw.example.com/x", "cw.example.com", "", "taken from the address: cw.example.com"},
		"http becomes https":               {"http://cw.example.com/", "cw.example.com", "", "https instead of http, which would send the keys in clear: cw.example.com"},
		"http with its port too":           {"http://cw.example.com:80/", "cw.example.com", "", "https instead of http, which would send the keys in clear: cw.example.com"},
		"http on this machine stays":       {"http://127.0.0.1:8080", "http://127.0.0.1:8080", "", ""},
		"localhost":                        {"http://localhost:8080/x", "http://localhost:8080", "", "taken from the address: http://localhost:8080"},
		"IPv6":                             {"https://[::1]:8443/", "[::1]:8443", "", "taken from the address: [::1]:8443"},
		"in quotes and brackets":           {"<\"https://cw.example.com\">", "cw.example.com", "", "taken from the address: cw.example.com"},
		"with a line break from a mail":    {"https://cw.example.com/\r\n", "cw.example.com", "", "taken from the address: cw.example.com"},
	} {
		t.Run(name, func(t *testing.T) {
			read := readSite(test.text)
			if want := (siteRead{site: test.site, company: test.company, said: test.said}); read != want {
				t.Errorf("readSite(%q) is\n%+v, not\n%+v", test.text, read, want)
			}
			if problem := setup.SiteProblem(read.site); problem != "" {
				t.Errorf("the set-up refuses it: %s", problem)
			}
			if again := readSite(read.site); again.site != read.site {
				t.Errorf("read again it becomes %q", again.site)
			}
		})
	}
}

func TestReadSiteRefuses(t *testing.T) {
	for name, test := range map[string]struct{ text, problem string }{
		"nothing":                 {"  ", "is empty"},
		"two words":               {"cw example.com", noSite},
		"a user name":             {"https://user:canary-password@cw.example.com/", "must not hold a user name or password"},
		"another scheme":          {"ftp://cw.example.com", "scheme other than https"},
		"http on another port":    {"http://cw.example.com:8080", "would send the keys in clear"},
		"letters of no host":      {"müller.example", noSite},
		"a direction turned over": {"cw.\u202eexample.com", noSite},
		"an escape sequence":      {"\x1b]0;title\x07cw.example.com", noSite},
		"a broken address":        {"https://cw.example.com:port/canary-password", noSite},
		"an endless one":          {strings.Repeat("a", maxAddress+1), noSite},
		"a port of nowhere":       {"cw.example.com:65536", "a port that there cannot be"},
		"port zero":               {"cw.example.com:0", "a port that there cannot be"},
		"a label of nothing":      {"cw..example.com", noSite},
	} {
		t.Run(name, func(t *testing.T) {
			read := readSite(test.text)
			if !strings.Contains(read.problem, test.problem) || read.site != "" {
				t.Errorf("readSite(%q) is %+v, without the problem %q", test.text, read, test.problem)
			}
			if strings.Contains(read.problem, "canary") {
				t.Errorf("the problem repeats a password: %s", read.problem)
			}
		})
	}
}
