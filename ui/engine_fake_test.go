package ui

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"cwsync/syncer"
	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
	"cwsync/syncer/setup"
	"cwsync/syncer/source"

	"github.com/shopspring/decimal"
)

func dec(s string) decimal.Decimal { return decimal.RequireFromString(s) }

// fakeBilling is a ConnectWise, a store and a source of usage in memory, under a real engine.
type fakeBilling struct {
	lock       sync.Mutex
	agreements map[int]billing.Agreement
	additions  map[int][]billing.Addition
	products   []billing.Product
	usage      billing.Usage
	owned      []plan.Owned
	open       []syncer.Intent
	nextID     int
	writes     int
	runs       []*syncer.Run
	settled    []syncer.Settlement
	busy       string

	wait    chan struct{}             // unless nil, reading an agreement waits until it is closed or the context ends
	onWrite func(n int) (bool, error) // whether the n-th write is carried out, and what its caller is told
	readErr error                     // of reading agreements
	seen    func(ctx context.Context) // called at each write

	finished func(*syncer.Run) // called with each run that is recorded
	owning   bool              // what is written is remembered as ours, as the store does
}

func (b *fakeBilling) Server(context.Context) (billing.Server, error) {
	return billing.Server{TimeZone: "UTC"}, nil
}

func (b *fakeBilling) Agreements(_ context.Context, ids []int) ([]billing.Agreement, error) {
	var found []billing.Agreement
	for _, id := range ids {
		if agreement, ok := b.agreements[id]; ok {
			found = append(found, agreement)
		}
	}
	return found, b.readErr
}

