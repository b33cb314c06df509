package report

import (
	"strings"

	"cwsync/ui/theme"
)

// table is rows under titles. All texts are plain.
type table struct {
	columns []column
	rows    [][]string
}

// column is one column of a table. A number is never cut; a text is where the page is too narrow.
type column struct {
	title string
	right bool // numbers
	width int
}

// table writes a table without the columns that no row fills.
func (t *page) table(made table) {
	filled := made.filled()
	filled.fit(t.width - rowIndent)
	head := make([]string, len(filled.columns))
	for i, c := range filled.columns {
		head[i] = c.title
	}
	t.tableRow(filled.columns, head, theme.Dim)
	for _, row := range filled.rows {
		t.tableRow(filled.columns, row, theme.Normal)
	}
}

func (t *page) tableRow(columns []column, cells []string, role theme.Role) {
	texts := make([]string, len(columns))
	for i, c := range columns {
		if c.right {
			texts[i] = padLeft(cells[i], c.width)
		} else {
			texts[i] = padRight(shorten(cells[i], c.width), c.width)
		}
	}
	t.line(piece{spaces(rowIndent) + strings.Join(texts, spaces(gap)), role})
}

// filled is the table without empty columns.
func (made table) filled() table {
	var kept []int
	for i := range made.columns {
		for _, row := range made.rows {
			if row[i] != "" {
				kept = append(kept, i)
				break
			}
		}
	}
	var out table
	for _, i := range kept {
		out.columns = append(out.columns, made.columns[i])
	}
	for _, row := range made.rows {
		cells := make([]string, len(kept))
		for to, from := range kept {
			cells[to] = row[from]
		}
		out.rows = append(out.rows, cells)
	}
	return out
}

// fit gives each column its width, and takes from the widest texts what is too much for the page.
func (made *table) fit(width int) {
	total := gap * (len(made.columns) - 1)
	for i := range made.columns {
		c := &made.columns[i]
		c.width = cells(c.title)
		for _, row := range made.rows {
			c.width = max(c.width, cells(row[i]))
		}
		total += c.width
	}
	for ; total > width; total-- {
		widest := made.widest()
		if widest == nil {
			return
		}
		widest.width--
	}
}

// widest is the widest column of texts that can still be narrower; nil when there is none.
func (made *table) widest() *column {
	var widest *column
	for i := range made.columns {
		c := &made.columns[i]
		if !c.right && c.width > max(minName, cells(c.title)) && (widest == nil || c.width > widest.width) {
			widest = c
		}
	}
	return widest
}
