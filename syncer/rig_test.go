package syncer

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
	"cwsync/syncer/setup"
	"cwsync/syncer/source"

	"github.com/shopspring/decimal"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const product = 7 // MBX, what the service mbx of the source mail bills

// rig is an engine over fakes: the source mail, whose customers 1 to n are linked to agreements 801 to 800+n of companies 251 to 250+n.
type rig struct {
	*Engine
	t      *testing.T
	calls  *calls
	world  *fakeWorld
	store  *fakeStore
	clock  time.Time
	usages map[string]billing.Usage
	broken map[string]error // sources that cannot be read
	ids    int
}

func dec(s string) decimal.Decimal { return decimal.RequireFromString(s) }

func dec2(s string) decimal.NullDecimal { return decimal.NewNullDecimal(dec(s)) }

func day(s string) billing.Date {
	d, err := billing.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func newRig(t *testing.T, customers int) *rig {
	t.Helper()
	c := &calls{}
	r := &rig{t: t, calls: c, clock: time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC), usages: map[string]billing.Usage{}, broken: map[string]error{}}
	r.world = &fakeWorld{
		calls: c, zone: "UTC", agreements: map[int]billing.Agreement{}, additions: map[int][]billing.Addition{}, nextID: 9000,
		products: []billing.Product{{ID: product, Identifier: "MBX", Price: dec("4.5")}},
	}
	r.store = &fakeStore{calls: c, owned: map[int]plan.Owned{}, products: map[string]int{"MBX": product}, plans: map[string]*SavedPlan{}, fail: map[string]error{}}
	document := &setup.Document{Version: 1, Guards: billing.Guards{
		DropPercent: dec("50"), DropUnits: dec("5"), RisePercent: dec("100"), RiseUnits: dec("20"), MissingPercent: dec("100"), MaxAge: billing.Duration(26 * time.Hour),
	}}
	document.Sources = []billing.Source{newSource("mail", customers)}
	for n := 1; n <= customers; n++ {
		r.world.agreements[800+n] = billing.Agreement{
			ID: 800 + n, Name: "Cloud", CompanyID: 250 + n, CompanyName: "Company", Start: day("2020-01-01"), Cycle: billing.Cycle{PeriodsPerYear: 12},
			Prorates: true, Currency: "USD",
		}
	}
	r.store.document = document
	r.usages["mail"] = billing.Usage{}
	r.Engine = r.engine(document)
	return r
}

func newSource(name string, customers int) billing.Source {
	s := billing.Source{
		Name: name, Kind: "fake", Sync: true, OnMissing: billing.MissingHold, OnZero: billing.ZeroZero, OnDrift: billing.DriftHold,
		Write: []billing.Field{billing.FieldQuantity}, BillStatus: []billing.Status{billing.StatusActive},
		Services: []billing.Service{{ID: "mbx", Name: "Mailbox", Product: billing.ProductRef{Identifier: "MBX"}, Sync: true, Merge: billing.MergeNone,
			Change: billing.InPlace, Price: billing.PriceRule{From: billing.PriceKeep}, Taxable: billing.TaxableProduct,
			Quantity: billing.QuantityRule{DivideBy: dec("1"), Round: billing.RoundNone}}},
	}
	for n := 1; n <= customers; n++ {
		s.Customers = append(s.Customers, billing.Customer{ID: fmt.Sprint(n), Name: "Customer", Company: 250 + n, Agreement: 800 + n, Sync: true})
	}
	return s
}

func (r *rig) engine(document *setup.Document) *Engine {
	kinds, err := source.NewCatalogue(source.Kind{Name: "fake", Open: func(c source.Config) (source.Source, error) { return fakeSource{r, c}, nil }})
	if err != nil {
		r.t.Fatal(err)
	}
	return &Engine{
		Profile: "default", Setup: document, Catalogue: kinds,
		Secret: func(context.Context, string) (string, error) { return "", errors.New("secret is not there") },
		Ledger: r.world, Catalog: r.world, Writer: r.world, Book: r.store, Past: r.store, Journal: r.store, Plans: r.store, Setups: r.store, Locker: r.store,
		Now: func() time.Time { return r.clock }, Zone: time.LoadLocation, SettleFor: 5 * time.Minute, Workers: 4,
		NewID: func(prefix string) string { r.ids++; return fmt.Sprintf("%s-%d", prefix, r.ids) },
	}
}

type fakeSource struct {
	r      *rig
	config source.Config
}

