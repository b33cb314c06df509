package cwsim

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/shopspring/decimal"
)

// CompanySpec describes a company to add. Only Name is needed.
type CompanySpec struct {
	ID         int    // 0 for the next free one
	Name       string // as customers know it
	Identifier string // short and unique; empty: made from the name
	Status     string // name of a company status; empty: Active
	Type       string // name of a company type; empty: Client
	Deleted    bool   // in the recycle bin: still in lists, with deletedFlag
	City       string
}

// AgreementSpec describes an agreement to add. Only Company is needed. Dates are
// calendar dates, YYYY-MM-DD.
type AgreementSpec struct {
	ID           int    // 0 for the next free one
	Name         string // empty: the type's name
	Company      int    // id
	Type         string // name of an agreement type; empty: Cloud Services
	Parent       int    // id of the parent agreement, 0 for none
	Cycle        string // name or billing option of a cycle; empty: Monthly
	Start        string // empty: the first of this month a year ago
	End          string // empty: no ending date
	BillStart    string // empty: Start
	NextInvoice  string // empty: the first of next month, for a child or a one-time agreement none; "-": none
	Cancelled    string // cancelled as of that day, empty for not
	Prorate      bool
	Currency     string // identifier such as USD; empty for none
	ContactEmpty bool   // leave the contact out, as old records have it
}

// ProductSpec describes a catalog item to add. Only Identifier is needed.
type ProductSpec struct {
	ID          int // 0 for the next free one
	Identifier  string
	Description string          // empty: the identifier
	Class       string          // empty: Agreement
	Type        string          // name of a product type; empty: Service
	Subcategory string          // name; empty: Email
	Unit        string          // name of a unit of measure; empty: Each
	Price, Cost decimal.Decimal // per unit and billing period
	Taxable     bool
	Inactive    bool
}

// AdditionSpec describes a billing line to add, unchecked, as old records may
// break today's rules. Agreement and Product are needed. Dates are calendar
// dates, or whole wire times where a record has a time of day.
type AdditionSpec struct {
	ID           int // 0 for the next free one
	Agreement    int // id
	Product      int // id
	Quantity     decimal.Decimal
	LessIncluded decimal.Decimal
	Price, Cost  *decimal.Decimal // nil: the catalog's
	Bill         string           // Billable, DoNotBill or NoCharge; empty: Billable
	Effective    string           // empty: the agreement's billing start
	Cancelled    string           // empty: open
	Taxable      *bool            // nil: the catalog's
	SerialNumber string
	Description  string // empty: the catalog's
	InvoiceText  string // empty: the catalog's
	Sparse       bool   // leave lessIncluded and the flags out, as old records have it
}

// AddCompany adds a company with a contact and a site and returns its id. A name
// that is missing, or a status or type that does not exist, panics.
func (w *World) AddCompany(c CompanySpec) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.addCompany(c)
}

func (w *World) addCompany(c CompanySpec) int {
	status, kind := w.find(tCompanyStatuses, c.Status, "Active"), w.find(tCompanyTypes, c.Type, "Client")
	company := w.put(tCompanies, installer, func(r *record) {
		setID(r, c.ID)
		r.set("name", c.Name)
		r.set("identifier", orElse(c.Identifier, identifierOf(c.Name)))
		r.set("status", ref(status))
		r.set("types", []ref{ref(kind)})
		r.set("isVendorFlag", kind == 3)
		r.set("country", ref(1))
		r.set("territory", ref(1))
		r.set("addressLine1", "1 Main Street")
		r.set("city", orElse(c.City, "Tampa"))
		r.set("dateAcquired", wireDate(monthStart(w.today, -36)))
		r.set("deletedFlag", c.Deleted)
		if c.Deleted {
			r.set("dateDeleted", wireDate(addDays(w.today, -30)))
			r.set("deletedBy", person)
		}
	})
	id := ref(company.id)
	site := w.put(tSites, installer, func(r *record) {
		r.set("name", "Main")
		r.set("company", id)
		r.set("primaryAddressFlag", true)
	})
	contact := w.put(tContacts, installer, func(r *record) {
		r.set("firstName", "Sam")
		r.set("lastName", "Taylor")
		r.set("communicationItems", reachable("sam.taylor@"+strings.ToLower(company.text("identifier"))+".example", "813-555-0100", "12"))
		r.set("company", id)
		r.set("defaultFlag", true)
	})
	w.put(tTypeAssociations, installer, func(r *record) { r.set("type", ref(kind)); r.set("company", id) })
	company.set("site", ref(site.id))
	company.set("defaultContact", ref(contact.id))
	return company.id
}

// reachable is how a contact is reached: by e-mail, and by a telephone with an extension.
func reachable(email, phone, extension string) json.RawMessage {
	items, err := json.Marshal([]map[string]any{
		{"id": 1, "type": map[string]any{"id": 1, "name": "Email"}, "value": email, "defaultFlag": true, "communicationType": "Email"},
		{"id": 2, "type": map[string]any{"id": 2, "name": "Direct"}, "value": phone, "extension": extension, "defaultFlag": true, "communicationType": "Phone"},
	})
	if err != nil {
		panic("cwsim: " + err.Error()) // texts of ours
	}
	return items
}

// AddAgreement adds an agreement and returns its id. A company, type, cycle or
// currency that does not exist panics.
func (w *World) AddAgreement(a AgreementSpec) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.addAgreement(a)
}

