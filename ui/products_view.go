package ui

import (
	"strings"

	"cwsync/syncer/billing"
	"cwsync/ui/report"
	"cwsync/ui/theme"

	"github.com/charmbracelet/x/ansi"
)

// Widths in cells.
const (
	bothPanes    = 100 // from here on services and products stand side by side
	widestLabel  = 26  // of a service's name
	widestAmount = 16  // of a count with its unit
	widestPrice  = 12
	widestIdent  = 20 // of a product's identifier
)

func (p *products) view(width, height int) string {
	t := p.desk.theme
	p.width = width
	width-- // the rules of the frame end there
	switch {
	case p.state == nil || p.state.source == nil:
		lines := append([]string{""}, paragraph(t, theme.Normal, "", "There is no source of usage yet. Choose one first: what it lists is what products are for.", width)...)
		return strings.Join(append(lines, "", "  "+t.Paint(theme.Accent, "▸ Choose the usage")), "\n")
	case p.sharing != nil:
		return p.sharingView(width, height)
	case p.form != nil:
		return p.formView(width, height)
	case p.width >= bothPanes:
		left := (width - 3) / 2
		return beside(t, p.servicesView(left, height), p.catalogView(width-left-3, height), left, height)
	case p.inCatalog:
		return p.catalogView(width, height)
	}
	return p.servicesView(width, height)
}

// beside puts two panes side by side, with a line between them.
func beside(t theme.Theme, left, right string, width, height int) string {
	lefts, rights := strings.Split(left, "\n"), strings.Split(right, "\n")
	lines := make([]string, height)
	for i := range lines {
		var one, other string
		if i < len(lefts) {
			one = lefts[i]
		}
		if i < len(rights) {
			other = rights[i]
		}
		lines[i] = one + strings.Repeat(" ", max(width-ansi.StringWidth(one), 0)) + " " + t.Paint(theme.Dim, "│") + " " + other
	}
	return strings.Join(lines, "\n")
}

// heading is a line with something on its right.
func heading(t theme.Theme, left, right string, active bool, width int) string {
	role := theme.Normal
	if active {
		role = theme.Accent
	}
	room := width - 2
	right = report.Shorten(right, room)
	left = report.Shorten(left, max(room-report.Cells(right)-2, 0))
	return "  " + t.Paint(role, report.PadRight(left, room-report.Cells(right))) + t.Paint(theme.Dim, right)
}

// servicesView is the pane of the services: heading, list, and below it what there is to know of the marked one.
func (p *products) servicesView(width, height int) string {
	t := p.desk.theme
	done, all := p.state.mapped()
	head := heading(t, "Services of "+report.Plain(p.state.source.Name), report.Count(done)+" of "+report.Count(all)+" mapped", !p.inCatalog, width)
	if all == 0 {
		said := paragraph(t, theme.Dim, "", "The usage lists no services yet. Read it first: esc goes back to it.", width)
		return head + "\n" + strings.Join(said, "\n")
	}
	below := p.about(width)
	if len(below) > height/3 {
		below = below[:height/3]
	}
	rows := p.state.services()
	byPlace := make(map[int]serviceRow, len(rows))
	var names, counts, identifiers int
	for _, row := range rows {
		byPlace[row.at] = row
		names = max(names, min(report.Cells(report.Plain(row.name)), widestLabel))
		counts = max(counts, min(report.Cells(report.Plain(row.count)), widestAmount))
		if row.mark == serviceMapped && row.created == "" {
			identifiers = max(identifiers, min(report.Cells(report.Plain(row.product)), widestIdent))
		}
	}
	names = min(names, width/3)
	list := p.services.view(t, width, height-1-len(below), func(at int, marked bool) string {
		return serviceLine(t, byPlace[p.services.rows[at].key], marked, serviceColumns{names, counts, min(identifiers, width/4), width})
	})
	lines := append([]string{head}, strings.Split(list, "\n")...)
	for len(lines) < height-len(below) {
		lines = append(lines, "")
	}
	return strings.Join(append(lines, below...), "\n")
}

// serviceColumns are the widths of the parts of a service's line, and of all of it, in cells.
type serviceColumns struct{ names, counts, identifiers, width int }

// serviceLine is one service in one line.
func serviceLine(t theme.Theme, row serviceRow, marked bool, columns serviceColumns) string {
	names, counts, width := columns.names, columns.counts, columns.width
	sign, role := serviceSign(row)
	pointer, nameRole := "  ", theme.Normal
	if marked {
		pointer, nameRole = "▸ ", theme.Accent
	}
	name := report.PadRight(report.Shorten(report.Plain(row.name), names), names)
	count := ""
	if counts > 0 {
		count = "  " + report.PadLeft(report.Shorten(report.Plain(row.count), counts), counts)
	}
	room := max(width-4-names-report.Cells(count)-2, 0)
	text, textRole := serviceText(row, columns.identifiers)
	return t.Paint(theme.Accent, pointer) + t.Paint(role, sign) + " " + t.Paint(nameRole, name) + count + "  " + t.Paint(textRole, report.Shorten(text, room))
}

