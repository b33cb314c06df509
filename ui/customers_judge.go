package ui

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"cwsync/syncer/billing"
	"cwsync/syncer/match"
	"cwsync/ui/report"

	"github.com/shopspring/decimal"
)

// judge says of every customer what there is to do about it.
func (s *customersState) judge() {
	s.takers = map[int][]string{}
	if from := s.source(); from != nil {
		for i := range from.Customers {
			if entry := &from.Customers[i]; entry.Linked() {
				s.takers[entry.Agreement] = append(s.takers[entry.Agreement], entry.ID)
			}
		}
	}
	s.counts = [customerGroups]int{}
	for i := range s.list {
		c := &s.list[i]
		c.group = s.groupOf(c)
		s.counts[c.group]++
	}
	s.left = s.leaves()
}

func (s *customersState) groupOf(c *customer) customerGroup {
	entry := s.linkOf(c.id)
	switch {
	case entry != nil && !entry.Sync:
		return groupOff
	case entry != nil && entry.Linked():
		if s.broken(entry) != "" {
			return groupBroken
		}
		return groupLinked
	}
	switch c.proposal.Outcome {
	case match.Linked:
		if s.taken(c) != "" {
			return groupChoice
		}
		return groupExact
	case match.NeedsChoice:
		return groupChoice
	case match.NoCompany:
		return groupNoCompany
	case match.NoAgreement:
		return groupNoAgreement
	}
	return groupUnmatched
}

// taken is the customer that is linked to the proposed agreement already; empty when none is. Two may share one, but only where a person says so.
func (s *customersState) taken(c *customer) string {
	for _, id := range s.takers[c.proposal.Agreement] {
		if id != c.id && c.proposal.Agreement != 0 {
			if other := s.Find(id); other != nil {
				return other.label()
			}
			return report.Plain(id)
		}
	}
	return ""
}

// broken says why nothing can be billed on a link; empty when it can, or when that is not known yet.
func (s *customersState) broken(entry *billing.Customer) string {
	company, agreement := s.company(entry.Company), s.agreements[entry.Agreement]
	switch {
	case s.companies != nil && company == nil:
		return "company " + strconv.Itoa(entry.Company) + " is not in ConnectWise any more"
	case company != nil && company.Deleted:
		return report.Plain(company.Name) + " is in ConnectWise's recycle bin"
	case agreement == nil:
		return ""
	case agreement.CompanyID != entry.Company:
		return report.Plain(agreement.Name) + " belongs to " + report.Plain(agreement.CompanyName) + " now"
	}
	if why := s.unfit(agreement); why != "" {
		return report.Plain(agreement.Name) + " " + why + ": link it to a running one"
	}
	return ""
}

// unfit says why nothing can be billed on an agreement today, as what follows its name; empty when it can. It is what a plan would hold for.
func (s *customersState) unfit(agreement *billing.Agreement) string {
	return agreement.Unbillable(s.today)
}

// hiddenWhy says why a company is not offered unless asked for; empty when it is.
func hiddenWhy(company *billing.Company) string {
	switch {
	case company.Deleted:
		return "in the recycle bin"
	case !company.Hidden:
		return ""
	}
	words := append([]string(nil), company.Types...)
	if company.Status != "" {
		words = append(words, company.Status)
	}
	if len(words) == 0 {
		return "no customer of today"
	}
	return report.Plain(strings.Join(words, ", "))
}

// Reason says of a customer why it is where it is, in one line of plain text.
func (s *customersState) Reason(c *customer) string {
	entry := s.linkOf(c.id)
	switch c.group {
	case groupOff:
		if entry.Linked() {
			return "switched off; its link stays: " + s.linkText(entry)
		}
		return "switched off"
	case groupLinked:
		return s.linkText(entry)
	case groupBroken:
		return s.broken(entry)
	}
	if s.gone(c) {
		return "the usage does not name it any more; d forgets it"
	}
	if c.group == groupUnmatched {
		return "not matched yet"
	}
	if by := s.taken(c); by != "" {
		return report.Plain(c.proposal.Reason) + "; but " + by + " is linked to it already"
	}
	return report.Plain(c.proposal.Reason)
}

// linkText is a link in words: its company and its agreement.
func (s *customersState) linkText(entry *billing.Customer) string {
	company, agreement := s.parties(entry.Company, entry.Agreement)
	return company + ", " + agreement
}

