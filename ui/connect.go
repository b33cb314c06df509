package ui

import (
	"context"
	"errors"
	"slices"
	"strings"

	"cwsync/syncer/setup"
	"cwsync/ui/theme"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
)

// The fields of the connection, in their order.
const (
	fieldSite = iota
	fieldCompany
	fieldClientID
	fieldPublic
	fieldPrivate
	fieldAuthority
	fieldZone
	connectFields
)

// connect is the step that says which ConnectWise this is and with which keys.
type connect struct {
	desk    *desk
	form    form
	filled  bool // the form shows what the set-up says
	pending int  // commands that look at or store something
	goOn    bool // go on as soon as nothing is pending
	dialing bool
	failed  error // why the last attempt to go on did not
	lonely  *lonelyKey
	sought  map[string]bool // keys of which it is not known where they are
	round   int             // counts what was stopped: answers of an older round are dropped
	work    context.Context //nolint:containedctx // of the commands under way; esc ends it
	stop    context.CancelFunc
}

// lonelyKey is a key that found no keyring: the screen says where else it may be put.
type lonelyKey struct {
	label string
	name  string
	why   string
}

// dialedMsg ends an attempt to make the connection.
type dialedMsg struct {
	round int
	site  *Site
	err   error
}

func newConnect(d *desk) step {
	c := &connect{desk: d, form: form{button: "Go on"}, sought: map[string]bool{}}
	key := func(label, help string, rule func(string) string) *field {
		field := newField(label, "not given yet", help)
		field.secret, field.rule = true, rule
		return field
	}
	text := func(label, help string, rule func(string) string) *field {
		field := newField(label, "not given yet", help)
		field.rule = func(text string) string { return saidOf(text, rule(text)) }
		return field
	}
	c.form.fields = []*field{
		text("Site", "Paste any address of your ConnectWise, or its host, or name a cloud region: na, eu, au, aus or za.",
			func(text string) string { return readSite(text).problem }),
		text("Company", "The company id that you type when you sign in to ConnectWise. Capitals count.", setup.CompanyProblem),
		text("Client id", "Of your integration, from developer.connectwise.com > Client IDs. It is no secret.",
			func(text string) string { return setup.ClientIDProblem(bareID(text)) }),
		key("Public key", "ConnectWise > System > Members > API Members > (the member) > API Keys. Paste it: it goes into "+c.place()+" and is never shown.",
			func(text string) string { return keyProblem(bareKey(text, d.document.Connection.Company)) }),
		key("Private key", "ConnectWise shows it once, when the key pair is made. Paste it: it goes into "+c.place()+" and is never shown.", keyProblem),
		newField("Private CA", "none", "Only for a self-hosted site whose certificate is of an authority of its own: the path of a PEM file."),
		newField("Time zone", "the server's", "Only where the server's own is wrong, such as Europe/Berlin. It decides what day today is."),
	}
	c.form.fields[fieldAuthority].optional, c.form.fields[fieldZone].optional = true, true
	c.work, c.stop = context.WithCancel(d.ctx)
	return c
}

func (c *connect) name() string { return "Connect" }

// enter shows what is stored, and looks where the keys are.
func (c *connect) enter() tea.Cmd {
	if !c.filled {
		c.fill()
	}
	return tea.Batch(c.start(c.findKey(c.work, publicKey)), c.start(c.findKey(c.work, privateKey)))
}

// fill takes the set-up into the form and marks the first line that wants something.
func (c *connect) fill() {
	c.filled = true
	connection := c.desk.document.Connection
	for i, text := range map[int]string{
		fieldSite: connection.Site, fieldCompany: connection.Company, fieldClientID: connection.ClientID,
		fieldAuthority: connection.CAFile, fieldZone: connection.TimeZone,
	} {
		c.form.fields[i].take(text)
	}
	for i := range fieldPublic {
		if !c.form.fields[i].done() {
			c.form.mark(i, true)
			return
		}
	}
	c.form.mark(len(c.form.fields), false)
}

