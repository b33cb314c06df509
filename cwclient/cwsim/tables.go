package cwsim

import "encoding/json"

// The tables, by the name under which references point into them.
const (
	tCompanies        = "companies"
	tCompanyStatuses  = "companyStatuses"
	tCompanyTypes     = "companyTypes"
	tTypeAssociations = "typeAssociations"
	tSites            = "sites"
	tContacts         = "contacts"
	tCountries        = "countries"
	tAgreements       = "agreements"
	tAgreementTypes   = "agreementTypes"
	tAdditions        = "additions"
	tAdjustments      = "adjustments"
	tBillingCycles    = "billingCycles"
	tBillingTerms     = "billingTerms"
	tBillingStatuses  = "billingStatuses"
	tCurrencies       = "currencies"
	tCurrencyCodes    = "currencyCodes"
	tTaxCodes         = "taxCodes"
	tInvoices         = "invoices"
	tCatalog          = "catalog"
	tProductTypes     = "productTypes"
	tCategories       = "categories"
	tSubcategories    = "subcategories"
	tUnits            = "unitOfMeasures"
	tMembers          = "members"
	tAPIMembers       = "apiMembers"
	tDepartments      = "departments"
	tLocations        = "locations"
	tRoles            = "securityRoles"
	tStructureLevels  = "structureLevels"
	tCallbacks        = "callbacks"
	tUserFields       = "userDefinedFields"
	tBoards           = "boards"
	tBoardStatuses    = "boardStatuses"
	tPriorities       = "priorities"
	tTickets          = "tickets"
	tTicketNotes      = "ticketNotes"
)

// allTables makes empty tables. Their first ids differ, so that the id of one
// kind of record taken for that of another is not found instead of wrong.
func allTables() []*table {
	tables := []*table{
		newTable(companyResource(), 250),
		newTable(agreementResource(), 801),
		newTable(additionResource(), 30001),
		newTable(catalogResource(), 5001),
		newTable(contactResource(), 1401),
		newTable(siteResource(), 1801),
		newTable(typeAssociationResource(), 2101),
		newTable(adjustmentResource(), 701),
		newTable(invoiceResource(), 9001),
		newTable(ticketResource(), 60001),
		newTable(ticketNoteResource(), 70001),
	}
	for _, r := range companySetup() {
		tables = append(tables, newTable(r, 1))
	}
	for _, r := range financeSetup() {
		tables = append(tables, newTable(r, 1))
	}
	for _, r := range procurementSetup() {
		tables = append(tables, newTable(r, 1))
	}
	for _, r := range systemSetup() {
		tables = append(tables, newTable(r, 1))
	}
	for _, r := range serviceSetup() {
		tables = append(tables, newTable(r, 1))
	}
	return tables
}

func companyResource() *resource {
	r := newResource("company", tCompanies,
		text("identifier", 156).must(), text("name", 156).must(),
		link("status", tCompanyStatuses),
		text("addressLine1", 50), text("addressLine2", 50), text("city", 50), text("state", 50), text("zip", 12),
		link("country", tCountries), text("phoneNumber", 30), text("faxNumber", 30), text("website", 255),
		link("territory", tLocations), text("accountNumber", 0), link("defaultContact", tContacts),
		date("dateAcquired"), link("parentCompany", tCompanies), number("annualRevenue"), integer("numberOfEmployees"),
		flag("leadFlag").or(false), flag("unsubscribeFlag").or(false),
		text("vendorIdentifier", 0), text("taxIdentifier", 0), link("taxCode", tTaxCodes),
		link("billingTerms", tBillingTerms), link("billToCompany", tCompanies),
		text("invoiceToEmailAddress", 0), text("invoiceCCEmailAddress", 0),
		flag("deletedFlag").or(false), date("dateDeleted"), text("deletedBy", 0),
		link("currency", tCurrencies), flag("isVendorFlag").or(false),
		links("types", tCompanyTypes), link("site", tSites), customFields().or(noCustomFields()),
	).shows(same("identifier"), same("name"))
	r.unique = "identifier"
	return r
}

func noCustomFields() json.RawMessage { return json.RawMessage("[]") }

func contactResource() *resource {
	name := func(_ *World, rec *record) any { return rec.text("firstName") + " " + rec.text("lastName") }
	return newResource("contact", tContacts,
		text("firstName", 30), text("lastName", 30), link("company", tCompanies), link("site", tSites),
		text("title", 100), text("nickName", 30), flag("inactiveFlag").or(false), flag("marriedFlag").or(false),
		flag("childrenFlag").or(false), flag("unsubscribeFlag").or(false), flag("disablePortalLoginFlag").or(true),
		text("defaultPhoneType", 0), text("defaultPhoneNbr", 0),
		flag("defaultBillingFlag").or(false), flag("defaultFlag").or(false),
		&field{name: "communicationItems", kind: kindRaw}, customFields().or(noCustomFields()), derived(kindText, ".name", name),
	).shows(refField{"name", ".name"})
}

