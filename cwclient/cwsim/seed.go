package cwsim

// seed fills the set-up tables with what a new installation has.
func (w *World) seed() {
	w.seedNames(tCountries, "United States", "Germany", "United Kingdom", "Japan", "Canada")
	for i, id := range []string{"USA", "DEU", "GBR", "JPN", "CAN"} {
		w.tables[tCountries].rows[i].set("identifier", id)
	}
	w.seedNames(tCompanyStatuses, "Active", "Inactive", "Credit Hold", "Delinquent", "Not-Approved", "Imported")
	w.seedNames(tCompanyTypes, "Client", "Prospect", "Vendor", "Former Client", "Owner")
	w.tables[tCompanyTypes].byID[3].set("vendorFlag", true)
	w.seedNames(tStructureLevels, "Corporate")
	w.seedNames(tLocations, "Headquarters")
	w.tables[tLocations].byID[1].set("structureLevel", ref(1))
	w.seedNames(tRoles, "Admin", "API cwsync")
	w.put(tDepartments, installer, func(r *record) { r.set("identifier", "PS"); r.set("name", "Professional Services") })
	w.seedFinance()
	w.seedProcurement()
	w.seedMembers()
	w.seedService()
}

func (w *World) seedNames(table string, names ...string) {
	for i, name := range names {
		w.put(table, installer, func(r *record) {
			r.set("name", name)
			if _, ok := r.res.index["defaultFlag"]; ok {
				r.set("defaultFlag", i == 0)
			}
		})
	}
}

func (w *World) seedFinance() {
	cycles := [][3]string{
		{"MTH", "Monthly", "Monthly"}, {"QTR", "Quarterly", "Quarterly"}, {"SEMI", "Semi-Annual", "SemiAnnual"},
		{"YEAR", "Annual", "Yearly"}, {"WEEK", "Weekly", "Weekly"}, {"BIWK", "Every two weeks", "BiWeekly"},
		{"BIMO", "Every two months", "BiMonthly"}, {"ONE", "One time", "NotRecurring"},
	}
	for i, c := range cycles {
		w.put(tBillingCycles, installer, func(r *record) {
			r.set("identifier", c[0])
			r.set("name", c[1])
			r.set("billingOptions", c[2])
			r.set("defaultFlag", i == 0)
		})
	}
	for i, days := range []int{30, 14, 0} {
		w.put(tBillingTerms, installer, func(r *record) {
			r.set("name", []string{"Net 30 Days", "Net 14 Days", "Due on receipt"}[i])
			r.set("dueDays", days)
			r.set("defaultFlag", i == 0)
		})
	}
	w.seedNames(tBillingStatuses, "Open", "Sent", "Closed")
	w.seedMoney()
	for _, name := range []string{"Managed Services", "Cloud Services", "Backup", "Block Time", "Hardware Lease"} {
		w.put(tAgreementTypes, installer, func(r *record) {
			r.set("name", name)
			r.set("employeeCompRate", "Hourly")
			r.set("employeeCompNotExceed", "Billing")
			r.set("invoicingCycle", "CalendarYear")
			r.set("billTime", "DoNotBill")
			r.set("billExpenses", "Billable")
			r.set("billProducts", "Billable")
			r.set("billingCycle", ref(1))
		})
	}
}

// seedMoney makes currencies and tax codes.
func (w *World) seedMoney() {
	w.seedNames(tCurrencyCodes, "USD", "EUR", "GBP", "JPY")
	currencies := [][3]string{{"USD", "US Dollar", "$"}, {"EUR", "Euro", "€"}, {"GBP", "Pound Sterling", "£"}, {"JPY", "Yen", "¥"}}
	for i, c := range currencies {
		w.put(tCurrencies, installer, func(r *record) {
			r.set("currencyIdentifier", c[0])
			r.set("name", c[1])
			r.set("symbol", c[2])
			r.set("currencyCode", ref(i+1))
			r.set("thousandsSeparator", ",")
			r.set("decimalSeparator", ".")
			r.set("numberOfDecimals", 2)
		})
	}
	for i, code := range []string{"Tax-Exempt", "FL", "VAT19"} {
		w.put(tTaxCodes, installer, func(r *record) {
			r.set("identifier", []string{"EXEMPT", code, code}[i])
			r.set("description", []string{"Tax exempt", "Florida sales tax", "VAT 19 percent"}[i])
			r.set("invoiceCaption", "Tax")
			r.set("effectiveDate", "2015-01-01T00:00:00Z")
			r.set("defaultFlag", i == 0)
		})
	}
}

func (w *World) seedProcurement() {
	w.seedNames(tProductTypes, "Service", "Software", "Hardware", "Other Charge")
	for i, x := range []string{"Service", "NonInventoryPart", "InventoryPart", "OtherCharge"} {
		w.tables[tProductTypes].rows[i].set("typeXref", x)
	}
	w.seedNames(tCategories, "Cloud", "Backup", "Hardware", "Services")
	subs := [][]string{{"Email", "Security", "Office"}, {"Cloud Backup", "Local Backup"}, {"Server", "Network"}, {"Support", "Project"}}
	for i, names := range subs {
		for _, name := range names {
			w.put(tSubcategories, installer, func(r *record) { r.set("name", name); r.set("category", ref(i+1)) })
		}
	}
	w.seedNames(tUnits, "Each", "User", "GB", "Hour", "Month", "Device")
}

func (w *World) seedMembers() {
	people := [][3]string{{installer, "Zoe", "Admin"}, {person, "John", "Smith"}}
	for _, p := range people {
		w.put(tMembers, installer, func(r *record) {
			r.set("identifier", p[0])
			r.set("firstName", p[1])
			r.set("lastName", p[2])
			r.set("licenseClass", "F")
			r.set("hireDate", "2015-01-01T00:00:00Z")
			r.set("defaultEmail", "Office")
			r.set("defaultPhone", "Office")
			r.set("officeEmail", p[0]+"@msp.example")
			r.set("securityRole", ref(1))
		})
	}
	w.put(tAPIMembers, installer, func(r *record) {
		r.set("identifier", apiMember)
		r.set("name", "cwsync")
		r.set("securityRole", ref(2))
	})
}
