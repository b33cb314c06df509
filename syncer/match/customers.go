package match

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"cwsync/syncer/billing"
)

// Bounds of what is offered to choose from.
const (
	maxCandidates = 5
	worthNaming   = 0.50 // the nearest name below it is not named
	worthChoosing = 0.60 // a candidate below it is not offered
)

// Customers proposes a company and an agreement of one type for each customer, sorted by customer id. Give it all customers of a source at
// once, so that two that would get the same agreement are seen; hidden and deleted companies too, so that they are counted; and, for better
// reasons, agreements of other types too. With typeID 0 an agreement of any type will do. today decides which agreements are running: started,
// not ended, not cancelled, recurring. When ctx is done before the work is, the answer is nil: ask ctx.Err.
func Customers(ctx context.Context, customers []Named, companies []billing.Company, agreements []billing.Agreement, typeID int, today billing.Date) []Proposal {
	d := newDirectory(ctx, companies, newShelf(agreements, typeID, today))
	ordered := slices.Clone(customers)
	slices.SortFunc(ordered, func(a, b Named) int {
		return cmp.Or(strings.Compare(a.ID, b.ID), strings.Compare(a.Name, b.Name), strings.Compare(a.Domain, b.Domain))
	})
	proposals := make([]Proposal, len(ordered))
	for i, customer := range ordered {
		if ctx.Err() != nil {
			return nil
		}
		f := formOf(customer.Name)
		if !d.byName(&proposals[i], &f) {
			d.byLikeness(&proposals[i], customer, &f)
		}
		proposals[i].Customer = customer.ID
	}
	d.agreements.part(proposals, ordered)
	return proposals
}

// byName decides where a visible company has exactly the customer's name, and says whether one has.
func (d *directory) byName(p *Proposal, f *form) bool {
	same := d.equal[f.equal]
	hidden := d.hidden[f.equal]
	p.Hidden = len(hidden)
	if len(same) == 0 {
		return false
	}
	p.Score = 1
	ordered := slices.Clone(same)
	slices.SortStableFunc(ordered, func(a, b int) int { return -compareBool(d.has(a), d.has(b)) })
	for _, at := range ordered[:min(maxCandidates, len(ordered))] {
		p.Candidates = append(p.Candidates, d.candidate(at, 1, "same name"))
	}
	first := &d.companies[ordered[0]]
	open := d.agreements.running(first.ID)
	switch {
	case len(open) == 0:
		p.Outcome = NoAgreement
		if len(same) == 1 {
			p.Company = first.ID
			p.Reason = shown(first.Name) + " " + d.agreements.lacks(first.ID)
		} else {
			p.Reason = d.namesakes(same, nil) + "; none has an " + strings.TrimPrefix(d.agreements.ofType(), "running ")
		}
		return true
	case len(same)+len(hidden) > 1:
		d.amongNamesakes(p, ordered, hidden)
	case len(open) > 1:
		p.Outcome, p.Company, p.Reason = NeedsChoice, first.ID, d.agreements.several(open)
	default:
		p.Outcome, p.Company, p.Agreement = Linked, first.ID, open[0].ID
		p.Reason = "same name, and one " + d.agreements.ofType() + ": " + named(open, nothing)
	}
	return true
}

// amongNamesakes is for several companies of one name, of which the first has a running agreement of the type.
func (d *directory) amongNamesakes(p *Proposal, ordered []int, hidden []billing.Company) {
	p.Outcome = NeedsChoice
	first := d.companies[ordered[0]].ID
	open := d.agreements.running(first)
	only := len(ordered) == 1 || !d.has(ordered[1])
	if only {
		p.Company = first
		if len(open) == 1 {
			p.Agreement = open[0].ID
		}
	}
	slices.Sort(ordered)
	p.Reason = d.namesakes(ordered, hidden)
	switch {
	case only && len(open) > 1:
		p.Reason = d.agreements.several(open) + "; " + p.Reason
	case only && len(ordered) > 1:
		p.Reason += fmt.Sprintf("; only %d has an %s", first, strings.TrimPrefix(d.agreements.ofType(), "running "))
	}
}

