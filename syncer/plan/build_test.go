package plan_test

import (
	"testing"
	"time"

	"cwsync/syncer/billing"
	"cwsync/syncer/plan"

	"github.com/shopspring/decimal"
)

func dec(s string) decimal.Decimal { return decimal.RequireFromString(s) }

func TestThinPath(t *testing.T) {
	today := billing.NewDate(2026, 11, 21)
	rules := &billing.Source{Name: "mail", Kind: "csv", Sync: true, OnMissing: "hold", OnZero: "zero", OnDrift: "hold", Write: []billing.Field{"quantity"}, BillStatus: []billing.Status{"active"},
		Services:  []billing.Service{{ID: "mbx", Name: "Mailbox", Product: billing.ProductRef{Identifier: "MBX"}, Sync: true, Quantity: billing.QuantityRule{DivideBy: dec("1"), Round: "none"}}},
		Customers: []billing.Customer{{ID: "1", Name: "Contoso", Company: 250, Agreement: 811, Sync: true}}}
	desired := plan.Desired{Sources: []plan.SourceUsage{{Rules: rules, Usage: billing.Usage{Lines: []billing.UsageLine{{CustomerID: "1", ServiceID: "mbx", Quantity: dec("12"), Status: "active"}}}}}}
	current := plan.Current{Today: today,
		Agreements: map[int]billing.Agreement{811: {ID: 811, Name: "Cloud", CompanyID: 250, CompanyName: "Contoso Ltd", Cycle: billing.Cycle{PeriodsPerYear: 12}, Currency: "USD"}},
		Additions:  map[int][]billing.Addition{811: {{ID: 5, AgreementID: 811, ProductID: 7, Quantity: dec("10"), UnitPrice: dec("4.5"), Bill: billing.Billable, Version: "v1"}}},
		Products:   []billing.Product{{ID: 7, Identifier: "MBX", Price: dec("4.5")}}}
	policy := plan.Policy{Now: time.Now(), Guards: billing.Guards{DropPercent: dec("50"), DropUnits: dec("5"), RisePercent: dec("100"), RiseUnits: dec("20"), MissingPercent: dec("30"), MaxAge: billing.Duration(26 * time.Hour)}}
	p := plan.Build(desired, current, policy)
	if len(p.Changes) != 1 {
		t.Fatalf("%+v", p)
	}
	c := p.Changes[0]
	t.Logf("%+v", c)
	if c.Action != plan.Update || !c.Adopts || c.Code != plan.UsageRose || c.After.Quantity.Decimal.String() != "12" || c.MonthlyDelta.String() != "9" {
		t.Errorf("%+v", c)
	}
}