func (w *World) addAgreement(a AgreementSpec) int {
	company := w.mustHave(tCompanies, a.Company)
	kind := w.find(tAgreementTypes, a.Type, "Cloud Services")
	cycle := w.find(tBillingCycles, a.Cycle, "Monthly")
	start := orElse(a.Start, monthStart(w.today, -12))
	next := a.NextInvoice
	if next == "" && a.Parent == 0 && w.tables[tBillingCycles].byID[cycle].text("billingOptions") != "NotRecurring" {
		next = monthStart(w.today, 1)
	}
	return w.put(tAgreements, installer, func(r *record) {
		setID(r, a.ID)
		r.set("name", orElse(a.Name, w.tables[tAgreementTypes].byID[kind].text("name")))
		r.set("type", ref(kind))
		r.set("company", ref(company.id))
		if !a.ContactEmpty {
			r.set("contact", company.stored("defaultContact"))
		}
		r.set("site", company.stored("site"))
		if a.Parent != 0 {
			r.set("parentAgreement", ref(w.mustHave(tAgreements, a.Parent).id))
		}
		r.set("billingCycle", ref(cycle))
		r.set("billingTerms", ref(1))
		r.set("startDate", wireDate(start))
		r.set("billStartDate", wireDate(orElse(a.BillStart, start)))
		r.set("endDate", wireDate(a.End))
		r.set("noEndingDateFlag", a.End == "")
		r.set("cancelledFlag", a.Cancelled != "")
		r.set("dateCancelled", wireDate(a.Cancelled))
		r.set("prorateFlag", a.Prorate)
		if a.Currency != "" {
			r.set("currency", ref(w.find(tCurrencies, a.Currency, "")))
		}
		if next != "" && next != "-" {
			r.set(".nextInvoice", wireDate(next))
		}
	}).id
}

// AddProduct adds a catalog item and returns its id. A type, subcategory or unit
// that does not exist panics.
func (w *World) AddProduct(p ProductSpec) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.addProduct(p)
}

func (w *World) addProduct(p ProductSpec) int {
	sub := w.find(tSubcategories, p.Subcategory, "Email")
	kind, unit := w.find(tProductTypes, p.Type, "Service"), w.find(tUnits, p.Unit, "Each")
	return w.put(tCatalog, installer, func(r *record) {
		setID(r, p.ID)
		r.set("identifier", p.Identifier)
		r.set("description", orElse(p.Description, p.Identifier))
		r.set("customerDescription", orElse(p.Description, p.Identifier))
		r.set("productClass", orElse(p.Class, "Agreement"))
		r.set("type", ref(kind))
		r.set("subcategory", ref(sub))
		r.set("category", w.tables[tSubcategories].byID[sub].stored("category"))
		r.set("unitOfMeasure", ref(unit))
		r.set("price", p.Price)
		r.set("cost", p.Cost)
		r.set("taxableFlag", p.Taxable)
		r.set("inactiveFlag", p.Inactive)
	}).id
}

// AddAddition adds a billing line and returns its id. An agreement or a product
// that does not exist panics.
func (w *World) AddAddition(a AdditionSpec) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.addAddition(a)
}

func (w *World) addAddition(a AdditionSpec) int {
	agreement, product := w.mustHave(tAgreements, a.Agreement), w.mustHave(tCatalog, a.Product)
	t := w.tables[tAdditions]
	rec := newRecord(t.res)
	setID(rec, a.ID)
	rec.set("agreementId", agreement.id)
	rec.set("product", ref(product.id))
	rec.set("quantity", a.Quantity)
	rec.set("billCustomer", orElse(a.Bill, "Billable"))
	rec.set("effectiveDate", wireDate(orElse(a.Effective, agreement.day("billStartDate"))))
	rec.set("cancelledDate", wireDate(a.Cancelled))
	for name, v := range map[string]*decimal.Decimal{"unitPrice": a.Price, "unitCost": a.Cost} {
		if v != nil {
			rec.set(name, *v)
		}
	}
	if a.Taxable != nil {
		rec.set("taxableFlag", *a.Taxable)
	}
	for name, s := range map[string]string{"serialNumber": a.SerialNumber, "description": a.Description, "invoiceDescription": a.InvoiceText} {
		if s != "" {
			rec.set(name, s)
		}
	}
	w.fillOld(rec, a)
	w.stamp(rec, installer)
	t.insert(rec)
	return rec.id
}

// fillOld completes a line as the server would, save for what the spec leaves out.
func (w *World) fillOld(rec *record, a AdditionSpec) {
	named := map[string]bool{}
	for i, f := range rec.res.fields {
		named[f.name] = rec.vals[i] != nil
	}
	w.defaults(rec, nil, named)
	rec.set("lessIncluded", a.LessIncluded)
	rec.set("quantity", a.Quantity)
	if a.Sparse {
		for _, name := range []string{"lessIncluded", "purchaseItemFlag", "specialOrderFlag", "prorateCurrentPeriodFlag"} {
			rec.set(name, nil)
		}
	}
}

func setID(r *record, id int) {
	if id != 0 {
		r.set("id", id)
	}
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// find is the id of a set-up record by name; it panics where there is none.
func (w *World) find(table, name, other string) int {
	rec := w.tables[table].named(orElse(name, other))
	if rec == nil {
		panic(fmt.Sprintf("cwsim: no record named %q in %s", orElse(name, other), table))
	}
	return rec.id
}

func (w *World) mustHave(table string, id int) *record {
	rec := w.tables[table].byID[id]
	if rec == nil {
		panic(fmt.Sprintf("cwsim: no record %d in %s", id, table))
	}
	return rec
}

// identifierOf makes the short name that companies carry, without spaces.
func identifierOf(name string) string {
	return strings.Join(strings.Fields(name), "")
}