func serviceSign(row serviceRow) (string, theme.Role) {
	switch {
	case row.mark == serviceOff:
		return theme.SignSkipped, theme.Dim
	case row.mark == serviceTrouble, row.deprecated:
		return theme.SignHeld, theme.Attention
	case row.mark == serviceMapped:
		return theme.SignDone, theme.Done
	case row.mark == serviceSuggested:
		return theme.SignUnknown, theme.Attention
	}
	return theme.SignSkipped, theme.Dim
}

// serviceText is what stands behind a service; the identifier of its product fills so many cells.
func serviceText(row serviceRow, identifiers int) (string, theme.Role) {
	product := report.Plain(row.product)
	if row.created != "" {
		product = "new: " + product + ", " + row.created
	}
	if row.description != "" {
		product = report.PadRight(product, identifiers)
		product += "  " + report.Plain(row.description)
	}
	var text string
	role := theme.Dim
	switch {
	case row.mark == serviceTrouble:
		text, role = report.Plain(row.why), theme.Attention
	case product != "":
		text, role = product, theme.Normal
	case row.suggestion != nil:
		text, role = "suggest: "+report.Plain(row.suggestion.Identifier)+" ("+score(row.suggestion.Score)+")", theme.Normal
	default:
		text = "not assigned"
	}
	switch {
	case row.mark == serviceOff:
		return "off: " + text, theme.Dim
	case row.deprecated:
		return "deprecated: " + text, theme.Dim
	}
	return text, role
}

// about is what there is to know of the marked service.
func (p *products) about(width int) []string {
	t := p.desk.theme
	row, ok := p.markedRow()
	if !ok {
		return nil
	}
	lines := []string{""}
	switch {
	case p.failed != nil:
		text, hint := explain(p.failed)
		lines = append(lines, paragraph(t, theme.Wrong, theme.SignWrong+" ", "The catalog could not be read: "+text, width)...)
		if hint != "" {
			lines = append(lines, paragraph(t, theme.Dim, "", hint, width)...)
		}
	case row.mark == serviceTrouble:
		lines = append(lines, paragraph(t, theme.Attention, theme.SignHeld+" ", row.why, width)...)
	case row.suggestion != nil:
		if report.Cells(p.status()) > p.width-3 { // what the status line cuts off
			lines = append(lines, paragraph(t, theme.Normal, theme.SignUnknown+" ", row.why, width)...)
		}
	case row.product != "":
		lines = append(lines, paragraph(t, theme.Dim, "", p.rules(p.marked()), width)...)
	case row.why != "":
		lines = append(lines, paragraph(t, theme.Dim, "", row.why, width)...)
	}
	unbilled := p.state.unbilled()
	if unbilled != "" && (row.suggestion != nil || report.Cells(unbilled) > p.width-3) {
		lines = append(lines, paragraph(t, theme.Dim, theme.SignHeld+" ", unbilled, width)...)
	}
	return lines
}

// rules says in one line how a mapped service is billed.
func (p *products) rules(service *billing.Service) string {
	var parts []string
	if product := p.state.product(service.Product); product != nil {
		parts = append(parts, "catalog price "+report.Price(product.Price, ""))
	} else if created := p.state.created(service); created != "" {
		defaults := p.desk.document.Defaults
		parts = append(parts, created+" from the defaults "+strings.Join([]string{defaults.ProductClass, defaults.ProductType, defaults.Category, defaults.Subcategory, defaults.Unit}, ", "))
	}
	for _, one := range p.state.settings(service.ID) {
		if at := one.chosen(); at > 0 && one.name != "deprecated" || at < 0 && one.value != "" && one.value != neutral(one.name) {
			text := one.value
			if at > 0 {
				text = one.choices[at].shown()
			}
			parts = append(parts, strings.ToLower(one.label)+" "+text)
		}
	}
	return strings.Join(parts, "  ·  ")
}

// neutral is the value of a number that changes nothing.
func neutral(name string) string {
	if name == "divide_by" {
		return "1"
	}
	return "0"
}

// catalogView is the pane of the products.
func (p *products) catalogView(width, height int) string {
	t := p.desk.theme
	count := ""
	if p.state.known() {
		count = report.Count(len(p.state.products))
	}
	title := "Products in ConnectWise"
	if service := p.marked(); service != nil && p.inCatalog {
		title = "Product for " + report.Plain(serviceName(service))
	}
	head := heading(t, title, count, p.inCatalog, width)
	if said := p.catalogSaid(); said != "" {
		return head + "\n" + strings.Join(paragraph(t, theme.Dim, "", said, width), "\n")
	}
	identifiers := min(p.state.widest, widestIdent, width/3)
	service := p.marked()
	return head + "\n" + p.catalog.view(t, width+1, height-1, func(at int, marked bool) string {
		return p.productLine(&p.state.products[at], service, marked && p.inCatalog, identifiers, width)
	})
}

