package ui

import (
	"cwsync/ui/report"
	"cwsync/ui/theme"
)

// choiceRow is one line of the list of choices, with what it means where there is room.
func choiceRow(t theme.Theme, marked *setting, at int, here bool, width int) string {
	sign, pointer, role := " ", "  ", theme.Normal
	if at == marked.chosen() {
		sign = theme.SignDone
	}
	if here {
		pointer, role = "▸ ", theme.Accent
	}
	text, help := report.Shorten(report.Plain(marked.choices[at].shown()), width-6), marked.choices[at].help
	line := "  " + t.Paint(theme.Accent, pointer) + t.Paint(theme.Done, sign) + " " + t.Paint(role, text)
	if help == "" || report.Cells(text)+report.Cells(help)+8 > width {
		return line
	}
	return line + "  " + t.Paint(theme.Dim, help)
}

// choiceValue is the choice that a setting has, within width cells.
func choiceValue(t theme.Theme, one *setting, here bool, width int) string {
	at := one.chosen()
	text, help := report.Plain(one.value), ""
	if at >= 0 {
		text, help = report.Plain(one.choices[at].shown()), one.choices[at].help
	}
	if text == "" {
		text = one.empty
	}
	if here && len(one.choices) > 1 {
		text = "◂ " + report.Shorten(text, width-4) + " ▸"
	} else {
		text = report.Shorten(text, width)
	}
	room := width - report.Cells(text) - 2
	if help == "" || room < report.Cells(help) {
		return text
	}
	return text + "  " + t.Paint(theme.Dim, help)
}
