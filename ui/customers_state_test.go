package ui

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"cwsync/syncer/billing"
	"cwsync/syncer/setup"

	"github.com/shopspring/decimal"
)

// openedState is the state of the rig's world with all read and matched, as accessible mode would make it.
func openedState(t *testing.T, usage billing.Usage, world fakeDirectory, customers ...billing.Customer) *customersState {
	t.Helper()
	document := setup.New()
	document.Sources = []billing.Source{{Name: "mail", BillStatus: []billing.Status{billing.StatusActive}, Customers: customers,
		Services: []billing.Service{{ID: "business", Name: "Business", Sync: true, Basis: "licensed"}, {ID: "archive", Name: "Archive"}}}}
	s := newCustomersState()
	s.today = billing.NewDate(2026, 11, 21)
	s.Open(document, "mail", usage)
	s.SetCompanies(newCompanyIndex(world.companies))
	s.Choose(cloudType)
	for _, kind := range world.types {
		list, err := world.AgreementsOfType(t.Context(), kind.ID)
		if err != nil {
			t.Fatal(err)
		}
		s.SetAgreements(kind.ID, list)
	}
	s.SetProposals(s.Question().answer(t.Context()))
	s.Arrange()
	return s
}

func groupsOf(s *customersState) map[string]customerGroup {
	groups := map[string]customerGroup{}
	for i := range s.list {
		groups[s.list[i].id] = s.list[i].group
	}
	return groups
}

func TestEachCustomerHasItsGroup(t *testing.T) {
	s := openedState(t, linkUsage(), linkWorld(),
		billing.Customer{ID: "adv", Company: 10, Agreement: 100, Sync: true}, billing.Customer{ID: "pro", Company: 80, Agreement: 800, Sync: true},
		billing.Customer{ID: "wide", Company: 90, Agreement: 900})
	want := map[string]customerGroup{"adv": groupLinked, "con": groupChoice, "fab": groupChoice, "lit": groupNoCompany, "nor": groupNoAgreement,
		"tail": groupExact, "サンプル": groupExact, "pro": groupBroken, "wide": groupOff}
	if got := groupsOf(s); !maps.Equal(got, want) {
		t.Errorf("groups %v, want %v", got, want)
	}
	counts := s.Groups()
	if counts[groupExact] != 2 || counts[groupChoice] != 2 || counts[groupOff] != 1 || counts[groupUnmatched] != 0 {
		t.Errorf("counts %v", counts)
	}
}

func TestWhatIsWrongWithALinkIsSaid(t *testing.T) {
	world := linkWorld()
	world.agreements = append(world.agreements,
		linkAgreement(801, 80, cloudType, "Gone", func(a *billing.Agreement) { a.Cancelled, a.CancelledOn = true, billing.NewDate(2026, 3, 1) }),
		linkAgreement(802, 80, cloudType, "Later", func(a *billing.Agreement) { a.Start = billing.NewDate(2027, 1, 1) }),
		linkAgreement(803, 80, cloudType, "Asleep", func(a *billing.Agreement) { a.Status = "Inactive" }),
		linkAgreement(804, 80, cloudType, "Last day", func(a *billing.Agreement) { a.End = billing.NewDate(2026, 11, 21) }))
	for _, c := range []struct {
		company, agreement int
		why                string
	}{
		{80, 800, "Cloud 2025 ended on 2025-06-30: link it to a running one"},
		{80, 801, "Gone is cancelled since 2026-03-01: link it to a running one"},
		{80, 802, "Later starts on 2027-01-01: link it to a running one"},
		{80, 803, "Asleep is inactive: link it to a running one"},
		{80, 804, ""},
		{20, 203, "Set-up fee does not recur: link it to a running one"},
		{20, 600, "Cloud 2026 belongs to  now"},
		{91, 999, "Old Company is in ConnectWise's recycle bin"},
		{7777, 999, "company 7777 is not in ConnectWise any more"},
		{20, 999, ""},
		{92, 999, ""},
	} {
		s := openedState(t, billing.Usage{}, world, billing.Customer{ID: "a", Company: c.company, Agreement: c.agreement, Sync: true})
		why := ""
		if one := s.Find("a"); one.group == groupBroken {
			why = s.Reason(one)
		}
		if why != c.why {
			t.Errorf("%d, %d: %q, want %q", c.company, c.agreement, why, c.why)
		}
	}
}

