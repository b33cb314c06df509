package cwsim

import "github.com/shopspring/decimal"

func billing(name string) *field {
	return enum(name, "Billable", "DoNotBill", "NoCharge", "NoDefault")
}

func agreementResource() *resource {
	r := newResource("agreement", tAgreements,
		text("name", 100).must(), link("type", tAgreementTypes).must(), link("company", tCompanies).must(),
		link("contact", tContacts).must(), link("site", tSites), link("parentAgreement", tAgreements),
		text("customerPO", 50), link("location", tLocations), link("department", tDepartments),
		flag("restrictLocationFlag").or(false), flag("restrictDepartmentFlag").or(false),
		date("startDate"), date("endDate"), flag("noEndingDateFlag").or(false),
		flag("cancelledFlag").or(false), date("dateCancelled"), text("reasonCancelled", 100),
		text("workOrder", 20), text("internalNotes", 0),
		enum("applicationUnits", "Amount", "Hours", "Incidents").or("Amount"), number("applicationLimit"),
		flag("applicationUnlimitedFlag").or(false), flag("oneTimeFlag").or(false), flag("coverAgreementTime").or(false),
		flag("coverAgreementProduct").or(false), flag("coverAgreementExpense").or(false), flag("coverSalesTax").or(false),
		flag("carryOverUnused").or(false), flag("allowOverruns").or(false), flag("expireWhenZero").or(false),
		link("billingCycle", tBillingCycles), flag("billOneTimeFlag").or(false), link("billingTerms", tBillingTerms),
		enum("invoicingCycle", "ContractYear", "CalendarYear").or("CalendarYear"),
		link("billToCompany", tCompanies), number("billAmount").or(zero()), flag("taxable").or(true),
		number("prorateFirstBill").or(zero()), date("billStartDate"), link("taxCode", tTaxCodes),
		flag("restrictDownPayment").or(false), flag("prorateFlag").or(false), flag("invoiceProratedAdditionsFlag").or(false),
		text("invoiceDescription", 0), flag("topComment").or(false), flag("bottomComment").or(false),
		billing("billTime").or("Billable"), billing("billExpenses").or("Billable"), billing("billProducts").or("Billable"),
		link("currency", tCurrencies), enum("periodType", "Current", "Future", "Both", "Undefined").or("Current"),
		flag("autoInvoiceFlag").or(false), flag("billZeroAmountFlag").or(false),
		derived(kindText, "nextInvoiceDate", nextInvoiceText), derived(kindText, "agreementStatus", agreementStatus),
		customFields().or(noCustomFields()),
		date(".nextInvoice").fixed(), date(".lastInvoice").fixed(), text(".lastInvoiceNumber", 0).fixed(),
	).shows(same("name"), refField{"type", "type/name"})
	r.check, r.fill = checkAgreement, fillAgreement
	return r
}

func additionResource() *resource {
	nothing := func(*World, *record) any { return decimal.Zero }
	r := newResource("addition", tAdditions,
		link("product", tCatalog).must(), number("quantity").or(decimal.NewFromInt(1)), number("lessIncluded").or(zero()),
		number("unitPrice"), number("unitCost"), enum("billCustomer", "Billable", "DoNotBill", "NoCharge").must(),
		date("effectiveDate"), date("cancelledDate"), flag("taxableFlag"), text("serialNumber", 50),
		text("invoiceDescription", 6000), flag("purchaseItemFlag").or(false), flag("specialOrderFlag").or(false),
		integer("agreementId").fixed(), text("description", 0), derived(kindNumber, "billedQuantity", billedQuantity),
		text("uom", 0), derived(kindNumber, "extPrice", extended("unitPrice")),
		derived(kindNumber, "extCost", extended("unitCost")), number("sequenceNumber"),
		derived(kindNumber, "margin", margin), derived(kindNumber, "prorateCost", nothing),
		derived(kindNumber, "proratePrice", nothing), derived(kindNumber, "extendedProrateCost", nothing),
		derived(kindNumber, "extendedProratePrice", nothing), flag("prorateCurrentPeriodFlag").or(false),
		derived(kindText, "agreementStatus", func(w *World, rec *record) any {
			return agreementStatus(w, w.tables[tAgreements].byID[rec.parentID()])
		}),
		customFields().or(noCustomFields()),
	).shows()
	r.parent = "agreementId"
	r.fill, r.check, r.keep = fillAddition, checkAddition, keepAddition
	return r
}

