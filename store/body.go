package store

import (
	"time"

	"cwsync/syncer"
	"cwsync/syncer/billing"
	"cwsync/syncer/plan"

	"github.com/shopspring/decimal"
)

// The types of this file are what bodies consist of. Their JSON names are on the disks of users: they may be added to, but never renamed.
// Most have the fields of the type that they stand for, in its order, and convert to it, so that a missing field does not compile; for the
// others a test fills every field.

type storedPlan struct {
	ID          string         `json:"id"`
	Profile     string         `json:"profile"`
	Created     time.Time      `json:"created"`
	Today       billing.Date   `json:"today"`
	SetupDigest string         `json:"setup_digest"`
	Undoes      string         `json:"undoes,omitzero"`
	Sources     []storedSource `json:"sources,omitzero"`
	Changes     []storedChange `json:"changes,omitzero"`
	Warnings    []string       `json:"warnings,omitzero"`
	Accepted    []string       `json:"accepted,omitzero"`
	Unused      []string       `json:"unused,omitzero"`
}

type storedSource struct {
	Name      string    `json:"name"`
	AsOf      time.Time `json:"as_of,omitzero"`
	Digest    string    `json:"digest,omitzero"`
	Customers int       `json:"customers,omitzero"`
	Lines     int       `json:"lines,omitzero"`
	Held      plan.Code `json:"held,omitzero"`
	Problem   string    `json:"problem,omitzero"`
}

type storedChange struct {
	Key          string              `json:"key"`
	Step         int                 `json:"step,omitzero"`
	Action       plan.Action         `json:"action"`
	Code         plan.Code           `json:"code,omitzero"`
	Reason       string              `json:"reason,omitzero"`
	How          string              `json:"how,omitzero"`
	Customer     storedNamed         `json:"customer,omitzero"`
	Service      storedNamed         `json:"service,omitzero"`
	Company      storedNumbered      `json:"company,omitzero"`
	Agreement    storedNumbered      `json:"agreement,omitzero"`
	Invoicing    storedInvoicing     `json:"invoicing,omitzero"`
	Product      storedProduct       `json:"product,omitzero"`
	Addition     storedAddition      `json:"addition,omitzero"`
	Adopts       bool                `json:"adopts,omitzero"`
	Quantity     decimal.NullDecimal `json:"quantity,omitzero"`
	Usage        decimal.NullDecimal `json:"usage,omitzero"`
	Before       storedValues        `json:"before,omitzero"`
	After        storedValues        `json:"after,omitzero"`
	Wanted       storedValues        `json:"wanted,omitzero"`
	Currency     string              `json:"currency,omitzero"`
	MonthlyDelta decimal.Decimal     `json:"monthly_delta,omitzero"`
	Into         string              `json:"into,omitzero"`
	Members      []string            `json:"members,omitzero"`
	Warnings     []string            `json:"warnings,omitzero"`
	Open         []storedAddition    `json:"open,omitzero"`
	Releases     []int               `json:"releases,omitzero"`
	Accepted     bool                `json:"accepted,omitzero"`
	Terms        string              `json:"terms,omitzero"`
	Kept         storedRates         `json:"kept,omitzero"`
	NewProduct   *storedNewProduct   `json:"new_product,omitzero"`
	Follows      bool                `json:"follows,omitzero"`
	Unbilled     *storedUnbilled     `json:"unbilled,omitzero"`
}

type storedUnbilled struct {
	Unit     string              `json:"unit,omitzero"`
	Monthly  decimal.NullDecimal `json:"monthly,omitzero"`
	Currency string              `json:"currency,omitzero"`
}

// storedRates are empty for none.
type storedRates struct {
	UnitPrice decimal.NullDecimal `json:"unit_price,omitzero"`
	UnitCost  decimal.NullDecimal `json:"unit_cost,omitzero"`
}

type storedNewProduct struct {
	Identifier          string              `json:"identifier"`
	Description         string              `json:"description,omitzero"`
	CustomerDescription string              `json:"customer_description,omitzero"`
	Class               string              `json:"class,omitzero"`
	TypeID              int                 `json:"type,omitzero"`
	CategoryID          int                 `json:"category,omitzero"`
	SubcategoryID       int                 `json:"subcategory,omitzero"`
	UnitID              int                 `json:"unit,omitzero"`
	Price               decimal.NullDecimal `json:"price,omitzero"`
	Cost                decimal.NullDecimal `json:"cost,omitzero"`
	Taxable             *bool               `json:"taxable,omitzero"`
}

