package ui

import (
	"errors"
	"strings"
	"unicode/utf8"

	"cwsync/ui/report"
	"cwsync/ui/theme"

	tea "charm.land/bubbletea/v2"
	"charm.land/huh/v2"
	"github.com/charmbracelet/x/ansi"
)

// maxTyped is the longest text in characters that a line of a form takes.
const maxTyped = 2560

// field is one line of a form: huh's input for a text, or a secret that is never shown. A secret goes around the input, which would cut it where
// it is too long, put a blank where it holds a line break, and keep a copy of it.
type field struct {
	*huh.Input // edits and draws the text while it is typed; holds nothing of a secret
	look       *formLook
	marked     bool
	room       int // cells that the text was last given

	label    string
	help     string // a sentence or two, shown while the field is marked
	empty    string // what stands there when nothing is given
	optional bool
	secret   bool
	rule     func(text string) string // why a text cannot be taken, as a sentence; nil: every text can, or the machine must be asked

	value   string // of a text, as it is typed
	typed   string // of a secret, until somebody stores it
	kept    string // of a secret: where it is and how it may be shown; empty: nowhere
	note    string // what became of what was typed
	problem string // why it was not taken
	busy    bool   // it is being looked at or stored
	changed bool   // since it was taken
}

// newField is a field for text, or for a secret.
func newField(label, empty, help string) *field {
	f := &field{label: label, empty: empty, help: help, look: &formLook{}}
	f.Input = huh.NewInput().Inline(true).Prompt("").CharLimit(maxTyped).Value(&f.value).Validate(func(string) error {
		f.judge()
		return f.Error()
	})
	return f
}

// text is what was typed, without blanks around it.
func (f *field) text() string {
	if f.secret {
		return strings.TrimSpace(f.typed)
	}
	return strings.TrimSpace(f.value)
}

// take shows a text that is already stored.
func (f *field) take(text string) {
	f.value = ""
	f.Value(&f.value) // the cursor goes to the end of what is put into an empty input
	f.value = text
	f.Value(&f.value)
	f.changed = false
}

// done reports whether the field needs nothing more.
func (f *field) done() bool {
	return f.problem == "" && !f.busy && (f.optional || !f.secret && f.text() != "" || f.secret && f.kept != "")
}

// judge holds what was typed against the rule; what is missing is not wrong.
func (f *field) judge() bool {
	if text := f.text(); f.changed && f.rule != nil && text != "" {
		f.problem = f.rule(text)
	}
	return f.problem == ""
}

// Error implements huh.Field: what is wrong with the field, whoever found it.
func (f *field) Error() error {
	if f.problem == "" {
		return nil
	}
	return errors.New(f.problem)
}

// Focus implements huh.Field.
func (f *field) Focus() tea.Cmd {
	f.marked = true
	return f.Input.Focus()
}

// Blur implements huh.Field: the text is judged as it is left.
func (f *field) Blur() tea.Cmd {
	f.marked = false
	return f.Input.Blur()
}

// Update implements huh.Field.
func (f *field) Update(msg tea.Msg) (huh.Model, tea.Cmd) {
	switch msg.(type) {
	case tea.KeyPressMsg, tea.PasteMsg:
		f.write(msg)
		return f, nil
	}
	_, cmd := f.Input.Update(msg)
	return f, cmd
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
		f.Input.Update(harmless(msg)) // its commands only make the cursor blink
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

// WithWidth implements huh.Field. An input finds out only when its text is put into it which part of a long one is in sight.
func (f *field) WithWidth(width int) huh.Field {
	f.Input.WithWidth(width)
	if f.room != width {
		f.room = width
		f.Value(&f.value)
	}
	return f
}

// View implements huh.Field: the line with its sign, its label and its value.
func (f *field) View() string {
	t := f.look.theme
	sign, role := theme.SignSkipped, theme.Dim
	switch {
	case f.busy:
		sign = theme.SignWaiting
	case f.problem != "":
		sign, role = theme.SignWrong, theme.Wrong
	case !f.changed && f.done() && (f.text() != "" || f.kept != ""):
		sign, role = theme.SignDone, theme.Done
	}
	mark, label := "  ", report.PadRight(f.label, f.look.labels)
	if f.marked {
		mark, label = t.Paint(theme.Accent, "▸ "), t.Paint(theme.Accent, label)
	}
	return mark + t.Paint(role, sign) + " " + label + "  " + f.shown(f.marked && f.look.editing, f.look.room())
}

// shown is the value within width cells.
func (f *field) shown(editing bool, width int) string {
	if f.secret {
		return f.shownSecret(editing, width)
	}
	if editing {
		line, _, _ := strings.Cut(f.Input.View(), "\n")
		return ansi.Truncate(line, width, theme.Ellipsis)
	}
	if text := report.Plain(f.text()); text != "" {
		return ansi.Truncate(text, width, theme.Ellipsis)
	}
	return f.look.theme.Paint(theme.Dim, ansi.Truncate(f.empty, width, theme.Ellipsis))
}

func (f *field) shownSecret(editing bool, width int) string {
	t := f.look.theme
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