// catalogSaid is what stands there instead of products; empty when they are there.
func (p *products) catalogSaid() string {
	switch {
	case p.state.known() && len(p.state.products) > 0:
		return ""
	case p.reading:
		return "reading the catalog " + theme.Ellipsis
	case p.failed != nil:
		return "not read; r tries again"
	case p.desk.site == nil:
		return "not read: there is no connection yet"
	case !p.state.known():
		return "not read yet; r reads it"
	}
	return "ConnectWise's catalog is empty; n names a new product"
}

// productLine is one product of the catalog in width cells.
func (p *products) productLine(product *billing.Product, service *billing.Service, marked bool, identifiers, width int) string {
	t := p.desk.theme
	sign, role := " ", theme.Normal
	price, said := report.Price(product.Price, ""), ""
	if owners := p.state.owned()[target{product: product.ID}]; len(owners) > 0 {
		sign, role = theme.SignHeld, theme.Attention
		said = "taken: " + report.Plain(p.state.nameOf(owners[0]))
		if service != nil && p.state.product(service.Product) == product {
			sign, role, said = theme.SignDone, theme.Done, ""
		}
	} else if service != nil {
		if choice, _ := p.state.suggestion(service); choice != nil && choice.Product == product.ID {
			sign, role = theme.SignUnknown, theme.Attention
		}
	}
	pointer, textRole := "  ", theme.Normal
	switch {
	case product.Class == billing.BundleClass:
		sign, role, price, textRole = theme.SignWrong, theme.Dim, "bundle", theme.Dim
	case product.Inactive:
		sign, role, price, textRole = theme.SignWrong, theme.Dim, "inactive", theme.Dim
	}
	if marked {
		pointer, textRole = "▸ ", theme.Accent
	}
	identifier := report.PadRight(report.Shorten(report.Plain(product.Identifier), identifiers), identifiers)
	prices := min(max(p.state.dearest, len("inactive")), widestPrice)
	price = report.PadLeft(report.Shorten(price, prices), prices)
	room := max(width-4-identifiers-2-2-prices, 0)
	if said != "" {
		said = "  " + report.Shorten(said, max(room/2, 1))
	}
	description := report.Shorten(report.Plain(product.Description), max(room-report.Cells(said), 1))
	fill := strings.Repeat(" ", max(room-report.Cells(description)-report.Cells(said), 0))
	return t.Paint(theme.Accent, pointer) + t.Paint(role, sign) + " " + t.Paint(textRole, identifier) + "  " + description + t.Paint(theme.Dim, said) + fill + "  " + t.Paint(theme.Dim, price)
}

func (p *products) formView(width, height int) string {
	t := p.desk.theme
	if p.draft != nil {
		return p.draftView(width, height)
	}
	about := []string{"Everything is saved as it is changed."}
	return heading(t, "How "+report.Plain(p.state.nameOf(p.formOf))+" is billed", "", true, width) + "\n\n" + p.form.view(t, p.settings(), about, width, height-2)
}

// draftView is the form of a new product: what is chosen, and before it what comes of the usage.
func (p *products) draftView(width, height int) string {
	t := p.desk.theme
	lines := []string{heading(t, "New product for "+report.Plain(p.state.nameOf(p.formOf)), "", true, width)}
	about := []string{"This changes the set-up alone, its defaults for all new products. Review shows the product first."}
	blank := height > 16 // what is said of a line must not cover lines
	if blank {
		lines = append(lines, "")
	}
	lines = append(lines, paragraph(t, theme.Dim, "", p.draft.about(), width)...)
	if blank {
		lines = append(lines, "")
	}
	return strings.Join(append(lines, p.form.view(t, p.settings(), about, width, height-len(lines))), "\n")
}

// sharingView asks how two services become one line.
func (p *products) sharingView(width, height int) string {
	t := p.desk.theme
	lines := []string{heading(t, "This product is taken", "", true, width), ""}
	for _, text := range p.sharing.lines {
		lines = append(lines, paragraph(t, theme.Normal, "", text, width)...)
	}
	lines = append(lines, "")
	for i, choice := range mergeChoices() {
		text := report.Shorten(choice.shown(), width-6)
		if i == p.sharing.at {
			lines = append(lines, "  "+t.Paint(theme.Accent, "▸ "+text))
		} else {
			lines = append(lines, "    "+text)
		}
	}
	return strings.Join(lines[:min(len(lines), height)], "\n")
}
