package ui

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"cwsync/ui/report"
	"cwsync/ui/theme"

	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// settingsForm lets somebody change settings: texts are typed into, choices are gone through with the arrows, or picked from a list where
// there are many. The settings themselves belong to a state, which gives them anew each time; a value is handed over as it is typed, a secret
// when its line is left. It is no huh form, as form is: its lines come and go and change what may be chosen with every key, which a huh form,
// whose fields own their values, learns by being made anew; and huh's list of choices draws all of them at each frame, 48 ms for a hundred.
type settingsForm struct {
	ctx     context.Context //nolint:containedctx // of the program, for the list of choices
	button  string          // what the last line does; empty: there is none
	at      int             // line that is marked; as many as there are settings: the button
	editing bool
	input   textinput.Model
	typed   string // of the secret that is being edited
	refused map[string]refusal
	choices *picker // the choices of the marked setting, as a list; nil: closed
	top     int
}

// refusal is what was typed and not taken, and why.
type refusal struct{ text, why string }

// settingsEvent is what a key did.
type settingsEvent struct {
	name, value string // of the setting that is to be set; no name: nothing is to be set
	secret      bool   // the value goes to the keys
	left        string // name of the text whose line was left after typing
	pressed     bool   // the button
}

// fewChoices are gone through with the arrows; more are picked from a list.
const fewChoices = 8

func newSettingsForm(ctx context.Context, button string) *settingsForm {
	input := textinput.New()
	input.Prompt, input.CharLimit = "", maxTyped
	input.SetStyles(textinput.Styles{})
	input.KeyMap.Paste.SetEnabled(false)
	return &settingsForm{ctx: ctx, button: button, input: input, refused: map[string]refusal{}}
}

// refuse keeps what was typed into a setting together with why it is not taken; without a reason it is taken.
func (f *settingsForm) refuse(name, text string, err error) {
	if err == nil {
		delete(f.refused, name)
		return
	}
	f.refused[name] = refusal{text, err.Error()}
}

// marked is the setting of the marked line; nil for the button.
func (f *settingsForm) marked(list []setting) *setting {
	if f.at < len(list) {
		return &list[f.at]
	}
	return nil
}

// stay keeps a setting marked where lines before it came or went.
func (f *settingsForm) stay(list []setting, name string) {
	if at := slices.IndexFunc(list, func(one setting) bool { return one.name == name }); at >= 0 {
		f.at = at
	}
}

func (f *settingsForm) update(msg tea.Msg) tea.Cmd {
	if f.choices != nil {
		return f.choices.update(msg)
	}
	return nil
}

// key takes a key or a paste.
func (f *settingsForm) key(list []setting, msg tea.Msg) (settingsEvent, tea.Cmd) {
	f.at = max(min(f.at, f.last(list)), 0)
	marked := f.marked(list)
	if f.choices != nil {
		return f.choose(marked, msg)
	}
	press, isKey := msg.(tea.KeyPressMsg)
	if !isKey {
		if marked != nil && marked.choices == nil {
			f.edit(marked)
			return f.write(marked, msg), nil
		}
		return settingsEvent{}, nil
	}
	switch name := press.String(); name {
	case "up", "shift+tab":
		return f.move(list, -1), nil
	case "down", "tab":
		return f.move(list, 1), nil
	case "enter":
		return f.enter(list)
	case "end":
		if !f.editing {
			f.at = f.last(list)
			return settingsEvent{}, nil
		}
	case "left", "right", "space":
		if marked != nil && len(marked.choices) > 0 {
			by := 1
			if name == "left" {
				by = len(marked.choices) - 1
			}
			next := (max(marked.chosen(), 0) + by) % len(marked.choices)
			return settingsEvent{name: marked.name, value: marked.choices[next].value}, nil
		}
	}
	if marked != nil && marked.choices == nil && press.Text != "" {
		f.edit(marked) // who types on a text means the text
	}
	if f.editing && marked != nil {
		return f.write(marked, press), nil
	}
	return settingsEvent{}, nil
}

// takesText reports whether letters are text on the marked line, so that they cannot be keys of the step.
func (f *settingsForm) takesText(list []setting) bool {
	marked := f.marked(list)
	return f.choices != nil || marked != nil && marked.choices == nil
}

