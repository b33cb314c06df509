package plan_test

import (
	"testing"

	"cwsync/syncer/billing"

	"github.com/shopspring/decimal"
)

// fixed gives customer 1001 a fixed price.
func fixed(w *world, service, price string) {
	w.linked().Prices = map[string]decimal.Decimal{service: dec(price)}
}

// TestStoryOfAProductAndItsPrice: a vendor brings something new; cwsync makes the product, bills it marked up, follows the vendor's cost, and leaves
// to people what they change.
func TestStoryOfAProductAndItsPrice(t *testing.T) {
	tell(t, []step{
		{
			day: "2026-11-01",
			log: "a new service, sold at fifteen percent above its cost, less Contoso's discount",
			given: func(w *world) {
				vault := w.creates("vault", "VAULT")
				vault.UpdateProduct = true
				vault.Price.From = billing.PriceMarkup
				w.mail().MarkupPercent = dec("15")
				w.writes(billing.FieldPrice, billing.FieldCost)
				w.linked().DiscountPercent, w.linked().Name = dec("10"), "Contoso"
				w.counts("1001", "vault", "10").Cost = some("3.10")
			},
			rows: `
				/vault create new_product price 3.57 cost 3.1
					not in ConnectWise's catalog: created as "service vault", class Agreement, type Service, category Cloud, subcategory Email, unit Each
					= cost 3.10 + 15 % = 3.57
				1001/vault create new_line quantity 10 price 3.21 cost 3.1 from 2026-11-01 delta 32.1 USD
					no addition yet: created, effective 2026-11-01
					= 10; cost 3.10 + 15 % = 3.57, Contoso −10 % = 3.21`,
			ledger: `811 #101 VAULT 10 from 2026-11-01, 1001/vault's`,
		},
		{
			day:   "2026-11-05",
			log:   "the vendor raises its price: product and line follow",
			given: func(w *world) { w.counts("1001", "vault", "10").Cost = some("3.30") },
			rows: `
				/vault update price_changed price 3.57→3.8 cost 3.1→3.3
					the price goes from 3.57 to 3.80, the cost goes from 3.10 to 3.30
					= cost 3.30 + 15 % = 3.80
				1001/vault update price_changed #101 price 3.21→3.42 cost 3.1→3.3 delta 2.1 USD
					the price goes from 3.21 to 3.42, the cost goes from 3.10 to 3.30
					= 10; cost 3.30 + 15 % = 3.80, Contoso −10 % = 3.42`,
			total: `USD 2.1`,
		},
		{
			day:   "2026-11-10",
			log:   "somebody agrees on another price with Contoso in ConnectWise",
			given: func(w *world) { w.person(101, func(a *billing.Addition) { a.UnitPrice = dec("3.00") }) },
			rows: `
				1001/vault hold drift_price #101 wanted price 3.42 delta 4.2 USD
					somebody changed the price from 3.42 to 3.00, the set-up says 3.42: accept to write it
					= 10; cost 3.30 + 15 % = 3.80, Contoso −10 % = 3.42`,
		},
		{
			day:   "2026-11-11",
			log:   "the technician puts it into the set-up: nothing is left to do",
			given: func(w *world) { fixed(w, "vault", "3") },
			rows: `
				1001/vault none unchanged #101
					unchanged
					= 10; fixed price 3.00 of Contoso
					! a unit costs 3.30 and is sold for 3.00`,
		},
		{
			day:   "2026-11-12",
			log:   "a year later they agree on 2.80: ours to write, because nobody else changed it",
			given: func(w *world) { fixed(w, "vault", "2.80") },
			rows: `
				1001/vault update price_changed #101 price 3→2.8 delta -2 USD
					the price goes from 3.00 to 2.80
					= 10; fixed price 2.80 of Contoso
					! a unit costs 3.30 and is sold for 2.80`,
		},
		{
			day:   "2026-11-13",
			log:   "the vendor stops giving costs: nothing is touched, and nobody knows of a loss any more but ConnectWise's own cost",
			given: func(w *world) { w.counts("1001", "vault", "11").Cost = maybe("") },
			rows: `
				1001/vault update usage_rose #101 quantity 10→11 delta 2.8 USD
					usage rose from 10 to 11
					= 11; fixed price 2.80 of Contoso
					! a unit costs 3.30 and is sold for 2.80`,
		},
	})
}
