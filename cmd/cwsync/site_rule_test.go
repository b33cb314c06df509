package main

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"cwsync/cwclient"
)

var errNoNetwork = errors.New("this test has no network")

// originSeen is a network that goes nowhere and remembers where to.
type originSeen string

func (o *originSeen) RoundTrip(r *http.Request) (*http.Response, error) {
	*o = originSeen(r.URL.Scheme + "://" + r.URL.Host)
	return nil, errNoNetwork
}

// originOf is where the client would send the first request for a site; empty for a site that it refuses.
func originOf(t *testing.T, site string) string {
	t.Helper()
	var seen originSeen
	client, err := cwclient.New(cwclient.Config{Site: site, Company: "acme", ClientID: "x"}, cwclient.WithTransport(&seen), cwclient.WithRetryFor(0))
	if err != nil {
		return ""
	}
	defer client.Close()
	if _, err := client.Discover(t.Context()); !errors.Is(err, errNoNetwork) {
		t.Fatalf("%q: %v", site, err)
	}
	return string(seen)
}

// typedSites types each text into the line Site of the wizard and gives what it became there; empty for one that was not taken.
func typedSites(t *testing.T, texts []string) []string {
	t.Helper()
	const question = "Site, or enter to leave it as it is:"
	var answers []string
	for _, text := range texts {
		answers = append(answers, "1", text)
	}
	exit, out, errs := promptDemo(t, t.Context(), strings.NewReader(strings.Join(answers, "\n")))
	said := strings.Split(out, question)[1:]
	if exit != 0 || len(said) != len(texts) {
		t.Fatalf("exit code %d, %q; asked %d times for %d texts", exit, errs, len(said), len(texts))
	}
	sites := make([]string, len(texts))
	for i, answer := range said {
		line, _, _ := strings.Cut(strings.TrimSpace(answer), "\n")
		if _, site, ok := strings.Cut(line, "Site: "); ok && !strings.HasPrefix(line, "Not taken") {
			sites[i] = strings.TrimSuffix(site, ".")
		} else if !strings.HasPrefix(line, "Not taken: ") {
			t.Fatalf("%q is answered with %q", texts[i], line)
		}
	}
	return sites
}

// The wizard and the client each know by themselves what a site is, since neither may import the other. What the wizard takes the client must
// reach, at the place that it would have reached itself; what the client refuses the wizard may mend, but never pass on.
func TestWizardAndClientAgreeOnSites(t *testing.T) {
	const cloud = "https://api-na.myconnectwise.net"
	tests := []struct {
		text   string
		client string // where the client goes by itself; empty: it refuses
		wizard string // where it goes with what the wizard made of it; empty: the wizard refuses
	}{
		{"cw.example.com", "https://cw.example.com", "https://cw.example.com"},
		{"CW.Example.com/", "https://cw.example.com", "https://cw.example.com"},
		{"HTTPS://cw.example.com./", "https://cw.example.com", "https://cw.example.com"},
		{"https://cw.example.com:443/", "https://cw.example.com", "https://cw.example.com"},
		{"cw.example.com:8443", "https://cw.example.com:8443", "https://cw.example.com:8443"},
		{"//cw.example.com/x", "https://cw.example.com", "https://cw.example.com"},
		{"under_score.example.com", "https://under_score.example.com", "https://under_score.example.com"},
		{"api-na.myconnectwise.net", cloud, cloud},
		{"na.myconnectwise.net", cloud, cloud},
		{"https://NA.myconnectwise.net/v2026_4/ConnectWise.aspx?locale=en_US#x", cloud, cloud},
		{"https://api-na.myconnectwise.net/v4_6_release/apis/3.0/finance/agreements?page=1", cloud, cloud},
		{"https://na.myconnectwise.net/login/companyinfo/acme", cloud, cloud},
		{"staging.connectwisedev.com", "https://api-staging.connectwisedev.com", "https://api-staging.connectwisedev.com"},
		{"na.myconnectwise.net.example.com", "https://na.myconnectwise.net.example.com", "https://na.myconnectwise.net.example.com"},
		{"127.0.0.1", "https://127.0.0.1", "https://127.0.0.1"},
		{"10.1.2.3:8443", "https://10.1.2.3:8443", "https://10.1.2.3:8443"},
		{"http://127.0.0.1:8080", "http://127.0.0.1:8080", "http://127.0.0.1:8080"},
		{"http://127.9.9.9:80/", "http://127.9.9.9", "http://127.9.9.9"},
		{"http://localhost:8080/x", "http://localhost:8080", "http://localhost:8080"},
		{"http://[::1]:8080", "http://[::1]:8080", "http://[::1]:8080"},
		{"https://[2001:db8::1]", "https://[2001:db8::1]", "https://[2001:db8::1]"},

		{"na", "https://na", cloud}, // the wizard alone knows the regions
		{"api-eu", "https://api-eu", "https://api-eu.myconnectwise.net"},
		{"<https://cw.example.com>", "", "https://cw.example.com"}, // as a mail program quotes it
		{"http://cw.example.com", "", "https://cw.example.com"},
		{"http://10.0.0.1:80", "", "https://10.0.0.1"},

		{"http://cw.example.com:8080", "", ""},
		{"http://localhost.example.com:8080", "", ""},
		{"http://10.0.0.1:8080", "", ""},
		{"ftp://localhost", "", ""},
		{"https://", "", ""},
		{"https://user:secret@cw.example.com", "", ""},
		{"user@cw.example.com", "", ""},
		{"cw..example.com", "", ""},
		{"cw example.com", "", ""},
		{"cw.exämple.com", "", ""},
		{"https://cw.example.com:port", "", ""},
		{"cw.example.com:99999", "https://cw.example.com:99999", ""}, // the client finds out when it dials
	}
	texts := make([]string, len(tests))
	for i, test := range tests {
		texts[i] = test.text
	}
	for i, site := range typedSites(t, texts) {
		test := tests[i]
		if got := originOf(t, test.text); got != test.client {
			t.Errorf("%q: the client goes to %q, want %q", test.text, got, test.client)
		}
		got := ""
		if site != "" {
			if got = originOf(t, site); got == "" {
				t.Errorf("%q: the wizard makes %q of it, which the client refuses", test.text, site)
			}
		}
		if got != test.wizard {
			t.Errorf("%q: the wizard makes %q of it, which leads to %q, want %q", test.text, site, got, test.wizard)
		}
	}
}
