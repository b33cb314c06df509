package cwsim

import (
	"net/http"
	"strconv"
	"strings"
)

// route is what a method and a path lead to.
type route struct {
	module, function, kind string // the right it needs, none where module is ""
	lock                   bool   // it writes
	handle                 func(*call) (answer, *problem)
}

// collection is a set of addresses over one table.
type collection struct {
	path             string // numbers stand as #
	table            string
	parent           string // table of the record that the # names, "" for none
	module, function string
	verbs            string // l list, c count, g get, n new, p patch, u put, d delete
	only             selection
}

// collections is every resource that is a plain table.
func collections() []collection {
	const (
		all  = "lcgnpud"
		read = "lcg"
	)
	company, agreements := [2]string{"Companies", "Company Maintenance"}, [2]string{"Finance", "Agreements"}
	setup, catalog := [2]string{"System", "Table Setup"}, [2]string{"Procurement", "Product Catalog"}
	members, tickets := [2]string{"System", "Member Maintenance"}, [2]string{"Service Desk", "Service Tickets"}
	at := func(path, table, parent string, right [2]string, verbs string) collection {
		return collection{path, table, parent, right[0], right[1], verbs, nil}
	}
	// The older form of a subcategory leaves out what the address says.
	legacy := at("/procurement/categories/#/subcategories/", tSubcategories, tCategories, setup, all)
	legacy.only = picks("id", "name", "inactiveFlag", "_info")
	return []collection{
		legacy,
		at("/company/companies", tCompanies, "", company, all),
		at("/company/companies/statuses", tCompanyStatuses, "", company, all),
		at("/company/companies/types", tCompanyTypes, "", company, all),
		at("/company/companies/#/sites", tSites, tCompanies, company, all),
		at("/company/companies/#/typeAssociations", tTypeAssociations, tCompanies, company, all),
		at("/company/contacts", tContacts, "", [2]string{"Companies", "Contacts"}, all),
		at("/finance/agreements", tAgreements, "", agreements, all),
		at("/finance/agreements/types", tAgreementTypes, "", setup, all),
		at("/finance/agreements/#/additions", tAdditions, tAgreements, agreements, all),
		at("/finance/agreements/#/adjustments", tAdjustments, tAgreements, agreements, all),
		at("/finance/billingCycles", tBillingCycles, "", setup, all),
		at("/finance/billingTerms", tBillingTerms, "", setup, "l"),
		at("/finance/billingStatuses", tBillingStatuses, "", setup, "l"),
		at("/finance/currencies", tCurrencies, "", setup, "lg"),
		at("/finance/taxCodes", tTaxCodes, "", setup, all),
		at("/finance/invoices", tInvoices, "", [2]string{"Finance", "Invoicing"}, read),
		at("/procurement/catalog", tCatalog, "", catalog, all),
		at("/procurement/types", tProductTypes, "", setup, all),
		at("/procurement/categories", tCategories, "", setup, all),
		at("/procurement/subcategories/", tSubcategories, "", setup, all),
		at("/procurement/unitOfMeasures", tUnits, "", setup, all),
		at("/system/members", tMembers, "", members, "lcg"),
		at("/system/apiMembers", tAPIMembers, "", members, "lg"),
		at("/system/departments", tDepartments, "", setup, "l"),
		at("/system/locations", tLocations, "", setup, "l"),
		at("/system/securityroles", tRoles, "", setup, "lg"),
		at("/system/callbacks", tCallbacks, "", setup, all),
		at("/system/userDefinedFields", tUserFields, "", setup, "ln"),
		// Undocumented: the right that boards and priorities need; that of other set-up tables is presumed.
		at("/service/boards", tBoards, "", setup, read),
		at("/service/boards/#/statuses", tBoardStatuses, tBoards, setup, read),
		at("/service/priorities", tPriorities, "", setup, read),
		at("/service/tickets", tTickets, "", tickets, "lcgpud"), // new ones: see postTicket
		at("/service/tickets/#/notes", tTicketNotes, tTickets, tickets, "lcg"),
	}
}

