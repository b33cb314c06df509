package ui

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"cwsync/syncer"
	"cwsync/syncer/billing"
	"cwsync/syncer/plan"

	tea "charm.land/bubbletea/v2"
	"github.com/shopspring/decimal"
)

// restarted is the wizard as it is when the program was killed and started again: nothing but what is stored is left.
func (r *reviewRig) restarted() *reviewRig {
	r.t.Helper()
	next := &reviewRig{t: r.t, profile: r.profile, clock: r.clock, billing: r.billing}
	d := newFakeDesk(r.t, r.profile)
	d.now = r.clock.now
	next.app = newFakeApp(d, placeConnect, newReview(d))
	next.steps[placeConnect], next.steps[placeReview], next.steps[placeSync] = idleStep("Connect"), newReview(d), newSync(d)
	next.review, next.sync = next.steps[placeReview].(*reviewStep), next.steps[placeSync].(*syncStep)
	if err := next.resume(r.t.Context()); err != nil {
		r.t.Fatal(err)
	}
	return next
}

func TestDecisionsOutliveTheProgram(t *testing.T) {
	r := newReviewRig(t, ordinary()...)
	driveApp(t, r.app, r.show(placeReview))
	r.to("Fabrikam & Co", "Business")
	press(t, r.app, "a")
	r.yes()
	r.to("Contoso", "Business")
	press(t, r.app, "space")
	r.to("Litware", "Archive")
	press(t, r.app, "space")
	r.to("Litware", "Archive")
	press(t, r.app, "space") // taken in again

	r = r.restarted()
	if r.here != placeReview {
		t.Fatalf("it resumes at step %d", r.here)
	}
	r.open()
	r.hasNot("no longer count")
	r.has("1 left out", "accepted:")
	accepted, leftOut := r.review.state.decided.entries()
	if !slices.Equal(accepted, []string{"mail/1002/s11"}) || !slices.Equal(leftOut, []string{"mail/1001/s11"}) {
		t.Errorf("accepted %v, left out %v", accepted, leftOut)
	}
}

// What was accepted before the program was started anew must not release anything but that.
func TestAnOldDecisionNeverMeetsAnotherChange(t *testing.T) {
	for name, change := range map[string]func(b *fakeBilling){
		"the usage is another": func(b *fakeBilling) { b.usage.Lines[2].Quantity = dec("1") },
		"ConnectWise has another quantity": func(b *fakeBilling) {
			b.additions[1002][0].Quantity, b.owned[2].Quantity = dec("90"), dec("90")
		},
		"the price is another": func(b *fakeBilling) { b.additions[1002][0].UnitPrice = dec("9") },
		"it is held for one more reason": func(b *fakeBilling) {
			b.owned[2].Quantity = dec("77") // somebody changed what we wrote
		},
		"it bills another addition": func(b *fakeBilling) { b.additions[1002][0].ID, b.owned[2].AdditionID = 7999, 7999 },
	} {
		t.Run(name, func(t *testing.T) {
			r := newReviewRig(t, ordinary()...).open()
			r.to("Fabrikam & Co", "Business")
			press(t, r.app, "a")
			r.yes()
			if !r.review.state.line().Accepted {
				t.Fatal("it is not accepted")
			}
			change(r.billing)
			r = r.restarted().open()
			r.has("1 decision no longer counts: what it was about has changed")
			r.to("Fabrikam & Co", "Business")
			if line := r.review.state.line(); line.Action != plan.Hold || line.Accepted {
				t.Errorf("%s %s", line.Action, line.Reason)
			}
			if r = r.restarted().open(); r.review.state.decided.count() != 0 {
				t.Error("it is kept all the same")
			}
			r.hasNot("no longer count")
		})
	}
}

func TestAnAcceptedUnknownWriteIsNotRemembered(t *testing.T) {
	r := newReviewRig(t, ordinary()...)
	r.billing.open = []syncer.Intent{{ID: 1, Kind: syncer.IntentCreate, Key: billing.Key{Source: "mail", Customer: "1003", Service: "s13"},
		AgreementID: 1003, ProductID: 13, Quantity: decimal.NewNullDecimal(dec("40")), At: testNow().Add(-time.Minute)}}
	r.open()
	r.to("Litware", "Archive")
	press(t, r.app, "a")
	r.yes()
	if len(r.review.state.decided.Accepted) != 1 {
		t.Fatal("it is not accepted")
	}
	if r = r.restarted().open(); r.review.state.decided.count() != 0 {
		t.Error("the next write that is lost would count as not done")
	}
}