func (b *fakeBilling) Additions(ctx context.Context, agreement int, _ bool) ([]billing.Addition, error) {
	if b.wait != nil {
		select {
		case <-b.wait:
		case <-ctx.Done():
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, &billing.Failure{Class: billing.ClassCancelled, Message: "stopped", Err: err}
	}
	b.lock.Lock()
	defer b.lock.Unlock()
	return append([]billing.Addition(nil), b.additions[agreement]...), nil
}

func (b *fakeBilling) ProductsByID(context.Context, []int) ([]billing.Product, error) {
	return b.products, nil
}

func (b *fakeBilling) ProductsByIdentifier(context.Context, []string) ([]billing.Product, error) {
	return b.products, nil
}

func (b *fakeBilling) CreateAddition(ctx context.Context, n billing.NewAddition) (billing.WriteResult, error) {
	return b.write(ctx, func() billing.Addition {
		b.nextID++
		return billing.Addition{ID: b.nextID, AgreementID: n.AgreementID, ProductID: n.ProductID, Quantity: n.Quantity, Effective: n.Effective, Bill: billing.Billable}
	})
}

func (b *fakeBilling) EditAddition(ctx context.Context, before billing.Addition, edit billing.AdditionEdit) (billing.WriteResult, error) {
	return b.write(ctx, func() billing.Addition {
		if edit.Quantity.Valid {
			before.Quantity = edit.Quantity.Decimal
		}
		if !edit.Cancelled.IsZero() || edit.Reopen {
			before.Cancelled = edit.Cancelled
		}
		return before
	})
}

func (b *fakeBilling) write(ctx context.Context, result func() billing.Addition) (billing.WriteResult, error) {
	if b.seen != nil {
		b.seen(ctx)
	}
	if err := ctx.Err(); err != nil {
		return billing.WriteResult{}, &billing.Failure{Class: billing.ClassCancelled, Message: "stopped", Err: err}
	}
	b.lock.Lock()
	defer b.lock.Unlock()
	b.writes++
	if b.onWrite != nil {
		if done, err := b.onWrite(b.writes); !done || err != nil {
			return billing.WriteResult{}, err
		}
	}
	addition := result()
	addition.Version = fmt.Sprintf("w%d", b.writes)
	lines := b.additions[addition.AgreementID]
	for i := range lines {
		if lines[i].ID == addition.ID {
			lines[i] = addition
			return billing.WriteResult{Addition: addition}, nil
		}
	}
	b.additions[addition.AgreementID] = append(lines, addition)
	return billing.WriteResult{Addition: addition}, nil
}

func (b *fakeBilling) Owned(context.Context) ([]plan.Owned, error)          { return b.owned, nil }
func (b *fakeBilling) Undone(context.Context) ([]plan.Undone, error)        { return nil, nil }
func (b *fakeBilling) OpenIntents(context.Context) ([]syncer.Intent, error) { return b.open, nil }
func (b *fakeBilling) ProductIDs(context.Context) (map[string]int, error) {
	ids := map[string]int{}
	for _, product := range b.products {
		ids[product.Identifier] = product.ID
	}
	return ids, nil
}
func (b *fakeBilling) Begin(context.Context, *syncer.Run) error               { return nil }
func (b *fakeBilling) Intend(context.Context, syncer.Intent) (int64, error)   { return 1, nil }
func (b *fakeBilling) MarkApplied(context.Context, string, string) error      { return nil }
func (b *fakeBilling) RememberProducts(context.Context, map[string]int) error { return nil }
func (b *fakeBilling) SavePlan(context.Context, *plan.Plan, string) error     { return nil }
func (b *fakeBilling) LoadPlan(context.Context, string) (syncer.SavedPlan, bool, error) {
	return syncer.SavedPlan{}, false, nil
}

func (b *fakeBilling) Settle(_ context.Context, _ int64, settlement syncer.Settlement) error {
	b.lock.Lock()
	defer b.lock.Unlock()
	b.settled = append(b.settled, settlement)
	if own := settlement.Owned; b.owning && own != nil {
		b.owned = slices.DeleteFunc(slices.Clone(b.owned), func(o plan.Owned) bool { return o.AdditionID == own.AdditionID })
		b.owned = append(b.owned, *own)
	}
	return nil
}

func (b *fakeBilling) Finish(_ context.Context, run *syncer.Run, _ syncer.OwnershipChange) error {
	b.runs = append(b.runs, run)
	if b.finished != nil {
		b.finished(run)
	}
	return nil
}

func (b *fakeBilling) Lock(context.Context, time.Duration) (func() error, error) {
	if b.busy != "" {
		return nil, &syncer.BusyError{Holder: b.busy}
	}
	return func() error { return nil }, nil
}

// PastRun gives a run that was recorded.
func (b *fakeBilling) PastRun(_ context.Context, id string) (*syncer.Run, bool, error) {
	for _, run := range b.runs {
		if run.ID == id {
			return run, true, nil
		}
	}
	return nil, false, nil
}

// Read gives the usage, as a source does.
func (b *fakeBilling) Read(ctx context.Context) (billing.Usage, error) { return b.usage, ctx.Err() }

// engine is a real engine over it.
func (b *fakeBilling) engine(t testing.TB, profile *fakeProfile) *syncer.Engine {
	t.Helper()
	kinds, err := source.NewCatalogue(source.Kind{Name: "fake", Open: func(source.Config) (source.Source, error) { return b, nil }})
	if err != nil {
		t.Fatal(err)
	}
	ids := 0
	var lock sync.Mutex
	return &syncer.Engine{
		Profile: profile.name, Setup: &setup.Document{}, Catalogue: kinds, Ledger: b, Catalog: b, Writer: b, Book: b, Journal: b, Plans: b, Setups: profile.setups, Locker: b,
		Now: testNow, Zone: time.LoadLocation, SettleFor: 5 * time.Minute, Workers: 2,
		NewID: func(prefix string) string {
			lock.Lock()
			defer lock.Unlock()
			ids++
			return fmt.Sprintf("%s-20261121-090000-%d", prefix, ids)
		},
	}
}

// fakeLine is one line of usage and what ConnectWise has of it.
type fakeLine struct {
	customer, service string
	usage, has        string // quantities; empty: none
	ours              bool
}

// newFakeBilling is a world of customers with an agreement each, and services with a product each; all that the lines name. The set-up is
// stored in the profile.
func newFakeBilling(profile *fakeProfile, lines ...fakeLine) *fakeBilling {
	b := &fakeBilling{agreements: map[int]billing.Agreement{}, additions: map[int][]billing.Addition{}, nextID: 9119}
	document := setup.New()
	src := billing.Source{Name: "mail", Kind: "fake", Sync: true, OnMissing: billing.MissingHold, OnZero: billing.ZeroZero, OnDrift: billing.DriftHold,
		Write: []billing.Field{billing.FieldQuantity}, BillStatus: []billing.Status{billing.StatusActive}}
	services, customers := map[string]int{}, map[string]int{}
	b.usage.AsOf = testNow().Add(-10 * time.Minute)
	since := billing.NewDate(2025, time.January, 1)
	for i, line := range lines {
		service, customer := services[line.service], customers[line.customer]
		if service == 0 {
			service = 11 + len(services)
			services[line.service] = service
			identifier := "PPE-" + line.service
			b.products = append(b.products, billing.Product{ID: service, Identifier: identifier, Price: dec("4.5")})
			src.Services = append(src.Services, billing.Service{ID: fmt.Sprintf("s%d", service), Name: line.service, Product: billing.ProductRef{Identifier: identifier}, Sync: true,
				Merge: billing.MergeNone, Change: billing.InPlace, Price: billing.PriceRule{From: billing.PriceKeep}, Taxable: billing.TaxableProduct,
				Quantity: billing.QuantityRule{DivideBy: dec("1"), Round: billing.RoundNone}})
		}
		if customer == 0 {
			customer = 1001 + len(customers)
			customers[line.customer] = customer
			src.Customers = append(src.Customers, billing.Customer{ID: fmt.Sprint(customer), Name: line.customer, Company: customer, Agreement: customer, Sync: true})
			b.agreements[customer] = billing.Agreement{ID: customer, Name: "Cloud 2026", TypeName: "Cloud Services", CompanyID: customer, CompanyName: line.customer + " Ltd",
				Start: since, NextInvoice: billing.NewDate(2026, time.December, 1), Cycle: billing.Cycle{Name: "Monthly", PeriodsPerYear: 12}, Prorates: true, Currency: "USD"}
		}
		id := fmt.Sprintf("s%d", service)
		if line.usage != "" {
			b.usage.Lines = append(b.usage.Lines, billing.UsageLine{CustomerID: fmt.Sprint(customer), CustomerName: line.customer, ServiceID: id, ServiceName: line.service,
				Quantity: dec(line.usage), Status: billing.StatusActive, Place: i + 2})
		}
		if line.has != "" {
			addition := billing.Addition{ID: 7001 + i, AgreementID: customer, ProductID: service, ProductIdentifier: "PPE-" + line.service, Quantity: dec(line.has), UnitPrice: dec("4.5"),
				Bill: billing.Billable, Effective: since, Version: "v1"}
			b.additions[customer] = append(b.additions[customer], addition)
			if line.ours {
				b.owned = append(b.owned, plan.Owned{Key: billing.Key{Source: "mail", Customer: fmt.Sprint(customer), Service: id}, AdditionID: addition.ID,
					AgreementID: customer, ProductID: service, Quantity: addition.Quantity, Created: true})
			}
		}
	}
	document.Sources = []billing.Source{src}
	profile.setups.stored = []*setup.Document{document}
	return b
}
