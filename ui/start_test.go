package ui

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"cwsync/syncer"
	"cwsync/syncer/billing"
	"cwsync/syncer/plan"

	"github.com/shopspring/decimal"
)

// runLine is a line of a run that a test makes up.
type runLine struct {
	customer, service string
	action            plan.Action
	code              plan.Code
	before, after     string // quantities; empty: none
	delta             string // a month; empty: 0
	currency          string // empty: USD
	status            syncer.Status
	usage             string
	worth             string // a month at the usage's own price; empty: it has none
}

// madeRun is a run of these lines that ended so long before testNow.
func madeRun(id string, ago time.Duration, exit int, lines ...runLine) *syncer.Run {
	run := &syncer.Run{ID: id, Started: testNow().Add(-ago - 12400*time.Millisecond), Duration: 12400 * time.Millisecond, ExitCode: exit, Plan: &plan.Plan{}}
	number := func(text string) decimal.NullDecimal {
		if text == "" {
			return decimal.NullDecimal{}
		}
		return decimal.NewNullDecimal(dec(text))
	}
	for _, line := range lines {
		change := plan.Change{
			Key:      billing.Key{Source: "mail", Customer: line.customer, Service: line.service},
			Customer: plan.Named{ID: line.customer, Name: line.customer}, Service: plan.Named{ID: line.service, Name: line.service},
			Action: line.action, Code: line.code, Before: plan.Values{Quantity: number(line.before)}, After: plan.Values{Quantity: number(line.after)},
			Usage: number(line.usage), Currency: "USD", MonthlyDelta: number(line.delta).Decimal,
		}
		if line.currency != "" {
			change.Currency = line.currency
		}
		if line.code == plan.UnmappedService {
			change.Unbilled = &plan.Unbilled{Unit: "user", Monthly: number(line.worth), Currency: change.Currency}
		}
		run.Plan.Changes = append(run.Plan.Changes, change)
		run.Outcomes = append(run.Outcomes, syncer.Outcome{Status: line.status})
	}
	return run
}

// goodLines are 12 raised, 3 lowered, 1 new and 402 unchanged.
func goodLines() []runLine {
	var lines []runLine
	add := func(n int, line runLine) {
		for i := range n {
			line.customer = fmt.Sprintf("c%d", i)
			lines = append(lines, line)
		}
	}
	add(12, runLine{service: "up", action: plan.Update, code: plan.UsageRose, before: "10", after: "12", delta: "100", status: syncer.Applied})
	add(3, runLine{service: "down", action: plan.Update, code: plan.UsageFell, before: "10", after: "8", delta: "-10", status: syncer.Applied})
	add(1, runLine{service: "new", action: plan.Create, code: plan.NewLine, after: "40", delta: "34.50", status: syncer.Applied})
	add(402, runLine{service: "same", action: plan.None, code: plan.Unchanged, status: syncer.Unchanged})
	return lines
}

// heldLines are two that are held, one service without a product, and three customers without an agreement.
func heldLines() []runLine {
	lines := []runLine{
		{customer: "Fabrikam & Co", service: "Business", action: plan.Hold, code: plan.GuardDrop, delta: "-450", status: syncer.Held, usage: "0"},
		{customer: "Contoso", service: "Archive", action: plan.Update, code: plan.ChangedMeanwhile, before: "10", after: "12", delta: "9", status: syncer.Held},
		{customer: "Contoso", service: "plus", action: plan.Skip, code: plan.UnmappedService, usage: "7", worth: "42", status: syncer.Skipped},
		{customer: "Litware", service: "plus", action: plan.Skip, code: plan.UnmappedService, usage: "5", worth: "30", status: syncer.Skipped},
	}
	for _, name := range []string{"Northwind", "Tailspin Toys", "Wingtip"} {
		for _, service := range []string{"Business", "Archive"} {
			lines = append(lines, runLine{customer: name, service: service, action: plan.Skip, code: plan.UnlinkedCustomer, usage: "3", status: syncer.Skipped})
		}
	}
	return lines
}

// startProfile is a profile with a set-up that can be synced, and these runs, newest first.
func startProfile(t testing.TB, runs ...*syncer.Run) *fakeProfile {
	t.Helper()
	profile := newFakeProfile("contoso-msp")
	newFakeBilling(profile, fakeLine{"Contoso", "Business", "405", "402", true})
	profile.setups.stored[0].Connection = testConnection()
	profile.keys.keyring = map[string]string{publicKey: canaryPublic, privateKey: canaryPrivate}
	profile.runs = runs
	if recent := profile.recent(1); len(recent) > 0 {
		profile.last = &recent[0]
	}
	return profile
}

// startOf opens a profile as the program does, up to its first screen.
func startOf(t *testing.T, profile *fakeProfile) *app {
	t.Helper()
	r := starting(t, newFakeOffice(profile), profile.name)
	if r.app == nil {
		t.Fatal("the profile did not open")
	}
	driveApp(t, r.app, r.app.current().enter())
	return r.app
}

