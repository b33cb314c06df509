package main

import (
	"slices"
	"time"

	"cwsync/cwclient/cwsim"
	"cwsync/syncer"
	"cwsync/syncer/billing"
	"cwsync/syncer/plan"

	"github.com/shopspring/decimal"
)

// comesToRest ends all trouble and lets runs follow, then lets a person accept what is held: each time a few runs must do.
func (m *model) comesToRest() {
	m.watch.disarm()
	m.passes(10 * time.Minute) // whatever was on its way has come
	last := m.untilQuiet(func() result { return m.sync(fall{}) })
	m.judge("without a person", last, personDecides)
	last = m.untilQuiet(func() result { return m.sync(fall{}, m.held...) })
	m.judge("once all is accepted", last, acceptDoesNotHelp)
}

// personDecides are the codes of lines that wait for a person.
var personDecides = []plan.Code{
	plan.GuardDrop, plan.GuardRise, plan.DriftQuantity, plan.DriftPrice, plan.DriftProduct, plan.DriftCancelled, plan.DriftDeleted, plan.AmbiguousLines,
	plan.PreviousUnknown, plan.NotInUsage, plan.MissingShare, plan.ProductMissing, plan.UndoneBefore,
}

var acceptDoesNotHelp = []plan.Code{plan.AmbiguousLines, plan.PreviousUnknown, plan.ProductMissing}

// untilQuiet runs until a run writes nothing, at most four times.
func (m *model) untilQuiet(run func() result) (last result) {
	for range 4 {
		m.passes(6 * time.Minute)
		if last = run(); last.writes == 0 && last.run != nil {
			open, err := m.watcher.Profile("default").OpenIntents(m.ctx)
			must(err)
			if len(open) == 0 || !m.settles(open) {
				break
			}
		}
	}
	return last
}

// settles reports whether an unknown write will settle by itself: it does not where a person must say which of two lines is the one.
func (m *model) settles(open []syncer.Intent) bool {
	return slices.ContainsFunc(open, func(i syncer.Intent) bool { return i.Kind == syncer.IntentEdit || len(m.candidates(i)) < 2 })
}

// candidates are the lines that a lost create may have opened.
func (m *model) candidates(intent syncer.Intent) []int {
	var ids []int
	for _, line := range m.lines(intent.AgreementID, intent.ProductID) {
		if !slices.Contains(intent.Known, line.ID) && line.Quantity.Equal(intent.Quantity.Decimal) {
			ids = append(ids, line.ID)
		}
	}
	return ids
}

// judge looks at the last of a few runs.
func (m *model) judge(when string, last result, allowed []plan.Code) {
	switch {
	case last.run == nil:
		m.watch.breaks("%s: no run came about: %v", when, last.err)
		return
	case last.writes > 0:
		m.watch.breaks("%s: the last run still wrote %d times: %s", when, last.writes, problems(last.run))
		return
	}
	held := map[string]bool{}
	for i := range last.run.Outcomes {
		row, outcome := &last.run.Plan.Changes[i], &last.run.Outcomes[i]
		switch {
		case outcome.Status == syncer.Held && !slices.Contains(allowed, row.Code):
			m.watch.breaks("%s: %s is held for %s %s: %s", when, row.Key, row.Code, outcome.Code, row.Reason)
		case outcome.Status == syncer.Held:
			held[row.Key.String()] = true
			if row.Reason == "" {
				m.watch.breaks("%s: %s is held and does not say why", when, row.Key)
			}
		case outcome.Status != syncer.Unchanged && outcome.Status != syncer.Skipped:
			m.watch.breaks("%s: %s is %s", when, row.Key, outcome.Status)
		}
	}
	open, err := m.watcher.Profile("default").OpenIntents(m.ctx)
	must(err)
	want := syncer.ExitDone
	if len(held) > 0 {
		want = syncer.ExitHeld
	}
	if len(open) > 0 {
		want = syncer.ExitUnknown
	}
	if last.exit != want {
		m.watch.breaks("%s: exit %d, want %d: %s", when, last.exit, want, problems(last.run))
	}
	for n := range m.usage {
		if !held[m.bill[n].key()] {
			m.judgeLine(when, n)
		}
	}
}

// judgeLine: nothing of the line waits, so that what is billed is what the usage counts, at the price that it gives.
func (m *model) judgeLine(when string, n int) {
	owned, err := m.watcher.Profile("default").Owned(m.ctx)
	must(err)
	wanted, total, lines := decimal.RequireFromString(m.usage[n]), decimal.Zero, 0
	for i := range owned {
		line, ok := m.world.Addition(owned[i].AdditionID)
		if !owned[i].Ended.IsZero() {
			continue // ours no more: what a person opens again beside the line that took its place is theirs
		}
		if owned[i].Key.String() == m.bill[n].key() && ok && m.open(line) {
			total = total.Add(line.Quantity)
			lines++
			m.judgeRates(when, n, &line)
		}
	}
	if lines > 1 || !total.Equal(wanted) {
		m.watch.breaks("%s: %s is billed %s by %d lines, and the usage is %s: %+v, owned %+v", when, m.bill[n].key(), total, lines, wanted,
			m.world.Additions(m.bill[n].agreement), owned)
	}
}

// judgeRates: price, cost and tax flag are those of the usage and the set-up, as far as these say anything.
func (m *model) judgeRates(when string, n int, line *cwsim.AdditionRecord) {
	if m.rules.rates == "" || m.usage[n] == "0" {
		return
	}
	rate, service := m.rate[n], m.bill[n].service
	price := ""
	switch {
	case service == "mbx":
		price = rate.price
	case service == "zip" && rate.cost != "":
		price = decimal.RequireFromString(rate.cost).Mul(decimal.New(11, -1)).Round(2).String()
	}
	differs := func(wanted string, has decimal.Decimal) bool {
		return wanted != "" && !billing.Same(decimal.RequireFromString(wanted), has)
	}
	rules := &m.rules
	if rules.writes("price") && differs(price, line.Price) || rules.writes("cost") && differs(rate.cost, line.Cost) ||
		rules.writes("taxable") && line.Taxable != (service == "mbx") {
		m.watch.breaks("%s: %s has price %s, cost %s, taxable %v, and the usage says %+v", when, m.bill[n].key(), line.Price, line.Cost, line.Taxable, rate)
	}
}
