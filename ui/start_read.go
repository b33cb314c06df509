package ui

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"cwsync/syncer"
	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
	"cwsync/ui/report"

	"github.com/shopspring/decimal"
)

// recentRuns is how many runs Start knows of.
const recentRuns = 5

// overview is what Start says of the past: everything that the store has of it, and nothing that ConnectWise or a source would have to be asked for.
type overview struct {
	runs     []LastRun         // newest first; none: it never ran
	kinds    report.KindCounts // of the newest
	sum      report.RunSummary // of the newest
	standing                   // of the newest that was no undo and came to lines
	undone   standing          // of the newest where that was an undo
	next     NextRun
	planned  bool  // next is known
	nextErr  error // why nobody can tell
}

// standing is what a run left for a person to do.
type standing struct {
	held, failed, unknown int
	failure               string // of the first line that failed
	sources               []plan.SourceSummary
	unmapped              []unmappedService
	unlinked              []unlinkedCustomer
}

// unmappedService is a service without a product, with what nobody is billed for it.
type unmappedService struct {
	source, id, name string
	amount           decimal.Decimal
	unit             string
	monthly          map[string]decimal.Decimal // by currency; empty: the usage has no price
	priced           bool                       // all of it has one
}

// unlinkedCustomer is a customer without a company and an agreement.
type unlinkedCustomer struct{ source, id, name string }

// overviewMsg is what was read for Start.
type overviewMsg struct {
	round int
	seen  *overview
	err   error
}

// readOverview reads the newest runs, and of two of them at most the lines.
func readOverview(ctx context.Context, profile *Profile) (*overview, error) {
	seen := &overview{}
	if profile.NextRun != nil {
		seen.next, seen.planned, seen.nextErr = profile.NextRun(ctx)
	}
	if profile.Recent == nil || profile.Run == nil {
		return seen, nil
	}
	runs, err := profile.Recent(ctx, recentRuns)
	if err != nil {
		return nil, err
	}
	seen.runs = runs
	found := false
	for i := range seen.runs {
		if i > 0 && (found || seen.runs[i].Undoes != "") {
			continue
		}
		run, err := profile.Run(ctx, seen.runs[i].ID)
		if err != nil {
			return nil, err
		}
		if i == 0 {
			seen.kinds, seen.sum = report.RunKinds(run), report.Summarise(run)
		}
		if run.Plan == nil || (len(run.Plan.Changes) == 0 && len(run.Plan.Sources) == 0) {
			continue
		}
		left := standingOf(run)
		if run.Undoes == "" {
			seen.standing, found = left, true
		} else {
			seen.undone = left
		}
	}
	return seen, nil
}

// standingOf goes through the lines of a run once.
func standingOf(run *syncer.Run) standing {
	var left standing
	for _, source := range run.Plan.Sources {
		if source.Held != "" {
			left.sources = append(left.sources, source)
		}
	}
	services, customers := map[[2]string]int{}, map[[2]string]bool{}
	for i := range run.Plan.Changes {
		change, outcome := &run.Plan.Changes[i], syncer.Outcome{}
		if i < len(run.Outcomes) {
			outcome = run.Outcomes[i]
		}
		row := report.RunRow(change, outcome)
		switch {
		case outcome.Status == syncer.Failed:
			if left.failed++; left.failure == "" {
				left.failure = row.Said()
			}
		case outcome.Status == syncer.Unknown:
			left.unknown++
		case row.Held():
			left.held++
		case row.Unbilled() && change.Code == plan.UnmappedService:
			left.seeService(services, change, row)
		case row.Unbilled():
			at := [2]string{change.Key.Source, change.Key.Customer}
			if !customers[at] {
				customers[at] = true
				left.unlinked = append(left.unlinked, unlinkedCustomer{at[0], at[1], row.Customer()})
			}
		}
	}
	return left
}

// seeService adds a line of usage to its service.
func (s *standing) seeService(known map[[2]string]int, change *plan.Change, row report.Row) {
	key := [2]string{change.Key.Source, change.Key.Service}
	at, ok := known[key]
	if !ok {
		at = len(s.unmapped)
		known[key] = at
		s.unmapped = append(s.unmapped, unmappedService{source: key[0], id: key[1], name: row.Service(), monthly: map[string]decimal.Decimal{}, priced: true})
		if change.Unbilled != nil {
			s.unmapped[at].unit = change.Unbilled.Unit
		}
	}
	service := &s.unmapped[at]
	service.amount = service.amount.Add(change.Usage.Decimal)
	worth := change.Unbilled
	if worth != nil && worth.Unit != service.unit {
		service.unit = ""
	}
	if worth == nil || !worth.Monthly.Valid {
		service.priced = false
		return
	}
	service.monthly[worth.Currency] = service.monthly[worth.Currency].Add(worth.Monthly.Decimal)
}

// stillUnmapped are the services without a product as the set-up is now, with what the run counted of them, the dearest first. A service that
// the run names and the set-up does not know is new in the usage.
func (s *standing) stillUnmapped(sources []billing.Source) []unmappedService {
	var left []unmappedService
	counted := map[[2]string]unmappedService{}
	for _, service := range s.unmapped {
		counted[[2]string{service.source, service.id}] = service
	}
	for i := range sources {
		for j := range sources[i].Services {
			service := &sources[i].Services[j]
			key := [2]string{sources[i].Name, service.ID}
			known, ok := counted[key]
			delete(counted, key)
			if !sources[i].Sync || !service.Sync || !service.Product.IsZero() {
				continue
			}
			if !ok {
				known = unmappedService{source: key[0], id: key[1], name: serviceName(service)}
			}
			left = append(left, known)
		}
		for _, service := range s.unmapped {
			if _, ok := counted[[2]string{service.source, service.id}]; ok && service.source == sources[i].Name && sources[i].Sync {
				left = append(left, service)
			}
		}
	}
	slices.SortStableFunc(left, func(a, b unmappedService) int {
		return cmp.Or(b.worth().Cmp(a.worth()), b.amount.Cmp(a.amount), cmp.Compare(a.name, b.name))
	})
	return left
}

// worth sorts services by what they cost; of several currencies it says nothing exact.
func (u *unmappedService) worth() decimal.Decimal {
	var all decimal.Decimal
	for _, amount := range u.monthly {
		all = all.Add(amount)
	}
	return all
}

// stillUnlinked are the customers without a company and an agreement as the set-up is now.
func (s *standing) stillUnlinked(sources []billing.Source) []unlinkedCustomer {
	named := map[[2]string]unlinkedCustomer{}
	for _, customer := range s.unlinked {
		named[[2]string{customer.source, customer.id}] = customer
	}
	for i := range sources {
		for j := range sources[i].Customers {
			customer := &sources[i].Customers[j]
			key := [2]string{sources[i].Name, customer.ID}
			switch {
			case !sources[i].Sync || !customer.Sync || customer.Linked():
				delete(named, key)
			case named[key] == unlinkedCustomer{}:
				named[key] = unlinkedCustomer{key[0], key[1], report.Plain(cmp.Or(customer.Name, customer.ID))}
			}
		}
	}
	left := slices.Collect(maps.Values(named))
	left = slices.DeleteFunc(left, func(c unlinkedCustomer) bool {
		return !slices.ContainsFunc(sources, func(s billing.Source) bool { return s.Name == c.source && s.Sync })
	})
	slices.SortFunc(left, func(a, b unlinkedCustomer) int {
		return cmp.Or(cmp.Compare(a.name, b.name), cmp.Compare(a.source, b.source), cmp.Compare(a.id, b.id))
	})
	return left
}
