package ui

import (
	"bytes"
	"cmp"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"

	"cwsync/syncer/billing"
	"cwsync/ui/report"
	"cwsync/ui/theme"

	tea "charm.land/bubbletea/v2"
)

// exportPage asks for the names of the files that companies and agreements are written to.
type exportPage struct{ form form }

// exportKind is one of the files.
type exportKind struct {
	label, name string
	contacts    bool // are in it
	write       func(what exportContent) ([]byte, error)
}

// exportContent is what goes into the files.
type exportContent struct {
	companies  []billing.Company
	contacts   map[int]billing.Contact // by company
	agreements []billing.Agreement
}

var exportKinds = []exportKind{
	{"Companies CSV", "companies.csv", true, func(what exportContent) ([]byte, error) { return companiesCSV(what.companies, what.contacts) }},
	{"Companies JSON", "companies.json", true, func(what exportContent) ([]byte, error) { return companiesJSON(what.companies, what.contacts) }},
	{"Agreements CSV", "agreements.csv", false, func(what exportContent) ([]byte, error) { return agreementsCSV(what.agreements) }},
	{"Agreements JSON", "agreements.json", false, func(what exportContent) ([]byte, error) { return agreementsJSON(what.agreements) }},
}

// exportFile is a file that somebody asked for.
type exportFile struct {
	kind exportKind
	path string
}

// Messages of exporting.
type (
	// exportedMsg says which files were written, and why the one after them was not.
	exportedMsg struct {
		turn    int // which of the exports it is
		written []string
		left    []exportFile // not written, the one that failed first
		lacking error        // why companies were written without contacts
		err     error
	}
	// replaceMsg goes on, and replaces the file that is in the way.
	replaceMsg struct{ files []exportFile }
)

func (c *customersStep) openExport() tea.Cmd {
	switch {
	case c.desk.profile.WriteFile == nil:
		return send(noticeMsg{text: "this program cannot write files here", bad: true})
	case c.exporting:
		return send(noticeMsg{text: "the files are still being written"})
	case c.state.companies == nil || !c.refined:
		if len(c.failed) > 0 || c.halted {
			return send(noticeMsg{text: "not everything was read, so an export would lack something; r reads again", bad: true})
		}
		if c.state.typeID == 0 {
			return send(noticeMsg{text: "choose an agreement type first: t"})
		}
		return send(noticeMsg{text: "companies and agreements are still being read"})
	}
	page := &exportPage{form: form{button: "Write the files"}}
	for _, kind := range exportKinds {
		field := newField(kind.label, "not written", "The path of the file; empty: it is not written. A file that is there is not replaced unasked.")
		field.optional = true
		field.take(kind.name)
		page.form.fields = append(page.form.fields, field)
	}
	page.form.mark(len(page.form.fields), false)
	c.export, c.mode = page, modeExport
	return nil
}

func (c *customersStep) exportKey(msg tea.Msg) tea.Cmd {
	if !c.export.form.key(msg).pressed {
		return nil
	}
	var files []exportFile
	seen := map[string]bool{}
	for i, field := range c.export.form.fields {
		path := field.text()
		if path == "" {
			continue
		}
		if seen[path] {
			return send(noticeMsg{text: "two files cannot have one name: " + path, bad: true})
		}
		seen[path] = true
		files = append(files, exportFile{exportKinds[i], path})
	}
	if len(files) == 0 {
		return send(noticeMsg{text: "no file has a name, so nothing was written"})
	}
	c.mode = modeCustomers
	return c.write(files, false)
}

// write writes files in a command, one after the other, until one fails. Only the first of them may be replaced unasked.
func (c *customersStep) write(files []exportFile, replace bool) tea.Cmd {
	c.exporting = true
	c.exports++
	ctx, stop := context.WithCancel(c.desk.ctx)
	c.stopExport = stop
	writeFile, port := c.desk.profile.WriteFile, c.desk.site.Contacts
	what := exportContent{companies: c.desk.companies}
	for _, id := range slices.Sorted(maps.Keys(c.state.agreements)) {
		what.agreements = append(what.agreements, *c.state.agreements[id])
	}
	msg := exportedMsg{turn: c.exports}
	return func() tea.Msg {
		defer stop()
		if port != nil && slices.ContainsFunc(files, func(file exportFile) bool { return file.kind.contacts }) {
			if what.contacts, msg.lacking, msg.err = readContacts(ctx, port); msg.err != nil {
				msg.left = files
				return msg
			}
		}
		for i, file := range files {
			data, err := file.kind.write(what)
			if err == nil {
				err = ctx.Err()
			}
			if err == nil {
				err = writeFile(ctx, file.path, data, replace && i == 0)
			}
			if err != nil {
				msg.left, msg.err = files[i:], err
				return msg
			}
			msg.written = append(msg.written, file.path)
		}
		return msg
	}
}

// readContacts reads the contacts by company. Where they may not be read, lacking says why, and companies are exported without.
func readContacts(ctx context.Context, port Contacts) (contacts map[int]billing.Contact, lacking, err error) {
	list, err := port.Contacts(ctx)
	if billing.ClassOf(err) == billing.ClassPermission {
		return nil, err, nil
	}
	contacts = make(map[int]billing.Contact, len(list))
	for _, contact := range list {
		contacts[contact.CompanyID] = contact
	}
	return contacts, nil, err
}

