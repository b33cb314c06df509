package ui

import (
	"context"
	"errors"
	"strconv"
	"time"

	"cwsync/syncer/billing"
	"cwsync/syncer/match"
	"cwsync/syncer/setup"

	tea "charm.land/bubbletea/v2"
)

// noteAgreementType is the note that remembers the agreement type of a source; the source's name follows it.
const noteAgreementType = "wizard.agreement_type."

// customersTask is something that the step Customers waits for.
type customersTask int

// The tasks. Those before taskOthers keep a person waiting.
const (
	taskUsage customersTask = iota
	taskTypes
	taskToday
	taskCompanies
	taskAgreements // of the chosen type
	taskMatch
	taskOthers // agreements of the other types, one type after the other
	taskRefine // matching again, when all agreements are known
	taskWeigh  // matching with all types, to say which is likely the one
	customersTasks
)

func (t customersTask) String() string {
	return [...]string{"usage", "agreement types", "the date", "companies", "agreements", "names", "agreements of other types", "names again", "names with all types"}[t]
}

// errUnreadable says that a source cannot be read at all.
var errUnreadable = errors.New("this program does not know how to read this source; choose another kind in Usage")

// customersReadMsg is what a task brought: the fields of the task, or why it failed.
type customersReadMsg struct {
	task customersTask
	turn int // which of the tasks that were begun it is; at least 1
	err  error

	types      []billing.AgreementType
	noted      int // id of the agreement type that was chosen in an earlier sitting; 0: none
	today      billing.Date
	companies  []billing.Company
	index      *companyIndex // of companies
	typeID     int
	agreements []billing.Agreement
	proposals  []match.Proposal
}

// begin starts reading anew; what of an older round still comes is dropped.
func (c *customersStep) begin() tea.Cmd {
	c.halt()
	c.halted, c.refined = false, false
	clear(c.failed)
	return c.proceed()
}

// halt gives up what is being read.
func (c *customersStep) halt() {
	c.stop()
	c.work, c.stop = context.WithCancel(c.desk.ctx)
	clear(c.pending)
	c.halted = true
	c.markType()
}

// waiting reports whether something is under way that a person waits for.
func (c *customersStep) waiting() bool {
	for task := range taskOthers {
		if c.pending[task] != 0 {
			return true
		}
	}
	return false
}

// proceed begins whatever can be begun now and is not known yet.
func (c *customersStep) proceed() tea.Cmd {
	if c.halted || c.desk.site == nil || c.desk.current() == nil {
		return nil
	}
	var cmds []tea.Cmd
	start := func(needed bool, task customersTask, cmd func() tea.Cmd) {
		if needed && c.pending[task] == 0 && c.failed[task] == nil {
			c.turns++
			c.pending[task] = c.turns
			cmds = append(cmds, cmd())
		}
	}
	s := c.state
	_, readUsage := c.desk.usage[s.name]
	_, readType := s.byType[s.typeID]
	chosen := s.typeID != 0
	start(!readUsage, taskUsage, c.readUsage)
	start(c.types == nil, taskTypes, c.readTypes)
	start(s.today.IsZero(), taskToday, c.readToday)
	start(!c.desk.read["companies"] || s.companies == nil, taskCompanies, c.readCompanies)
	start(chosen && !readType, taskAgreements, func() tea.Cmd { return c.readAgreements(taskAgreements, s.typeID) })
	ready := chosen && readType && c.desk.read["companies"] && s.companies != nil && !s.today.IsZero() && c.pending[taskUsage] == 0
	start(ready && !s.matched, taskMatch, func() tea.Cmd { return c.match(taskMatch) })
	// While a type is still to be chosen, the others are read so that their agreements can be counted; else so that reasons are better.
	other := c.unreadType()
	start(other != 0 && (!chosen || ready && s.matched), taskOthers, func() tea.Cmd { return c.readAgreements(taskOthers, other) })
	start(other == 0 && ready && s.matched && !c.refined, taskRefine, func() tea.Cmd { return c.match(taskRefine) })
	known := c.types != nil && other == 0 && c.desk.read["companies"] && s.companies != nil && !s.today.IsZero() && c.pending[taskUsage] == 0
	start(known && !chosen && c.named == nil, taskWeigh, func() tea.Cmd { return c.match(taskWeigh) })
	return tea.Batch(cmds...)
}

// unreadType is the id of a type whose agreements were not read yet; 0 when all were.
func (c *customersStep) unreadType() int {
	for i := range c.types {
		if _, ok := c.state.byType[c.types[i].ID]; !ok {
			return c.types[i].ID
		}
	}
	return 0
}

// take puts what a task brought where it belongs, and goes on.
func (c *customersStep) take(msg customersReadMsg) tea.Cmd {
	if c.pending[msg.task] != msg.turn {
		return nil
	}
	delete(c.pending, msg.task)
	defer c.markType()
	if msg.err != nil {
		c.failed[msg.task] = msg.err
		return c.proceed()
	}
	s := c.state
	var cmd tea.Cmd
	switch msg.task {
	case taskTypes:
		c.types = msg.types
		c.typed(msg.noted)
	case taskToday:
		s.today = msg.today
		s.judge()
	case taskCompanies:
		c.desk.companies, c.desk.read["companies"] = msg.companies, true
		s.SetCompanies(msg.index)
		cmd = c.offer()
	case taskAgreements, taskOthers:
		s.SetAgreements(msg.typeID, msg.agreements)
		c.desk.currency = s.currency()
	case taskMatch:
		s.SetProposals(msg.proposals)
		s.Arrange()
		cmd = c.list()
		c.rows.move("home") // where those are that want a person
	case taskRefine:
		c.refined = true
		s.SetProposals(msg.proposals)
	case taskWeigh:
		c.named = map[string]int{}
		for _, proposal := range msg.proposals {
			if proposal.Company != 0 {
				c.named[proposal.Customer] = proposal.Company
			}
		}
	}
	return tea.Batch(cmd, c.proceed())
}

