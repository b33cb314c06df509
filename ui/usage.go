package ui

import (
	"context"
	"errors"
	"strings"

	"cwsync/syncer/billing"
	"cwsync/syncer/source"
	"cwsync/ui/report"
	"cwsync/ui/theme"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
)

// noteSource is the note that remembers the source that was worked on.
const noteSource = "wizard.source"

// usagePage is what the step shows.
type usagePage int

// The pages of the step.
const (
	pageSources  usagePage = iota // the sources of the set-up
	pageNew                       // a source that is to be made
	pageForm                      // what is set of the source
	pageRules                     // what its usage means and what of it is written
	pageRows                      // what was read
	pageProblems                  // what is wrong with what was read
	pageColumns                   // which column of the file holds what
)

// usage is the step that says where the usage comes from.
type usage struct {
	desk  *desk
	state usageState
	page  usagePage

	sources *picker
	blank   *settingsForm     // of a new source
	drafted map[string]string // what is typed of it
	form    *settingsForm
	rules   *settingsForm
	from    usagePage         // where pageRules was opened
	kept    map[string]string // where the source's secrets are, by field
	columns *settingsForm
	matches *columnMatch // nil: the file has no columns with names, or they are not known

	work    context.Context //nolint:containedctx // of what is under way; esc ends it
	stop    context.CancelFunc
	reading bool
	asking  int             // commands that look for secrets or store one
	storing map[string]bool // names of the settings whose secrets are being stored
	lonely  map[string]bool // names of the settings whose secrets found no keyring
	round   int             // counts what was stopped: answers of an older round are dropped
	rows    *picker
	shown   string // the source that rows are of
	widths  lineWidths
	size    string // lines, customers and services of what was read
	added   string // what the last reading added to the set-up
	failed  error
	altered bool // options were changed since the source was read
	top     int  // the first line of the problems on the screen
}

func newUsage(d *desk) step {
	u := &usage{desk: d, sources: newPicker(d.ctx), rows: newPicker(d.ctx), kept: map[string]string{}, storing: map[string]bool{}, lonely: map[string]bool{}, round: 1}
	u.form, u.columns = newSettingsForm(d.ctx, "Read the usage"), newSettingsForm(d.ctx, "Use these columns")
	u.rules = newSettingsForm(d.ctx, "Done")
	u.work, u.stop = context.WithCancel(d.ctx)
	return u
}

func (u *usage) name() string { return "Usage" }

// enter shows what is there, and reads it where nothing keeps it from being read.
func (u *usage) enter() tea.Cmd {
	u.state.document, u.state.kinds, u.state.at = u.desk.document, u.desk.profile.Kinds, u.desk.source
	list := u.listSources()
	switch {
	case len(u.desk.document.Sources) == 0:
		u.open(pageNew)
		return list
	case u.page == pageNew || u.state.current() == nil:
		u.page = pageSources
	}
	if u.page == pageSources && len(u.desk.document.Sources) > 1 {
		return list
	}
	return tea.Batch(list, u.show())
}

// listSources fills the list of sources.
func (u *usage) listSources() tea.Cmd {
	rows := make([]pickRow, len(u.desk.document.Sources))
	for i := range rows {
		rows[i] = pickRow{key: i, text: u.desk.document.Sources[i].Name}
	}
	cmd := u.sources.fill(rows)
	u.sources.mark(u.desk.source)
	return cmd
}

// open shows a page.
func (u *usage) open(page usagePage) {
	u.page, u.top = page, 0
	if page == pageNew && u.blank == nil {
		u.state.loadPresets()
		u.blank, u.drafted = newSettingsForm(u.desk.ctx, "Make this source"), map[string]string{}
		if kinds := u.state.blank("", "")[0].choices; len(kinds) > 0 {
			u.drafted["kind"] = kinds[0].value
		}
	}
}

// show shows the source that is worked on: what was read of it, else what is set of it, and reads it where that can be.
func (u *usage) show() tea.Cmd {
	current := u.state.current()
	if current == nil {
		return nil
	}
	if read, ok := u.desk.usage[current.Name]; ok {
		u.takeSize(read)
		if u.failed == nil && u.page < pageRows {
			u.open(pageRows)
		}
		return tea.Batch(u.findSecrets(), u.preview(current.Name, read))
	}
	if u.page < pageForm {
		u.open(pageForm)
	}
	cmd := u.findSecrets()
	if u.state.missing() == "" && u.failed == nil {
		cmd = tea.Batch(cmd, u.read())
	}
	return cmd
}

