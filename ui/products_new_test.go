package ui

import (
	"strings"
	"testing"

	"cwsync/syncer/billing"
	"cwsync/syncer/setup"
)

// openDraft opens the form of a new product for a service and gives its identifier another text; empty leaves the suggestion.
func openDraft(t *testing.T, a *app, p *products, service, identifier string) {
	t.Helper()
	goTo(t, p, service)
	press(t, a, "n")
	if p.draft == nil {
		t.Fatalf("there is no form: %q", a.notice.text)
	}
	if identifier != "" {
		p.draft.set("identifier", identifier)
	}
}

// takeIt presses the button of the form.
func takeIt(t *testing.T, a *app) {
	t.Helper()
	press(t, a, "end", "enter")
}

func TestProductsNewProductIsAnEditOfTheSetUp(t *testing.T) {
	profile := vendorProfile(t)
	a, p := openProducts(t, profile)
	openDraft(t, a, p, "business_plus", "")
	for range 3 {
		press(t, a, "down")
	}
	press(t, a, "right") // category: Telephony, whose only subcategory is Lines
	takeIt(t, a)
	if a.question != nil || p.form != nil || p.draft != nil {
		t.Fatalf("asked %+v, the form is open: %t", a.question, p.form != nil)
	}
	service := serviceOf(p.desk, "business_plus")
	if service.Product != (billing.ProductRef{Identifier: "BUSINESS+"}) || !service.CreateProduct || service.UpdateProduct {
		t.Errorf("%+v", service)
	}
	want := setup.Defaults{ProductClass: "Agreement", ProductType: "Service", Category: "Telephony", Subcategory: "Lines", Unit: "Unit 3"}
	if p.desk.document.Defaults != want {
		t.Errorf("defaults %+v, want %+v", p.desk.document.Defaults, want)
	}
	requireValid(t, p.desk, profile)
	if row, _ := p.markedRow(); row.mark != serviceMapped || row.created != "created by the next sync" {
		t.Errorf("%+v", row)
	}
	if len(p.desk.products) != len(vendorProducts()) {
		t.Error("the catalog is another one")
	}
}

func TestProductsNewProductIsShownAsNew(t *testing.T) {
	a, p := openProducts(t, vendorProfile(t))
	openDraft(t, a, p, "archive", "MBX-NEW")
	takeIt(t, a)
	for _, size := range screenSizes {
		a.width, a.height = size.width, size.height
		if picture := a.content(); !strings.Contains(picture, "✓ Archive") || !strings.Contains(picture, "new: MBX-NEW") {
			t.Errorf("%s:\n%s", size.name, picture)
		}
	}
	if done, _ := p.state.mapped(); done != 3 {
		t.Errorf("%d mapped", done)
	}
	for _, c := range []struct{ service, want string }{{"archive", "created by the next sync"}, {"beginner", "created once there is usage to bill"}} {
		openDraft(t, a, p, c.service, c.service)
		takeIt(t, a)
		if row, _ := p.markedRow(); row.created != c.want {
			t.Errorf("%s is %q, want %q", c.service, row.created, c.want)
		}
	}
	goTo(t, p, "archive")
	press(t, a, "space")
	if row, _ := p.markedRow(); row.created != "created once there is usage to bill" {
		t.Errorf("a service that is off says %q", row.created)
	}
}

func TestProductsNewProductStaysUnwrittenWhereItIsNotTaken(t *testing.T) {
	profile := vendorProfile(t)
	a, p := openProducts(t, profile)
	before := p.desk.document.Digest()
	openDraft(t, a, p, "archive", "MBX-NEW")
	p.draft.set("category", "6")
	press(t, a, "esc")
	if p.draft != nil || p.desk.document.Digest() != before {
		t.Error("esc leaves something in the set-up")
	}
}

