package ui

import (
	"slices"
	"strings"

	"cwsync/ui/report"
	"cwsync/ui/theme"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"charm.land/huh/v2"
	"github.com/charmbracelet/x/ansi"
)

// form is a short list of fields with a button below them: one group of a huh form. Fields are typed into one after the other; esc only looks at
// them. It is never completed, as huh's own are, because somebody may come back to it; a line that is wrong can be left and is judged again as it
// is. huh's commands are dropped: they make a cursor blink, and moving by them would let a key that was typed ahead land in the line before.
type form struct {
	fields  []*field
	button  string
	at      int // field that is marked; len(fields): the button
	editing bool

	inner   *huh.Form // of the fields and the button, made when it is first used
	members []huh.Field
	look    *formLook
	keymap  *huh.KeyMap
}

// formEvent is what a key did to a form.
type formEvent struct {
	left    *field // that was left after it was changed, and wants to be taken
	pressed bool   // the button
}

// use gives the form as huh knows it, with the marked line in focus.
func (f *form) use() *huh.Form {
	if f.inner == nil {
		f.look, f.keymap = &formLook{}, formKeys()
		for _, field := range f.fields {
			field.look = f.look
			f.members = append(f.members, field)
		}
		f.members = append(f.members, newButton(f.button, f.look))
		f.inner = huh.NewForm(huh.NewGroup(f.members...)).WithLayout(huh.LayoutStack).WithShowHelp(false).WithShowErrors(false).
			WithKeyMap(f.keymap).WithTheme(f.look)
		f.inner.Init()
	}
	for range f.members {
		switch focused := slices.Index(f.members, f.inner.GetFocusedField()); {
		case focused < f.at:
			f.inner.NextField()
		case focused > f.at:
			f.inner.PrevField()
		}
	}
	return f.inner
}

// key takes a key or a paste.
func (f *form) key(msg tea.Msg) formEvent {
	inner := f.use()
	press, isKey := msg.(tea.KeyPressMsg)
	switch {
	case !isKey && f.marked() != nil:
		f.edit(true)
		inner.Update(msg)
	case !isKey:
	case f.marked() == nil && key.Matches(press, f.keymap.Confirm.Submit):
		return formEvent{pressed: true}
	case !f.editing && key.Matches(press, f.keymap.Input.Submit):
		f.edit(true)
	case key.Matches(press, f.keymap.Input.Next):
		return f.move(1)
	case key.Matches(press, f.keymap.Input.Prev):
		return f.move(-1)
	case f.editing:
		inner.Update(msg)
	case f.marked() != nil && press.Text != "": // who types on a text means the text
		f.edit(true)
		inner.Update(msg)
	}
	return formEvent{}
}

// move marks the next or the previous line, and goes on editing if one was edited.
func (f *form) move(by int) formEvent {
	event := formEvent{left: f.leave()}
	f.mark(min(max(f.at+by, 0), len(f.fields)), f.editing)
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
	f.use()
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
	f.use()
	k := f.keymap
	switch {
	case f.marked() == nil:
		return []key.Binding{helped(k.Confirm.Submit, "enter", strings.ToLower(f.button)), helped(k.Input.Prev, "↑↓", "move")}
	case f.editing:
		return []key.Binding{helped(k.Input.Next, "enter", "next"), helped(k.Input.Prev, "↑↓ tab", "move"), bind("ctrl+u", "clear")}
	}
	return []key.Binding{helped(k.Input.Submit, "enter", "change"), bind("a-z", "type"), helped(k.Input.Next, "↑↓ tab", "move")}
}

// helped is a binding with what it does just now.
func helped(binding key.Binding, name, what string) key.Binding {
	binding.SetHelp(name, what)
	return binding
}

// bind is a binding for footer and help.
func bind(name, what string) key.Binding {
	return key.NewBinding(key.WithKeys(name), key.WithHelp(name, what))
}

// view draws fields and button, and what there is to say of the marked line below them.
func (f *form) view(t theme.Theme, about []string, width, height int) string {
	inner := f.use()
	f.look.take(t, f, width)
	rows := strings.Split(strings.TrimRight(inner.WithWidth(f.look.room()).View(), "\n"), "\n")
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