// typed chooses the agreement type where nobody has to be asked.
func (c *customersStep) typed(noted int) {
	if len(c.types) == 0 {
		c.types = []billing.AgreementType{} // known to be none
	}
	if c.state.typeID != 0 && c.typeName(c.state.typeID) != "" {
		return
	}
	switch {
	case c.typeName(noted) != "":
		c.state.Choose(noted)
	case len(c.types) == 1:
		c.state.Choose(c.types[0].ID)
	case len(c.types) > 1 && c.mode == modeCustomers:
		c.openTypes()
	}
}

func (c *customersStep) typeName(id int) string {
	for i := range c.types {
		if c.types[i].ID == id && id != 0 {
			return c.types[i].Name
		}
	}
	return ""
}

// read makes the command of a task.
func (c *customersStep) read(task customersTask, work func(ctx context.Context, msg *customersReadMsg) error) tea.Cmd {
	ctx, turn := c.work, c.pending[task]
	return func() tea.Msg {
		msg := customersReadMsg{task: task, turn: turn}
		msg.err = work(ctx, &msg)
		return msg
	}
}

// readUsage reads the usage that no earlier step has read in this sitting. Its answer goes to every step.
func (c *customersStep) readUsage() tea.Cmd {
	cmd := c.desk.readUsage(c.work)
	if cmd == nil {
		delete(c.pending, taskUsage)
		c.failed[taskUsage] = errUnreadable
	}
	return cmd
}

// usageRead takes usage that was read for this step or for another.
func (c *customersStep) usageRead(msg usageReadMsg) tea.Cmd {
	if msg.source != c.state.name || c.site == nil || errors.Is(msg.err, context.Canceled) {
		return nil
	}
	if c.pending[taskUsage] != 0 && msg.err != nil {
		c.failed[taskUsage] = msg.err
	}
	if msg.err == nil {
		c.desk.usage[msg.source] = msg.usage
		delete(c.failed, taskUsage)
	}
	delete(c.pending, taskUsage)
	return tea.Batch(c.open(), c.proceed())
}

func (c *customersStep) readTypes() tea.Cmd {
	directory, notes, note := c.desk.site.Directory, c.desk.profile.Notes, noteAgreementType+c.state.name
	return c.read(taskTypes, func(ctx context.Context, msg *customersReadMsg) (err error) {
		if msg.types, err = directory.AgreementTypes(ctx); err != nil {
			return err
		}
		// That nothing can be remembered is no reason to stop anybody: they are asked again.
		if value, ok, err := notes.Setting(ctx, note); err == nil && ok {
			msg.noted, _ = strconv.Atoi(value) // what is no number was not written by us
		}
		return nil
	})
}

func (c *customersStep) readToday() tea.Cmd {
	site, document, now := c.desk.site, c.desk.document.Clone(), c.desk.now
	return c.read(taskToday, func(ctx context.Context, msg *customersReadMsg) error {
		msg.today = todayOf(ctx, site, document, now())
		return nil
	})
}

// todayOf is the date in the profile's time zone, and where that cannot be told, in this machine's: a plan looks for itself and refuses to guess,
// while here a day more or less is about what is suggested only.
func todayOf(ctx context.Context, site *Site, document *setup.Document, now time.Time) billing.Date {
	engine, name := site.Engine, document.Connection.TimeZone
	if engine == nil || engine.Zone == nil {
		return billing.DateOf(now)
	}
	if name == "" && engine.Ledger != nil {
		if server, err := engine.Ledger.Server(ctx); err == nil {
			name = server.TimeZone
		}
	}
	if name != "" {
		if zone, err := engine.Zone(name); err == nil {
			return billing.DateOf(now.In(zone))
		}
	}
	return billing.DateOf(now)
}

// readCompanies reads all companies, or takes those that another step has read.
func (c *customersStep) readCompanies() tea.Cmd {
	directory, companies, known := c.desk.site.Directory, c.desk.companies, c.desk.read["companies"]
	return c.read(taskCompanies, func(ctx context.Context, msg *customersReadMsg) (err error) {
		if msg.companies = companies; !known {
			if msg.companies, err = directory.Companies(ctx); err != nil {
				return err
			}
		}
		msg.index = newCompanyIndex(msg.companies)
		return nil
	})
}

func (c *customersStep) readAgreements(task customersTask, typeID int) tea.Cmd {
	directory := c.desk.site.Directory
	return c.read(task, func(ctx context.Context, msg *customersReadMsg) (err error) {
		msg.typeID = typeID
		msg.agreements, err = directory.AgreementsOfType(ctx, typeID)
		return err
	})
}

func (c *customersStep) match(task customersTask) tea.Cmd {
	question := c.state.Question()
	return c.read(task, func(ctx context.Context, msg *customersReadMsg) error {
		msg.proposals = question.answer(ctx)
		return ctx.Err()
	})
}
