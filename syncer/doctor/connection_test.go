package doctor_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"cwsync/cwclient"
	"cwsync/cwclient/cwsim"
	"cwsync/syncer/doctor"
)

func TestAllIsWell(t *testing.T) {
	s := newSim(t)
	var seen []string
	needs := everything()
	needs.Company = s.Credentials().Company
	checks := examine(t.Context(), probe(t, s.config()), needs, func(c doctor.Check) { seen = append(seen, c.Name) })
	if bad := not(checks, doctor.OK); bad != nil {
		t.Errorf("not ok: %+v", bad)
	}
	if code := doctor.Worst(checks); code != doctor.ExitDone {
		t.Errorf("exit %d", code)
	}
	want := "reachable clock discovery client id credentials agreements: inquire agreements: add agreements: edit " +
		"product catalog: inquire product catalog: add product catalog: edit company maintenance: inquire table setup: inquire"
	if got := strings.Join(seen, " "); got != want {
		t.Errorf("checks as they ended:\n%s\nwant\n%s", got, want)
	}
	if got := strings.Join(doctor.Names(doctor.ConnectionSteps(doctor.Probe{}, needs)), " "); got != want {
		t.Errorf("names known before:\n%s", got)
	}
	for name, part := range map[string]string{
		"reachable": "without TLS", "discovery": "version v2026.4, cloud, codebase v2026_4",
		"credentials":      "signed in as API member “cwsync-api” with the role “API cwsync”, server v2026.4",
		"agreements: edit": "Finance > Agreements: Edit All",
	} {
		if check := find(t, checks, name); !strings.Contains(check.Detail, part) {
			t.Errorf("%s says %q, want %q in it", name, check.Detail, part)
		}
	}
	for _, request := range s.Log() {
		if request.Method != http.MethodGet {
			t.Errorf("a check sent %s %s", request.Method, request.Path)
		}
	}
}

