package ui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
)

func (a *alertsPage) key(msg tea.Msg) tea.Cmd {
	switch a.shown {
	case alertsNew:
		return a.newKey(msg)
	case alertsForm:
		return a.formKey(msg)
	case alertsTest:
		return a.testKey(msg)
	}
	return a.listKey(msg)
}

func (a *alertsPage) listKey(msg tea.Msg) tea.Cmd {
	name, one := pressed(msg), a.marked()
	row, _ := a.list.marked()
	switch {
	case name == "enter" && a.list.typing:
		a.list.typing = false
		return nil
	case name == "enter" && one != nil:
		a.choose(row - 1)
		return nil
	case a.list.typing:
	case name == "n":
		a.fresh()
		return nil
	case name == "t" && one != nil:
		a.state.at = row - 1
		return a.openTest()
	case name == "d" && one != nil, name == "D" && a.forgettable(one):
		return a.removal(one, name == "D")
	}
	_, cmd := a.list.key(msg)
	return cmd
}

func (a *alertsPage) newKey(msg tea.Msg) tea.Cmd {
	event, cmd := a.blank.key(a.blanks(), msg)
	a.draft(event.name, event.value)
	if !event.pressed {
		return cmd
	}
	list := a.blanks()
	if at := slices.IndexFunc(list, func(one setting) bool { return one.problem != "" || one.needed && one.value == "" }); at >= 0 {
		a.blank.at = at // where what is wrong is said whole, and can be typed anew
		a.blank.edit(&list[at])
		return nil
	}
	made, err := a.make()
	if err != nil {
		return send(noticeMsg{text: err.Error(), bad: true})
	}
	return made
}

// draft takes what is chosen or typed of a new alert.
func (a *alertsPage) draft(name, value string) {
	switch name {
	case "kind":
		a.kind = value
	case "name":
		a.typed = value
	}
}

func (a *alertsPage) formKey(msg tea.Msg) tea.Cmd {
	list := a.settings()
	if !a.form.takesText(list) && pressed(msg) == "t" {
		return a.openTest()
	}
	event, cmd := a.form.key(list, msg)
	switch {
	case event.pressed && a.state.current() == a.state.draft:
		added, err := a.add()
		if err != nil {
			if name, _ := a.state.missing(a.state.draft); name != "" {
				a.form.stay(list, name)
			}
			return send(noticeMsg{text: err.Error(), bad: true})
		}
		return added
	case event.pressed:
		a.shown = alertsList
	case event.secret:
		return tea.Batch(cmd, a.storeSecret(a.state.current(), event.value))
	case event.name != "":
		set, err := a.set(event.name, event.value)
		a.form.refuse(event.name, event.value, err)
		if strings.HasPrefix(event.name, onPrefix) && err != nil {
			a.form.refuse(event.name, "", nil) // the choice is as it was
			set = send(noticeMsg{text: err.Error(), bad: true})
		}
		return tea.Batch(cmd, set)
	}
	return cmd
}

func (a *alertsPage) testKey(msg tea.Msg) tea.Cmd {
	switch pressed(msg) {
	case "enter":
		if a.busy() {
			return nil
		}
		if a.trial == nil {
			return a.openTrial()
		}
		return a.sendTest()
	case "up":
		a.top--
	case "down":
		a.top++
	}
	return nil
}
