package plan

import (
	"slices"
	"strconv"
	"strings"

	"cwsync/syncer/billing"

	"github.com/shopspring/decimal"
)

// want is what a group's addition should become.
type want struct {
	quantity decimal.Decimal
	usage    decimal.Decimal // before the quantity rule
	from     string          // where usage comes from, in words
	ends     bool            // the usage is zero or gone
	cancel   bool            // end the line instead of writing zero
	ask      bool            // hold until somebody accepts it
	code     Code            // why it ends
	rates    *rates          // price, cost and tax flag; nil where nothing is said of them
}

// decideGroup fills in the rows of the members in scope.
func (b *builder) decideGroup(g *group) {
	inScope := false
	for _, l := range g.members {
		if l.inScope {
			inScope = true
			b.describe(l)
		}
	}
	if !inScope {
		return
	}
	first := g.carrier()
	switch {
	case first.source.held == SourceFailed || first.source.held == SourceEmpty:
		first.change.hold(first.source.held, first.source.problem)
	case g.clash != "":
		g.holdClash()
	case g.off != nil:
		b.skipSwitchedOff(g)
	case first.stop != "":
		b.decideStopped(g)
	case first.usage == nil:
		b.decideAbsent(g)
	case !b.skipForAbsent(g):
		b.decideBilled(g, b.wanted(g))
	}
	b.holdForUnknown(g)
}

func (g *group) holdClash() {
	for _, l := range g.members {
		if l.inScope {
			l.change.hold(ClaimedTwice, g.clash)
		}
	}
}

// wanted applies the quantity rule, or the source's rule for zero usage.
func (b *builder) wanted(g *group) want {
	first := g.carrier()
	usage, from := g.count()
	if usage.IsZero() {
		return want{ends: true, cancel: first.source.rules.OnZero == billing.ZeroCancel, code: UsageZero, from: from}
	}
	return want{quantity: billed(first.service.Quantity, usage), usage: usage, from: from}
}

// decideStopped fills in the row of a line that is not billed.
func (b *builder) decideStopped(g *group) {
	l := g.carrier()
	switch l.stop {
	case ProductMissing, ProductInactive:
		l.change.hold(l.stop, l.stopReason())
	case NotInUsage:
		l.change.skip(l.stop, l.stopReason())
	case SyncOff:
		l.change.skip(l.stop, l.stopReason())
		b.warnStillBills(g)
	case StatusNotBilled:
		if b.endsClosed(g) {
			b.decideBilled(g, want{ends: true, cancel: l.source.rules.OnMissing == billing.MissingCancel, code: UsageEnded})
			return
		}
		b.decideUnbilled(g)
	default:
		b.decideUnbilled(g)
	}
}

// endsClosed reports whether a closed line's addition is ended as on_missing says.
func (b *builder) endsClosed(g *group) bool {
	return g.carrier().closes() && b.ownedQuantity(g).Sign() > 0
}

// closes reports whether the line is one whose usage ended because it is closed. on_missing means something only where the source is complete.
func (l *line) closes() bool {
	rules := l.source.rules
	return l.target != (target{}) && l.usage.Status == billing.StatusClosed && rules.Complete &&
		(rules.OnMissing == billing.MissingZero || rules.OnMissing == billing.MissingCancel)
}

// decideUnbilled skips a line that is not billed, or holds it while our addition goes on billing.
func (b *builder) decideUnbilled(g *group) {
	l := g.carrier()
	l.change.skip(l.stop, l.stopReason())
	quantity := b.ownedQuantity(g)
	if quantity.Sign() <= 0 {
		return
	}
	if b.accept.line(l.text, l.stop) {
		l.change.Reason += "; accepted: the addition is no longer ours and stays as it is"
		l.change.Releases = append(l.change.Releases, g.owned.AdditionID)
		l.change.Accepted = true
		return
	}
	l.change.hold(l.stop, l.stopReason()+", and our addition still bills "+number(quantity)+": put it right, or accept to leave the addition to itself")
}

// decideAbsent fills in the row of an owned addition that a complete source no longer speaks of.
func (b *builder) decideAbsent(g *group) {
	onMissing := g.carrier().source.rules.OnMissing
	b.decideBilled(g, want{
		ends: true, cancel: onMissing == billing.MissingCancel, code: UsageEnded,
		ask: onMissing != billing.MissingCancel && onMissing != billing.MissingZero,
	})
}

// skipSwitchedOff skips a whole merged line because one of its members is switched off.
func (b *builder) skipSwitchedOff(g *group) {
	for _, l := range g.members {
		reason := g.off.text + " is part of this merged line and switched off"
		if l.stop == SyncOff {
			reason = l.stopReason()
		}
		l.change.skip(SyncOff, reason)
	}
	b.warnStillBills(g)
}

func (b *builder) warnStillBills(g *group) {
	if quantity := b.ownedQuantity(g); quantity.Sign() > 0 {
		g.carrier().change.Warnings = append(g.carrier().change.Warnings, "the addition goes on billing "+number(quantity)+" while the switch is off")
	}
}

// ownedQuantity is what an open addition of ours has in ConnectWise now; 0 when there is none.
func (b *builder) ownedQuantity(g *group) decimal.Decimal {
	if g.owned == nil {
		return zero
	}
	addition := b.addition(g.owned)
	if addition == nil || !addition.OpenOn(b.current.Today) {
		return zero
	}
	return addition.Quantity
}

// agreementProblem says why nothing can be written on the linked agreement.
func (b *builder) agreementProblem(g *group, agreement *billing.Agreement) (Code, string) {
	if agreement == nil {
		return AgreementMissing, "the linked agreement does not exist in ConnectWise: link the customer to another one"
	}
	other := slices.IndexFunc(g.members, func(l *line) bool { return agreement.CompanyID != l.customer.Company })
	if other >= 0 {
		return AgreementOtherCompany, "agreement " + agreement.Name + " belongs to " + agreement.CompanyName + ", not to the company that customer " +
			g.members[other].key.Customer + " is linked to: link the customer anew"
	}
	if why := agreement.Closed(b.current.Today); why != "" {
		return AgreementClosed, "the agreement " + why + ": link the customer to a running one"
	}
	if agreement.Cycle.NotRecurring {
		return AgreementNotRecurring, "the agreement does not recur, so usage cannot be billed on it: link the customer to another one"
	}
	if why := g.currencyProblem(agreement); why != "" {
		return CurrencyDiffers, why
	}
	return "", ""
}

// currencyProblem names the first line of the group that is in another currency than the agreement, or than the lines that it is merged with.
func (g *group) currencyProblem(agreement *billing.Agreement) string {
	var first *line
	for _, l := range g.members {
		switch {
		case l.usage == nil || l.usage.Currency == "":
		case agreement.Currency != "" && !strings.EqualFold(l.usage.Currency, agreement.Currency):
			return "the usage is in " + l.currency() + " and the agreement in " + agreement.Currency +
				": link the customer to an agreement in " + l.usage.Currency + ", or put the currency of the usage right"
		case first == nil:
			first = l
		case !strings.EqualFold(l.usage.Currency, first.usage.Currency):
			return "the lines that are merged here are in different currencies, " + first.currency() + " and " + l.currency() +
				": map one of them elsewhere, or put the currency of the usage right"
		}
	}
	return ""
}

// currency is the currency of the line's usage and where it stands.
func (l *line) currency() string {
	place := l.text
	if l.usage.Place > 0 {
		place += ", line " + strconv.Itoa(l.usage.Place)
	}
	return l.usage.Currency + " (" + place + ")"
}
