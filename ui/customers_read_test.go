package ui

import (
	"errors"
	"strings"
	"testing"
	"time"

	"cwsync/syncer/billing"
)

func TestAgreementTypeIsAskedOnceAndRemembered(t *testing.T) {
	r := newLinkRig(t, linkUsage(), linkWorld()).open()
	r.has("Which type of agreement", "▸   Cloud Services  7 running, of 6 customers", "Support         1 running, of 1 customer")
	press(t, r.app, "enter")
	r.has("Agreement type  Cloud Services", "exact 2", "linked 1")
	if got := r.profile.notes.values[noteAgreementType+"mail"]; got != "1" {
		t.Errorf("remembered %q", got)
	}
	press(t, r.app, "t", "down", "enter")
	r.has("Agreement type  Support")
	if got := r.profile.notes.values[noteAgreementType+"mail"]; got != "2" {
		t.Errorf("remembered %q", got)
	}
	again := openedLinkRig(t)
	again.hasNot("Which type of agreement")
	again.has("Agreement type  Cloud Services")
}

func TestTheOnlyAgreementTypeIsChosen(t *testing.T) {
	world := linkWorld()
	world.types = world.types[:1]
	newLinkRig(t, linkUsage(), world).open().has("Agreement type  Cloud Services", "exact 2")
}

func TestATypeThatIsGoneIsAskedAgain(t *testing.T) {
	r := newLinkRig(t, linkUsage(), linkWorld())
	r.profile.notes.values = map[string]string{noteAgreementType + "mail": "17"}
	r.open().has("Which type of agreement")
}

func TestNothingIsReadTwice(t *testing.T) {
	r := openedLinkRig(t)
	press(t, r.app, "esc")
	r.here = placeCustomers
	r.open()
	press(t, r.app, "t", "down", "enter", "t", "up", "enter")
	r.to("con")
	press(t, r.app, "enter", "enter", "esc", "enter")
	for what, want := range map[string]int{"types": 1, "companies": 1, "type1": 1, "type2": 1, "company": 1} {
		if got := r.directory.asked[what]; got != want {
			t.Errorf("%s was read %d times", what, got)
		}
	}
	press(t, r.app, "esc", "esc", "r")
	for _, what := range []string{"types", "companies", "type1", "type2"} {
		if got := r.directory.asked[what]; got != 2 {
			t.Errorf("after r %s was read %d times", what, got)
		}
	}
}

func TestAFailureIsSaidAndTriedAgain(t *testing.T) {
	for what, said := range map[string]string{"types": "agreement types: it rains", "companies": "companies: it rains", "type1": "agreements: it rains",
		"type2": "agreements of other types: it rains"} {
		t.Run(what, func(t *testing.T) {
			r := newLinkRig(t, linkUsage(), linkWorld())
			r.profile.notes.values = map[string]string{noteAgreementType + "mail": "1"}
			r.directory.fails[what] = errors.New("it rains")
			r.open()
			r.has(said, "r tries again")
			delete(r.directory.fails, what)
			press(t, r.app, "r")
			r.hasNot("it rains")
			r.has("exact 2")
		})
	}
}

func TestAFailureOfAnAgreementListIsTriedAgain(t *testing.T) {
	r := openedLinkRig(t).to("con")
	r.directory.fails["company"] = &billing.Failure{Class: billing.ClassUnavailable, Op: "read agreements", Message: "no answer", Hint: "look at the network"}
	press(t, r.app, "enter", "enter")
	r.has("read agreements: no answer", "look at the network")
	delete(r.directory.fails, "company")
	press(t, r.app, "r")
	r.has("Cloud DR")
}

func TestASlowDirectoryFreezesNothing(t *testing.T) {
	r := newLinkRig(t, linkUsage(), linkWorld())
	r.profile.notes.values = map[string]string{noteAgreementType + "mail": "1"}
	r.directory.waits["companies"] = make(chan struct{})
	r.start(r.step.enter())
	r.pump(func() bool { return r.step.pending[taskCompanies] != 0 && len(r.step.pending) == 1 })
	r.has("reading companies", "esc stops it", "? help   esc stop", "Adventure Works", "not matched 6")
	r.to("adv").hit("space")
	r.pump(func() bool { return r.stored("adv") != nil && !r.stored("adv").Sync })
	r.hit("enter")
	r.pump(func() bool { return strings.Contains(r.notice.text, "still being read") })
	if r.hit("esc"); r.here != placeCustomers || r.step.waiting() {
		t.Error("esc did not stop the reading")
	}
	r.has("the reading was stopped; r reads again")
	r.directory.quick("companies")
	r.hit("r")
	r.pump(func() bool { return r.step.refined })
	r.has("exact 2")
}

func TestAnAnswerThatComesTooLateIsDropped(t *testing.T) {
	r := openedLinkRig(t).to("con")
	r.directory.waits["company"] = make(chan struct{})
	press(t, r.app, "enter")
	r.hit("enter")
	r.has("reading the agreements of Contoso")
	r.hit("esc")
	r.has("Which company is it?")
	late := companyAgreementsMsg{round: r.step.link.round - 1, company: 20, agreements: []billing.Agreement{linkAgreement(1, 20, cloudType, "Late")}}
	driveApp(t, r.app, send(late))
	if _, known := r.step.state.Agreements(20); known || r.step.mode != modeCompany {
		t.Error("a late answer was taken")
	}
	r.directory.quick("company")
	press(t, r.app, "enter")
	r.has("Cloud DR")
}