// parties are the names of a company and an agreement, as far as they are known.
func (s *customersState) parties(companyID, agreementID int) (company, agreement string) {
	company, agreement = "company "+strconv.Itoa(companyID), "agreement "+strconv.Itoa(agreementID)
	if known := s.company(companyID); known != nil {
		company = report.Plain(known.Name)
	}
	if known := s.agreements[agreementID]; known != nil {
		agreement = report.Plain(known.Name)
	}
	return company, agreement
}

// Target is the company and agreement that a customer is linked to, or would be if its proposal were accepted; zeros when neither is there.
func (s *customersState) Target(c *customer) (company, agreement int) {
	if entry := s.linkOf(c.id); entry != nil && entry.Linked() {
		return entry.Company, entry.Agreement
	}
	return c.proposal.Company, c.proposal.Agreement
}

// rhythm says how an agreement is invoiced.
func rhythm(agreement *billing.Agreement) string {
	if agreement == nil {
		return ""
	}
	parts := []string{strings.ToLower(report.Plain(agreement.Cycle.Name))}
	if !agreement.NextInvoice.IsZero() {
		parts = append(parts, "next invoice "+agreement.NextInvoice.String())
	}
	return strings.Join(slices.DeleteFunc(parts, func(part string) bool { return part == "" }), ", ")
}

// currency is the ISO code that all agreements as read are billed in; empty when they differ, or one names none.
func (s *customersState) currency() string {
	code, first := "", true
	for _, agreement := range s.agreements {
		if !first && agreement.Currency != code {
			return ""
		}
		code, first = agreement.Currency, false
	}
	return code
}

// used is what a customer uses of one service; empty for nothing.
func (c *customer) used(service string) string {
	total, unit := decimal.Zero, ""
	for _, use := range c.uses {
		if use.service == service {
			total, unit = total.Add(use.quantity), cmp.Or(unit, use.unit)
		}
	}
	if total.IsZero() {
		return ""
	}
	return counted(total, unit)
}

// Unbilled says how many customers that use something are not linked to a running agreement, and what that leaves unbilled; empty when it is
// nothing. Those that are switched off are not counted: a person wanted it so.
func (s *customersState) Unbilled() string { return s.left }

func (s *customersState) leaves() string {
	const most = 4 // services that are named
	type sum struct {
		name, unit string
		quantity   decimal.Decimal
	}
	customers, sums, order := 0, map[string]*sum{}, []*sum{}
	for i := range s.list {
		c := &s.list[i]
		if c.group == groupLinked || c.group == groupOff {
			continue
		}
		uses := false
		for _, use := range c.uses {
			if !use.billed || !use.quantity.IsPositive() {
				continue
			}
			uses = true
			one := sums[use.service]
			if one == nil {
				one = &sum{name: use.name, unit: use.unit}
				sums[use.service] = one
				order = append(order, one)
			}
			one.quantity = one.quantity.Add(use.quantity)
		}
		if uses {
			customers++
		}
	}
	if customers == 0 {
		return ""
	}
	slices.SortStableFunc(order, func(a, b *sum) int { return cmp.Or(b.quantity.Cmp(a.quantity), cmp.Compare(a.name, b.name)) })
	var parts []string
	for _, one := range order[:min(most, len(order))] {
		parts = append(parts, counted(one.quantity, one.unit)+" of "+one.name)
	}
	if rest := len(order) - most; rest > 0 {
		parts = append(parts, report.Counted(rest, "more service", "more services"))
	}
	verb := "are"
	if customers == 1 {
		verb = "is"
	}
	return fmt.Sprintf("%s %s not billed: %s", report.Counted(customers, "customer", "customers"), verb, strings.Join(parts, ", "))
}

// Remark says what else a person should know before a customer is linked to an agreement; empty for nothing.
func (s *customersState) Remark(id string, agreement *billing.Agreement) string {
	var others []string
	for _, other := range s.takers[agreement.ID] {
		if c := s.Find(other); other != id && c != nil {
			others = append(others, c.label())
		}
	}
	switch len(others) {
	case 0:
		return ""
	case 1:
		return others[0] + " is linked to it as well: services that both use need a common merge, else they are held"
	}
	return report.Counted(len(others), "other customer is", "other customers are") + " linked to it as well: services that they share need a common merge, else they are held"
}