func siteResource() *resource {
	r := newResource("site", tSites,
		text("name", 156).must(), text("addressLine1", 50), text("addressLine2", 50), text("city", 50), text("zip", 12),
		link("country", tCountries), text("phoneNumber", 30), text("faxNumber", 30), link("taxCode", tTaxCodes),
		flag("primaryAddressFlag").or(false), flag("defaultShippingFlag").or(false), flag("defaultBillingFlag").or(false),
		flag("defaultMailingFlag").or(false), flag("inactiveFlag").or(false), flag("billSeparateFlag").or(false),
		link("company", tCompanies),
	).shows(same("name"))
	r.parent = "company"
	return r
}

func typeAssociationResource() *resource {
	r := newResource("companyTypeAssociation", tTypeAssociations,
		link("type", tCompanyTypes).must(), link("company", tCompanies).must()).shows()
	r.parent = "company"
	return r
}

func companySetup() []*resource {
	return []*resource{
		newResource("companyStatus", tCompanyStatuses,
			text("name", 50).must(), flag("defaultFlag").or(false), flag("inactiveFlag").or(false), flag("notifyFlag").or(false),
			flag("disallowSavingFlag").or(false), text("notificationMessage", 500), flag("customNoteFlag").or(false),
			flag("cancelOpenTracksFlag").or(false)).shows(same("name")),
		newResource("companyType", tCompanyTypes,
			text("name", 50).must(), flag("defaultFlag").or(false), flag("vendorFlag").or(false),
			flag("serviceAlertFlag").or(false), text("serviceAlertMessage", 150)).shows(same("name")),
		newResource("country", tCountries, text("name", 50), text("identifier", 3)).shows(same("name"), same("identifier")),
	}
}

func systemSetup() []*resource {
	name := func(_ *World, rec *record) any { return rec.text("firstName") + " " + rec.text("lastName") }
	return []*resource{
		newResource("member", tMembers,
			text("identifier", 15).must(), enum("licenseClass", "A", "C", "F", "X").must(),
			text("firstName", 30).must(), text("lastName", 30).must(), date("hireDate").must(),
			text("officeEmail", 250), enum("defaultEmail", "Office", "Mobile", "Home").must(),
			enum("defaultPhone", "Office", "Mobile", "Home").must(), link("securityRole", tRoles).must(),
			text("title", 0), flag("adminFlag").or(false), flag("inactiveFlag").or(false), derived(kindText, ".name", name),
		).shows(same("identifier"), refField{"name", ".name"}),
		newResource("apiMember", tAPIMembers,
			text("identifier", 15).must(), text("name", 30), text("emailAddress", 250), flag("inactiveFlag").or(false),
			link("securityRole", tRoles), text("notes", 0)).shows(same("identifier"), same("name")),
		newResource("department", tDepartments, text("identifier", 15).must(), text("name", 50).must()).
			shows(same("identifier"), same("name")),
		newResource("structureLevel", tStructureLevels, text("name", 50)).shows(same("name")),
		newResource("location", tLocations, link("structureLevel", tStructureLevels).must(), text("name", 50).must(), flag("locationFlag").or(true),
			flag("clientFlag").or(true)).
			shows(same("name")),
		newResource("securityRole", tRoles, text("name", 30).must(), text("roleType", 30), flag("adminFlag").or(false),
			flag("inactiveFlag").or(false)).shows(same("name")),
		newResource("callbackEntry", tCallbacks,
			text("description", 100), text("url", 0).must(), integer("objectId").must(), text("type", 0).must(),
			text("level", 0).must(), integer("memberId"), text("payloadVersion", 0), flag("inactiveFlag").or(false),
			flag("isSoapCallbackFlag").or(false)).shows(),
		newResource("userDefinedField", tUserFields,
			integer("podId").must(), text("caption", 25).must(), integer("sequenceNumber").must(), text("screenId", 25),
			text("helpText", 1000), text("fieldTypeIdentifier", 0).must(), integer("numberDecimals"),
			text("entryTypeIdentifier", 0), flag("requiredFlag").or(false), flag("displayOnScreenFlag").or(true),
			flag("readOnlyFlag").or(false), flag("listViewFlag").or(false)).shows(),
	}
}
