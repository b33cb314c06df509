package ui

import (
	"slices"
	"strings"
	"testing"
	"time"

	"cwsync/syncer/billing"
	"cwsync/syncer/setup"

	tea "charm.land/bubbletea/v2"
)

func TestAcceptLinksTheExactOneAtOnce(t *testing.T) {
	r := openedLinkRig(t).to("tail")
	press(t, r.app, "a")
	r.linked("tail", 60, 600)
	r.has("linked Tailspin Toys to Tailspin Toys, Cloud 2026", "linked 2", "exact 1")
	if one := r.step.marked(); one.id != "サンプル" {
		t.Errorf("the cursor is on %s", one.id)
	}
}

func TestAcceptAsksAboutALikeness(t *testing.T) {
	r := openedLinkRig(t).to("fab")
	press(t, r.app, "a")
	r.has("Link Fabrikam & Co to Fabrikam and Company?", "It is not certain")
	r.clock.pass(time.Second)
	press(t, r.app, "enter") // No is chosen at first
	if r.stored("fab") != nil {
		t.Fatal("it was linked without a yes")
	}
	press(t, r.app, "a")
	r.yes()
	r.linked("fab", 30, 300)
}

func TestAcceptSaysWhyItDoesNothing(t *testing.T) {
	for id, said := range map[string]string{"con": errTwoFit.Error(), "adv": errLinked.Error(), "wide": errOff.Error(), "lit": errNoMatch.Error()} {
		r := openedLinkRig(t).to(id)
		stored := len(r.profile.setups.stored)
		press(t, r.app, "a")
		r.has(said)
		if len(r.profile.setups.stored) != stored || r.question != nil {
			t.Errorf("%s: something was done", id)
		}
	}
}

func TestAcceptAllAsksFirst(t *testing.T) {
	r := openedLinkRig(t)
	press(t, r.app, "A")
	r.has("Link 2 customers?")
	r.clock.pass(time.Second)
	press(t, r.app, "n")
	if r.stored("tail") != nil {
		t.Fatal("linked after a no")
	}
	press(t, r.app, "A")
	r.yes()
	r.linked("tail", 60, 600)
	r.linked("サンプル", 70, 700)
	r.linked("adv", 10, 100)
	r.linked("pro", 80, 800)
	r.linked("wide", 90, 900)
	if r.stored("con") != nil || r.stored("fab") != nil {
		t.Error("more than the exact ones were linked")
	}
	press(t, r.app, "A")
	r.has("there is nothing exact to accept")
}

func TestLinkingByHand(t *testing.T) {
	r := openedLinkRig(t).to("lit")
	press(t, r.app, "enter")
	r.has("Which company is it?", "type 3 letters or more", "Lightwave")
	typeText(t, r.app, "co")
	r.hasNot("found")
	typeText(t, r.app, "ntoso")
	r.has("1 found", "▸ Contoso")
	press(t, r.app, "enter")
	r.has("Litware", "→ Contoso", "Cloud DR", "Helpdesk")
	press(t, r.app, "down", "enter")
	r.linked("lit", 20, 201)
	r.has("linked Litware to Contoso, Cloud DR", "linked 2")
}

func TestAnIdentifierFindsACompanyToo(t *testing.T) {
	r := openedLinkRig(t).to("lit")
	press(t, r.app, "enter")
	typeText(t, r.app, "tailspin")
	r.has("1 found", "▸ Tailspin Toys")
}

func TestAnAgreementOfAnotherTypeMayBeChosen(t *testing.T) {
	r := openedLinkRig(t).to("con")
	press(t, r.app, "enter", "enter", "down", "down")
	r.has("It is of another type than Cloud Services.", "does not prorate")
	press(t, r.app, "enter")
	r.linked("con", 20, 204)
}

func TestClosedAgreementsAreShownAndRefused(t *testing.T) {
	r := openedLinkRig(t).to("con")
	press(t, r.app, "enter", "enter", "end", "up")
	r.has("✗ Cloud 2024", "It cannot be chosen: it ended on 2025-06-30.")
	press(t, r.app, "enter")
	r.has("Cloud 2024 ended on 2025-06-30, so usage cannot be billed on it")
	press(t, r.app, "down")
	r.has("It cannot be chosen: it does not recur.")
	press(t, r.app, "enter")
	if r.stored("con") != nil {
		t.Error("it was linked")
	}
}