// TestWhatIsWrongIsNamed: each mistake in the connection fails one check, which says what to do, and leaves out what builds on it.
func TestWhatIsWrongIsNamed(t *testing.T) {
	for name, c := range map[string]struct {
		change     func(*cwclient.Config)
		opts       []cwsim.Option
		check      string
		exit       int
		says, hint string
	}{
		"public key":  {func(c *cwclient.Config) { c.PublicKey = "wrong" }, nil, "credentials", 12, "the keys are not accepted: Unauthorized", "connection.public_key"},
		"private key": {func(c *cwclient.Config) { c.PrivateKey = "wrong" }, nil, "credentials", 12, "Unauthorized", "connection.private_key"},
		"private key on an older server": {func(c *cwclient.Config) { c.PrivateKey = "wrong" },
			[]cwsim.Option{cwsim.WithAuthStyle(cwsim.AuthNotAuthenticated)}, "credentials", 12, "UserNotAuthenticated", "connection.private_key"},
		"private key in a cloud that says 404": {func(c *cwclient.Config) { c.PrivateKey = "wrong" },
			[]cwsim.Option{cwsim.WithAuthStyle(cwsim.AuthNotFound)}, "credentials", 12, "does not exist", "connection.private_key"},
		"private key at a gateway": {func(c *cwclient.Config) { c.PrivateKey = "wrong" },
			[]cwsim.Option{cwsim.WithAuthStyle(cwsim.AuthGateway)}, "credentials", 12, "Cannot route", "connection.private_key"},
		"no public key":  {func(c *cwclient.Config) { c.PublicKey = "" }, nil, "credentials", 12, "public key is missing", "connection.public_key"},
		"no private key": {func(c *cwclient.Config) { c.PrivateKey = "" }, nil, "credentials", 12, "private key is missing", "connection.private_key"},
		"client id":      {func(c *cwclient.Config) { c.ClientID = "11111111-2222-3333-4444-555555555555" }, nil, "client id", 12, "clientId", "connection.client_id"},
		"no client id":   {func(c *cwclient.Config) { c.ClientID = "" }, nil, "client id", 12, "client id is missing", "connection.client_id"},
		"company":        {func(c *cwclient.Config) { c.Company = "nobody" }, nil, "discovery", 12, "not known", "connection.company"},
		"capitals":       {func(c *cwclient.Config) { c.Company = strings.ToUpper(c.Company) }, nil, "credentials", 12, "Cannot route", "capitals"},
		"closed port":    {func(c *cwclient.Config) { c.Site = "http://127.0.0.1:1" }, nil, "reachable", 75, "refused", "connection.site"},
		"https of a server without it": {func(c *cwclient.Config) { c.Site = strings.Replace(c.Site, "http://", "https://", 1) },
			nil, "reachable", 1, "HTTPS client", "connection.site"},
		"http of another machine": {func(c *cwclient.Config) { c.Site = "http://cw.example.com" }, nil, "reachable", 10, "use https", ""},
		"no address":              {func(c *cwclient.Config) { c.Site = "cw example com" }, nil, "reachable", 10, "site", ""},
		"no file of authorities":  {func(c *cwclient.Config) { c.CAFile = "/no/such/file.pem" }, nil, "reachable", 10, "ca file", ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSim(t, c.opts...)
			config := s.config()
			c.change(&config)
			checks := examine(t.Context(), probe(t, config), everything(), nil)
			bad := not(checks, doctor.OK, doctor.Skip)
			if len(bad) != 1 || bad[0].Name != c.check || bad[0].Status != doctor.Fail || bad[0].Exit != c.exit {
				t.Fatalf("want only %q failed with %d, got %+v", c.check, c.exit, bad)
			}
			if !strings.Contains(bad[0].Detail, c.says) || !strings.Contains(bad[0].Hint, c.hint) {
				t.Errorf("says %q, hint %q", bad[0].Detail, bad[0].Hint)
			}
			if code := doctor.Worst(checks); code != c.exit {
				t.Errorf("exit %d, want %d", code, c.exit)
			}
			if last := checks[len(checks)-1]; last.Status != doctor.Skip || !strings.Contains(last.Detail, c.check) {
				t.Errorf("a right was still examined, or does not say why not: %+v", last)
			}
			keepsKeys(t, config, checks)
		})
	}
}

// keepsKeys makes sure that no check repeats a key.
func keepsKeys(t *testing.T, config cwclient.Config, checks []doctor.Check) {
	t.Helper()
	for _, key := range []string{config.PublicKey, config.PrivateKey} {
		for _, check := range checks {
			if len(key) > 8 && strings.Contains(check.Detail+check.Hint, key) {
				t.Errorf("%s shows a key", check.Name)
			}
		}
	}
}

// TestWhatStandsBetween: a proxy, a portal, a failing server.
func TestWhatStandsBetween(t *testing.T) {
	const all, api = "/login/companyinfo/", "/system/info"
	for name, c := range map[string]struct {
		fault cwsim.Fault
		check string
		exit  int
		hint  string
	}{
		"log-in page everywhere": {cwsim.Fault{Path: all, Kind: cwsim.FaultHTML, Times: -1}, "discovery", 1, "log-in page"},
		"log-in page at the API": {cwsim.Fault{Path: api, Kind: cwsim.FaultHTML, Times: -1}, "credentials", 1, "log-in page"},
		"redirect":               {cwsim.Fault{Path: all, Kind: cwsim.FaultRedirect, Location: "https://elsewhere.example/", Times: -1}, "discovery", 1, "portal"},
		"proxy that fails":       {cwsim.Fault{Path: all, Kind: cwsim.FaultProxy, Status: 502, Times: -1}, "discovery", 75, "later"},
		"server that fails":      {cwsim.Fault{Path: api, Kind: cwsim.FaultStatus, Status: 503, Times: -1}, "credentials", 75, "later"},
		"throttled":              {cwsim.Fault{Path: api, Kind: cwsim.FaultStatus, Status: 429, RetryAfter: "60", Times: -1}, "credentials", 75, "try later"},
		"broken connection":      {cwsim.Fault{Path: all, Kind: cwsim.FaultReset, Times: -1}, "reachable", 75, "connection.site"},
		"garbage":                {cwsim.Fault{Path: all, Kind: cwsim.FaultGarbage, Times: -1}, "discovery", 1, "proxy"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSim(t)
			s.Fail(c.fault)
			checks := examine(t.Context(), probe(t, s.config()), everything(), nil)
			bad := not(checks, doctor.OK, doctor.Skip)
			if len(bad) != 1 || bad[0].Name != c.check || bad[0].Exit != c.exit || !strings.Contains(bad[0].Hint, c.hint) {
				t.Fatalf("want only %q failed with %d and %q, got %+v", c.check, c.exit, c.hint, bad)
			}
		})
	}
}

