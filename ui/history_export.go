package ui

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"strings"

	"cwsync/syncer"
	"cwsync/syncer/plan"
	"cwsync/ui/report"

	tea "charm.land/bubbletea/v2"
)

// Messages of writing what is shown to a file.
type (
	pastFileMsg struct {
		turn int
		path string
		data func() ([]byte, error) // for the case that the file is to be replaced
		err  error
	}
	// replacePastMsg writes the file in place of the one that is in the way.
	replacePastMsg struct {
		path string
		data func() ([]byte, error)
	}
)

// openFile asks for the name of the file.
func (h *historyPage) openFile() tea.Cmd {
	switch {
	case h.desk.profile.WriteFile == nil:
		return send(noticeMsg{text: "this program cannot write files here", bad: true})
	case h.writing != nil:
		return send(noticeMsg{text: "a file is being written: wait for its end, or stop it with esc"})
	}
	return h.open(pastInputFile, h.fileName())
}

// fileName is offered for the file.
func (h *historyPage) fileName() string {
	name := filepath.Base(report.Plain(h.desk.profile.Name))
	switch {
	case h.why != nil:
		return name + "-line.csv"
	case h.run != nil:
		return name + "-" + filepath.Base(report.Plain(h.run.run.ID)) + ".csv"
	case h.list.search != "":
		return name + "-changes.csv"
	}
	return name + "-runs.csv"
}

// save writes the rows that filter and search let through.
func (h *historyPage) save(path string) tea.Cmd {
	path = strings.TrimSpace(path)
	if path == "" {
		return send(noticeMsg{text: "nothing was written: the file has no name", bad: true})
	}
	return h.writeFile(path, h.shown(), false)
}

// shown makes the CSV of what is on the screen, and of what one could scroll to.
func (h *historyPage) shown() func() ([]byte, error) {
	switch {
	case h.why != nil:
		past := h.why.explanation.History
		found := make([]report.Found, len(past))
		for i := range past {
			found[i] = past[i].Found
		}
		return func() ([]byte, error) { return report.FoundCSV(found) }
	case h.run != nil:
		run := h.run.shown()
		return func() ([]byte, error) { return report.RunCSV(run) }
	case h.list.search != "":
		found := h.list.found
		return func() ([]byte, error) { return report.FoundCSV(found) }
	}
	var runs []report.PastRun
	for _, item := range h.list.items {
		run := &h.list.runs[item.run]
		past := report.PastRun{RunID: run.ID, Started: run.Started, Duration: run.Ended.Sub(run.Started), ExitCode: run.ExitCode, Counts: run.Counts}
		if run.CutOff {
			past.ExitCode = -1
		}
		runs = append(runs, past)
	}
	return func() ([]byte, error) { return report.RunsCSV(runs) }
}

// shown is the run with the lines alone that filter and search let through.
func (r *pastRun) shown() *syncer.Run {
	page, part := r.state.page, &syncer.Run{Plan: &plan.Plan{}}
	for _, item := range r.state.items {
		lines := []int{item.at}
		switch item.kind {
		case itemLine:
		case itemLooseCustomer:
			lines = page.loose[item.at].lines
		default:
			continue
		}
		for _, at := range lines {
			part.Plan.Changes, part.Outcomes = append(part.Plan.Changes, page.plan.Changes[at]), append(part.Outcomes, page.outcomes[at])
		}
	}
	return part
}

// writeFile writes a file aside.
func (h *historyPage) writeFile(path string, data func() ([]byte, error), replace bool) tea.Cmd {
	ctx, cancel := context.WithCancel(h.desk.ctx)
	h.writing = cancel
	h.exports++
	turn, write := h.exports, h.desk.profile.WriteFile
	return func() tea.Msg {
		defer cancel()
		content, err := data()
		if err == nil {
			err = ctx.Err()
		}
		if err == nil {
			err = write(ctx, path, content, replace)
		}
		return pastFileMsg{turn, path, data, err}
	}
}

func (h *historyPage) filed(msg pastFileMsg) tea.Cmd {
	if msg.turn == h.exports {
		h.writing = nil
	}
	switch {
	case msg.err == nil:
		return send(noticeMsg{text: "written: " + msg.path})
	case stopped(msg.err):
		return send(noticeMsg{text: "the export was stopped; no file was written"})
	case errors.Is(msg.err, fs.ErrExist):
		return send(askMsg{title: "Replace " + msg.path + "?", yes: "replace it", then: send(replacePastMsg{msg.path, msg.data}),
			lines: []string{"A file of this name is there. No leaves it as it is."}})
	}
	text, _ := explain(msg.err)
	return send(noticeMsg{text: "not written: " + text, bad: true})
}
