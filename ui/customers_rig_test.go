package ui

import (
	"context"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"cwsync/syncer/billing"
	"cwsync/syncer/setup"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/shopspring/decimal"
)

// linkDirectory is a directory that counts what it is asked, and can be slow or fail at any of it.
type linkDirectory struct {
	lock  sync.Mutex
	fake  fakeDirectory
	asked map[string]int
	fails map[string]error         // by what is asked for
	waits map[string]chan struct{} // until closed, or the context ends
	begun chan string              // what began to wait
	ended chan string              // what ended with its context
}

func (d *linkDirectory) ask(ctx context.Context, what string) error {
	d.lock.Lock()
	d.asked[what]++
	err, wait := d.fails[what], d.waits[what]
	d.lock.Unlock()
	if wait != nil {
		d.begun <- what
		select {
		case <-wait:
		case <-ctx.Done():
			d.ended <- what
			return &billing.Failure{Class: billing.ClassCancelled, Message: "stopped", Err: ctx.Err()}
		}
	}
	return err
}

// quick makes an answer come at once from here on.
func (d *linkDirectory) quick(what string) {
	d.lock.Lock()
	defer d.lock.Unlock()
	delete(d.waits, what)
}

func (d *linkDirectory) Companies(ctx context.Context) ([]billing.Company, error) {
	if err := d.ask(ctx, "companies"); err != nil {
		return nil, err
	}
	return d.fake.Companies(ctx)
}

func (d *linkDirectory) AgreementTypes(ctx context.Context) ([]billing.AgreementType, error) {
	if err := d.ask(ctx, "types"); err != nil {
		return nil, err
	}
	return d.fake.AgreementTypes(ctx)
}

func (d *linkDirectory) AgreementsOfType(ctx context.Context, typeID int) ([]billing.Agreement, error) {
	if err := d.ask(ctx, "type"+string(rune('0'+typeID))); err != nil {
		return nil, err
	}
	return d.fake.AgreementsOfType(ctx, typeID)
}

func (d *linkDirectory) AgreementsOfCompany(ctx context.Context, companyID int) ([]billing.Agreement, error) {
	if err := d.ask(ctx, "company"); err != nil {
		return nil, err
	}
	return d.fake.AgreementsOfCompany(ctx, companyID)
}

// Contacts implements Contacts.
func (d *linkDirectory) Contacts(ctx context.Context) ([]billing.Contact, error) {
	if err := d.ask(ctx, "contacts"); err != nil {
		return nil, err
	}
	return []billing.Contact{
		{CompanyID: 10, Name: "Sam Taylor", Email: "sam@adventure.example", Phone: "+1 813 555 0100"}, {CompanyID: 20, Name: "=cmd", Email: "@x", Phone: "-1"}, {CompanyID: 4711, Name: "Nobody"},
	}, nil
}

// The agreement types of the rig.
const (
	cloudType   = 1
	supportType = 2
)

func linkAgreement(id, company, kind int, name string, edit ...func(*billing.Agreement)) billing.Agreement {
	a := billing.Agreement{ID: id, Name: name, TypeID: kind, TypeName: "Cloud Services", CompanyID: company, Start: billing.NewDate(2026, 1, 1),
		Status: "Active", NextInvoice: billing.NewDate(2026, 12, 1), Cycle: billing.Cycle{Name: "Monthly", PeriodsPerYear: 12}, Prorates: true, Currency: "USD"}
	if kind == supportType {
		a.TypeName = "Support"
	}
	for _, one := range edit {
		one(&a)
	}
	return a
}

