package ui

import (
	"context"
	"fmt"
	"testing"
	"time"

	"cwsync/syncer/billing"
	"cwsync/syncer/setup"
	"cwsync/syncer/source"

	"github.com/shopspring/decimal"
)

// vendorKind is a kind of source that gives what it is told to, with a field of each type.
func vendorKind(read func(ctx context.Context, config source.Config) (billing.Usage, error)) source.Kind {
	return source.Kind{
		Name: "vendor", Summary: "a vendor's portal", Network: true,
		Fields: []source.Field{
			{Name: "path", Type: source.TypePath, Required: true, Help: "where the export is"},
			{Name: "region", Type: source.TypeChoice, Choices: []string{"eu", "us"}, Default: "eu", Help: "the portal's region"},
			{Name: "token", Type: source.TypeText, Secret: true, Help: "from the portal's settings"},
			{Name: "pages", Type: source.TypeNumber, Help: "how many pages are read"},
			{Name: "trials", Type: source.TypeBool, Default: false, Help: "whether trials are read"},
			{Name: "wait", Type: source.TypeDuration, Default: "30s", Help: "how long one page may take"},
			{Name: "columns", Type: source.TypeMap, Choices: source.ColumnNames(), Help: "which column is what"},
			{Name: "tags", Type: source.TypeList, Help: "only customers with these tags"},
		},
		Open: func(config source.Config) (source.Source, error) { return vendorSource{config, read}, nil },
	}
}

type vendorSource struct {
	config source.Config
	read   func(ctx context.Context, config source.Config) (billing.Usage, error)
}

func (v vendorSource) Read(ctx context.Context) (billing.Usage, error) { return v.read(ctx, v.config) }

// vendorUsage is a small usage with everything that the screens tell apart.
func vendorUsage() billing.Usage {
	line := func(customer, name, service, label, quantity string, price string) billing.UsageLine {
		l := billing.UsageLine{CustomerID: customer, CustomerName: name, ServiceID: service, ServiceName: label, Quantity: dec(quantity), Unit: "users",
			Status: billing.StatusActive, Currency: "USD", Cost: decimal.NewNullDecimal(dec("2.10"))}
		if price != "" {
			l.Price = decimal.NewNullDecimal(dec(price))
		}
		return l
	}
	usage := billing.Usage{AsOf: testNow().Add(-3 * time.Hour), Lines: []billing.UsageLine{
		line("1001", "Contoso Ltd", "advanced", "Advanced", "134", ""), line("1001", "Contoso Ltd", "business", "Business", "402", ""),
		line("1002", "株式会社サンプル", "business_plus", "Business+", "12", "6.25"), line("1003", "Fabrikam, Inc.", "exchange", "Exchange+ Basic", "3", ""),
		line("1003", "Fabrikam, Inc.", "archive", "Archive", "40", ""), line("1004", "Trial Co", "beginner", "Beginner", "7", ""),
	}}
	usage.Lines[5].Status = billing.StatusTrial
	usage.Lines[4].Counts = map[string]decimal.Decimal{"active": dec("31"), "licensed": dec("40")}
	for i := range usage.Lines {
		usage.Lines[i].Place = i + 2
	}
	return usage
}

// vendorDocument is a set-up with one source whose services stand in each of their states.
func vendorDocument() *setup.Document {
	document := setup.New()
	document.Connection = setup.Connection{Site: "cw.example.com", Company: "acme", ClientID: "5b0c1d3e-7a52-4c1f-9a3e-2f6d8c4b1a90"}
	mail := setup.NewSource("mail", "vendor")
	mail.Options = map[string]any{"path": "/exports/usage.csv"}
	for _, s := range []struct{ id, name, product string }{
		{"advanced", "Advanced", "PPE-ADV"}, {"exchange", "Exchange+ Basic", ""}, {"business", "Business", "PPE-BUS"},
		{"business_plus", "Business+", ""}, {"beginner", "Beginner", ""}, {"archive", "Archive", ""},
	} {
		service := setup.NewService(s.id, s.name)
		service.Product.Identifier = s.product
		service.Deprecated = s.id == "exchange"
		mail.Services = append(mail.Services, service)
	}
	mail.Customers = []billing.Customer{setup.NewCustomer("1001", "Contoso Ltd")}
	document.Sources = []billing.Source{mail}
	return document
}