// enter edits a text, ends editing it, opens a long list of choices, or presses the button. It changes no choice: a key that goes on everywhere
// else must not switch what is billed.
func (f *settingsForm) enter(list []setting) (settingsEvent, tea.Cmd) {
	marked := f.marked(list)
	switch {
	case marked == nil:
		return settingsEvent{pressed: true}, nil
	case f.editing:
		return f.move(list, 1), nil
	case marked.choices == nil:
		f.edit(marked)
	case len(marked.choices) > fewChoices:
		return settingsEvent{}, f.open(marked)
	default:
		return f.move(list, 1), nil
	}
	return settingsEvent{}, nil
}

func (f *settingsForm) open(marked *setting) tea.Cmd {
	f.choices = newPicker(f.ctx)
	rows := make([]pickRow, len(marked.choices))
	for i, choice := range marked.choices {
		rows[i] = pickRow{key: i, text: choice.shown()}
	}
	cmd := f.choices.fill(rows)
	f.choices.mark(marked.chosen())
	return cmd
}

// choose takes a key while the list of choices is open.
func (f *settingsForm) choose(marked *setting, msg tea.Msg) (settingsEvent, tea.Cmd) {
	press, isKey := msg.(tea.KeyPressMsg)
	if !isKey || press.String() != "enter" {
		_, cmd := f.choices.key(msg)
		return settingsEvent{}, cmd
	}
	at, ok := f.choices.at()
	if !ok || marked == nil || at >= len(marked.choices) {
		return settingsEvent{}, nil
	}
	f.choices = nil
	return settingsEvent{name: marked.name, value: marked.choices[at].value}, nil
}

// edit begins typing into a text, with what is there.
func (f *settingsForm) edit(marked *setting) {
	if f.editing {
		return
	}
	f.editing, f.typed = true, ""
	text := marked.value
	if refused, ok := f.refused[marked.name]; ok {
		text = refused.text
	}
	f.input.SetValue(text)
	f.input.CursorEnd()
	f.input.Focus()
}

// write takes a key or a paste into the text.
func (f *settingsForm) write(marked *setting, msg tea.Msg) settingsEvent {
	if marked.secret {
		secret := field{secret: true, typed: f.typed}
		secret.write(msg)
		f.typed = secret.typed
		return settingsEvent{}
	}
	if pasted, ok := msg.(tea.PasteMsg); ok {
		pasted.Content = strings.TrimSpace(pasted.Content)
		pasted.Content = pasted.Content[:min(len(pasted.Content), 4*maxTyped)]
		msg = pasted
	}
	before := f.input.Value()
	f.input, _ = f.input.Update(harmless(msg)) // its commands only make the cursor blink
	if after := f.input.Value(); after != before {
		return settingsEvent{name: marked.name, value: strings.TrimSpace(after)}
	}
	return settingsEvent{}
}

// move marks another line, and goes on typing where that is a text.
func (f *settingsForm) move(list []setting, by int) settingsEvent {
	var event settingsEvent
	if marked := f.marked(list); marked != nil && f.editing {
		event.left = marked.name
		if marked.secret && f.typed != "" {
			event.name, event.value, event.secret = marked.name, f.typed, true
		}
	}
	typing := f.editing
	f.editing, f.typed = false, ""
	f.at = max(min(f.at+by, f.last(list)), 0)
	if next := f.marked(list); typing && next != nil && next.choices == nil {
		f.edit(next)
	}
	return event
}

// last is the place of the last line.
func (f *settingsForm) last(list []setting) int {
	if f.button != "" {
		return len(list)
	}
	return len(list) - 1
}

// back takes one level of esc: it closes the list of choices, then ends typing.
func (f *settingsForm) back() bool {
	switch {
	case f.choices != nil:
		if !f.choices.back() {
			f.choices = nil
		}
		return true
	case f.editing:
		f.editing, f.typed = false, ""
		return true
	}
	return false
}

func (f *settingsForm) typing() bool {
	return f.editing || f.choices != nil && f.choices.typing
}

func (f *settingsForm) keys(list []setting) []key.Binding {
	marked := f.marked(list)
	switch {
	case f.choices != nil:
		return append([]key.Binding{bind("enter", "take it")}, f.choices.keys()...)
	case marked == nil:
		return []key.Binding{bind("enter", strings.ToLower(f.button)), bind("↑↓", "move")}
	case f.editing:
		return []key.Binding{bind("enter", "next"), bind("↑↓", "move"), bind("ctrl+u", "clear")}
	case len(marked.choices) > fewChoices:
		return []key.Binding{bind("enter", "list"), bind("←→", "change"), bind("↑↓", "move")}
	case marked.choices != nil:
		return []key.Binding{bind("←→", "change"), bind("↑↓ enter", "move")}
	}
	keys := []key.Binding{bind("enter", "change"), bind("a-z", "type"), bind("↑↓", "move")}
	if f.button != "" {
		keys = append(keys, bind("end", "last line"))
	}
	return keys
}

