package ui

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"maps"
	"slices"
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
	{"Companies CSV", "companies.csv", true, func(what exportContent) ([]byte, error) { return what.ofCompanies().CSV() }},
	{"Companies JSON", "companies.json", true, func(what exportContent) ([]byte, error) { return what.ofCompanies().JSON() }},
	{"Agreements CSV", "agreements.csv", false, func(what exportContent) ([]byte, error) { return report.ExportAgreements(what.agreements).CSV() }},
	{"Agreements JSON", "agreements.json", false, func(what exportContent) ([]byte, error) { return report.ExportAgreements(what.agreements).JSON() }},
}

func (e exportContent) ofCompanies() report.Export {
	return report.ExportCompanies(e.companies, e.contacts)
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
