package ui

import (
	"fmt"
	"strings"

	"cwsync/syncer"
	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
	"cwsync/ui/report"
	"cwsync/ui/theme"
)

// whyText is one thing that the panel of reasons says.
type whyText struct {
	label string
	text  string
	role  theme.Role
}

// why says all that is known of the row under the cursor, the most telling first.
func (s *reviewState) why(draft *syncer.Draft) []whyText {
	item, ok := s.current()
	if !ok {
		return nil
	}
	switch item.kind {
	case itemWarning:
		return []whyText{{"", report.Plain(s.page.plan.Warnings[item.at]), theme.Attention}}
	case itemSource:
		return s.whySource(item.at)
	case itemLoose:
		return []whyText{{"", report.Counted(len(s.page.loose), "customer is", "customers are") + " not linked, so not billed", theme.Attention}, {"", linkThem, theme.Normal}}
	case itemLooseCustomer:
		return s.whyLoose(item.at)
	}
	change := s.change(item)
	row := report.PlanRow(change)
	_, word, role := row.Mark()
	texts := []whyText{{"", row.Customer() + ", " + row.Service(), theme.Accent}, {word, report.Plain(change.Reason), role}}
	add := func(label, text string) {
		if text != "" {
			texts = append(texts, whyText{label, text, theme.Normal})
		}
	}
	add("", s.whatToDo(change))
	for _, field := range row.Fields() {
		add("", field)
	}
	if !change.MonthlyDelta.IsZero() {
		add("a month", report.Total(change.MonthlyDelta, change.Currency))
	}
	for _, warning := range row.Warnings() {
		texts = append(texts, whyText{"warning", warning, theme.Attention})
	}
	add("how", report.Plain(change.How))
	if change.Usage.Valid && report.Number(change.Usage.Decimal) != change.How { // where no rule makes another number of it, once is enough
		add("usage", report.Number(change.Usage.Decimal))
	}
	if change.Into != nil {
		add("part of", report.Plain(change.Into.String()))
	}
	texts = append(texts, whyConnectWise(change, draft)...)
	add("key", report.Plain(change.Key.String()))
	return texts
}

const linkThem = "link them in Customers, or switch off there who is not to be billed; esc goes there"

func (s *reviewState) whyLoose(at int) []whyText {
	one := &s.page.loose[at]
	group := &s.page.groups[one.group]
	texts := []whyText{{"", group.name, theme.Accent}, {"", "not linked to a company and an agreement, so not billed", theme.Attention}, {"", linkThem, theme.Normal}}
	for i, change := range one.lines {
		texts = append(texts, whyText{"uses", one.uses[i] + ", key " + report.Plain(s.page.plan.Changes[change].Key.String()), theme.Normal})
	}
	return texts
}

func (s *reviewState) whySource(at int) []whyText {
	source := &s.page.plan.Sources[at]
	texts := []whyText{{"", "source " + report.Plain(source.Name), theme.Accent}}
	if source.Held != "" {
		texts = append(texts, whyText{report.Words(source.Held), report.Plain(source.Problem), theme.Attention})
	}
	if !source.AsOf.IsZero() {
		texts = append(texts, whyText{"as of", source.AsOf.UTC().Format("2006-01-02 15:04 UTC"), theme.Normal})
	}
	texts = append(texts, whyText{"read", report.Counted(source.Lines, "line", "lines") + ", " + report.Counted(source.Customers, "customer", "customers"), theme.Normal})
	switch {
	case s.acceptedOf(at) != "" && source.Held == "":
		texts = append(texts, whyText{"", "accepted; a holds it again", theme.Done})
	case acceptOf("", source.Name, source.Held) != "":
		texts = append(texts, whyText{"", "a accepts the whole source", theme.Normal})
	default:
		texts = append(texts, whyText{"", "put the source right, then read again with r", theme.Normal})
	}
	return texts
}

// whatToDo says what a person can do about the line here.
func (s *reviewState) whatToDo(change *plan.Change) string {
	switch {
	case change.Code == plan.LeftOut:
		return "space takes it in again"
	case change.Accepted:
		return "you accepted it; a holds it again"
	case change.Action != plan.Hold:
		return ""
	case s.decided.accepts(change.Key.String()):
		return "you accepted it: the sync reads the earlier write back first"
	case acceptOf(change.Key.String(), change.Key.Source, change.Code) != "":
		return "a accepts it; left as it is, nothing is written for this line"
	}
	return "it cannot be accepted: put right what it says, then read again with r"
}

// whyConnectWise is what ConnectWise has of the line.
func whyConnectWise(change *plan.Change, draft *syncer.Draft) []whyText {
	var texts []whyText
	add := func(label string, parts ...string) {
		said := parts[:0]
		for _, part := range parts {
			if part != "" {
				said = append(said, part)
			}
		}
		if len(said) > 0 {
			texts = append(texts, whyText{label, strings.Join(said, ", "), theme.Normal})
		}
	}
	add("company", report.Plain(change.Company.Name))
	if draft == nil {
		add("agreement", report.Plain(change.Agreement.Name))
		return texts
	}
	if agreement, ok := draft.Agreement(change.Agreement.ID); ok {
		prorates := "does not prorate"
		if agreement.Prorates {
			prorates = "prorates"
		}
		add("agreement", report.Plain(agreement.Name), report.Plain(agreement.TypeName), strings.ToLower(report.Plain(agreement.Cycle.Name)), prorates)
		add("dates", when("from", agreement.Start), when("to", agreement.End), report.Invoicing(change.Invoicing))
	} else {
		add("agreement", report.Plain(change.Agreement.Name))
	}
	add("product", report.Plain(change.Product.Identifier))
	if addition, ok := draft.Addition(change.Agreement.ID, change.Addition.ID); ok {
		included := ""
		if !addition.LessIncluded.IsZero() {
			included = report.Number(addition.LessIncluded) + " included"
		}
		adopts := ""
		if change.Adopts {
			adopts = "not ours yet: adopted"
		}
		add("addition", fmt.Sprintf("%d", addition.ID), "quantity "+report.Number(addition.Quantity), included,
			"unit price "+report.Price(addition.UnitPrice, change.Currency), when("since", addition.Effective), when("ends", addition.Cancelled), adopts)
	}
	return texts
}

func when(what string, date billing.Date) string {
	if date.IsZero() {
		return ""
	}
	return what + " " + date.String()
}

// whyLines lays the texts out in width.
func whyLines(t theme.Theme, texts []whyText, width int) []string {
	var lines []string
	for _, text := range texts {
		lead := ""
		if text.label != "" {
			lead = text.label + ": "
		}
		for i, line := range report.Wrap(lead+text.text, max(width, 1)) {
			label := ""
			if rest, ok := strings.CutPrefix(line, text.label+":"); i == 0 && ok {
				label, line = t.Paint(theme.Dim, text.label+":"), rest
			}
			lines = append(lines, label+t.Paint(text.role, line))
		}
	}
	return lines
}
