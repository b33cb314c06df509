package report

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strconv"
	"strings"

	"cwsync/syncer"
	"cwsync/syncer/billing"
)

// Export is one kind of ConnectWise's records for other programs, in the order in which they were given.
type Export struct {
	name string // what it holds, and its key in JSON
	head []string
	rows [][]string // ready to be written
	list any        // the same records for JSON, as they are
}

// CSV is the export as a spreadsheet may open it: texts from outside as CSVCell makes them, numbers, dates and flags as they are.
func (e Export) CSV() ([]byte, error) {
	var out bytes.Buffer
	writer := csv.NewWriter(&out)
	writer.UseCRLF = true
	if err := writer.WriteAll(append([][]string{e.head}, e.rows...)); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// JSON is the export as a file for other programs: an object with one list.
func (e Export) JSON() ([]byte, error) { return encode(map[string]any{e.name: e.list}) }

// Document is the export as a command prints it: its records under their name, with what there is to say of them.
func (e Export) Document(profile string, warnings []string) ([]byte, error) {
	return DocumentJSON(KindExport, syncer.ExitDone, map[string]any{
		"profile": profile, "export": e.name, e.name: e.list, "warnings": append([]string{}, warnings...)})
}

type companyExport struct {
	ID         int            `json:"id"`
	Identifier string         `json:"identifier"`
	Name       string         `json:"name"`
	Status     string         `json:"status"`
	Types      []string       `json:"types"`
	Deleted    bool           `json:"deleted"`
	Hidden     bool           `json:"hidden"`
	Contact    *contactExport `json:"contact"` // null: the company has none, or contacts were not read
}

type contactExport struct {
	Name  string `json:"name"`
	Email string `json:"email"`
	Phone string `json:"phone"`
}

// ExportCompanies makes the export of companies, each with its contact by the company's id where there is one.
func ExportCompanies(companies []billing.Company, contacts map[int]billing.Contact) Export {
	made := Export{name: "companies", head: []string{"id", "identifier", "name", "status", "types", "deleted", "hidden", "contact", "contact_email", "contact_phone"}}
	list := make([]companyExport, len(companies))
	for i := range companies {
		one := &companies[i]
		contact, ok := contacts[one.ID]
		hidden := one.Deleted || one.Hidden
		list[i] = companyExport{one.ID, one.Identifier, one.Name, one.Status, append([]string{}, one.Types...), one.Deleted, hidden, nil}
		if ok {
			list[i].Contact = &contactExport{contact.Name, contact.Email, contact.Phone}
		}
		made.rows = append(made.rows, []string{strconv.Itoa(one.ID), CSVCell(one.Identifier), CSVCell(one.Name), CSVCell(one.Status),
			CSVCell(strings.Join(one.Types, ", ")), strconv.FormatBool(one.Deleted), strconv.FormatBool(hidden),
			CSVCell(contact.Name), CSVCell(contact.Email), CSVCell(contact.Phone)})
	}
	made.list = list
	return made
}

// agreementExport has empty dates for those that are not there.
type agreementExport struct {
	ID             int    `json:"id"`
	Name           string `json:"name"`
	TypeID         int    `json:"type_id"`
	Type           string `json:"type"`
	CompanyID      int    `json:"company_id"`
	Company        string `json:"company"`
	ParentID       int    `json:"parent_id"` // 0: none
	Start          string `json:"start"`
	End            string `json:"end"`
	Cancelled      bool   `json:"cancelled"`
	CancelledOn    string `json:"cancelled_on"`
	Status         string `json:"status"`
	BillStart      string `json:"bill_start"`
	NextInvoice    string `json:"next_invoice"`
	Cycle          string `json:"cycle"`
	PeriodsPerYear int    `json:"periods_per_year"` // 0: not known, or none
	Recurring      bool   `json:"recurring"`
	Prorates       bool   `json:"prorates"`
	Currency       string `json:"currency"`
}

// ExportAgreements makes the export of agreements.
func ExportAgreements(agreements []billing.Agreement) Export {
	made := Export{name: "agreements", head: []string{"id", "name", "type_id", "type", "company_id", "company", "parent_id", "start", "end", "cancelled",
		"cancelled_on", "status", "bill_start", "next_invoice", "cycle", "periods_per_year", "recurring", "prorates", "currency"}}
	list := make([]agreementExport, len(agreements))
	for i := range agreements {
		a := &agreements[i]
		list[i] = agreementExport{ID: a.ID, Name: a.Name, TypeID: a.TypeID, Type: a.TypeName, CompanyID: a.CompanyID, Company: a.CompanyName,
			ParentID: a.ParentID, Start: a.Start.String(), End: a.End.String(), Cancelled: a.Cancelled, CancelledOn: a.CancelledOn.String(),
			Status: a.Status, BillStart: a.BillStart.String(), NextInvoice: a.NextInvoice.String(), Cycle: a.Cycle.Name,
			PeriodsPerYear: a.Cycle.PeriodsPerYear, Recurring: !a.Cycle.NotRecurring, Prorates: a.Prorates, Currency: a.Currency}
		made.rows = append(made.rows, []string{strconv.Itoa(a.ID), CSVCell(a.Name), strconv.Itoa(a.TypeID), CSVCell(a.TypeName),
			strconv.Itoa(a.CompanyID), CSVCell(a.CompanyName), strconv.Itoa(a.ParentID), a.Start.String(), a.End.String(),
			strconv.FormatBool(a.Cancelled), a.CancelledOn.String(), CSVCell(a.Status), a.BillStart.String(), a.NextInvoice.String(),
			CSVCell(a.Cycle.Name), strconv.Itoa(a.Cycle.PeriodsPerYear), strconv.FormatBool(!a.Cycle.NotRecurring),
			strconv.FormatBool(a.Prorates), CSVCell(a.Currency)})
	}
	made.list = list
	return made
}

// productExport has money as exact decimals, in the catalog's own currency.
type productExport struct {
	ID          int    `json:"id"`
	Identifier  string `json:"identifier"`
	Description string `json:"description"`
	Class       string `json:"class"`
	Inactive    bool   `json:"inactive"`
	Price       string `json:"price"`
	Cost        string `json:"cost"`
	Taxable     bool   `json:"taxable"`
	VendorSKU   string `json:"vendor_sku"`
	PartNumber  string `json:"part_number"`
}

// ExportProducts makes the export of the catalog.
func ExportProducts(products []billing.Product) Export {
	made := Export{name: "products", head: []string{"id", "identifier", "description", "class", "inactive", "price", "cost", "taxable", "vendor_sku", "part_number"}}
	list := make([]productExport, len(products))
	for i := range products {
		p := &products[i]
		list[i] = productExport{p.ID, p.Identifier, p.Description, p.Class, p.Inactive, moneyText(p.Price), moneyText(p.Cost), p.Taxable, p.VendorSKU, p.PartNumber}
		made.rows = append(made.rows, []string{strconv.Itoa(p.ID), CSVCell(p.Identifier), CSVCell(p.Description), CSVCell(p.Class), strconv.FormatBool(p.Inactive),
			moneyText(p.Price), moneyText(p.Cost), strconv.FormatBool(p.Taxable), CSVCell(p.VendorSKU), CSVCell(p.PartNumber)})
	}
	made.list = list
	return made
}

// additionExport has prices per unit and billing period, as exact decimals. Dates that are not there are empty.
type additionExport struct {
	ID           int    `json:"id"`
	CompanyID    int    `json:"company_id"`
	Company      string `json:"company"`
	AgreementID  int    `json:"agreement_id"`
	Agreement    string `json:"agreement"`
	Cycle        string `json:"cycle"`
	ProductID    int    `json:"product_id"`
	Product      string `json:"product"`
	Description  string `json:"description"`
	Quantity     string `json:"quantity"`
	LessIncluded string `json:"less_included"`
	UnitPrice    string `json:"unit_price"`
	UnitCost     string `json:"unit_cost"`
	Currency     string `json:"currency"`
	Bill         string `json:"bill"`
	Taxable      bool   `json:"taxable"`
	Effective    string `json:"effective"`
	Cancelled    string `json:"cancelled"`
}

// ExportAdditions makes the export of the additions of these agreements, by the agreement's id; in each agreement they are sorted by their own.
func ExportAdditions(agreements []billing.Agreement, additions map[int][]billing.Addition) Export {
	made := Export{name: "additions", head: []string{"id", "company_id", "company", "agreement_id", "agreement", "cycle", "product_id", "product", "description",
		"quantity", "less_included", "unit_price", "unit_cost", "currency", "bill", "taxable", "effective", "cancelled"}}
	list := []additionExport{}
	for i := range agreements {
		of := &agreements[i]
		lines := slices.SortedFunc(slices.Values(additions[of.ID]), func(a, b billing.Addition) int { return a.ID - b.ID })
		for j := range lines {
			a := &lines[j]
			list = append(list, additionExport{ID: a.ID, CompanyID: of.CompanyID, Company: of.CompanyName, AgreementID: of.ID, Agreement: of.Name, Cycle: of.Cycle.Name,
				ProductID: a.ProductID, Product: a.ProductIdentifier, Description: a.Description, Quantity: decimalText(a.Quantity),
				LessIncluded: decimalText(a.LessIncluded), UnitPrice: moneyText(a.UnitPrice), UnitCost: moneyText(a.UnitCost), Currency: of.Currency,
				Bill: string(a.Bill), Taxable: a.Taxable, Effective: a.Effective.String(), Cancelled: a.Cancelled.String()})
			made.rows = append(made.rows, []string{strconv.Itoa(a.ID), strconv.Itoa(of.CompanyID), CSVCell(of.CompanyName), strconv.Itoa(of.ID), CSVCell(of.Name),
				CSVCell(of.Cycle.Name), strconv.Itoa(a.ProductID), CSVCell(a.ProductIdentifier), CSVCell(a.Description), decimalText(a.Quantity),
				decimalText(a.LessIncluded), moneyText(a.UnitPrice), moneyText(a.UnitCost), CSVCell(of.Currency), CSVCell(string(a.Bill)),
				strconv.FormatBool(a.Taxable), a.Effective.String(), a.Cancelled.String()})
		}
	}
	made.list = list
	return made
}
