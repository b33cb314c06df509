package ui

import (
	"context"
	"io/fs"
	"strings"
	"testing"
	"time"

	"cwsync/syncer"
	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
	"cwsync/ui/report"

	"github.com/shopspring/decimal"
)

// fakePast looks into the runs of a fake profile.
type fakePast struct {
	profile *fakeProfile
	err     error
	stuck   bool // every call waits until its context ends
	asked   []PastFilter
}

func (f *fakePast) answer(ctx context.Context) error {
	if f.stuck {
		<-ctx.Done()
		return ctx.Err()
	}
	return f.err
}

func (f *fakePast) all(wanted func(*plan.Change, syncer.Outcome) bool) []report.Found {
	var found []report.Found
	for _, run := range f.profile.runs {
		for i := range run.Plan.Changes {
			if change, outcome := &run.Plan.Changes[i], run.Outcomes[i]; wanted(change, outcome) {
				found = append(found, report.Found{RunID: run.ID, Started: run.Started, Undoes: run.Undoes, Change: *change, Outcome: outcome})
			}
		}
	}
	return found
}

func (f *fakePast) Find(ctx context.Context, filter PastFilter) ([]report.Found, error) {
	f.asked = append(f.asked, filter)
	if err := f.answer(ctx); err != nil {
		return nil, err
	}
	found := f.all(func(c *plan.Change, o syncer.Outcome) bool {
		held, failed := o.Status == syncer.Held, o.Status == syncer.Failed || o.Status == syncer.Unknown
		switch {
		case filter.Held || filter.Failed:
			if (!filter.Held || !held) && (!filter.Failed || !failed) {
				return false
			}
		case !held && !failed && o.Status != syncer.Applied:
			return false
		}
		text := strings.ToLower(c.Customer.Name + " " + c.Service.Name + " " + c.Product.Identifier)
		for word := range strings.FieldsSeq(strings.ToLower(filter.Words)) {
			if !strings.Contains(text, word) {
				return false
			}
		}
		return true
	})
	return found[:min(len(found), filter.Limit)], nil
}

func (f *fakePast) Explain(ctx context.Context, key billing.Key) (*report.Explanation, error) {
	if err := f.answer(ctx); err != nil {
		return nil, err
	}
	e := &report.Explanation{Profile: f.profile.name, Key: key, History: report.PastOf(f.all(func(c *plan.Change, _ syncer.Outcome) bool { return c.Key == key }))}
	if len(e.History) > 0 {
		e.Latest = &e.History[0].Found
	}
	if document := f.profile.setups.newest(); document != nil && len(document.Sources) > 0 {
		e.Source = &document.Sources[0]
	}
	return e, nil
}

// pastRunsOf are runs as a month leaves them, newest first.
func pastRunsOf() []*syncer.Run {
	held := append(goodLines(), heldLines()...)
	held[len(goodLines())].before = "100"
	partly := madeRun("r-20261119-060000-41c0e5c8", 51*time.Hour, syncer.ExitPartial, append(goodLines()[:2:2],
		runLine{customer: "Northwind", service: "Archive", action: plan.Create, code: plan.NewLine, after: "11", status: syncer.Failed})...)
	partly.Outcomes[2].Problem = &syncer.Problem{Message: "ConnectWise refused it: 2026-11-21 is already invoiced and the agreement does not prorate", Hint: "tick prorate on the agreement"}
	undo := madeRun("r-20261120-070000-9f3ae5c8", 26*time.Hour, syncer.ExitDone, runLine{customer: "Contoso", service: "Business", action: plan.Update, code: plan.UsageFell,
		before: "12", after: "10", delta: "-9", status: syncer.Applied})
	undo.Undoes = "r-20261120-060000-7d21e5c8"
	cut := madeRun("r-20261118-060000-0b0be5c8", 75*time.Hour, -1, goodLines()[:3]...)
	cut.Outcomes[1].Status, cut.Outcomes[2].Status = syncer.Unknown, ""
	refused := madeRun("r-20261117-060000-55aae5c8", 99*time.Hour, syncer.ExitCredentials)
	refused.Problem = &syncer.Problem{Code: "credentials", Message: "ConnectWise refused the keys", Hint: "make new ones"}
	return []*syncer.Run{
		madeRun("r-20261121-060000-ab12e5c8", 3*time.Hour, syncer.ExitHeld, held...), undo,
		madeRun("r-20261120-060000-7d21e5c8", 27*time.Hour, syncer.ExitDone, runLine{customer: "Contoso", service: "Business", action: plan.Update, code: plan.UsageRose,
			before: "10", after: "12", delta: "9", status: syncer.Applied}),
		partly, cut, refused, madeRun("r-20261116-060000-1111e5c8", 123*time.Hour, syncer.ExitDone, goodLines()[16:]...),
		madeRun("r-20261115-060000-2222e5c8", 147*time.Hour, syncer.ExitCancelled, goodLines()[:1]...),
	}
}

