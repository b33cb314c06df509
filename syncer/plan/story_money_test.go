package plan_test

import (
	"fmt"
	"testing"

	"cwsync/syncer/billing"
)

// rhythms gives one customer to each billing rhythm, on agreements 901 and up: r52 weekly, r26 every two weeks, r12 monthly, r4 quarterly, r2 twice
// a year, r1 yearly.
func (w *world) rhythms() {
	for i, periods := range []int{52, 26, 12, 4, 2, 1} {
		agreement, customer := 901+i, fmt.Sprintf("r%02d", periods)
		w.agreement(agreement, 250)
		w.edit(agreement, func(a *billing.Agreement) { a.Cycle.PeriodsPerYear = periods })
		w.customer(customer, 250, agreement)
		w.counts(customer, "mbx", "3")
	}
}

func TestStoryMoneyInEveryRhythm(t *testing.T) {
	tell(t, []step{
		{
			day:   "2026-11-01",
			log:   "three units at 4.00 a period each: the monthly value depends on how many periods a year has",
			given: func(w *world) { w.rhythms() },
			rows: `
				r01/mbx create new_line quantity 3 from 2026-11-01 delta 1 USD
					no addition yet: created, effective 2026-11-01
				r02/mbx create new_line quantity 3 from 2026-11-01 delta 2 USD
					no addition yet: created, effective 2026-11-01
				r04/mbx create new_line quantity 3 from 2026-11-01 delta 4 USD
					no addition yet: created, effective 2026-11-01
				r12/mbx create new_line quantity 3 from 2026-11-01 delta 12 USD
					no addition yet: created, effective 2026-11-01
				r26/mbx create new_line quantity 3 from 2026-11-01 delta 26 USD
					no addition yet: created, effective 2026-11-01
				r52/mbx create new_line quantity 3 from 2026-11-01 delta 52 USD
					no addition yet: created, effective 2026-11-01`,
			total: `USD 97`,
		},
		{
			day: "2026-11-02",
			log: "one goes, one falls and one rises, each in a rhythm of its own",
			given: func(w *world) {
				w.counts("r52", "mbx", "0")
				w.counts("r26", "mbx", "1")
				w.counts("r01", "mbx", "4")
			},
			rows: `
				r01/mbx update usage_rose #101 quantity 3→4 delta 0.333333333333 USD
					usage rose from 3 to 4
				r02/mbx none unchanged #102
					unchanged
				r04/mbx none unchanged #103
					unchanged
				r12/mbx none unchanged #104
					unchanged
				r26/mbx update usage_fell #105 quantity 3→1 delta -17.333333333333 USD
					usage fell from 3 to 1
				r52/mbx update usage_zero #106 quantity 3→0 delta -52 USD
					no usage any more: the addition goes from 3 to 0`,
			total: `USD -69`,
		},
		{
			day: "2026-11-03",
			log: "one is paused in ConnectWise as not to be billed: worth nothing either way",
			given: func(w *world) {
				w.person(104, func(a *billing.Addition) { a.Bill = billing.DoNotBill })
				w.counts("r12", "mbx", "5")
			},
			rows: `
				r01/mbx none unchanged #101
					unchanged
				r02/mbx none unchanged #102
					unchanged
				r04/mbx none unchanged #103
					unchanged
				r12/mbx update usage_rose #104 quantity 3→5
					usage rose from 3 to 5
				r26/mbx none unchanged #105
					unchanged
				r52/mbx none unchanged #106
					unchanged`,
		},
	})
}

func TestStoryTwoCurrencies(t *testing.T) {
	tell(t, []step{
		{
			day: "2026-11-01",
			log: "one agreement in dollars, one in euros, one that names no currency",
			given: func(w *world) {
				for i, currency := range []string{"EUR", ""} {
					w.agreement(812+i, 250)
					w.edit(812+i, func(a *billing.Agreement) { a.Currency = currency })
					w.customer(fmt.Sprintf("%d", 1002+i), 250, 812+i)
				}
				w.counts("1001", "mbx", "3")
				w.counts("1002", "mbx", "5")
				w.counts("1003", "mbx", "1")
			},
			rows: `
				1001/mbx create new_line quantity 3 from 2026-11-01 delta 12 USD
					no addition yet: created, effective 2026-11-01
				1002/mbx create new_line quantity 5 from 2026-11-01 delta 20 EUR
					no addition yet: created, effective 2026-11-01
				1003/mbx create new_line quantity 1 from 2026-11-01 delta 4
					no addition yet: created, effective 2026-11-01`,
			total: `4, EUR 20, USD 12`,
		},
		{
			day: "2026-11-02",
			log: "up in dollars, down in euros: nothing is converted and nothing set off",
			given: func(w *world) {
				w.counts("1001", "mbx", "4")
				w.counts("1002", "mbx", "4")
			},
			rows: `
				1001/mbx update usage_rose #101 quantity 3→4 delta 4 USD
					usage rose from 3 to 4
				1002/mbx update usage_fell #102 quantity 5→4 delta -4 EUR
					usage fell from 5 to 4
				1003/mbx none unchanged #103
					unchanged`,
			total: `EUR -4, USD 4`,
		},
		{
			day:   "2026-11-03",
			log:   "the vendor begins to name its currency, and one agreement is in another",
			given: func(w *world) { w.sources["mail"].Usage.Lines[1].Currency = "USD"; w.counts("1002", "mbx", "6") },
			rows: `
				1001/mbx none unchanged #101
					unchanged
				1002/mbx hold currency_differs #102
					the usage is in USD (mail/1002/mbx, line 3) and the agreement in EUR: link the customer to an agreement in USD, or put the currency of the usage right
				1003/mbx none unchanged #103
					unchanged`,
		},
		{
			day: "2026-11-04",
			log: "four a month may move in each currency: the euros go beyond it, so the source waits",
			given: func(w *world) {
				w.sources["mail"].Usage.Lines[1].Currency = "eur"
				w.policy.Guards.MaxMonthlyDelta = some("4")
				w.counts("1001", "mbx", "5")
			},
			rows: `
				source mail is held: max_monthly_delta
					the monthly value moves by 8.00 EUR, more than 4: look at the changes first, or accept them
				1001/mbx hold max_monthly_delta #101 wanted quantity 5 delta 4 USD
					the monthly value moves by 8.00 EUR, more than 4: look at the changes first, or accept them
				1002/mbx hold max_monthly_delta #102 wanted quantity 6 delta 8 EUR
					the monthly value moves by 8.00 EUR, more than 4: look at the changes first, or accept them
				1003/mbx none unchanged #103
					unchanged`,
		},
		{
			log:   "accepted",
			given: func(w *world) { w.accept("mail:max_monthly_delta") },
			rows: `
				1001/mbx update usage_rose #101 quantity 4→5 delta 4 USD
					usage rose from 4 to 5
				1002/mbx update usage_rose #102 quantity 4→6 delta 8 EUR
					usage rose from 4 to 6
				1003/mbx none unchanged #103
					unchanged`,
			total: `EUR 8, USD 4`,
		},
	})
}

