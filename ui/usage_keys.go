package ui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
)

func (u *usage) key(msg tea.Msg) tea.Cmd {
	if u.reading {
		return nil
	}
	switch u.page {
	case pageSources:
		return u.sourcesKey(msg)
	case pageNew:
		return u.newKey(msg)
	case pageForm:
		return u.formKey(msg)
	case pageRules:
		return u.rulesKey(msg)
	case pageRows:
		return u.rowsKey(msg)
	case pageProblems:
		return u.problemsKey(msg)
	}
	return u.columnsKey(msg)
}

// pressed is the name of a key; empty for a paste.
func pressed(msg tea.Msg) string {
	if press, ok := msg.(tea.KeyPressMsg); ok {
		return press.String()
	}
	return ""
}

func (u *usage) sourcesKey(msg tea.Msg) tea.Cmd {
	name := pressed(msg)
	at, ok := u.sources.marked()
	switch {
	case name == "enter" && ok:
		return u.choose(at)
	case name == "n" && !u.sources.typing:
		u.open(pageNew)
		return nil
	}
	_, cmd := u.sources.key(msg)
	return cmd
}

func (u *usage) newKey(msg tea.Msg) tea.Cmd {
	event, cmd := u.blank.key(u.state.blank(u.drafted["name"], u.drafted["kind"]), msg)
	if event.name != "" {
		u.draft(event.name, event.value)
	}
	if !event.pressed {
		return cmd
	}
	list := u.state.blank(u.drafted["name"], u.drafted["kind"])
	if at := slices.IndexFunc(list, func(one setting) bool { return one.problem != "" || one.needed && one.value == "" }); at >= 0 {
		u.blank.at = at // where what is wrong is said whole, and can be typed anew
		u.blank.edit(&list[at])
		return nil
	}
	if err := u.state.add(u.drafted["name"], u.drafted["kind"]); err != nil {
		return send(noticeMsg{text: err.Error(), bad: true})
	}
	u.blank, u.drafted = nil, nil
	return tea.Batch(u.listSources(), u.choose(u.state.at), u.desk.save())
}

func (u *usage) formKey(msg tea.Msg) tea.Cmd {
	list := u.state.settings(u.kept)
	if !u.form.takesText(list) {
		switch pressed(msg) {
		case "r":
			return u.tryRead()
		case "w":
			u.openRules()
			return nil
		case "s":
			u.open(pageSources)
			return nil
		}
	}
	event, cmd := u.form.key(list, msg)
	switch {
	case event.pressed:
		return u.tryRead()
	case event.secret:
		return tea.Batch(cmd, u.storeSecret(u.state.current().Name, strings.TrimPrefix(event.name, optionPrefix), event.value))
	case event.name != "":
		set, err := u.setOption(event.name, event.value)
		u.form.refuse(event.name, event.value, err)
		u.form.stay(u.state.settings(u.kept), event.name) // lines of secrets above it may have come or gone
		cmd = tea.Batch(cmd, set)
	}
	return cmd
}

// openRules shows what is billed and written of the source.
func (u *usage) openRules() {
	from := u.page
	u.open(pageRules)
	u.from = from
}

func (u *usage) rulesKey(msg tea.Msg) tea.Cmd {
	event, cmd := u.rules.key(u.state.rules(), msg)
	switch {
	case event.pressed:
		u.open(u.from)
	case event.name != "":
		err := u.state.set(event.name, event.value)
		u.rules.refuse(event.name, event.value, err)
		if err == nil {
			cmd = tea.Batch(cmd, u.desk.save())
		}
	}
	return cmd
}

// changed forgets what was read with other options.
func (u *usage) changed(name string) {
	if !strings.HasPrefix(name, optionPrefix) {
		return
	}
	delete(u.desk.usage, u.state.current().Name)
	u.failed, u.matches, u.size, u.added, u.altered = nil, nil, "", "", true
}

// tryRead reads the usage, or says what is still missing.
func (u *usage) tryRead() tea.Cmd {
	if missing := u.state.missing(); missing != "" {
		return send(noticeMsg{text: missing, bad: true})
	}
	return u.read()
}

func (u *usage) rowsKey(msg tea.Msg) tea.Cmd {
	name := pressed(msg)
	switch {
	case name == "enter" && u.rows.typing:
		u.rows.typing = false
		return nil
	case name == "enter":
		return send(nextMsg{})
	case u.rows.typing:
	case name == "e":
		u.open(pageForm)
		return nil
	case name == "r":
		return u.tryRead()
	case name == "w":
		u.openRules()
		return nil
	case name == "s":
		u.open(pageSources)
		return nil
	}
	_, cmd := u.rows.key(msg)
	return cmd
}

func (u *usage) problemsKey(msg tea.Msg) tea.Cmd {
	switch pressed(msg) {
	case "enter", "e":
		u.open(pageForm)
	case "r":
		return u.tryRead()
	case "c":
		if u.matches != nil {
			u.open(pageColumns)
		}
	case "up":
		u.top--
	case "down":
		u.top++
	case "home":
		u.top = 0
	}
	return nil
}

func (u *usage) columnsKey(msg tea.Msg) tea.Cmd {
	event, cmd := u.columns.key(u.matches.settings(), msg)
	if event.name != "" {
		u.matches.chosen[event.name] = event.value
	}
	if !event.pressed {
		return cmd
	}
	if err := u.state.takeColumns(u.matches); err != nil {
		return send(noticeMsg{text: err.Error(), bad: true})
	}
	return tea.Batch(cmd, u.desk.save(), u.read())
}
