package report

import (
	"io"
	"maps"
	"slices"
	"strings"

	"cwsync/syncer"
	"cwsync/syncer/billing"
	"cwsync/ui/theme"

	"github.com/shopspring/decimal"
)

// Source is what one reading of a source gave.
type Source struct {
	Profile string
	Name    string
	Kind    string // of source, such as csv
	Usage   billing.Usage
	Rows    int // at most so many lines are shown; 0: all
}

// shown are the lines that are shown.
func (s *Source) shown() []billing.UsageLine {
	if s.Rows <= 0 || s.Rows > len(s.Usage.Lines) {
		return s.Usage.Lines
	}
	return s.Usage.Lines[:s.Rows]
}

// customers counts the customers of all lines.
func (s *Source) customers() int {
	return s.distinct(func(line *billing.UsageLine) string { return line.CustomerID })
}

func (s *Source) distinct(of func(*billing.UsageLine) string) int {
	seen := map[string]bool{}
	for i := range s.Usage.Lines {
		seen[of(&s.Usage.Lines[i])] = true
	}
	return len(seen)
}

// serviceTotal is what all lines of one service come to.
type serviceTotal struct {
	id, name, unit string
	lines          int // each of another customer
	quantity       decimal.Decimal
	counts         map[string]decimal.Decimal
}

// services adds the lines up by service and unit, sorted by them.
func (s *Source) services() []serviceTotal {
	type key struct{ id, unit string }
	totals := map[key]*serviceTotal{}
	for i := range s.Usage.Lines {
		line := &s.Usage.Lines[i]
		at := key{line.ServiceID, line.Unit}
		total := totals[at]
		if total == nil {
			total = &serviceTotal{id: line.ServiceID, unit: line.Unit, counts: map[string]decimal.Decimal{}}
			totals[at] = total
		}
		total.lines++
		total.quantity = total.quantity.Add(line.Quantity)
		if total.name == "" {
			total.name = line.ServiceName
		}
		for basis, count := range line.Counts {
			total.counts[basis] = total.counts[basis].Add(count)
		}
	}
	sorted := make([]serviceTotal, 0, len(totals))
	for _, total := range totals {
		sorted = append(sorted, *total)
	}
	slices.SortFunc(sorted, func(a, b serviceTotal) int {
		if a.id != b.id {
			return strings.Compare(a.id, b.id)
		}
		return strings.Compare(a.unit, b.unit)
	})
	return sorted
}

// SourceText writes what a source gives: its first lines, and all services with their totals.
func SourceText(w io.Writer, s Source, options TextOptions) error {
	t := newPage(w, options)
	services := s.services()
	title := "source " + Plain(s.Name) + " of profile " + Plain(s.Profile) + " (" + Plain(s.Kind) + "): " + Counted(len(s.Usage.Lines), "line", "lines") + ", " +
		Counted(s.customers(), "customer", "customers") + ", " + Counted(s.distinct(func(line *billing.UsageLine) string { return line.ServiceID }), "service", "services")
	if !s.Usage.AsOf.IsZero() {
		title += ", as of " + moment(s.Usage.AsOf)
	}
	t.paragraph(0, theme.Accent, title)
	if len(s.Usage.Lines) == 0 {
		t.blank()
		t.entry(0, mark{theme.SignHeld, "empty", theme.Attention}, "no lines: a sync holds this source back and changes nothing")
		return t.flush()
	}
	t.blank()
	t.table(lineTable(s.shown()))
	if more := len(s.Usage.Lines) - len(s.shown()); more > 0 {
		t.paragraph(rowIndent, theme.Dim, "and "+Counted(more, "more line", "more lines")+"; --rows 0 shows all")
	}
	t.blank()
	t.table(serviceTable(services))
	return t.flush()
}

// lineTable is the lines as a table; columns that no line fills are left out.
func lineTable(lines []billing.UsageLine) table {
	made := table{columns: []column{{title: "line", right: true}, {title: "customer"}, {title: "service"}, {title: "quantity", right: true}, {title: "counts"},
		{title: "cost", right: true}, {title: "price", right: true}, {title: "status"}, {title: "domain"}, {title: "as of"}}}
	for i := range lines {
		line := &lines[i]
		status, asOf := "", ""
		if line.Status != billing.StatusActive {
			status = string(line.Status)
		}
		if !line.AsOf.IsZero() {
			asOf = moment(line.AsOf)
		}
		made.rows = append(made.rows, []string{Count(line.Place), nameAndID(line.CustomerName, line.CustomerID), nameAndID(line.ServiceName, line.ServiceID),
			withUnit(line.Quantity, line.Unit), countsText(line.Counts), priceOrNone(line.Cost, line.Currency), priceOrNone(line.Price, line.Currency),
			status, Plain(line.Domain), asOf})
	}
	return made
}

