package ui

import "testing"

// quantity is what ConnectWise has of the first line of an agreement.
func (r *historyRig) quantity(agreement int) string {
	return r.billing.additions[agreement][0].Quantity.String()
}

// Taking a run back shows a plan, asks with No as the answer at hand, writes in the step Sync, and leads back to the history.
func TestUndoFromTheHistory(t *testing.T) {
	r := newUndoRig(t)
	press(t, r.app, "enter", "u")
	requireSees(t, r.app, "To undo: run of 09:00 today. Nothing is written yet.", "▸ ~ Business 405 → 402", "3 changes −9.00 USD a month", "enter take back 3 changes")
	press(t, r.app, "enter")
	requireSees(t, r.app, "Take back 3 changes in ConnectWise: −9.00 USD a month?", "▸ No ◂", "An invoice never changes.")
	press(t, r.app, "y", "enter") // too soon: they were meant for what was there before
	if r.question == nil || r.billing.writes != 3 {
		t.Fatalf("the question is gone, %d writes", r.billing.writes)
	}
	r.question.since = r.question.since.Add(-quietTime)
	press(t, r.app, "enter")
	if r.billing.writes != 3 || r.question != nil {
		t.Fatalf("the answer No wrote: %d writes", r.billing.writes)
	}
	press(t, r.app, "enter")
	r.yes()
	requireSees(t, r.app, "◐ Sync", "Done: 3 changes written", "enter history")
	if r.quantity(1001) != "402" || r.quantity(1002) != "31" || r.billing.writes != 6 {
		t.Errorf("ConnectWise has %s and %s after %d writes", r.quantity(1001), r.quantity(1002), r.billing.writes)
	}
	run := r.profile.runs[0]
	if run.Undoes != r.profile.runs[1].ID || run.Plan.Undoes != run.Undoes {
		t.Errorf("the run takes back %q", run.Undoes)
	}
	press(t, r.app, "enter")
	requireSees(t, r.app, "cwsync History", "▸ ✓ 09:00 today took back r-20261121-090000-1", "done, 3 applied, taken back since")
	press(t, r.app, "esc")
	requireSees(t, r.app, "undone 09:00 today ✓")
	press(t, r.app, "h", "u", "enter")
	requireSees(t, r.app, "Take back 3 changes in ConnectWise: +9.00 USD a month?") // an undo of the undo
}

// esc from the summary leads back to the history as well, and r from it to Review.
func TestWaysFromTheSummaryOfAnUndo(t *testing.T) {
	for key, name := range map[string]string{"esc": pageHistory, "h": pageHistory} {
		r := newUndoRig(t)
		r.takeBack()
		if press(t, r.app, key); r.onPage() == nil || r.onPage().name != name {
			t.Errorf("%s does not lead to %s", key, name)
		}
		if press(t, r.app, "esc"); r.onPage() == nil || r.onPage().name != pageStart {
			t.Errorf("esc after %s does not lead to Start", key)
		}
	}
	r := newUndoRig(t)
	r.takeBack()
	if press(t, r.app, "r"); !r.at(placeReview) {
		t.Error("r does not lead to Review")
	}
}

func TestUndoLeavesOutAndAccepts(t *testing.T) {
	r := newUndoRig(t)
	r.billing.additions[1001][0].Quantity = dec("410")
	press(t, r.app, "u")
	requireSees(t, r.app, "▸ ! Business 410 → 402", "1 held −36.00 USD", "enter take back 2 changes")
	press(t, r.app, "a")
	requireSees(t, r.app, "Accept this line?")
	r.yes()
	requireSees(t, r.app, "accepted: ", "enter take back 3 changes")
	press(t, r.app, "a")
	requireSees(t, r.app, "held again", "enter take back 2 changes")
	press(t, r.app, "down", "a")
	requireSees(t, r.app, "this line is not held, so there is nothing to accept")
	press(t, r.app, "space", "space", "w")
	requireSees(t, r.app, "2 left out", "space takes it in again")
	press(t, r.app, "w")
	requireSees(t, r.app, "key: mail/1003/s12") // the second w shows all of it
	press(t, r.app, "w", "home", "a")
	r.yes()
	press(t, r.app, "enter")
	r.yes()
	if r.quantity(1001) != "402" || r.quantity(1002) != "30" || r.billing.writes != 4 {
		t.Errorf("ConnectWise has %s and %s after %d writes", r.quantity(1001), r.quantity(1002), r.billing.writes)
	}
}

// What changes between plan and write is held there: the plan is no promise that ConnectWise stays as it is.
func TestUndoReadsAgainBeforeItWrites(t *testing.T) {
	r := newUndoRig(t)
	press(t, r.app, "u", "enter")
	line := &r.billing.additions[1001][0]
	line.Quantity, line.Version = dec("500"), "v9"
	r.yes()
	if r.quantity(1001) != "500" || r.quantity(1002) != "31" {
		t.Errorf("ConnectWise has %s and %s", r.quantity(1001), r.quantity(1002))
	}
	requireSees(t, r.app, "Done: 2 changes written, some lines are held")
}