func TestLinkingElsewhereSaysWhatBecomesOfTheOldLines(t *testing.T) {
	r := openedLinkRig(t).to("adv")
	press(t, r.app, "enter")
	r.has("▸ Adventure Works Ltd", "linked now")
	typeText(t, r.app, "contoso")
	press(t, r.app, "enter", "enter")
	r.linked("adv", 20, 200)
	driveApp(t, r.app, send(tea.WindowSizeMsg{Width: 200, Height: 24}))
	r.has("what cwsync wrote on the other agreement is held in Review")
}

func TestHiddenCompaniesAreFoundWhenAskedFor(t *testing.T) {
	r := openedLinkRig(t).to("lit")
	press(t, r.app, "enter")
	typeText(t, r.app, "maybe")
	r.has("nothing has maybe in it", "3 hidden: tab shows them")
	press(t, r.app, "tab")
	r.has("▸ Maybe Later", "hidden: Prospect")
	for range "maybe" {
		press(t, r.app, "backspace")
	}
	typeText(t, r.app, "old")
	r.has("hidden: in the recycle bin")
	press(t, r.app, "enter")
	r.has("restore it there first")
	if r.step.mode != modeCompany {
		t.Error("a deleted company was chosen")
	}
	press(t, r.app, "tab")
	r.hasNot("Old Company")
	press(t, r.app, "esc")
	r.has("type 3 letters or more")
	press(t, r.app, "esc")
	if r.step.mode != modeCustomers || r.here != placeCustomers {
		t.Error("esc did not go back to the customers")
	}
}

func TestACompanyWithoutAgreements(t *testing.T) {
	r := openedLinkRig(t).to("lit")
	press(t, r.app, "enter")
	typeText(t, r.app, "lightwave")
	press(t, r.app, "enter")
	r.has("Lightwave has no agreement in ConnectWise")
	press(t, r.app, "enter", "esc")
	r.has("Which company is it?")
}

func TestUnlinkingSaysWhatItMeans(t *testing.T) {
	r := openedLinkRig(t).to("adv")
	press(t, r.app, "x")
	r.has("Unlink Adventure Works?", "Its usage is not billed any more.")
	r.yes()
	r.linked("adv", 0, 0)
	r.to("lit")
	press(t, r.app, "x")
	r.has("Litware is not linked")
}

func TestSpaceSwitchesACustomer(t *testing.T) {
	r := openedLinkRig(t).to("adv")
	press(t, r.app, "space")
	if c := r.stored("adv"); c.Sync || !c.Linked() {
		t.Errorf("%+v", c)
	}
	r.has("off 2", "its link stays")
	press(t, r.app, "space")
	if c := r.stored("adv"); !c.Sync {
		t.Errorf("%+v", c)
	}
	r.to("lit")
	press(t, r.app, "space")
	if c := r.stored("lit"); c == nil || c.Sync || c.Name != "Litware" {
		t.Errorf("%+v", c)
	}
}

func TestServicesAreSwitchedForOneCustomer(t *testing.T) {
	r := openedLinkRig(t).to("tail")
	press(t, r.app, "s")
	r.has("Services of Tailspin Toys", "Advanced", "30 users, not mapped yet")
	press(t, r.app, "space")
	if c := r.stored("tail"); c == nil || !slices.Equal(c.ServicesOff, []string{"business"}) || !c.Sync {
		t.Errorf("%+v", c)
	}
	press(t, r.app, "end", "space")
	r.has("Advanced is not in the set-up yet")
	press(t, r.app, "home", "space", "enter")
	if c := r.stored("tail"); len(c.ServicesOff) != 0 {
		t.Errorf("%+v", c)
	}
	if r.step.mode != modeCustomers {
		t.Error("enter did not close the list")
	}
}

func TestFilterAndSearch(t *testing.T) {
	r := openedLinkRig(t)
	if len(r.step.shown) != 9 {
		t.Fatalf("%d customers", len(r.step.shown))
	}
	for _, want := range []int{7, 2, 1, 9} { // what needs you, linked, off, all
		press(t, r.app, "f")
		if len(r.step.shown) != want {
			t.Errorf("%s: %d customers, want %d", r.step.filter, len(r.step.shown), want)
		}
	}
	press(t, r.app, "/")
	typeText(t, r.app, "tails")
	r.has("1 found", "▸ + Tailspin Toys")
	if !r.step.typing() {
		t.Error("letters are no text")
	}
	typeText(t, r.app, "a") // no accepting while a text is typed
	if r.stored("tail") != nil {
		t.Error("a letter of a search linked a customer")
	}
	press(t, r.app, "esc", "esc")
	if r.step.rows.query != "" || r.here != placeCustomers {
		t.Error("esc did not end the search")
	}
}