// linkWorld is a directory with a case for every group.
func linkWorld() fakeDirectory {
	ended := func(a *billing.Agreement) { a.End, a.Status = billing.NewDate(2025, 6, 30), "Expired" }
	return fakeDirectory{
		types: []billing.AgreementType{{ID: cloudType, Name: "Cloud Services"}, {ID: supportType, Name: "Support"}},
		companies: []billing.Company{
			{ID: 10, Identifier: "adventure", Name: "Adventure Works Ltd", Status: "Active", Types: []string{"Client"}},
			{ID: 20, Identifier: "contoso", Name: "Contoso", Status: "Active"}, {ID: 30, Identifier: "fabrikam", Name: "Fabrikam and Company"},
			{ID: 40, Identifier: "lightwave", Name: "Lightwave"}, {ID: 50, Identifier: "northwind", Name: "Northwind"},
			{ID: 60, Identifier: "tailspin", Name: "Tailspin Toys"}, {ID: 70, Identifier: "sample", Name: "株式会社サンプルテクノロジー"},
			{ID: 80, Identifier: "proseware", Name: "Proseware"}, {ID: 90, Identifier: "wideworld", Name: "Wide World Importers"},
			{ID: 91, Identifier: "oldco", Name: "Old Company", Deleted: true}, {ID: 92, Identifier: "maybe", Name: "Maybe Later", Hidden: true, Types: []string{"Prospect"}},
			{ID: 93, Identifier: "parts", Name: "Parts and More", Hidden: true, Types: []string{"Vendor"}, Status: "Active"},
		},
		agreements: []billing.Agreement{
			linkAgreement(100, 10, cloudType, "Cloud 2026"), linkAgreement(200, 20, cloudType, "Cloud 2026"), linkAgreement(201, 20, cloudType, "Cloud DR"),
			linkAgreement(202, 20, cloudType, "Cloud 2024", ended),
			linkAgreement(203, 20, cloudType, "Set-up fee", func(a *billing.Agreement) { a.Cycle = billing.Cycle{Name: "Once", NotRecurring: true} }),
			linkAgreement(204, 20, supportType, "Helpdesk", func(a *billing.Agreement) { a.Prorates = false }),
			linkAgreement(300, 30, cloudType, "Cloud"), linkAgreement(500, 50, supportType, "Support", ended), linkAgreement(600, 60, cloudType, "Cloud 2026"),
			linkAgreement(700, 70, cloudType, "クラウド 2026"), linkAgreement(800, 80, cloudType, "Cloud 2025", ended), linkAgreement(900, 90, cloudType, "Cloud"),
		},
	}
}

func useLine(customer, name, service string, quantity int64) billing.UsageLine {
	return billing.UsageLine{CustomerID: customer, CustomerName: name, ServiceID: service, ServiceName: strings.ToUpper(service[:1]) + service[1:],
		Quantity: decimal.NewFromInt(quantity), Unit: "users", Status: billing.StatusActive}
}

// linkUsage is what the customers of the rig use.
func linkUsage() billing.Usage {
	return billing.Usage{Lines: []billing.UsageLine{
		useLine("adv", "Adventure Works", "business", 402), useLine("adv", "Adventure Works", "archive", 40), useLine("con", "Contoso", "business", 134),
		useLine("fab", "Fabrikam & Co", "business", 12), useLine("lit", "Litware", "archive", 5), useLine("nor", "Northwind", "business", 31),
		useLine("tail", "Tailspin Toys", "advanced", 30), useLine("サンプル", "株式会社サンプルテクノロジー", "business", 7), useLine("pro", "Proseware", "advanced", 3),
		useLine("wide", "Wide World Importers", "archive", 1),
	}}
}

// linkRig is the frame with the step Customers.
type linkRig struct {
	*app
	t         testing.TB
	clock     *testClock
	directory *linkDirectory
	profile   *fakeProfile
	step      *customersStep
	files     map[string]string
	writeErr  error
	out       chan tea.Msg // of start
}

// newLinkRig is a rig with the given usage and world; nothing is read yet.
func newLinkRig(t testing.TB, usage billing.Usage, world fakeDirectory) *linkRig {
	t.Helper()
	profile := newFakeProfile("contoso-msp")
	r := &linkRig{t: t, profile: profile, clock: &testClock{at: testNow()}, files: map[string]string{}, out: make(chan tea.Msg, 100),
		directory: &linkDirectory{fake: world, asked: map[string]int{}, fails: map[string]error{}, waits: map[string]chan struct{}{}, begun: make(chan string, 100), ended: make(chan string, 100)}}
	profile.site.Directory, profile.site.Contacts = r.directory, r.directory
	document := setup.New()
	document.Sources = []billing.Source{{Name: "mail", Kind: "csv", Sync: true, BillStatus: []billing.Status{billing.StatusActive},
		Services: []billing.Service{{ID: "business", Name: "Business", Sync: true}, {ID: "archive", Name: "Archive", Sync: true}},
		Customers: []billing.Customer{
			{ID: "adv", Name: "Adventure Works", Company: 10, Agreement: 100, Sync: true},
			{ID: "pro", Name: "Proseware", Company: 80, Agreement: 800, Sync: true},
			{ID: "wide", Name: "Wide World Importers", Company: 90, Agreement: 900, Sync: false},
		}}}
	profile.setups.stored = []*setup.Document{document}
	d := newFakeDesk(t, profile)
	d.now = r.clock.now
	d.usage["mail"] = usage
	d.profile.WriteFile = r.writeFile
	r.app = newFakeApp(d, placeCustomers, newCustomers(d))
	r.step = r.steps[placeCustomers].(*customersStep)
	return r
}

