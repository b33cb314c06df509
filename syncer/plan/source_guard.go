package plan

import (
	"github.com/shopspring/decimal"
)

// holdSource holds everything that a source would change when the source as a whole is not to be trusted.
func (b *builder) holdSource(s *sourceState) {
	if s.held == "" && !s.usage.NotRead && s.rules.Sync {
		s.held, s.problem = b.sourceGuard(s)
	}
	if s.held == "" {
		return
	}
	for _, l := range s.lines {
		if l.inScope && l.change.Action != Hold && l.does() {
			l.change.hold(s.held, s.problem)
		}
	}
}

// sourceGuard finds the first guard of whole sources that nobody accepted.
func (b *builder) sourceGuard(s *sourceState) (Code, string) {
	if why := stale(b.policy, &s.usage.Usage); why != "" && !b.accept.source(s.name, UsageStale) {
		return UsageStale, why
	}
	billedBefore, gone := b.countGone(s)
	if why := missingShare(&b.policy.Guards, billedBefore, gone); why != "" && !b.accept.source(s.name, MissingShare) {
		return MissingShare, why
	}
	if why := moves(&b.policy.Guards, b.monthlyDelta(s)); why != "" && !b.accept.source(s.name, MaxMonthlyDelta) {
		return MaxMonthlyDelta, why
	}
	return "", ""
}

// monthlyDelta is by how much the source's rows move the monthly value, by currency: what this plan would write and nothing else. Unlike
// countGone, which asks whether the whole source can be believed, this guard bounds what one run does to the invoices. So what the reviewer left
// out does not count, and neither does what a filter leaves out: such lines are not written, and a narrowed run does not even read their
// agreements, so that nobody could say what they are worth.
func (b *builder) monthlyDelta(s *sourceState) map[string]decimal.Decimal {
	delta := map[string]decimal.Decimal{}
	if !b.policy.Guards.MaxMonthlyDelta.Valid {
		return delta
	}
	for _, l := range s.lines {
		if !l.inScope || b.isLeftOut(l) {
			continue
		}
		if l.change.Action.Writes() {
			delta[l.change.Currency] = delta[l.change.Currency].Add(l.change.MonthlyDelta)
		}
		for i := range l.endings {
			if row := &l.endings[i]; l.change.Action != Hold {
				delta[row.Currency] = delta[row.Currency].Add(row.MonthlyDelta)
			}
		}
	}
	return delta
}

// countGone counts the lines of the source that were billed last time, and those of them that are zero or gone now. Filters do not narrow
// it, so it looks at nothing that a narrowed run does not read; lines that a switch stops do not take part. A closed line that on_missing ends is
// gone as an absent one is.
func (b *builder) countGone(s *sourceState) (billedBefore, gone int) {
	for _, g := range b.groups {
		first := g.carrier()
		if g.owned == nil || first.source != s || g.owned.Quantity.Sign() <= 0 || g.off != nil || first.stop == SyncOff {
			continue
		}
		billedBefore++
		switch {
		case first.usage == nil:
			if s.rules.Complete {
				gone++
			}
		case first.stop == StatusNotBilled:
			if first.closes() {
				gone++
			}
		case first.stop == "":
			if usage, _ := g.count(); usage.IsZero() {
				gone++
			}
		}
	}
	return billedBefore, gone
}
