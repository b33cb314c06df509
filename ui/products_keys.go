package ui

import (
	"fmt"

	"cwsync/syncer/billing"
	"cwsync/ui/report"

	tea "charm.land/bubbletea/v2"
)

// sharing asks how two services become one line of a product.
type sharing struct {
	service string
	to      target
	lines   []string // what there is to know
	at      int      // of mergeChoices
}

// mergeChoices are the answers, the safe one first.
func mergeChoices() []settingChoice {
	return []settingChoice{
		{value: "", label: "cancel: choose another product"},
		{value: string(billing.MergeSum), label: "add their counts"},
		{value: string(billing.MergeMax), label: "bill the largest count"},
	}
}

// What comes of questions.
type (
	wantMsg struct { // a service is to be mapped, after what has to be asked
		service string
		to      target
	}
	assignMsg struct { // a deprecated service is mapped all the same
		service string
		to      target
	}
	acceptMsg struct{ offers []offer }
)

func (p *products) key(msg tea.Msg) tea.Cmd {
	press, isKey := msg.(tea.KeyPressMsg)
	switch {
	case p.busy != "":
		return nil
	case p.state.source == nil:
		if isKey && press.String() == "enter" {
			return send(gotoMsg{placeUsage})
		}
		return nil
	case p.sharing != nil:
		if isKey {
			return p.share(press.String())
		}
		return nil
	case p.form != nil:
		return p.formKey(msg)
	case p.inCatalog:
		return p.catalogKey(msg)
	case isKey:
		return p.serviceKey(press)
	}
	return nil
}

// serviceKey takes a key while the services have the keys.
func (p *products) serviceKey(press tea.KeyPressMsg) tea.Cmd {
	service := p.marked()
	switch press.String() {
	case "tab":
		p.inCatalog = true
		return p.favour()
	case "r":
		return p.load()
	case "g":
		return p.goOn()
	case "A":
		return p.askAll()
	}
	if service == nil {
		_, cmd := p.services.key(press)
		return cmd
	}
	switch press.String() {
	case "enter":
		p.inCatalog = true
		p.markProduct(service)
		return p.favour()
	case "/":
		p.inCatalog = true
		p.catalog.search()
		return p.favour()
	case "space":
		p.state.toggle(service.ID)
		return p.desk.save()
	case "x":
		return p.unassign(service)
	case "a":
		return p.acceptMarked(service)
	case "e":
		p.form, p.formOf = newSettingsForm(p.desk.ctx, "Done"), service.ID
	case "n":
		return p.readTables(service.ID)
	default:
		_, cmd := p.services.key(press)
		return cmd
	}
	return nil
}

// favour lets searches list what is suggested for the marked service before others that are just as good.
func (p *products) favour() tea.Cmd {
	if service := p.marked(); service != nil {
		if one, ok := p.state.offer(service.ID); ok {
			return p.catalog.favour(one.product)
		}
	}
	return p.catalog.favour(0)
}

// markProduct marks the product of a service, or the one that is suggested, in the catalog.
func (p *products) markProduct(service *billing.Service) {
	if product := p.state.product(service.Product); product != nil {
		p.catalog.mark(product.ID)
	} else if one, ok := p.state.offer(service.ID); ok {
		p.catalog.mark(one.product)
	}
}

// catalogKey takes a key or a paste while the catalog has the keys.
func (p *products) catalogKey(msg tea.Msg) tea.Cmd {
	press, isKey := msg.(tea.KeyPressMsg)
	name := ""
	if isKey {
		name = press.String()
	}
	switch {
	case name == "enter":
		return p.choose()
	case name == "tab":
		p.inCatalog, p.catalog.typing = false, false
		return nil
	case name == "r" && !p.catalog.typing:
		return p.load()
	case name == "n" && !p.catalog.typing && p.marked() != nil:
		return p.readTables(p.marked().ID)
	}
	_, cmd := p.catalog.key(msg)
	return cmd
}

// choose assigns the marked product to the marked service, after what has to be asked.
func (p *products) choose() tea.Cmd {
	service := p.marked()
	at, ok := p.catalog.at()
	if service == nil || !ok {
		return nil
	}
	return p.want(service, target{product: p.state.products[at].ID})
}

// want maps a service to a target, after what has to be asked.
func (p *products) want(service *billing.Service, to target) tea.Cmd {
	if service == nil {
		return nil
	}
	a := p.state.look(service.ID, to)
	switch {
	case a.refused != "":
		return send(noticeMsg{text: a.refused, bad: true})
	case a.deprecated && (service.Product.IsZero() || p.state.targetOf(service).key() != to.key()):
		return send(askMsg{
			title: fmt.Sprintf("Map %s although it is deprecated?", serviceName(service)),
			lines: []string{"The vendor sells it no more. It would be billed as " + p.state.shown(to) + " from the next sync on, for as long as there is usage."},
			yes:   "map it", then: send(assignMsg{service.ID, to}),
		})
	}
	return p.confirmed(assignMsg{service.ID, to})
}

