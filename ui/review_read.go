package ui

import (
	"context"
	"errors"
	"strings"

	"cwsync/syncer"
	"cwsync/syncer/plan"
	"cwsync/syncer/setup"
	"cwsync/ui/report"

	tea "charm.land/bubbletea/v2"
)

// Messages of what the step Review does in the background; turn says which reading or plan they belong to.
type (
	readingMsg struct {
		turn int
		shot snapshot
	}
	draftMsg struct {
		turn  int
		site  *Site
		draft *syncer.Draft
		page  *planPage
		kept  decisions
		err   error
	}
	planMsg struct {
		turn int
		page *planPage
	}
	planSavedMsg struct {
		path string
		err  error
	}
)

// errNotConnected says that the wizard has no ConnectWise to talk to.
var errNotConnected = errors.New("there is no connection to ConnectWise yet: make one in the step Connect")

// engineFor is the site's engine for the set-up as it is now, which the engine then has for itself.
func engineFor(site *Site, document *setup.Document, observe func(syncer.Event)) (*syncer.Engine, error) {
	if site == nil || site.Engine == nil {
		return nil, errNotConnected
	}
	engine := *site.Engine
	engine.Setup, engine.Observe = document, observe
	return &engine, nil
}

// read reads usage and ConnectWise in the background.
func (r *reviewStep) read() tea.Cmd {
	r.stop()
	ctx, cancel := context.WithCancel(r.desk.ctx)
	r.reading = &reading{cancel: cancel, feed: newFeed(r.desk.now)}
	r.problem, r.planning, r.written = nil, false, false
	r.desk.draft = nil
	r.digest = r.desk.document.Digest()
	turn, feed, document, site, dial := r.turn, r.reading.feed, r.desk.document.Clone(), r.desk.site, r.desk.profile.Dial
	decided := r.state.decided.copied()
	only := r.desk.only
	return tea.Batch(r.news(), func() tea.Msg {
		defer cancel()
		defer feed.end()
		msg := draftMsg{turn: turn, site: site}
		if msg.site == nil {
			if msg.site, msg.err = dial(ctx, document); msg.err != nil {
				return msg
			}
		}
		engine, err := engineFor(msg.site, document, feed.observe)
		if err == nil {
			msg.draft, err = engine.Prepare(ctx, syncer.Request{Customers: only})
		}
		if msg.err = err; err == nil {
			var made *plan.Plan
			msg.kept, made = decided.settle(msg.draft)
			msg.page = newPlanPage(made)
		}
		return msg
	})
}

// news asks for the next news of the reading.
func (r *reviewStep) news() tea.Cmd {
	turn := r.turn
	return r.reading.feed.next(func(shot snapshot) tea.Msg { return readingMsg{turn, shot} })
}

// stop gives up the reading that goes on; what still comes of it is dropped.
func (r *reviewStep) stop() {
	r.turn++
	if r.reading != nil {
		r.reading.cancel()
		r.reading = nil
		r.problem = &syncer.Problem{Message: "the reading was stopped", Hint: "r reads again; nothing was written"}
	}
}

// drafted takes what was read.
func (r *reviewStep) drafted(msg draftMsg) tea.Cmd {
	if msg.turn != r.turn {
		return nil
	}
	r.reading = nil
	if r.desk.site == nil {
		r.desk.site = msg.site
	}
	if msg.err != nil {
		r.problem = &syncer.StopOf(msg.err).Problem
		return nil
	}
	r.desk.draft = msg.draft
	gone := r.state.decided.count() - msg.kept.count()
	r.state.decided = msg.kept
	r.state.show(msg.page)
	return tea.Batch(r.keep(), dropped(gone))
}

// widen takes in all customers again.
func (r *reviewStep) widen() tea.Cmd {
	if r.desk.writing {
		return send(noticeMsg{text: "a sync is going on: read again when it has ended"})
	}
	r.desk.only = nil
	return r.read()
}

// again reads again. What was decided about lines that are not as they were counts no more.
func (r *reviewStep) again() tea.Cmd {
	if r.desk.writing {
		return send(noticeMsg{text: "a sync is going on: read again when it has ended"})
	}
	return r.read()
}

// replan makes the plan anew from what was read, with what a person decided since.
func (r *reviewStep) replan() tea.Cmd {
	draft := r.desk.draft
	if draft == nil {
		return nil
	}
	r.turn++
	r.planning = true
	turn := r.turn
	accept, leftOut := r.state.decided.entries()
	return tea.Batch(r.keep(), func() tea.Msg { return planMsg{turn, newPlanPage(draft.Plan(accept, leftOut))} })
}

// save writes the plan to a file. It is made anew for that: each file has a plan of its own.
func (r *reviewStep) save(path string) tea.Cmd {
	path = strings.TrimSpace(path)
	draft, save := r.desk.draft, r.desk.profile.SavePlan
	if path == "" || draft == nil {
		return send(noticeMsg{text: "the plan was not saved: the file has no name", bad: true})
	}
	if r.saving != nil {
		return send(noticeMsg{text: "a plan is being saved: wait for its end, or stop it with esc"})
	}
	ctx, cancel := context.WithCancel(r.desk.ctx)
	r.saving = cancel
	accept, leftOut := r.state.decided.entries()
	return func() tea.Msg {
		defer cancel()
		made := draft.Plan(accept, leftOut)
		return planSavedMsg{path, save(ctx, made, path)}
	}
}

func (r *reviewStep) saved(msg planSavedMsg) tea.Cmd {
	r.saving = nil
	if errors.Is(msg.err, context.Canceled) {
		return send(noticeMsg{text: "the plan was not saved: you stopped it"})
	}
	if msg.err != nil {
		return send(noticeMsg{text: "the plan was not saved: " + msg.err.Error(), bad: true})
	}
	if r.desk.profile.Demo {
		return send(noticeMsg{text: "saved as " + msg.path + ", to be looked at: the demo that could apply it is gone when you leave"})
	}
	return send(noticeMsg{text: "saved: " + r.desk.command("apply "+report.Quoted(msg.path))})
}
