package report

import (
	"encoding/csv"
	"slices"
	"strings"
	"testing"

	"cwsync/syncer/billing"
)

const evil = "=HYPERLINK(\"http://x\")"

func csvRows(t *testing.T, made Export) [][]string {
	t.Helper()
	data, err := made.CSV()
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(string(data))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func exportDay(text string) billing.Date {
	date, err := billing.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return date
}

func hostileExports() map[string]Export {
	agreement := billing.Agreement{ID: 1, Name: evil, TypeName: evil, CompanyName: evil, Status: evil, Cycle: billing.Cycle{Name: evil}, Currency: evil}
	return map[string]Export{
		"companies":  ExportCompanies([]billing.Company{{ID: 1, Identifier: evil, Name: evil, Status: evil, Types: []string{evil}}}, map[int]billing.Contact{1: {Name: evil, Email: evil, Phone: evil}}),
		"agreements": ExportAgreements([]billing.Agreement{agreement}),
		"products":   ExportProducts([]billing.Product{{ID: 1, Identifier: evil, Description: evil, Class: evil, VendorSKU: evil, PartNumber: evil}}),
		"additions": ExportAdditions([]billing.Agreement{agreement},
			map[int][]billing.Addition{1: {{ID: 1, ProductIdentifier: evil, Description: evil, Bill: billing.BillCustomer(evil)}}}),
	}
}

func TestNoTextOfAnExportIsAFormula(t *testing.T) {
	for name, texts := range map[string]int{"companies": 7, "agreements": 6, "products": 5, "additions": 7} {
		row, harmless := csvRows(t, hostileExports()[name])[1], 0
		for _, cell := range row {
			if strings.HasPrefix(cell, "=") {
				t.Errorf("%s: %q", name, row)
			}
			if cell == "'"+evil {
				harmless++
			}
		}
		if harmless != texts {
			t.Errorf("%s: %d texts of %d in %q", name, harmless, texts, row)
		}
	}
	rows := csvRows(t, ExportCompanies([]billing.Company{{ID: 1, Identifier: "+1", Name: evil, Status: "@a", Types: []string{"-b", "c\x1b[31m"}}},
		map[int]billing.Contact{1: {Name: "山田\u202e", Email: "@b", Phone: "+1\r\n2"}}))
	if want := []string{"1", "'+1", "'" + evil, "'@a", "'-b, c", "false", "false", "山田\ufffd", "'@b", "'+1 2"}; !slices.Equal(rows[1], want) {
		t.Errorf("%q", rows[1])
	}
}

func TestJSONOfAnExportHasTextsAsTheyAre(t *testing.T) {
	for name, made := range hostileExports() {
		data, err := made.JSON()
		if err != nil {
			t.Fatal(err)
		}
		file := decoded(t, data)
		if one := file[name].([]any)[0].(map[string]any); len(file) != 1 || !slices.Contains([]any{one["name"], one["product"], one["identifier"]}, any(evil)) {
			t.Errorf("%s: %v", name, file)
		}
	}
}

func TestEveryKeyOfAnExportIsThere(t *testing.T) {
	keys := map[string]map[string]string{
		"companies": {"id": number, "identifier": text, "name": text, "status": text, "types": list, "deleted": boolean, "hidden": boolean, "contact": object + nothing},
		"agreements": {"id": number, "name": text, "type_id": number, "type": text, "company_id": number, "company": text, "parent_id": number, "start": text, "end": text,
			"cancelled": boolean, "cancelled_on": text, "status": text, "bill_start": text, "next_invoice": text, "cycle": text, "periods_per_year": number,
			"recurring": boolean, "prorates": boolean, "currency": text},
		"products": {"id": number, "identifier": text, "description": text, "class": text, "inactive": boolean, "price": text, "cost": text, "taxable": boolean,
			"vendor_sku": text, "part_number": text},
		"additions": {"id": number, "company_id": number, "company": text, "agreement_id": number, "agreement": text, "cycle": text, "product_id": number, "product": text,
			"description": text, "quantity": text, "less_included": text, "unit_price": text, "unit_cost": text, "currency": text, "bill": text, "taxable": boolean,
			"effective": text, "cancelled": text},
	}
	for name, made := range hostileExports() {
		data, err := made.Document("default", nil)
		if err != nil {
			t.Fatal(err)
		}
		document := decoded(t, data)
		wantKeys(t, name, document, map[string]string{"format_version": number, "kind": text, "exit_code": number, "profile": text, "export": text, name: list, "warnings": list})
		if document["kind"] != "export" || document["export"] != name {
			t.Errorf("%v", document)
		}
		wantKeys(t, name, document[name].([]any)[0], keys[name])
		if columns := csvRows(t, made)[0]; name != "companies" {
			for _, column := range columns {
				if keys[name][column] == "" {
					t.Errorf("%s: the column %s is no key", name, column)
				}
			}
		}
	}
}

func TestWhatIsExportedOfEachRecord(t *testing.T) {
	hidden := csvRows(t, ExportCompanies([]billing.Company{{ID: 1}, {ID: 2, Hidden: true}, {ID: 3, Deleted: true}}, nil))
	if hidden[1][6] != "false" || hidden[2][6] != "true" || hidden[3][6] != "true" || hidden[2][5] != "false" {
		t.Errorf("%q", hidden)
	}
	products := csvRows(t, ExportProducts([]billing.Product{{ID: 7, Identifier: "MBX", Description: "邮箱", Class: "Agreement", Price: dec("4.5"), Cost: dec("3.1234"), Taxable: true}}))
	if want := []string{"7", "MBX", "邮箱", "Agreement", "false", "4.50", "3.1234", "true", "", ""}; !slices.Equal(products[1], want) {
		t.Errorf("%q", products[1])
	}
	// Of the agreements in the order given, of each the lines by id; one without lines has no row, and lines of others are not there.
	agreements := []billing.Agreement{{ID: 9, Name: "B", CompanyID: 3, CompanyName: "Contoso", Currency: "EUR", Cycle: billing.Cycle{Name: "Monthly"}}, {ID: 8, Name: "A"}, {ID: 5}}
	additions := map[int][]billing.Addition{
		9: {{ID: 12, Bill: billing.NoCharge, Quantity: dec("-1")}, {ID: 11, ProductID: 7, ProductIdentifier: "MBX", Description: "Mailbox", Quantity: dec("10.50"),
			LessIncluded: dec("2"), UnitPrice: dec("4.5"), UnitCost: dec("0"), Bill: billing.Billable, Taxable: true, Effective: exportDay("2026-01-01"), Cancelled: exportDay("2026-12-31")}},
		8: {{ID: 1}}, 4: {{ID: 99}},
	}
	rows := csvRows(t, ExportAdditions(agreements, additions))
	want := []string{"11", "3", "Contoso", "9", "B", "Monthly", "7", "MBX", "Mailbox", "10.5", "2", "4.50", "0.00", "EUR", "Billable", "true", "2026-01-01", "2026-12-31"}
	if len(rows) != 4 || !slices.Equal(rows[1], want) || rows[2][0] != "12" || rows[2][9] != "-1" || rows[2][17] != "" || rows[3][0] != "1" {
		t.Errorf("%q", rows)
	}
}

func TestAnExportOfNothingIsAnEmptyList(t *testing.T) {
	for name, made := range map[string]Export{"companies": ExportCompanies(nil, nil), "agreements": ExportAgreements(nil), "products": ExportProducts(nil), "additions": ExportAdditions(nil, nil)} {
		data, err := made.Document("default", []string{"w"})
		if err != nil {
			t.Fatal(err)
		}
		if document := decoded(t, data); len(document[name].([]any)) != 0 || document["warnings"].([]any)[0] != "w" {
			t.Errorf("%s: %v", name, document)
		}
		if rows := csvRows(t, made); len(rows) != 1 {
			t.Errorf("%s: %q", name, rows)
		}
	}
}