// confirmed goes on with a product, and asks how to merge it where another service has it.
func (p *products) confirmed(msg assignMsg) tea.Cmd {
	service := p.state.service(msg.service)
	a := p.state.look(msg.service, msg.to)
	if service == nil || a.refused != "" || len(a.sharers) == 0 {
		return p.assign(msg.service, msg.to, billing.MergeNone)
	}
	p.sharing = &sharing{service: msg.service, to: msg.to, lines: []string{
		fmt.Sprintf("%s has %s already. Two services can share a product of one agreement only when it is said how they become one line.", joinAnd(a.sharers), p.state.shown(msg.to)),
		fmt.Sprintf("%s is then counted by the rules of %s: dividing, included units, minimum and rounding.", serviceName(service), a.sharers[0]),
	}}
	return nil
}

// share takes a key while it is asked how to merge.
func (p *products) share(name string) tea.Cmd {
	choices := mergeChoices()
	switch name {
	case "up":
		p.sharing.at = max(p.sharing.at-1, 0)
	case "down":
		p.sharing.at = min(p.sharing.at+1, len(choices)-1)
	case "enter":
		asked := p.sharing
		p.sharing = nil
		if merge := choices[asked.at].value; merge != "" {
			return p.assign(asked.service, asked.to, billing.Merge(merge))
		}
	}
	return nil
}

// assign maps a service and goes back to the services.
func (p *products) assign(service string, to target, merge billing.Merge) tea.Cmd {
	if err := p.state.assign(service, to, merge); err != nil {
		return send(noticeMsg{text: err.Error(), bad: true})
	}
	p.inCatalog, p.catalog.typing = false, false
	p.catalog.ask("")
	took := p.tookDraft(to) // before it is saved: it may change the defaults
	return tea.Batch(p.desk.save(), took)
}

func (p *products) unassign(service *billing.Service) tea.Cmd {
	before := refText(service.Product)
	if !p.state.unassign(service.ID) {
		return send(noticeMsg{text: serviceName(service) + " has no product"})
	}
	return tea.Batch(p.desk.save(), p.suggest(), send(noticeMsg{text: serviceName(service) + " is not billed as " + before + " any more"}))
}

// acceptMarked takes the suggestion for the marked service over; for a deprecated one it asks.
func (p *products) acceptMarked(service *billing.Service) tea.Cmd {
	one, ok := p.state.offer(service.ID)
	switch {
	case !ok:
		return send(noticeMsg{text: "nothing is suggested for " + serviceName(service)})
	case service.Deprecated:
		p.catalog.ask("")
		p.catalog.mark(one.product)
		return p.choose()
	}
	return p.accept([]offer{one})
}

// askAll lists all suggestions and asks.
func (p *products) askAll() tea.Cmd {
	offers := p.state.offers()
	if len(offers) == 0 {
		return send(noticeMsg{text: "nothing is suggested"})
	}
	const most = 10
	var lines []string
	for i, one := range offers {
		if i == most {
			lines = append(lines, "and "+report.Counted(len(offers)-most, "more", "more"))
			break
		}
		lines = append(lines, fmt.Sprintf("%s: %s (%s)", one.name, one.identifier, one.summary))
	}
	count := report.Counted(len(offers), "suggestion", "suggestions")
	return send(askMsg{title: "Accept " + count + "?", lines: lines, yes: "accept " + count, then: send(acceptMsg{offers})})
}

func (p *products) accept(offers []offer) tea.Cmd {
	accepted, err := p.state.accept(offers)
	notice := noticeMsg{text: report.Counted(accepted, "service is mapped now", "services are mapped now")}
	if p.state.complete() != "" {
		notice.next = goesOn
	}
	if err != nil {
		notice = noticeMsg{text: err.Error(), bad: true}
	}
	return tea.Batch(p.desk.save(), send(notice))
}

// goOn leaves for the next step, and asks where something would not be billed.
func (p *products) goOn() tea.Cmd {
	if unbilled := p.state.unbilled(); unbilled != "" {
		return send(askMsg{title: "Go on?", lines: []string{unbilled + ".", "You can come back at any time."}, yes: "go on", then: send(nextMsg{})})
	}
	return send(nextMsg{})
}

// settings are those of the form that is open.
func (p *products) settings() []setting {
	if p.draft != nil {
		return p.draft.settings()
	}
	return p.state.settings(p.formOf)
}

// formKey takes a key or a paste while a form is open.
func (p *products) formKey(msg tea.Msg) tea.Cmd {
	event, cmd := p.form.key(p.settings(), msg)
	switch {
	case event.pressed && p.draft != nil:
		return p.takeDraft()
	case event.pressed:
		p.form = nil
	case event.name == "":
	case p.draft != nil:
		p.draft.set(event.name, event.value)
	default:
		err := p.state.set(p.formOf, event.name, event.value)
		p.form.refuse(event.name, event.value, err)
		if err == nil {
			cmd = tea.Batch(cmd, p.desk.save(), p.list())
		}
	}
	return cmd
}