func adjustmentResource() *resource {
	r := newResource("agreementAdjustment", tAdjustments,
		number("amount"), text("description", 1000), date("effectiveDate"), integer("agreementId").fixed()).shows()
	r.parent = "agreementId"
	return r
}

func invoiceResource() *resource {
	return newResource("invoice", tInvoices,
		text("invoiceNumber", 15), enum("type", "Agreement", "CreditMemo", "DownPayment", "Miscellaneous", "Progress",
			"Standard", "Consolidated").must(), link("status", tBillingStatuses), link("company", tCompanies).must(),
		link("agreement", tAgreements), date("date"), number("total"), link("currency", tCurrencies)).shows()
}

func agreementTypeResource() *resource {
	return newResource("agreementType", tAgreementTypes,
		text("name", 50).must(), flag("defaultFlag").or(false), flag("inactiveFlag").or(false),
		flag("prePaymentFlag").or(false), enum("applicationUnits", "Amount", "Hours", "Incidents").or("Amount"),
		enum("employeeCompRate", "Actual", "Hourly").must(), enum("employeeCompNotExceed", "Billing", "Amount", "Percent").must(),
		enum("invoicingCycle", "ContractYear", "CalendarYear").must(),
		billing("billTime").must(), billing("billExpenses").must(), billing("billProducts").must(),
		link("billingCycle", tBillingCycles), link("billingTerms", tBillingTerms), flag("taxableFlag").or(false),
		flag("prorateFlag").or(false), flag("autoInvoiceFlag").or(false)).shows(same("name"))
}

func financeSetup() []*resource {
	return []*resource{
		agreementTypeResource(),
		newResource("billingCycle", tBillingCycles,
			text("identifier", 5).must(), text("name", 50).must(), flag("defaultFlag").or(false),
			enum("billingOptions", "BiMonthly", "BiWeekly", "Monthly", "NotRecurring", "Quarterly", "SemiAnnual", "Weekly",
				"Yearly").must()).shows(same("name")),
		newResource("billingTerm", tBillingTerms,
			text("name", 50).must(), flag("defaultFlag").or(false), integer("dueDays").must(), text("termsXref", 50)).
			shows(same("name")),
		newResource("billingStatus", tBillingStatuses,
			text("name", 30).must(), integer("sortOrder"), flag("defaultFlag").or(false), flag("closedFlag").or(false),
			flag("inactiveFlag").or(false), flag("sentFlag").or(false)).shows(same("name")),
		newResource("currency", tCurrencies,
			text("currencyIdentifier", 10).must(), text("name", 50).must(), text("symbol", 10), flag("displayIdFlag").or(false),
			flag("displaySymbolFlag").or(true), link("currencyCode", tCurrencyCodes), text("thousandsSeparator", 1),
			text("decimalSeparator", 1), flag("negativeParenthesesFlag").or(false), flag("rightAlign").or(false),
			integer("numberOfDecimals"), text("reportFormat", 0),
		).shows(same("symbol"), refField{"currencyCode", "currencyCode/name"}, same("decimalSeparator"),
			same("numberOfDecimals"), same("thousandsSeparator"), same("negativeParenthesesFlag"), same("displaySymbolFlag"),
			same("currencyIdentifier"), same("displayIdFlag"), same("rightAlign"), same("name")),
		newResource("currencyCode", tCurrencyCodes, text("name", 50)).shows(same("name")),
		newResource("taxCode", tTaxCodes,
			text("identifier", 8).must(), text("description", 50).must(), text("invoiceCaption", 25).must(),
			date("effectiveDate").must(), date("cancelDate"), flag("defaultFlag").or(false),
			flag("displayOnInvoiceFlag").or(true), number("levelOneRate").or(zero())).
			shows(refField{"name", "identifier"}),
	}
}