func (r *linkRig) writeFile(_ context.Context, path string, data []byte, replace bool) error {
	if _, there := r.files[path]; there && !replace {
		return &fs.PathError{Op: "write", Path: path, Err: fs.ErrExist}
	}
	if r.writeErr != nil {
		return r.writeErr
	}
	r.files[path] = string(data)
	return nil
}

// openedLinkRig is a rig of the usual world, with Cloud Services chosen and all read and matched.
func openedLinkRig(t *testing.T) *linkRig {
	t.Helper()
	r := newLinkRig(t, linkUsage(), linkWorld())
	r.profile.notes.values = map[string]string{noteAgreementType + "mail": "1"}
	return r.open()
}

func (r *linkRig) open() *linkRig {
	r.t.Helper()
	driveApp(r.t, r.app, r.step.enter())
	return r
}

// to puts the cursor on a customer.
func (r *linkRig) to(id string) *linkRig {
	r.t.Helper()
	at := slices.IndexFunc(r.step.shown, func(place int) bool { return r.step.state.list[place].id == id })
	if at < 0 {
		r.t.Fatalf("%s is not listed", id)
	}
	r.step.rows.cursor = at
	return r
}

// yes answers a question that is open, after its quiet time.
func (r *linkRig) yes() {
	r.t.Helper()
	if r.question == nil {
		r.t.Fatal("there is no question")
	}
	r.clock.pass(time.Second)
	press(r.t, r.app, "y")
}

// stored is a customer as the set-up was last stored with it; nil when it has none.
func (r *linkRig) stored(id string) *billing.Customer {
	r.t.Helper()
	document := r.profile.setups.newest()
	for i := range document.Sources[0].Customers {
		if document.Sources[0].Customers[i].ID == id {
			return &document.Sources[0].Customers[i]
		}
	}
	return nil
}

func (r *linkRig) linked(id string, company, agreement int) {
	r.t.Helper()
	if c := r.stored(id); c == nil || c.Company != company || c.Agreement != agreement {
		r.t.Errorf("%s is stored as %+v, not as linked to %d, %d", id, c, company, agreement)
	}
}

func (r *linkRig) has(texts ...string) {
	r.t.Helper()
	screen := ansi.Strip(r.content())
	for _, text := range texts {
		if !strings.Contains(screen, text) {
			r.t.Errorf("%q is not on the screen:\n%s", text, screen)
		}
	}
}

func (r *linkRig) hasNot(texts ...string) {
	r.t.Helper()
	screen := ansi.Strip(r.content())
	for _, text := range texts {
		if strings.Contains(screen, text) {
			r.t.Errorf("%q is on the screen:\n%s", text, screen)
		}
	}
}

// start runs a command beside the test, for what does not end by itself; pump takes what comes of it.
func (r *linkRig) start(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	go func() {
		switch msg := cmd().(type) {
		case tea.BatchMsg:
			for _, one := range msg {
				r.start(one)
			}
		case nil, customersTurnMsg:
		default:
			r.out <- msg
		}
	}()
}

// pump takes messages until what is waited for is so.
func (r *linkRig) pump(until func() bool) {
	r.t.Helper()
	for !until() {
		select {
		case msg := <-r.out:
			_, cmd := r.Update(msg)
			r.start(cmd)
		case <-time.After(20 * time.Second):
			r.t.Fatal("what is waited for does not come")
		}
	}
}

// hit presses a key without waiting for what comes of it.
func (r *linkRig) hit(name string) {
	r.t.Helper()
	_, cmd := r.Update(keyPress(r.t, name))
	r.start(cmd)
}
