package ui

import (
	"strings"
	"testing"

	"cwsync/syncer/billing"
)

// goneRig is the rig with a linked customer that the usage does not name.
func goneRig(t *testing.T) *linkRig {
	t.Helper()
	r := newLinkRig(t, linkUsage(), linkWorld())
	r.profile.notes.values = map[string]string{noteAgreementType + "mail": "1"}
	from := r.desk.current()
	from.Customers = append(from.Customers, billing.Customer{ID: "old", Sync: true, Company: 50, Agreement: 500, ServicesOff: []string{"archive"}})
	return r.open()
}

func TestACustomerThatIsGoneIsForgotten(t *testing.T) {
	r := goneRig(t)
	r.to("old")
	r.has("no usage", "d forget")
	press(t, r.app, "d")
	r.has("Forget old?", "held in Review")
	press(t, r.app, "esc")
	if r.stored("old") != nil && !r.stored("old").Linked() || r.step.state.linkOf("old") == nil {
		t.Fatal("no forgets it")
	}
	press(t, r.app, "d")
	r.yes()
	r.has("old is forgotten")
	if r.stored("old") != nil || r.step.state.Find("old") != nil {
		t.Error("it is still there")
	}
	if adv := r.stored("adv"); adv == nil || adv.Agreement != 100 {
		t.Errorf("another one is %+v", adv)
	}
}

func TestACustomerThatIsGoneSaysSo(t *testing.T) {
	r := goneRig(t)
	r.to("old")
	press(t, r.app, "x")
	r.yes()
	if one := r.step.marked(); one == nil || !strings.Contains(r.step.state.Reason(one), "d forgets it") {
		t.Errorf("the reason is %q", r.step.state.Reason(one))
	}
}

func TestACustomerWithUsageIsNotForgotten(t *testing.T) {
	r := goneRig(t)
	r.to("adv")
	r.hasNot("d forget")
	press(t, r.app, "d")
	r.has("Adventure Works is in the usage")
	if r.question != nil || r.step.state.Remove("adv") || r.stored("adv") != nil && !r.stored("adv").Linked() {
		t.Error("it can be forgotten")
	}
	r = newLinkRig(t, billing.Usage{}, linkWorld())
	r.step.state.Open(r.desk.document, "mail", billing.Usage{})
	if r.step.state.Remove("adv") {
		t.Error("it is forgotten although no usage was read")
	}
}

func TestTheCurrencyIsThatOfAllAgreements(t *testing.T) {
	r := openedLinkRig(t)
	if r.desk.currency != "USD" {
		t.Errorf("all are in %q, want USD", r.desk.currency)
	}
	other := linkAgreement(999, 50, cloudType, "Cloud in euros", func(a *billing.Agreement) { a.Currency = "EUR" })
	r.step.state.SetCompanyAgreements(50, []billing.Agreement{other})
	if got := r.step.state.currency(); got != "" {
		t.Errorf("of USD and EUR it makes %q", got)
	}
}
