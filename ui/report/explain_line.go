package report

import (
	"bufio"
	"bytes"
	"strings"

	"cwsync/syncer"
	"cwsync/syncer/plan"
	"cwsync/ui/theme"

	"github.com/shopspring/decimal"
)

// ExplainLines are the lines that ExplainText writes below its heading, of at most width cells, for a screen. What is to be copied is never broken,
// so such a line may be wider.
func ExplainLines(e *Explanation, width int, look theme.Theme) ([]string, error) {
	var text bytes.Buffer
	t := &page{out: bufio.NewWriter(&text), width: max(width, 1), theme: look}
	t.explain(e)
	if err := t.flush(); err != nil {
		return nil, err
	}
	return strings.Split(strings.Trim(text.String(), "\n"), "\n"), nil
}

// Acceptable reports whether the newest run holds the line and a person may accept it.
func (e *Explanation) Acceptable() bool {
	if e.Latest == nil {
		return false
	}
	r := rowOf(&e.Latest.Change, e.Latest.Outcome, true)
	return r.acceptHint() != ""
}

// Quantities are what the line had when each run of its history was over, oldest first: 0 where the run ended it, absent where nobody knows or
// there was no line.
func (e *Explanation) Quantities() []decimal.NullDecimal {
	var values []decimal.NullDecimal
	for i := len(e.History) - 1; i >= 0; i-- {
		c, o := &e.History[i].Change, &e.History[i].Outcome
		switch {
		case c.OfProduct(), c.Step > 0: // the end of a line that another one takes the place of
		case c.Action == plan.Cancel && o.Status == syncer.Applied:
			values = append(values, decimal.NewNullDecimal(decimal.Zero))
		default:
			values = append(values, quantityAfter(c, o))
		}
	}
	return values
}
