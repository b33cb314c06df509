package ui

import (
	"errors"
	"strings"
	"testing"
	"time"

	"cwsync/syncer/billing"

	tea "charm.land/bubbletea/v2"
)

// openProducts is the step on the screen of a profile, everything read.
func openProducts(t *testing.T, profile *fakeProfile) (*app, *products) {
	t.Helper()
	d := newFakeDesk(t, profile)
	step := newProducts(d).(*products)
	a := newFakeApp(d, placeProducts, step)
	u := newUsage(d) // it takes the usage that this step asks for
	a.steps[placeUsage] = u
	driveApp(t, a, step.enter())
	a.steps[placeUsage] = idleStep("Usage")
	return a, step
}

func serviceOf(d *desk, id string) billing.Service {
	for _, service := range d.document.Sources[0].Services {
		if service.ID == id {
			return service
		}
	}
	return billing.Service{}
}

// goTo marks a service.
func goTo(t *testing.T, p *products, id string) {
	t.Helper()
	for i := range p.state.source.Services {
		if p.state.source.Services[i].ID == id && p.services.mark(i) {
			return
		}
	}
	t.Fatalf("there is no service %s", id)
}

// answer presses y at a question, after its quiet time.
func answer(t *testing.T, a *app, key string) {
	t.Helper()
	if a.question == nil {
		t.Fatal("nothing is asked")
	}
	a.question.since = testNow().Add(-time.Second)
	press(t, a, key)
}

func TestProductsListsServicesWithTheirState(t *testing.T) {
	_, p := openProducts(t, vendorProfile(t))
	var got []string
	for _, row := range p.state.services() {
		sign, _ := serviceSign(row)
		text, _ := serviceText(row, 0)
		got = append(got, strings.Join([]string{sign, row.name, row.count, text}, "|"))
	}
	want := []string{
		"✓|Advanced|134 users|PPE-ADV  Proofpoint Essentials Advanced", "✓|Business|402 users|PPE-BUS  Proofpoint Essentials Business",
		"?|Business+|12 users|suggest: PPE-BUSP (", "·|Beginner|0|not assigned", "?|Archive|40 users|suggest: PPE-ARC (", "!|Exchange+ Basic|3 users|deprecated: ",
	}
	if len(got) != len(want) {
		t.Fatalf("%q", got)
	}
	for i := range want {
		if !strings.HasPrefix(got[i], want[i]) {
			t.Errorf("row %d is %q, want %q", i, got[i], want[i])
		}
	}
}

func TestProductsSaysWhatIsNotBilled(t *testing.T) {
	a, p := openProducts(t, vendorProfile(t))
	if got := p.state.unbilled(); !strings.HasPrefix(got, "more than 222.00 a month is not billed: 12 users of Business+ and 2 more services, at catalog prices") {
		t.Errorf("%q", got)
	}
	p.desk.currency = "USD"
	driveApp(t, a, p.enter())
	if got := p.state.unbilled(); got != "more than 222.00 USD a month is not billed: 12 users of Business+ and 2 more services" {
		t.Errorf("%q, with the currency of the agreements", got)
	}
	press(t, a, "A")
	answer(t, a, "y")
	if got := p.state.unbilled(); got != "3 users of Exchange+ Basic are not billed" {
		t.Errorf("%q", got)
	}
}

func TestProductsSuggestsAndDoesNothingUnasked(t *testing.T) {
	profile := vendorProfile(t)
	a, p := openProducts(t, profile)
	before := vendorDocument().Digest()
	p.desk.document.Sources[0].Customers = p.desk.document.Sources[0].Customers[:1] // those that the usage brought
	if p.desk.document.Digest() != before {
		t.Error("opening the step maps something")
	}
	goTo(t, p, "business_plus")
	if status := p.status(); !strings.HasPrefix(status, "suggest PPE-BUSP (0.") || !strings.Contains(status, ": all words") {
		t.Errorf("status %q", status)
	}
	press(t, a, "A")
	if a.question == nil || !strings.Contains(strings.Join(a.question.lines, "\n"), "Business+: PPE-BUSP (") {
		t.Fatalf("what would be accepted is not listed: %+v", a.question)
	}
	answer(t, a, "n")
	if !serviceOf(p.desk, "business_plus").Product.IsZero() {
		t.Error("a suggestion is applied although it was not accepted")
	}
}

