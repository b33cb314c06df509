package cwsim

import (
	"fmt"
	"math/rand/v2"

	"github.com/shopspring/decimal"
)

// Size is how much Generate makes. Each agreement gets AdditionsPerAgreement
// lines; agreements go round the companies, and products round the agreements.
type Size struct {
	Companies             int
	Agreements            int
	AdditionsPerAgreement int
	Products              int
}

// generatedToday is a Monday in the middle of a month, away from every edge.
const generatedToday = "2026-03-16"

// Generate makes a world of a size, the same for the same seed: its today is
// 2026-03-16. Company n is "Customer n" with identifier CUST-n, product n is
// SKU-n; ids count up from 250 (companies), 801 (agreements), 5001 (products)
// and 30001 (additions). All agreements are open, monthly and of the type Cloud
// Services, every second one prorates. The lines of one agreement are of
// different products while there are enough of them.
func Generate(seed int64, size Size) *World {
	w := NewWorld(generatedToday)
	r := rand.New(rand.NewPCG(uint64(seed), 0)) // #nosec G404 G115 -- sample data, no secret
	companies := make([]int, size.Companies)
	for i := range companies {
		companies[i] = w.addCompany(CompanySpec{Name: fmt.Sprintf("Customer %d", i+1), Identifier: fmt.Sprintf("CUST-%d", i+1)})
	}
	products := make([]int, size.Products)
	for i := range products {
		cost := decimal.New(100+r.Int64N(9900), -2)
		products[i] = w.addProduct(ProductSpec{
			Identifier: fmt.Sprintf("SKU-%d", i+1), Description: fmt.Sprintf("Service number %d", i+1),
			Cost: cost, Price: cost.Mul(decimal.New(13+r.Int64N(5), -1)).Round(2), Taxable: i%3 == 0,
		})
	}
	if len(companies) == 0 {
		return w
	}
	for i := range size.Agreements {
		w.generateAgreement(r, i, companies[i%len(companies)], products, size.AdditionsPerAgreement)
	}
	return w
}

func (w *World) generateAgreement(r *rand.Rand, i, company int, products []int, lines int) {
	agreement := w.addAgreement(AgreementSpec{
		Company: company, Name: fmt.Sprintf("Cloud %d", i+1), Prorate: i%2 == 0, Currency: "USD",
	})
	if len(products) == 0 {
		return
	}
	first := r.IntN(len(products))
	for j := range lines {
		w.addAddition(AdditionSpec{
			Agreement: agreement, Product: products[(first+j)%len(products)],
			Quantity: decimal.NewFromInt(1 + r.Int64N(250)),
		})
	}
}