func TestAHostThatIsAnother(t *testing.T) {
	s := newSim(t)
	config := s.config()
	config.Site = listen(t, http.NotFoundHandler()).URL
	checks := examine(t.Context(), probe(t, config), everything(), nil)
	bad := not(checks, doctor.OK, doctor.Skip)
	if len(bad) != 1 || bad[0].Name != "discovery" || bad[0].Exit != 1 || !strings.Contains(bad[0].Hint, "connection.site") {
		t.Errorf("got %+v", bad)
	}
}

func TestTLS(t *testing.T) {
	server := cwsim.NewServer(cwsim.NewWorld("2026-03-16"))
	listener := listenTLS(t, server)
	run := func(change func(*cwclient.Config)) []doctor.Check {
		config := sim{server, listener.URL}.config()
		change(&config)
		return examine(t.Context(), probe(t, config), everything(), nil)
	}
	t.Run("unknown authority", func(t *testing.T) {
		bad := not(run(func(*cwclient.Config) {}), doctor.OK, doctor.Skip)
		if len(bad) != 1 || bad[0].Name != "reachable" || bad[0].Exit != 1 || !strings.Contains(bad[0].Hint, "connection.ca_file") {
			t.Errorf("got %+v", bad)
		}
	})
	t.Run("named authority", func(t *testing.T) {
		checks := run(func(c *cwclient.Config) { c.CAFile = caFile(t, listener) })
		if bad := not(checks, doctor.OK); bad != nil {
			t.Errorf("not ok: %+v", bad)
		}
		detail := find(t, checks, "reachable").Detail
		if !strings.Contains(detail, "TLS 1.3, certificate good for ") || !strings.Contains(detail, " days") {
			t.Errorf("says %q", detail)
		}
	})
	t.Run("http of a server with TLS", func(t *testing.T) {
		bad := not(run(func(c *cwclient.Config) { c.Site = strings.Replace(c.Site, "https://", "http://", 1) }), doctor.OK, doctor.Skip)
		if len(bad) != 1 || bad[0].Name != "discovery" || bad[0].Exit != 1 || !strings.Contains(bad[0].Detail, "HTTPS server") {
			t.Errorf("got %+v", bad)
		}
	})
}

func TestCertificateNearItsEnd(t *testing.T) {
	for name, c := range map[string]struct {
		left   time.Duration
		status doctor.Status
		says   string
	}{
		"two months": {61*24*time.Hour + time.Hour, doctor.OK, "cw.example.com, 84 ms, TLS 1.3, certificate good for 61 days"},
		"21 days":    {21 * 24 * time.Hour, doctor.OK, "21 days"},
		"20 days":    {21*24*time.Hour - time.Second, doctor.Warn, "20 days"},
		"a day":      {25 * time.Hour, doctor.Warn, "1 day"},
		"hours":      {time.Hour, doctor.Warn, "less than a day"},
	} {
		t.Run(name, func(t *testing.T) {
			w := well()
			w.reach.CertificateEnds = w.reach.At.Add(c.left)
			checks := examine(t.Context(), w.probe(), doctor.Needs{}, nil)
			check := find(t, checks, "reachable")
			if check.Status != c.status || !strings.Contains(check.Detail, c.says) || (check.Hint != "") != (c.status == doctor.Warn) {
				t.Errorf("got %+v", check)
			}
			if doctor.Worst(checks) != 0 {
				t.Error("a warning has an exit code")
			}
		})
	}
}