func (s fakeSource) Read(ctx context.Context) (billing.Usage, error) {
	s.r.calls.note("read %s", s.config.Name)
	if err := s.r.broken[s.config.Name]; err != nil {
		if errors.Is(err, errSecret) {
			_, err = s.config.Secret(ctx, "token")
		}
		return billing.Usage{}, err
	}
	return s.r.usages[s.config.Name], nil
}

var errSecret = errors.New("needs a secret")

// uses sets what the source mail counts for customer n; an empty quantity takes the line away.
func (r *rig) uses(n int, quantity string) {
	customer := fmt.Sprint(n)
	usage := r.usages["mail"]
	usage.Lines = slices.DeleteFunc(usage.Lines, func(l billing.UsageLine) bool { return l.CustomerID == customer })
	if quantity != "" {
		usage.Lines = append(usage.Lines, billing.UsageLine{
			CustomerID: customer, ServiceID: "mbx", Quantity: dec(quantity), Status: billing.StatusActive, Place: n,
		})
	}
	r.usages["mail"] = usage
}

// line puts a line of customer n there, and ours when own is set: addition 10n.
func (r *rig) line(n int, quantity string, own bool) {
	r.world.add(billing.Addition{
		ID: 10 * n, AgreementID: 800 + n, ProductID: product, ProductIdentifier: "MBX", Quantity: dec(quantity), UnitPrice: dec("4.5"),
		Bill: billing.Billable, Effective: day("2025-01-01"),
	})
	if own {
		r.store.owned[10*n] = plan.Owned{Key: key(n), AdditionID: 10 * n, AgreementID: 800 + n, ProductID: product, Quantity: dec(quantity), Created: true}
	}
}

func key(n int) billing.Key {
	return billing.Key{Source: "mail", Customer: fmt.Sprint(n), Service: "mbx"}
}

// sync runs once; an error is fatal.
func (r *rig) sync(accept ...string) *Run {
	r.t.Helper()
	run, err := r.Sync(r.t.Context(), Request{Accept: accept})
	if err != nil {
		r.t.Fatalf("sync: %v", err)
	}
	if len(run.Outcomes) != len(run.Plan.Changes) {
		r.t.Fatalf("%d outcomes of %d changes", len(run.Outcomes), len(run.Plan.Changes))
	}
	if r.store.locked {
		r.t.Error("the lock is still held")
	}
	return run
}

// stops runs once and gives why it ended early; a run is fatal.
func (r *rig) stops(ask Request) *Stop {
	r.t.Helper()
	run, err := r.Sync(r.t.Context(), ask)
	if err == nil || run != nil {
		r.t.Fatalf("want an error, got run %+v", run)
	}
	if r.store.locked {
		r.t.Error("the lock is still held")
	}
	return StopOf(err)
}

func wantExit(t *testing.T, run *Run, code int) {
	t.Helper()
	if run.ExitCode != code {
		t.Errorf("exit code %d, want %d; problem %+v, counts %+v", run.ExitCode, code, run.Problem, run.Counts())
	}
}

// statuses are the outcomes by customer, in the order of the plan.
func statuses(run *Run) []string {
	var all []string
	for i := range run.Outcomes {
		text := run.Plan.Changes[i].Key.Customer + " " + string(run.Outcomes[i].Status)
		if code := run.Outcomes[i].Code; code != "" {
			text += " " + string(code)
		}
		all = append(all, text)
	}
	return all
}

func wantStatuses(t *testing.T, run *Run, want ...string) {
	t.Helper()
	if got := statuses(run); !slices.Equal(got, want) {
		t.Errorf("outcomes\n%q, want\n%q", got, want)
	}
}

// quantity is what ConnectWise has on a line.
func (r *rig) quantity(id int, want string) {
	r.t.Helper()
	addition := r.world.find(id)
	if addition == nil {
		r.t.Fatalf("there is no addition %d", id)
	}
	if !addition.Quantity.Equal(dec(want)) {
		r.t.Errorf("addition %d has %s, want %s", id, addition.Quantity, want)
	}
}

// owns checks what the store says of a line.
func (r *rig) owns(id int, quantity string, created bool, ended string) {
	r.t.Helper()
	owned, ok := r.store.owned[id]
	switch {
	case !ok:
		r.t.Errorf("addition %d is not ours", id)
	case !owned.Quantity.Equal(dec(quantity)) || owned.Created != created || owned.Ended != day(ended):
		r.t.Errorf("addition %d is owned as %+v, want %s, created %v, ended %q", id, owned, quantity, created, ended)
	}
}

// serial makes writes go one after the other, in the order of the plan.
func (r *rig) serial() { r.Workers = 1 }

// linesOf counts the lines of customer n's agreement.
func (r *rig) linesOf(n int) int { return len(r.world.additions[800+n]) }
