package ui

import (
	"context"
	"slices"
	"strings"
	"time"

	"cwsync/syncer/billing"
	"cwsync/syncer/setup"
	"cwsync/ui/report"
	"cwsync/ui/theme"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// defaultProfile is the profile of a machine that has none yet.
const defaultProfile = "default"

// root is what the program runs: it chooses and opens a profile, and hands all else to the frame of its steps.
type root struct {
	ctx     context.Context //nolint:containedctx // the program's one context
	options Options
	theme   theme.Theme
	width   int
	height  int

	before  string    // profile that was left for another one: the list is shown even where it has no other
	chooser *profiles // nil while there is nothing to choose
	opening string    // profile that is being opened; empty for none
	round   int       // counts openings, so that one that was left is dropped
	stop    context.CancelFunc
	failed  error // why profiles could not be listed, or one not be opened
	help    bool
	leaving time.Time // of the first ctrl+c
	app     *app      // once a profile is open
}

// Messages of the start.
type (
	listedMsg struct {
		names []string
		err   error
	}
	openedMsg struct {
		round  int
		app    *app
		tested string
		err    error
	}
)

func newRoot(ctx context.Context, options Options) *root {
	r := &root{ctx: ctx, options: options, theme: theme.Dark(), stop: func() {}}
	if options.NoColor || slices.ContainsFunc(options.Environ, func(entry string) bool {
		value, found := strings.CutPrefix(entry, "NO_COLOR=")
		return found && value != ""
	}) {
		r.theme = theme.None()
	}
	return r
}

// Init opens the profile that was named, or looks which there are.
func (r *root) Init() tea.Cmd {
	return tea.Batch(tea.RequestBackgroundColor, r.begin())
}

func (r *root) begin() tea.Cmd {
	r.failed = nil
	if r.options.Profile != "" {
		return r.open(r.options.Profile)
	}
	ctx, office := r.ctx, r.options.Office
	return func() tea.Msg {
		names, err := office.Profiles(ctx)
		return listedMsg{names, err}
	}
}

// Update routes a message: to the steps once a profile is open.
func (r *root) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if r.app != nil {
		_, cmd := r.app.Update(msg)
		return r, cmd
	}
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		r.width, r.height = msg.Width, msg.Height
	case tea.BackgroundColorMsg:
		if r.theme.Coloured() && !msg.IsDark() {
			r.theme = theme.Light()
		}
	case tea.KeyPressMsg:
		return r, r.key(msg)
	case tea.PasteMsg:
		if r.chooser != nil && r.opening == "" && !r.help && !r.small() {
			r.chooser.key(msg)
		}
	case listedMsg:
		return r, r.listed(msg)
	case profileMsg:
		if r.chooser != nil {
			r.chooser.about[msg.name] = msg
		}
	case openedMsg:
		return r, r.opened(msg)
	}
	return r, nil
}

// listed goes straight on where there is nothing to choose.
func (r *root) listed(msg listedMsg) tea.Cmd {
	switch {
	case msg.err != nil:
		r.failed = msg.err
		return nil
	case len(msg.names) == 0:
		return r.open(defaultProfile)
	case len(msg.names) == 1 && r.before == "":
		return r.open(msg.names[0])
	}
	r.chooser = newProfiles(msg.names, r.options.Now)
	r.chooser.at = max(slices.Index(msg.names, r.before), 0)
	cmds := make([]tea.Cmd, len(msg.names))
	for i, name := range msg.names {
		cmds[i] = r.chooser.look(r.ctx, r.options.Office, name)
	}
	return tea.Sequence(cmds...)
}

// open opens a profile aside: its store and its keyring may take their time.
func (r *root) open(name string) tea.Cmd {
	r.stop()
	ctx, stop := context.WithCancel(r.ctx)
	r.opening, r.failed, r.stop = name, nil, stop
	r.round++
	round, options := r.round, r.options
	return func() tea.Msg {
		opened, tested, err := openProfile(ctx, r.ctx, options, name)
		return openedMsg{round, opened, tested, err}
	}
}

// openProfile reads a profile and finds the place where it was left. ctx bounds the opening alone, lasting what comes after it.
func openProfile(ctx, lasting context.Context, options Options, name string) (opened *app, tested string, err error) {
	profile, err := options.Office.Open(ctx, name)
	if err != nil {
		return nil, "", err
	}
	document, ok, err := profile.Setups.LoadSetup(ctx)
	if err != nil {
		return nil, "", err
	}
	if !ok {
		document = setup.New()
	}
	d := &desk{ctx: lasting, office: options.Office, profile: profile, now: options.Now, document: document,
		usage: map[string]billing.Usage{}, read: map[string]bool{}, saver: &saver{}}
	opened = newApp(d)
	if err := opened.resume(ctx); err != nil {
		return nil, "", err
	}
	if tested, _, err = profile.Notes.Setting(ctx, noteTested); err != nil {
		return nil, "", err
	}
	if connectable(document.Connection) {
		d.site, err = profile.Dial(ctx, document)
	}
	if d.site == nil && opened.here != placeConnect {
		// Nothing beyond the first step works without a connection; it says itself what is missing.
		opened.here = placeConnect
		if err != nil {
			text, _ := explain(err)
			opened.notice = noticeMsg{text: text, bad: true}
		}
	}
	if d.site != nil && opened.hasStart() {
		opened.put(pageStart)
	}
	return opened, tested, ctx.Err()
}

