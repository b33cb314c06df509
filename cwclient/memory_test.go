package cwclient

import (
	"fmt"
	"net/http"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// tenant serves a large tenant out of nothing: pages of realistic records with much that the client does not read.
func tenant(r *http.Request) (*http.Response, error) {
	page, _ := strconv.Atoi(r.URL.Query().Get("page"))
	size, _ := strconv.Atoi(r.URL.Query().Get("pageSize"))
	record, total := productRecord, 50_000
	base := 0
	if strings.HasSuffix(r.URL.Path, "/additions") {
		agreement, _ := strconv.Atoi(strings.Split(r.URL.Path, "/")[6])
		record, total, base = additionRecord, 200, (agreement-1)*200
	}
	var b strings.Builder
	b.WriteByte('[')
	for i := (page - 1) * size; i < min(page*size, total); i++ {
		if i > (page-1)*size {
			b.WriteByte(',')
		}
		record(&b, base+i+1)
	}
	b.WriteByte(']')
	pages := (total + size - 1) / size
	links := []string{pageLink(pages, size, "last")}
	if page < pages {
		links = append(links, pageLink(page+1, size, "next"))
	}
	return reply(r, 200, b.String(), "Link", strings.Join(links, ",")), nil
}

// additionRecord is one of 100,000 additions of 3,000 products.
func additionRecord(b *strings.Builder, id int) {
	product, cents := id%3000, id%997
	fmt.Fprintf(b, `{"id":%d,"product":{"id":%d,"identifier":"CLOUD-%05d","_info":{"catalog_href":"https://api-na.myconnectwise.net/v4_6_release/apis/3.0/procurement/catalog/%d"}},`+
		`"quantity":%d.00,"lessIncluded":0.00,"unitPrice":%d.%02d,"unitCost":%d.%02d,"billCustomer":"Billable","effectiveDate":"2025-%02d-01T00:00:00Z",`+
		`"taxableFlag":true,"serialNumber":"","invoiceDescription":"Cloud service number %d, per user and month","purchaseItemFlag":false,`+
		`"specialOrderFlag":false,"agreementId":%d,"description":"Cloud service number %d","billedQuantity":%d.00,"uom":"Each","extPrice":%d.00,`+
		`"extCost":%d.00,"sequenceNumber":%d.00,"margin":%d.00,"prorateCost":0.00,"proratePrice":0.00,"extendedProrateCost":0.00,`+
		`"extendedProratePrice":0.00,"prorateCurrentPeriodFlag":false,"agreementStatus":"Active","customFields":[],`+
		`"_info":{"lastUpdated":"2026-01-%02dT10:%02d:%02dZ","updatedBy":"apiUser"}}`,
		id, product, product, product, id%250, product%80, cents%100, product%40, cents%100, id%12+1, product, id/200+1, product,
		id%250, id, id, id%200, id, id%28+1, id%60, id%59)
}

// productRecord is one of 50,000 products.
func productRecord(b *strings.Builder, id int) {
	fmt.Fprintf(b, `{"id":%d,"identifier":"CLOUD-%05d","description":"Cloud service number %d","inactiveFlag":false,`+
		`"subcategory":{"id":%d,"name":"Subcategory %d"},"type":{"id":6,"name":"Cloud"},"productClass":"Agreement","serializedFlag":false,`+
		`"unitOfMeasure":{"id":1,"name":"Each"},"minStockLevel":0,"price":%d.%02d,"cost":%d.%02d,"taxableFlag":true,`+
		`"customerDescription":"Cloud service number %d, per user and month","manufacturerPartNumber":"MPN-%d","vendorSku":"SKU-%d",`+
		`"category":{"id":5,"name":"Cloud"},"recurringFlag":true,"customFields":[],`+
		`"_info":{"lastUpdated":"2026-01-%02dT10:%02d:%02dZ","updatedBy":"apiUser"}}`,
		id, id, id, id%40, id%40, id%300, id%100, id%200, id%100, id, id, id, id%28+1, id%60, id%59)
}

// largeTenant reads and holds 100,000 additions and 50,000 products.
func largeTenant(tb testing.TB, c *Client) ([]Addition, []CatalogItem) {
	tb.Helper()
	additions := make([]Addition, 0, 100_000)
	for agreement := range 500 {
		for a, err := range c.Additions.All(tb.Context(), agreement+1, ListOptions{}) {
			if err != nil {
				tb.Fatal(err)
			}
			additions = append(additions, a)
		}
	}
	products := make([]CatalogItem, 0, 50_000)
	for p, err := range c.Catalog.All(tb.Context(), ListOptions{}) {
		if err != nil {
			tb.Fatal(err)
		}
		products = append(products, p)
	}
	return additions, products
}

// held is the memory in use after a collection, in bytes.
func held() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// mostHeld is what 100,000 additions and 50,000 products may take in this package's types, in bytes: the whole
// program has 150 MB.
const mostHeld = 90e6

func BenchmarkLargeTenant(b *testing.B) {
	for b.Loop() {
		c, err := New(testConfig(), WithTransport(api(tenant)), WithMaxRPM(0))
		if err != nil {
			b.Fatal(err)
		}
		before := held()
		additions, products := largeTenant(b, c)
		used := held() - before
		b.ReportMetric(float64(used)/1e6, "MB-held")
		if len(additions) != 100_000 || len(products) != 50_000 || used > mostHeld {
			b.Errorf("%d additions and %d products take %d bytes, at most %.0f are allowed", len(additions), len(products), used, mostHeld)
		}
		runtime.KeepAlive(additions)
		runtime.KeepAlive(products)
		runtime.KeepAlive(c)
	}
}

// A record must stay small: a field more in Addition is a megabyte in a large tenant.
func TestRecordsStaySmall(t *testing.T) {
	c := newTest(t, api(tenant), WithMaxRPM(0))
	var additions []Addition
	before := held()
	for agreement := range 20 {
		for a, err := range c.Additions.All(t.Context(), agreement+1, ListOptions{}) {
			if err != nil {
				t.Fatal(err)
			}
			additions = append(additions, a)
		}
	}
	additions = slices.Clip(additions)
	if each := float64(held()-before) / float64(len(additions)); len(additions) != 4000 || each > 1500 {
		t.Errorf("%d additions take %.0f bytes each", len(additions), each)
	}
	runtime.KeepAlive(additions)
	runtime.KeepAlive(c)
}
