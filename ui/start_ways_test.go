package ui

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"cwsync/syncer"
	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
	"cwsync/syncer/setup"
	"cwsync/ui/theme"

	tea "charm.land/bubbletea/v2"
)

// A profile opens on Start once there is something to start with, and on its steps before.
func TestWhatAProfileOpensOn(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*fakeProfile)
		start  bool
	}{
		"it can be synced":        {func(*fakeProfile) {}, true},
		"nothing is mapped":       {func(p *fakeProfile) { p.setups.stored[0].Sources[0].Services[0].Product = billing.ProductRef{} }, false},
		"nobody is linked":        {func(p *fakeProfile) { p.setups.stored[0].Sources[0].Customers[0].Agreement = 0 }, false},
		"there is no source":      {func(p *fakeProfile) { p.setups.stored[0].Sources = nil }, false},
		"it is new":               {func(p *fakeProfile) { p.setups.stored = nil }, false},
		"the keys are not there":  {func(p *fakeProfile) { p.dialErr, p.site = errors.New("the private key is nowhere"), nil }, false},
		"mapped and linked apart": {func(p *fakeProfile) { apart(p.setups.stored[0]) }, false},
		"nothing is mapped, but it ran once": {func(p *fakeProfile) {
			p.setups.stored[0].Sources[0].Services = nil
			p.last = &LastRun{ID: "r-1"}
		}, true},
	} {
		profile := startProfile(t)
		test.change(profile)
		r := starting(t, newFakeOffice(profile), profile.name)
		if got := r.app.onPage() != nil && r.app.onPage().name == pageStart; got != test.start {
			t.Errorf("%s: opens on Start: %t\n%s", name, got, seeRoot(t, r))
		}
	}
}

// apart leaves one source with a mapping and another one with a link.
func apart(document *setup.Document) {
	other := document.Sources[0]
	other.Name, other.Services = "backup", nil
	document.Sources[0].Customers = nil
	document.Sources = append(document.Sources, other)
}

func TestStartLeads(t *testing.T) {
	for name, where := range map[string]place{"enter": placeReview, "r": placeReview, "p": placeProducts, "c": placeCustomers, "d": placeTest, "u": placeUsage, "e": placeConnect} {
		profile := startProfile(t)
		a := startOf(t, profile)
		for i := range a.steps {
			a.steps[i] = idleStep(placeName(place(i)))
		}
		if press(t, a, name); !a.at(where) || profile.notes.values[noteStep] != strconv.Itoa(int(where)) {
			t.Errorf("%s leads to step %d, noted %q", name, a.here, profile.notes.values[noteStep])
		}
		if press(t, a, "esc"); a.onPage() == nil {
			t.Errorf("esc after %s does not lead back to Start", name)
		}
	}
}

func TestStepsAreCalledWhatTheirBarSays(t *testing.T) {
	a := newApp(newFakeDesk(t, newFakeProfile("contoso")))
	for i, s := range a.steps {
		if s.name() != placeName(place(i)) {
			t.Errorf("%q is called %q", s.name(), placeName(place(i)))
		}
	}
}

func TestEscFromTheFirstStepLeadsToStart(t *testing.T) {
	a := startOf(t, startProfile(t))
	a.over, a.here = nil, placeConnect
	if press(t, a, "esc"); a.onPage() == nil {
		t.Error("it does not")
	}
	profile := newFakeProfile("new")
	b := newApp(newFakeDesk(t, profile))
	b.width, b.height = 80, 24
	press(t, b, "esc")
	requireSees(t, b, "this is the first step; ctrl+c twice leaves")
}

func TestStartGoesOnWhereSomebodyLeft(t *testing.T) {
	left := func(at place, runs ...*syncer.Run) *app {
		profile := startProfile(t, runs...)
		profile.notes.values = map[string]string{noteStep: strconv.Itoa(int(at))}
		return startOf(t, profile)
	}
	a := left(placeProducts)
	requireSees(t, a, "enter goes on with Products, where you left.", "enter go on with Products")
	a.steps[placeProducts] = idleStep("Products")
	if press(t, a, "enter"); !a.at(placeProducts) {
		t.Errorf("enter leads to step %d", a.here)
	}
	requireSees(t, left(placeReview), "enter reviews what a sync would write", "enter review now")
	requireSees(t, left(placeProducts, madeRun("r-1", time.Hour, syncer.ExitDone)), "enter review now")
}

