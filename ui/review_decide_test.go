package ui

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"cwsync/syncer"
	"cwsync/syncer/billing"
	"cwsync/syncer/plan"

	tea "charm.land/bubbletea/v2"
	"github.com/shopspring/decimal"
)

func TestReviewLeavesOutAndTakesInAgain(t *testing.T) {
	r := newReviewRig(t, ordinary()...).open()
	r.to("Contoso", "Business")
	press(t, r.app, "space")
	r.to("Contoso", "Business")
	if change := r.review.state.line(); change.Code != plan.LeftOut {
		t.Fatalf("%+v", change)
	}
	r.has("left out", "1 left out", "3 changes")
	press(t, r.app, "space")
	r.to("Contoso", "Business")
	if change := r.review.state.line(); change.Action != plan.Update {
		t.Fatalf("%+v", change)
	}
	press(t, r.app, "f", "f")
	r.to("Wingtip", "Business")
	press(t, r.app, "space")
	r.has("nothing to leave out")
}

func TestReviewAcceptsAfterAQuestion(t *testing.T) {
	r := newReviewRig(t, ordinary()...).open()
	r.to("Fabrikam & Co", "Business")
	press(t, r.app, "a")
	r.has("Accept this line?", "quantity 100 → 0", "−450.00 USD a month")
	press(t, r.app, "y") // typed ahead
	if r.question == nil || len(r.review.state.decided.Accepted) != 0 {
		t.Fatal("a key that was typed ahead answers")
	}
	r.clock.pass(time.Second)
	press(t, r.app, "enter") // the safe answer is the first
	if r.question != nil || len(r.review.state.decided.Accepted) != 0 {
		t.Fatal("enter accepts")
	}
	press(t, r.app, "a")
	r.yes()
	if change := r.review.state.line(); change.Action != plan.Update || !change.Accepted {
		t.Fatalf("%+v", change)
	}
	r.has("5 changes", "accepted:")
	press(t, r.app, "a")
	if change := r.review.state.line(); change.Action != plan.Hold {
		t.Fatalf("not held again: %+v", change)
	}
	r.to("Litware", "Archive")
	press(t, r.app, "a")
	r.has("this line is not held")
}

func TestReviewRefusesWhatNobodyMayAccept(t *testing.T) {
	lines := ordinary()
	r := newReviewRig(t, lines...)
	agreement := r.billing.agreements[1001]
	agreement.Cancelled, agreement.CancelledOn = true, billing.NewDate(2026, time.January, 1)
	r.billing.agreements[1001] = agreement
	r.open()
	r.to("Contoso", "Business")
	press(t, r.app, "a")
	if r.question != nil {
		t.Fatal("it asks")
	}
	r.has("cannot be accepted")
}

func TestReviewAcceptsAWholeSource(t *testing.T) {
	r := newReviewRig(t, ordinary()...)
	r.billing.usage.AsOf = testNow().Add(-80 * time.Hour)
	r.open()
	r.has("mail is held, usage stale", "nothing to write")
	for range 20 {
		press(t, r.app, "up")
	}
	press(t, r.app, "a")
	r.has("Accept the whole source mail?")
	r.yes()
	r.has("✓ mail: usage stale is accepted", "4 changes")
	press(t, r.app, "a")
	r.has("mail is held, usage stale")
	// A line of a held source asks for the source.
	r.to("Contoso", "Business")
	press(t, r.app, "a")
	r.has("Accept this line?", "accepts all lines of mail")
	r.yes()
	if !r.review.state.decided.accepts("mail:usage_stale") {
		t.Errorf("accepted %v", r.review.state.decided.Accepted)
	}
}

// Reading again keeps what was decided about lines that are as they were, and drops the rest.
func TestReadingAgainKeepsDecisionsOfLinesThatStay(t *testing.T) {
	r := newReviewRig(t, ordinary()...).open()
	r.to("Fabrikam & Co", "Business")
	press(t, r.app, "a")
	r.yes()
	r.to("Contoso", "Business")
	press(t, r.app, "space", "r")
	r.hasNot("no longer count")
	accepted, leftOut := r.review.state.decided.entries()
	if !slices.Equal(accepted, []string{"mail/1002/s11"}) || !slices.Equal(leftOut, []string{"mail/1001/s11"}) {
		t.Errorf("accepted %v, left out %v", accepted, leftOut)
	}
	for i := range r.billing.usage.Lines {
		if line := &r.billing.usage.Lines[i]; line.CustomerID == "1002" {
			line.Quantity = dec("1") // still held, but not the change that was accepted
		}
	}
	press(t, r.app, "r")
	r.has("1 decision no longer counts")
	r.to("Fabrikam & Co", "Business")
	if r.review.state.line().Action != plan.Hold {
		t.Error("what was accepted of another change releases this one")
	}
	if _, leftOut := r.review.state.decided.entries(); !slices.Equal(leftOut, []string{"mail/1001/s11"}) {
		t.Errorf("left out %v", leftOut)
	}
}

func TestReviewAsksBeforeItWrites(t *testing.T) {
	r := newReviewRig(t, ordinary()...).open()
	press(t, r.app, "enter")
	r.has("Write 4 changes to ConnectWise: +198.00 USD a month?", "4 customers: 2 raised, 1 lowered, 1 new", "1 line stays held", "1 line is taken note of")
	r.clock.pass(time.Second)
	press(t, r.app, "enter")
	if r.here != placeReview || r.desk.plan != nil || r.billing.writes != 0 {
		t.Fatal("the safe answer writes")
	}
	press(t, r.app, "enter")
	r.yes()
	if r.here != placeSync || r.billing.writes != 4 || r.desk.plan != nil || r.desk.draft != nil {
		t.Fatalf("at step %d, %d writes", r.here, r.billing.writes)
	}
}

