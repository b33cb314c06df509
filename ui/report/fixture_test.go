package report

import (
	"fmt"
	"time"

	"cwsync/syncer"
	"cwsync/syncer/billing"
	"cwsync/syncer/plan"

	"github.com/shopspring/decimal"
)

var (
	created = time.Date(2026, 11, 21, 6, 0, 3, 500e6, time.UTC)
	yes, no = true, false
)

func dec(s string) decimal.Decimal { return decimal.RequireFromString(s) }

func num(s string) decimal.NullDecimal { return decimal.NewNullDecimal(dec(s)) }

func qty(s string) plan.Values { return plan.Values{Quantity: num(s)} }

// change is a row of mail that has all its names.
func change(customer, customerID, service string, action plan.Action, code plan.Code, reason string) plan.Change {
	return plan.Change{
		Key: billing.Key{Source: "mail", Customer: customerID, Service: "mbx-" + service}, Action: action, Code: code, Reason: reason,
		How: "402 users", Customer: plan.Named{ID: customerID, Name: customer}, Service: plan.Named{ID: "mbx-" + service, Name: service + " mailbox"},
		Company: plan.Numbered{ID: 250, Name: customer + " Ltd"}, Agreement: plan.Numbered{ID: 811, Name: "Cloud 2026"},
		Invoicing: plan.Invoicing{Cycle: "Monthly", Next: billing.NewDate(2026, 12, 1), Invoiced: true},
		Product:   plan.Product{ID: 12, Identifier: "PPE-" + service}, Addition: plan.Addition{ID: 9001, Version: "v7"}, Currency: "USD",
	}
}

func with(c plan.Change, before, after plan.Values, delta string) plan.Change {
	if c.Before, c.MonthlyDelta = before, dec(delta); c.Action == plan.Hold {
		c.Wanted = after
	} else {
		c.After = after
	}
	return c
}

// contoso has every action that writes, and a product's own row.
func contoso() []plan.Change {
	product := change("", "", "arc", plan.Create, "new_product", "the catalog has no PPE-arc: created from the defaults")
	product.Agreement, product.Company, product.Addition, product.Invoicing = plan.Numbered{}, plan.Numbered{}, plan.Addition{}, plan.Invoicing{}
	opened := with(change("Contoso", "1001", "arc", plan.Create, plan.NewLine, "no addition yet: created, effective 2026-11-21"),
		plan.Values{}, plan.Values{Quantity: num("40"), Effective: billing.NewDate(2026, 11, 21)}, "180")
	opened.Addition, opened.Before = plan.Addition{}, plan.Values{}
	risen := with(change("Contoso", "1001", "bus", plan.Update, plan.UsageRose, "usage rose from 402 to 405"), qty("402"), qty("405"), "13.5")
	risen.Adopts = true
	fallen := with(change("Contoso", "1001", "pro", plan.Update, plan.UsageFell, "usage fell from 1234.5 to 1200"), qty("1234.5"), qty("1200"), "-103.333333333333")
	fallen.Warnings = []string{"this line was invoiced on 2026-11-01"}
	priced := with(change("Contoso", "1001", "std", plan.Update, "price_changed", "the source's price went from 4.50 to 5.00"),
		plan.Values{UnitPrice: num("4.5"), UnitCost: num("3"), Taxable: &no}, plan.Values{UnitPrice: num("5"), UnitCost: num("3.25"), Taxable: &yes}, "20")
	ended := with(change("Contoso", "1001", "vip", plan.Cancel, plan.UsageEnded, "the customer no longer has it: ends on 2026-11-30"),
		plan.Values{}, plan.Values{Cancelled: billing.NewDate(2026, 11, 30)}, "-12")
	ended.Currency = "EUR"
	same := change("Contoso", "1001", "zz", plan.None, plan.Unchanged, "unchanged")
	return []plan.Change{product, opened, risen, fallen, priced, ended, same}
}

var heldCodes = []plan.Code{
	plan.GuardDrop, plan.GuardRise, plan.DriftQuantity, "drift_price", plan.DriftProduct, plan.DriftCancelled, plan.DriftDeleted, plan.MappingChanged,
	plan.UndoneBefore, plan.AmbiguousLines, plan.ClaimedTwice, plan.UnlinkedCustomer, plan.UnmappedService, plan.StatusNotBilled, plan.NotInUsage,
	plan.AgreementClosed, plan.AgreementNotRecurring, plan.AgreementMissing, plan.AgreementOtherCompany, plan.ProductMissing, plan.ProductInactive,
	plan.CurrencyDiffers, "cycle_differs", plan.IncludedTwice, plan.NotProrated, plan.PreviousUnknown, plan.ChangedMeanwhile,
	plan.SourceFailed, plan.SourceEmpty, plan.UsageStale, plan.MissingShare, plan.MaxMonthlyDelta,
}

