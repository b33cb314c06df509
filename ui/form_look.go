package ui

import (
	"cwsync/ui/theme"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"charm.land/huh/v2"
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"
)

// formLook is how the lines of a form are drawn; all of them share it, because huh draws a line without saying on what. It is huh's theme too.
type formLook struct {
	theme   theme.Theme
	labels  int // width in cells of the widest label
	width   int // of the whole line, in cells
	editing bool
}

// take takes over what the form is drawn with now.
func (l *formLook) take(t theme.Theme, f *form, width int) {
	*l = formLook{theme: t, width: width, editing: f.editing}
	for _, field := range f.fields {
		l.labels = max(l.labels, ansi.StringWidth(field.label))
	}
}

// room is the width in cells of a value: what the mark, the sign and the label leave.
func (l *formLook) room() int { return max(l.width-l.labels-7, 1) }

// Theme implements huh.Theme. Whether the background is dark was decided by whoever chose our own theme.
func (l *formLook) Theme(bool) *huh.Styles {
	var styles huh.Styles
	styles.FieldSeparator = lipgloss.NewStyle().SetString("\n")
	styles.Focused.TextInput.Cursor = l.theme.Style(theme.Normal)
	styles.Focused.TextInput.Text = l.theme.Style(theme.Normal)
	styles.Focused.TextInput.Placeholder = l.theme.Style(theme.Dim)
	styles.Focused.FocusedButton = l.theme.Style(theme.Accent)
	styles.Blurred = styles.Focused
	return &styles
}

// formKeys are the keys of a form. What the frame takes is not among them: esc goes back, ctrl+c leaves, and ? is text where text is typed.
func formKeys() *huh.KeyMap {
	next, previous := key.NewBinding(key.WithKeys("enter", "tab", "down")), key.NewBinding(key.WithKeys("shift+tab", "up"))
	press := key.NewBinding(key.WithKeys("enter"))
	return &huh.KeyMap{
		Input:   huh.InputKeyMap{Next: next, Prev: previous, Submit: press},
		Confirm: huh.ConfirmKeyMap{Next: next, Prev: previous, Submit: press},
	}
}

// button is the last line of a form: huh's confirmation with nothing to deny.
type button struct {
	*huh.Confirm
	look *formLook
	text string
	at   bool // it is marked
}

func newButton(text string, look *formLook) *button {
	return &button{Confirm: huh.NewConfirm().Affirmative(text).Negative(""), look: look, text: text}
}

// Focus implements huh.Field.
func (b *button) Focus() tea.Cmd {
	b.at = true
	return b.Confirm.Focus()
}

// Blur implements huh.Field.
func (b *button) Blur() tea.Cmd {
	b.at = false
	return b.Confirm.Blur()
}

// Update implements huh.Field.
func (b *button) Update(msg tea.Msg) (huh.Model, tea.Cmd) {
	_, cmd := b.Confirm.Update(msg)
	return b, cmd
}

// View implements huh.Field: the button below an empty line.
func (b *button) View() string {
	if b.at {
		return "\n" + b.look.theme.Paint(theme.Accent, "▸ "+b.text)
	}
	return "\n  " + b.text
}
