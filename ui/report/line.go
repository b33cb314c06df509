package report

import (
	"cwsync/syncer"
	"cwsync/syncer/plan"
	"cwsync/ui/theme"
)

// Row gives the parts of one change to lists that lay them out themselves. All texts are plain.
type Row struct{ of row }

// PlanRow is a change as a plan shows it.
func PlanRow(change *plan.Change) Row {
	return Row{rowOf(change, syncer.Outcome{}, false)}
}

// RunRow is a change with what a run made of it.
func RunRow(change *plan.Change, outcome syncer.Outcome) Row {
	return Row{rowOf(change, outcome, true)}
}

// Mark is the sign of the row, the word that says the same, and their colour.
func (r Row) Mark() (sign, word string, role theme.Role) {
	m := r.of.mark()
	return m.sign, m.word, m.role
}

// Folds reports whether nothing becomes of the row and there is nothing to look at.
func (r Row) Folds() bool { return r.of.folds() }

// Loose reports whether the row is usage of a customer that is not linked, which nobody is billed for.
func (r Row) Loose() bool { return r.of.loose() }

// Unbilled reports whether the row is usage that nobody is billed for: its customer is not linked or its service not mapped.
func (r Row) Unbilled() bool { return r.of.unbilled() }

// Uses is what is used, in a word or two: "17 Archive".
func (r Row) Uses() string { return r.of.uses() }

// Customer is the customer's name, or id where it has none; "Products" for a product's own row.
func (r Row) Customer() string {
	if r.of.Key.Customer == "" {
		return "Products"
	}
	return nameOr(r.of.Customer.Name, r.of.Key.Customer)
}

// Service is the service's name, or id where it has none.
func (r Row) Service() string { return r.of.serviceName() }

// Product is the product's identifier; it may be empty.
func (r Row) Product() string { return r.of.productName() }

// Agreement is the agreement's name; it may be empty.
func (r Row) Agreement() string { return Plain(r.of.Agreement.Name) }

// Quantities are the two sides of the quantity, each empty where there is none. The quantity of a row that leaves it is its second side.
func (r Row) Quantities() (before, after string) {
	before, after = r.of.quantities()
	if before == "" && after == "" && r.of.Quantity.Valid {
		after = Number(r.of.Quantity.Decimal)
	}
	return before, after
}

// Said is what the row says of itself in one sentence.
func (r Row) Said() string {
	if r.of.outcome.Problem != nil {
		return Plain(r.of.outcome.Problem.Message)
	}
	return Plain(r.of.told())
}

// Hint is what to do about a row that failed; it may be empty.
func (r Row) Hint() string {
	if r.of.outcome.Problem == nil {
		return ""
	}
	return Plain(r.of.outcome.Problem.Hint)
}

// Fields are all values that differ, each as "name before → after".
func (r Row) Fields() []string {
	before, after := r.of.quantities()
	fields := r.of.otherFields()
	if quantity := field("quantity", before, after); quantity != "" {
		return append([]string{quantity}, fields...)
	}
	return fields
}

// Warnings are what a person should look at, of the plan and of the run.
func (r Row) Warnings() []string {
	var all []string
	for _, warning := range joined(r.of.Warnings, r.of.outcome.Warnings) {
		all = append(all, Plain(warning))
	}
	return all
}

// Words is a code as people read it.
func Words(code plan.Code) string { return words(code) }

// Kinds counts the rows of a plan that would be written by what they do: "10 raised, 1 lowered, 1 new".
func Kinds(p *plan.Plan) string { return sheet{plan: p}.kinds() }

// SummariseRows counts the rows of a plan, or of a part of one.
func SummariseRows(changes []plan.Change) RunSummary {
	return sheet{plan: &plan.Plan{Changes: changes}}.summary()
}

// Worth is what the rows are worth a month, and what of that is held back; empty where that is nothing.
func (s RunSummary) Worth() string {
	worth, held := Totals(s.MonthlyDelta), Totals(s.HeldMonthlyDelta)
	switch {
	case worth == "" && held == "":
		return ""
	case worth == "":
		return "held " + held
	case held == "":
		return worth + " a month"
	}
	return worth + " a month (held " + held + ")"
}

// Shorten cuts plain text to width cells, with … where something is missing.
func Shorten(s string, width int) string { return shorten(s, width) }

// PadRight fills plain text up to width cells.
func PadRight(s string, width int) string { return padRight(s, width) }

// PadLeft puts plain text to the right of width cells.
func PadLeft(s string, width int) string { return padLeft(s, width) }

// Wrap breaks plain text at spaces into lines of at most width cells; a word that is wider is broken where the line ends.
func Wrap(s string, width int) []string { return wrap(s, width) }

// Cells is how wide plain text is.
func Cells(s string) int { return cells(s) }

// Quoted is an argument as a shell takes it.
func Quoted(argument string) string { return quoted(argument) }
