package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"cwsync/cwclient"
	"cwsync/cwclient/cwsim"
	"cwsync/store"
	"cwsync/syncer"
	"cwsync/syncer/psa"
	"cwsync/syncer/setup"

	"github.com/shopspring/decimal"
)

// model is the whole program but its command line, on a simulated clock: the store on disk, the client with its own time-outs and pauses, and a
// simulated ConnectWise behind the client's transport. It must be made within a synctest bubble. Agreements 801 and 802 each have a foreign line.
type model struct {
	ctx      context.Context
	world    *cwsim.World
	server   *cwsim.Server
	store    *store.Store
	watcher  *store.Store // another connection to the same database, as another process sees it
	setup    *setup.Document
	folder   string
	ids      int
	settle   time.Duration
	retryFor time.Duration
	lockWait time.Duration
	aged     time.Duration // how old the usage is

	bill  []modelLine // the lines that usage bills here
	rules modelRules
	usage map[int]string   // by line; absent: not in the usage
	rate  map[int]unitRate // likewise what a unit costs; absent: nothing is said of it
	held  []string         // the keys and SOURCE:CODEs that the last run held
	saved string           // a saved plan
	lock  sync.Mutex       // guards the three that follow, where several agreements are written at once
	point int              // calls of the journal and writes of this run so far
	fall  fall
	fell  bool
	dead  atomic.Bool // the process was killed: nothing of it reaches disk or network any more
	watch watch

	network http.RoundTripper
	workers int
}

// fall is when and how a run goes down. A run's points are its calls of the journal and its writes, in order.
type fall struct {
	at    int    // the point, from 0
	how   string // see the constants; empty: it does not
	after bool   // the point is still passed
}

const (
	fallKill   = "kill"   // kill -9
	fallDisk   = "disk"   // no space left from then on, for this run
	fallCancel = "cancel" // Ctrl-C
)

// modelLine is one line that usage bills.
type modelLine struct {
	customer, service, product string
	agreement                  int
}

func (l modelLine) key() string { return "mail/" + l.customer + "/" + l.service }

// modelLines: the second and the third share an agreement.
var modelLines = []modelLine{{"1", "mbx", "MBX", 801}, {"2", "mbx", "MBX", 802}, {"2", "zip", "ARC", 802}}

// modelNew is a line of a product that is not in the catalog yet.
var modelNew = modelLine{"1", "new", "NEW", 801}

const modelOther = "OTHER" // what nobody of us bills

// modelRules are the source's rules that matter for what a run may do.
type modelRules struct {
	onZero, onMissing, onDrift string
	rates                      string // what is written beside the quantity, where the set-up has rules for prices; empty: it has none
	creates                    bool   // the set-up has a product created
}

// allRates is whatever may be written beside a quantity.
const allRates = "price, cost, taxable"

// writes reports whether a field of an existing line is ours.
func (m modelRules) writes(field string) bool { return strings.Contains(m.rates, field) }

// unitRate is what the usage says of a unit; empty: it does not say.
type unitRate struct{ price, cost string }

func (m modelRules) yaml() string {
	text := fmt.Sprintf("  on_zero: %s\n  on_drift: %s\n  complete: %v\n  on_missing: %s\n", m.onZero, m.onDrift, m.onMissing != "", max(m.onMissing, "hold"))
	if m.rates != "" {
		text += "  write: [quantity, " + m.rates + "]\n"
	}
	return text + "  services: [" + m.services() + "]\n"
}

// services: where prices are written one comes from the usage, one from the cost in it, and one is ConnectWise's own.
func (m modelRules) services() string {
	mbx, zip := "{id: mbx, product: MBX}", "{id: zip, product: ARC}"
	if m.rates != "" {
		mbx = "{id: mbx, product: MBX, price: {from: source}, taxable: yes}"
		zip = "{id: zip, product: ARC, price: {from: markup, percent: \"10\"}, taxable: no}"
	}
	if m.creates {
		zip += ", {id: new, product: NEW, create_product: true}"
	}
	return mbx + ", " + zip
}