func TestExactOnesAreAcceptedAndNothingElse(t *testing.T) {
	s := openedState(t, linkUsage(), linkWorld(),
		billing.Customer{ID: "tail", Company: 20, Agreement: 201, Sync: true}, // a person's own choice, though another company has the name
		billing.Customer{ID: "wide"})                                          // switched off
	if n := s.AcceptExact(); n != 1 {
		t.Errorf("%d were linked", n)
	}
	for id, want := range map[string][2]int{"tail": {20, 201}, "サンプル": {70, 700}, "wide": {0, 0}} {
		if entry := s.linkOf(id); entry.Company != want[0] || entry.Agreement != want[1] {
			t.Errorf("%s is linked to %d, %d", id, entry.Company, entry.Agreement)
		}
	}
	if s.linkOf("con") != nil || s.linkOf("fab") != nil {
		t.Error("one that needs a choice got into the set-up")
	}
	if n := s.AcceptExact(); n != 0 {
		t.Errorf("%d were linked again", n)
	}
}

func TestAnAgreementThatSomebodyIsLinkedToIsNoExactMatch(t *testing.T) {
	s := openedState(t, linkUsage(), linkWorld(), billing.Customer{ID: "branch", Name: "Tailspin South", Company: 60, Agreement: 600, Sync: true})
	one := s.Find("tail")
	if one.group != groupChoice || !strings.Contains(s.Reason(one), "but Tailspin South is linked to it already") {
		t.Errorf("group %d: %s", one.group, s.Reason(one))
	}
	s.AcceptExact()
	if s.linkOf("tail") != nil {
		t.Error("it was linked nevertheless")
	}
	if remark := s.Remark("tail", s.agreements[600]); !strings.HasPrefix(remark, "Tailspin South is linked to it as well") {
		t.Errorf("remark %q", remark)
	}
	if err := s.Link("tail", 60, 600); err != nil {
		t.Errorf("a person may share it: %v", err)
	}
}

func TestAcceptSaysWhyNot(t *testing.T) {
	s := openedState(t, linkUsage(), linkWorld(), billing.Customer{ID: "adv", Company: 10, Agreement: 100, Sync: true}, billing.Customer{ID: "wide"})
	for id, want := range map[string]error{"nobody": errNobody, "adv": errLinked, "wide": errOff, "lit": errNoMatch, "con": errTwoFit, "nor": errTwoFit, "fab": nil, "tail": nil} {
		if err := s.Accept(id); err != want {
			t.Errorf("%s: %v, want %v", id, err, want)
		}
	}
	if entry := s.linkOf("fab"); entry == nil || entry.Company != 30 || entry.Agreement != 300 || !entry.Sync || entry.Name != "Fabrikam & Co" {
		t.Errorf("Fabrikam: %+v", entry)
	}
}

func TestLinkRefusesWhatCannotBeBilled(t *testing.T) {
	s := openedState(t, linkUsage(), linkWorld())
	for _, c := range []struct {
		company, agreement int
		want               string
	}{
		{20, 202, "Cloud 2024 ended on 2025-06-30, so usage cannot be billed on it"}, {20, 203, "Set-up fee does not recur, so usage cannot be billed on it"},
		{60, 200, errNotTheir.Error()}, {20, 12345, errUnknown.Error()},
	} {
		if err := s.Link("con", c.company, c.agreement); err == nil || err.Error() != c.want {
			t.Errorf("%d, %d: %v", c.company, c.agreement, err)
		}
	}
	if s.linkOf("con") != nil {
		t.Error("a refused link is in the set-up")
	}
	if err := s.Link("nobody", 20, 200); err != errNobody {
		t.Error(err)
	}
}

func TestLinkingElsewhereKeepsAllButTheLinesOfTheOldAgreement(t *testing.T) {
	before := billing.Customer{ID: "con", Company: 20, Agreement: 200, Sync: true, ServicesOff: []string{"archive"}, DiscountPercent: decimal.NewFromInt(5),
		Prices: map[string]decimal.Decimal{"business": decimal.NewFromInt(4)}, Additions: map[string]int{"business": 9001}}
	s := openedState(t, linkUsage(), linkWorld(), before)
	if err := s.Link("con", 20, 200); err != nil || s.linkOf("con").Additions["business"] != 9001 {
		t.Errorf("the same link again: %v, %+v", err, s.linkOf("con"))
	}
	if err := s.Link("con", 20, 201); err != nil {
		t.Fatal(err)
	}
	entry := s.linkOf("con")
	if entry.Agreement != 201 || entry.Additions != nil || len(entry.Prices) != 1 || len(entry.ServicesOff) != 1 || !entry.DiscountPercent.Equal(decimal.NewFromInt(5)) {
		t.Errorf("after linking elsewhere: %+v", entry)
	}
	if !s.Unlink("con") || s.Unlink("con") {
		t.Error("it was to be unlinked once")
	}
	if entry := s.linkOf("con"); entry.Company != 0 || entry.Agreement != 0 || len(entry.Prices) != 1 || !entry.Sync {
		t.Errorf("after unlinking: %+v", entry)
	}
}