func TestATypeThatIsChosenMeanwhileWins(t *testing.T) {
	r := newLinkRig(t, linkUsage(), linkWorld())
	r.profile.notes.values = map[string]string{noteAgreementType + "mail": "1"}
	r.directory.waits["type1"] = make(chan struct{})
	r.start(r.step.enter())
	r.pump(func() bool { return r.step.pending[taskAgreements] != 0 && len(r.step.pending) == 1 })
	old := customersReadMsg{task: taskAgreements, turn: r.step.pending[taskAgreements], typeID: cloudType}
	r.hit("t")
	r.hit("down")
	r.hit("enter")
	r.pump(func() bool { return r.step.state.matched })
	if cmd := r.step.update(old); cmd != nil {
		t.Error("an answer for the other type was taken")
	}
	r.has("Agreement type  Support")
}

func TestUsageThatCannotBeReadIsSaid(t *testing.T) {
	r := newLinkRig(t, linkUsage(), linkWorld())
	delete(r.desk.usage, "mail")
	r.profile.notes.values = map[string]string{noteAgreementType + "mail": "1"}
	r.open().has("usage: this program does not know how to read this source", "Adventure Works", "r tries again")
}

func TestUsageThatIsReadLaterIsMatchedToo(t *testing.T) {
	r := newLinkRig(t, billing.Usage{}, linkWorld())
	r.profile.notes.values = map[string]string{noteAgreementType + "mail": "1"}
	r.open()
	r.hasNot("Tailspin Toys")
	driveApp(t, r.app, send(usageReadMsg{source: "mail", usage: linkUsage()}))
	r.has("exact 2", "Tailspin Toys")
	driveApp(t, r.app, send(usageReadMsg{source: "other", usage: billing.Usage{}}))
	r.has("exact 2")
}

func TestTheLikelyAgreementTypeIsMarked(t *testing.T) {
	world := linkWorld()
	world.types = []billing.AgreementType{{ID: supportType, Name: "Support"}, {ID: cloudType, Name: "Cloud Services"}}
	for i := range 9 { // more running agreements, but of nobody that the usage names
		world.agreements = append(world.agreements, linkAgreement(1000+i, 40, supportType, "Support"))
	}
	r := newLinkRig(t, linkUsage(), world).open()
	r.has("Support         10 running, of 1 customer", "▸   Cloud Services  7 running, of 6 customers")
	press(t, r.app, "enter")
	r.has("Agreement type  Cloud Services")

	r = newLinkRig(t, billing.Usage{}, world) // without customers, the most running agreements
	r.desk.document.Sources[0].Customers = nil
	r.open().has("▸   Support")
}

func TestNoTypeIsMarkedBeforeAllAreCounted(t *testing.T) {
	r := newLinkRig(t, linkUsage(), linkWorld())
	r.directory.waits["type2"] = make(chan struct{})
	r.start(r.step.enter())
	r.pump(func() bool {
		return r.step.pending[taskOthers] != 0 && len(r.step.pending) == 1 && r.step.state.byType[cloudType] != nil
	})
	r.has("counting the agreements of each type", "esc stops it", "Cloud Services  7 running")
	r.hasNot("▸")
	r.hit("enter")
	r.pump(func() bool { return r.notice.text != "" })
	r.has("still being counted")
	r.hit("down")
	r.has("▸   Cloud Services")

	r = newLinkRig(t, linkUsage(), linkWorld())
	r.directory.waits["type2"] = make(chan struct{})
	r.start(r.step.enter())
	r.pump(func() bool {
		return r.step.pending[taskOthers] != 0 && len(r.step.pending) == 1 && r.step.state.byType[cloudType] != nil
	})
	r.hit("esc")
	r.has("▸   Cloud Services", "Which type of agreement")
	if len(r.step.pending) != 0 {
		t.Error("the counting goes on")
	}
	r.directory.quick("type2")
	r.hit("enter")
	r.pump(func() bool { return r.step.refined })
	r.has("exact 2")
}

// Whatever is waited for, esc ends it: its context, and what the screen says of it. Nothing is left running.
func TestEveryWaitOfCustomersIsStopped(t *testing.T) {
	for what, said := range map[string]string{"types": "reading agreement types", "companies": "reading companies", "type1": "reading agreements", "company": "reading the agreements of Contoso"} {
		t.Run(what, func(t *testing.T) {
			r := newLinkRig(t, linkUsage(), linkWorld())
			r.profile.notes.values = map[string]string{noteAgreementType + "mail": "1"}
			if what == "company" {
				r.open().to("con")
				press(t, r.app, "enter")
			}
			r.directory.waits[what] = make(chan struct{})
			if what == "company" {
				r.hit("enter")
			} else {
				r.start(r.step.enter())
			}
			r.pump(func() bool { return what == "company" || len(r.step.pending) == 1 })
			<-r.directory.begun
			r.has(said)
			r.hit("esc")
			r.hasNot(said, "esc stops it")
			select {
			case <-r.directory.ended: // its context
			case <-time.After(10 * time.Second):
				t.Fatal("it was not stopped")
			}
			if r.step.waiting() || r.step.link.busy || r.here != placeCustomers {
				t.Error("esc did not stop it")
			}
			r.hit("down") // usable at once
		})
	}
}

func TestMatchingIsStopped(t *testing.T) {
	r := openedLinkRig(t)
	r.step.state.matched = false
	r.step.pending[taskMatch] = 4711
	matching := r.step.match(taskMatch)
	r.has("comparing names", "esc stops it")
	r.hit("esc")
	r.hasNot("esc stops it")
	if msg := matching().(customersReadMsg); msg.err == nil || msg.proposals != nil {
		t.Errorf("it went on: %+v", msg)
	}
	r.hit("r")
	r.pump(func() bool { return r.step.refined })
}