func TestStartLeaves(t *testing.T) {
	quits := func(a *app, name string) bool {
		for _, msg := range press(t, a, name) {
			if _, ok := msg.(tea.QuitMsg); ok {
				return true
			}
		}
		return false
	}
	a := startOf(t, startProfile(t))
	if !quits(a, "q") || a.other {
		t.Error("q does not quit, or asks for another profile")
	}
	a = startOf(t, startProfile(t))
	if !quits(a, "o") || !a.other {
		t.Error("o does not leave for another profile")
	}
	a = startOf(t, startProfile(t))
	a.desk.writing = true
	if quits(a, "q") || quits(a, "o") {
		t.Error("it leaves while a sync goes on")
	}
	requireSees(t, a, "✗ a sync is going on: wait for its end, or stop it with ctrl+c", "A sync is going on. enter shows it.")
	a = startOf(t, startProfile(t))
	a.unsaved = "not saved: disk full"
	if quits(a, "q") {
		t.Error("it leaves although something is not stored")
	}
	requireSees(t, a, "not saved; press ctrl+c twice")
	profile := startProfile(t)
	b := startOf(t, profile)
	b.desk.profile.Demo = true
	if quits(b, "o") {
		t.Error("the demo has other profiles")
	}
}

// Who leaves a profile for another one gets the list, with that profile marked, also where it is the only one.
func TestAnotherProfile(t *testing.T) {
	office := threeProfiles()
	r := newRoot(t.Context(), Options{Office: office, NoColor: true, Now: testNow})
	r.before, r.width, r.height = "contoso", 80, 24
	driveRoot(t, r, r.begin())
	requireRootSees(t, r, "▸ contoso")
	only := newFakeProfile("contoso")
	connected(only)
	r = newRoot(t.Context(), Options{Office: newFakeOffice(only), NoColor: true, Now: testNow})
	r.before, r.width, r.height = "contoso", 80, 24
	driveRoot(t, r, r.begin())
	requireRootSees(t, r, "▸ contoso", "New profile")
}

// After a sync Start says what came of it, whether it is looked at or not.
func TestStartIsUpToDateAfterASync(t *testing.T) {
	profile := startProfile(t)
	a := startOf(t, profile)
	requireSees(t, a, "never synced ·")
	run := madeRun("r-1", 0, syncer.ExitDone, goodLines()...)
	profile.runs = []*syncer.Run{run}
	s := a.steps[placeSync].(*syncStep)
	s.feed, s.cancel, a.desk.writing = newFeed(a.desk.now), func() {}, true
	driveApp(t, a, send(syncEndMsg{run: run}))
	requireSees(t, a, "last sync 09:00 today ✓", "Done: 16 changes written", "▲ 12 raised", "enter review now")
	if !a.desk.ran {
		t.Error("that there was a run is forgotten")
	}
}

func TestStartSaysWhatTheSetUpSaysNow(t *testing.T) {
	service := func(id string, change func(*billing.Service)) billing.Service {
		made := setup.NewService(id, strings.ToUpper(id))
		change(&made)
		return made
	}
	customer := func(id string, change func(*billing.Customer)) billing.Customer {
		made := setup.NewCustomer(id, id)
		change(&made)
		return made
	}
	skipped := func(customer, service string, code plan.Code) runLine {
		return runLine{customer: customer, service: service, action: plan.Skip, code: code, usage: "2", worth: "9", status: syncer.Skipped}
	}
	profile := startProfile(t, madeRun("r-1", time.Hour, syncer.ExitDone,
		skipped("a", "mapped", plan.UnmappedService), skipped("a", "off", plan.UnmappedService), skipped("a", "open", plan.UnmappedService), skipped("a", "new", plan.UnmappedService),
		skipped("linked", "x", plan.UnlinkedCustomer), skipped("away", "x", plan.UnlinkedCustomer), skipped("loose", "x", plan.UnlinkedCustomer)))
	source := &profile.setups.stored[0].Sources[0]
	source.Services = []billing.Service{
		service("mapped", func(s *billing.Service) { s.Product.Identifier = "PPE" }), service("off", func(s *billing.Service) { s.Sync = false }),
		service("open", func(*billing.Service) {}), service("idle", func(*billing.Service) {}),
	}
	source.Customers = []billing.Customer{
		customer("linked", func(c *billing.Customer) { c.Company, c.Agreement = 1, 2 }), customer("away", func(c *billing.Customer) { c.Sync = false }),
		customer("loose", func(*billing.Customer) {}),
	}
	a := startOf(t, profile)
	driveApp(t, a, send(tea.WindowSizeMsg{Width: 120, Height: 40}))
	requireSees(t, a, "3 services are not mapped, about 18.00 USD a month: new (2 users), open (2 users) and IDLE", "1 customer is not linked: loose")
	a.desk.document.Sources[0].Sync = false
	requireSees(t, a, "nothing needs you")
}

