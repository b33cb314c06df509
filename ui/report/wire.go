package report

import (
	"strings"
	"time"

	"cwsync/syncer"
	"cwsync/syncer/plan"

	"github.com/shopspring/decimal"
)

// FormatVersion is the version of every JSON document.
const FormatVersion = 1

// Kind says what a JSON document is.
type Kind string

// The kinds of document.
const (
	KindPlan     Kind = "plan"
	KindRun      Kind = "run"
	KindError    Kind = "error"
	KindDoctor   Kind = "doctor"
	KindHistory  Kind = "history"
	KindExplain  Kind = "explain"
	KindSetup    Kind = "setup"
	KindSecrets  Kind = "secrets"
	KindSchedule Kind = "schedule"
	KindExport   Kind = "export"
	KindSource   Kind = "source"
	KindVersion  Kind = "version"
)

// moneyPlaces is how many decimal places money has at least, and a total of money exactly.
const moneyPlaces = 2

type planHead struct {
	FormatVersion int    `json:"format_version"`
	Kind          Kind   `json:"kind"`
	PlanID        string `json:"plan_id"`
	Profile       string `json:"profile"`
	Created       string `json:"created"`
	SetupDigest   string `json:"setup_digest"`
	Undoes        string `json:"undoes"`
	ExitCode      int    `json:"exit_code"`

	Sources  []sourceWire `json:"sources"`
	Accepted []string     `json:"accepted"`
	Summary  summaryWire  `json:"summary"`
}

type runHead struct {
	FormatVersion int    `json:"format_version"`
	Kind          Kind   `json:"kind"`
	PlanID        string `json:"plan_id"`
	RunID         string `json:"run_id"`
	Profile       string `json:"profile"`
	Created       string `json:"created"`
	Started       string `json:"started"`
	SetupDigest   string `json:"setup_digest"`
	Undoes        string `json:"undoes"`
	ExitCode      int    `json:"exit_code"`
	Finished      bool   `json:"finished"`

	Error    *problemWire   `json:"error"`
	Sources  []sourceWire   `json:"sources"`
	Accepted []string       `json:"accepted"`
	Summary  runSummaryWire `json:"summary"`
}

type tail struct {
	Warnings   []string       `json:"warnings"`
	Requests   map[string]int `json:"requests"`
	DurationMS int64          `json:"duration_ms"`
}

type sourceWire struct {
	Name      string `json:"name"`
	AsOf      string `json:"as_of"`
	Digest    string `json:"digest"`
	Customers int    `json:"customers"`
	Lines     int    `json:"lines"`
	Held      string `json:"held"`
	Problem   string `json:"problem"`
}

type summaryWire struct {
	Create       int               `json:"create"`
	Update       int               `json:"update"`
	Cancel       int               `json:"cancel"`
	None         int               `json:"none"`
	Hold         int               `json:"hold"`
	Skip         int               `json:"skip"`
	MonthlyDelta map[string]string `json:"monthly_delta"`
}

type runSummaryWire struct {
	Create       int               `json:"create"`
	Update       int               `json:"update"`
	Cancel       int               `json:"cancel"`
	None         int               `json:"none"`
	Hold         int               `json:"hold"`
	Skip         int               `json:"skip"`
	Applied      int               `json:"applied"`
	Failed       int               `json:"failed"`
	Unknown      int               `json:"unknown"`
	MonthlyDelta map[string]string `json:"monthly_delta"`
}

type problemWire struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Hint    string `json:"hint"`
}

type changeWire struct {
	Key          string        `json:"key"`
	Action       string        `json:"action"`
	Code         string        `json:"code"`
	Reason       string        `json:"reason"`
	Source       string        `json:"source"`
	Customer     namedWire     `json:"customer"`
	Service      namedWire     `json:"service"`
	Company      numberedWire  `json:"company"`
	Agreement    agreementWire `json:"agreement"`
	Product      productWire   `json:"product"`
	Addition     *additionWire `json:"addition"`
	Adopts       bool          `json:"adopts"`
	Before       valuesWire    `json:"before"`
	After        valuesWire    `json:"after"`
	Wanted       valuesWire    `json:"wanted"`
	How          string        `json:"how"`
	Currency     string        `json:"currency"`
	MonthlyDelta string        `json:"monthly_delta"`
	Into         string        `json:"into"`
	Warnings     []string      `json:"warnings"`
}

// runChangeWire is a change in a run: the keys of a plan's change, then what became of it.
type runChangeWire struct {
	changeWire
	Status string       `json:"status"`
	Error  *problemWire `json:"error"`
}

type namedWire struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type numberedWire struct {
	ID   int    `json:"id"`
	Name string `json:"name"`
}

