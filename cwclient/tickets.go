package cwclient

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"unicode/utf8"
)

// maxSummary is the longest summary that a ticket takes, in characters.
const maxSummary = 100

// Ticket mirrors /service/tickets (schema Ticket), as far as it matters for a ticket of ours.
type Ticket struct {
	ID         int        `json:"id"`
	Summary    string     `json:"summary"`
	Board      Ref        `json:"board"`
	Status     Ref        `json:"status"`
	Company    CompanyRef `json:"company"`
	Priority   Ref        `json:"priority"`
	ClosedFlag bool       `json:"closedFlag"`
	Info       Info       `json:"_info"`
}

// TicketCreate is what POST /service/tickets takes. What is left empty ConnectWise sets.
type TicketCreate struct {
	Summary          string // required, at most 100 characters
	BoardID          int    // required
	CompanyID        int    // 0: ConnectWise chooses, or refuses
	PriorityID       int    // 0: the board's
	InternalAnalysis string // the first note, which customers never see; empty: none
}

// MarshalJSON writes the record as ConnectWise takes it.
func (t TicketCreate) MarshalJSON() ([]byte, error) {
	switch {
	case t.Summary == "" || utf8.RuneCountInString(t.Summary) > maxSummary:
		return nil, fmt.Errorf("a ticket needs a summary of at most %d characters", maxSummary)
	case t.BoardID <= 0:
		return nil, errors.New("a ticket needs a board")
	}
	return json.Marshal(struct {
		Summary  string  `json:"summary"`
		Board    idOnly  `json:"board"`
		Company  *idOnly `json:"company,omitempty"`
		Priority *idOnly `json:"priority,omitempty"`
		Internal string  `json:"initialInternalAnalysis,omitempty"`
	}{t.Summary, idOnly{t.BoardID}, optionalID(t.CompanyID), optionalID(t.PriorityID), t.InternalAnalysis})
}

// optionalID is a reference, nil for none.
func optionalID(id int) *idOnly {
	if id == 0 {
		return nil
	}
	return &idOnly{id}
}

// TicketNote mirrors /service/tickets/{parentId}/notes (schema ServiceNote).
type TicketNote struct {
	ID                    int    `json:"id"`
	TicketID              int    `json:"ticketId"`
	Text                  string `json:"text"`
	DetailDescriptionFlag bool   `json:"detailDescriptionFlag"` // customers see it
	InternalAnalysisFlag  bool   `json:"internalAnalysisFlag"`  // they do not
	ResolutionFlag        bool   `json:"resolutionFlag"`
	Info                  Info   `json:"_info"`
}

// internalNote is what POST /service/tickets/{parentId}/notes takes for a note that customers never see.
type internalNote struct {
	Text     string `json:"text"`
	Internal bool   `json:"internalAnalysisFlag"`
	Detail   bool   `json:"detailDescriptionFlag"`
}

// Board mirrors /service/boards (schema Board).
type Board struct {
	ID           int    `json:"id"`
	Name         string `json:"name"`
	InactiveFlag bool   `json:"inactiveFlag"`
}

// Priority mirrors /service/priorities (schema Priority).
type Priority struct {
	ID   int    `json:"id"`
	Name string `json:"name"`
}

// TicketsClient reads and opens service tickets. All errors are of type *Error; of a write, Rejected and NotSent tell that it surely did not
// happen, and nothing else does.
type TicketsClient struct {
	Boards     *Table[Board]
	Priorities *Table[Priority]

	c       *Client
	records *collection[Ticket]
}

// newTickets makes the service.
func newTickets(c *Client) *TicketsClient {
	return &TicketsClient{
		Boards:     newTable(c, "service boards", "service/boards", func(r *Board) int { return r.ID }),
		Priorities: newTable(c, "ticket priorities", "service/priorities", func(r *Priority) int { return r.ID }),
		c:          c,
		records: &collection[Ticket]{
			c: c, one: "ticket", many: "tickets", path: "service/tickets",
			id: func(r *Ticket) int { return r.ID },
		},
	}
}

// List reads one page of tickets, in ascending order of id.
func (s *TicketsClient) List(ctx context.Context, opts ListOptions) (Page[Ticket], error) {
	return s.records.listOne(ctx, opts)
}

// All ranges over tickets in ascending order of id, page by page. It can be ranged over again, and asks anew each time. An error comes once and last.
func (s *TicketsClient) All(ctx context.Context, opts ListOptions) iter.Seq2[Ticket, error] {
	return s.records.all(ctx, opts)
}

// Get reads one ticket. ErrNotFound means that there is none of this id.
func (s *TicketsClient) Get(ctx context.Context, id int) (Ticket, error) {
	return s.records.get(ctx, id)
}

// Create posts a new ticket and gives it as ConnectWise made it. It is never sent twice, unless a 429 refused it: after an error that is neither
// Rejected nor NotSent it may exist.
func (s *TicketsClient) Create(ctx context.Context, t TicketCreate) (Ticket, error) {
	return s.records.create(ctx, t)
}

// notes is the collection of one ticket's notes.
func (s *TicketsClient) notes(ticketID int) *collection[TicketNote] {
	return &collection[TicketNote]{
		c: s.c, one: "ticket note", many: "ticket notes", path: fmt.Sprintf("service/tickets/%d/notes", ticketID),
		id: func(r *TicketNote) int { return r.ID },
	}
}

// CreateInternalNote appends a note that customers never see. It is never sent twice, unless a 429 refused it: after an error that is neither Rejected
// nor NotSent it may be there.
func (s *TicketsClient) CreateInternalNote(ctx context.Context, ticketID int, text string) (TicketNote, error) {
	return s.notes(ticketID).create(ctx, internalNote{Text: text, Internal: true})
}
