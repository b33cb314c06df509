package alert

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"cwsync/syncer/billing"
	"cwsync/syncer/source"
)

// Desk is the service desk of ConnectWise. Its errors are *billing.Failure; a write with Unknown may have happened.
type Desk interface {
	Tickets
	// CreateTicket opens a ticket, in one try.
	CreateTicket(ctx context.Context, ticket billing.NewTicket) (billing.Ticket, error)
	// CreateNote appends a note that customers never see, in one try.
	CreateNote(ctx context.Context, ticket int, text string) error
}

// Tickets is what can be read at a service desk.
type Tickets interface {
	// Ticket reads one ticket; found is false when there is none of this id.
	Ticket(ctx context.Context, id int) (ticket billing.Ticket, found bool, err error)
	// OpenTickets reads the open tickets of a board, which is a name or an id.
	OpenTickets(ctx context.Context, board string) ([]billing.Ticket, error)
	// TryTicket fails where a ticket could not be opened so: board, priority and company are read, and nothing is written.
	TryTicket(ctx context.Context, ticket billing.NewTicket) error
}

// Memory keeps what alerts remember between runs of a profile.
type Memory interface {
	// Setting gives a value; ok is false when there is none.
	Setting(ctx context.Context, name string) (value string, ok bool, err error)
	// SwapSetting replaces a value where it still is before ("" for none), and tells whether it did.
	SwapSetting(ctx context.Context, name, before, after string) (swapped bool, err error)
}

// openingFor is how long a ticket that was being opened may take to appear. Its answer was lost, or another run is about to have it.
const openingFor = 10 * time.Minute

// ticketNote is what is remembered of the ticket of one alert.
type ticketNote struct {
	Board   string    `json:"board"`
	ID      int       `json:"id,omitempty"`
	Opening time.Time `json:"opening,omitzero"` // a ticket was being opened then; what came of it is not known
}

// ticketAlert appends to the one open ticket of a profile and alert, and opens it where there is none.
type ticketAlert struct {
	desk    Desk
	memory  Memory
	now     func() time.Time
	profile string
	name    string
	options source.Options
}

// ticket is one that has all but its texts.
func (t *ticketAlert) ticket() billing.NewTicket {
	return billing.NewTicket{Board: t.options.Text(optionBoard, ""), Company: t.options.Number(optionCompany, 0), Priority: t.options.Text(optionPriority, "")}
}

func (t *ticketAlert) setting() string { return "alert." + t.name + ".ticket" }

// marker is what our ticket is known by in ConnectWise, also on a machine that does not remember it.
func (t *ticketAlert) marker() string {
	const longest = 40
	whose := t.profile + "/" + t.name
	if len(whose) > longest {
		whose = fmt.Sprintf("%s~%x", whose[:longest-9], sha256.Sum256([]byte(whose)))[:longest]
	}
	return "[cwsync " + whose + "]"
}

func (t *ticketAlert) summary(title string) string {
	said := plain(title, billing.MaxTicketSummary-utf8.RuneCountInString(t.marker())-1)
	return said + " " + t.marker()
}

// tell appends to the open ticket, or opens one. No ticket is opened before it is on record that one is being opened, and none while such a record
// may still come true: a lost answer makes no second ticket.
func (t *ticketAlert) tell(ctx context.Context, m message) error {
	if t.desk == nil {
		return &fault{"ConnectWise is out of reach for this run", "a channel of another kind tells also of runs that never reached ConnectWise"}
	}
	board := t.options.Text(optionBoard, "")
	stored, _, err := t.memory.Setting(ctx, t.setting())
	if err != nil {
		return &fault{"what is remembered of its ticket cannot be read", "`cwsync doctor` says what is wrong with the store"}
	}
	var note ticketNote
	if stored != "" && json.Unmarshal([]byte(stored), &note) != nil || note.Board != board {
		note = ticketNote{Board: board} // of another board: that ticket is left to its people
	}
	if note.ID != 0 {
		ticket, found, err := t.desk.Ticket(ctx, note.ID)
		if err != nil {
			return err
		}
		if found && !ticket.Closed {
			return t.desk.CreateNote(ctx, ticket.ID, m.text)
		}
	}
	open, err := t.desk.OpenTickets(ctx, board)
	if err != nil {
		return err
	}
	for _, ticket := range open {
		if strings.HasSuffix(ticket.Summary, t.marker()) {
			if err := t.remember(ctx, stored, ticketNote{Board: board, ID: ticket.ID}); err != nil {
				return err
			}
			return t.desk.CreateNote(ctx, ticket.ID, m.text)
		}
	}
	if age := t.now().Sub(note.Opening); !note.Opening.IsZero() && age >= 0 && age < openingFor {
		return &fault{"a ticket was being opened a moment ago, and is not there yet", "the next alert looks for it again"}
	}
	return t.open(ctx, stored, board, m)
}

// open opens a ticket, once.
func (t *ticketAlert) open(ctx context.Context, stored, board string, m message) error {
	opening := ticketNote{Board: board, Opening: t.now().UTC().Truncate(time.Second)}
	if err := t.remember(ctx, stored, opening); err != nil {
		return err
	}
	wanted := t.ticket()
	wanted.Summary, wanted.Text = t.summary(m.title), m.text
	ticket, err := t.desk.CreateTicket(ctx, wanted)
	claimed := encodeNote(opening)
	if failure, ok := errors.AsType[*billing.Failure](err); err != nil && (!ok || failure.Unknown) {
		return err // the record stays: the next alert looks for the ticket first
	}
	keep := context.WithoutCancel(ctx)
	if err != nil {
		_, _ = t.memory.SwapSetting(keep, t.setting(), claimed, "") // else the next alert waits a while
		return err
	}
	return t.remember(keep, claimed, ticketNote{Board: board, ID: ticket.ID})
}

// remember replaces what is remembered, unless another program did meanwhile.
func (t *ticketAlert) remember(ctx context.Context, before string, note ticketNote) error {
	swapped, err := t.memory.SwapSetting(ctx, t.setting(), before, encodeNote(note))
	switch {
	case err != nil:
		return &fault{"what is to be remembered of its ticket cannot be kept", "`cwsync doctor` says what is wrong with the store"}
	case !swapped:
		return &fault{"another run told its ticket at the same moment", "the next alert appends to that ticket"}
	}
	return nil
}

func encodeNote(note ticketNote) string {
	text, err := json.Marshal(note)
	if err != nil {
		return "" // it has only plain fields
	}
	return string(text)
}