// connectable reports whether a connection has all that it needs besides the keys.
func connectable(c setup.Connection) bool {
	return c.Site != "" && setup.SiteProblem(c.Site) == "" && setup.CompanyProblem(c.Company) == "" && setup.ClientIDProblem(c.ClientID) == ""
}

// opened shows the steps of the profile.
func (r *root) opened(msg openedMsg) tea.Cmd {
	if msg.round != r.round || r.opening == "" {
		return nil
	}
	r.opening = ""
	r.stop()
	if msg.err != nil {
		r.failed = msg.err
		return nil
	}
	r.app = msg.app
	r.app.desk.theme = r.theme
	r.app.width, r.app.height = r.width, r.height
	r.app.leaving = r.leaving // the second ctrl+c may come only now
	r.app.broadcast(testedBeforeMsg{msg.tested})
	return r.app.Init()
}

func (r *root) small() bool { return r.width < minWidth || r.height < minHeight }

func (r *root) key(msg tea.KeyPressMsg) tea.Cmd {
	name := msg.String()
	if name == "ctrl+c" {
		if now := r.options.Now(); r.leaving.IsZero() || now.Sub(r.leaving) > leaveWithin {
			r.leaving = now
			return nil
		}
		return tea.Quit
	}
	r.leaving = time.Time{}
	choosing := r.chooser != nil && r.opening == "" && r.failed == nil
	typing := choosing && r.chooser.form != nil && !r.small()
	switch {
	case r.help && !r.small():
		r.help = false
	case name == "q" && !typing:
		return tea.Quit
	case r.small():
	case name == "?" && !typing:
		r.help = true
	case name == "esc":
		r.back()
	case r.failed != nil && (name == "r" || name == "enter"):
		if r.chooser != nil {
			r.failed = nil
			return nil
		}
		return r.begin()
	case choosing:
		if chosen := r.chooser.key(msg); chosen != "" {
			return r.open(chosen)
		}
	}
	return nil
}

// back leaves what is open for the list of profiles, where there is one.
func (r *root) back() {
	switch {
	case r.chooser == nil:
	case r.opening != "":
		r.stop()
		r.opening = ""
	case r.failed != nil:
		r.failed = nil
	default:
		r.chooser.back()
	}
}

// View draws the start, or the steps.
func (r *root) View() tea.View {
	if r.app != nil {
		return r.app.View()
	}
	view := tea.NewView(r.content())
	view.AltScreen = true
	view.WindowTitle = "cwsync"
	return view
}

func (r *root) content() string {
	switch {
	case r.width == 0:
		return ""
	case r.small():
		return tooSmall(r.width, r.height)
	}
	t, height := r.theme, r.height-frameLines
	title, body, status := "", "", ""
	switch keys := r.keys(); {
	case r.help:
		body = helpView(t, keys, 0, r.width, height)
	case r.failed != nil:
		text, hint := explain(r.failed)
		lines := append([]string{""}, paragraph(t, theme.Wrong, theme.SignWrong+" ", text, r.width)...)
		if hint != "" {
			lines = append(append(lines, ""), paragraph(t, theme.Normal, "", hint, r.width)...)
		}
		body = strings.Join(lines, "\n")
	case r.opening != "":
		title, status = r.opening, "opening the profile "+theme.Ellipsis
	case r.chooser != nil:
		title, body = "Profiles", r.chooser.view(t, r.width, height)
	}
	if !r.leaving.IsZero() {
		status = "press ctrl+c again to leave"
	}
	fitted := func(text string) string { return ansi.Truncate(report.Plain(text), r.width-12, theme.Ellipsis) }
	return strings.Join([]string{
		" " + t.Paint(theme.Accent, "cwsync") + "  " + fitted(title), rule(t, r.width), fit(body, r.width, height), rule(t, r.width),
		"  " + t.Paint(theme.Accent, fitted(status)), r.footer(),
	}, "\n")
}

func (r *root) keys() []key.Binding {
	switch {
	case r.failed != nil && r.chooser != nil:
		return []key.Binding{bind("enter", "back to the profiles"), bind("q", "leave")}
	case r.failed != nil:
		return []key.Binding{bind("r", "try again"), bind("q", "leave")}
	case r.opening != "" && r.chooser != nil:
		return []key.Binding{bind("esc", "back"), bind("q", "leave")}
	case r.chooser == nil:
		return []key.Binding{bind("q", "leave")}
	}
	return r.chooser.keys()
}

// footer is that of a screen that is before the first step: there is nothing to go back to.
func (r *root) footer() string {
	var parts []string
	for _, binding := range r.keys() {
		parts = append(parts, r.theme.Paint(theme.Accent, binding.Help().Key)+" "+r.theme.Paint(theme.Dim, binding.Help().Desc))
	}
	return ansi.Truncate(" "+strings.Join(parts, "   "), r.width, theme.Ellipsis)
}