func TestSwitchingACustomerKeepsItsLink(t *testing.T) {
	s := openedState(t, linkUsage(), linkWorld(), billing.Customer{ID: "adv", Company: 10, Agreement: 100, Sync: true})
	if s.Toggle("adv") || s.Find("adv").group != groupOff || !s.linkOf("adv").Linked() {
		t.Errorf("off: %+v", s.linkOf("adv"))
	}
	if !s.Toggle("adv") || s.Find("adv").group != groupLinked {
		t.Errorf("on again: %+v", s.linkOf("adv"))
	}
	if s.Toggle("lit") || s.linkOf("lit") == nil || s.linkOf("lit").Sync {
		t.Errorf("one that the set-up did not have: %+v", s.linkOf("lit"))
	}
}

func TestServicesOfACustomer(t *testing.T) {
	s := openedState(t, linkUsage(), linkWorld())
	list := s.Services("tail")
	if len(list) != 3 || !list[0].on || !list[0].known || !list[1].allOff || list[2].known || list[2].used != "30 users" {
		t.Errorf("services %+v", list)
	}
	if s.ToggleService("tail", "advanced") || s.linkOf("tail") != nil {
		t.Error("a service that the set-up does not have was switched")
	}
	if !s.ToggleService("tail", "business") || !slices.Equal(s.linkOf("tail").ServicesOff, []string{"business"}) {
		t.Errorf("off: %+v", s.linkOf("tail"))
	}
	if !s.ToggleService("tail", "business") || s.linkOf("tail").ServicesOff != nil {
		t.Errorf("on again: %+v", s.linkOf("tail"))
	}
}

func TestWhatIsLeftUnbilled(t *testing.T) {
	usage := linkUsage()
	usage.Lines[2].Counts = map[string]decimal.Decimal{"licensed": decimal.NewFromInt(200)} // the basis that is billed
	usage.Lines = append(usage.Lines, useLine("con", "Contoso", "archive", 0), useLine("new", "New", "business", 1000))
	usage.Lines[len(usage.Lines)-1].Status = billing.StatusTrial
	s := openedState(t, usage, linkWorld(), billing.Customer{ID: "adv", Company: 10, Agreement: 100, Sync: true}, billing.Customer{ID: "wide"})
	if got, want := s.Unbilled(), "7 customers are not billed: 250 users of Business, 33 users of Advanced, 5 users of Archive"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	s.AcceptExact()
	if got, want := s.Unbilled(), "5 customers are not billed: 243 users of Business, 5 users of Archive, 3 users of Advanced"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	for _, id := range []string{"con", "fab", "lit", "nor", "pro"} {
		s.Toggle(id)
	}
	if got := s.Unbilled(); got != "" {
		t.Errorf("all are linked or off: %q", got)
	}
}

func TestAgreementsAreOfferedInTheOrderOfUse(t *testing.T) {
	s := openedState(t, linkUsage(), linkWorld())
	if _, ok := s.Agreements(20); ok {
		t.Error("they were not read yet")
	}
	world := linkWorld()
	list, err := world.AgreementsOfCompany(t.Context(), 20)
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(list)
	s.SetCompanyAgreements(20, list)
	offered, ok := s.Agreements(20)
	var ids []int
	for _, a := range offered {
		ids = append(ids, a.ID)
	}
	if !ok || !slices.Equal(ids, []int{200, 201, 204, 202, 203}) {
		t.Errorf("offered %v", ids)
	}
}

func TestRowsStayWhereTheyAreUntilTheyAreArranged(t *testing.T) {
	s := openedState(t, linkUsage(), linkWorld())
	order := func() (ids []string) {
		for i := range s.list {
			ids = append(ids, s.list[i].id)
		}
		return ids
	}
	before := order()
	s.AcceptExact()
	s.Toggle("con")
	if !slices.Equal(before, order()) {
		t.Error("rows moved under the cursor")
	}
	s.Arrange()
	if slices.Equal(before, order()) || s.list[len(s.list)-1].id != "con" {
		t.Errorf("arranged: %v", order())
	}
}

func TestHiddenCompaniesSayWhy(t *testing.T) {
	index := newCompanyIndex(append(linkWorld().companies, billing.Company{ID: 94, Name: "Quiet", Hidden: true}))
	why := map[string]string{}
	for _, at := range index.hidden {
		why[index.all[at].Name] = hiddenWhy(&index.all[at])
	}
	want := map[string]string{"Old Company": "in the recycle bin", "Maybe Later": "Prospect", "Parts and More": "Vendor, Active", "Quiet": "no customer of today"}
	if !maps.Equal(why, want) {
		t.Errorf("%v", why)
	}
}

func TestANewCustomerIsStoredAsTheSetupTakesIt(t *testing.T) {
	s := openedState(t, billing.Usage{Lines: []billing.UsageLine{useLine("x", "Tailspin\u202e  Toys\x1b[31m", "business", 1)}}, linkWorld())
	s.Toggle("x")
	if name := s.linkOf("x").Name; name != "Tailspin\ufffd Toys\ufffd[31m" {
		t.Errorf("name %q", name)
	}
}