func (c *customersStep) exported(msg exportedMsg) tea.Cmd {
	if msg.turn == c.exports {
		c.exporting = false
	}
	written := ""
	if len(msg.written) > 0 {
		written = "written: " + strings.Join(msg.written, ", ")
	}
	if msg.lacking != nil {
		text, _ := explain(msg.lacking)
		if failure, ok := errors.AsType[*billing.Failure](msg.lacking); ok && failure.Right != "" {
			text = failure.Right + " is missing"
		}
		written = "without contacts: " + text + "; " + written
	}
	switch {
	case msg.err == nil:
		return send(noticeMsg{text: written})
	case stopped(msg.err):
		return send(noticeMsg{text: "the export was stopped; " + cmp.Or(written, "no file was written")})
	case errors.Is(msg.err, fs.ErrExist):
		path := msg.left[0].path
		return send(askMsg{title: "Replace " + path + "?", yes: "replace it", then: send(replaceMsg{msg.left}),
			lines: []string{"A file of this name is there. No leaves it as it is, and writes no further file.", written}})
	}
	text, _ := explain(msg.err)
	said := "not written: " + text
	if written != "" {
		said = written + "; " + said
	}
	return send(noticeMsg{text: said, bad: true})
}

func (c *customersStep) exportView(width, height int) string {
	about := []string{
		"All " + report.Counted(len(c.desk.companies), "company", "companies") + ", hidden ones too, with the default contact of each, and all " +
			report.Counted(len(c.state.agreements), "agreement", "agreements") + " that were read.",
		"In CSV files, texts that a spreadsheet would take for a formula begin with '.",
	}
	head := "  " + c.desk.theme.Paint(theme.Accent, "Export for other programs")
	return head + "\n\n" + c.export.form.view(c.desk.theme, about, width, height-2)
}

// csvOf writes rows of text as a spreadsheet may open them. Numbers and dates of ours are given as they are, texts from outside as report.CSVCell
// makes them.
func csvOf(rows [][]string) ([]byte, error) {
	var out bytes.Buffer
	writer := csv.NewWriter(&out)
	writer.UseCRLF = true
	if err := writer.WriteAll(rows); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func jsonOf(value any) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(value); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func companiesCSV(companies []billing.Company, contacts map[int]billing.Contact) ([]byte, error) {
	rows := [][]string{{"id", "identifier", "name", "status", "types", "deleted", "hidden", "contact", "contact_email", "contact_phone"}}
	for i := range companies {
		one, contact := &companies[i], contacts[companies[i].ID]
		rows = append(rows, []string{strconv.Itoa(one.ID), report.CSVCell(one.Identifier), report.CSVCell(one.Name), report.CSVCell(one.Status),
			report.CSVCell(strings.Join(one.Types, ", ")), strconv.FormatBool(one.Deleted), strconv.FormatBool(hiddenWhy(one) != ""),
			report.CSVCell(contact.Name), report.CSVCell(contact.Email), report.CSVCell(contact.Phone)})
	}
	return csvOf(rows)
}

// companyExport is a company as it is exported.
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

// contactExport is the contact of a company as it is exported.
type contactExport struct {
	Name  string `json:"name"`
	Email string `json:"email"`
	Phone string `json:"phone"`
}

func companiesJSON(companies []billing.Company, contacts map[int]billing.Contact) ([]byte, error) {
	list := make([]companyExport, len(companies))
	for i := range companies {
		one := &companies[i]
		list[i] = companyExport{one.ID, one.Identifier, one.Name, one.Status, append([]string{}, one.Types...), one.Deleted, hiddenWhy(one) != "", nil}
		if contact, ok := contacts[one.ID]; ok {
			list[i].Contact = &contactExport{contact.Name, contact.Email, contact.Phone}
		}
	}
	return jsonOf(struct {
		Companies []companyExport `json:"companies"`
	}{list})
}

func agreementsCSV(agreements []billing.Agreement) ([]byte, error) {
	rows := [][]string{{"id", "name", "type_id", "type", "company_id", "company", "parent_id", "start", "end", "cancelled", "cancelled_on", "status",
		"bill_start", "next_invoice", "cycle", "periods_per_year", "recurring", "prorates", "currency"}}
	for i := range agreements {
		a := &agreements[i]
		rows = append(rows, []string{strconv.Itoa(a.ID), report.CSVCell(a.Name), strconv.Itoa(a.TypeID), report.CSVCell(a.TypeName),
			strconv.Itoa(a.CompanyID), report.CSVCell(a.CompanyName), strconv.Itoa(a.ParentID), a.Start.String(), a.End.String(),
			strconv.FormatBool(a.Cancelled), a.CancelledOn.String(), report.CSVCell(a.Status), a.BillStart.String(), a.NextInvoice.String(),
			report.CSVCell(a.Cycle.Name), strconv.Itoa(a.Cycle.PeriodsPerYear), strconv.FormatBool(!a.Cycle.NotRecurring),
			strconv.FormatBool(a.Prorates), report.CSVCell(a.Currency)})
	}
	return csvOf(rows)
}

// agreementExport is an agreement as it is exported. Dates that are not there are empty.
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

func agreementsJSON(agreements []billing.Agreement) ([]byte, error) {
	list := make([]agreementExport, len(agreements))
	for i := range agreements {
		a := &agreements[i]
		list[i] = agreementExport{ID: a.ID, Name: a.Name, TypeID: a.TypeID, Type: a.TypeName, CompanyID: a.CompanyID, Company: a.CompanyName,
			ParentID: a.ParentID, Start: a.Start.String(), End: a.End.String(), Cancelled: a.Cancelled, CancelledOn: a.CancelledOn.String(),
			Status: a.Status, BillStart: a.BillStart.String(), NextInvoice: a.NextInvoice.String(), Cycle: a.Cycle.Name,
			PeriodsPerYear: a.Cycle.PeriodsPerYear, Recurring: !a.Cycle.NotRecurring, Prorates: a.Prorates, Currency: a.Currency}
	}
	return jsonOf(struct {
		Agreements []agreementExport `json:"agreements"`
	}{list})
}