func serviceTable(services []serviceTotal) table {
	made := table{columns: []column{{title: "service"}, {title: "lines", right: true}, {title: "total", right: true}, {title: "counts"}}}
	for _, total := range services {
		made.rows = append(made.rows, []string{nameAndID(total.name, total.id), Count(total.lines), withUnit(total.quantity, total.unit), countsText(total.counts)})
	}
	return made
}

func nameAndID(name, id string) string {
	if name == "" || name == id {
		return Plain(id)
	}
	return Plain(name) + " (" + Plain(id) + ")"
}

func withUnit(quantity decimal.Decimal, unit string) string {
	return strings.TrimSpace(Number(quantity) + " " + Plain(unit))
}

func priceOrNone(amount decimal.NullDecimal, currency string) string {
	if !amount.Valid {
		return ""
	}
	return Price(amount.Decimal, currency)
}

func countsText(counts map[string]decimal.Decimal) string {
	texts := make([]string, 0, len(counts))
	for _, basis := range slices.Sorted(maps.Keys(counts)) {
		texts = append(texts, Plain(basis)+" "+Number(counts[basis]))
	}
	return strings.Join(texts, ", ")
}

// ReadProblem is one thing that is wrong with what a source gave.
type ReadProblem struct {
	File    string // path, address or "standard input"; may be empty
	Line    int    // from 1; 0: not known
	Column  int    // from 1; 0: not known
	Message string
	Hint    string
}

type sourceLineWire struct {
	Place    int               `json:"place"`
	Customer namedWire         `json:"customer"`
	Service  namedWire         `json:"service"`
	Quantity string            `json:"quantity"`
	Unit     string            `json:"unit"`
	Counts   map[string]string `json:"counts"`
	Cost     string            `json:"cost"`
	Price    string            `json:"price"`
	Currency string            `json:"currency"`
	Status   string            `json:"status"`
	Domain   string            `json:"domain"`
	Period   string            `json:"period"`
	AsOf     string            `json:"as_of"`
}

type sourceServiceWire struct {
	ID       string            `json:"id"`
	Name     string            `json:"name"`
	Unit     string            `json:"unit"`
	Lines    int               `json:"lines"`
	Quantity string            `json:"quantity"`
	Counts   map[string]string `json:"counts"`
}

// SourceJSON is the document of what a source gives.
func SourceJSON(s Source) ([]byte, error) {
	rows := make([]sourceLineWire, 0, len(s.shown()))
	for _, line := range s.shown() {
		rows = append(rows, sourceLineWire{
			Place: line.Place, Customer: namedWire{line.CustomerID, line.CustomerName}, Service: namedWire{line.ServiceID, line.ServiceName},
			Quantity: decimalText(line.Quantity), Unit: line.Unit, Counts: countsWire(line.Counts), Cost: moneyOrNone(line.Cost), Price: moneyOrNone(line.Price),
			Currency: line.Currency, Status: string(line.Status), Domain: line.Domain, Period: line.Period, AsOf: timeText(line.AsOf),
		})
	}
	totals := s.services()
	services := make([]sourceServiceWire, 0, len(totals))
	for _, total := range totals {
		services = append(services, sourceServiceWire{total.id, total.name, total.unit, total.lines, decimalText(total.quantity), countsWire(total.counts)})
	}
	return DocumentJSON(KindSource, syncer.ExitDone, struct {
		Profile   string              `json:"profile"`
		Source    string              `json:"source"`
		Of        string              `json:"source_kind"`
		AsOf      string              `json:"as_of"`
		Digest    string              `json:"digest"`
		Lines     int                 `json:"lines"`
		Customers int                 `json:"customers"`
		Services  []sourceServiceWire `json:"services"`
		Rows      []sourceLineWire    `json:"rows"`
	}{s.Profile, s.Name, s.Kind, timeText(s.Usage.AsOf), s.Usage.Digest, len(s.Usage.Lines), s.customers(), services, rows})
}

func countsWire(counts map[string]decimal.Decimal) map[string]string {
	texts := make(map[string]string, len(counts))
	for basis, count := range counts {
		texts[basis] = decimalText(count)
	}
	return texts
}

func moneyOrNone(amount decimal.NullDecimal) string {
	if !amount.Valid {
		return ""
	}
	return moneyText(amount.Decimal)
}

// SourceErrorJSON is the document of a source that cannot be read: that of any error, and each problem with its place. More is how many problems
// there are beyond those.
func SourceErrorJSON(exitCode int, problem syncer.Problem, name string, problems []ReadProblem, more int) ([]byte, error) {
	type wire struct {
		File    string `json:"file"`
		Line    int    `json:"line"`
		Column  int    `json:"column"`
		Message string `json:"message"`
		Hint    string `json:"hint"`
	}
	wires := make([]wire, len(problems))
	for i, problem := range problems {
		wires[i] = wire(problem)
	}
	return DocumentJSON(KindError, exitCode, struct {
		Error    *problemWire `json:"error"`
		Source   string       `json:"source"`
		Problems []wire       `json:"problems"`
		More     int          `json:"more_problems"`
	}{problemOf(&problem), name, wires, more})
}