// start counts a command in.
func (c *connect) start(cmd tea.Cmd) tea.Cmd {
	if cmd != nil {
		c.pending++
	}
	return cmd
}

// ended counts a command out, and goes on if that was waited for.
func (c *connect) ended() tea.Cmd {
	if c.pending--; c.pending == 0 && c.goOn {
		return c.proceed()
	}
	return nil
}

func (c *connect) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		return c.key(msg)
	case tea.PasteMsg:
		if c.lonely == nil && !c.waiting() {
			c.form.key(msg)
		}
	default:
		return c.answered(msg)
	}
	return nil
}

// answered takes what a command found out, unless it was stopped meanwhile.
func (c *connect) answered(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case keyMsg:
		if msg.round != c.round {
			return nil
		}
		c.found(msg)
		cmd := c.ended()
		if c.pending == 0 {
			c.markMissingKey()
		}
		return cmd
	case checkedMsg:
		if msg.round == c.round {
			return tea.Batch(c.checked(msg), c.ended())
		}
	case dialedMsg:
		if msg.round == c.round {
			return c.dialed(msg)
		}
	}
	return nil
}

// waiting reports whether keys but esc must wait, because the step is about to go on.
func (c *connect) waiting() bool { return c.goOn || c.dialing }

func (c *connect) key(msg tea.KeyPressMsg) tea.Cmd {
	switch {
	case c.lonely != nil:
		return c.lonelyKeyPress(msg.String())
	case c.waiting():
		return nil
	}
	c.failed = nil
	event := c.form.key(msg)
	var cmd tea.Cmd
	if event.left != nil {
		cmd = c.take(slices.Index(c.form.fields, event.left))
	}
	if event.pressed {
		return tea.Batch(cmd, c.finish())
	}
	return cmd
}

// lonelyKeyPress leaves the screen that says where else a key may be put; r looks whether it is there now.
func (c *connect) lonelyKeyPress(name string) tea.Cmd {
	if name != "enter" && name != "r" {
		return nil
	}
	asked := c.lonely.name
	c.lonely = nil
	return c.start(c.findKey(c.work, asked))
}

// finish takes what is not taken yet and goes on when all of it is looked at.
func (c *connect) finish() tea.Cmd {
	var cmds []tea.Cmd
	stopped := c.pending == 0 // nobody looks any more for what is still sought
	for i, field := range c.form.fields {
		if field.changed {
			cmds = append(cmds, c.take(i))
		}
	}
	for _, name := range []string{publicKey, privateKey} {
		if stopped && c.sought[name] {
			cmds = append(cmds, c.start(c.findKey(c.work, name)))
		}
	}
	c.goOn = true
	if c.pending == 0 {
		cmds = append(cmds, c.proceed())
	}
	return tea.Batch(cmds...)
}

// proceed makes the connection, or marks what is missing.
func (c *connect) proceed() tea.Cmd {
	c.goOn = false
	if c.lonely != nil {
		return nil
	}
	for i, field := range c.form.fields {
		if !field.done() {
			c.form.mark(i, field.problem == "")
			return send(noticeMsg{text: "still needed: " + strings.Join(c.missing(), ", "), bad: true})
		}
	}
	if c.desk.site != nil {
		return send(nextMsg{})
	}
	c.dialing = true
	ctx, profile, document, round := c.work, c.desk.profile, c.desk.document.Clone(), c.round
	return func() tea.Msg {
		site, err := profile.Dial(ctx, document)
		return dialedMsg{round, site, err}
	}
}

// dialed goes on with the new connection. What was read through another one may be another company's.
func (c *connect) dialed(msg dialedMsg) tea.Cmd {
	c.dialing = false
	if c.failed = msg.err; msg.err != nil {
		return nil
	}
	c.desk.site = msg.site
	c.desk.companies, c.desk.products, c.desk.draft, c.desk.plan = nil, nil, nil, nil
	clear(c.desk.read)
	c.desk.currency = ""
	return send(nextMsg{})
}