// view draws the settings and the button, and below them what there is to say of the marked line; about stands there for the button.
func (f *settingsForm) view(t theme.Theme, list []setting, about []string, width, height int) string {
	f.at = max(min(f.at, f.last(list)), 0)
	marked := f.marked(list)
	if f.choices != nil && marked != nil {
		title := "  " + t.Paint(theme.Accent, report.Shorten(marked.label, width-2))
		return title + "\n" + f.choices.view(t, width, height-1, func(at int, here bool) string {
			return choiceRow(t, marked, at, here, width)
		})
	}
	labels := 0
	for i := range list {
		labels = max(labels, report.Cells(list[i].label))
	}
	var rows []string
	for i := range list {
		rows = append(rows, f.row(t, &list[i], i == f.at, labels, width))
	}
	if f.button != "" {
		button := "    " + f.button
		if marked == nil {
			button = "  " + t.Paint(theme.Accent, "▸ "+f.button)
		}
		rows = append(rows, "", button)
	}
	line := f.at
	if marked == nil {
		line = len(rows) - 1
	}
	below := f.about(t, marked, about, width)
	room := max(height-len(below)-1, min(height, 3))
	f.top = max(min(f.top, line, len(rows)-room), line-room+1, 0)
	more := ""
	if f.top+room < len(rows) { // so that nobody takes the last line on the screen for the last one
		more = "    " + t.Paint(theme.Dim, theme.Ellipsis+" more below")
	}
	rows = rows[f.top:min(f.top+room, len(rows))]
	rows = append(append(rows, more), below...)
	return strings.Join(rows[:min(len(rows), height)], "\n")
}

func (f *settingsForm) row(t theme.Theme, one *setting, here bool, labels, width int) string {
	pointer, sign, role, label := "  ", theme.SignSkipped, theme.Dim, report.PadRight(one.label, labels)
	_, refused := f.refused[one.name]
	switch {
	case refused || one.problem != "":
		sign, role = theme.SignWrong, theme.Wrong
	case one.value != "" || one.kept != "":
		sign, role = theme.SignDone, theme.Done
	case one.needed:
		sign, role = theme.SignUnknown, theme.Attention
	}
	if here {
		pointer, label = t.Paint(theme.Accent, "▸ "), t.Paint(theme.Accent, label)
	}
	room := max(width-labels-8, 1)
	return "  " + pointer + t.Paint(role, sign) + " " + label + "  " + f.value(t, one, here, room)
}

// value is what stands behind the label, within width cells.
func (f *settingsForm) value(t theme.Theme, one *setting, here bool, width int) string {
	if one.choices != nil {
		return choiceValue(t, one, here, width)
	}
	if here && f.editing {
		if one.secret {
			return report.Shorten(report.Counted(utf8.RuneCountInString(f.typed), "character", "characters")+", not shown▌", width)
		}
		f.input.SetWidth(max(width-2, 1))
		return ansi.Truncate(f.input.View(), width, theme.Ellipsis)
	}
	text := one.value
	if one.secret {
		text = one.kept
	}
	if refused, ok := f.refused[one.name]; ok {
		text = refused.text
	}
	if text == "" {
		return t.Paint(theme.Dim, report.Shorten(one.empty, width))
	}
	return report.Shorten(report.Plain(text), width)
}

// about is what stands below the settings.
func (f *settingsForm) about(t theme.Theme, marked *setting, about []string, width int) []string {
	var lines []string
	if marked == nil {
		for _, text := range about {
			lines = append(lines, paragraph(t, theme.Normal, "", text, width)...)
		}
		return lines
	}
	problem := marked.problem
	if refused, ok := f.refused[marked.name]; ok {
		problem = refused.why
	}
	if problem != "" {
		lines = append(lines, paragraph(t, theme.Wrong, theme.SignWrong+" ", problem, width)...)
	}
	if at := marked.chosen(); at >= 0 && marked.choices[at].help != "" {
		lines = append(lines, paragraph(t, theme.Normal, "", marked.choices[at].shown()+": "+marked.choices[at].help, width)...)
	}
	return append(lines, paragraph(t, theme.Dim, "", marked.help, width)...)
}
