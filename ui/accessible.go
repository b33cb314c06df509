package ui

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"cwsync/ui/report"
	"cwsync/ui/theme"
)

// errLeave ends accessible mode: the person left, or there is no more input. Everything is saved.
var errLeave = errors.New("left")

// prompts is accessible mode: the same steps as lines of text with numbers to choose by. It redraws nothing and turns nothing; it reads a line,
// does what it says with the step's own state and commands, and prints what came of it.
type prompts struct {
	ctx context.Context //nolint:containedctx // the program's one context
	in  *lineReader
	out io.Writer
	now func() time.Time
	app *app

	before string // profile that was left for another one; empty: none was

	steps []plainStep
	pages []plainStep // of the app's pages, in their order
	at    step        // that was announced last

	done chan doneMsg  // of commands under way
	over chan struct{} // closed when nobody takes what they give any more
	busy int           // how many are
}

// plainStep is a step as lines of text.
type plainStep interface {
	// heard prints what is new after a message of the step's own commands.
	heard()
	// ask shows what there is, asks once, and does what was answered.
	ask() error
}

// RunAccessible asks line by line for what Run asks on a full screen, through a pipe too, until the person leaves or the input ends; nil then.
// Its errors are those of Run.
func RunAccessible(ctx context.Context, options Options) error {
	in, before := newLineReader(options.Input), ""
	for {
		p := &prompts{in: in, out: options.Output, now: options.Now, before: before, done: make(chan doneMsg), over: make(chan struct{})}
		err := p.runAll(ctx, options)
		if !errors.Is(err, errOther) {
			return err
		}
		before, options.Profile = p.app.desk.profile.Name, ""
	}
}

// runAll asks for one profile, and stores what was done in the end.
func (p *prompts) runAll(ctx context.Context, options Options) error {
	inner, cancel := context.WithCancel(ctx)
	defer cancel()
	defer close(p.over)
	p.ctx = inner
	err := p.run(options)
	cancel()
	if p.app != nil {
		r := root{app: p.app}
		if closeErr := r.close(); closeErr != nil {
			return closeErr
		}
	}
	switch {
	case ctx.Err() != nil:
		p.conclude()
		return endOf(ctx, nil)
	case errors.Is(err, errLeave):
		p.say("Everything is saved; cwsync goes on where it was.")
		return nil
	}
	return err
}

func (p *prompts) run(options Options) error {
	if p.before == "" {
		p.say("cwsync, the guided wizard, line by line. At every question: ? for help, b for back, q to leave. Everything is saved as it is done.")
	}
	name, err := p.profile(options)
	if err != nil {
		return err
	}
	opened, tested, err := openProfile(p.ctx, p.ctx, options, name)
	if err != nil {
		return err
	}
	p.app = opened
	p.app.desk.theme = theme.None()
	p.app.broadcast(testedBeforeMsg{tested})
	p.say("Profile %s.", report.Plain(name))
	p.notice()
	p.steps = p.plainSteps()
	for _, page := range p.app.pages {
		p.pages = append(p.pages, page.lines(p, page.screen))
	}
	if err := p.do(p.app.current().enter()); err != nil {
		return err
	}
	for {
		if err := p.current().ask(); err != nil {
			return err
		}
		if err := p.settle(); err != nil {
			return err
		}
	}
}

// conclude says what became of a sync that was stopped together with the program.
func (p *prompts) conclude() {
	if p.steps == nil {
		return
	}
	s, ok := p.steps[placeSync].(*plainSync)
	switch {
	case !ok || s.turn == 0 || s.summary:
	case s.step.run != nil:
		s.say(s.step.ending(theme.None(), plainWidth))
	case s.step.stop != nil:
		p.say("%s.", report.Plain(s.step.stop.Problem.Message))
	}
}

// current is the page or the step that is asked about.
func (p *prompts) current() plainStep {
	if over := p.app.over; len(over) > 0 {
		return p.pages[over[len(over)-1]]
	}
	return p.steps[p.app.here]
}

// arrived says which step or page this is when it is another one than before.
func (p *prompts) arrived() {
	if p.at == p.app.current() {
		return
	}
	p.at = p.app.current()
	p.say("")
	if p.app.onPage() != nil {
		p.say("Page: %s", p.at.name())
		return
	}
	p.say("Step %d of %d: %s", p.app.here+1, len(p.app.steps), p.at.name())
}

// plainSteps are the steps of the app, as lines of text.
func (p *prompts) plainSteps() []plainStep {
	of := p.app.steps
	return []plainStep{
		&plainConnect{p: p, step: of[placeConnect].(*connect)}, &plainTest{p: p, step: of[placeTest].(*testStep)}, newPlainUsage(p, of[placeUsage]),
		newPlainProducts(p, of[placeProducts]), newPlainCustomers(p, of[placeCustomers]), newPlainReview(p, of[placeReview].(*reviewStep)),
		&plainSync{p: p, step: of[placeSync].(*syncStep)},
	}
}

// profile is the one that was named, the only one, or the one that the person chooses.
func (p *prompts) profile(options Options) (string, error) {
	if options.Profile != "" {
		return options.Profile, nil
	}
	names, err := options.Office.Profiles(p.ctx)
	switch {
	case err != nil:
		return "", err
	case len(names) == 0:
		return defaultProfile, nil
	case len(names) == 1 && p.before == "":
		return names[0], nil
	}
	chooser := newProfiles(names, options.Now)
	p.say("Profiles:")
	for i, name := range names {
		p.say("%d. %s", i+1, report.Plain(name))
	}
	p.say("n. a new profile")
	for {
		answer, err := p.line("Which profile?")
		if err != nil {
			return "", err
		}
		if at, ok := picked(answer, len(names)); ok {
			return names[at], nil
		}
		if answer != "n" {
			p.say("Type a number from 1 to %d, or n.", len(names))
			continue
		}
		name, err := p.line("Name of the new profile:")
		if err != nil {
			return "", err
		}
		problem := chooser.nameProblem(name)
		if problem == "" {
			return name, nil
		}
		p.say("Not taken: %s.", problem)
	}
}

// say prints a line. What came from outside must have been made harmless.
func (p *prompts) say(format string, args ...any) { fmt.Fprintf(p.out, format+"\n", args...) }

// notice prints what a step put into the status line of the full screen.
func (p *prompts) notice() {
	if notice := p.app.notice; notice.text != "" {
		lead := ""
		if notice.bad {
			lead = "Attention: "
		}
		p.say("%s", lead+report.Plain(notice.text))
	}
	p.app.notice = noticeMsg{}
}

// picked reads a number from 1 to count as a place from 0.
func picked(text string, count int) (at int, ok bool) {
	n, err := strconv.Atoi(text)
	return n - 1, err == nil && n >= 1 && n <= count
}
