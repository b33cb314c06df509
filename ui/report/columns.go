package report

import (
	"cwsync/syncer"
	"cwsync/syncer/plan"
	"cwsync/ui/theme"
)

// mark is the sign of a row and the word that says the same to those who do not see it.
type mark struct {
	sign, word string
	role       theme.Role
}

func (r *row) mark() mark {
	switch r.status {
	case syncer.Applied:
		return mark{theme.SignDone, "applied", theme.Done}
	case syncer.Failed:
		return mark{theme.SignWrong, "failed", theme.Wrong}
	case syncer.Unknown:
		return mark{theme.SignUnknown, "unknown", theme.Wrong}
	}
	switch {
	case r.tookOver():
		return mark{theme.SignUnchanged, "adopted", theme.Attention}
	case r.takesOver():
		return mark{theme.SignUnchanged, "adopts", theme.Attention}
	case r.action == plan.None:
		return mark{theme.SignUnchanged, "same", theme.Dim}
	case r.action == plan.Hold:
		return mark{theme.SignHeld, "held", theme.Attention}
	case r.action == plan.Skip:
		return mark{theme.SignSkipped, "skipped", theme.Dim}
	case r.inRun:
		return mark{theme.SignWaiting, "not done", theme.Attention}
	case r.action == plan.Create:
		return mark{theme.SignCreate, "create", theme.Done}
	case r.action == plan.Cancel:
		return mark{theme.SignCancel, "cancel", theme.Wrong}
	}
	return mark{theme.SignUpdate, "update", theme.Accent}
}

// folds reports whether the row is only counted: nothing becomes of it and there is nothing to look at.
func (r *row) folds() bool {
	return (r.action == plan.None || r.action == plan.Skip) && len(r.Warnings) == 0 && len(r.outcome.Warnings) == 0 && !r.unbilled() && !r.takesOver() &&
		(r.action != plan.Skip || r.code != plan.NewProduct) // a product that an undo leaves: a person should know
}

// takesOver reports whether a line of somebody else becomes ours although nothing of it is changed: from then on it follows the usage.
func (r *row) takesOver() bool {
	return r.Adopts && r.action == plan.None
}

// tookOver reports whether the run came to its end, which is when it takes over what it leaves as it is.
func (r *row) tookOver() bool { return r.takesOver() && r.outcome.Status == syncer.Unchanged }

// loose reports whether the row is usage of a customer that is not linked: all such rows of a customer have one cause, so one line tells of them.
func (r *row) loose() bool {
	return r.action == plan.Skip && r.code == plan.UnlinkedCustomer && r.unbilled() && len(r.Warnings) == 0
}

// unbilled reports whether somebody uses what nobody pays for, because the set-up does not say who or what to bill.
func (r *row) unbilled() bool {
	return r.action == plan.Skip && (r.code == plan.UnmappedService || r.code == plan.UnlinkedCustomer) && r.Usage.Valid && r.Usage.Decimal.IsPositive()
}

const (
	rowIndent  = 2
	gap        = 2
	arrowWidth = 3  // with a space on each side
	minReason  = 30 // narrower than this the reason goes below the row
	minName    = 6  // no name is cut below this

	widestService, widestProduct, widestAgreement = 28, 20, 24
)

// columns are the widths of the parts of a row, the same for all rows of a report.
type columns struct {
	word, service, before, after, product, agreement int
	numbers                                          int // the widest number that gets into a column
	reason                                           int // where the reason begins; 0: below the row
	total                                            int // the width of the whole page
}

// measure sizes the columns by the rows that are shown.
func (t *page) measure(s sheet) columns {
	c := columns{total: t.width, numbers: t.width / 10}
	for i := range s.plan.Changes {
		r := s.row(i)
		if !t.verbose && r.folds() {
			continue
		}
		c.word = max(c.word, cells(r.mark().word))
		c.service = max(c.service, min(cells(r.serviceName()), widestService))
		c.product = max(c.product, min(cells(r.productName()), widestProduct))
		c.agreement = max(c.agreement, min(cells(Plain(r.Agreement.Name)), widestAgreement))
		if before, after := r.quantities(); c.fits(before, after) {
			c.before, c.after = max(c.before, cells(before)), max(c.after, cells(after))
		}
	}
	if c.left()+gap+minReason <= t.width {
		c.reason = c.left() + gap
		return c
	}
	for c.left() > t.width && c.narrow() {
	}
	return c
}

// fits reports whether both numbers have room in their columns. A number is never cut: one without room gets a line of its own.
func (c *columns) fits(before, after string) bool {
	return cells(before) <= c.numbers && cells(after) <= c.numbers
}

// left is the width of a row without its reason.
func (c *columns) left() int {
	width := c.detail() + c.service
	for _, column := range []int{c.quantity(), c.product, c.agreement} {
		if column > 0 {
			width += gap + column
		}
	}
	return width
}

func (c *columns) quantity() int {
	if c.before == 0 || c.after == 0 {
		return c.before + c.after
	}
	return c.before + arrowWidth + c.after
}

// detail is where the service begins, and with it all that hangs below a row.
func (c *columns) detail() int { return rowIndent + 2 + c.word + gap }

// narrow takes one cell from the widest name; false when all are as narrow as they get.
func (c *columns) narrow() bool {
	widest := &c.service
	for _, name := range []*int{&c.product, &c.agreement} {
		if *name > *widest {
			widest = name
		}
	}
	if *widest <= minName {
		return false
	}
	*widest--
	return true
}

func (r *row) serviceName() string { return nameOr(r.Service.Name, r.Service.ID) }

func (r *row) productName() string { return Plain(r.Product.Identifier) }

func nameOr(name, id string) string {
	if name == "" {
		return Plain(id)
	}
	return Plain(name)
}