func TestProductsAcceptsOneOrAll(t *testing.T) {
	profile := vendorProfile(t)
	a, p := openProducts(t, profile)
	goTo(t, p, "business_plus")
	press(t, a, "a")
	if got := serviceOf(p.desk, "business_plus").Product.Identifier; got != "PPE-BUSP" {
		t.Errorf("accepted %q", got)
	}
	if !serviceOf(p.desk, "archive").Product.IsZero() {
		t.Error("accepting one accepts others")
	}
	requireValid(t, p.desk, profile)
	press(t, a, "A")
	answer(t, a, "y")
	if got := serviceOf(p.desk, "archive").Product.Identifier; got != "PPE-ARC" {
		t.Errorf("accepted %q", got)
	}
	if !serviceOf(p.desk, "exchange").Product.IsZero() {
		t.Error("a deprecated service is mapped without a question of its own")
	}
	requireValid(t, p.desk, profile)
}

func TestProductsAssignsBySearch(t *testing.T) {
	profile := vendorProfile(t)
	a, p := openProducts(t, profile)
	goTo(t, p, "beginner")
	press(t, a, "/")
	typeText(t, a, "msexb") // of the vendor's part number
	press(t, a, "enter")
	if got := serviceOf(p.desk, "beginner").Product.Identifier; got != "EX-BASIC" || p.inCatalog {
		t.Errorf("assigned %q", got)
	}
	if row, _ := p.markedRow(); row.id != "beginner" {
		t.Errorf("%s is marked afterwards", row.id)
	}
	requireValid(t, p.desk, profile)
}

func TestProductsRefusesWhatCannotBeBilled(t *testing.T) {
	for product, why := range map[int]string{106: "is a bundle", 107: "is inactive"} {
		a, p := openProducts(t, vendorProfile(t))
		goTo(t, p, "beginner")
		press(t, a, "enter")
		p.catalog.mark(product)
		press(t, a, "enter")
		if !strings.Contains(a.notice.text, why) || !serviceOf(p.desk, "beginner").Product.IsZero() {
			t.Errorf("%q, %v", a.notice.text, serviceOf(p.desk, "beginner").Product)
		}
	}
}

func TestProductsAsksHowToMerge(t *testing.T) {
	for _, c := range []struct {
		keys  []string
		merge billing.Merge
	}{{[]string{"enter"}, ""}, {[]string{"esc"}, ""}, {[]string{"down", "enter"}, billing.MergeSum}, {[]string{"down", "down", "enter"}, billing.MergeMax}} {
		profile := vendorProfile(t)
		stored := profile.setups.stored[0]
		stored.Sources[0].Services[2].Quantity.Minimum = dec("5")
		a, p := openProducts(t, profile)
		goTo(t, p, "beginner")
		press(t, a, "enter")
		p.catalog.mark(102)
		press(t, a, "enter")
		if p.sharing == nil || !strings.Contains(p.sharing.lines[0], "Business has PPE-BUS already") {
			t.Fatalf("%v: not asked", c.keys)
		}
		press(t, a, c.keys...)
		beginner, business := serviceOf(p.desk, "beginner"), serviceOf(p.desk, "business")
		if c.merge == "" {
			if !beginner.Product.IsZero() || business.Merge != billing.MergeNone {
				t.Errorf("%v: %+v", c.keys, beginner)
			}
			continue
		}
		if beginner.Product.Identifier != "PPE-BUS" || beginner.Merge != c.merge || business.Merge != c.merge || !beginner.Quantity.Minimum.Equal(dec("5")) {
			t.Errorf("%v: %+v, %+v", c.keys, beginner, business)
		}
		requireValid(t, p.desk, profile)
	}
}

func TestProductsAsksBeforeADeprecatedServiceIsMapped(t *testing.T) {
	profile := vendorProfile(t)
	a, p := openProducts(t, profile)
	goTo(t, p, "exchange")
	press(t, a, "enter")
	p.catalog.mark(108)
	press(t, a, "enter")
	if a.question == nil || !strings.Contains(a.question.title, "although it is deprecated") {
		t.Fatalf("not asked: %+v", a.question)
	}
	answer(t, a, "y")
	if got := serviceOf(p.desk, "exchange").Product.Identifier; got != "EX-BASIC" {
		t.Errorf("assigned %q", got)
	}
	requireValid(t, p.desk, profile)
}

