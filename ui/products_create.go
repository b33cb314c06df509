package ui

import (
	"context"
	"errors"
	"slices"

	"cwsync/syncer/billing"

	tea "charm.land/bubbletea/v2"
)

// readTables reads what a new product needs to say.
func (p *products) readTables(service string) tea.Cmd {
	if p.desk.site == nil {
		return send(noticeMsg{text: "there is no connection yet: connect first", bad: true})
	}
	if !p.state.known() {
		return send(noticeMsg{text: "the catalog is not read yet: r reads it", bad: true})
	}
	p.busy = "reading ConnectWise's tables"
	p.asked++
	ctx, catalog, asked := p.work, p.desk.site.Catalog, p.asked
	return func() tea.Msg {
		tables, err := catalog.ProductTables(ctx)
		return tablesMsg{asked, service, tables, err}
	}
}

// openDraft opens the form of a new product, unless somebody went elsewhere meanwhile.
func (p *products) openDraft(msg tablesMsg) tea.Cmd {
	if msg.asked != p.asked || p.busy == "" {
		return nil
	}
	p.busy = ""
	if msg.err != nil {
		return noticeOf(msg.err)
	}
	if p.state.service(msg.service) == nil {
		return nil
	}
	p.draft = p.state.draft(msg.service, msg.tables, p.desk.document.Defaults)
	p.form, p.formOf = newSettingsForm(p.desk.ctx, "Create it"), msg.service
	return nil
}

// askCreate asks before ConnectWise is written to.
func (p *products) askCreate() tea.Cmd {
	product, err := p.draft.product()
	if err != nil {
		return send(noticeMsg{text: err.Error(), bad: true})
	}
	service := p.formOf
	lines := append([]string{"This writes to ConnectWise: a new product, mapped to " + p.state.nameOf(service) + "."}, p.draft.summary()...)
	return send(askMsg{title: "Create " + product.Identifier + " in ConnectWise?", lines: lines, yes: "create it", then: send(createMsg{service, product})})
}

// create writes the product. Stopping it keeps it from being sent; what is on its way already goes on to its end, which created tells of.
func (p *products) create(service string, product billing.NewProduct) tea.Cmd {
	if p.creating {
		return nil
	}
	p.creating = true
	ctx, stop := context.WithCancel(p.desk.ctx)
	p.asked++
	p.stopCreate = stop
	catalog, list := p.desk.site.Catalog, p.state.products
	msg := createdMsg{asked: p.asked, readings: p.readings, service: service, product: billing.Product{Identifier: product.Identifier}}
	return func() tea.Msg {
		defer stop()
		created, err := catalog.CreateProduct(ctx, product)
		if msg.err = err; err == nil {
			msg.product, msg.index = created, newCatalogIndex(append(slices.Clip(list), created))
		}
		return msg
	}
}

// created maps the new product to its service. What was created although somebody stopped it is listed, and not mapped.
func (p *products) created(msg createdMsg) tea.Cmd {
	waited := p.creating && msg.asked == p.asked
	if waited {
		p.creating = false
	}
	failure, ok := errors.AsType[*billing.Failure](msg.err)
	switch {
	case ok && failure.Unknown:
		text := "nobody knows whether " + msg.product.Identifier + " was created: look for it in the catalog, which is read again, before you create it anew"
		return tea.Batch(p.load(), send(noticeMsg{text: text, bad: true}))
	case stopped(msg.err):
		return send(noticeMsg{text: "stopped: " + msg.product.Identifier + " was not created"})
	case msg.err != nil:
		return noticeOf(msg.err)
	}
	cmd := p.load
	if msg.readings == p.readings {
		cmd = func() tea.Cmd { return p.takeCatalog(msg.index) }
	}
	if !waited {
		said := noticeMsg{text: msg.product.Identifier + " was created all the same: it was on its way already. It is in the catalog, and not mapped"}
		return tea.Batch(cmd(), send(said))
	}
	p.form, p.draft = nil, nil
	took := cmd()
	if p.state.service(msg.service) == nil {
		return took
	}
	said := noticeMsg{text: msg.product.Identifier + " is created, and mapped to " + p.state.nameOf(msg.service)}
	return tea.Batch(took, p.assign(msg.service, msg.product.ID, billing.MergeNone), send(said))
}

// noticeOf tells an error and what to do about it; one that somebody asked for, by stopping, is none.
func noticeOf(err error) tea.Cmd {
	if stopped(err) {
		return nil
	}
	text, hint := explain(err)
	if hint != "" {
		text += ": " + hint
	}
	return send(noticeMsg{text: text, bad: true})
}

// stopped reports whether an error is only that somebody stopped the work.
func stopped(err error) bool {
	return errors.Is(err, context.Canceled) || billing.ClassOf(err) == billing.ClassCancelled
}