// template is an empty database, so that not every case has to make its tables anew.
var template = sync.OnceValues(func() ([]byte, error) {
	folder, err := os.MkdirTemp("", "cwsync-model")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(folder) }() // it is in the temporary folder
	path := filepath.Join(folder, "cwsync.db")
	made, err := store.Open(context.Background(), store.Options{Path: path})
	if err == nil {
		err = made.Close()
	}
	if err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

func newModel(t *testing.T, rules modelRules) *model {
	t.Helper()
	m := &model{world: cwsim.NewWorld(time.Now().UTC().Format(time.DateOnly)), usage: map[int]string{}, rate: map[int]unitRate{}, workers: 1, bill: modelLines, rules: rules}
	if rules.creates {
		m.bill = append(slices.Clone(modelLines), modelNew)
	}
	for _, product := range []string{"MBX", "ARC", modelOther} {
		m.world.AddProduct(cwsim.ProductSpec{Identifier: product, Price: decimal.New(45, -1)})
	}
	for n := 1; n <= 2; n++ {
		company := m.world.AddCompany(cwsim.CompanySpec{Name: fmt.Sprintf("Customer %d", n), Identifier: fmt.Sprintf("C%d", n)})
		m.world.AddAgreement(cwsim.AgreementSpec{ID: 800 + n, Company: company, Prorate: true, Currency: "USD"})
		m.world.AddAddition(cwsim.AdditionSpec{Agreement: 800 + n, Product: m.product(modelOther), Quantity: decimal.New(int64(n), 0)})
	}
	for n := range m.bill {
		m.usage[n], m.rate[n] = fmt.Sprint(3*(n+1)), unitRate{"4.5", "3"}
	}
	m.world.AddAddition(cwsim.AdditionSpec{Agreement: 801, Product: m.product("MBX"), Quantity: decimal.New(5, 0), Description: "Mailboxes"})
	m.start(t, rules.yaml()+"  customers: [{id: \"1\", company: 250, agreement: 801}, {id: \"2\", company: 251, agreement: 802}]\n")
	m.watch.start(m)
	m.network = &m.watch
	return m
}

// start opens the store and puts the set-up there, whose source the text ends.
func (m *model) start(t *testing.T, text string) {
	t.Helper()
	m.ctx, m.folder = t.Context(), memoryFolder(t)
	m.settle, m.retryFor = 5*time.Minute, 5*time.Minute
	m.server = cwsim.NewServer(m.world, cwsim.WithLogSize(1))
	empty, err := template()
	must(err)
	must(os.WriteFile(m.database(), empty, 0o600))
	m.openStore()
	m.watcher, err = store.Open(m.ctx, store.Options{Path: m.database()})
	must(err)
	t.Cleanup(func() { must(errors.Join(m.watcher.Close(), m.store.Close())) })
	keys := m.server.Credentials()
	text = fmt.Sprintf("version: 1\nconnection: {site: 127.0.0.1, company: %q, client_id: %q}\nguards: {missing_percent: 100}\nsources:\n- name: mail\n"+
		"  kind: csv\n  options: {path: usage.csv}\n%s", keys.Company, keys.ClientID, text)
	kinds, err := catalogue()
	must(err)
	m.setup, err = setup.Parse([]byte(text), filepath.Join(m.folder, "setup.yaml"), kinds)
	must(err)
	must(m.store.Profile("default").ReplaceSetup(m.ctx, m.setup))
}

// memoryFolder is a folder that costs no disk where there is one: what is on disk is looked at by another connection, not by pulling the plug.
func memoryFolder(t *testing.T) string {
	t.Helper()
	folder, err := os.MkdirTemp("/dev/shm", "cwsync-model") //nolint:usetesting // t.TempDir is on a disk
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { must(os.RemoveAll(folder)) })
	return folder
}

// must ends a test that cannot even begin.
func must(err error) {
	if err != nil {
		panic(err)
	}
}

func (m *model) database() string { return filepath.Join(m.folder, "cwsync.db") }

func (m *model) openStore() {
	var err error
	m.store, err = store.Open(m.ctx, store.Options{Path: m.database()})
	must(err)
}

// restart is another process: what the last one knew is gone.
func (m *model) restart() {
	must(m.store.Close())
	m.openStore()
	m.dead.Store(false)
}

func (m *model) product(identifier string) int {
	product, ok := m.world.Product(identifier)
	if !ok {
		panic("no product " + identifier)
	}
	return product.ID
}

// lines are those of a product on an agreement.
func (m *model) lines(agreement, product int) []cwsim.AdditionRecord {
	return slices.DeleteFunc(m.world.Additions(agreement), func(a cwsim.AdditionRecord) bool { return a.Product != product })
}

// open reports whether a line is billed after today.
func (m *model) open(line cwsim.AdditionRecord) bool {
	return line.Cancelled == "" || line.Cancelled > m.world.Today()
}

// writeUsage puts the usage where the source reads it. A line of another customer keeps the source from being empty.
func (m *model) writeUsage() {
	m.putUsage(m.usageText())
}

func (m *model) usageText() string {
	text := "customer_id,service_id,quantity,price,cost\nelsewhere,mbx,1,,\n"
	for n, line := range m.bill {
		if quantity, ok := m.usage[n]; ok {
			text += fmt.Sprintf("%s,%s,%s,%s,%s\n", line.customer, line.service, quantity, m.rate[n].price, m.rate[n].cost)
		}
	}
	return text
}

func (m *model) putUsage(text string) {
	path := filepath.Join(m.folder, "usage.csv")
	must(os.WriteFile(path, []byte(text), 0o600))
	must(os.Chtimes(path, time.Now().Add(-m.aged), time.Now().Add(-m.aged))) // the age of the usage is on the simulated clock
}

