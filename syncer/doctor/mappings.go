package doctor

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
	"cwsync/syncer/setup"
)

// The names of the steps of what the set-up points at; those of products, agreements and companies are followed by the source's name.
const (
	NameTimeZone     = "time zone"
	NameDefaults     = "product defaults"
	nameOfProducts   = "products of "
	nameOfAgreements = "agreements of "
	nameOfCompanies  = "companies of "
)

// Records reads what a set-up points at, as a run would. Errors are *billing.Failure, *Fault or the context's.
type Records interface {
	// FindProducts reads these products; those that do not exist are absent.
	FindProducts(ctx context.Context, ids []int, identifiers []string) ([]billing.Product, error)
	// FindAgreements reads these agreements, by id; those that do not exist are absent.
	FindAgreements(ctx context.Context, ids []int) (map[int]billing.Agreement, error)
	// FindCompanies reads these companies; those that do not exist are absent.
	FindCompanies(ctx context.Context, ids []int) ([]billing.Company, error)
	// DefaultsProblem says why no product can be created of the set-up's defaults; empty when one can.
	DefaultsProblem(ctx context.Context) (string, error)
}

// Calendar is the date of today in the time zone of the profile, and the zone's name.
type Calendar func(ctx context.Context) (today billing.Date, zone string, err error)

// MappingSteps compare what the set-up points at with ConnectWise. What is switched off is not looked at: nothing comes of it.
func MappingSteps(document *setup.Document, records Records, calendar Calendar) []Step {
	m := &mappings{records: records, calendar: calendar}
	steps := []Step{{Name: NameTimeZone, After: []string{NameCredentials}, Do: m.timeZone}}
	if NeedsOf(document).CreateProducts {
		steps = append(steps, Step{Name: NameDefaults, After: readers(billing.TableSetup), Do: m.defaults})
	}
	for i := range document.Sources {
		from := &document.Sources[i]
		if !from.Sync {
			continue
		}
		steps = append(steps,
			Step{Name: nameOfProducts + from.Name, After: readers(billing.ProductCatalog), Do: func(ctx context.Context) Check { return m.products(ctx, from) }},
			Step{Name: nameOfAgreements + from.Name, After: append(readers(billing.Agreements, billing.TableSetup), NameTimeZone),
				Do: func(ctx context.Context) Check { return m.agreements(ctx, from) }},
			Step{Name: nameOfCompanies + from.Name, After: readers(billing.CompanyMaintenance), Do: func(ctx context.Context) Check { return m.companies(ctx, from) }})
	}
	for i := range steps {
		steps[i].Group = GroupMappings
	}
	return steps
}

// readers are the steps of the rights that reading such records takes.
func readers(functions ...billing.Function) []string {
	names := []string{NameCredentials}
	for _, function := range functions {
		names = append(names, nameOfRight(function, inquire))
	}
	return names
}

type mappings struct {
	records  Records
	calendar Calendar
}

// timeZone looks whether a run can tell what day it is.
func (m *mappings) timeZone(ctx context.Context) Check {
	today, zone, err := m.calendar(ctx)
	if err != nil {
		return failed(err)
	}
	return ok(fmt.Sprintf("it is %s in %s", today, zone))
}

// defaults looks whether products can be created of the set-up's defaults.
func (m *mappings) defaults(ctx context.Context) Check {
	problem, err := m.records.DefaultsProblem(ctx)
	switch {
	case err != nil:
		return failed(err)
	case problem != "":
		return Check{Status: Fail, Exit: ExitUsage, Detail: "products cannot be created: " + problem,
			Hint: "put defaults right in the set-up, or add what is missing to ConnectWise's set-up tables"}
	}
	return ok("products can be created of them")
}

// products looks whether the product of each service can be billed.
func (m *mappings) products(ctx context.Context, from *billing.Source) Check {
	ids, identifiers := map[int]bool{}, map[string]bool{}
	mapped := 0
	for _, service := range from.Services {
		switch {
		case !service.Sync || service.Product.IsZero():
			continue
		case service.Product.ID != 0:
			ids[service.Product.ID] = true
		default:
			identifiers[service.Product.Identifier] = true
		}
		mapped++
	}
	if mapped == 0 {
		return Check{Status: Skip, Detail: "no service is mapped to a product", Hint: "`cwsync` maps them in Products"}
	}
	found, err := m.records.FindProducts(ctx, slices.Sorted(maps.Keys(ids)), slices.Sorted(maps.Keys(identifiers)))
	if err != nil {
		return failed(err)
	}
	var findings []string
	for i := range from.Services {
		if why := unfitProduct(&from.Services[i], found); why != "" {
			findings = append(findings, fmt.Sprintf("service %s: %s", from.Services[i].ID, why))
		}
	}
	if len(findings) == 0 {
		return ok(counted(mapped, "mapped service") + ", each with a product that can be billed")
	}
	check := told(Fail, ExitUsage, findings, fmt.Sprintf("%d of %s cannot be billed", len(findings), counted(mapped, "mapped service")))
	check.Hint = "map the service to another product in Products, or put the product right in ConnectWise; until then its lines are held"
	return check
}

