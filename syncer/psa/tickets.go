package psa

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strconv"
	"strings"

	"cwsync/cwclient"
	"cwsync/syncer/billing"
)

const (
	rightReadTickets = "Service Desk > Service Tickets: Inquire All"
	rightAddTickets  = "Service Desk > Service Tickets: Add All"
	rightEditTickets = "Service Desk > Service Tickets: Edit All"
)

var (
	ticketsTask      = task{op: "read the service tickets", right: rightReadTickets}
	boardsTask       = task{op: "read the service boards", right: rightReadSetup}
	prioritiesTask   = task{op: "read the priorities of tickets", right: rightReadSetup}
	createTicketTask = task{op: "open a service ticket", right: rightAddTickets, write: true}
)

// Ticket reads one ticket; found is false when ConnectWise has none of this id. Errors are *billing.Failure.
func (p *PSA) Ticket(ctx context.Context, id int) (ticket billing.Ticket, found bool, err error) {
	answer, err := p.client.Tickets.Get(ctx, id)
	if errors.Is(err, cwclient.ErrNotFound) && !discovering(err) {
		return billing.Ticket{}, false, nil
	}
	if err != nil {
		return billing.Ticket{}, false, ticketsTask.failure(err)
	}
	return toTicket(&answer), true, nil
}

// OpenTickets reads the open tickets of a board, which is a name or an id. Errors are *billing.Failure.
func (p *PSA) OpenTickets(ctx context.Context, board string) ([]billing.Ticket, error) {
	id, err := p.board(ctx, board)
	if err != nil {
		return nil, err
	}
	var tickets []billing.Ticket
	open := cwclient.And(cwclient.IDIs("board/id", id), cwclient.FlagIs("closedFlag", false))
	for ticket, err := range p.client.Tickets.All(ctx, cwclient.ListOptions{Conditions: open, PageSize: 1000}) {
		if err != nil {
			return nil, ticketsTask.failure(err)
		}
		tickets = append(tickets, toTicket(&ticket))
	}
	return tickets, nil
}

// TryTicket looks whether a ticket could be opened so, without opening one: its board and the open tickets there, its priority and its company are read.
// A board or priority that is given by its id is taken as it is. Errors are *billing.Failure.
func (p *PSA) TryTicket(ctx context.Context, n billing.NewTicket) error {
	if _, err := p.OpenTickets(ctx, n.Board); err != nil {
		return err
	}
	if _, err := p.priority(ctx, n.Priority); err != nil || n.Company == 0 {
		return err
	}
	companies, err := p.CompaniesByID(ctx, []int{n.Company})
	if err == nil && (len(companies) == 0 || companies[0].Deleted) {
		return &billing.Failure{Class: billing.ClassRejected, Op: "read the company of a ticket",
			Message: fmt.Sprintf("there is no company %d", n.Company), Hint: "options.company takes the id of a company of ConnectWise, such as your own"}
	}
	return err
}

// CreateTicket opens a ticket, in one POST that is never repeated unless it was refused for being one request too many. Errors are
// *billing.Failure; without Unknown there surely is no new ticket.
func (p *PSA) CreateTicket(ctx context.Context, n billing.NewTicket) (billing.Ticket, error) {
	board, err := p.board(ctx, n.Board)
	if err != nil {
		return billing.Ticket{}, err
	}
	priority, err := p.priority(ctx, n.Priority)
	if err != nil {
		return billing.Ticket{}, err
	}
	answer, err := p.client.Tickets.Create(ctx, cwclient.TicketCreate{
		Summary: n.Summary, BoardID: board, CompanyID: n.Company, PriorityID: priority, InternalAnalysis: n.Text,
	})
	if err != nil {
		failure := createTicketTask.failure(err)
		if failure.Class == billing.ClassRejected && failure.Hint == "" {
			failure.Hint = "a board may want a company: name one in options.company"
		}
		return billing.Ticket{}, failure
	}
	return toTicket(&answer), nil
}

// CreateNote appends a note that customers never see, in one POST that is never repeated unless it was refused for being one request too many. Errors
// are *billing.Failure; with Unknown the note may be there.
func (p *PSA) CreateNote(ctx context.Context, ticket int, text string) error {
	adding := task{op: fmt.Sprintf("append a note to service ticket %d", ticket), right: rightEditTickets, write: true}
	_, err := p.client.Tickets.CreateInternalNote(ctx, ticket, text)
	return adding.wrap(err)
}

func toTicket(t *cwclient.Ticket) billing.Ticket {
	return billing.Ticket{ID: t.ID, Summary: oneLine(t.Summary), Closed: t.ClosedFlag}
}

// board is the id of an active board. Names are compared here: ConnectWise does not say how it quotes them.
func (p *PSA) board(ctx context.Context, name string) (int, error) {
	return named(boardsTask, "board", name, p.client.Tickets.Boards.All(ctx, cwclient.ListOptions{}), func(b *cwclient.Board) (int, string) {
		if b.InactiveFlag {
			return 0, ""
		}
		return b.ID, b.Name
	})
}

// priority is the id of a priority; 0 for none.
func (p *PSA) priority(ctx context.Context, name string) (int, error) {
	if name == "" {
		return 0, nil
	}
	return named(prioritiesTask, "priority", name, p.client.Tickets.Priorities.All(ctx, cwclient.ListOptions{}), func(b *cwclient.Priority) (int, string) {
		return b.ID, b.Name
	})
}

// named finds the id of a row by its name, capitals aside. What is a number is the id already.
func named[T any](reading task, what, name string, rows iter.Seq2[T, error], of func(*T) (int, string)) (int, error) {
	if id, err := strconv.Atoi(name); err == nil && id > 0 {
		return id, nil
	}
	var names []string
	for row, err := range rows {
		if err != nil {
			return 0, reading.failure(err)
		}
		id, called := of(&row)
		if id != 0 && strings.EqualFold(strings.TrimSpace(called), strings.TrimSpace(name)) {
			return id, nil
		}
		if id != 0 {
			names = append(names, oneLine(called))
		}
	}
	return 0, &billing.Failure{
		Class: billing.ClassRejected, Op: reading.op, Message: fmt.Sprintf("there is no active %s %q", what, oneLine(name)),
		Hint: "options." + what + " takes one of " + strings.Join(names[:min(len(names), 20)], ", ") + ", or an id",
	}
}