func TestProductsNewProductSaysWhatIsWrong(t *testing.T) {
	profile := vendorProfile(t)
	other := setup.NewSource("backup", "vendor")
	other.Options = map[string]any{"path": "/exports/backup.csv"}
	service := setup.NewService("x", "X")
	service.Product.Identifier, service.CreateProduct = "Vault-1", true
	other.Services = append(other.Services, service)
	profile.setups.stored[0].Sources = append(profile.setups.stored[0].Sources, other)
	_, p := openProducts(t, profile)
	draft := p.state.draft("archive", vendorTables(), p.desk.document)
	for _, c := range []struct{ name, value, want string }{
		{"identifier", "ppe-adv", "PPE-ADV is in the catalog already"}, {"identifier", "", "must not be empty"}, {"identifier", strings.Repeat("x", 76), "76 characters, and ConnectWise takes 75"},
		{"identifier", "a\u202eb", "cannot be seen"}, {"identifier", "VAULT-1", "source backup has it as Vault-1"}, {"type", "", "choose one"}, {"unit", "", "choose one"},
	} {
		before := draft.values[c.name]
		draft.set(c.name, c.value)
		if _, err := draft.defaults(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s=%q: %v, want %s", c.name, c.value, err, c.want)
		}
		draft.set(c.name, before)
	}
	for _, identifier := range []string{strings.Repeat("x", 75), "Vault-1", "ARCHIVE"} {
		draft.set("identifier", identifier)
		if _, err := draft.defaults(); err != nil {
			t.Errorf("%q: %v", identifier, err)
		}
	}
}

