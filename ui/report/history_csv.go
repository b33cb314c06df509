package report

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"strconv"
	"time"

	"cwsync/syncer"
	"cwsync/syncer/plan"
)

// PastRun is one past run with what became of its lines.
type PastRun struct {
	RunID    string
	Started  time.Time
	Duration time.Duration
	ExitCode int // negative: it was cut off
	Counts   syncer.Counts
}

// RunsCSV is the CSV of past runs, in the order given.
func RunsCSV(runs []PastRun) ([]byte, error) {
	rows := [][]string{{"run_id", "started", "duration_ms", "exit_code", "applied", "failed", "held", "unknown", "unchanged", "skipped"}}
	for _, run := range runs {
		exit := ""
		if run.ExitCode >= 0 {
			exit = strconv.Itoa(run.ExitCode)
		}
		c := run.Counts
		rows = append(rows, []string{run.RunID, timeText(run.Started), strconv.FormatInt(run.Duration.Milliseconds(), 10), exit,
			strconv.Itoa(c.Applied), strconv.Itoa(c.Failed), strconv.Itoa(c.Held), strconv.Itoa(c.Unknown), strconv.Itoa(c.Unchanged), strconv.Itoa(c.Skipped)})
	}
	return csvOf(rows)
}

// RunCSV is the CSV of the changes of one run, in the order of its plan. Texts from outside are as CSVCell makes them.
func RunCSV(run *syncer.Run) ([]byte, error) {
	rows := [][]string{changeColumns()}
	for i := range run.Plan.Changes {
		rows = append(rows, changeCells(&run.Plan.Changes[i], &run.Outcomes[i]))
	}
	return csvOf(rows)
}

// FoundCSV is the CSV of changes of past runs, in the order given: RunCSV with the run before each.
func FoundCSV(found []Found) ([]byte, error) {
	rows := [][]string{append([]string{"run_id", "started"}, changeColumns()...)}
	for i := range found {
		f := &found[i]
		rows = append(rows, append([]string{f.RunID, timeText(f.Started)}, changeCells(&f.Change, &f.Outcome)...))
	}
	return csvOf(rows)
}

func csvOf(rows [][]string) ([]byte, error) {
	var out bytes.Buffer
	err := csv.NewWriter(&out).WriteAll(rows)
	return out.Bytes(), err
}

func changeColumns() []string {
	return []string{"key", "customer", "service", "company", "agreement", "product", "addition", "action", "code", "status", "quantity_before", "quantity_after", "reason", "error"}
}

func changeCells(change *plan.Change, outcome *syncer.Outcome) []string {
	addition, problem := "", ""
	if id := cmp.Or(outcome.AdditionID, change.Addition.ID); id != 0 {
		addition = strconv.Itoa(id)
	}
	if outcome.Problem != nil {
		problem = outcome.Problem.Message
	}
	code, reason := change.Code, change.Reason
	if outcome.Code != "" {
		code, reason = outcome.Code, outcome.Reason
	}
	quantity := func(values plan.Values) string {
		if !values.Quantity.Valid {
			return ""
		}
		return values.Quantity.Decimal.String()
	}
	row := []string{change.Key.String(), change.Customer.Name, change.Service.Name, change.Company.Name, change.Agreement.Name, change.Product.Identifier,
		addition, string(change.Action), string(code), string(outcome.Status), quantity(change.Before), quantity(change.After), reason, problem}
	for i, cell := range row {
		row[i] = CSVCell(cell)
	}
	return row
}