// A line that is seen only once its source is accepted keeps its decision too, and the source does not when its usage is another.
func TestDecisionsAboutASourceAndItsLines(t *testing.T) {
	r := newReviewRig(t, ordinary()...)
	r.billing.usage.AsOf = testNow().Add(-80 * time.Hour)
	r.billing.usage.Digest = "one"
	r.open()
	press(t, r.app, "home", "a")
	r.yes()
	r.to("Fabrikam & Co", "Business")
	press(t, r.app, "a")
	r.yes()
	r.clock.pass(time.Hour) // it says how old it is by now, and that is another text
	r = r.restarted().open()
	if accepted, _ := r.review.state.decided.entries(); !slices.Equal(accepted, []string{"mail/1002/s11", "mail:usage_stale"}) {
		t.Errorf("accepted %v", accepted)
	}
	r.billing.usage.Digest = "two"
	r = r.restarted().open()
	r.has("1 decision no longer counts")
	if accepted, _ := r.review.state.decided.entries(); !slices.Equal(accepted, []string{"mail/1002/s11"}) {
		t.Errorf("of another usage %v is accepted", accepted)
	}
}

func TestNotesThatMakeNoSenseDecideNothing(t *testing.T) {
	for _, note := range []string{"", "{", "7", `{"accepted":null}`, `{"accepted":{"mail/1002/s11":""}}`, `{"accepted":{"mail/1002/s11":"0"},"left_out":{}}`} {
		r := newReviewRig(t, ordinary()...)
		r.profile.notes.values = map[string]string{noteReview: note, noteStep: "5"}
		if r = r.restarted().open(); r.review.state.decided.count() != 0 {
			t.Errorf("%q decides %v", note, r.review.state.decided)
		}
	}
}

func TestReviewOfOneCustomerSaysSoAndCanBeWidened(t *testing.T) {
	r := newReviewRig(t, ordinary()...)
	r.desk.only = []string{"1001"}
	driveApp(t, r.app, r.show(placeReview))
	r.has("! only Contoso: c takes in all customers", "c all customers")
	r.hasNot("Litware")
	r = r.restarted().open()
	r.has("! only Contoso: c takes in all customers")
	press(t, r.app, "c")
	r.has("Litware")
	r.hasNot("only Contoso", "c all customers")
	if r = r.restarted().open(); r.desk.only != nil {
		t.Error("it is narrowed again")
	}
	r.desk.only = []string{"nobody"}
	driveApp(t, r.app, r.review.read())
	r.has("c takes in all")
	press(t, r.app, "c")
	r.has("Litware")
}

// Who left at an earlier step meant all customers when coming here again.
func TestNarrowingIsForgottenAtAnEarlierStep(t *testing.T) {
	r := newReviewRig(t, ordinary()...)
	r.profile.notes.values = map[string]string{noteReview: `{"accepted":{},"left_out":{},"only":["1001"]}`, noteStep: "4"}
	if r = r.restarted(); r.desk.only != nil {
		t.Errorf("only %v", r.desk.only)
	}
}

// withUnlinked takes the links of some customers away.
func withUnlinked(r *reviewRig, ids ...string) *reviewRig {
	source := &r.desk.document.Sources[0]
	for i := range source.Customers {
		if slices.Contains(ids, source.Customers[i].ID) {
			source.Customers[i].Company, source.Customers[i].Agreement = 0, 0
		}
	}
	r.profile.setups.stored[0] = r.desk.document.Clone()
	return r
}

// unlinked are the lines of three customers that nobody is billed for, among others.
func unlinked() []fakeLine {
	return append(ordinary(), fakeLine{"Northwind", "Archive", "11", "", false}, fakeLine{"Northwind", "Business", "4", "", false},
		fakeLine{"Lucerne", "Archive", "2", "", false}, fakeLine{"Munson's Pickles", "Business", "9", "", false})
}

func TestCustomersThatAreNotLinkedAreOneRow(t *testing.T) {
	r := withUnlinked(newReviewRig(t, unlinked()...), "1007", "1008", "1009").open()
	r.has("Not linked ", "4 lines not billed", "3 customers: o lists them", "4 not billed", "[changes and held 6]  held 1  all 12")
	r.hasNot("Northwind", "skipped")
	press(t, r.app, "o")
	r.has("Northwind: 4 Business, 11 Archive", "Lucerne: 2 Archive", "o hides them")
	press(t, r.app, "end", "space")
	r.has("nothing to leave out")
	press(t, r.app, "w", "w")
	r.has("link them in Customers", "Munson's Pickles", "key mail/1009/s11")
	press(t, r.app, "esc", "o")
	r.hasNot("Northwind")
	if item, _ := r.review.state.current(); item.kind != itemLoose {
		t.Errorf("the cursor is on %+v", item)
	}
	press(t, r.app, "/")
	typeText(t, r.app, "lucerne")
	r.has("Lucerne: 2 Archive")
	r.hasNot("Northwind", "o lists")
	press(t, r.app, "esc", "f")
	r.hasNot("Not linked")
	press(t, r.app, "f")
	r.has("Northwind ")
	press(t, r.app, "o") // nothing to list here
	r = withUnlinked(newReviewRig(t, unlinked()...), "1008").open()
	press(t, r.app, "end")
	r.has("▸ · Lucerne: 2 Archive")
	r.hasNot("o lists")
}