// missing are the labels of the fields that still want something.
func (c *connect) missing() []string {
	var labels []string
	for _, field := range c.form.fields {
		if !field.done() {
			labels = append(labels, strings.ToLower(field.label))
		}
	}
	return labels
}

func (c *connect) status() string {
	switch {
	case c.lonely != nil:
		return ""
	case c.dialing:
		return "connecting " + theme.Ellipsis + " esc stops it"
	case c.form.fields[fieldPublic].busy || c.form.fields[fieldPrivate].busy:
		return "storing the key in " + c.place() + " " + theme.Ellipsis + " esc stops it"
	case c.goOn || c.pending > 0:
		return "looking " + theme.Ellipsis + " esc stops it"
	case len(c.sought) > 0:
		return "stopped: where the keys are is not known; Go on looks again"
	}
	if missing := c.missing(); len(missing) > 0 {
		return "still needed: " + strings.Join(missing, ", ")
	}
	return "complete and saved"
}

func (c *connect) keys() []key.Binding {
	switch {
	case c.lonely != nil && c.pending > 0:
		return []key.Binding{bind("r", "look again"), bind("enter", "to the form"), bind("esc", "stop")}
	case c.lonely != nil:
		return []key.Binding{bind("r", "look again"), bind("enter", "to the form")}
	case c.waiting():
		return []key.Binding{bind("esc", "stop")}
	case c.pending > 0:
		return append(c.form.keys(), bind("esc", "stop"))
	}
	return c.form.keys()
}

func (c *connect) mark() mark {
	switch {
	case c.failed != nil:
		return markAttention
	case c.desk.site != nil:
		return markDone
	}
	return markTodo
}

func (c *connect) typing() bool { return c.form.editing && c.lonely == nil && !c.waiting() }

// back stops what is under way, closes what is open, and ends typing; what was typed stays.
func (c *connect) back() bool {
	switch {
	case c.waiting() || c.pending > 0:
		c.halt()
		return true
	case c.lonely != nil:
		c.lonely = nil
		return true
	case c.form.editing:
		c.form.edit(false)
		return true
	}
	return false
}

// halt stops what is under way. The step goes on at once: what comes of it is dropped, and what was typed is taken again later.
func (c *connect) halt() {
	c.stop()
	c.work, c.stop = context.WithCancel(c.desk.ctx)
	c.round++
	c.goOn, c.dialing, c.pending = false, false, 0
	for i, field := range c.form.fields {
		switch {
		case !field.busy:
		case i == fieldPublic || i == fieldPrivate:
			field.problem = "stopped before it was known to be stored; paste it again"
		default:
			field.changed = true
		}
		field.busy = false
	}
}

func (c *connect) view(width, height int) string {
	if c.lonely != nil {
		return c.lonelyView(width, height)
	}
	about := []string{c.keysGo() + " The next step tests the connection; nothing is written to ConnectWise."}
	if c.failed != nil {
		about = nil
		if text, hint := explain(c.failed); !errors.Is(c.failed, context.Canceled) {
			about = []string{theme.SignWrong + " " + text, hint}
		}
	}
	return "\n" + c.form.view(c.desk.theme, about, width, height-1)
}

// lonelyView says where a key may be put without a keyring. Nothing is kept in plain text unasked.
func (c *connect) lonelyView(width, height int) string {
	t := c.desk.theme
	lines := []string{"", "  " + t.Paint(theme.Attention, theme.SignHeld+" The "+strings.ToLower(c.lonely.label)+" was not stored: no keyring here."), ""}
	lines = append(lines, paragraph(t, theme.Normal, "", "cwsync never writes a key into a file by itself. Put it in one of these places, then look again:", width)...)
	for _, way := range c.desk.profile.Keys.Elsewhere(c.lonely.name) {
		lines = append(lines, paragraph(t, theme.Normal, "· ", way, width)...)
	}
	lines = append(append(lines, ""), paragraph(t, theme.Dim, "", "What the keyring said: "+c.lonely.why, width)...)
	return strings.Join(lines[:min(len(lines), height)], "\n")
}