// An undo and a run that came to no lines leave what the run before them left.
func TestStartSaysWhatAnEarlierRunLeft(t *testing.T) {
	undo := madeRun("r-3", time.Hour, syncer.ExitDone, goodLines()[0])
	undo.Undoes = "r-1"
	empty := madeRun("r-2", 2*time.Hour, syncer.ExitTryLater)
	a := startOf(t, startProfile(t, undo, empty, madeRun("r-1", 3*time.Hour, syncer.ExitHeld, heldLines()...)))
	requireSees(t, a, "Done: the run of 06:00 today was taken back: 1 change written", "▲ 1 raised", "2 lines are held and need you", "3 customers are not linked")
}

// An undo that held lines, or whose lines failed, needs a person as a sync does.
func TestStartSaysWhatAnUndoLeft(t *testing.T) {
	undo := madeRun("r-3", time.Hour, syncer.ExitUnknown, append(goodLines()[:3:3], runLine{customer: "Contoso", service: "Old", action: plan.Hold, code: plan.ChangedMeanwhile,
		status: syncer.Held})...)
	undo.Undoes = "r-1"
	undo.Outcomes[1].Status, undo.Outcomes[2].Status = syncer.Failed, syncer.Unknown
	undo.Outcomes[1].Problem = &syncer.Problem{Message: "ConnectWise refused it"}
	a := startOf(t, startProfile(t, undo, madeRun("r-1", 3*time.Hour, syncer.ExitDone, goodLines()...)))
	requireSees(t, a, "1 line may or may not be taken back", "1 line could not be taken back: ", "ConnectWise refused it", "1 line is not taken back: changed since")
	if strings.Contains(see(t, a), "nothing needs you") {
		t.Error("nothing needs anybody after an undo that failed")
	}
}

// Counts of several units have none in common.
func TestStartNamesAUnitThatAllLinesHave(t *testing.T) {
	run := madeRun("r-1", time.Hour, syncer.ExitDone, heldLines()[2:4]...)
	run.Plan.Changes[1].Unbilled.Unit = "GB"
	if got := unmappedText(standingOf(run).unmapped); got != "1 service is not mapped, about 72.00 USD a month: plus (12)" {
		t.Error(got)
	}
	run.Plan.Changes[1].Unbilled = nil // as an earlier version kept it
	if got := unmappedText(standingOf(run).unmapped); got != "1 service is not mapped, more than 42.00 USD a month: plus (12 users)" {
		t.Error(got)
	}
}

func TestStartSaysWhatCannotBeRead(t *testing.T) {
	profile := startProfile(t, madeRun("r-1", time.Hour, syncer.ExitDone))
	profile.runErr = &syncer.Stop{Exit: syncer.ExitStore, Problem: syncer.Problem{Message: "the database is damaged", Hint: "restore the copy"}}
	a := startOf(t, profile)
	requireSees(t, a, "✗ the database is damaged", "restore the copy", "enter review now")
	profile.runErr = nil
	profile.next = func(context.Context) (NextRun, bool, error) {
		return NextRun{}, false, errors.New("systemd does not answer")
	}
	a = startOf(t, profile)
	requireSees(t, a, "Next run ! nobody can tell: systemd does not answer", "nothing needs you")
}