func TestProductsNewProductSuggestsAnIdentifier(t *testing.T) {
	for name, want := range map[string]string{
		"Business+": "BUSINESS+", "Exchange+ Basic": "EXCHANGE+-BASIC", "Mail vault (EU) / 50 GB": "MAIL-VAULT-EU-50-GB", "株式会社": "株式会社", "---": "id-7",
		"v2.0_beta": "V2.0_BETA", strings.Repeat("ab ", 60): strings.TrimRight(strings.Repeat("AB-", 25), "-"), "": "ID-7",
	} {
		service := setup.NewService("id-7", name)
		if got := identifierFor(&service); got != want || len([]rune(got)) > billing.MaxIdentifier {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}

// An entry that several names mean, or that the set-up cannot write, is named by its id; what names the entry already stays as it is written.
func TestProductsNewProductNamesDefaults(t *testing.T) {
	entry := func(id int, name string) billing.TableEntry { return billing.TableEntry{ID: id, Name: name} }
	for _, c := range []struct {
		name, id, before, want string
		entries                []billing.TableEntry
	}{
		{"by name", "2", "", "Cloud", []billing.TableEntry{entry(1, "Each"), entry(2, " Cloud ")}},
		{"as it was written", "2", "cloud", "cloud", []billing.TableEntry{entry(2, "Cloud")}},
		{"as its id was written", "2", "2", "2", []billing.TableEntry{entry(2, "Cloud")}},
		{"there twice", "2", "Cloud", "2", []billing.TableEntry{entry(2, "Cloud"), entry(3, "cloud")}},
		{"cannot be written", "2", "", "2", []billing.TableEntry{entry(2, "a\u202eb")}},
		{"another than before", "3", "Cloud", "Email", []billing.TableEntry{entry(2, "Cloud"), entry(3, "Email")}},
	} {
		if got := nameEntry(c.entries, c.id, c.before); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	tables := vendorTables()
	tables.Types = []billing.TableEntry{entry(2, "Service"), entry(4, "service"), entry(9, "2")} // neither name nor id means the first alone
	_, p := openProducts(t, vendorProfile(t))
	draft := p.state.draft("archive", tables, p.desk.document)
	if draft.values["type"] != "" {
		t.Errorf("a default that two entries mean chooses %s", draft.values["type"])
	}
	draft.set("type", "2")
	if _, err := draft.defaults(); err == nil || !strings.Contains(err.Error(), "type: neither its name nor its id") {
		t.Errorf("a default is written that means another entry: %v", err)
	}
}

func TestProductsNewProductOffersTheOneOfTheCatalog(t *testing.T) {
	for _, c := range []struct {
		identifier, answer string
		want               billing.ProductRef
		open               bool
	}{
		{"ex-Basic", "y", billing.ProductRef{Identifier: "EX-BASIC"}, false}, {"ex-Basic", "n", billing.ProductRef{}, true},
		{"ppe-old", "", billing.ProductRef{}, true}, {"PPE-KIT", "", billing.ProductRef{}, true},
	} {
		profile := vendorProfile(t)
		a, p := openProducts(t, profile)
		before := p.desk.document.Defaults
		openDraft(t, a, p, "archive", c.identifier)
		p.draft.set("category", "6")
		takeIt(t, a)
		if c.answer != "" {
			answer(t, a, c.answer)
		} else if a.question != nil || !a.notice.bad {
			t.Errorf("%s cannot be billed: asked %+v", c.identifier, a.question)
		}
		service := serviceOf(p.desk, "archive")
		if service.Product != c.want || service.CreateProduct || (p.draft != nil) != c.open || p.desk.document.Defaults != before {
			t.Errorf("%s, %s: %+v, the form is open: %t, %+v", c.identifier, c.answer, service, p.draft != nil, p.desk.document.Defaults)
		}
		requireValid(t, p.desk, profile)
	}
}

func TestProductsNewProductOfTwoServices(t *testing.T) {
	for _, c := range []struct {
		keys  []string
		merge billing.Merge
	}{{[]string{"enter"}, ""}, {[]string{"esc"}, ""}, {[]string{"down", "enter"}, billing.MergeSum}} {
		profile := vendorProfile(t)
		a, p := openProducts(t, profile)
		openDraft(t, a, p, "archive", "MBX-New")
		takeIt(t, a)
		openDraft(t, a, p, "beginner", "mbx-NEW")
		takeIt(t, a)
		if p.sharing == nil || !strings.Contains(p.sharing.lines[0], "Archive has mbx-NEW already") {
			t.Fatalf("%v: not asked", c.keys)
		}
		press(t, a, c.keys...)
		archive, beginner := serviceOf(p.desk, "archive"), serviceOf(p.desk, "beginner")
		if c.merge == "" {
			if !beginner.Product.IsZero() || archive.Merge != billing.MergeNone || p.draft == nil {
				t.Errorf("%v: %+v", c.keys, beginner)
			}
			continue
		}
		if beginner.Product.Identifier != "MBX-New" || !beginner.CreateProduct || beginner.Merge != c.merge || archive.Merge != c.merge {
			t.Errorf("%v: %+v, %+v", c.keys, beginner, archive)
		}
		requireValid(t, p.desk, profile)
		if err := p.state.set("archive", "included", "2"); err != nil || !serviceOf(p.desk, "beginner").Quantity.Included.Equal(dec("2")) {
			t.Errorf("a rule that both have in common: %v", err)
		}
	}
	_, p := openProducts(t, vendorProfile(t))
	if err := p.state.assign("archive", target{fresh: "MBX"}, billing.MergeNone); err != nil {
		t.Fatal(err)
	}
	if err := p.state.assign("beginner", target{fresh: "mbx"}, billing.MergeNone); err == nil {
		t.Error("two services have one new product, and nothing says how they are merged")
	}
}

func TestProductsNewProductForADeprecatedService(t *testing.T) {
	a, p := openProducts(t, vendorProfile(t))
	openDraft(t, a, p, "exchange", "")
	takeIt(t, a)
	if a.question == nil || !strings.Contains(a.question.title, "although it is deprecated") || !serviceOf(p.desk, "exchange").Product.IsZero() {
		t.Fatalf("not asked: %+v", a.question)
	}
	answer(t, a, "y")
	if service := serviceOf(p.desk, "exchange"); service.Product.Identifier != "EXCHANGE+-BASIC" || !service.CreateProduct || p.draft != nil {
		t.Errorf("%+v", service)
	}
}

func TestProductsNewProductEndsWithAnotherMapping(t *testing.T) {
	for name, c := range map[string]struct {
		do             func(t *testing.T, a *app, p *products)
		product        string
		create, update bool
	}{
		"unassigned": {func(t *testing.T, a *app, _ *products) { press(t, a, "x") }, "", false, false},
		"an existing one": {func(t *testing.T, a *app, p *products) {
			press(t, a, "enter")
			p.catalog.mark(104)
			press(t, a, "enter")
		}, "PPE-ARC", false, false},
		"a suggestion":     {func(t *testing.T, a *app, _ *products) { press(t, a, "x", "a") }, "PPE-ARC", false, false},
		"another new one":  {func(t *testing.T, a *app, p *products) { openDraft(t, a, p, "archive", "MBX-2"); takeIt(t, a) }, "MBX-2", true, true},
		"the same new one": {func(t *testing.T, a *app, p *products) { openDraft(t, a, p, "archive", ""); takeIt(t, a) }, "MBX-NEW", true, true},
	} {
		t.Run(name, func(t *testing.T) {
			profile := vendorProfile(t)
			a, p := openProducts(t, profile)
			openDraft(t, a, p, "archive", "MBX-NEW")
			takeIt(t, a)
			if err := p.state.set("archive", "update_product", "yes"); err != nil {
				t.Fatal(err)
			}
			c.do(t, a, p)
			if service := serviceOf(p.desk, "archive"); service.Product.Identifier != c.product || service.CreateProduct != c.create || service.UpdateProduct != c.update {
				t.Errorf("%+v", service)
			}
			requireValid(t, p.desk, profile)
		})
	}
}

// A set-up that was written elsewhere may have a new product that ConnectWise would refuse.
func TestProductsNewProductThatCannotBeCreated(t *testing.T) {
	for identifier, why := range map[string]string{"ppe-adv": "the catalog has PPE-ADV already", strings.Repeat("x", 76): "76 characters"} {
		profile := vendorProfile(t)
		service := &profile.setups.stored[0].Sources[0].Services[5]
		service.Product.Identifier, service.CreateProduct = identifier, true
		_, p := openProducts(t, profile)
		goTo(t, p, "archive")
		if row, _ := p.markedRow(); row.mark != serviceTrouble || !strings.Contains(row.why, why) {
			t.Errorf("%+v", row)
		}
	}
}

// What the form says of price and cost is what the plan makes of the same usage.
func TestProductsNewProductSaysWhatTheUsageMakesOfIt(t *testing.T) {
	a, p := openProducts(t, vendorProfile(t))
	for _, c := range []struct {
		service, percent string
		do               func(count *serviceCount)
		want             string
	}{
		{"business_plus", "0", nil, `creates it as “Business+”; price 6.25 USD and cost 2.10 USD come of the usage.`},
		{"archive", "0", nil, `as “Archive”; cost 2.10 USD and no price come of the usage: it is billed 0.00`},
		{"archive", "15", nil, "price 2.42 USD and cost 2.10 USD"},
		{"archive", "0", func(c *serviceCount) { c.cost.Valid = false }, "the usage names no price and no cost: it is billed 0.00"},
		{"business_plus", "0", func(c *serviceCount) { c.cost.Valid = false }, "price 6.25 USD comes of the usage, which names no cost"},
		{"business_plus", "0", func(c *serviceCount) { c.differ = true }, "customers differ: the first one's"},
		{"beginner", "0", nil, "A sync creates it as “Beginner” once there is usage to bill; price and cost are those of the usage."},
	} {
		p.state.source.MarkupPercent = dec(c.percent)
		driveApp(t, a, p.takeSource())
		if c.do != nil {
			count := p.state.counts[c.service]
			c.do(&count)
			p.state.counts[c.service] = count
		}
		if got := p.state.draft(c.service, vendorTables(), p.desk.document).about(); !strings.Contains(got, c.want) {
			t.Errorf("%s: %q, want %q", c.service, got, c.want)
		}
	}
}

// Inactive entries are not there; of what is, each default is one, and a table without any says so.
func TestProductsNewProductWhereATableIsEmpty(t *testing.T) {
	profile := vendorProfile(t)
	profile.site.Catalog.(*fakeCatalog).tables.Subcategories = nil
	a, p := openProducts(t, profile)
	openDraft(t, a, p, "archive", "")
	takeIt(t, a)
	if !strings.Contains(a.notice.text, "subcategory: ConnectWise has none that is active") || !serviceOf(p.desk, "archive").Product.IsZero() {
		t.Errorf("%q", a.notice.text)
	}
}
