package cwsim

import (
	"time"

	"github.com/shopspring/decimal"
)

// Demo is a small managed service provider as of today in UTC; see DemoOn.
func Demo() *World { return DemoOn(time.Now().UTC().Format(time.DateOnly)) }

// DemoOn is a small managed service provider on a day (YYYY-MM-DD): a dozen
// customers and some 60 products, with agreements and billing lines of every
// kind that a sync must tell apart. All dates follow from the day.
//
// Customers that are simple: Adventure Works, Tailspin Toys, Wide World
// Importers, 青空商事, Müller Maschinenbau. The others each have something to
// decide about, or agreements that take nothing now.
func DemoOn(today string) *World {
	w := NewWorld(today)
	for _, p := range demoProducts() {
		w.addProduct(p)
	}
	d := demo{w}
	d.simple()
	d.choices()
	d.closed()
	d.others()
	return w
}

// demo builds agreements and lines by names instead of ids.
type demo struct{ w *World }

func (d demo) company(name, identifier, city string) int {
	return d.w.addCompany(CompanySpec{Name: name, Identifier: identifier, City: city})
}

// line adds a billing line since the agreement's start.
func (d demo) line(agreement int, product, quantity string) {
	d.lineWith(agreement, product, quantity, nil)
}

func (d demo) lineWith(agreement int, product, quantity string, change func(*AdditionSpec)) {
	spec := AdditionSpec{
		Agreement: agreement, Product: d.w.find(tCatalog, product, ""), Quantity: decimal.RequireFromString(quantity),
	}
	if change != nil {
		change(&spec)
	}
	d.w.addAddition(spec)
}

// simple is customers with one open monthly agreement of the type Cloud Services.
func (d demo) simple() {
	aw := d.company("Adventure Works Ltd", "AdventureWorks", "Seattle")
	cloud := d.w.addAgreement(AgreementSpec{Company: aw, Name: "Cloud Services", Prorate: true, Currency: "USD"})
	d.line(cloud, "PPE-BUS", "38")
	d.line(cloud, "PPE-ADV", "12")
	d.line(cloud, "M365-BP", "50")
	d.line(cloud, "BKP-M365", "50")

	tt := d.company("Tailspin Toys", "TailspinToys", "Denver")
	cloud = d.w.addAgreement(AgreementSpec{Company: tt, Name: "Cloud Services", Currency: "USD"}) // does not prorate
	d.line(cloud, "PPE-BUS", "17")
	d.line(cloud, "BKP-SRV", "3")
	d.lineWith(cloud, "BKP-GB", "750.5", func(a *AdditionSpec) { a.LessIncluded = decimal.NewFromInt(500) })

	ww := d.company("Wide World Importers", "WideWorld", "Miami")
	cloud = d.w.addAgreement(AgreementSpec{Company: ww, Name: "Cloud Services", Prorate: true, Currency: "USD",
		NextInvoice: monthStart(d.w.today, 0)}) // this month is not invoiced yet
	d.line(cloud, "PPE-ADV", "64")
	d.line(cloud, "M365-E3", "60")

	cjk := d.company("青空商事", "AozoraShoji", "Tokyo")
	cloud = d.w.addAgreement(AgreementSpec{Company: cjk, Name: "クラウド", Prorate: true, Currency: "USD"})
	d.line(cloud, "PPE-BUS", "25")
	d.lineWith(cloud, "M365-BS", "25", func(a *AdditionSpec) { a.InvoiceText = "Microsoft 365 ライセンス" })

	mm := d.company("Müller Maschinenbau GmbH", "MuellerMB", "Köln")
	cloud = d.w.addAgreement(AgreementSpec{Company: mm, Name: "Cloud Services", Prorate: true, Currency: "EUR"})
	d.line(cloud, "PPE-BUSP", "31")
	d.line(cloud, "EDR-EP", "44")
}