type storedNamed struct {
	ID   string `json:"id,omitzero"`
	Name string `json:"name,omitzero"`
}

type storedNumbered struct {
	ID   int    `json:"id,omitzero"`
	Name string `json:"name,omitzero"`
}

type storedInvoicing struct {
	Cycle    string       `json:"cycle,omitzero"`
	Next     billing.Date `json:"next,omitzero"`
	Invoiced bool         `json:"invoiced,omitzero"`
}

type storedProduct struct {
	ID         int    `json:"id,omitzero"`
	Identifier string `json:"identifier,omitzero"`
}

type storedAddition struct {
	ID      int    `json:"id,omitzero"`
	Version string `json:"version,omitzero"`
}

type storedValues struct {
	Quantity  decimal.NullDecimal `json:"quantity,omitzero"`
	UnitPrice decimal.NullDecimal `json:"unit_price,omitzero"`
	UnitCost  decimal.NullDecimal `json:"unit_cost,omitzero"`
	Taxable   *bool               `json:"taxable,omitzero"`
	Effective billing.Date        `json:"effective,omitzero"`
	Cancelled billing.Date        `json:"cancelled,omitzero"`
}

type storedOwned struct {
	Key         string              `json:"key"`
	AdditionID  int                 `json:"addition"`
	AgreementID int                 `json:"agreement"`
	ProductID   int                 `json:"product"`
	Quantity    decimal.Decimal     `json:"quantity"`
	Created     bool                `json:"created,omitzero"`
	Ended       billing.Date        `json:"ended,omitzero"`
	Members     []string            `json:"members,omitzero"`
	UnitPrice   decimal.NullDecimal `json:"unit_price,omitzero"`
	UnitCost    decimal.NullDecimal `json:"unit_cost,omitzero"`
}

type storedProblem struct {
	Code    string `json:"code,omitzero"`
	Message string `json:"message,omitzero"`
	Hint    string `json:"hint,omitzero"`
}

// storedOutcome is what an outcome has beyond its columns.
type storedOutcome struct {
	Reason   string         `json:"reason,omitzero"`
	Problem  *storedProblem `json:"problem,omitzero"`
	Warnings []string       `json:"warnings,omitzero"`
	Product  int            `json:"product,omitzero"`
}

// storedHead is the body of a plan without its changes.
func storedHead(p *plan.Plan) storedPlan {
	stored := storedPlan{
		ID: p.ID, Profile: p.Profile, Created: p.Created, Today: p.Today, SetupDigest: p.SetupDigest, Undoes: p.Undoes, Warnings: p.Warnings,
		Accepted: p.Accepted, Unused: p.Unused,
	}
	if p.Sources != nil {
		stored.Sources = make([]storedSource, len(p.Sources))
		for i, source := range p.Sources {
			stored.Sources[i] = storedSource(source)
		}
	}
	return stored
}

func (s *storedPlan) plan() *plan.Plan {
	p := &plan.Plan{
		ID: s.ID, Profile: s.Profile, Created: s.Created, Today: s.Today, SetupDigest: s.SetupDigest, Undoes: s.Undoes, Warnings: s.Warnings,
		Accepted: s.Accepted, Unused: s.Unused,
	}
	if s.Sources != nil {
		p.Sources = make([]plan.SourceSummary, len(s.Sources))
		for i, source := range s.Sources {
			p.Sources[i] = plan.SourceSummary(source)
		}
	}
	return p
}

func storedChanges(changes []plan.Change) []storedChange {
	if changes == nil {
		return nil
	}
	stored := make([]storedChange, len(changes))
	for i := range changes {
		stored[i] = storeChange(&changes[i])
	}
	return stored
}

