package ui

import (
	"context"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"cwsync/syncer"
	"cwsync/syncer/billing"
	"cwsync/syncer/setup"
	"cwsync/ui/report"
	"cwsync/ui/theme"

	tea "charm.land/bubbletea/v2"
)

// desk is what all steps share: the profile, its set-up as it is edited, and what was read so far. Only Update touches it.
type desk struct {
	ctx     context.Context //nolint:containedctx // the program's one context, from which commands derive theirs
	office  Office
	profile *Profile
	theme   theme.Theme
	now     func() time.Time

	document *setup.Document
	site     *Site // nil until the connection was made
	source   int   // the source that is being worked on

	usage     map[string]billing.Usage // by source, as last read
	companies []billing.Company
	products  []billing.Product
	currency  string          // ISO code that all agreements read last are billed in; empty: several, or not known
	read      map[string]bool // which of the lists above were read: companies, products

	draft *syncer.Draft // usage and ConnectWise as Review read them; nil when they are to be read again
	plan  *planPage     // what a person confirmed and Sync is to write; nil when there is nothing
	only  []string      // ids of the customers that Review is narrowed to; nil: all

	writing bool  // a sync goes on
	ran     bool  // there was a run, now or earlier
	left    place // the step that was on the screen last
	hasLeft bool  // there is one
	runs    runs

	saver *saver
	notes noter
}

// noter stores notes, each in the order in which it was changed.
type noter struct {
	writing sync.Mutex // held while one is written
	lock    sync.Mutex // of what waits
	waiting map[string]string
}

// put has a note wait to be written.
func (n *noter) put(name, value string) {
	n.lock.Lock()
	defer n.lock.Unlock()
	if n.waiting == nil {
		n.waiting = map[string]string{}
	}
	n.waiting[name] = value
}

// write stores the newest value of a note that waits; whoever comes after it has nothing to do.
func (n *noter) write(ctx context.Context, to Notes, name string) error {
	n.writing.Lock()
	defer n.writing.Unlock()
	n.lock.Lock()
	value, waits := n.waiting[name]
	delete(n.waiting, name)
	n.lock.Unlock()
	if !waits {
		return nil
	}
	return to.SetSetting(ctx, name, value)
}

// names are the notes that wait, sorted.
func (n *noter) names() []string {
	n.lock.Lock()
	defer n.lock.Unlock()
	return slices.Sorted(maps.Keys(n.waiting))
}

// saver writes the set-up in the order in which it was changed; of several waiting versions only the newest is written.
type saver struct {
	lock   sync.Mutex // held while one is written
	newest atomic.Int64
}

// savedMsg says that the set-up is stored, or why not.
type savedMsg struct{ err error }

// command is a command line of cwsync for this profile.
func (d *desk) command(words string) string {
	if d.profile.Name == defaultProfile {
		return "cwsync " + words
	}
	return "cwsync " + words + " --profile " + report.Quoted(d.profile.Name)
}

// current is the source that is being worked on; nil when there is none yet.
func (d *desk) current() *billing.Source {
	if d.source < 0 || d.source >= len(d.document.Sources) {
		return nil
	}
	return &d.document.Sources[d.source]
}

// save stores the set-up as it is now.
func (d *desk) save() tea.Cmd {
	document := d.document.Clone()
	version := d.saver.newest.Add(1)
	return func() tea.Msg {
		d.saver.lock.Lock()
		defer d.saver.lock.Unlock()
		if version != d.saver.newest.Load() {
			return nil // a newer one is on its way
		}
		// What a person did is stored although they may be leaving.
		return savedMsg{d.profile.Setups.ReplaceSetup(context.WithoutCancel(d.ctx), document)}
	}
}

// note remembers a small thing between starts; that it cannot be kept is no reason to stop anybody.
func (d *desk) note(name, value string) tea.Cmd {
	d.notes.put(name, value)
	return func() tea.Msg {
		if err := d.notes.write(context.WithoutCancel(d.ctx), d.profile.Notes, name); err != nil {
			return noticeMsg{text: "the place could not be remembered: " + err.Error(), bad: true}
		}
		return nil
	}
}