// choices is customers where somebody has to decide.
func (d demo) choices() {
	co := d.company("Contoso", "Contoso", "Tampa") // two agreements of the type
	cloud := d.w.addAgreement(AgreementSpec{Company: co, Name: "Cloud Services", Prorate: true, Currency: "USD"})
	dr := d.w.addAgreement(AgreementSpec{Company: co, Name: "Cloud DR", Prorate: true, Currency: "USD"})
	d.line(cloud, "PPE-BUS", "402")
	d.line(cloud, "PPE-ADV", "134")
	d.lineWith(cloud, "PPE-ARC", "60", func(a *AdditionSpec) { a.Bill = "DoNotBill" })
	d.lineWith(cloud, "MIG-MBX", "15", func(a *AdditionSpec) { // one-off: ends in the month in which it began
		a.Effective, a.Cancelled = monthStart(d.w.today, -1), addDays(monthStart(d.w.today, 0), -1)
	})
	d.line(dr, "BKP-DR", "6")

	fa := d.company("Fabrikam and Company", "Fabrikam", "Atlanta") // several open lines of one product
	cloud = d.w.addAgreement(AgreementSpec{Company: fa, Name: "Cloud Services", Prorate: true, Currency: "USD"})
	d.line(cloud, "PPE-BUS", "100")
	d.lineWith(cloud, "PPE-BUS", "20", func(a *AdditionSpec) {
		a.Effective, a.Description = addDays(d.w.today, -40), "Proofpoint Business, branch office"
	})
	d.lineWith(cloud, "M365-BP", "90", func(a *AdditionSpec) { a.Cancelled = addDays(monthStart(d.w.today, 0), -1) })
	d.lineWith(cloud, "M365-E3", "90", func(a *AdditionSpec) { a.Effective = monthStart(d.w.today, 0) })

	li := d.company("Lightwave Systems", "Lightwave", "Austin")
	cloud = d.w.addAgreement(AgreementSpec{Company: li, Name: "Cloud Services", Prorate: true, Currency: "USD"})
	d.lineWith(cloud, "PPE-ADV", "10", func(a *AdditionSpec) { a.Effective = monthStart(d.w.today, 2) }) // future

	lw := d.company("Litware, Inc.", "Litware", "Boston") // nothing billed yet
	d.w.addAgreement(AgreementSpec{Company: lw, Name: "Cloud Services", Prorate: true, Currency: "USD"})
}

// closed is customers whose agreements take nothing, or nothing now.
func (d demo) closed() {
	nw := d.company("Northwind Traders", "Northwind", "Portland")
	support := d.w.addAgreement(AgreementSpec{Company: nw, Name: "Support", Type: "Managed Services",
		Start: monthStart(d.w.today, -36), End: addDays(monthStart(d.w.today, -4), -1), NextInvoice: "-"})
	d.line(support, "SUP-USR", "22")
	d.w.addAgreement(AgreementSpec{Company: nw, Name: "Migration project", Type: "Block Time", Cycle: "NotRecurring"})

	pw := d.company("Proseware", "Proseware", "Chicago")
	old := d.w.addAgreement(AgreementSpec{Company: pw, Name: "Cloud Services (old)", Cancelled: monthStart(d.w.today, -2),
		Start: monthStart(d.w.today, -30)})
	d.line(old, "PPE-BUS", "19")
	d.w.addAgreement(AgreementSpec{Company: pw, Name: "Cloud Services", Prorate: true, Currency: "USD",
		Start: monthStart(d.w.today, 1), NextInvoice: monthStart(d.w.today, 1)}) // not started yet
}

// others is agreements of other cycles, a child, and companies that are no customers.
func (d demo) others() {
	wg := d.company("Woodgrove Bank", "Woodgrove", "New York")
	parent := d.w.addAgreement(AgreementSpec{Company: wg, Name: "Managed Services", Type: "Managed Services",
		Cycle: "Quarterly", Currency: "USD", NextInvoice: monthStart(d.w.today, 2)})
	d.line(parent, "SUP-SRV", "14")
	child := d.w.addAgreement(AgreementSpec{Company: wg, Name: "Cloud Services", Parent: parent, Cycle: "Quarterly", Currency: "USD"})
	d.line(child, "PPE-ADV", "210")

	vd := d.company("VanArsdel, Ltd.", "VanArsdel", "Phoenix")
	yearly := d.w.addAgreement(AgreementSpec{Company: vd, Name: "Cloud Services", Cycle: "Yearly", Prorate: true, Currency: "USD",
		NextInvoice: monthStart(d.w.today, 7)})
	d.line(yearly, "M365-BP-Y", "35")

	d.w.addCompany(CompanySpec{Name: "Contoso", Identifier: "Contoso-old", Deleted: true, Type: "Former Client"})
	d.w.addCompany(CompanySpec{Name: "Blue Yonder Airlines", Type: "Prospect"})
	d.w.addCompany(CompanySpec{Name: "Fourth Coffee", Type: "Former Client", Status: "Inactive"})
	d.w.addCompany(CompanySpec{Name: "Distributor One", Type: "Vendor"})
}