func TestClockSkew(t *testing.T) {
	for name, c := range map[string]struct {
		ahead  time.Duration // of this machine
		status doctor.Status
		says   string
		exit   int
	}{
		"none":       {500 * time.Millisecond, doctor.OK, "agrees with", 0},
		"seconds":    {-110 * time.Second, doctor.OK, "agrees with", 0},
		"ahead":      {5*time.Minute + 500*time.Millisecond, doctor.Warn, "5m0s ahead of the server", 0},
		"behind":     {-15*time.Minute + 500*time.Millisecond, doctor.Warn, "15m0s behind the server", 0},
		"too far":    {-16*time.Minute + 500*time.Millisecond, doctor.Fail, "16m0s behind the server", 1},
		"a day away": {24*time.Hour + 500*time.Millisecond, doctor.Fail, "24h0m0s ahead", 1},
	} {
		t.Run(name, func(t *testing.T) {
			w := well()
			w.reach.ServerTime = w.reach.At.Add(-c.ahead)
			checks := examine(t.Context(), w.probe(), doctor.Needs{}, nil)
			check := find(t, checks, "clock")
			if check.Status != c.status || !strings.Contains(check.Detail, c.says) || check.Exit != c.exit || doctor.Worst(checks) != c.exit {
				t.Errorf("got %+v, exit %d", check, doctor.Worst(checks))
			}
			if bad := not(checks, doctor.OK); len(bad) > 1 {
				t.Errorf("a wrong clock keeps other checks from being done: %+v", bad)
			}
		})
	}
	t.Run("of the simulated server", func(t *testing.T) {
		s := newSim(t, cwsim.WithClock(func() time.Time { return time.Now().Add(10 * time.Minute) }))
		checks := examine(t.Context(), probe(t, s.config()), everything(), nil)
		if bad := not(checks, doctor.OK); len(bad) != 1 || bad[0].Name != "clock" || !strings.Contains(bad[0].Detail, "behind the server") {
			t.Errorf("got %+v", bad)
		}
	})
	t.Run("that is not told", func(t *testing.T) {
		w := well()
		w.reach.ServerTime = time.Time{}
		if check := find(t, examine(t.Context(), w.probe(), doctor.Needs{}, nil), "clock"); check.Status != doctor.Skip {
			t.Errorf("got %+v", check)
		}
	})
}

func TestSelfHosted(t *testing.T) {
	s := newSim(t, cwsim.WithOnPremise())
	checks := examine(t.Context(), probe(t, s.config()), everything(), nil)
	if detail := find(t, checks, "discovery").Detail; !strings.Contains(detail, "self-hosted, codebase v4_6_release") {
		t.Errorf("says %q", detail)
	}
}

func TestCompanyIsSpeltOtherwise(t *testing.T) {
	w := well()
	checks := examine(t.Context(), w.probe(), doctor.Needs{Company: "Acme"}, nil)
	if check := find(t, checks, "discovery"); check.Status != doctor.Warn || !strings.Contains(check.Hint, `"acme"`) || !strings.Contains(check.Hint, `"Acme"`) {
		t.Errorf("got %+v", check)
	}
}

func TestMemberMayNotBeRead(t *testing.T) {
	s := newSim(t)
	s.Fail(cwsim.Fault{Path: "/system/myMembers", Kind: cwsim.FaultStatus, Status: http.StatusForbidden, Times: -1})
	s.Deny("Finance", "Agreements", cwsim.KindEdit)
	checks := examine(t.Context(), probe(t, s.config()), everything(), nil)
	if check := find(t, checks, "credentials"); check.Status != doctor.OK || !strings.Contains(check.Detail, "could not be read") {
		t.Errorf("got %+v", check)
	}
	want := "System > Security Roles > (the role of this API member) > Finance > Agreements: set Edit to All"
	if check := find(t, checks, "agreements: edit"); check.Hint != want {
		t.Errorf("hint %q", check.Hint)
	}
}
