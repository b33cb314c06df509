package psa

import (
	"net/http"
	"strings"
	"testing"

	"cwsync/cwclient/cwsim"
	"cwsync/syncer/billing"
)

func TestAccessIsTranslated(t *testing.T) {
	p, server := overSim(t, cwsim.NewWorld("2026-03-16"), cwsim.WithOnPremise())
	reach, err := p.Reach(t.Context())
	if err != nil || !strings.HasPrefix(reach.Host, "127.0.0.1:") || reach.Latency <= 0 || reach.TLS != "" || reach.ServerTime.IsZero() || reach.At.IsZero() {
		t.Errorf("reach %+v, %v", reach, err)
	}
	site, err := p.Discover(t.Context())
	want := billing.Site{Company: server.Credentials().Company, CompanyName: "Simulated MSP", Host: reach.Host, Codebase: "v4_6_release", Version: site.Version}
	if err != nil || site != want || site.Version == "" {
		t.Errorf("site %+v, %v", site, err)
	}
	if who, err := p.SignIn(t.Context()); err != nil || who.Version == "" {
		t.Errorf("server %+v, %v", who, err)
	}
	if member, err := p.Member(t.Context()); err != nil || member != (billing.Member{Identifier: "cwsync-api", Role: "API cwsync"}) {
		t.Errorf("member %+v, %v", member, err)
	}
	server.SetRight("Finance", "Agreements", cwsim.KindEdit, cwsim.LevelMy)
	rights, err := p.Rights(t.Context())
	if err != nil || len(rights) < 4 {
		t.Fatalf("rights %+v, %v", rights, err)
	}
	for _, right := range rights {
		if right.Function == billing.Agreements && right != (billing.Right{Function: billing.Agreements, Add: "All", Edit: "My", Delete: "All", Inquire: "All"}) {
			t.Errorf("got %+v", right)
		}
	}
}

// TestSignInIsAskedEachTime: what was accepted a minute ago need not be so now.
func TestSignInIsAskedEachTime(t *testing.T) {
	p, server := overSim(t, cwsim.NewWorld("2026-03-16"))
	for range 2 {
		if _, err := p.SignIn(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if n := countPath(server, http.MethodGet, "/system/info"); n != 2 {
		t.Errorf("asked %d times", n)
	}
}

func TestWhichCredentialIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		style  cwsim.AuthStyle
		change func(*cwsim.Credentials)
		want   billing.Credential
	}{
		"keys":               {cwsim.AuthUnauthorized, func(k *cwsim.Credentials) { k.PrivateKey = "x" }, billing.CredentialKeys},
		"keys, by 404":       {cwsim.AuthNotFound, func(k *cwsim.Credentials) { k.PrivateKey = "x" }, billing.CredentialKeys},
		"keys, by a gateway": {cwsim.AuthGateway, func(k *cwsim.Credentials) { k.PrivateKey = "x" }, billing.CredentialCompany},
		"client id":          {cwsim.AuthUnauthorized, func(k *cwsim.Credentials) { k.ClientID = "x" }, billing.CredentialClientID},
		"no client id":       {cwsim.AuthUnauthorized, func(k *cwsim.Credentials) { k.ClientID = "" }, billing.CredentialClientID},
		"company":            {cwsim.AuthUnauthorized, func(k *cwsim.Credentials) { k.Company = "x" }, billing.CredentialCompany},
	} {
		t.Run(name, func(t *testing.T) {
			server := cwsim.NewServer(cwsim.NewWorld("2026-03-16"), cwsim.WithAuthStyle(c.style))
			keys := server.Credentials()
			c.change(&keys)
			_, err := New(newClient(t, serve(t, server), keys)).SignIn(t.Context())
			if failure := failureOf(t, err); failure.Class != billing.ClassAuth || failure.Refused != c.want || failure.Hint == "" {
				t.Errorf("got %+v", failure)
			}
		})
	}
}

// TestSiteThatIsNotThere: a 404 of the search for the company says nothing of the keys.
func TestSiteThatIsNotThere(t *testing.T) {
	keys := cwsim.Credentials{Company: "msp", ClientID: "c", PublicKey: "pub", PrivateKey: "priv"}
	p := New(newClient(t, serve(t, http.NotFoundHandler()), keys))
	_, err := p.SignIn(t.Context())
	if failure := failureOf(t, err); failure.Class != billing.ClassNonsense || failure.Refused != "" {
		t.Errorf("sign in: %+v", failure)
	}
	_, err = p.Discover(t.Context())
	if failure := failureOf(t, err); failure.Class != billing.ClassNonsense || !strings.Contains(failure.Hint, "connection.site") {
		t.Errorf("discover: %+v", failure)
	}
}

func TestTryRead(t *testing.T) {
	for _, function := range []billing.Function{billing.Agreements, billing.ProductCatalog, billing.CompanyMaintenance, billing.TableSetup, billing.ServiceTickets} {
		p, server := overSim(t, cwsim.DemoOn("2026-03-16"))
		if err := p.TryRead(t.Context(), function); err != nil {
			t.Errorf("%s: %v", function, err)
		}
		server.Deny(function.Module, function.Name, cwsim.KindInquire)
		failure := failureOf(t, p.TryRead(t.Context(), function))
		if failure.Class != billing.ClassPermission || failure.Right != function.String()+": Inquire All" {
			t.Errorf("%s: %+v", function, failure)
		}
		for _, request := range server.Log() {
			if request.Method != http.MethodGet {
				t.Errorf("%s: sent %s %s", function, request.Method, request.Path)
			}
		}
	}
	p, server := overSim(t, cwsim.DemoOn("2026-03-16"))
	if err := p.TryRead(t.Context(), billing.Function{Module: "Sales", Name: "Funnel"}); err == nil || len(server.Log()) != 0 {
		t.Errorf("an unknown function: %v", err)
	}
}