func storeChange(c *plan.Change) storedChange {
	stored := storedChange{
		Key: keyText(c.Key), Step: c.Step, Action: c.Action, Code: c.Code, Reason: c.Reason, How: c.How,
		Customer: storedNamed(c.Customer), Service: storedNamed(c.Service), Company: storedNumbered(c.Company),
		Agreement: storedNumbered(c.Agreement), Invoicing: storedInvoicing(c.Invoicing), Product: storedProduct(c.Product), Addition: storedAddition(c.Addition), Adopts: c.Adopts,
		Quantity: c.Quantity, Usage: c.Usage,
		Before: storedValues(c.Before), After: storedValues(c.After), Wanted: storedValues(c.Wanted),
		Currency: c.Currency, MonthlyDelta: c.MonthlyDelta, Members: keyTexts(c.Members), Warnings: c.Warnings, Releases: c.Releases, Accepted: c.Accepted, Terms: c.Terms,
		NewProduct: (*storedNewProduct)(c.NewProduct), Unbilled: (*storedUnbilled)(c.Unbilled), Follows: c.Follows,
	}
	if c.Kept != nil {
		stored.Kept = storedRates(*c.Kept)
	}
	if c.Into != nil {
		stored.Into = keyText(*c.Into)
	}
	if c.Open != nil {
		stored.Open = make([]storedAddition, len(c.Open))
		for i, addition := range c.Open {
			stored.Open[i] = storedAddition(addition)
		}
	}
	return stored
}

func (s *storedChange) change() (plan.Change, error) {
	key, err := parseKey(s.Key)
	if err != nil {
		return plan.Change{}, err
	}
	c := plan.Change{
		Key: key, Step: s.Step, Action: s.Action, Code: s.Code, Reason: s.Reason, How: s.How,
		Customer: plan.Named(s.Customer), Service: plan.Named(s.Service), Company: plan.Numbered(s.Company),
		Agreement: plan.Numbered(s.Agreement), Invoicing: plan.Invoicing(s.Invoicing), Product: plan.Product(s.Product), Addition: plan.Addition(s.Addition), Adopts: s.Adopts,
		Quantity: s.Quantity, Usage: s.Usage,
		Before: plan.Values(s.Before), After: plan.Values(s.After), Wanted: plan.Values(s.Wanted),
		Currency: s.Currency, MonthlyDelta: s.MonthlyDelta, Warnings: s.Warnings, Releases: s.Releases, Accepted: s.Accepted, Terms: s.Terms,
		NewProduct: (*billing.NewProduct)(s.NewProduct), Unbilled: (*plan.Unbilled)(s.Unbilled), Follows: s.Follows,
	}
	if s.Kept != (storedRates{}) {
		kept := plan.Rates(s.Kept)
		c.Kept = &kept
	}
	if c.Members, err = parseKeys(s.Members); err != nil {
		return plan.Change{}, err
	}
	if s.Into != "" {
		into, err := parseKey(s.Into)
		if err != nil {
			return plan.Change{}, err
		}
		c.Into = &into
	}
	if s.Open != nil {
		c.Open = make([]plan.Addition, len(s.Open))
		for i, addition := range s.Open {
			c.Open[i] = plan.Addition(addition)
		}
	}
	return c, nil
}

func storeTakenBack(v *plan.Values) *storedValues {
	if v == nil {
		return nil
	}
	stored := storedValues(*v)
	return &stored
}

func storeOwned(o *plan.Owned) *storedOwned {
	if o == nil {
		return nil
	}
	return &storedOwned{
		Key: keyText(o.Key), AdditionID: o.AdditionID, AgreementID: o.AgreementID, ProductID: o.ProductID,
		Quantity: o.Quantity, Created: o.Created, Ended: o.Ended, Members: keyTexts(o.Members), UnitPrice: o.UnitPrice, UnitCost: o.UnitCost,
	}
}

func (s *storedOwned) owned() (*plan.Owned, error) {
	if s == nil {
		return nil, nil
	}
	key, err := parseKey(s.Key)
	if err != nil {
		return nil, err
	}
	members, err := parseKeys(s.Members)
	return &plan.Owned{
		Key: key, AdditionID: s.AdditionID, AgreementID: s.AgreementID, ProductID: s.ProductID,
		Quantity: s.Quantity, Created: s.Created, Ended: s.Ended, Members: members, UnitPrice: s.UnitPrice, UnitCost: s.UnitCost,
	}, err
}

// outcomeText is empty for an outcome that its columns say all of.
func outcomeText(o *syncer.Outcome) (string, error) {
	if o.Reason == "" && o.Problem == nil && o.Warnings == nil && o.ProductID == 0 {
		return "", nil
	}
	return jsonText(storedOutcome{Reason: o.Reason, Problem: (*storedProblem)(o.Problem), Warnings: o.Warnings, Product: o.ProductID})
}