func TestStartShowsWhatToGiveAScheduler(t *testing.T) {
	a := startOf(t, startProfile(t))
	press(t, a, "s")
	requireSees(t, a, "Run it every day", "cwsync schedule add --profile contoso-msp", "esc back to Start")
	press(t, a, "esc")
	requireSees(t, a, "Nothing was ever synced")
}

func TestStartScrolls(t *testing.T) {
	profile := startProfile(t, madeRun("r-1", time.Hour, syncer.ExitHeld, append(goodLines(), heldLines()...)...))
	held := plan.SourceSummary{Name: "mail", Held: plan.UsageStale, Problem: strings.Repeat("its usage is too old ", 20)}
	profile.runs[0].Plan.Sources = []plan.SourceSummary{held}
	a := startOf(t, profile)
	driveApp(t, a, send(tea.WindowSizeMsg{Width: minWidth, Height: minHeight}))
	requireSees(t, a, "source mail is held: its usage is too r review", "↑↓ scroll")
	if strings.Contains(see(t, a), "Next run") {
		t.Fatalf("it fits:\n%s", see(t, a))
	}
	press(t, a, "pgdown", "pgdown", "down")
	requireSees(t, a, "Next run not scheduled", "Recent 08:00 today")
	press(t, a, "pgup", "pgup", "up")
	requireSees(t, a, "Done: 16 changes written")
}

// A page of the list is led to by its key, in place of what Start does itself, and its line says so.
func TestStartLeadsToPages(t *testing.T) {
	a := startOf(t, startProfile(t, madeRun("r-1", time.Hour, syncer.ExitDone)))
	start := a.onPage().screen.(*startPage)
	for key, name := range map[string]string{"s": "schedule", "h": "history", "d": "doctor"} {
		p := page{name: name, key: key, does: "the " + name}
		start.others = append(start.others, p)
		a.pages = append(a.pages, openPage{p, &fakePage{idleStep: idleStep(name)}})
	}
	requireSees(t, a, "not scheduled: s shows how s the schedule", "Recent 08:00 today none h the history", "d the doctor")
	for key, name := range map[string]string{"s": "schedule", "h": "history", "d": "doctor"} {
		if press(t, a, key); a.onPage().name != name {
			t.Errorf("%s opens %s", key, a.onPage().name)
		}
		if press(t, a, "esc"); a.onPage().name != pageStart {
			t.Errorf("esc from %s leads to %s", name, a.onPage().name)
		}
	}
}

func TestHowARunEndedInWords(t *testing.T) {
	problem := &syncer.Problem{Message: "it is broken", Hint: "mend it"}
	some := syncer.Counts{Applied: 2}
	for text, run := range map[string]LastRun{
		"Done: nothing was to be written, all is as it should be":                               {ExitCode: syncer.ExitDone},
		"Done: 2 changes written":                                                               {ExitCode: syncer.ExitDone, Counts: some},
		"Done: nothing was written, what would change is held":                                  {ExitCode: syncer.ExitHeld},
		"Stopped between two writes: 2 changes written":                                         {ExitCode: syncer.ExitCancelled, Counts: some},
		"Not certain: 2 changes written; of some it is not known yet":                           {ExitCode: syncer.ExitUnknown, Counts: some},
		"Failed in part: 2 changes written, but not all":                                        {ExitCode: syncer.ExitPartial, Counts: some},
		"Failed: nothing was written":                                                           {ExitCode: syncer.ExitStale, Problem: problem},
		"Failed: ConnectWise is out of reach or throttles; nothing was written":                 {ExitCode: syncer.ExitTryLater},
		"Done: an earlier run was taken back: 2 changes written":                                {ExitCode: syncer.ExitDone, Counts: some, Undoes: "r-0"},
		"The sync of 09:00 today never finished: it was cut off, or goes on now. 2 changes are": {CutOff: true, ExitCode: -1, Counts: some},
	} {
		page := &startPage{desk: newFakeDesk(t, newFakeProfile("contoso")), seen: &overview{runs: []LastRun{run}}}
		page.seen.runs[0].Ended = testNow()
		lines := page.ending()
		if !strings.HasPrefix(lines[0].text, text) || run.Problem != nil && (len(lines) != 3 || lines[1].text != problem.Message || lines[2].text != problem.Hint) {
			t.Errorf("%+v says %+v, want %q", run, lines, text)
		}
	}
}

