package ui

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"cwsync/syncer/billing"
	"cwsync/syncer/match"
	"cwsync/ui/report"
)

// SetCompanies takes all companies as they were read.
func (s *customersState) SetCompanies(known *companyIndex) {
	s.companies = known
	s.judge()
}

// companyIndex is all companies of ConnectWise, prepared for looking through. Nothing changes it.
type companyIndex struct {
	all    []billing.Company // by name
	byID   map[int]*billing.Company
	hidden []int // places in all of those that are not offered unless asked for
}

// newCompanyIndex sorts companies. It takes a while for thousands: commands call it.
func newCompanyIndex(companies []billing.Company) *companyIndex {
	type folded struct {
		name string
		at   int
	}
	order := make([]folded, len(companies))
	for i := range companies {
		order[i] = folded{strings.ToLower(companies[i].Name), i}
	}
	slices.SortFunc(order, func(a, b folded) int { return cmp.Or(cmp.Compare(a.name, b.name), a.at-b.at) })
	index := &companyIndex{all: make([]billing.Company, len(companies)), byID: make(map[int]*billing.Company, len(companies))}
	for i := range order {
		index.all[i] = companies[order[i].at]
		index.byID[index.all[i].ID] = &index.all[i]
		if hiddenWhy(&index.all[i]) != "" {
			index.hidden = append(index.hidden, i)
		}
	}
	return index
}

// Question is what matching needs to know; it may be answered aside, since nothing changes it.
func (s *customersState) Question() matchQuestion {
	q := matchQuestion{typeID: s.typeID, today: s.today}
	if s.companies != nil {
		q.companies = s.companies.all
	}
	for i := range s.list {
		q.customers = append(q.customers, match.Named{ID: s.list[i].id, Name: s.list[i].name, Domain: s.list[i].domain})
	}
	for _, agreement := range s.agreements {
		q.agreements = append(q.agreements, *agreement)
	}
	return q
}

// matchQuestion is all that matching looks at.
type matchQuestion struct {
	customers  []match.Named
	companies  []billing.Company
	agreements []billing.Agreement
	typeID     int
	today      billing.Date
}

// answer matches. It takes a while for thousands of customers; when ctx ends before, it is nil.
func (q matchQuestion) answer(ctx context.Context) []match.Proposal {
	return match.Customers(ctx, q.customers, q.companies, q.agreements, q.typeID, q.today)
}

// Likely are the companies to offer first for a customer: the one that it is linked to, then those that are named like it.
func (s *customersState) Likely(id string) []likelyCompany {
	one := s.Find(id)
	if one == nil {
		return nil
	}
	var likely []likelyCompany
	add := func(id int, why string) {
		if s.company(id) != nil && !slices.ContainsFunc(likely, func(other likelyCompany) bool { return other.id == id }) {
			likely = append(likely, likelyCompany{id, why})
		}
	}
	if entry := s.linkOf(id); entry != nil && entry.Linked() {
		add(entry.Company, "linked now")
	}
	for _, candidate := range one.proposal.Candidates {
		add(candidate.Company, report.Plain(candidate.Why))
	}
	add(one.proposal.Company, "proposed")
	return likely
}

// RunningByCompany counts the agreements of the chosen type that can be billed, by company.
func (s *customersState) RunningByCompany() map[int]int {
	open := map[int]int{}
	list := s.byType[s.typeID]
	for i := range list {
		if s.unfit(&list[i]) == "" {
			open[list[i].CompanyID]++
		}
	}
	return open
}

// Agreements are the agreements of a company as they are offered: those that can be billed first, of them those of the chosen type. ok is false
// while they were not read.
func (s *customersState) Agreements(company int) (list []billing.Agreement, ok bool) {
	read, ok := s.byCompany[company]
	list = slices.Clone(read)
	rank := func(a *billing.Agreement) int {
		switch {
		case s.unfit(a) != "":
			return 2
		case a.TypeID != s.typeID:
			return 1
		}
		return 0
	}
	slices.SortStableFunc(list, func(a, b billing.Agreement) int {
		return cmp.Or(rank(&a)-rank(&b), strings.Compare(a.Name, b.Name), a.ID-b.ID)
	})
	return list, ok
}
