package plan_test

import (
	"fmt"
	"testing"
	"time"

	"cwsync/syncer/billing"
	"cwsync/syncer/plan"

	"github.com/shopspring/decimal"
)

// bigWorld is what an ordinary night looks like at a large provider: agreements × 10 services, all additions ours, one line in a hundred
// changed by one unit. Customer ids are not in the order of their written form, as in most exports.
func bigWorld(agreements int) (plan.Desired, plan.Current, plan.Policy) {
	const services = 10
	today := billing.NewDate(2026, time.November, 21)
	rules := &billing.Source{Name: "mail", Kind: "csv", Sync: true, OnMissing: billing.MissingHold, OnZero: billing.ZeroZero, OnDrift: billing.DriftHold,
		Write: []billing.Field{billing.FieldQuantity}, BillStatus: []billing.Status{billing.StatusActive, billing.StatusSuspended}}
	current := plan.Current{Today: today, Agreements: make(map[int]billing.Agreement, agreements), Additions: make(map[int][]billing.Addition, agreements)}
	one := decimal.NewFromInt(1)
	for s := range services {
		id := fmt.Sprintf("service-%d", s)
		rules.Services = append(rules.Services, billing.Service{ID: id, Name: "Service " + id, Sync: true, Change: billing.InPlace,
			Product: billing.ProductRef{Identifier: "P-" + id}, Quantity: billing.QuantityRule{DivideBy: one, Round: billing.RoundNone}})
		current.Products = append(current.Products, billing.Product{ID: 100 + s, Identifier: "P-" + id, Price: decimal.NewFromInt(4)})
	}
	usage := billing.Usage{AsOf: time.Date(2026, 11, 21, 5, 0, 0, 0, time.UTC)}
	for a := range agreements {
		id := 10_000 + a
		customer := fmt.Sprintf("%d", (a*7919)%1_000_003)
		rules.Customers = append(rules.Customers, billing.Customer{ID: customer, Name: "Customer " + customer, Company: id, Agreement: id, Sync: true})
		current.Agreements[id] = billing.Agreement{ID: id, Name: "Cloud", CompanyID: id, CompanyName: "Company " + customer,
			Start: billing.NewDate(2020, 1, 1), Cycle: billing.Cycle{PeriodsPerYear: 12}, Prorates: true, Currency: "USD"}
		additions := make([]billing.Addition, services)
		for s := range services {
			n := a*services + s
			quantity := decimal.NewFromInt(int64(10 + n%40))
			additions[s] = billing.Addition{ID: 1_000_000 + n, AgreementID: id, ProductID: 100 + s, ProductIdentifier: "P", Quantity: quantity,
				UnitPrice: decimal.NewFromInt(4), Bill: billing.Billable, Effective: billing.NewDate(2025, 1, 1), Version: "v"}
			key := billing.Key{Source: "mail", Customer: customer, Service: rules.Services[s].ID}
			current.Owned = append(current.Owned, plan.Owned{Key: key, AdditionID: 1_000_000 + n, AgreementID: id, ProductID: 100 + s, Quantity: quantity})
			if n%100 == 0 {
				quantity = quantity.Add(one)
			}
			usage.Lines = append(usage.Lines, billing.UsageLine{CustomerID: customer, CustomerName: "Customer " + customer, ServiceID: key.Service,
				Quantity: quantity, Status: billing.StatusActive, Place: n + 2})
		}
		current.Additions[id] = additions
	}
	policy := plan.Policy{Now: time.Date(2026, 11, 21, 6, 0, 0, 0, time.UTC), Guards: billing.Guards{
		DropPercent: decimal.NewFromInt(50), DropUnits: decimal.NewFromInt(5), RisePercent: decimal.NewFromInt(100), RiseUnits: decimal.NewFromInt(20),
		MissingPercent: decimal.NewFromInt(30), MaxAge: billing.Duration(26 * time.Hour)}}
	return plan.Desired{Sources: []plan.SourceUsage{{Rules: rules, Usage: usage}}}, current, policy
}

func benchmarkBuild(b *testing.B, agreements int) {
	desired, current, policy := bigWorld(agreements)
	lines := agreements * 10
	b.ReportAllocs()
	for b.Loop() {
		p := plan.Build(desired, current, policy)
		if sum := p.Summary(); sum.Update != lines/100 || sum.None != lines-lines/100 {
			b.Fatalf("%+v", sum)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(lines), "ns/line")
}

// BenchmarkBuild10k and BenchmarkBuild100k together show that planning grows with the number of lines and no faster.
func BenchmarkBuild10k(b *testing.B) { benchmarkBuild(b, 1_000) }

// BenchmarkBuild100k plans 100,000 usage lines over 10,000 agreements with 100,000 additions, one in a hundred changed; the promise is 250 ms.
func BenchmarkBuild100k(b *testing.B) { benchmarkBuild(b, 10_000) }