func vendorProducts() []billing.Product {
	product := func(id int, identifier, description, price string) billing.Product {
		return billing.Product{ID: id, Identifier: identifier, Description: description, Class: "Agreement", Price: dec(price)}
	}
	list := []billing.Product{
		product(101, "PPE-ADV", "Proofpoint Essentials Advanced", "5.25"), product(102, "PPE-BUS", "Proofpoint Essentials Business", "4.50"),
		product(103, "PPE-BUSP", "Proofpoint Essentials Business+", "6"), product(104, "PPE-ARC", "Proofpoint Essentials Archive", "3.75"),
		product(105, "BUS-LINE", "Business phone line", "18"), product(106, "PPE-KIT", "Proofpoint starter kit", "99"),
		product(107, "PPE-OLD", "Proofpoint legacy mailbox", "2"), product(108, "EX-BASIC", "Hosted Exchange mailbox", "1234.5"),
		product(109, "株-01", "株式会社サンプル 製品 👩‍👩‍👧", "1"),
	}
	list[5].Class, list[6].Inactive = billing.BundleClass, true
	list[7].VendorSKU, list[7].PartNumber = "CFQ7TTC0LH0L", "MS-EXB"
	return list
}

func vendorTables() billing.ProductTables {
	tables := billing.ProductTables{
		Types:         []billing.TableEntry{{ID: 1, Name: "Hardware"}, {ID: 2, Name: "service"}},
		Categories:    []billing.TableEntry{{ID: 5, Name: "Cloud"}, {ID: 6, Name: "Telephony"}},
		Subcategories: []billing.Subcategory{{TableEntry: billing.TableEntry{ID: 51, Name: "Email"}, CategoryID: 5}, {TableEntry: billing.TableEntry{ID: 61, Name: "Lines", Default: true}, CategoryID: 6}},
	}
	for i := range 12 {
		tables.Units = append(tables.Units, billing.TableEntry{ID: 70 + i, Name: fmt.Sprintf("Unit %d", i), Default: i == 3})
	}
	return tables
}

// vendorProfile is a profile with that set-up, its kind, its usage and its catalog.
func vendorProfile(t *testing.T) *fakeProfile {
	t.Helper()
	profile := newFakeProfile("contoso")
	profile.kinds = kindsOf(t, vendorKind(func(context.Context, source.Config) (billing.Usage, error) { return vendorUsage(), nil }))
	profile.setups.stored = []*setup.Document{vendorDocument()}
	profile.site.Catalog = &fakeCatalog{products: vendorProducts(), tables: vendorTables()}
	return profile
}

func kindsOf(t testing.TB, kinds ...source.Kind) *source.Catalogue {
	t.Helper()
	catalogue, err := source.NewCatalogue(kinds...)
	if err != nil {
		t.Fatal(err)
	}
	return catalogue
}

// requireValid holds the set-up, as it is and as it is stored, against the set-up's own rules.
func requireValid(t *testing.T, d *desk, profile *fakeProfile) {
	t.Helper()
	for what, document := range map[string]*setup.Document{"on the desk": d.document, "stored": profile.setups.newest()} {
		text, err := document.Export()
		if err != nil {
			t.Fatal(err)
		}
		again, err := setup.Parse(text, "", profile.kinds)
		if err != nil {
			t.Fatalf("the set-up %s is refused: %v", what, err)
		}
		if again.Digest() != document.Digest() {
			t.Errorf("the set-up %s reads back as another", what)
		}
	}
	if d.document.Digest() != profile.setups.newest().Digest() {
		t.Error("what is on the desk is not stored")
	}
}
