package plan

import "github.com/shopspring/decimal"

// describe fills in who and what a row is about.
func (b *builder) describe(l *line) {
	change := &l.change
	change.Key = l.key
	change.Customer, change.Service = Named{ID: l.key.Customer}, Named{ID: l.key.Service}
	if l.customer != nil {
		change.Customer.Name = l.customer.Name
		change.Company.ID, change.Agreement.ID = l.customer.Company, l.customer.Agreement
	}
	if l.service != nil {
		change.Service.Name = l.service.Name
		change.Product = Product{ID: l.service.Product.ID, Identifier: l.service.Product.Identifier}
	}
	if l.usage != nil {
		if l.usage.CustomerName != "" {
			change.Customer.Name = l.usage.CustomerName
		}
		if change.Service.Name == "" {
			change.Service.Name = l.usage.ServiceName
		}
	}
	if l.product != nil {
		change.Product = Product{ID: l.product.ID, Identifier: l.product.Identifier}
	}
	if agreement, ok := b.current.Agreements[change.Agreement.ID]; ok {
		change.Agreement.Name = agreement.Name
		if agreement.CompanyID == change.Company.ID {
			change.Company.Name = agreement.CompanyName
		}
	}
}

// showOwned names the addition of ours on a row that does not change it.
func (b *builder) showOwned(l *line, g *group) {
	if g.owned == nil || l.change.Addition.ID != 0 {
		return
	}
	l.change.Addition = Addition{ID: g.owned.AdditionID}
	if addition := b.additions[g.owned.AdditionID]; addition != nil {
		l.change.Addition.Version = addition.Version
		l.change.Quantity = set(addition.Quantity)
	}
	if l.change.Agreement.ID == 0 {
		l.change.Agreement.ID = g.owned.AgreementID
		if agreement, ok := b.current.Agreements[g.owned.AgreementID]; ok {
			l.change.Agreement.Name = agreement.Name
			l.change.Company = Numbered{agreement.CompanyID, agreement.CompanyName}
		}
	}
	if l.change.Product == (Product{}) {
		l.change.Product.ID = g.owned.ProductID
	}
}

// holdSource holds everything that a source would change when the source as a whole is not to be trusted.
func (b *builder) holdSource(s *sourceState) {
	if s.held == "" && !s.usage.NotRead && s.rules.Sync {
		s.held, s.problem = b.sourceGuard(s)
	}
	if s.held == "" {
		return
	}
	for _, l := range s.lines {
		change := &l.change
		if !l.inScope || change.Action == Hold || (!change.Action.Writes() && !change.Adopts && len(change.Releases) == 0) {
			continue
		}
		change.hold(s.held, s.problem)
		change.Accepted = false
	}
}

// sourceGuard finds the first guard of whole sources that nobody accepted.
func (b *builder) sourceGuard(s *sourceState) (Code, string) {
	if why := stale(b.policy, &s.usage.Usage); why != "" && !b.accept.source(s.name, UsageStale) {
		return UsageStale, why
	}
	billedBefore, gone := b.countMissing(s)
	if why := missingShare(&b.policy.Guards, billedBefore, gone); why != "" && !b.accept.source(s.name, MissingShare) {
		return MissingShare, why
	}
	delta := map[string]decimal.Decimal{}
	for _, l := range s.lines {
		if l.inScope && l.change.Action.Writes() {
			delta[l.change.Currency] = delta[l.change.Currency].Add(l.change.MonthlyDelta)
		}
	}
	if why := moves(&b.policy.Guards, delta); why != "" && !b.accept.source(s.name, MaxMonthlyDelta) {
		return MaxMonthlyDelta, why
	}
	return "", ""
}

// countMissing counts the lines of the source that were billed last time, and those of them that are zero or gone now. Filters do not narrow
// it, and lines that a switch stops do not take part.
func (b *builder) countMissing(s *sourceState) (billedBefore, gone int) {
	for _, g := range b.groups {
		first := g.carrier()
		if g.owned == nil || first.source != s || g.owned.Quantity.Sign() <= 0 || g.off != nil || first.stop == SyncOff {
			continue
		}
		billedBefore++
		absent := first.usage == nil && s.rules.Complete
		if usage, _ := g.count(); absent || (first.usage != nil && first.stop == "" && usage.IsZero()) {
			gone++
		}
	}
	return billedBefore, gone
}