// result is what one run came to.
type result struct {
	run    *syncer.Run
	err    error
	exit   int
	writes int
}

// engineDo is one process that does one thing. A fall ends it on the way.
func (m *model) engineDo(down fall, do func(ctx context.Context, engine *syncer.Engine) (*syncer.Run, error)) result {
	if m.network == http.RoundTripper(&m.watch) {
		m.writeUsage()
	}
	m.point, m.fall, m.fell = 0, down, false
	ctx, cancel := context.WithCancel(m.ctx)
	defer cancel()
	if m.watch.cancel = cancel; m.network == http.RoundTripper(&m.watch) {
		m.watch.begin()
	}
	keys := m.server.Credentials()
	client, err := cwclient.New(cwclient.Config{
		Site: "http://127.0.0.1", Company: keys.Company, ClientID: keys.ClientID, PublicKey: keys.PublicKey, PrivateKey: keys.PrivateKey,
	}, cwclient.WithMaxRPM(0), cwclient.WithRetryFor(m.retryFor), cwclient.WithTransport(m.network))
	must(err)
	defer client.Close()
	run, err := do(ctx, m.engine(client))
	m.fall = fall{}
	end := result{run: run, err: err, writes: m.watch.sent}
	if err != nil {
		end.exit = stopOf(err).Exit
	} else {
		end.exit = run.ExitCode
	}
	if m.dead.Load() {
		m.restart()
		end = result{writes: end.writes, exit: -1}
	}
	if m.network == http.RoundTripper(&m.watch) {
		m.watch.end(&end)
	}
	return end
}

func (m *model) engine(client *cwclient.Client) *syncer.Engine {
	kinds, err := catalogue()
	must(err)
	connectwise, frail := psa.New(client), &frail{Profile: m.store.Profile("default"), m: m}
	return &syncer.Engine{
		Profile: "default", Setup: m.setup, Catalogue: kinds, Secret: func(context.Context, string) (string, error) { return "", errors.New("none") },
		Ledger: connectwise, Catalog: connectwise, Writer: connectwise, Products: connectwise, Shelf: frail, Book: frail, Past: frail, Journal: frail, Plans: frail, Setups: frail, Locker: frail,
		Now: time.Now, Zone: psa.ZoneOf, NewID: m.newID, SettleFor: m.settle, LockWait: m.lockWait, Workers: m.workers, Requests: client.Requests, Stdin: io.MultiReader(),
	}
}

func (m *model) newID(prefix string) string {
	m.ids++
	return fmt.Sprintf("%s-%06d", prefix, m.ids)
}

// sync is one run.
func (m *model) sync(down fall, accept ...string) result {
	end := m.engineDo(down, func(ctx context.Context, engine *syncer.Engine) (*syncer.Run, error) {
		return engine.Sync(ctx, syncer.Request{Accept: accept})
	})
	m.held = nil
	if end.run != nil {
		for i := range end.run.Outcomes {
			if end.run.Outcomes[i].Status == syncer.Held {
				m.held = append(m.held, end.run.Plan.Changes[i].Key.String())
			}
		}
		for _, source := range end.run.Plan.Sources {
			if source.Held != "" {
				m.held = append(m.held, source.Name+":"+string(source.Held))
			}
		}
	}
	return end
}

// preview makes a plan and saves it.
func (m *model) preview() {
	m.engineDo(fall{}, func(ctx context.Context, engine *syncer.Engine) (*syncer.Run, error) {
		made, err := engine.Preview(ctx, syncer.Request{})
		if err != nil {
			return nil, err
		}
		m.saved = made.ID
		return nil, errors.Join(engine.Plans.SavePlan(ctx, made, "digest of "+made.ID), errNoRun)
	})
}

var errNoRun = errors.New("there is no run of a preview")

// apply applies the saved plan.
func (m *model) apply(down fall) result {
	return m.engineDo(down, func(ctx context.Context, engine *syncer.Engine) (*syncer.Run, error) {
		return engine.ApplySaved(ctx, m.saved, "digest of "+m.saved)
	})
}

// twoAtOnce starts a second run while the first has the lock.
func (m *model) twoAtOnce() (first, second result) {
	first = m.engineDo(fall{}, func(ctx context.Context, engine *syncer.Engine) (*syncer.Run, error) {
		other := *engine
		second.exit = -1
		engine.Observe = func(event syncer.Event) {
			if event.Stage == syncer.StageCurrent && event.Done == 0 {
				_, err := other.Sync(ctx, syncer.Request{})
				second = result{err: err}
				if err != nil {
					second.exit = stopOf(err).Exit
				}
			}
		}
		return engine.Sync(ctx, syncer.Request{})
	})
	return first, second
}