func TestSyncingOneCustomer(t *testing.T) {
	r := openedLinkRig(t).to("adv")
	press(t, r.app, "u")
	if r.here != placeReview || !slices.Equal(r.desk.only, []string{"adv"}) {
		t.Errorf("at %d with %v", r.here, r.desk.only)
	}
	press(t, r.app, "esc")
	if r.here != placeCustomers || r.desk.only != nil {
		t.Errorf("back at %d with %v", r.here, r.desk.only)
	}
	for id, said := range map[string]string{"lit": "Litware is not linked yet", "wide": errOff.Error()} {
		r.to(id)
		press(t, r.app, "u")
		r.has(said)
		if r.here != placeCustomers || r.desk.only != nil {
			t.Errorf("%s: at %d with %v", id, r.here, r.desk.only)
		}
	}
}

func TestReviewIsNarrowedToOneCustomer(t *testing.T) {
	r := newReviewRig(t, ordinary()...).open()
	all := len(r.review.state.page.plan.Changes)
	r.desk.only, r.desk.draft = []string{r.review.state.page.plan.Changes[0].Key.Customer}, nil
	r.open()
	if n := len(r.review.state.page.plan.Changes); n >= all || n == 0 {
		t.Errorf("%d of %d lines", n, all)
	}
	for _, change := range r.review.state.page.plan.Changes {
		if change.Key.Customer != r.desk.only[0] {
			t.Errorf("%s is there", change.Key)
		}
	}
}

func TestNoSource(t *testing.T) {
	r := newLinkRig(t, linkUsage(), linkWorld())
	r.desk.document.Sources = nil
	r.open().has("There is no source of usage yet")
	press(t, r.app, "enter")
	if r.here != placeUsage {
		t.Errorf("at %d", r.here)
	}
}

func TestMarkOfTheStep(t *testing.T) {
	r := newLinkRig(t, linkUsage(), linkWorld())
	if r.step.mark() != markDone {
		t.Error("before anything is read, though all that are in the set-up are linked or off")
	}
	from := r.desk.current()
	from.Customers = append(from.Customers, billing.Customer{ID: "con", Name: "Contoso", Sync: true})
	if r.step.mark() != markTodo {
		t.Error("before anything is read, with one that is not linked")
	}
	r = openedLinkRig(t)
	if r.step.mark() != markAttention {
		t.Error("while customers are not billed")
	}
	for _, id := range []string{"con", "fab", "lit", "nor", "pro", "tail", "サンプル"} {
		r.to(id)
		press(t, r.app, "space")
	}
	if r.step.mark() != markDone {
		t.Error("when all are linked or off")
	}
}

func TestAWholeSetupComesOutOfIt(t *testing.T) {
	r := openedLinkRig(t)
	press(t, r.app, "A")
	r.yes()
	r.to("con")
	press(t, r.app, "enter", "enter", "enter")
	document := r.profile.setups.newest()
	document.Connection = setup.Connection{Site: "cw.example.com", Company: "acme", ClientID: "00000000-0000-0000-0000-000000000000"}
	text, err := document.Export()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"agreement: 200", "agreement: 600", "agreement: 700"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("%q is not in the set-up:\n%s", want, text)
		}
	}
}

func TestNoKeyIsNamedTwice(t *testing.T) {
	for mode := modeCustomers; mode <= modeExport; mode++ {
		r := openedLinkRig(t).to("con")
		switch mode {
		case modeCompany:
			press(t, r.app, "enter")
		case modeAgreement:
			press(t, r.app, "enter", "enter")
		case modeExport:
			press(t, r.app, "e")
		default:
			r.step.mode = mode
		}
		seen := map[string]bool{}
		for _, binding := range r.step.keys() {
			for name := range strings.FieldsSeq(binding.Help().Key) {
				if seen[name] {
					t.Errorf("mode %d names %s twice", mode, name)
				}
				seen[name] = true
			}
		}
	}
}
