package main

import (
	"context"
	"io"
	"log/slog"
	"sync/atomic"

	"cwsync/syncer"
)

// logs are where this invocation logs to.
type logs struct {
	level   slog.Level
	form    string       // text or json
	console slog.Handler // standard error
	file    *logFile     // nil before a store is open, and in the demo
	run     atomic.Pointer[string]
}

func (l *logs) handler(to io.Writer, level slog.Level) slog.Handler {
	options := &slog.HandlerOptions{Level: level}
	if l.form == "json" {
		return slog.NewJSONHandler(to, options)
	}
	return slog.NewTextHandler(to, options)
}

// logger logs to standard error, and to the file once it is known.
func (l *logs) logger() *slog.Logger {
	handlers := []slog.Handler{l.console}
	if l.file != nil {
		handlers = append(handlers, l.handler(l.file, min(l.level, slog.LevelInfo)))
	}
	return slog.New(fanHandler{handlers, &l.run})
}

// record logs to the file alone: what standard error says in its own way.
func (l *logs) record() *slog.Logger {
	if l.file == nil {
		return slog.New(slog.DiscardHandler)
	}
	return slog.New(fanHandler{[]slog.Handler{l.handler(l.file, min(l.level, slog.LevelInfo))}, &l.run})
}

// startLogFile lets the log go to the file beside the database too. The demo leaves nothing behind.
func (a *app) startLogFile(database string) {
	if a.demo || a.logs.file != nil {
		return
	}
	console := slog.New(a.logs.console)
	file := &logFile{path: LogPath(database), most: logBytes, keep: logFiles}
	file.broken = func(err error) {
		console.Warn("the log file cannot be written, and is left alone for the rest of this command", "file", file.path, "error", err.Error())
	}
	a.logs.file = file
	a.closers = append(a.closers, file.Close)
	a.log = a.logs.logger()
}

// quietConsole keeps the log from standard error, where a full screen is; the file goes on.
func (a *app) quietConsole() {
	a.logs.console = slog.DiscardHandler
	a.log = a.logs.logger()
}

// notedJournal writes into the log file when a run begins and ends, and what of it went wrong.
type notedJournal struct {
	syncer.Journal
	logs  *logs
	after func() // when a run has ended
}

// Begin implements syncer.Journal.
func (n notedJournal) Begin(ctx context.Context, run *syncer.Run) error {
	n.logs.record().Info("run began", "profile", run.Plan.Profile, "plan", run.Plan.ID, "changes", len(run.Plan.Changes))
	return n.Journal.Begin(ctx, run)
}

// Finish implements syncer.Journal.
func (n notedJournal) Finish(ctx context.Context, run *syncer.Run, ownership syncer.OwnershipChange) error {
	record, counts := n.logs.record(), run.Counts()
	for i := range run.Outcomes {
		if problem := run.Outcomes[i].Problem; problem != nil {
			record.Warn("line "+string(run.Outcomes[i].Status), "key", run.Plan.Changes[i].Key.String(), "code", problem.Code, "why", problem.Message)
		}
	}
	if run.Problem != nil {
		record.Error("run stopped", "code", run.Problem.Code, "why", run.Problem.Message, "hint", run.Problem.Hint)
	}
	record.Info("run ended", "exit", run.ExitCode, "took", run.Duration.String(), "applied", counts.Applied, "failed", counts.Failed,
		"unknown", counts.Unknown, "held", counts.Held, "unchanged", counts.Unchanged, "skipped", counts.Skipped)
	err := n.Journal.Finish(ctx, run, ownership)
	if err != nil {
		record.Error("the end of the run could not be stored", "error", err.Error())
	}
	n.after()
	return err
}