func TestUndoThatCannotBe(t *testing.T) {
	r := newUndoRig(t)
	r.desk.writing = true
	press(t, r.app, "u")
	requireSees(t, r.app, "a sync is going on: wait for its end before a run is taken back")
	r.desk.writing = false
	press(t, r.app, "u")
	r.desk.writing = true
	press(t, r.app, "enter")
	requireSees(t, r.app, "a sync is going on: wait for its end, then read again with r")
	press(t, r.app, "r")
	requireSees(t, r.app, "a sync is going on: read again when it has ended")
	r.desk.writing = false
	r.history.undo.planning = true
	press(t, r.app, "enter")
	requireSees(t, r.app, "one moment: the plan is being made again")
	r.history.undo.planning = false
	for id := range r.billing.agreements {
		delete(r.billing.agreements, id)
	}
	press(t, r.app, "r", "enter")
	requireSees(t, r.app, "agreement 1001 is no longer in ConnectW…", "there is nothing to take back: what changed since is held, each line says why")
	press(t, r.app, "a")
	requireSees(t, r.app, "this cannot be accepted: agreement 1001 is no longer in ConnectWise")
	press(t, r.app, "w", "esc", "esc")
	requireSees(t, r.app, "[all 1]")
	if r.billing.writes != 3 {
		t.Errorf("%d writes", r.billing.writes)
	}
	r.profile.site.Engine.Past = nil
	press(t, r.app, "u")
	requireSees(t, r.app, "✗ no run can be taken back here")
}

// A plan that is no longer on the screen is written by no answer.
func TestAnAnswerToAnOlderPlanWritesNothing(t *testing.T) {
	r := newUndoRig(t)
	press(t, r.app, "u")
	older := r.history.undo.state.page
	press(t, r.app, "r")
	driveApp(t, r.app, send(confirmedUndoMsg{older}))
	requireSees(t, r.app, "✗ the plan changed while the question was open: look at it again")
	press(t, r.app, "enter")
	if r.question == nil {
		t.Fatal("nothing is asked")
	}
	r.history.undo.state.show(older)
	driveApp(t, r.app, send(noteTestMsg{}))
	if r.question != nil || r.billing.writes != 3 {
		t.Errorf("the question is still there, %d writes", r.billing.writes)
	}
}

func TestHistoryLineByLine(t *testing.T) {
	profile := startProfile(t, pastRunsOf()...)
	profile.past = &fakePast{profile: profile}
	out := answered(t, profile, nil, "8", "f", "1", "f", "1", "b", "b", "/ contoso", "2", "b", "b", "f", "f", "u 4", "b", "b", "q")
	requireSays(t, out, "8. history\n", "Page: History\n", "Runs, newest first: all.\n", "1. run of 05:59 today, done, 16 applied, 2 held, +1,204.50 USD a month\n",
		"2. run of 06:59 yesterday, done, 1 applied, took back r-20261120-060000-7d21e5c8, −9.00 USD a month\n", "3. run of 05:59 yesterday, done, 1 applied, taken back since, +9.00 USD a month\n",
		"1 to 8: open that one, u text: with a number: take that run back, / text: search by customer, product or service, f: show held, l: list again.",
		"Runs, newest first: held.\n", "05:59 today, took 12 s: Done: 16 changes written, some lines are held.\n", "Lines: changes and held.\n",
		"Lines: held.\nFabrikam & Co, held −450.00 USD:\n1. Business, held, 100.", "As of run r-20261121-060000-ab12e5c8", "accept with --accept", "To accept it here: go to Review",
		"Changes, newest first: \"contoso\" in what was held.\n", "2. Contoso, Archive, held, 10 to 12.", "Runs, newest first:", "Page: Start")
}

func TestUndoLineByLine(t *testing.T) {
	r := newUndoRig(t)
	profile := r.profile
	out := answered(t, profile, nil, "8", "u 1", "2", "o", "", "y", "h", "1", "1", "b", "b", "u 1", "b", "b", "q")
	requireSays(t, out, "Page: History\n", "1. run of 09:00 today, done, 3 applied, +189.00 USD a month\n",
		"To undo: run of 09:00 today. Nothing is written yet.\nContoso, −13.50 USD a month:\n1. Business, update, 405 to 402, PPE-Business, Cloud 2026. the quantity goes back from 405 to 402\n",
		"3 changes −9.00 USD a month.\n", "1 to 3: look at that line, enter: take back 3 changes", "the quantity goes back from 30 to 31", "o: leave it out, or take it in again",
		"2. Business, skipped, 30 to 31", "2 changes −13.50 USD a month · 1 left out.\n", "Take back 2 changes in ConnectWise: −13.50 USD a month?", "y: take back 2 changes, enter: no.",
		"Step 7 of 7: Sync\n", "Done: 2 changes written", "h: back to the history", "Page: History\n", "took back r-20261121-090000-1, −13.50 USD a month\n",
		"Quantity: lowest 402, highest 405, last 402, over 2 runs", "To undo: run of 09:00 today.", "Page: Start")
	if r.quantity(1001) != "402" || r.quantity(1002) != "30" || r.billing.writes != 5 {
		t.Errorf("ConnectWise has %s and %s after %d writes", r.quantity(1001), r.quantity(1002), r.billing.writes)
	}
}
