package ui

import (
	"strings"

	"cwsync/ui/report"
	"cwsync/ui/theme"

	"github.com/charmbracelet/x/ansi"
)

// rowWidths are how wide the parts of some rows are at most, in cells.
type rowWidths struct{ name, service, before, after, product, agreement int }

// The widest that a part gets, however long a name is.
const (
	widestName, widestService, widestNumber, widestProduct, widestAgreement = 28, 26, 10, 18, 24

	columnGap  = 2
	signWidth  = 4 // with the mark of the cursor before it and a space behind it
	arrowWidth = 3
)

func (w *rowWidths) see(row report.Row) {
	before, after := row.Quantities()
	w.name = max(w.name, min(report.Cells(row.Customer()), widestName))
	w.service = max(w.service, min(report.Cells(row.Service()), widestService))
	w.before = max(w.before, min(report.Cells(before), widestNumber))
	w.after = max(w.after, min(report.Cells(after), widestNumber))
	w.product = max(w.product, min(report.Cells(row.Product()), widestProduct))
	w.agreement = max(w.agreement, min(report.Cells(row.Agreement()), widestAgreement))
}

// rowLayout is how the parts of a row lie on a screen of one width; a part of width 0 is not shown.
type rowLayout struct {
	rowWidths
	width int
}

// minSaid is the least width that is worth a sentence; what is less tells nothing.
const minSaid = 36

// layout fits the parts into width. What is said of a row is worth more than the agreement's name, and that of the product.
func (w rowWidths) layout(width int, named bool) rowLayout {
	l := rowLayout{rowWidths: w, width: width}
	if !named {
		l.name = 0
	}
	for _, part := range []struct {
		column *int
		least  int
	}{{&l.agreement, 0}, {&l.service, 16}, {&l.name, 16}, {&l.product, 10}, {&l.product, 0}, {&l.service, 10}, {&l.name, 10}} {
		if missing := minSaid - l.said(); missing > 0 && *part.column > part.least {
			if part.least == 0 {
				*part.column = 0
			} else {
				*part.column = max(*part.column-missing, part.least)
			}
		}
	}
	return l
}

// said is the room that is left for what is said of a row.
func (l rowLayout) said() int {
	used := signWidth + l.before + arrowWidth + l.after
	for _, column := range []int{l.name, l.service, l.product, l.agreement} {
		if column > 0 {
			used += column + columnGap
		}
	}
	return l.width - used - columnGap
}

// draw is one line for one row, in no more than the layout's width.
func (l rowLayout) draw(t theme.Theme, row report.Row, sign string, role theme.Role, said string, chosen bool) string {
	before, after := row.Quantities()
	arrow := "   "
	if before != "" && after != "" {
		arrow = " " + theme.Arrow + " "
	}
	names := ""
	if l.name > 0 {
		names = report.PadRight(report.Shorten(row.Customer(), l.name), l.name+columnGap)
	}
	names += report.PadRight(report.Shorten(row.Service(), l.service), l.service+columnGap)
	rest := report.PadLeft(before, l.before) + arrow + report.PadLeft(after, l.after)
	if l.product > 0 {
		rest += "  " + report.PadRight(report.Shorten(row.Product(), l.product), l.product)
	}
	if l.agreement > 0 {
		rest += "  " + report.PadRight(report.Shorten(row.Agreement(), l.agreement), l.agreement)
	}
	pointer, nameRole := "  ", theme.Normal
	if chosen {
		pointer, nameRole = "▸ ", theme.Accent
	}
	room := l.width - signWidth
	names = report.Shorten(names, room)
	room -= report.Cells(names)
	if room <= 0 {
		rest = ""
	}
	rest = report.Shorten(rest, room)
	room -= report.Cells(rest) + columnGap
	text := t.Paint(theme.Accent, pointer) + t.Paint(role, sign) + " " + t.Paint(nameRole, names) + rest
	if room > 1 && said != "" {
		if role == theme.Done || role == theme.Accent {
			role = theme.Dim
		}
		text += "  " + t.Paint(role, report.Shorten(said, room))
	}
	return text
}

// padCells fills a painted line up to width cells.
func padCells(line string, width int) string {
	return line + strings.Repeat(" ", max(width-ansi.StringWidth(line), 0))
}
