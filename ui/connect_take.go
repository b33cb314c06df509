package ui

import (
	"context"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"cwsync/syncer/setup"
	"cwsync/ui/report"

	tea "charm.land/bubbletea/v2"
)

// checkedMsg says what became of a field that the machine had to be asked about.
type checkedMsg struct {
	round   int
	field   int
	text    string // as it goes to the set-up
	note    string
	problem string
}

// take puts what was typed into a field to its place: the set-up, or the keyring. What is wrong stays in the field and nowhere else.
func (c *connect) take(i int) tea.Cmd {
	field := c.form.fields[i]
	field.note, field.problem, field.changed = "", "", true
	text, right := field.text(), field.judge()
	field.changed = false
	switch i {
	case fieldPublic:
		return c.takeKey(i, publicKey, bareKey(text, c.desk.document.Connection.Company))
	case fieldPrivate:
		return c.takeKey(i, privateKey, text)
	case fieldAuthority:
		ctx := c.work
		return c.check(i, func() checkedMsg { return checkAuthority(ctx, text) })
	case fieldZone:
		return c.check(i, func() checkedMsg { return checkedMsg{text: text, problem: saidOf(text, setup.TimeZoneProblem(text))} })
	}
	if text == "" || !right {
		return nil // the form says that it is missing, or wrong; the set-up keeps what it has
	}
	switch i {
	case fieldCompany:
		return c.takeText(i, &c.desk.document.Connection.Company, text)
	case fieldClientID:
		return c.takeText(i, &c.desk.document.Connection.ClientID, bareID(text))
	}
	return c.takeSite(text)
}

func (c *connect) takeSite(text string) tea.Cmd {
	field, read := c.form.fields[fieldSite], readSite(text)
	field.take(read.site)
	field.note = read.said
	connection := &c.desk.document.Connection
	if company := c.form.fields[fieldCompany]; read.company != "" && connection.Company == "" && company.text() == "" {
		connection.Company = read.company
		company.take(read.company)
		company.note = "taken from the address"
	}
	return c.put(&connection.Site, read.site)
}

// takeText takes a text that its rule alone decided on.
func (c *connect) takeText(i int, to *string, text string) tea.Cmd {
	c.form.fields[i].take(text)
	return c.put(to, text)
}

// put changes the connection and saves it. A client that was made for another connection is of no use any more.
func (c *connect) put(to *string, text string) tea.Cmd {
	if *to == text {
		return nil
	}
	*to = text
	c.desk.site = nil
	return c.desk.save()
}

// takeKey sends a key to the keyring; the form forgets it whatever comes of that.
func (c *connect) takeKey(i int, name, value string) tea.Cmd {
	field := c.form.fields[i]
	if value == "" {
		return nil
	}
	field.typed = ""
	if field.problem != "" {
		return nil
	}
	field.busy = true
	return c.start(c.storeKey(c.work, name, value))
}

// found shows where a key is, or what to do without a keyring.
func (c *connect) found(msg keyMsg) {
	field := c.form.fields[fieldPublic]
	if msg.name == privateKey {
		field = c.form.fields[fieldPrivate]
	}
	place := c.desk.profile.Keys.Place()
	field.busy = field.busy && !msg.stored
	delete(c.sought, msg.name)
	if msg.stored && msg.err == nil {
		c.desk.site = nil
	}
	switch {
	case msg.err != nil && msg.stored && errors.Is(msg.err, ErrNoKeyring):
		field.problem = "not stored: there is no keyring here"
		c.lonely = &lonelyKey{label: field.label, name: msg.name, why: bareReason(msg.err)}
		c.goOn = false
	case msg.err != nil && !errors.Is(msg.err, ErrNoKeyring):
		why, hint := explain(msg.err)
		field.problem = joined(why, hint)
	case msg.origin == "":
		field.kept = ""
	default:
		field.kept, field.problem = msg.origin+", "+msg.hint, ""
		if msg.stored && msg.origin != place {
			field.note = "stored in the " + place + ", but the one of the " + msg.origin + " comes first and is used"
		} else if msg.stored {
			field.note = "stored in the " + place
		}
	}
}

// markMissingKey goes to the first key that is nowhere, where the form was thought to be complete.
func (c *connect) markMissingKey() {
	if c.form.marked() != nil || c.waiting() {
		return
	}
	for _, i := range []int{fieldPublic, fieldPrivate} {
		if !c.form.fields[i].done() && len(c.sought) == 0 {
			c.form.mark(i, true)
			return
		}
	}
}

// check asks the machine about a field, aside.
func (c *connect) check(i int, ask func() checkedMsg) tea.Cmd {
	c.form.fields[i].busy = true
	round := c.round
	return c.start(func() tea.Msg {
		answer := ask()
		answer.round, answer.field = round, i
		return answer
	})
}

// checked takes a field that was asked about.
func (c *connect) checked(msg checkedMsg) tea.Cmd {
	field := c.form.fields[msg.field]
	field.busy = false
	if field.changed {
		return nil // it was typed on meanwhile, and will be taken again
	}
	if field.note, field.problem = msg.note, msg.problem; msg.problem != "" {
		return nil
	}
	field.take(msg.text)
	connection := &c.desk.document.Connection
	if msg.field == fieldAuthority {
		return c.put(&connection.CAFile, msg.text)
	}
	return c.put(&connection.TimeZone, msg.text)
}

// maxAuthority is the most bytes of an authority's file that are looked at.
const maxAuthority = 1 << 20

// checkAuthority looks whether a file holds certificates.
func checkAuthority(ctx context.Context, path string) checkedMsg {
	if path == "" {
		return checkedMsg{}
	}
	path = strings.Trim(path, `"'`)
	if rest, ok := strings.CutPrefix(path, "~/"); ok {
		if home, err := os.UserHomeDir(); err == nil {
			path = filepath.Join(home, rest)
		}
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return checkedMsg{problem: "the file cannot be found: " + err.Error()}
	}
	text, err := readStart(ctx, path)
	if err != nil {
		return checkedMsg{problem: "the file cannot be read: " + err.Error()}
	}
	count := 0
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		switch {
		case block.Type == "CERTIFICATE":
			count++
		case strings.Contains(block.Type, "PRIVATE KEY"):
			return checkedMsg{problem: "this file holds a private key; the certificate of the authority alone is needed"}
		}
	}
	if count == 0 {
		return checkedMsg{problem: "there is no certificate in this file; it must be in PEM form, with BEGIN CERTIFICATE in it"}
	}
	return checkedMsg{text: path, note: report.Counted(count, "certificate", "certificates") + " of authorities"}
}

// readStart reads a regular file, up to a bound.
func readStart(ctx context.Context, path string) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is no file", path)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(io.LimitReader(file, maxAuthority))
	return text, errors.Join(err, file.Close())
}

// saidOf is a problem as a sentence about what was typed; empty when there is none.
func saidOf(text, problem string) string {
	if problem == "" {
		return ""
	}
	if runes := []rune(text); len(runes) > 40 {
		text = string(runes[:40]) + "…"
	}
	return "“" + text + "” " + problem
}

// joined puts what failed and what to do about it into one text.
func joined(text, hint string) string {
	if hint == "" {
		return text
	}
	return text + ". " + strings.ToUpper(hint[:1]) + hint[1:]
}