// newRoutes maps "GET /finance/agreements/#" to what answers it.
func newRoutes() map[string]route {
	routes := map[string]route{}
	for _, col := range collections() {
		addCollection(routes, col)
	}
	agreements := func(kind string, h func(*call) (answer, *problem)) route {
		return route{"Finance", "Agreements", kind, kind != KindInquire, h}
	}
	open := func(h func(*call) (answer, *problem)) route { return route{handle: h} }
	tickets := func(kind string, h func(*call) (answer, *problem)) route {
		return route{"Service Desk", "Service Tickets", kind, true, h}
	}
	routes["POST /service/tickets"] = tickets(KindAdd, (*call).postTicket)
	// Undocumented: the right that a note needs; that to edit the ticket is presumed.
	routes["POST /service/tickets/#/notes"] = tickets(KindEdit, (*call).postNote)
	routes["GET /system/info"] = open((*call).systemInfo)
	routes["GET /system/mySecurity"] = open((*call).mySecurity)
	routes["GET /system/myMembers"] = open((*call).myMember)
	// Undocumented: the right that the recap needs; that of agreements is presumed.
	routes["GET /finance/agreementrecap/"] = agreements(KindInquire, (*call).recaps)
	routes["GET /finance/agreementrecap/#"] = agreements(KindInquire, (*call).recap)
	routes["POST /finance/agreements/#/invoice"] = agreements(KindAdd, (*call).postInvoice)
	routes["POST /procurement/catalog/#/pricing"] = route{"Procurement", "Product Catalog", KindInquire, false, (*call).pricing}
	routes["GET /procurement/catalog/info"] = trimmed(tCatalog, "Procurement", "Product Catalog", catalogInfo())
	routes["GET /procurement/catalog/#/info"] = route{"Procurement", "Product Catalog", KindInquire, false,
		func(c *call) (answer, *problem) { return c.one(tCatalog, c.ids[0], catalogInfo()) }}
	routes["GET /finance/agreements/types/info"] = trimmed(tAgreementTypes, "", "",
		picks("id", "name", "inactiveFlag", "applicationUnits", "billingTerms", "_info"))
	routes["GET /finance/billingCycles/info"] = trimmed(tBillingCycles, "", "", picks("id", "name", "defaultFlag", "_info"))
	routes["GET /finance/taxCodes/info"] = trimmed(tTaxCodes, "", "",
		picks("id", "identifier", "description", "effectiveDate", "cancelDate", "defaultFlag", "levelOneRate", "_info"))
	routes["GET /company/companies/info/types"] = trimmed(tCompanyTypes, "", "", picks("id", "name", "_info"))
	return routes
}

func addCollection(routes map[string]route, col collection) {
	base := strings.TrimSuffix(col.path, "/")
	for _, v := range []struct {
		verb         rune
		method, path string
		kind         string
		handle       func(*call, collection) (answer, *problem)
	}{
		{'l', "GET", col.path, KindInquire, (*call).getList},
		{'c', "GET", base + "/count", KindInquire, (*call).getCount},
		{'g', "GET", base + "/#", KindInquire, (*call).getOne},
		{'n', "POST", col.path, KindAdd, (*call).postOne},
		{'p', "PATCH", base + "/#", KindEdit, (*call).patchOne},
		{'u', "PUT", base + "/#", KindEdit, (*call).putOne},
		{'d', "DELETE", base + "/#", KindDelete, (*call).deleteOne},
	} {
		if !strings.ContainsRune(col.verbs, v.verb) {
			continue
		}
		routes[v.method+" "+v.path] = route{col.module, col.function, v.kind, v.kind != KindInquire,
			func(c *call) (answer, *problem) {
				c.only = col.only
				return v.handle(c, col)
			}}
	}
}

// trimmed is a list of records with some of their fields.
func trimmed(table, module, function string, only selection) route {
	return route{module, function, KindInquire, false, func(c *call) (answer, *problem) {
		c.only = only
		t := c.w.tables[table]
		return c.list(t.rows, t.res)
	}}
}

func picks(names ...string) selection {
	sel := selection{}
	for _, n := range names {
		sel[n] = selection{}
	}
	return sel
}

func catalogInfo() selection {
	return picks("id", "identifier", "description", "inactiveFlag", "productClass", "serializedCostFlag", "price", "cost",
		"taxableFlag", "dropShipFlag", "specialOrderFlag", "customerDescription", "manufacturerPartNumber", "vendorSku",
		"billableOption", "_info")
}

// dispatch finds the route, checks the right and runs the handler under the
// world's lock.
func (s *Server) dispatch(c *call) (answer, *problem) {
	var pattern string
	pattern, c.ids = normalise(c.path)
	method := c.r.Method
	if method == http.MethodHead {
		method = http.MethodGet
	}
	rt, ok := s.routes[method+" "+pattern]
	if !ok {
		return answer{}, noEndpoint()
	}
	if rt.module != "" {
		switch s.level(rt.module, rt.function, rt.kind) {
		case LevelNone:
			return answer{}, noRight()
		case LevelMy:
			c.ownOnly = true
		}
	}
	if rt.lock {
		s.w.mu.Lock()
		defer s.w.mu.Unlock()
	} else {
		s.w.mu.RLock()
		defer s.w.mu.RUnlock()
	}
	return rt.handle(c)
}

// normalise puts # for each number of a path.
func normalise(path string) (string, []int) {
	var ids []int
	parts := strings.Split(path, "/")
	for i, part := range parts {
		if part == "" || !isDigit(part[0]) {
			continue
		}
		if n, err := strconv.Atoi(part); err == nil {
			ids = append(ids, n)
			parts[i] = "#"
		}
	}
	return strings.Join(parts, "/"), ids
}
