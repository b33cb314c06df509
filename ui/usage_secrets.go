package ui

import (
	"errors"
	"slices"
	"strings"

	"cwsync/syncer/source"

	tea "charm.land/bubbletea/v2"
)

// secretMsg says where a secret of a source is.
type secretMsg struct {
	round         int
	source, field string
	origin, hint  string
	err           error
}

// findSecrets looks where the secrets are that the source needs.
func (u *usage) findSecrets() tea.Cmd { return u.findSecretsBut(nil) }

// findSecretsBut looks for the needed secrets that were not needed before.
func (u *usage) findSecretsBut(before []source.Field) tea.Cmd {
	var cmds []tea.Cmd
	for _, field := range u.state.secrets() {
		if !slices.ContainsFunc(before, func(known source.Field) bool { return known.Name == field.Name }) {
			cmds = append(cmds, u.findSecret(u.state.current().Name, field.Name))
		}
	}
	return tea.Batch(cmds...)
}

// setOption sets one of the settings of the source. Where it asks for a secret that was not needed before, that is looked for.
func (u *usage) setOption(name, value string) (tea.Cmd, error) {
	before := u.state.secrets()
	if err := u.state.set(name, value); err != nil {
		return nil, err
	}
	u.changed(name)
	return tea.Batch(u.findSecretsBut(before), u.desk.save()), nil
}

func (u *usage) findSecret(name, field string) tea.Cmd {
	ctx, keys, round := u.work, u.desk.profile.Keys, u.round
	u.asking++
	return func() tea.Msg {
		origin, hint, err := keys.FindKey(ctx, secretName(name, field))
		return secretMsg{round, name, field, origin, hint, err}
	}
}

// storeSecret puts a secret into the keyring. The value lives in this command alone from here on.
func (u *usage) storeSecret(name, field, value string) tea.Cmd {
	ctx, keys, round := u.work, u.desk.profile.Keys, u.round
	u.asking++
	u.storing[optionPrefix+field] = true
	return func() tea.Msg {
		if err := keys.SetKey(ctx, secretName(name, field), strings.TrimSpace(value)); err != nil {
			return secretMsg{round: round, source: name, field: field, err: err}
		}
		origin, hint, err := keys.FindKey(ctx, secretName(name, field))
		return secretMsg{round, name, field, origin, hint, err}
	}
}

// secret shows where a secret is, or why it is not. One that found no keyring is looked for elsewhere when the usage is read.
func (u *usage) secret(msg secretMsg) tea.Cmd {
	if msg.round != u.round {
		return nil
	}
	u.asking--
	delete(u.storing, optionPrefix+msg.field)
	current := u.state.current()
	if current == nil || current.Name != msg.source {
		return nil
	}
	delete(u.kept, msg.field)
	if msg.origin != "" {
		u.kept[msg.field] = msg.hint + ", in the " + msg.origin
	}
	delete(u.lonely, optionPrefix+msg.field)
	switch {
	case errors.Is(msg.err, ErrNoKeyring):
		u.lonely[optionPrefix+msg.field] = true
		ways := u.desk.profile.Keys.Elsewhere(secretName(msg.source, msg.field))
		u.form.refuse(optionPrefix+msg.field, "", errors.New("there is no keyring here, and a secret is never written into a file. Put it in one of these places: "+strings.Join(ways, "; ")))
	case msg.err != nil:
		u.form.refuse(optionPrefix+msg.field, "", msg.err)
	default:
		u.form.refuse(optionPrefix+msg.field, "", nil)
	}
	return nil
}
