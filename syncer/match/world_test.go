package match

import (
	"testing"

	"cwsync/syncer/billing"
)

const (
	cloudType   = 7
	supportType = 8
)

var today = billing.NewDate(2026, 11, 21)

func day(t *testing.T, text string) billing.Date {
	t.Helper()
	date, err := billing.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return date
}

// cloud is a running agreement of the type that the tests look for.
func cloud(id, company int, name string) billing.Agreement {
	return billing.Agreement{ID: id, CompanyID: company, Name: name, TypeID: cloudType, TypeName: "Cloud Services", Start: billing.NewDate(2024, 1, 1),
		Cycle: billing.Cycle{Name: "Monthly", PeriodsPerYear: 12}}
}

func company(id int, name string) billing.Company { return billing.Company{ID: id, Name: name} }

// one matches one customer by name.
func one(t *testing.T, name string, companies []billing.Company, agreements ...billing.Agreement) Proposal {
	t.Helper()
	proposals := Customers(t.Context(), []Named{{ID: "1001", Name: name}}, companies, agreements, cloudType, today)
	if len(proposals) != 1 || proposals[0].Customer != "1001" {
		t.Fatalf("one customer gave %+v", proposals)
	}
	return proposals[0]
}

func expect(t *testing.T, p Proposal, outcome Outcome, company, agreement int, score float64, reason string) {
	t.Helper()
	if p.Outcome != outcome || p.Company != company || p.Agreement != agreement || p.Score != score {
		t.Errorf("got %s company %d agreement %d score %v, want %s %d %d %v", p.Outcome, p.Company, p.Agreement, p.Score, outcome, company, agreement, score)
	}
	if p.Reason != reason {
		t.Errorf("reason\n got %s\nwant %s", p.Reason, reason)
	}
}