func TestSavingAPlanCanBeStopped(t *testing.T) {
	r := newReviewRig(t, ordinary()...).open()
	r.desk.profile.SavePlan = func(ctx context.Context, _ *plan.Plan, _ string) error {
		<-ctx.Done()
		return errors.Join(errors.New("write"), ctx.Err())
	}
	cmd := r.review.save("plan.json")
	r.has("saving the plan …; esc stops it")
	press(t, r.app, "down", "f", "s") // all goes on meanwhile
	press(t, r.app, "enter")
	r.has("a plan is being saved")
	press(t, r.app, "esc")
	driveApp(t, r.app, cmd)
	r.has("the plan was not saved: you stopped it")
	if r.review.saving != nil || r.here != placeReview {
		t.Error("it goes on")
	}
}

func TestSettlingCanBeStopped(t *testing.T) {
	r := newReviewRig(t, ordinary()...)
	cmd := r.begin()
	r.billing.open = []syncer.Intent{{ID: 1, Kind: syncer.IntentCreate, Key: billing.Key{Source: "mail", Customer: "1003", Service: "s13"},
		AgreementID: 1003, ProductID: 13, Quantity: decimal.NewNullDecimal(dec("40")), At: testNow().Add(-time.Minute)}}
	r.billing.wait = make(chan struct{}) // ConnectWise never answers
	over := make(chan []tea.Msg)
	go func() { over <- driveApp(t, r.app, cmd) }()
	r.sync.cancel()
	<-over
	if r.sync.stop == nil || r.sync.stop.Exit != syncer.ExitUnknown || r.desk.writing || r.billing.writes != 0 {
		t.Errorf("stop %+v, %d writes", r.sync.stop, r.billing.writes)
	}
	r.has("✗ stopped", "is still unknown")
}

func TestApplyingCanBeStoppedWhileConnectWiseIsSilent(t *testing.T) {
	r := newReviewRig(t, ordinary()...)
	cmd := r.begin()
	r.billing.wait = make(chan struct{}) // the agreements are read again before the first write
	over := make(chan []tea.Msg)
	go func() { over <- driveApp(t, r.app, cmd) }()
	r.sync.cancel()
	<-over
	if r.sync.run == nil || r.sync.run.ExitCode != syncer.ExitCancelled || r.billing.writes != 0 {
		t.Errorf("run %+v, %d writes", r.sync.run, r.billing.writes)
	}
}

// The footer shows no key that is a letter, or no answer, at this moment.
func TestTheFooterShowsHelpOnlyWhereItIsHelp(t *testing.T) {
	r := newReviewRig(t, ordinary()...).open()
	r.has("? help", "esc back")
	press(t, r.app, "/")
	r.hasNot("? help")
	r.has("esc back")
	press(t, r.app, "esc", "enter")
	r.hasNot("? help", "esc back")
	r.has("esc no")
}

// Notes are stored in the order in which they were changed, however late a command comes to it, and at the end at the latest.
func TestNotesAreStoredInTheirOrder(t *testing.T) {
	r := newReviewRig(t)
	first, second := r.desk.note("a", "1"), r.desk.note("a", "2")
	second()
	first()
	if got := r.profile.notes.values["a"]; got != "2" {
		t.Errorf("the note says %q", got)
	}
	r.desk.note("a", "3")
	if err := r.desk.flush(); err != nil || r.profile.notes.values["a"] != "3" {
		t.Errorf("the note says %q, %v", r.profile.notes.values["a"], err)
	}
}

// What the reasons hide comes back when a key is about it: nobody types into a line that is not there.
func TestKeysOfTheListBringItBack(t *testing.T) {
	for key, want := range map[string]string{"s": "Save the plan as", "/": " / ", "f": "[held 1]"} {
		r := newReviewRig(t, ordinary()...).open()
		press(t, r.app, "w", "w")
		r.hasNot("changes and held")
		press(t, r.app, key)
		r.has(want)
	}
}