func TestProductsSwitchesAndUnassigns(t *testing.T) {
	profile := vendorProfile(t)
	a, p := openProducts(t, profile)
	goTo(t, p, "business")
	press(t, a, "space")
	if service := serviceOf(p.desk, "business"); service.Sync || service.Product.Identifier != "PPE-BUS" {
		t.Errorf("switched off: %+v", service)
	}
	press(t, a, "space", "x")
	if service := serviceOf(p.desk, "business"); !service.Sync || !service.Product.IsZero() {
		t.Errorf("unassigned: %+v", service)
	}
	requireValid(t, p.desk, profile)
}

func TestProductsRulesOfAService(t *testing.T) {
	for _, c := range []struct {
		name, value string
		err         string
		is          func(s billing.Service) bool
	}{
		{"taxable", "no", "", func(s billing.Service) bool { return s.Taxable == billing.TaxableNo }},
		{"price", "markup", "", func(s billing.Service) bool { return s.Price.From == billing.PriceMarkup }},
		{"percent", "15", "with from: markup only", func(s billing.Service) bool { return !s.Price.Percent.Valid }},
		{"basis", "licensed", "", func(s billing.Service) bool { return s.Basis == "licensed" }},
		{"round", "half_up", "", func(s billing.Service) bool { return s.Quantity.Round == billing.RoundHalfUp }},
		{"round", "sideways", "sideways", func(s billing.Service) bool { return s.Quantity.Round == billing.RoundNone }},
		{"divide_by", "1024", "", func(s billing.Service) bool { return s.Quantity.DivideBy.Equal(dec("1024")) }},
		{"divide_by", "0", "must be greater than 0", func(s billing.Service) bool { return s.Quantity.DivideBy.Equal(dec("1")) }},
		{"included", "-1", "must not be negative", func(s billing.Service) bool { return s.Quantity.Included.IsZero() }},
		{"minimum", "1e3", `"1e3" is`, func(s billing.Service) bool { return s.Quantity.Minimum.IsZero() }},
		{"minimum", "", "a number is needed", func(s billing.Service) bool { return s.Quantity.Minimum.IsZero() }},
		{"merge", "sum", "", func(s billing.Service) bool { return s.Merge == billing.MergeSum }},
		{"change", "dated", "", func(s billing.Service) bool { return s.Change == billing.Dated }},
		{"deprecated", "yes", "", func(s billing.Service) bool { return s.Deprecated }},
		{"colour", "red", "no setting", func(billing.Service) bool { return true }},
	} {
		profile := vendorProfile(t)
		_, p := openProducts(t, profile)
		err := p.state.set("archive", c.name, c.value)
		if (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) || !c.is(serviceOf(p.desk, "archive")) {
			t.Errorf("%s=%s: %v, %+v", c.name, c.value, err, serviceOf(p.desk, "archive"))
		}
	}
}