// unfitProduct says what is wrong with the product of a service; empty when nothing is, or nothing comes of it.
func unfitProduct(service *billing.Service, found []billing.Product) string {
	if !service.Sync || service.Product.IsZero() {
		return ""
	}
	name := service.Product.Identifier
	if service.Product.ID != 0 {
		name = strconv.Itoa(service.Product.ID)
	}
	at := slices.IndexFunc(found, func(p billing.Product) bool {
		if service.Product.ID != 0 {
			return p.ID == service.Product.ID
		}
		return p.Identifier == service.Product.Identifier
	})
	switch {
	case at < 0 && service.CreateProduct:
		if why := plan.CannotCreate(name, found); why != "" {
			return "product " + name + " cannot be created: " + why
		}
		return ""
	case at < 0:
		return "product " + name + " is not in ConnectWise's catalog"
	case found[at].Unbillable() != "":
		return "product " + name + " " + found[at].Unbillable()
	}
	return ""
}

// linked are the customers that a run would bill.
func linked(from *billing.Source) []billing.Customer {
	var customers []billing.Customer
	for _, customer := range from.Customers {
		if customer.Sync && customer.Linked() {
			customers = append(customers, customer)
		}
	}
	return customers
}

// nobodyLinked is the check of a source without linked customers.
func nobodyLinked() Check {
	return Check{Status: Skip, Detail: "no customer is linked to an agreement", Hint: "`cwsync` links them in Customers"}
}

// agreements looks whether the agreement of each customer takes additions. One that ended is the way of the world, and a warning; one that is not
// there or not the company's is a set-up that is wrong.
func (m *mappings) agreements(ctx context.Context, from *billing.Source) Check {
	customers := linked(from)
	if len(customers) == 0 {
		return nobodyLinked()
	}
	ids := make([]int, len(customers))
	for i := range customers {
		ids[i] = customers[i].Agreement
	}
	today, _, err := m.calendar(ctx)
	if err != nil {
		return failed(err)
	}
	found, err := m.records.FindAgreements(ctx, ids)
	if err != nil {
		return failed(err)
	}
	var gone, wrong, closed []string
	for i := range customers {
		agreement, there := found[customers[i].Agreement]
		who := fmt.Sprintf("customer %s: agreement %d ", named(customers[i].ID, customers[i].Name), customers[i].Agreement)
		switch {
		case !there:
			gone = append(gone, who+"does not exist in ConnectWise")
		case agreement.CompanyID != customers[i].Company:
			wrong = append(wrong, who+fmt.Sprintf("belongs to company %d (%s), not to %d", agreement.CompanyID, agreement.CompanyName, customers[i].Company))
		case agreement.Unbillable(today) != "":
			closed = append(closed, who+"("+agreement.Name+") "+agreement.Unbillable(today))
		}
	}
	findings := slices.Concat(gone, wrong, closed)
	if len(findings) == 0 {
		return ok(counted(len(customers), "linked customer") + ", each with an agreement that can be billed")
	}
	check := told(Warn, ExitDone, findings, fmt.Sprintf("%d of %s cannot be billed", len(findings), counted(len(customers), "linked customer")))
	if len(gone)+len(wrong) > 0 {
		check.Status, check.Exit = Fail, ExitUsage
	}
	check.Hint = "link the customer to a running agreement in Customers, or switch it off there; until then its lines are held"
	if len(gone) > 0 {
		check.Hint += fmt.Sprintf("; an agreement that is there after all is hidden from us: set Inquire of %s to All", billing.Agreements)
	}
	return check
}

// companies looks whether the company of each customer is still there.
func (m *mappings) companies(ctx context.Context, from *billing.Source) Check {
	customers := linked(from)
	if len(customers) == 0 {
		return nobodyLinked()
	}
	ids := make([]int, len(customers))
	for i := range customers {
		ids[i] = customers[i].Company
	}
	found, err := m.records.FindCompanies(ctx, ids)
	if err != nil {
		return failed(err)
	}
	deleted := make(map[int]bool, len(found))
	for _, company := range found {
		deleted[company.ID] = company.Deleted
	}
	var findings []string
	for i := range customers {
		who := fmt.Sprintf("customer %s: company %d ", named(customers[i].ID, customers[i].Name), customers[i].Company)
		switch gone, there := deleted[customers[i].Company]; {
		case !there:
			findings = append(findings, who+"does not exist in ConnectWise")
		case gone:
			findings = append(findings, who+"is deleted: it lies in the recycle bin")
		}
	}
	if len(findings) == 0 {
		return ok(counted(len(customers), "linked customer") + ", each with a company that is there")
	}
	check := told(Warn, ExitDone, findings, fmt.Sprintf("%d of %s have no company any more", len(findings), counted(len(customers), "linked customer")))
	check.Hint = "link the customer to another company in Customers, or switch it off there"
	return check
}

// named is an id with the name that people know it by.
func named(id, name string) string {
	if name == "" || name == id {
		return id
	}
	return id + " (" + name + ")"
}
