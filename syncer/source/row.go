package source

import (
	"fmt"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"cwsync/syncer/billing"
)

// rowReader turns the cells of one row into values and notes what is wrong with each.
type rowReader struct {
	lines  *Lines
	row    *Row
	failed bool
}

func (r *rowReader) fail(cell Cell, hint, format string, args ...any) {
	r.failed = true
	r.lines.Fail(r.row.Place, cell.Column, fmt.Sprintf(format, args...), hint)
}

// optional is the cell of a column, and whether it says anything.
func (r *rowReader) optional(column Column) (Cell, bool) {
	cell := r.row.Cells[column]
	cell.Text = strings.TrimSpace(cell.Text)
	return cell, cell.Present && cell.Text != ""
}

func (r *rowReader) id(column Column) string {
	cell, _ := r.optional(column)
	if problem := IDProblem(cell.Text); problem != "" {
		r.fail(cell, "", "%s %s", column, problem)
	}
	return r.lines.text(cell.Text)
}

func (r *rowReader) name(column Column) string {
	cell, given := r.optional(column)
	if !given {
		return ""
	}
	return r.lines.text(CleanName(cell.Text))
}

func (r *rowReader) quantity() decimal.Decimal {
	cell, given := r.optional(ColumnQuantity)
	if !given {
		r.fail(cell, "", "quantity is empty")
		return decimal.Decimal{}
	}
	return r.number(cell, ColumnQuantity.String())
}

func (r *rowReader) money(column Column) decimal.NullDecimal {
	cell, given := r.optional(column)
	if !given {
		return decimal.NullDecimal{}
	}
	return decimal.NewNullDecimal(r.number(cell, column.String()))
}

// number reads a decimal that is not negative.
func (r *rowReader) number(cell Cell, name string) decimal.Decimal {
	value, err := r.lines.number(cell.Text)
	switch {
	case err != nil:
		hint := ""
		if strings.Contains(cell.Text, ",") && !r.lines.rules.Items {
			hint = "set options.decimal to comma for 1.234,5, or to grouped for 1,234.5"
		}
		r.fail(cell, hint, "%s %s is not a decimal number", name, show(cell.Text))
	case value.IsNegative():
		r.fail(cell, "", "%s %s is negative", name, show(cell.Text))
	}
	return value
}

func (r *rowReader) currency() string {
	cell, given := r.optional(ColumnCurrency)
	if !given {
		return ""
	}
	code := strings.ToUpper(cell.Text)
	switch {
	case len(code) != 3 || strings.Trim(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "":
		r.fail(cell, "", "currency %s is not a code of three letters such as USD", show(cell.Text))
	case !isCurrency(code):
		r.fail(cell, "write the code of ISO 4217, or leave the currency out: it is then the agreement's", "currency %s is used nowhere", show(cell.Text))
	}
	return r.lines.text(code)
}

func (r *rowReader) status() billing.Status {
	cell, given := r.optional(ColumnStatus)
	if !given {
		return billing.StatusActive
	}
	status := billing.Status(strings.ToLower(cell.Text))
	for _, known := range []billing.Status{billing.StatusActive, billing.StatusTrial, billing.StatusSuspended, billing.StatusClosed} {
		if status == known {
			return known
		}
	}
	r.fail(cell, "", "status %s is none of active, trial, suspended, closed", show(cell.Text))
	return status
}

func (r *rowReader) asOf() time.Time {
	cell, given := r.optional(ColumnAsOf)
	if !given {
		return time.Time{}
	}
	now := r.lines.rules.Now
	moment, ok := parseMoment(cell.Text, now.Location())
	switch {
	case !ok:
		r.fail(cell, "", "as_of %s is not a moment such as 2026-11-21T06:00:00Z, 2026-11-21 06:00 or 2026-11-21", show(cell.Text))
	case moment.After(now.Add(maxAhead)):
		r.fail(cell, "", "as_of %s is in the future", show(cell.Text))
	}
	return moment
}

// parseMoment reads a moment; one without a zone is in zone.
func parseMoment(text string, zone *time.Location) (time.Time, bool) {
	for _, layout := range []string{time.RFC3339, time.DateOnly, "2006-01-02 15:04", time.DateTime, "2006-01-02T15:04:05"} {
		if moment, err := time.ParseInLocation(layout, text, zone); err == nil && moment.Year() > 1 {
			return moment, true
		}
	}
	return time.Time{}, false
}

func (r *rowReader) counts() map[string]decimal.Decimal {
	var counts map[string]decimal.Decimal
	for i, cell := range r.row.Counts {
		cell.Text = strings.TrimSpace(cell.Text)
		if !cell.Present || cell.Text == "" {
			continue
		}
		if counts == nil {
			counts = make(map[string]decimal.Decimal, len(r.row.Counts))
		}
		counts[r.lines.rules.Bases[i]] = r.number(cell, "count "+r.lines.rules.Bases[i])
	}
	return counts
}