func BenchmarkOverview(b *testing.B) {
	var lines []runLine
	for range 240 {
		lines = append(lines, goodLines()...)
	}
	profile := startProfile(b, madeRun("r-1", time.Hour, syncer.ExitHeld, append(lines, heldLines()...)...))
	opened := profile.open()
	for b.Loop() {
		if _, err := readOverview(b.Context(), opened); err != nil {
			b.Fatal(err)
		}
	}
}

func TestMoments(t *testing.T) {
	now := testNow()
	for at, want := range map[time.Time][2]string{
		now:                   {"09:00 today", "today 09:00"},
		now.AddDate(0, 0, -1): {"09:00 yesterday", "2026-11-20 09:00"},
		now.AddDate(0, 0, 1):  {"2026-11-22 09:00", "tomorrow 09:00"},
		now.AddDate(0, 0, 9):  {"2026-11-30 09:00", "2026-11-30 09:00"},
	} {
		if past, coming := pastMoment(at, now), comingMoment(at, now); past != want[0] || coming != want[1] {
			t.Errorf("%v: %q and %q", at, past, coming)
		}
	}
}

func TestHowARunEndedHasASign(t *testing.T) {
	for want, runs := range map[string][]LastRun{
		theme.SignDone: {{ExitCode: syncer.ExitDone}}, theme.SignHeld: {{ExitCode: syncer.ExitHeld}, {ExitCode: syncer.ExitCancelled}},
		theme.SignWrong: {{ExitCode: syncer.ExitPartial}, {ExitCode: syncer.ExitTryLater}}, theme.SignUnknown: {{CutOff: true, ExitCode: -1}},
	} {
		for _, run := range runs {
			if sign, _ := run.sign(); sign != want {
				t.Errorf("%+v: %q", run, sign)
			}
		}
	}
}

func TestStartLineByLine(t *testing.T) {
	profile := startProfile(t, madeRun("r-3", 3*time.Hour, syncer.ExitHeld, append(goodLines(), heldLines()...)...), madeRun("r-2", 27*time.Hour, syncer.ExitDone))
	profile.next = scheduled("cron")
	out := answered(t, profile, nil, "?", "7", "b", "l", "6", "q")
	requireSays(t, out, "Page: Start\n", "contoso-msp · api-na.myconnectwise.net, last sync 06:00 today.\n",
		"Done: 16 changes written, some lines are held (06:00 today, took 12 s)\n",
		"12 raised, 3 lowered, 1 new, 402 unchanged, a month +1,204.50 USD (held −441.00 USD).\n",
		"Attention: 2 lines are held and need you.\n", "Attention: 1 service is not mapped, about 72.00 USD a month: plus (12 users).\n",
		"Attention: 3 customers are not linked.\n", "Next run: tomorrow 06:00 by cron.\n", "Recent: 06:00 today 16 changes · 06:00 yesterday none.\n",
		"1. review\n2. products\n3. customers\n4. usage\n5. settings\n6. schedule\n7. doctor\n8. other profiles\n",
		"enter: review now, 1 to 8: that of the list, l: say it again.", "Step 2 of 7: Test", "Page: Start", "last sync 06:00 today", "cwsync schedule add --profile contoso-msp")
}

func TestAnotherProfileLineByLine(t *testing.T) {
	profile := startProfile(t)
	out := answered(t, profile, nil, "8", "1", "q")
	requireSays(t, out, "cwsync, the guided wizard", "Profile contoso-msp.", "Page: Start", "Profiles:\n1. contoso-msp\nn. a new profile\n", "Profile contoso-msp.", "Page: Start",
		"Everything is saved; cwsync goes on where it was.")
	if strings.Count(out, "the guided wizard") != 1 {
		t.Errorf("it greets twice:\n%s", out)
	}
}
