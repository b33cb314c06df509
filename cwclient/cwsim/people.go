package cwsim

import (
	"fmt"
	"time"

	"github.com/shopspring/decimal"
)

// AdditionRecord is a billing line as a person sees it in ConnectWise. Dates are
// YYYY-MM-DD, "" for none, or whole wire times where there is a time of day.
type AdditionRecord struct {
	ID, Agreement, Product int
	ProductIdentifier      string
	Quantity, LessIncluded decimal.Decimal
	Price, Cost            decimal.Decimal // per unit and billing period
	Bill                   string          // Billable, DoNotBill or NoCharge
	Effective, Cancelled   string
	Taxable                bool
	SerialNumber           string
	Description            string
	InvoiceText            string
	Unit                   string
	Sequence               decimal.Decimal
	Updated, UpdatedBy     string // _info: when (UTC, whole seconds) and by whom
}

// ProductRecord is a catalog item as a person sees it.
type ProductRecord struct {
	ID                      int
	Identifier, Description string
	Class, Type             string
	Category, Subcategory   string
	Unit                    string
	Price, Cost             decimal.Decimal // per unit and billing period
	Taxable, Inactive       bool
	Updated, UpdatedBy      string
}

// Additions lists the lines of an agreement by id.
func (w *World) Additions(agreement int) []AdditionRecord {
	w.mu.RLock()
	defer w.mu.RUnlock()
	var out []AdditionRecord
	for _, rec := range w.tables[tAdditions].children[agreement] {
		out = append(out, w.additionRecord(rec))
	}
	return out
}

// Addition is one line; false where there is none of that id.
func (w *World) Addition(id int) (AdditionRecord, bool) {
	w.mu.RLock()
	defer w.mu.RUnlock()
	rec := w.tables[tAdditions].byID[id]
	if rec == nil {
		return AdditionRecord{}, false
	}
	return w.additionRecord(rec), true
}

// Product finds a catalog item by identifier, letter case aside.
func (w *World) Product(identifier string) (ProductRecord, bool) {
	w.mu.RLock()
	defer w.mu.RUnlock()
	rec := w.tables[tCatalog].named(identifier)
	if rec == nil {
		return ProductRecord{}, false
	}
	name := func(table, field string) string {
		if r := w.tables[table].byID[rec.ref(field)]; r != nil {
			return r.text("name")
		}
		return ""
	}
	return ProductRecord{
		ID: rec.id, Identifier: rec.text("identifier"), Description: rec.text("description"),
		Class: rec.text("productClass"), Type: name(tProductTypes, "type"), Category: name(tCategories, "category"),
		Subcategory: name(tSubcategories, "subcategory"), Unit: name(tUnits, "unitOfMeasure"),
		Price: amount(rec, "price"), Cost: amount(rec, "cost"), Taxable: rec.flag("taxableFlag"),
		Inactive: rec.flag("inactiveFlag"), Updated: rec.info.updated, UpdatedBy: rec.info.updatedBy,
	}, true
}

func (w *World) additionRecord(rec *record) AdditionRecord {
	product := rec.ref("product")
	identifier := ""
	if p := w.tables[tCatalog].byID[product]; p != nil {
		identifier = p.text("identifier")
	}
	return AdditionRecord{
		ID: rec.id, Agreement: rec.parentID(), Product: product, ProductIdentifier: identifier,
		Quantity: amount(rec, "quantity"), LessIncluded: amount(rec, "lessIncluded"),
		Price: amount(rec, "unitPrice"), Cost: amount(rec, "unitCost"), Bill: rec.text("billCustomer"),
		Effective: plainDate(rec.text("effectiveDate")), Cancelled: plainDate(rec.text("cancelledDate")),
		Taxable: rec.flag("taxableFlag"), SerialNumber: rec.text("serialNumber"), Description: rec.text("description"),
		InvoiceText: rec.text("invoiceDescription"), Unit: rec.text("uom"), Sequence: amount(rec, "sequenceNumber"),
		Updated: rec.info.updated, UpdatedBy: rec.info.updatedBy,
	}
}

