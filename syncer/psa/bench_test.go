package psa

import (
	"fmt"
	"testing"

	"cwsync/cwclient"

	"github.com/shopspring/decimal"
)

// BenchmarkAdditions100k translates 100,000 additions, versions included.
func BenchmarkAdditions100k(b *testing.B) {
	read := make([]cwclient.Addition, 100_000)
	for i := range read {
		read[i] = cwclient.Addition{
			ID: 30_000 + i, AgreementID: 811, Product: cwclient.ProductRef{ID: 5000 + i%50, Identifier: fmt.Sprint("SKU-", i%50)},
			Quantity: cwclient.NumberOf(decimal.New(int64(i), -1)), LessIncluded: cwclient.NumberOf(decimal.Zero),
			UnitPrice: cwclient.NumberOf(decimal.New(int64(450+i%700), -2)), UnitCost: cwclient.NumberOf(decimal.New(int64(300+i%700), -2)),
			BillCustomer: cwclient.Billable, EffectiveDate: "2026-01-01T00:00:00Z", Info: cwclient.Info{LastUpdated: "2026-03-01T08:00:00Z"},
		}
		if i%10 == 0 {
			read[i].CancelledDate = "2026-12-31T00:00:00Z"
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		for i := range read {
			if _, err := toAddition(&read[i], 811); err != nil {
				b.Fatal(err)
			}
		}
	}
}