func TestProductsRulesThatSharersHaveInCommon(t *testing.T) {
	profile := vendorProfile(t)
	_, p := openProducts(t, profile)
	if err := p.state.assign("beginner", target{product: 102}, billing.MergeSum); err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{"round": "up", "included": "2", "merge": "max"} {
		if err := p.state.set("beginner", name, value); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if one, other := serviceOf(p.desk, "beginner"), serviceOf(p.desk, "business"); one.Merge != billing.MergeMax || other.Merge != one.Merge || other.Quantity.Round != billing.RoundUp || !other.Quantity.Included.Equal(dec("2")) {
		t.Errorf("%+v, %+v", one, other)
	}
	if err := p.state.set("beginner", "merge", "none"); err == nil || !strings.Contains(err.Error(), "need the same merge") {
		t.Errorf("services that share a product may stop merging: %v", err)
	}
}

func TestProductsFormSavesAsItIsTyped(t *testing.T) {
	profile := vendorProfile(t)
	a, p := openProducts(t, profile)
	goTo(t, p, "archive")
	press(t, a, "e", "right", "right", "right") // price: markup
	press(t, a, "down", "enter")
	typeText(t, a, "12.5")
	if got := serviceOf(p.desk, "archive").Price; got.From != billing.PriceMarkup || !got.Percent.Decimal.Equal(dec("12.5")) {
		t.Errorf("%+v", got)
	}
	requireValid(t, p.desk, profile)
	typeText(t, a, "x")
	if got := serviceOf(p.desk, "archive").Price.Percent.Decimal; !got.Equal(dec("12.5")) || !strings.Contains(a.content(), "12.5x") {
		t.Errorf("%s", got)
	}
	press(t, a, "esc", "esc")
	if p.form != nil {
		t.Error("the form is still open")
	}
}

func TestProductsTellsWhenTheCatalogCannotBeRead(t *testing.T) {
	profile := vendorProfile(t)
	catalog := profile.site.Catalog.(*fakeCatalog)
	catalog.err = &billing.Failure{Class: billing.ClassPermission, Message: "the catalog may not be read", Hint: "Procurement > Product Catalog: Inquire All"}
	a, p := openProducts(t, profile)
	if p.failed == nil || !strings.Contains(a.content(), "the catalog may not be read") {
		t.Errorf("%s", a.content())
	}
	press(t, a, "n")
	if !strings.Contains(a.notice.text, "not read yet") {
		t.Errorf("%q", a.notice.text)
	}
	catalog.err = nil
	press(t, a, "r")
	if p.failed != nil || !p.state.known() {
		t.Error("reading again does not help")
	}
	catalog.err = errors.New("gone")
	goTo(t, p, "archive")
	press(t, a, "r")
	if !p.state.known() {
		t.Error("a failure takes away what was read")
	}
}

func TestProductsReadsTheCatalogOnce(t *testing.T) {
	profile := vendorProfile(t)
	a, p := openProducts(t, profile)
	profile.site.Catalog.(*fakeCatalog).err = errors.New("read twice")
	driveApp(t, a, p.enter())
	if p.failed != nil {
		t.Error(p.failed)
	}
}

func TestProductsForgetsTheCatalogOfAnotherConnection(t *testing.T) {
	profile := vendorProfile(t)
	a, p := openProducts(t, profile)
	clear(p.desk.read) // as connecting anew does
	profile.site.Catalog = &fakeCatalog{err: errors.New("gone")}
	driveApp(t, a, p.enter())
	if p.state.known() || p.catalog.listed() != 0 || len(p.state.offers()) != 0 || p.failed == nil {
		t.Error("products of another connection are offered")
	}
	profile.site.Catalog = &fakeCatalog{products: vendorProducts()[:2]}
	press(t, a, "r")
	if len(p.state.products) != 2 || p.catalog.listed() != 2 {
		t.Errorf("%d products", len(p.state.products))
	}
}

func TestProductsWithoutASource(t *testing.T) {
	profile := vendorProfile(t)
	profile.setups.stored[0].Sources = nil
	a, p := openProducts(t, profile)
	if !strings.Contains(a.content(), "There is no source of usage yet") || p.mark() != markTodo {
		t.Errorf("%s", a.content())
	}
	driveApp(t, a, send(tea.PasteMsg{Content: "x"}))
	press(t, a, "enter")
	if a.here != placeUsage {
		t.Error("enter does not lead to the usage")
	}
}

func TestProductsMarksWhatKeepsAServiceFromBeingBilled(t *testing.T) {
	for product, why := range map[string]string{"PPE-GONE": "PPE-GONE is not in the catalog", "PPE-KIT": "is a bundle", "PPE-OLD": "is inactive"} {
		profile := vendorProfile(t)
		profile.setups.stored[0].Sources[0].Services[0].Product.Identifier = product
		_, p := openProducts(t, profile)
		if row := p.state.services()[0]; row.mark != serviceTrouble || !strings.Contains(row.why, why) || p.mark() != markAttention {
			t.Errorf("%s: %+v", product, row)
		}
	}
}

func TestProductsNamesByIDWhereTheIdentifierWillNotDo(t *testing.T) {
	profile := vendorProfile(t)
	catalog := profile.site.Catalog.(*fakeCatalog)
	catalog.products = append(catalog.products, billing.Product{ID: 201, Identifier: "TWIN"}, billing.Product{ID: 202, Identifier: "TWIN"}, billing.Product{ID: 203, Identifier: "bad\u202eid"})
	_, p := openProducts(t, profile)
	for product, want := range map[int]billing.ProductRef{201: {ID: 201}, 202: {Identifier: "TWIN"}, 203: {ID: 203}} {
		if err := p.state.assign("archive", target{product: product}, billing.MergeNone); err != nil || serviceOf(p.desk, "archive").Product != want {
			t.Errorf("%d is named %+v, %v", product, serviceOf(p.desk, "archive").Product, err)
		}
	}
}
