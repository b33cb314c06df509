package ui

import (
	"context"
	"errors"
	"fmt"

	"cwsync/syncer/billing"

	tea "charm.land/bubbletea/v2"
)

// readTables reads what may be said of a new product.
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
	p.draft = p.state.draft(msg.service, msg.tables, p.desk.document)
	p.form, p.formOf = newSettingsForm(p.desk.ctx, "Take it"), msg.service
	return nil
}

// takeDraft maps the service to the product that is to be created: an edit of the set-up, and nothing else. Where the catalog has the product already
// it offers that one.
func (p *products) takeDraft() tea.Cmd {
	service, identifier := p.state.service(p.formOf), p.draft.values["identifier"]
	if service == nil {
		return nil
	}
	if product := p.state.alike(identifier); product != nil {
		if why := unfit(product); why != "" {
			return send(noticeMsg{text: why, bad: true})
		}
		return send(askMsg{
			title: fmt.Sprintf("Map %s to %s?", serviceName(service), product.Identifier),
			lines: []string{product.Identifier + " is in the catalog already: " + product.Description + ". ConnectWise has each identifier once, in whatever letter case."},
			yes:   "map it", then: send(wantMsg{service.ID, target{product: product.ID}}),
		})
	}
	if _, err := p.draft.defaults(); err != nil {
		return send(noticeMsg{text: err.Error(), bad: true})
	}
	return p.want(service, target{fresh: identifier})
}

// tookDraft puts the draft's defaults into the set-up, when its product was taken, and says what that means.
func (p *products) tookDraft(to target) tea.Cmd {
	draft := p.draft
	p.form, p.draft = nil, nil
	if draft == nil || to.product != 0 {
		return nil
	}
	defaults, err := draft.defaults()
	if err != nil {
		return send(noticeMsg{text: err.Error(), bad: true})
	}
	p.desk.document.Defaults = defaults
	return send(noticeMsg{text: to.fresh + " is new: Review shows it, the next sync creates it"})
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