// preview shows the lines of usage that was read before, unless they are shown already.
func (u *usage) preview(name string, read billing.Usage) tea.Cmd {
	if u.shown == name {
		return nil
	}
	u.shown = name
	u.rows.fill(nil)
	return func() tea.Msg { return previewMsg{newPreview(name, read.Lines)} }
}

// list shows the lines of a usage.
func (u *usage) list(p preview) tea.Cmd {
	u.shown, u.widths = p.source, p.widths
	return u.rows.fill(p.rows)
}

// choose works on a source.
func (u *usage) choose(at int) tea.Cmd {
	u.desk.source, u.state.at = at, at
	u.failed, u.matches, u.added, u.size, u.altered = nil, nil, "", "", false
	u.form, u.rules = newSettingsForm(u.desk.ctx, "Read the usage"), newSettingsForm(u.desk.ctx, "Done")
	u.kept = map[string]string{}
	u.open(pageForm)
	return tea.Batch(u.desk.note(noteSource, u.state.current().Name), u.show())
}

// read reads the usage in a command.
func (u *usage) read() tea.Cmd {
	if u.reading {
		return nil
	}
	cmd := u.desk.readUsage(u.work)
	if u.reading = cmd != nil; !u.reading {
		return nil
	}
	round := u.round
	return func() tea.Msg {
		msg, ok := cmd().(usageReadMsg)
		if ok {
			msg.round = round
		}
		return msg
	}
}

func (u *usage) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.KeyPressMsg, tea.PasteMsg:
		return u.key(msg)
	case usageReadMsg:
		return u.taken(msg)
	case previewMsg:
		if current := u.state.current(); current != nil && current.Name == msg.source {
			return u.list(msg.preview)
		}
		return nil
	case secretMsg:
		return u.secret(msg)
	}
	cmds := []tea.Cmd{u.sources.update(msg), u.rows.update(msg), u.form.update(msg), u.rules.update(msg), u.columns.update(msg)}
	if u.blank != nil {
		cmds = append(cmds, u.blank.update(msg))
	}
	return tea.Batch(cmds...)
}

// taken takes what was read: the usage to the desk, and new services and customers into the set-up.
func (u *usage) taken(msg usageReadMsg) tea.Cmd {
	u.state.document, u.state.kinds, u.state.at = u.desk.document, u.desk.profile.Kinds, u.desk.source
	current := u.state.current()
	if current == nil || current.Name != msg.source || msg.round != 0 && msg.round != u.round {
		return nil
	}
	u.reading = u.reading && msg.round == 0 // another step's reading does not end this one's
	if errors.Is(msg.err, context.Canceled) {
		return nil
	}
	if kind, ok := u.state.kind(); ok {
		takePaths(kind, current, msg.asked, msg.options)
	}
	if u.failed = msg.err; msg.err != nil {
		delete(u.desk.usage, current.Name)
		return u.refused(msg)
	}
	u.desk.usage[current.Name] = msg.usage
	u.matches, u.altered = nil, false
	services, customers := u.state.take(msg.usage)
	u.added = ""
	var added []string
	if services > 0 {
		added = append(added, report.Counted(services, "service", "services"))
	}
	if customers > 0 {
		added = append(added, report.Counted(customers, "customer", "customers"))
	}
	if len(added) > 0 {
		u.added = "new: " + strings.Join(added, ", ")
	}
	u.takeSize(msg.usage)
	u.open(pageRows)
	return tea.Batch(u.list(msg.preview), u.desk.save())
}

func (u *usage) takeSize(read billing.Usage) {
	lines, customers, services := sizeOf(read)
	u.size = report.Counted(lines, "line", "lines") + ", " + report.Counted(customers, "customer", "customers") + ", " + report.Counted(services, "service", "services")
}

// refused shows why the usage could not be read; where needed columns are missing, the file's own are offered.
func (u *usage) refused(msg usageReadMsg) tea.Cmd {
	u.matches = nil
	u.open(pageProblems)
	if len(msg.headers) > 0 {
		u.matches = u.state.matchColumns(msg.headers)
		u.columns = newSettingsForm(u.desk.ctx, "Use these columns")
		if u.state.columnsMissing(msg.headers) {
			u.open(pageColumns)
		}
	}
	return u.desk.save()
}