func TestReviewHasNothingToWrite(t *testing.T) {
	r := newReviewRig(t, fakeLine{"Wingtip", "Business", "5", "5", true}).open()
	r.has("nothing to change: 1 line is as it should be")
	press(t, r.app, "enter")
	r.has("there is nothing to write")
	if r.question != nil {
		t.Error("it asks")
	}
	r = newReviewRig(t, fakeLine{"Wingtip", "Business", "5", "5", false}).open()
	press(t, r.app, "enter")
	r.has("Nothing is written to ConnectWise. Take note of 1 line?")
	r.yes()
	if r.billing.writes != 0 || len(r.billing.runs) != 1 || r.billing.runs[0].ExitCode != 0 {
		t.Errorf("%d writes, runs %+v", r.billing.writes, r.billing.runs)
	}
}

func TestLateNewsOfAnEarlierPlanIsDropped(t *testing.T) {
	r := newReviewRig(t, ordinary()...).open()
	r.to("Contoso", "Business")
	first := r.review.leaveOut()
	r.to("Litware", "Archive")
	second := r.review.leaveOut()
	r.review.confirm()
	if msg := r.review.confirm()(); !strings.Contains(fmt.Sprint(msg), "one moment") {
		t.Errorf("it asks while a plan is being made: %v", msg)
	}
	late := first()
	driveApp(t, r.app, second)
	page := r.review.state.page
	driveApp(t, r.app, func() tea.Msg { return late })
	if r.review.state.page != page || page.sum.Pending() != 2 {
		t.Errorf("%d changes", r.review.state.page.sum.Pending())
	}
}

func TestReviewLeavesOutAMergedLineWhole(t *testing.T) {
	r := newReviewRig(t, fakeLine{"Contoso", "Business", "5", "", false}, fakeLine{"Contoso", "Trial", "2", "", false})
	services := r.desk.document.Sources[0].Services
	for i := range services {
		services[i].Product, services[i].Merge = billing.ProductRef{Identifier: "PPE-Business"}, billing.MergeSum
	}
	r.profile.setups.stored[0] = r.desk.document.Clone()
	r.open()
	press(t, r.app, "f", "f")
	r.has("0 → 7")
	r.to("Contoso", "Business")
	press(t, r.app, "space")
	r.hasNot("1 change ")
	r.to("Contoso", "Trial")
	press(t, r.app, "space") // a part stands for the whole
	r.has("0 → 7", "1 change ")
	r.to("Contoso", "Trial")
	press(t, r.app, "space")
	if _, leftOut := r.review.state.decided.entries(); !slices.Equal(leftOut, []string{"mail/1001/s11"}) {
		t.Errorf("left out %v", leftOut)
	}
	// A part that was left out while it was a line of its own.
	r.review.state.decided.LeftOut = map[string]string{"mail/1001/s12": ""}
	driveApp(t, r.app, r.review.replan())
	r.hasNot("1 change ")
	r.to("Contoso", "Business")
	press(t, r.app, "space")
	r.has("0 → 7", "1 change ")
}

func TestReviewHasAnUnknownWriteSettledFirst(t *testing.T) {
	r := newReviewRig(t, ordinary()...)
	r.billing.open = []syncer.Intent{{ID: 1, Kind: syncer.IntentCreate, Key: billing.Key{Source: "mail", Customer: "1003", Service: "s13"},
		AgreementID: 1003, ProductID: 13, Quantity: decimal.NewNullDecimal(dec("40")), At: testNow().Add(-time.Minute)}}
	r.open()
	r.to("Litware", "Archive")
	if r.review.state.line().Code != plan.PreviousUnknown {
		t.Fatalf("%+v", r.review.state.line())
	}
	press(t, r.app, "a")
	r.has("Count the earlier write as not done?", "Look at the agreement")
	r.yes()
	driveApp(t, r.app, send(tea.WindowSizeMsg{Width: 160, Height: 40}))
	r.has("accepted, the sync settles it first")
	press(t, r.app, "a")
	if len(r.review.state.decided.Accepted) != 0 {
		t.Fatal("it cannot be taken back")
	}
	press(t, r.app, "a")
	r.yes()
	press(t, r.app, "enter")
	r.yes()
	if len(r.billing.settled) == 0 || r.billing.settled[0].End != syncer.Rejected {
		t.Errorf("settled %+v", r.billing.settled)
	}
}

// What is written into the catalog is no customer's.
func TestReviewAsksForProductsApartFromCustomers(t *testing.T) {
	row := func(customer string, code plan.Code, action plan.Action) plan.Change {
		return plan.Change{Key: billing.Key{Source: "mail", Customer: customer, Service: "archive"}, Customer: plan.Named{ID: customer}, Action: action, Code: code}
	}
	product := row("", plan.NewProduct, plan.Create)
	for name, c := range map[string]struct {
		changes []plan.Change
		want    string
	}{
		"both": {[]plan.Change{product, row("1001", plan.NewLine, plan.Create), row("1002", plan.NewLine, plan.Create)},
			"1 product in ConnectWise's catalog, before the lines that need them|2 customers: 2 new"},
		"a product alone": {[]plan.Change{row("", plan.PriceChanged, plan.Update), row("1001", plan.Unchanged, plan.None)}, "1 product in ConnectWise's catalog, before the lines that need them"},
		"lines alone":     {[]plan.Change{row("1001", plan.NewLine, plan.Create)}, "1 customer: 1 new"},
	} {
		s := reviewState{page: newPlanPage(&plan.Plan{Changes: c.changes})}
		if got := strings.Join(s.written(), "|"); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
