package psa

import (
	"context"
	"fmt"
	"slices"

	"cwsync/cwclient"
	"cwsync/syncer/billing"

	"golang.org/x/sync/errgroup"
)

// Agreements reads these agreements, each once, in ascending order of id; those that do not exist are absent. A child agreement that has
// no next invoice date has its parent's. Errors are *billing.Failure.
func (p *PSA) Agreements(ctx context.Context, ids []int) ([]billing.Agreement, error) {
	asked := wanted(ids)
	if len(asked) == 0 {
		return nil, nil
	}
	return p.agreements(ctx, func(ctx context.Context) ([]cwclient.Agreement, error) { return p.readAgreements(ctx, asked) })
}

// agreements translates what list gives, with the billing cycles and with the parents that matter.
func (p *PSA) agreements(ctx context.Context, list func(context.Context) ([]cwclient.Agreement, error)) ([]billing.Agreement, error) {
	var read []cwclient.Agreement
	var cycles map[int]billing.Cycle
	group, both := errgroup.WithContext(ctx)
	group.Go(func() (err error) { read, err = list(both); return agreementsTask.wrap(err) })
	group.Go(func() (err error) { cycles, err = p.cycles.get(both); return cyclesTask.wrap(err) })
	if err := group.Wait(); err != nil {
		return nil, err
	}
	parents, err := p.readAgreements(ctx, missingParents(read))
	if err != nil {
		return nil, agreementsTask.failure(err)
	}
	next := nextInvoices(read, parents)
	agreements := make([]billing.Agreement, 0, len(read))
	for i := range read {
		agreement, err := toAgreement(&read[i], next, cycles)
		if err != nil {
			return nil, agreementsTask.senseless(err)
		}
		agreements = append(agreements, agreement)
	}
	return agreements, nil
}

// wanted is ids in ascending order, each once, without those that no record can have.
func wanted(ids []int) []int {
	sorted := slices.Sorted(slices.Values(ids))
	sorted = slices.Compact(sorted)
	return slices.DeleteFunc(sorted, func(id int) bool { return id <= 0 })
}

// readAgreements reads the chunks of ids side by side.
func (p *PSA) readAgreements(ctx context.Context, ids []int) ([]cwclient.Agreement, error) {
	return inChunks(ctx, ids, func(ctx context.Context, chunk []int) ([]cwclient.Agreement, error) {
		var found []cwclient.Agreement
		for agreement, err := range p.client.Agreements.All(ctx, cwclient.ListOptions{IDs: chunk}) {
			if err != nil {
				return nil, err
			}
			if asked(chunk, agreement.ID) {
				found = append(found, agreement)
			}
		}
		return found, nil
	})
}

// asked reports whether id is in the chunk: a server that ignores a condition gives more than it was asked for.
func asked(chunk []int, id int) bool {
	_, found := slices.BinarySearch(chunk, id)
	return found
}

// inChunks reads groups of ids side by side, as many at once as the client allows, and gives what they found in the order of the ids.
func inChunks[T any](ctx context.Context, ids []int, read func(context.Context, []int) ([]T, error)) ([]T, error) {
	chunks := cwclient.IDChunks(ids, cwclient.Condition{})
	found := make([][]T, len(chunks))
	group, ctx := errgroup.WithContext(ctx)
	for i, chunk := range chunks {
		group.Go(func() (err error) { found[i], err = read(ctx, chunk); return err })
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return slices.Concat(found...), nil
}

// missingParents are the parents whose next invoice date is needed and that were not read.
func missingParents(read []cwclient.Agreement) []int {
	known := make(map[int]bool, len(read))
	for i := range read {
		known[read[i].ID] = true
	}
	var parents []int
	for i := range read {
		parent := read[i].ParentAgreement.ID
		if parent != 0 && read[i].NextInvoiceDate == "" && !known[parent] {
			parents = append(parents, parent)
		}
	}
	return wanted(parents)
}

// nextInvoices is the wire's next invoice date by agreement id.
func nextInvoices(groups ...[]cwclient.Agreement) map[int]string {
	next := map[int]string{}
	for _, group := range groups {
		for i := range group {
			next[group[i].ID] = group[i].NextInvoiceDate
		}
	}
	return next
}

// toAgreement translates one agreement. An error names the field that makes no sense.
func toAgreement(a *cwclient.Agreement, next map[int]string, cycles map[int]billing.Cycle) (billing.Agreement, error) {
	if a.Company.ID <= 0 {
		return billing.Agreement{}, fmt.Errorf("agreement %d has no company", a.ID)
	}
	dates := dateReader{kind: "agreement", id: a.ID}
	agreement := billing.Agreement{
		ID: a.ID, Name: a.Name, TypeID: a.Type.ID, TypeName: a.Type.Name,
		CompanyID: a.Company.ID, CompanyName: a.Company.Name, ParentID: a.ParentAgreement.ID,
		Start: dates.read("startDate", a.StartDate), Cancelled: a.CancelledFlag,
		CancelledOn: dates.read("dateCancelled", a.DateCancelled), Status: a.AgreementStatus,
		BillStart: dates.read("billStartDate", a.BillStartDate), NextInvoice: dates.read("nextInvoiceDate", a.NextInvoiceDate),
		Cycle: cycleOf(a, cycles), Prorates: a.ProrateFlag, Currency: a.Currency.CurrencyCode,
	}
	if !a.NoEndingDateFlag {
		agreement.End = dates.read("endDate", a.EndDate)
	}
	if parent := a.ParentAgreement.ID; parent != 0 && agreement.NextInvoice.IsZero() {
		dates.id = parent // what makes no sense is the parent's
		agreement.NextInvoice = dates.read("nextInvoiceDate", next[parent])
	}
	return agreement, dates.err
}

// cycleOf is the agreement's billing cycle. One that is invoiced once does not recur, whatever its cycle says.
func cycleOf(a *cwclient.Agreement, cycles map[int]billing.Cycle) billing.Cycle {
	cycle, known := cycles[a.BillingCycle.ID]
	if !known {
		cycle = billing.Cycle{Name: a.BillingCycle.Name}
	}
	if a.BillOneTimeFlag {
		cycle.PeriodsPerYear, cycle.NotRecurring = 0, true
	}
	return cycle
}

// readCycles reads the billing cycles of the set-up tables, by id.
func (p *PSA) readCycles(ctx context.Context) (map[int]billing.Cycle, error) {
	cycles := map[int]billing.Cycle{}
	for cycle, err := range p.client.Setup.BillingCycles.All(ctx, cwclient.ListOptions{}) {
		if err != nil {
			return nil, err
		}
		cycles[cycle.ID] = billing.Cycle{
			Name:           cycle.Name,
			PeriodsPerYear: periodsPerYear(cycle.BillingOptions),
			NotRecurring:   cycle.BillingOptions == "NotRecurring",
		}
	}
	return cycles, nil
}

// periodsPerYear is 0 for a rhythm that is not known, and for none.
func periodsPerYear(option string) int {
	switch option {
	case "Weekly":
		return 52
	case "BiWeekly":
		return 26
	case "Monthly":
		return 12
	case "BiMonthly": // every two months
		return 6
	case "Quarterly":
		return 4
	case "SemiAnnual":
		return 2
	case "Yearly":
		return 1
	}
	return 0
}
