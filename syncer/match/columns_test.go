package match

import (
	"strings"
	"testing"
)

func TestColumns(t *testing.T) {
	for _, c := range []struct {
		name, headers, want string // want: column=header, sorted as given
	}{
		{"ours", "customer_id|service_id|quantity|customer_name|service_name|unit|cost|price|currency|status|domain|as_of|period",
			"customer_id=customer_id|service_id=service_id|quantity=quantity|customer_name=customer_name|service_name=service_name|unit=unit|cost=cost|price=price|" +
				"currency=currency|status=status|domain=domain|as_of=as_of|period=period"},
		{"short", "Customer|Product|Qty", "customer_id=Customer|service_id=Product|quantity=Qty"},
		{"with names", "Account ID|Account|SKU|Product|Seats", "customer_id=Account ID|customer_name=Account|service_id=SKU|service_name=Product|quantity=Seats"},
		{"camel case", "TenantId|TenantName|PackageCode|LicenseCount|UnitPrice", "customer_id=TenantId|customer_name=TenantName|service_id=PackageCode|quantity=LicenseCount|price=UnitPrice"},
		{"german", "Kundennummer|Kunde|Artikelnummer|Bezeichnung|Anzahl|EK-Preis|VK-Preis|Währung|Stichtag",
			"customer_id=Kundennummer|customer_name=Kunde|service_id=Artikelnummer|service_name=Bezeichnung|quantity=Anzahl|cost=EK-Preis|price=VK-Preis|currency=Währung|as_of=Stichtag"},
		{"german without umlauts", "Kunde|Produkt|Stueckzahl|Waehrung", "customer_id=Kunde|service_id=Produkt|quantity=Stueckzahl|currency=Waehrung"},
		{"licences", "Tenant|Package|Licences", "customer_id=Tenant|service_id=Package|quantity=Licences"},
		{"among other words", "ConnectWise Customer ID|Vendor SKU code|Billed Quantity (June)", "customer_id=ConnectWise Customer ID|quantity=Billed Quantity (June)|service_id=Vendor SKU code"},
		{"misspelt", "Custommer Number|Quantitty", "customer_id=Custommer Number|quantity=Quantitty"},
		{"a number before a bare word", "Cust No|Customer|Item #|Item|Qty", "customer_id=Cust No|customer_name=Customer|service_id=Item #|service_name=Item|quantity=Qty"},
		{"the bare word first", "Customer|Customer #|Product|Prod. Number|Qty", "customer_id=Customer #|customer_name=Customer|service_id=Prod. Number|service_name=Product|quantity=Qty"},
		{"of a purchase", "Tenant|Subscription No|Product|Seats", "customer_id=Tenant|service_id=Product|quantity=Seats"},
		{"nothing", "foo|bar||\x1b[2J", ""},
		{"none", "", ""},
	} {
		headers := strings.Split(c.headers, "|")
		got := Columns(headers)
		want := 0
		for pair := range strings.SplitSeq(c.want, "|") {
			if pair == "" {
				continue
			}
			want++
			column, header, _ := strings.Cut(pair, "=")
			if guess := got[column]; guess.Header != header || headers[guess.Index] != header || guess.Score <= 0 || guess.Score > 1 || guess.Why == "" {
				t.Errorf("%s: %s is %+v, want %s", c.name, column, guess, header)
			}
		}
		if len(got) != want {
			t.Errorf("%s: %d guesses, want %d: %+v", c.name, len(got), want, got)
		}
	}
}

func TestColumnReasons(t *testing.T) {
	got := Columns([]string{"quantity", "Kundennr.", "Produkt", "Net unit cost", "Currancy"})
	for column, want := range map[string]Guess{
		"quantity":    {"quantity", 0, 1, "the same name"},
		"customer_id": {"Kundennr.", 1, 0.95, "another word for customer_id"},
		"service_id":  {"Produkt", 2, 0.80, "may mean service_id"},
		"cost":        {"Net unit cost", 3, 0.76, `has "unit cost" in it`},
	} {
		if got[column] != want {
			t.Errorf("%s: %+v, want %+v", column, got[column], want)
		}
	}
}

func TestOneHeaderForOneColumn(t *testing.T) {
	got := Columns([]string{"Customer"})
	if len(got) != 1 || got["customer_id"].Header != "Customer" {
		t.Errorf("%+v", got)
	}
	got = Columns([]string{"Qty", "Quantity", "Qty"})
	if len(got) != 1 || got["quantity"].Index != 1 {
		t.Errorf("%+v", got)
	}
}
