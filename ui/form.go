package ui

import (
	"strings"
	"unicode/utf8"

	"cwsync/ui/report"
	"cwsync/ui/theme"

	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// maxTyped is the longest text in characters that a line of a form takes.
const maxTyped = 2560

// field is one line of a form: a text, or a secret that is never shown.
type field struct {
	label    string
	help     string // a sentence or two, shown while the field is marked
	empty    string // what stands there when nothing is given
	optional bool
	secret   bool

	input   textinput.Model // of a text
	typed   string          // of a secret, until somebody stores it
	kept    string          // of a secret: where it is and how it may be shown; empty: nowhere
	note    string          // what became of what was typed
	problem string          // why it was not taken
	busy    bool            // it is being looked at or stored
	changed bool            // since it was taken
}

// newField is a field for text, or for a secret.
func newField(label, empty, help string) *field {
	input := textinput.New()
	input.Prompt, input.CharLimit = "", maxTyped
	input.SetStyles(textinput.Styles{}) // the form paints; and a cursor that does not blink costs nothing while nobody types
	input.KeyMap.Paste.SetEnabled(false)
	input.Focus() // which of the fields takes keys is the form's to say
	return &field{label: label, empty: empty, help: help, input: input}
}

// text is what was typed, without blanks around it.
func (f *field) text() string {
	if f.secret {
		return strings.TrimSpace(f.typed)
	}
	return strings.TrimSpace(f.input.Value())
}

// take shows a text that is already stored.
func (f *field) take(text string) {
	f.input.SetValue(text)
	f.input.CursorEnd()
	f.changed = false
}

// done reports whether the field needs nothing more.
func (f *field) done() bool {
	return f.problem == "" && !f.busy && (f.optional || !f.secret && f.text() != "" || f.secret && f.kept != "")
}

// write takes a key or a paste into the field.
func (f *field) write(msg tea.Msg) {
	if pasted, ok := msg.(tea.PasteMsg); ok {
		pasted.Content = strings.TrimSpace(pasted.Content)
		pasted.Content = pasted.Content[:min(len(pasted.Content), 4*maxTyped)]
		msg = pasted
	}
	before := f.text()
	if f.secret {
		f.writeSecret(msg)
	} else {
		f.input, _ = f.input.Update(harmless(msg)) // its commands only make the cursor blink
	}
	if f.text() != before {
		f.changed, f.problem, f.note = true, "", ""
	}
}

// harmless is a key or a paste without what must not meet a terminal.
func harmless(msg tea.Msg) tea.Msg {
	switch msg := msg.(type) {
	case tea.PasteMsg:
		msg.Content = report.Plain(msg.Content)
		return msg
	case tea.KeyPressMsg:
		msg.Text = report.Plain(msg.Text)
		return msg
	}
	return msg
}

// writeSecret edits at the end only: where nothing is shown there is nowhere else to be.
func (f *field) writeSecret(msg tea.Msg) {
	switch msg := msg.(type) {
	case tea.PasteMsg:
		f.typed += msg.Content
	case tea.KeyPressMsg:
		switch msg.String() {
		case "backspace":
			_, size := utf8.DecodeLastRuneInString(f.typed)
			f.typed = f.typed[:len(f.typed)-size]
		case "ctrl+u", "ctrl+w":
			f.typed = ""
		default:
			f.typed += msg.Text
		}
	}
	f.typed = f.typed[:min(len(f.typed), maxTyped+1)] // one more than is taken, so that what is too long is refused and not cut
}

// view is the value within width cells.
func (f *field) view(t theme.Theme, editing bool, width int) string {
	if f.secret {
		return f.viewSecret(t, editing, width)
	}
	if editing {
		f.input.SetWidth(max(width-2, 1))
		return ansi.Truncate(f.input.View(), width, theme.Ellipsis)
	}
	if text := report.Plain(f.text()); text != "" {
		return ansi.Truncate(text, width, theme.Ellipsis)
	}
	return t.Paint(theme.Dim, ansi.Truncate(f.empty, width, theme.Ellipsis))
}

func (f *field) viewSecret(t theme.Theme, editing bool, width int) string {
	cursor := ""
	if editing {
		cursor = t.Paint(theme.Accent, "▌")
		width--
	}
	switch count := utf8.RuneCountInString(f.text()); {
	case count > 0:
		return ansi.Truncate(report.Counted(count, "character", "characters")+", not shown", width, theme.Ellipsis) + cursor
	case f.kept != "":
		return cursor + ansi.Truncate(report.Plain(f.kept), width, theme.Ellipsis)
	}
	return cursor + t.Paint(theme.Dim, ansi.Truncate(f.empty, width, theme.Ellipsis))
}

// form is a short list of fields with a button below them. Fields are typed into one after the other; esc only looks at them.
type form struct {
	fields  []*field
	button  string
	at      int // field that is marked; len(fields): the button
	editing bool
}

// formEvent is what a key did to a form.
type formEvent struct {
	left    *field // that was left after it was changed, and wants to be taken
	pressed bool   // the button
}

// key takes a key or a paste.
func (f *form) key(msg tea.Msg) formEvent {
	press, isKey := msg.(tea.KeyPressMsg)
	if !isKey {
		if marked := f.marked(); marked != nil {
			f.edit(true)
			marked.write(msg)
		}
		return formEvent{}
	}
	switch name := press.String(); {
	case name == "enter" && f.marked() == nil:
		return formEvent{pressed: true}
	case name == "enter" && !f.editing:
		f.edit(true)
	case name == "tab", name == "down", name == "enter":
		return f.move(1)
	case name == "shift+tab", name == "up":
		return f.move(-1)
	case f.editing:
		f.marked().write(msg)
	}
	return formEvent{}
}

// move marks the next or the previous line, and goes on editing if one was edited.
func (f *form) move(by int) formEvent {
	event := formEvent{left: f.leave()}
	f.at = min(max(f.at+by, 0), len(f.fields))
	f.edit(f.editing && f.marked() != nil)
	return event
}

// leave gives the marked field if it wants to be taken.
func (f *form) leave() *field {
	if marked := f.marked(); marked != nil && marked.changed {
		return marked
	}
	return nil
}

// mark goes to a line.
func (f *form) mark(at int, editing bool) {
	f.at = at
	f.edit(editing)
}

func (f *form) edit(on bool) { f.editing = on }

// marked is the field that is marked; nil for the button.
func (f *form) marked() *field {
	if f.at < len(f.fields) {
		return f.fields[f.at]
	}
	return nil
}

func (f *form) keys() []key.Binding {
	switch {
	case f.marked() == nil:
		return []key.Binding{bind("enter", strings.ToLower(f.button)), bind("↑↓", "move")}
	case f.editing:
		return []key.Binding{bind("enter", "next"), bind("↑↓ tab", "move"), bind("ctrl+u", "clear")}
	}
	return []key.Binding{bind("enter", "change"), bind("↑↓ tab", "move")}
}

// bind is a binding for footer and help.
func bind(name, what string) key.Binding {
	return key.NewBinding(key.WithKeys(name), key.WithHelp(name, what))
}

// view draws fields and button, and what there is to say of the marked line below them.
func (f *form) view(t theme.Theme, about []string, width, height int) string {
	labels := 0
	for _, field := range f.fields {
		labels = max(labels, ansi.StringWidth(field.label))
	}
	rows := make([]string, 0, len(f.fields)+2)
	for i, field := range f.fields {
		rows = append(rows, f.row(t, field, i == f.at, labels, width))
	}
	button := "  " + f.button
	if f.marked() == nil {
		button = t.Paint(theme.Accent, "▸ "+f.button)
	}
	rows = append(rows, "", button)
	below := f.about(t, about, width)
	room := height - min(len(below)+1, max(height-len(rows), height/3))
	first := 0
	if len(rows) > room { // the marked line stays in sight
		at := f.at
		if f.marked() == nil {
			at = len(rows) - 1
		}
		first = min(max(at-room/2, 0), len(rows)-room)
		rows = rows[first : first+room]
	}
	lines := append(append(rows, ""), below...)
	return strings.Join(lines[:min(len(lines), height)], "\n")
}

func (f *form) row(t theme.Theme, field *field, marked bool, labels, width int) string {
	sign, role := theme.SignSkipped, theme.Dim
	switch {
	case field.busy:
		sign = theme.SignWaiting
	case field.problem != "":
		sign, role = theme.SignWrong, theme.Wrong
	case field.done() && (field.text() != "" || field.kept != ""):
		sign, role = theme.SignDone, theme.Done
	}
	mark, label := "  ", field.label+strings.Repeat(" ", labels-ansi.StringWidth(field.label))
	if marked {
		mark, label = t.Paint(theme.Accent, "▸ "), t.Paint(theme.Accent, label)
	}
	return mark + t.Paint(role, sign) + " " + label + "  " + field.view(t, marked && f.editing, max(width-labels-7, 1))
}

// about is what stands below the form: of the marked field, else what the step itself has to say.
func (f *form) about(t theme.Theme, about []string, width int) []string {
	var lines []string
	add := func(role theme.Role, lead, text string) {
		lines = append(lines, paragraph(t, role, lead, text, width)...)
	}
	marked := f.marked()
	if marked == nil {
		for _, text := range about {
			add(theme.Normal, "", text)
		}
		return lines
	}
	if marked.problem != "" {
		add(theme.Wrong, theme.SignWrong+" ", marked.problem)
	} else if marked.note != "" {
		add(theme.Done, theme.SignDone+" ", marked.note)
	}
	add(theme.Dim, "", marked.help)
	return lines
}

// paragraph wraps a text from outside below its lead, two cells from the left.
func paragraph(t theme.Theme, role theme.Role, lead, text string, width int) []string {
	indent := ansi.StringWidth(lead)
	room := max(min(width, 100)-4-indent, 10)
	parts := wrapped(report.Plain(text), room)
	for i, part := range parts {
		if i == 0 {
			parts[i] = "  " + t.Paint(role, lead+part)
		} else {
			parts[i] = "  " + strings.Repeat(" ", indent) + t.Paint(role, part)
		}
	}
	return parts
}

// wrapped breaks a line at blanks alone, so that the name of a flag stays in one piece; a word that is wider than width is cut in pieces.
func wrapped(text string, width int) []string {
	var lines []string
	line, used := "", 0
	for word := range strings.FieldsSeq(text) {
		size := ansi.StringWidth(word)
		if line != "" && used+1+size <= width {
			line, used = line+" "+word, used+1+size
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		pieces := strings.Split(ansi.Hardwrap(word, max(width, 2), true), "\n")
		lines = append(lines, pieces[:len(pieces)-1]...)
		line = pieces[len(pieces)-1]
		used = ansi.StringWidth(line)
	}
	return append(lines, line)
}