// namesakes is "3 companies of this name: 250, 262, 270 (deleted)".
func (d *directory) namesakes(same []int, hidden []billing.Company) string {
	const most = 5
	var parts []string
	for _, at := range same {
		parts = append(parts, strconv.Itoa(d.companies[at].ID))
	}
	for i := range hidden {
		parts = append(parts, strconv.Itoa(hidden[i].ID)+" ("+hiddenAs(&hidden[i])+")")
	}
	text := fmt.Sprintf("%d companies of this name: %s", len(parts), strings.Join(parts[:min(most, len(parts))], ", "))
	if rest := len(parts) - most; rest > 0 {
		text += fmt.Sprintf(", and %d more", rest)
	}
	return text
}

func hiddenAs(company *billing.Company) string {
	if company.Deleted {
		return "deleted"
	}
	return "hidden"
}

func (d *directory) candidate(at int, score float64, why string) Candidate {
	company := &d.companies[at]
	return Candidate{Company: company.ID, Name: company.Name, Score: score, Why: why, Agreements: idsOf(d.agreements.running(company.ID))}
}

// byLikeness is for a customer whose name no visible company has.
func (d *directory) byLikeness(p *Proposal, customer Named, f *form) {
	found := d.likes(customer, f)
	for _, one := range found[:min(maxCandidates, len(found))] {
		if one.score >= worthChoosing {
			p.Candidates = append(p.Candidates, d.candidate(one.at, one.score, one.why))
		}
	}
	likely := 0
	for likely < len(found) && found[likely].score >= Likely {
		likely++
	}
	if likely == 0 {
		d.unknown(p, customer, found)
		return
	}
	chosen := found[:likely]
	if at := slices.IndexFunc(chosen, func(one like) bool { return d.has(one.at) }); at > 0 {
		chosen = chosen[at:]
	}
	best := chosen[0]
	company := &d.companies[best.at]
	open := d.agreements.running(company.ID)
	p.Score = best.score
	likeIt := fmt.Sprintf("like %s (%.2f)", quoted(company.Name), best.score)
	if len(open) == 0 {
		p.Outcome, p.Company = NoAgreement, company.ID
		p.Reason = likeIt + ", which " + d.agreements.lacks(company.ID) + besides(p.Hidden)
		return
	}
	p.Outcome, p.Reason = NeedsChoice, likeIt+": "+best.why
	if len(chosen) > 1 && chosen[1].score == best.score && d.has(chosen[1].at) {
		second := &d.companies[chosen[1].at]
		p.Reason = fmt.Sprintf("like %s and %s (%.2f each): %s", mention(company), mention(second), best.score, best.why)
		return
	}
	p.Company = company.ID
	if len(open) == 1 {
		p.Agreement = open[0].ID
	} else {
		p.Reason += "; " + d.agreements.several(open)
	}
	p.Reason += besides(p.Hidden)
}

func mention(company *billing.Company) string {
	return fmt.Sprintf("%s %d", quoted(company.Name), company.ID)
}

// besides tells of hidden companies that have exactly the name.
func besides(hidden int) string {
	switch hidden {
	case 0:
		return ""
	case 1:
		return "; a hidden company has exactly this name"
	}
	return fmt.Sprintf("; %d hidden companies have exactly this name", hidden)
}

// unknown is for a customer that no company is named like.
func (d *directory) unknown(p *Proposal, customer Named, found []like) {
	p.Outcome = NoCompany
	switch {
	case strings.TrimSpace(customer.Name) == "":
		p.Reason = "the source gives this customer no name"
	case p.Hidden > 0:
		p.Reason = "no company of this name" + besides(p.Hidden)
	default:
		p.Reason = "no company of this name"
	}
	if len(found) > 0 && found[0].score >= worthNaming {
		p.Score = found[0].score
		p.Reason += fmt.Sprintf("; nearest %s (%.2f)", quoted(d.companies[found[0].at].Name), p.Score)
	}
}