func TestStoryFreeUnitsInConnectWise(t *testing.T) {
	tell(t, []step{
		{
			day: "2026-11-01",
			log: "the adopted line gives two units free: they reduce what is charged and are never written",
			given: func(w *world) {
				w.mail().OnZero = billing.ZeroCancel
				w.line(5, "3").LessIncluded = dec("2")
				w.counts("1001", "mbx", "4")
			},
			rows: `
				1001/mbx update usage_rose #5 adopts quantity 3→4 delta 4 USD
					usage rose from 3 to 4; 2 of them free by ConnectWise's lessIncluded
					= 4; 2 of them free by ConnectWise's lessIncluded`,
			total: `USD 4`,
		},
		{
			day:   "2026-11-10",
			log:   "dated changes from now on: a new line would not have the free units",
			given: func(w *world) { w.mbx().Change = billing.Dated; w.counts("1001", "mbx", "5") },
			rows: `
				1001/mbx hold not_prorated #5 wanted quantity 5 delta 4 USD
					a new dated line would lose the 2 free units of this one: take them away, or accept to change the quantity in place
					= 5; 2 of them free by ConnectWise's lessIncluded`,
		},
		{
			day:   "2026-11-11",
			log:   "somebody takes the free units away",
			given: func(w *world) { w.person(5, func(a *billing.Addition) { a.LessIncluded = dec("0") }) },
			rows: `
				1001/mbx create usage_rose quantity 5 price 4 cost 3 taxable false from 2026-11-11 delta 20 USD
					usage rose from 4 to 5: a new line from 2026-11-11
				1001/mbx cancel usage_rose #5 until 2026-11-10 delta -16 USD step 1
					the new line takes its place: this one ends on 2026-11-10`,
			total: `USD 4`,
		},
		{
			day:   "2026-11-20",
			log:   "it ends: worth all that it charged",
			given: func(w *world) { w.counts("1001", "mbx", "0"); w.accept("mail/1001/mbx") },
			rows: `
				1001/mbx cancel usage_zero #101 until 2026-11-20 delta -20 USD accepted
					no usage any more: the addition ends on 2026-11-20`,
			total: `USD -20`,
		},
	})
}

func TestStoryFractions(t *testing.T) {
	tell(t, []step{
		{
			day: "2026-11-01",
			log: "gigabytes are billed as terabytes, without rounding: six decimals are what ConnectWise keeps",
			given: func(w *world) {
				w.mbx().Quantity.DivideBy = dec("1024")
				w.counts("1001", "mbx", "1500")
			},
			rows: `
				1001/mbx create new_line quantity 1.464844 from 2026-11-01 delta 5.859376 USD
					no addition yet: created, effective 2026-11-01
					= 1500 ÷ 1024 = 1.464844`,
			total: `USD 5.859376`,
		},
		{
			day:   "2026-11-02",
			log:   "a little more is less than the last decimal",
			given: func(w *world) { w.counts("1001", "mbx", "1500.0001") },
			rows: `
				1001/mbx none unchanged #101
					unchanged
					= 1500.0001 ÷ 1024 = 1.464844`,
		},
		{
			day:   "2026-11-03",
			log:   "ConnectWise gives the quantity back as the double that it keeps: still the same",
			given: func(w *world) { w.person(101, func(a *billing.Addition) { a.Quantity = dec("1.4648440000000001") }) },
			rows: `
				1001/mbx none unchanged #101
					unchanged
					= 1500.0001 ÷ 1024 = 1.464844`,
		},
		{
			day:   "2026-11-04",
			log:   "whole terabytes from now on, rounded half up",
			given: func(w *world) { w.mbx().Quantity.Round = billing.RoundHalfUp },
			rows: `
				1001/mbx update usage_fell #101 quantity 1.4648440000000001→1 delta -1.8593760000000004 USD
					usage fell from 1.4648440000000001 to 1
					= 1500.0001 ÷ 1024, rounded half up = 1`,
		},
		{
			day:   "2026-11-05",
			log:   "exactly one and a half",
			given: func(w *world) { w.counts("1001", "mbx", "1536") },
			rows: `
				1001/mbx update usage_rose #101 quantity 1→2 delta 4 USD
					usage rose from 1 to 2
					= 1536 ÷ 1024, rounded half up = 2`,
		},
	})
}
