package psa

import (
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"cwsync/cwclient"
	"cwsync/cwclient/cwsim"
	"cwsync/syncer/billing"

	"github.com/shopspring/decimal"
)

// The answers that a fake server gives to nearly everything.
const discoveryAnswer = `{"CompanyName":"MSP","Codebase":"v4_6_release/","VersionCode":"v2026.4","IsCloud":false}`

// newClient makes a client that does not wait for another try.
func newClient(t testing.TB, site string, keys cwsim.Credentials, opts ...cwclient.Option) *cwclient.Client {
	t.Helper()
	opts = append([]cwclient.Option{cwclient.WithMaxRPM(0), cwclient.WithRetryFor(time.Nanosecond)}, opts...)
	client, err := cwclient.New(cwclient.Config{
		Site: site, Company: keys.Company, ClientID: keys.ClientID,
		PublicKey: keys.PublicKey, PrivateKey: keys.PrivateKey,
	}, opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return client
}

// overSim is a PSA over a simulated ConnectWise.
func overSim(t testing.TB, world *cwsim.World, opts ...cwsim.Option) (*PSA, *cwsim.Server) {
	t.Helper()
	server := cwsim.NewServer(world, opts...)
	return New(newClient(t, serve(t, server), server.Credentials())), server
}

// serve listens on loopback until the test ends, and gives the site.
func serve(t testing.TB, handler http.Handler) string {
	t.Helper()
	listener := httptest.NewUnstartedServer(handler)
	listener.Config.ErrorLog = log.New(io.Discard, "", 0) // faults break connections on purpose
	listener.Start()
	t.Cleanup(listener.Close)
	return listener.URL
}

// transportFunc answers requests of the API; discovery goes well by itself.
type transportFunc func(r *http.Request) (*http.Response, error)

func (f transportFunc) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasPrefix(r.URL.Path, "/login/") {
		return respond(http.StatusOK, "application/json", discoveryAnswer), nil
	}
	return f(r)
}

func respond(status int, contentType, body string) *http.Response {
	recorder := httptest.NewRecorder()
	recorder.Header().Set("Content-Type", contentType)
	recorder.WriteHeader(status)
	_, _ = recorder.WriteString(body) // a recorder takes everything
	return recorder.Result()
}

// overAnswer is a PSA over a server that answers every request of the API so.
func overAnswer(t testing.TB, status int, contentType, body string) *PSA {
	t.Helper()
	return over(t, func(*http.Request) (*http.Response, error) { return respond(status, contentType, body), nil })
}

// over is a PSA over a function that answers.
func over(t testing.TB, answer transportFunc) *PSA {
	t.Helper()
	keys := cwsim.Credentials{Company: "msp", ClientID: "c", PublicKey: "pub", PrivateKey: "priv"}
	return New(newClient(t, "http://127.0.0.1:1", keys, cwclient.WithTransport(answer)))
}

// overPaths is a PSA over fixed JSON answers by the end of the path; anything else is an unknown endpoint.
func overPaths(t testing.TB, answers map[string]string) *PSA {
	t.Helper()
	return over(t, func(r *http.Request) (*http.Response, error) {
		for path, body := range answers {
			if strings.HasSuffix(r.URL.Path, path) {
				return respond(http.StatusOK, "application/json", body), nil
			}
		}
		return respond(http.StatusNotFound, "application/json", `{"code":"ConnectWiseApi","message":"The endpoint does not exist."}`), nil
	})
}

func dec(s string) decimal.Decimal { return decimal.RequireFromString(s) }

func some(s string) decimal.NullDecimal { return decimal.NewNullDecimal(dec(s)) }

func day(s string) billing.Date {
	d, err := billing.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

// failureOf is the Failure in err; none is fatal.
func failureOf(t *testing.T, err error) *billing.Failure {
	t.Helper()
	failure, ok := errors.AsType[*billing.Failure](err)
	if !ok {
		t.Fatalf("want a *billing.Failure, got %T %v", err, err)
	}
	return failure
}

// countPath counts the requests of a method whose path begins so.
func countPath(server *cwsim.Server, method, path string) int {
	n := 0
	for _, request := range server.Log() {
		if request.Method == method && strings.HasPrefix(request.Path, path) {
			n++
		}
	}
	return n
}

// small is a world of one company, the agreement 811 and the product PPE-BUS, with one line of five units.
type small struct {
	*cwsim.World
	company, agreement, product, addition int
}

func newSmall(t testing.TB, change func(*cwsim.AgreementSpec)) small {
	t.Helper()
	w := small{World: cwsim.NewWorld("2026-03-16")}
	w.company = w.AddCompany(cwsim.CompanySpec{Name: "Contoso"})
	w.product = w.AddProduct(cwsim.ProductSpec{Identifier: "PPE-BUS", Price: dec("4.5"), Cost: dec("3"), Taxable: true})
	spec := cwsim.AgreementSpec{ID: 811, Company: w.company, Name: "Cloud", Prorate: true, Currency: "USD"}
	if change != nil {
		change(&spec)
	}
	w.agreement = w.AddAgreement(spec)
	w.addition = w.AddAddition(cwsim.AdditionSpec{Agreement: w.agreement, Product: w.product, Quantity: dec("5")})
	return w
}

// line reads the small world's line with its record.
func (w small) line(t *testing.T, p *PSA) billing.Addition {
	t.Helper()
	additions, err := p.Additions(t.Context(), w.agreement, true)
	if err != nil {
		t.Fatal(err)
	}
	for _, addition := range additions {
		if addition.ID == w.addition {
			return addition
		}
	}
	t.Fatalf("addition %d is not there", w.addition)
	return billing.Addition{}
}