var skipCodes = []plan.Code{
	plan.UnlinkedCustomer, plan.UnmappedService, plan.StatusNotBilled, plan.SyncOff, plan.NotInUsage, plan.MergedInto, plan.LeftOut,
}

// everything is a plan with every action and every code.
func everything() *plan.Plan {
	p := &plan.Plan{
		ID: "p-20261121-060003-7f3a", Profile: "default", Created: created, Today: billing.NewDate(2026, 11, 21), SetupDigest: "5e7d",
		Sources: []plan.SourceSummary{
			{Name: "backup", Held: plan.SourceFailed, Problem: "usage.csv could not be read: line 12 has no quantity"},
			{Name: "mail", AsOf: created.Add(-2 * time.Minute), Digest: "ab12", Customers: 41, Lines: 1402},
			{Name: "voice", AsOf: created.Add(-75 * time.Hour), Digest: "cd34", Customers: 1, Lines: 1, Held: plan.UsageStale, Problem: "the usage is 75 hours old, 26h is the most"},
		},
		Warnings: []string{"table setup cannot be read: monthly values are estimates"},
		Changes:  contoso(),
	}
	for i, code := range heldCodes {
		reason := fmt.Sprintf("nothing is written until somebody has looked: this is held for the reason %s", code)
		p.Changes = append(p.Changes, with(change("Fabrikam", "2002", fmt.Sprintf("h%02d", i), plan.Hold, code, reason), qty("100"), qty("0"), "-14.0625"))
	}
	for i, code := range skipCodes {
		skipped := change("", "3003", fmt.Sprintf("s%02d", i), plan.Skip, code, "left alone on purpose")
		skipped.Agreement, skipped.Company, skipped.Addition, skipped.Invoicing = plan.Numbered{}, plan.Numbered{}, plan.Addition{}, plan.Invoicing{}
		p.Changes = append(p.Changes, skipped)
	}
	into := billing.Key{Source: "mail", Customer: "1001", Service: "mbx-bus"}
	p.Changes[len(p.Changes)-2].Into = &into
	off := change("Litware", "4004", "off", plan.Skip, plan.SyncOff, "the switch of this service is off")
	off.Warnings = []string{"addition 9001 still bills 12"}
	off.Invoicing = plan.Invoicing{Cycle: "Annual", Next: billing.NewDate(2026, 11, 1)}
	p.Changes = append(p.Changes, off)
	for i := range 12 {
		p.Changes = append(p.Changes, change("Tailspin", "5005", fmt.Sprintf("t%02d", i), plan.None, plan.Unchanged, "unchanged"))
	}
	return p
}

// finished is a run with every status.
func finished() *syncer.Run {
	p := everything()
	p.Changes = append(contoso(), p.Changes[7:9]...)
	extra := with(change("Wingtip", "6006", "bus", plan.Update, plan.UsageRose, "usage rose from 1 to 2"), qty("1"), qty("2"), "4.5")
	off := change("Wingtip", "6006", "off", plan.Skip, plan.SyncOff, "the switch of this service is off")
	p.Changes = append(p.Changes, extra, off)
	refused := &syncer.Problem{
		Code: "rejected", Message: "ConnectWise refused it: 2026-11-21 is already invoiced and the agreement does not prorate",
		Hint: `tick "prorate" on the agreement, or it takes effect on 2026-12-01`,
	}
	lost := &syncer.Problem{Code: "unknown", Message: "the answer was lost on the way, and reading back did not tell", Hint: "the next run settles it"}
	return &syncer.Run{
		ID: "r-20261121-060010-19c4", Plan: p, Started: created.Add(7 * time.Second), Duration: 3240 * time.Millisecond, ExitCode: 6,
		Requests: map[string]int{"GET": 1412, "POST": 2, "PATCH": 4},
		Outcomes: []syncer.Outcome{
			{Status: syncer.Applied},
			{Status: syncer.Applied, AdditionID: 9120},
			{Status: syncer.Applied, Warnings: []string{"ConnectWise also changed description"}},
			{Status: syncer.Held, Code: plan.ChangedMeanwhile, Reason: "somebody changed the line since the plan was made: the next run plans anew"},
			{Status: syncer.Failed, Problem: refused},
			{Status: syncer.Unknown, Problem: lost},
			{Status: syncer.Unchanged}, {Status: syncer.Held}, {Status: syncer.Held}, {}, {Status: syncer.Skipped},
		},
		Problem:  &syncer.Problem{Code: "cancelled", Message: "stopped between two writes", Hint: "run cwsync --sync again"},
		Warnings: []string{"2 agreements were read twice"},
	}
}