func scheduled(by string) func(context.Context) (NextRun, bool, error) {
	return func(context.Context) (NextRun, bool, error) {
		return NextRun{At: time.Date(2026, 11, 22, 6, 0, 0, 0, time.UTC), By: by}, true, nil
	}
}

func TestStartScreens(t *testing.T) {
	earlier := []*syncer.Run{madeRun("r-2", 27*time.Hour, syncer.ExitDone, goodLines()[:4]...), madeRun("r-1", 50*time.Hour, syncer.ExitDone)}
	refused := madeRun("r-3", time.Hour, syncer.ExitCredentials)
	refused.Problem = &syncer.Problem{Code: "credentials", Message: "ConnectWise refused the keys", Hint: "make new ones: System > Members > API Members > (member) > API Keys"}
	cut := madeRun("r-3", time.Hour, -1, goodLines()[:3]...)
	cut.Outcomes[1].Status, cut.Outcomes[2].Status = syncer.Unknown, ""
	partly := madeRun("r-3", time.Hour, syncer.ExitPartial, append(goodLines()[:2:2], runLine{customer: "Northwind", service: "Archive", action: plan.Create, code: plan.NewLine,
		after: "11", status: syncer.Failed})...)
	partly.Outcomes[2].Problem = &syncer.Problem{Message: "ConnectWise refused it: 2026-11-21 is already invoiced and the agreement does not prorate"}
	undo := madeRun("r-3", time.Hour, syncer.ExitDone, runLine{customer: "Contoso", service: "Business", action: plan.Update, code: plan.UsageFell, before: "12", after: "10",
		delta: "-9", status: syncer.Applied})
	undo.Undoes = "r-2"
	for name, test := range map[string]struct {
		runs   []*syncer.Run
		change func(*fakeProfile)
	}{
		"good": {append([]*syncer.Run{madeRun("r-3", 3*time.Hour, syncer.ExitDone, goodLines()...)}, earlier...), func(p *fakeProfile) {
			p.next = scheduled("systemd timer cwsync-contoso-msp")
		}},
		"held":          {append([]*syncer.Run{madeRun("r-3", 3*time.Hour, syncer.ExitHeld, append(goodLines(), heldLines()...)...)}, earlier...), nil},
		"refused":       {append([]*syncer.Run{refused}, earlier...), nil},
		"partly":        {append([]*syncer.Run{partly}, earlier...), nil},
		"cut off":       {append([]*syncer.Run{cut}, earlier...), nil},
		"never":         {nil, nil},
		"unmapped only": {[]*syncer.Run{madeRun("r-3", 3*time.Hour, syncer.ExitDone, append(goodLines()[15:], heldLines()[2:4]...)...)}, nil},
		"undone":        {append([]*syncer.Run{undo}, earlier...), nil},
		"several currencies": {[]*syncer.Run{madeRun("r-3", 3*time.Hour, syncer.ExitHeld,
			runLine{customer: "A", service: "s", action: plan.Update, before: "1", after: "2", delta: "1204.50", status: syncer.Applied},
			runLine{customer: "B", service: "s", action: plan.Update, before: "2", after: "1", delta: "-1000000.25", currency: "EUR", status: syncer.Applied},
			runLine{customer: "C", service: "s", action: plan.Hold, delta: "-7", currency: "JPY", status: syncer.Held},
			runLine{customer: "D", service: "x", action: plan.Skip, code: plan.UnmappedService, usage: "1", worth: "6", status: syncer.Skipped},
			runLine{customer: "E", service: "x", action: plan.Skip, code: plan.UnmappedService, usage: "2.5", worth: "5", currency: "EUR", status: syncer.Skipped},
			runLine{customer: "E", service: "y", action: plan.Skip, code: plan.UnmappedService, usage: "4", status: syncer.Skipped})}, nil},
		"long names": {[]*syncer.Run{madeRun("r-3", 3*time.Hour, syncer.ExitDone,
			runLine{customer: "株式会社サンプルテクノロジー", service: "Business phone line of the Northern Provinces and Islands", action: plan.Skip, code: plan.UnmappedService, usage: "12", worth: "72",
				status: syncer.Skipped},
			runLine{customer: "株式会社サンプルテクノロジー", service: strings.Repeat("クラウド", 20), action: plan.Skip, code: plan.UnmappedService, usage: "3", status: syncer.Skipped},
			runLine{customer: strings.Repeat("long-", 40), service: "x", action: plan.Skip, code: plan.UnlinkedCustomer, usage: "3", status: syncer.Skipped})}, func(p *fakeProfile) {
			p.setups.stored[0].Connection.Site = "psa." + strings.Repeat("very-long-name.", 10) + "example.com"
			p.next = scheduled("a task of the Task Scheduler called cwsync-" + strings.Repeat("contoso-", 20))
		}},
	} {
		t.Run(strings.ReplaceAll(name, " ", "_"), func(t *testing.T) {
			profile := startProfile(t, test.runs...)
			if test.change != nil {
				test.change(profile)
			}
			requireScreens(t, startOf(t, profile))
		})
	}
}