// takePaths takes over the whole path that a typed one means, unless another was typed since.
func takePaths(kind source.Kind, current *billing.Source, asked, read source.Options) {
	for _, field := range kind.Fields {
		typed, whole := asked.Text(field.Name, ""), read.Text(field.Name, "")
		if field.Type == source.TypePath && typed != whole && source.Options(current.Options).Text(field.Name, "") == typed {
			current.Options[field.Name] = whole
		}
	}
}

func (u *usage) status() string {
	current := u.state.current()
	switch {
	case u.reading:
		return "reading " + theme.Ellipsis + " esc stops it"
	case u.asking > 0:
		return "looking for secrets " + theme.Ellipsis + " esc stops it"
	case u.page == pageNew || u.page == pageSources || current == nil:
		return ""
	case u.failed != nil:
		problems, more := usageProblems(u.failed)
		return report.Counted(len(problems)+more, "problem", "problems") + ": nothing of this source is billed until it can be read whole"
	}
	read, ok := u.desk.usage[current.Name]
	if !ok {
		return u.state.missing()
	}
	text := u.size + "  ·  " + howOld(u.desk.now().Sub(read.AsOf))
	if u.added != "" {
		text += "  ·  " + u.added
	}
	return text
}

func (u *usage) mark() mark {
	current := u.desk.current()
	if current == nil {
		return markTodo
	}
	if u.failed != nil {
		return markAttention
	}
	_, read := u.desk.usage[current.Name]
	return markOf(read || !u.altered && u.desk.sourceStored())
}

func (u *usage) typing() bool {
	switch u.page {
	case pageSources:
		return u.sources.typing
	case pageNew:
		return u.blank.typing()
	case pageForm:
		return u.form.typing()
	case pageRules:
		return u.rules.typing()
	case pageRows:
		return u.rows.typing
	case pageColumns:
		return u.columns.typing()
	}
	return false
}

// halt stops what is under way. What comes of it is dropped.
func (u *usage) halt() {
	u.stop()
	u.work, u.stop = context.WithCancel(u.desk.ctx)
	u.round++
	u.reading, u.asking = false, 0
	for name := range u.storing {
		u.form.refuse(name, "", errors.New("stopped before it was known to be stored; paste it again"))
	}
	clear(u.storing)
}

// back takes one level of esc.
func (u *usage) back() bool {
	several := len(u.desk.document.Sources) > 1
	switch {
	case u.reading || u.asking > 0:
		u.halt()
	case u.page == pageNew && u.blank.back(), u.page == pageForm && u.form.back(), u.page == pageRules && u.rules.back(), u.page == pageColumns && u.columns.back():
	case u.page == pageRows && u.rows.back(), u.page == pageSources && u.sources.back():
	case u.page == pageNew && len(u.desk.document.Sources) > 0:
		u.open(pageSources)
	case u.page == pageColumns && u.failed != nil:
		u.open(pageProblems)
	case u.page == pageProblems:
		u.open(pageForm)
	case u.page == pageRules:
		u.open(u.from)
	case u.page == pageForm && u.failed == nil && u.size != "":
		u.open(pageRows)
	case several && u.page != pageSources && u.page != pageNew:
		u.open(pageSources)
	default:
		return false
	}
	return true
}

func (u *usage) keys() []key.Binding {
	switch {
	case u.reading:
		return []key.Binding{bind("esc", "stop")}
	case u.asking > 0:
		return append(u.ownKeys(), bind("esc", "stop"))
	}
	return u.ownKeys()
}

// ownKeys are the keys of the page.
func (u *usage) ownKeys() []key.Binding {
	switch u.page {
	case pageSources:
		return append([]key.Binding{bind("enter", "choose"), bind("n", "new source")}, u.sources.keys()...)
	case pageNew:
		return u.blank.keys(u.state.blank(u.drafted["name"], u.drafted["kind"]))
	case pageForm:
		list := u.state.settings(u.kept)
		keys := u.form.keys(list)
		if !u.form.takesText(list) {
			keys = append(keys, bind("r", "read"), bind("w", "billing"), bind("s", "sources"))
		}
		return keys
	case pageRows:
		return append([]key.Binding{bind("enter", "go on"), bind("e", "change"), bind("w", "billing"), bind("r", "read again"), bind("s", "sources")}, u.rows.keys()...)
	case pageRules:
		return u.rules.keys(u.state.rules())
	case pageProblems:
		keys := []key.Binding{bind("enter", "change"), bind("r", "read again")}
		if u.matches != nil {
			keys = append(keys, bind("c", "columns"))
		}
		return append(keys, bind("↑↓", "move"))
	}
	return u.columns.keys(u.matches.settings())
}
