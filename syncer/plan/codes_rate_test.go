package plan_test

import (
	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
)

// sells has a source that gives a price or cost for 1001's mailboxes, of which there are ten, as ConnectWise has them.
func sells(price, cost string, fields ...billing.Field) func(w *world) {
	return func(w *world) {
		w.writes(fields...)
		w.mbx().Price.From = billing.PriceSource
		billsTo("10", "10")(w)
		w.says("1001", "mbx", price, cost)
	}
}

// says makes the source give a price and a cost; an empty one is not given.
func (w *world) says(customer, service, price, cost string) {
	line := w.counts(customer, service, "10")
	for i := range w.current.Owned {
		if w.current.Owned[i].Key.Customer == customer {
			line.Quantity = w.current.Owned[i].Quantity
		}
	}
	line.Price, line.Cost = maybe(price), maybe(cost)
}

func rateCodes() []codeCase {
	return []codeCase{
		{
			code:  plan.PriceChanged,
			given: sells("4.50", "", billing.FieldPrice),
			rows: `
				1001/mbx update price_changed #5 price 4→4.5 delta 5 USD
					the price goes from 4.00 to 4.50
					= 10; price 4.50 of the usage`,
			leftOut: `
				1001/mbx skip left_out #5 wanted price 4.5 delta 5 USD
					left out by the reviewer
					= 10; price 4.50 of the usage`,
		},
		{
			code:  plan.CostChanged,
			given: sells("", "3.25", billing.FieldCost),
			rows: `
				1001/mbx update cost_changed #5 cost 3→3.25
					the cost goes from 3.00 to 3.25`,
			leftOut: `
				1001/mbx skip left_out #5 wanted cost 3.25
					left out by the reviewer`,
		},
		{
			code: plan.TaxChanged,
			given: func(w *world) {
				w.writes(billing.FieldTaxable)
				w.mbx().Taxable = billing.TaxableYes
				billsTo("10", "10")(w)
			},
			rows: `
				1001/mbx update tax_changed #5 taxable true
					it becomes taxable`,
			leftOut: `
				1001/mbx skip left_out #5 wanted taxable true
					left out by the reviewer`,
		},
		{
			code: plan.DriftPrice,
			given: func(w *world) {
				sells("4.50", "", billing.FieldPrice)(w)
				w.current.Owned[0].UnitPrice = some("3.50")
			},
			rows: `
				1001/mbx hold drift_price #5 wanted price 4.5 delta 5 USD
					somebody changed the price from 3.50 to 4.00, the set-up says 4.50: accept to write it
					= 10; price 4.50 of the usage`,
			accepted: `
				1001/mbx update price_changed #5 price 4→4.5 delta 5 USD accepted
					the price goes from 4.00 to 4.50
					= 10; price 4.50 of the usage`,
			leftOut: `
				1001/mbx skip left_out #5 wanted price 4.5 delta 5 USD
					left out by the reviewer
					= 10; price 4.50 of the usage`,
		},
		{
			code: plan.CycleDiffers,
			given: func(w *world) {
				sells("4.50", "", billing.FieldPrice)(w)
				w.edit(811, func(a *billing.Agreement) { a.Cycle = billing.Cycle{Name: "Quarterly", PeriodsPerYear: 4} })
			},
			rows: `
				1001/mbx hold cycle_differs #5 wanted price 4.5 delta 1.666666666667 USD
					prices and costs of source mail are for a month, and the agreement is billed Quarterly: set price_per: cycle if they are for a billing period, or link the customer to a monthly agreement
					= 10; price 4.50 of the usage`,
			leftOut: `
				1001/mbx skip left_out #5 wanted price 4.5 delta 1.666666666667 USD
					left out by the reviewer
					= 10; price 4.50 of the usage`,
		},
	}
}

func newProductCodes() []codeCase {
	return []codeCase{
		{
			code: plan.NewProduct,
			key:  "mail//arc",
			given: func(w *world) {
				w.creates("arc", "ARC")
				line := w.uses("1001", "arc", "3")
				line.Price, line.Cost = some("2.50"), some("1.20")
			},
			rows: `
				/arc create new_product price 2.5 cost 1.2
					not in ConnectWise's catalog: created as "service arc", class Agreement, type Service, category Cloud, subcategory Email, unit Each
					= price 2.50 of the usage
				1001/arc create new_line quantity 3 from 2026-11-21 delta 7.5 USD
					no addition yet: created, effective 2026-11-21`,
			leftOut: `
				/arc skip left_out wanted price 2.5 wanted cost 1.2
					left out by the reviewer
					= price 2.50 of the usage
				1001/arc hold product_missing wanted quantity 3 wanted from 2026-11-21 delta 7.5 USD
					product ARC is left out of this plan, and this line needs it`,
		},
		{
			code: plan.DriftPrice,
			when: "of a product of ours",
			key:  "mail//mbx",
			given: func(w *world) {
				sells("4.50", "")(w)
				w.mbx().UpdateProduct = true
				w.current.OwnProducts = []plan.OwnProduct{{ID: 7, Identifier: "MBX", Price: some("3.50")}}
			},
			rows: `
				/mbx hold drift_price wanted price 4.5
					somebody changed price or cost of this product in the catalog; the price goes from 4.00 to 4.50: accept to write it
					= price 4.50 of the usage
				1001/mbx none unchanged #5
					unchanged
					= 10; price 4.50 of the usage; it stays 4.00, the source does not write prices`,
			accepted: `
				/mbx update price_changed price 4→4.5 accepted
					the price goes from 4.00 to 4.50
					= price 4.50 of the usage
				1001/mbx none unchanged #5
					unchanged
					= 10; price 4.50 of the usage; it stays 4.00, the source does not write prices`,
			leftOut: `
				/mbx skip left_out wanted price 4.5
					left out by the reviewer
					= price 4.50 of the usage
				1001/mbx none unchanged #5
					unchanged
					= 10; price 4.50 of the usage; it stays 4.00, the source does not write prices`,
		},
	}
}