// agreementWire is when the agreement is invoiced as well: what dates were decided by.
type agreementWire struct {
	numberedWire
	Cycle         string `json:"cycle"`
	NextInvoice   string `json:"next_invoice_date"`
	TodayInvoiced bool   `json:"today_invoiced"`
}

type productWire struct {
	ID         int    `json:"id"`
	Identifier string `json:"identifier"`
}

type additionWire struct {
	ID      int    `json:"id"`
	Version string `json:"version"`
}

type valuesWire struct {
	Quantity      string  `json:"quantity,omitempty"`
	UnitPrice     string  `json:"unit_price,omitempty"`
	UnitCost      string  `json:"unit_cost,omitempty"`
	Taxable       *bool   `json:"taxable,omitempty"`
	EffectiveDate string  `json:"effective_date,omitempty"`
	CancelledDate *string `json:"cancelled_date,omitempty"` // empty: it has no end any more
}

func (r *row) wire() changeWire {
	w := changeWire{
		Key: r.Key.String(), Action: string(r.action), Code: string(r.code), Reason: r.reason, Source: r.Key.Source,
		Customer: namedWire(r.Customer), Service: namedWire(r.Service),
		Company: numberedWire(r.Company), Agreement: agreementOf(r.Change), Product: productWire(r.Product),
		Adopts: r.Adopts, Before: valuesOf(r.Before), After: valuesOf(r.after), Wanted: valuesOf(r.wanted),
		How: r.How, Currency: r.Currency, MonthlyDelta: totalText(r.MonthlyDelta), Warnings: joined(r.Warnings, r.outcome.Warnings),
	}
	if r.Reopens() && r.After.Cancelled.IsZero() {
		target := &w.After
		if r.action == plan.Hold {
			target = &w.Wanted
		}
		target.CancelledDate = new(string)
	}
	if w.Product.ID == 0 { // of a product that the run created
		w.Product.ID = r.outcome.ProductID
	}
	if id := r.additionID(); id != 0 {
		w.Addition = &additionWire{ID: id, Version: r.Addition.Version}
	}
	if r.Into != nil {
		w.Into = r.Into.String()
	}
	return w
}

func (r *row) runWire() runChangeWire {
	return runChangeWire{changeWire: r.wire(), Status: string(r.status), Error: problemOf(r.outcome.Problem)}
}

func agreementOf(c *plan.Change) agreementWire {
	return agreementWire{numberedWire: numberedWire(c.Agreement), Cycle: c.Invoicing.Cycle, NextInvoice: c.Invoicing.Next.String(), TodayInvoiced: c.Invoicing.Invoiced}
}

func problemOf(p *syncer.Problem) *problemWire {
	if p == nil {
		return nil
	}
	return &problemWire{Code: p.Code, Message: p.Message, Hint: CommandHint(p)}
}

func valuesOf(v plan.Values) valuesWire {
	w := valuesWire{Taxable: v.Taxable, EffectiveDate: v.Effective.String()}
	if !v.Cancelled.IsZero() {
		end := v.Cancelled.String()
		w.CancelledDate = &end
	}
	if v.Quantity.Valid {
		w.Quantity = decimalText(v.Quantity.Decimal)
	}
	if v.UnitPrice.Valid {
		w.UnitPrice = moneyText(v.UnitPrice.Decimal)
	}
	if v.UnitCost.Valid {
		w.UnitCost = moneyText(v.UnitCost.Decimal)
	}
	return w
}

func sourcesOf(sources []plan.SourceSummary) []sourceWire {
	wires := make([]sourceWire, len(sources))
	for i, s := range sources {
		wires[i] = sourceWire{
			Name: s.Name, AsOf: timeText(s.AsOf), Digest: s.Digest, Customers: s.Customers, Lines: s.Lines, Held: string(s.Held), Problem: s.Problem,
		}
	}
	return wires
}

// decimalText is plain: no exponent, no trailing zeros.
func decimalText(d decimal.Decimal) string {
	text := d.String()
	if strings.Contains(text, ".") {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	return text
}

// moneyText is exact, with two decimal places at least.
func moneyText(d decimal.Decimal) string {
	text := decimalText(d)
	_, fraction, _ := strings.Cut(text, ".")
	if len(fraction) < moneyPlaces {
		return d.StringFixed(moneyPlaces)
	}
	return text
}

// totalText is rounded half up, away from zero, to two decimal places.
func totalText(d decimal.Decimal) string { return d.StringFixed(moneyPlaces) }

func totals(sum map[string]decimal.Decimal) map[string]string {
	texts := make(map[string]string, len(sum))
	for currency, amount := range sum {
		texts[currency] = totalText(amount)
	}
	return texts
}

// timeText is RFC 3339 in UTC with whole seconds; a zero time is "".
func timeText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// joined is never nil, so that a list without entries is [].
func joined(a, b []string) []string {
	all := make([]string, 0, len(a)+len(b))
	return append(append(all, a...), b...)
}