// Snapshot is the JSON of every addition by id, as the server would give it: two
// snapshots compare what must have stayed byte-identical.
func (w *World) Snapshot() map[int]string {
	w.mu.RLock()
	defer w.mu.RUnlock()
	t := w.tables[tAdditions]
	out := make(map[int]string, len(t.rows))
	for _, rec := range t.rows {
		out[rec.id] = string(w.encode(nil, rec, nil))
	}
	return out
}

// EditAddition changes a line in the ConnectWise screens: no rule is checked, the
// version moves on, and the line was last updated by a person. An unknown id is
// an error, as is a product that does not exist.
func (w *World) EditAddition(id int, change func(*AdditionRecord)) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	t := w.tables[tAdditions]
	rec := t.byID[id]
	if rec == nil {
		return fmt.Errorf("edit addition: no addition %d", id)
	}
	a := w.additionRecord(rec)
	change(&a)
	if w.tables[tCatalog].byID[a.Product] == nil {
		return fmt.Errorf("edit addition %d: no product %d", id, a.Product)
	}
	draft := rec.draft()
	for name, v := range map[string]any{
		"product": ref(a.Product), "quantity": a.Quantity, "lessIncluded": a.LessIncluded, "unitPrice": a.Price,
		"unitCost": a.Cost, "billCustomer": a.Bill, "effectiveDate": wireDate(a.Effective),
		"cancelledDate": wireDate(a.Cancelled), "taxableFlag": a.Taxable, "serialNumber": a.SerialNumber,
		"description": a.Description, "invoiceDescription": a.InvoiceText, "uom": a.Unit, "sequenceNumber": a.Sequence,
	} {
		draft.set(name, v)
	}
	w.stamp(draft, person)
	t.replace(rec, draft)
	return nil
}

// DeleteAddition removes a line in the ConnectWise screens. An unknown id is an error.
func (w *World) DeleteAddition(id int) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	t := w.tables[tAdditions]
	rec := t.byID[id]
	if rec == nil {
		return fmt.Errorf("delete addition: no addition %d", id)
	}
	w.tick()
	t.remove(rec)
	return nil
}

// CancelAgreement cancels an agreement as of a day (YYYY-MM-DD). An unknown id is an error.
func (w *World) CancelAgreement(id int, day string) error {
	return w.edit(tAgreements, id, func(r *record) {
		r.set("cancelledFlag", true)
		r.set("dateCancelled", wireDate(day))
	})
}

// SetNextInvoice moves the next invoice date; "" unsets it. An unknown id is an error.
func (w *World) SetNextInvoice(id int, day string) error {
	return w.edit(tAgreements, id, func(r *record) { r.set(".nextInvoice", wireDate(day)) })
}

// SetBillStart moves the day from which on an agreement is billed. An unknown id is an error.
func (w *World) SetBillStart(id int, day string) error {
	return w.edit(tAgreements, id, func(r *record) { r.set("billStartDate", wireDate(day)) })
}

// SetProrate switches proration of an agreement. An unknown id is an error.
func (w *World) SetProrate(id int, prorate bool) error {
	return w.edit(tAgreements, id, func(r *record) { r.set("prorateFlag", prorate) })
}

// MoveAgreement gives an agreement to another company. Unknown ids are an error.
func (w *World) MoveAgreement(id, company int) error {
	if err := w.edit(tCompanies, company, func(*record) {}); err != nil {
		return err
	}
	return w.edit(tAgreements, id, func(r *record) { r.set("company", ref(company)) })
}

// RenameCompany changes a company's name. An unknown id is an error.
func (w *World) RenameCompany(id int, name string) error {
	return w.edit(tCompanies, id, func(r *record) { r.set("name", name) })
}

