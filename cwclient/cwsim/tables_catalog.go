package cwsim

func catalogResource() *resource {
	r := newResource("catalogItem", tCatalog,
		text("identifier", 75).must(), text("description", 60).must(), flag("inactiveFlag").or(false),
		link("subcategory", tSubcategories).must(), link("type", tProductTypes).must(),
		enum("productClass", "Agreement", "Bundle", "Inventory", "NonInventory", "Service").or("NonInventory"),
		flag("serializedFlag").or(false), flag("serializedCostFlag").or(false), flag("phaseProductFlag").or(false),
		link("unitOfMeasure", tUnits), integer("minStockLevel").or(0), number("price").or(zero()), number("cost").or(zero()),
		enum("priceAttribute", "FixedFee", "NotToExceed", "OverrideRate", "TimeAndMaterials"),
		flag("taxableFlag").or(false), flag("dropShipFlag").or(false), flag("specialOrderFlag").or(false),
		text("customerDescription", 6000).must(), text("manufacturerPartNumber", 50), link("vendor", tCompanies),
		text("vendorSku", 50), text("notes", 0), text("integrationXRef", 50), flag("recurringFlag").or(false),
		number("recurringRevenue").or(zero()), number("recurringCost").or(zero()), flag("recurringOneTimeFlag").or(false),
		link("recurringBillCycle", tBillingCycles), enum("recurringCycleType", "ContractYear", "CalendarYear"),
		flag("calculatedPriceFlag").or(false), flag("calculatedCostFlag").or(false), link("category", tCategories),
		number("calculatedPrice").or(zero()), number("calculatedCost").or(zero()),
		billing("billableOption").or("Billable"), link("agreementType", tAgreementTypes),
		number("markupPercentage").or(zero()), flag("markupFlag").or(false), flag("autoUpdateUnitCostFlag").or(false),
		flag("autoUpdateUnitPriceFlag").or(false), customFields().or(noCustomFields()),
	).shows(same("identifier"), same("serializedFlag"))
	r.unique = "identifier"
	r.fill, r.check = fillCatalog, checkCatalog
	return r
}

func procurementSetup() []*resource {
	return []*resource{
		newResource("productType", tProductTypes, text("name", 50).must(), flag("inactiveFlag").or(false),
			enum("typeXref", "InventoryPart", "NonInventoryPart", "OtherCharge", "Service"), flag("defaultFlag").or(false)).
			shows(same("name")),
		newResource("category", tCategories, text("name", 50).must(), flag("inactiveFlag").or(false), text("priceLevelXref", 10),
			text("integrationXref", 50), flag("defaultFlag").or(false)).shows(same("name")),
		subcategoryResource(),
		newResource("unitOfMeasure", tUnits, text("name", 50).must(), flag("inactiveFlag").or(false),
			flag("defaultFlag").or(false), text("uomScheduleXref", 31)).shows(same("name")),
	}
}

func subcategoryResource() *resource {
	r := newResource("subCategory", tSubcategories, text("name", 50).must(), flag("inactiveFlag").or(false),
		text("integrationXref", 50), flag("defaultFlag").or(false), link("category", tCategories).must()).shows(same("name"))
	r.parent = "category"
	return r
}

// fillCatalog takes the category from the subcategory and the unit from the
// set-up's default.
func fillCatalog(w *World, _, after *record, named map[string]bool) {
	if !named["category"] && after.ref("category") == 0 || named["subcategory"] && !named["category"] {
		if sub := w.tables[tSubcategories].byID[after.ref("subcategory")]; sub != nil {
			after.set("category", ref(sub.ref("category")))
		}
	}
	if after.ref("unitOfMeasure") == 0 {
		for _, unit := range w.tables[tUnits].rows {
			if unit.flag("defaultFlag") {
				after.set("unitOfMeasure", ref(unit.id))
			}
		}
	}
}

func checkCatalog(w *World, _, after *record) []item {
	sub := w.tables[tSubcategories].byID[after.ref("subcategory")]
	if sub != nil && after.ref("category") != 0 && sub.ref("category") != after.ref("category") {
		return []item{{Code: "InvalidObject", Field: "subcategory", Message: "The subcategory does not belong to the category."}}
	}
	return nil
}
