package ui

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"cwsync/syncer"
	"cwsync/syncer/billing"
	"cwsync/syncer/setup"
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
	read      map[string]bool // which of the lists above were read: companies, products

	draft *syncer.Draft // usage and ConnectWise as Review read them; nil when they are to be read again
	plan  *planPage     // what a person confirmed and Sync is to write; nil when there is nothing
	only  []string      // ids of the customers that Review is narrowed to; nil: all

	writing bool // a sync goes on
	runs    runs

	saver *saver
}

// saver writes the set-up in the order in which it was changed; of several waiting versions only the newest is written.
type saver struct {
	lock   sync.Mutex // held while one is written
	newest atomic.Int64
}

// savedMsg says that the set-up is stored, or why not.
type savedMsg struct{ err error }

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
	return func() tea.Msg {
		if err := d.profile.Notes.SetSetting(context.WithoutCancel(d.ctx), name, value); err != nil {
			return noticeMsg{text: "the place could not be remembered: " + err.Error(), bad: true}
		}
		return nil
	}
}