// EditProduct changes price, cost, tax and activity of a catalog item. An unknown
// id is an error.
func (w *World) EditProduct(id int, price, cost decimal.Decimal, taxable, inactive bool) error {
	return w.edit(tCatalog, id, func(r *record) {
		r.set("price", price)
		r.set("cost", cost)
		r.set("taxableFlag", taxable)
		r.set("inactiveFlag", inactive)
	})
}

// DeleteAgreement removes an agreement with its lines. An unknown id is an error.
func (w *World) DeleteAgreement(id int) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	rec := w.tables[tAgreements].byID[id]
	if rec == nil {
		return fmt.Errorf("delete agreement: no agreement %d", id)
	}
	lines := w.tables[tAdditions]
	for _, line := range lines.children[id] {
		lines.remove(line)
	}
	w.tables[tAgreements].remove(rec)
	w.gen++
	return nil
}

// Invoice creates the invoice of an agreement's next period: its next invoice
// date moves on by one billing cycle. It returns the invoice's id. An unknown id
// and an agreement without a next invoice date are errors.
func (w *World) Invoice(id int) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.invoice(id, person)
}

func (w *World) invoice(id int, by string) (int, error) {
	t := w.tables[tAgreements]
	rec := t.byID[id]
	if rec == nil {
		return 0, fmt.Errorf("invoice: no agreement %d", id)
	}
	next, err := time.Parse(time.DateOnly, rec.day(".nextInvoice"))
	if err != nil {
		return 0, fmt.Errorf("invoice: agreement %d has no next invoice date", id)
	}
	total := decimal.Zero
	for _, line := range w.tables[tAdditions].children[id] {
		cancelled := line.day("cancelledDate")
		if line.text("billCustomer") == "Billable" && (cancelled == "" || cancelled > rec.day(".nextInvoice")) {
			total = total.Add(amount(line, "quantity").Sub(amount(line, "lessIncluded")).Mul(amount(line, "unitPrice")))
		}
	}
	inv := w.put(tInvoices, by, func(r *record) {
		r.set("type", "Agreement")
		r.set("status", ref(1))
		r.set("company", rec.stored("company"))
		r.set("agreement", ref(id))
		r.set("date", rec.stored(".nextInvoice"))
		r.set("total", total)
	})
	inv.set("invoiceNumber", fmt.Sprint(inv.id))
	draft := rec.draft()
	draft.set(".lastInvoice", rec.stored(".nextInvoice"))
	draft.set(".lastInvoiceNumber", fmt.Sprint(inv.id))
	draft.set(".nextInvoice", wireDate(afterCycle(next, w.cycleOf(rec)).Format(time.DateOnly)))
	w.stamp(draft, by)
	t.replace(rec, draft)
	w.gen++
	return inv.id, nil
}

func (w *World) cycleOf(agreement *record) string {
	if c := w.tables[tBillingCycles].byID[agreement.ref("billingCycle")]; c != nil {
		return c.text("billingOptions")
	}
	return "Monthly"
}

// afterCycle is the day one billing cycle later.
func afterCycle(day time.Time, cycle string) time.Time {
	months := map[string]int{"Monthly": 1, "BiMonthly": 2, "Quarterly": 3, "SemiAnnual": 6, "Yearly": 12}
	if n, ok := months[cycle]; ok {
		return day.AddDate(0, n, 0)
	}
	return day.AddDate(0, 0, map[string]int{"Weekly": 7, "BiWeekly": 14}[cycle])
}

// edit changes a record in the ConnectWise screens.
func (w *World) edit(table string, id int, change func(*record)) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	t := w.tables[table]
	rec := t.byID[id]
	if rec == nil {
		return fmt.Errorf("edit %s: no record %d", table, id)
	}
	draft := rec.draft()
	change(draft)
	w.stamp(draft, person)
	t.replace(rec, draft)
	w.gen++
	return nil
}