// ofOneLine are runs a day apart that each left Contoso's Business at a quantity, oldest first; empty: nobody knows.
func ofOneLine(quantities ...string) []*syncer.Run {
	var runs []*syncer.Run
	before := ""
	for i, quantity := range quantities {
		ago := time.Duration(len(quantities)-i) * 24 * time.Hour
		line := runLine{customer: "1001", service: "s11", action: plan.Update, code: plan.UsageRose, before: before, after: quantity, usage: quantity, delta: "4.50", status: syncer.Applied}
		if quantity == "" {
			line.after, line.status = "9", syncer.Unknown
		}
		run := madeRun("r-"+testNow().Add(-ago).Format("20060102")+"-060000-9f3ae5c8", ago, syncer.ExitDone, line)
		change := &run.Plan.Changes[0]
		change.Customer.Name, change.Service.Name, change.Product.Identifier, change.Agreement.Name = "Contoso", "Business", "PPE-BUS", "Cloud 2026"
		change.Addition.ID, change.Reason, change.How, change.Quantity = 7001, "usage rose to "+quantity, "usage "+quantity, change.Before.Quantity
		if i == 8 { // 40 became 38 in between
			change.Quantity, change.Before.Quantity = decimal.NewNullDecimal(dec("38")), decimal.NewNullDecimal(dec("38"))
		}
		runs, before = append([]*syncer.Run{run}, runs...), quantity
	}
	return runs
}

// historyRig is a profile with a past, with the history on the screen.
type historyRig struct {
	*app
	t       *testing.T
	profile *fakeProfile
	billing *fakeBilling
	past    *fakePast
	history *historyPage
	files   map[string]string
}

// newHistoryRig opens the history of a profile with these runs, newest first.
func newHistoryRig(t *testing.T, runs ...*syncer.Run) *historyRig {
	t.Helper()
	profile := startProfile(t, runs...)
	return openHistory(t, profile, nil)
}

func openHistory(t *testing.T, profile *fakeProfile, b *fakeBilling) *historyRig {
	t.Helper()
	r := &historyRig{t: t, profile: profile, billing: b, past: &fakePast{profile: profile}, files: map[string]string{}}
	profile.past = r.past
	profile.write = func(_ context.Context, path string, data []byte, replace bool) error {
		if _, there := r.files[path]; there && !replace {
			return &fs.PathError{Op: "write", Path: path, Err: fs.ErrExist}
		}
		r.files[path] = string(data)
		return nil
	}
	r.app = startOf(t, profile)
	press(t, r.app, "h")
	if r.onPage() == nil || r.onPage().name != pageHistory {
		t.Fatalf("h does not open the history:\n%s", see(t, r.app))
	}
	r.history = r.onPage().screen.(*historyPage)
	return r
}

// newUndoRig has a run that the engine really did over a ConnectWise in memory: Contoso's Business was raised from 402 to 405, Fabrikam's lowered
// from 31 to 30, Litware's Archive created with 40.
func newUndoRig(t *testing.T) *historyRig {
	t.Helper()
	profile := newFakeProfile("contoso-msp")
	b := newFakeBilling(profile, fakeLine{"Contoso", "Business", "405", "402", true}, fakeLine{"Fabrikam & Co", "Business", "30", "31", true},
		fakeLine{"Litware", "Archive", "40", "", false}, fakeLine{"Wingtip", "Business", "5", "5", true})
	profile.setups.stored[0].Connection = testConnection()
	profile.keys.keyring = map[string]string{publicKey: canaryPublic, privateKey: canaryPrivate}
	b.finished = func(run *syncer.Run) { profile.runs = append([]*syncer.Run{run}, profile.runs...) }
	b.owning = true
	engine := b.engine(t, profile)
	engine.Past = b
	profile.site.Engine = engine
	engine.Setup = profile.setups.newest()
	if _, err := engine.Sync(t.Context(), syncer.Request{}); err != nil {
		t.Fatal(err)
	}
	if b.writes != 3 {
		t.Fatalf("the run wrote %d lines", b.writes)
	}
	if recent := profile.recent(1); len(recent) > 0 {
		profile.last = &recent[0]
	}
	return openHistory(t, profile, b)
}