// heldRateCodes are the codes of other tables, where prices and products bring them.
func heldRateCodes() []codeCase {
	return []codeCase{
		{
			code: plan.MaxMonthlyDelta,
			when: "because of a price alone",
			given: func(w *world) {
				sells("4.50", "", billing.FieldPrice)(w)
				w.policy.Guards.MaxMonthlyDelta = some("4.99")
			},
			rows: `
				source mail is held: max_monthly_delta
					the monthly value moves by 5.00 USD, more than 4.99: look at the changes first, or accept them
				1001/mbx hold max_monthly_delta #5 wanted price 4.5 delta 5 USD
					the monthly value moves by 5.00 USD, more than 4.99: look at the changes first, or accept them
					= 10; price 4.50 of the usage`,
			released: `
				1001/mbx update price_changed #5 price 4→4.5 delta 5 USD
					the price goes from 4.00 to 4.50
					= 10; price 4.50 of the usage`,
			leftOut: `
				1001/mbx skip left_out #5 wanted price 4.5 delta 5 USD
					left out by the reviewer
					= 10; price 4.50 of the usage`,
		},
		{
			code: plan.DriftPrice,
			when: "of a cost",
			given: func(w *world) {
				sells("", "3.25", billing.FieldCost)(w)
				w.current.Owned[0].UnitCost = some("2.50")
			},
			rows: `
				1001/mbx hold drift_price #5 wanted cost 3.25
					somebody changed the cost from 2.50 to 3.00, the set-up says 3.25: accept to write it`,
			accepted: `
				1001/mbx update cost_changed #5 cost 3→3.25 accepted
					the cost goes from 3.00 to 3.25`,
			leftOut: `
				1001/mbx skip left_out #5 wanted cost 3.25
					left out by the reviewer`,
		},
		{
			code: plan.PreviousUnknown,
			when: "of a product",
			key:  "mail//arc",
			given: func(w *world) {
				w.creates("arc", "ARC")
				w.uses("1001", "arc", "3").Price = some("2.50")
				w.current.Unknown = []plan.Unknown{{Key: key("mail//arc"), Identifier: "ARC"}}
			},
			rows: `
				/arc hold previous_unknown wanted price 2.5
					an earlier run may or may not have created product ARC: a later run settles it, or look in the catalog and accept mail//arc
					= price 2.50 of the usage
				1001/arc hold previous_unknown wanted quantity 3 wanted from 2026-11-21 delta 7.5 USD
					an earlier run may or may not have created product ARC: a later run settles it, or look in the catalog and accept mail//arc`,
			accepted: `
				/arc hold previous_unknown wanted price 2.5
					an earlier run may or may not have created product ARC: a later run settles it, or look in the catalog and accept mail//arc
					= price 2.50 of the usage
				1001/arc hold previous_unknown wanted quantity 3 wanted from 2026-11-21 delta 7.5 USD
					an earlier run may or may not have created product ARC: a later run settles it, or look in the catalog and accept mail//arc`,
			leftOut: `
				/arc skip left_out wanted price 2.5
					left out by the reviewer
					= price 2.50 of the usage
				1001/arc hold product_missing wanted quantity 3 wanted from 2026-11-21 delta 7.5 USD
					product ARC is left out of this plan, and this line needs it`,
		},
		{
			code: plan.ProductMissing,
			when: "because it is there in other letters",
			key:  "mail/1001/arc",
			given: func(w *world) {
				w.creates("arc", "ARC")
				w.uses("1001", "arc", "3").Price = some("2.50")
				w.product(9, "arc", "2")
			},
			rows: `
				1001/arc hold product_missing
					product ARC is not in ConnectWise's catalog and cannot be created: the catalog has product "arc" (id 9): write it in the set-up as it is there`,
			leftOut: `
				1001/arc skip left_out
					left out by the reviewer`,
		},
	}
}
