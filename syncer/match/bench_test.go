package match

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"cwsync/syncer/billing"
)

var syllables = []string{"ad", "ven", "ture", "con", "to", "so", "fab", "ri", "kam", "lit", "ware", "north", "wind", "pro", "se", "tail", "spin", "wide", "world", "wood",
	"grove", "van", "ar", "del", "blue", "yon", "der", "four", "th", "cof", "fee", "gra", "phic", "mar", "gie", "hum", "on", "gous", "trey", "re", "search"}

func madeUp(r *rand.Rand, most int) string {
	var b strings.Builder
	for range 1 + r.IntN(most) {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		word := ""
		for range 2 + r.IntN(2) {
			word += syllables[r.IntN(len(syllables))]
		}
		b.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return b.String()
}

// BenchmarkCustomers is a large provider: a third of its customers have a company's name, a third one like it, a third neither.
func BenchmarkCustomers(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	companies := make([]billing.Company, 10_000)
	agreements := make([]billing.Agreement, len(companies))
	for i := range companies {
		companies[i] = billing.Company{ID: i + 1, Name: madeUp(r, 3) + []string{"", " Ltd", ", Inc.", " GmbH"}[r.IntN(4)], Identifier: fmt.Sprint("c", i)}
		agreements[i] = billing.Agreement{ID: i + 1, CompanyID: i + 1, TypeID: 1 + i%2, TypeName: "Cloud", Name: "Cloud", Cycle: billing.Cycle{PeriodsPerYear: 12}}
	}
	customers := make([]Named, 2_000)
	for i := range customers {
		name := companies[r.IntN(len(companies))].Name
		switch i % 3 {
		case 1:
			name += " Limited"
		case 2:
			name = madeUp(r, 3)
		}
		customers[i] = Named{ID: fmt.Sprint(i), Name: name}
	}
	today := billing.NewDate(2026, 11, 21)
	for b.Loop() {
		Customers(b.Context(), customers, companies, agreements, 1, today)
	}
}

func madeUpProducts(n int) []billing.Product {
	r := rand.New(rand.NewPCG(3, 4))
	vendors := []string{"Proofpoint Essentials", "Microsoft 365", "Acronis Cyber", "Backup", "Security", "Contoso"}
	tiers := []string{"Basic", "Business", "Business+", "Premium", "Plan 1", "Plan 2", "E3", "E5", "Advanced", "Archive"}
	products := make([]billing.Product, n)
	for i := range products {
		products[i] = billing.Product{ID: i + 1, Identifier: fmt.Sprintf("%c%c%c-%05d", 'A'+r.IntN(26), 'A'+r.IntN(26), 'A'+r.IntN(26), i),
			Description: vendors[r.IntN(len(vendors))] + " " + madeUp(r, 2) + " " + tiers[r.IntN(len(tiers))],
			Class:       "Agreement", VendorSKU: fmt.Sprintf("CFQ7TTC0%06X", r.IntN(1<<24)), PartNumber: fmt.Sprintf("P-%06d", r.IntN(1_000_000))}
	}
	return products
}

// BenchmarkProducts is a large catalog in which the services' words are common.
func BenchmarkProducts(b *testing.B) {
	r := rand.New(rand.NewPCG(5, 6))
	products := madeUpProducts(50_000)
	services := make([]Named, 50)
	for i := range services {
		services[i] = Named{ID: fmt.Sprint("s", i), Name: products[r.IntN(len(products))].Description}
		if i%3 == 0 {
			services[i].Name = []string{"Business", "Business+", "Advanced", "Archive", "Microsoft 365 E3", "Exchange Online Plan 1"}[i/3%6]
		}
	}
	for b.Loop() {
		Products(b.Context(), services, products, nil)
	}
}

// BenchmarkFind is one typed letter, and more, over a catalog of 50,000 products.
func BenchmarkFind(b *testing.B) {
	products := madeUpProducts(50_000)
	texts := make([]string, len(products))
	for i := range products {
		texts[i] = products[i].Identifier + " " + products[i].Description + " " + products[i].PartNumber
	}
	finder := NewFinder(texts)
	for _, query := range []string{"b", "bus", "business", "prem north", "zzzz"} {
		for _, limit := range []int{200, 0} {
			b.Run(fmt.Sprintf("%s/limit=%d", strings.ReplaceAll(query, " ", "_"), limit), func(b *testing.B) {
				for b.Loop() {
					finder.Find(context.Background(), query, limit)
				}
			})
		}
	}
	b.Run("new", func(b *testing.B) {
		for b.Loop() {
			NewFinder(texts)
		}
	})
}
