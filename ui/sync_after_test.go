package ui

import "testing"

// What was accepted and could not be written is still accepted.
func TestSyncKeepsTheDecisionsThatItCouldNotCarryOut(t *testing.T) {
	r := newReviewRig(t, ordinary()...).open()
	r.to("Fabrikam & Co", "Business")
	press(t, r.app, "a")
	r.yes()
	r.billing.onWrite = func(int) (bool, error) { return false, errRefused }
	press(t, r.app, "enter")
	r.yes()
	press(t, r.app, "r")
	r.hasNot("no longer count")
	if !r.review.state.decided.accepts("mail/1002/s11") {
		t.Errorf("accepted %v", r.review.state.decided.Accepted)
	}
}

// Who has nothing to write can go on all the same: the offer to run it every day is in the last step.
func TestReviewGoesOnWithNothingToWrite(t *testing.T) {
	r := newReviewRig(t, fakeLine{"Wingtip", "Business", "5", "5", true}).open()
	r.has("nothing to write", "enter go on")
	press(t, r.app, "enter")
	r.has("there is nothing to write: what is not held is as it should be", "t run it every day")
	if r.here != placeSync || r.billing.writes != 0 {
		t.Errorf("at step %d after %d writes", r.here, r.billing.writes)
	}
	r = withUnlinked(newReviewRig(t, fakeLine{"Wingtip", "Business", "5", "", false}), "1001").open()
	press(t, r.app, "enter")
	r.has("there is nothing to write; 1 line is not billed")
}
