package alert

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"cwsync/syncer/billing"
	"cwsync/syncer/source"
)

// desk is a service desk with one board.
type desk struct {
	tickets []billing.Ticket
	notes   map[int][]string
	created []billing.NewTicket
	tried   []billing.NewTicket
	fail    error // of the next ticket that is opened
	commits bool  // it is opened all the same
	during  func()
}

func (d *desk) Ticket(_ context.Context, id int) (billing.Ticket, bool, error) {
	for _, ticket := range d.tickets {
		if ticket.ID == id {
			return ticket, true, nil
		}
	}
	return billing.Ticket{}, false, nil
}

func (d *desk) OpenTickets(_ context.Context, board string) ([]billing.Ticket, error) {
	if board != "Help Desk" {
		return nil, &billing.Failure{Class: billing.ClassRejected, Op: "read the service boards", Message: "there is no active board", Hint: "options.board"}
	}
	var open []billing.Ticket
	for _, ticket := range d.tickets {
		if !ticket.Closed {
			open = append(open, ticket)
		}
	}
	return open, nil
}

func (d *desk) TryTicket(ctx context.Context, n billing.NewTicket) error {
	d.tried = append(d.tried, n)
	_, err := d.OpenTickets(ctx, n.Board)
	return err
}

func (d *desk) CreateTicket(_ context.Context, n billing.NewTicket) (billing.Ticket, error) {
	if d.during != nil {
		d.during()
	}
	d.created = append(d.created, n)
	ticket := billing.Ticket{ID: 60001 + len(d.tickets), Summary: n.Summary}
	err := d.fail
	d.fail = nil
	if err == nil || d.commits {
		d.tickets = append(d.tickets, ticket)
		d.notes[ticket.ID] = []string{n.Text}
	}
	if err != nil {
		return billing.Ticket{}, err
	}
	return ticket, nil
}

func (d *desk) CreateNote(_ context.Context, ticket int, text string) error {
	d.notes[ticket] = append(d.notes[ticket], text)
	return nil
}

// ticketRig is one alert that keeps a ticket.
type ticketRig struct {
	*desk
	s   *Sender
	now time.Time
}

func newTicketRig(t *testing.T) *ticketRig {
	r := &ticketRig{desk: &desk{notes: map[int][]string{}}, now: began}
	r.s = senderOf(t, KindTicket, "", map[string]any{"board": "Help Desk", "company": 250, "priority": "High"})
	r.s.Desk = func() Desk { return r.desk }
	r.s.Now = func() time.Time { return r.now }
	return r
}

func (r *ticketRig) well(t *testing.T) {
	t.Helper()
	if failures := told(t, r.s, heldRun()); failures != nil {
		t.Error(failures)
	}
}

func TestOneTicketIsAppendedTo(t *testing.T) {
	r := newTicketRig(t)
	for range 5 {
		r.well(t)
	}
	if len(r.tickets) != 1 || len(r.notes[60001]) != 5 {
		t.Fatalf("%d tickets, %d notes", len(r.tickets), len(r.notes[60001]))
	}
	if n := r.created[0]; n.Company != 250 || n.Priority != "High" || n.Board != "Help Desk" || n.Summary != "cwsync default: 1 line is held [cwsync default/ops]" || !strings.Contains(n.Text, "Contoso") {
		t.Errorf("%+v", n)
	}
}

func TestAClosedTicketIsFollowedByANewOne(t *testing.T) {
	r := newTicketRig(t)
	r.well(t)
	r.tickets[0].Closed = true
	r.well(t)
	r.well(t)
	if len(r.tickets) != 2 || len(r.notes[60001]) != 1 || len(r.notes[60002]) != 2 {
		t.Errorf("%+v %v", r.tickets, r.notes)
	}
	r.tickets = nil // somebody deleted them
	r.well(t)
	if len(r.tickets) != 1 || len(r.created) != 3 {
		t.Errorf("%+v", r.tickets)
	}
}

// TestATicketIsKnownByItsMark: another machine, or a store made anew, finds the ticket that is open.
func TestATicketIsKnownByItsMark(t *testing.T) {
	r := newTicketRig(t)
	r.well(t)
	r.s.Memory = &memory{}
	r.tickets = append([]billing.Ticket{{ID: 9, Summary: "printer [cwsync default/other]"}}, r.tickets...)
	r.well(t)
	if len(r.created) != 1 || len(r.notes[60001]) != 2 {
		t.Errorf("%d opened, %v", len(r.created), r.notes)
	}
	r.s.Profile = "branch"
	r.s.Memory = &memory{}
	r.well(t)
	if len(r.created) != 2 {
		t.Error("the ticket of another profile is used")
	}
}

func lost(unknown bool) error {
	return &billing.Failure{Class: billing.ClassUnavailable, Op: "open a service ticket", Message: "connection reset", Hint: "try again", Unknown: unknown}
}

// TestALostAnswerOpensNoSecondTicket: whether or not the ticket came about, there is one in the end.
func TestALostAnswerOpensNoSecondTicket(t *testing.T) {
	for name, commits := range map[string]bool{"it came about": true, "it did not": false} {
		t.Run(name, func(t *testing.T) {
			r := newTicketRig(t)
			r.fail, r.commits = lost(true), commits
			wantFailure(t, told(t, r.s, heldRun()), "connection reset", "")
			r.now = r.now.Add(time.Minute)
			if commits {
				r.well(t)
			} else {
				wantFailure(t, told(t, r.s, heldRun()), "being opened a moment ago", "")
			}
			r.now = r.now.Add(openingFor)
			r.well(t)
			if len(r.tickets) != 1 {
				t.Errorf("%d tickets", len(r.tickets))
			}
		})
	}
}

func TestARefusedTicketIsTriedAgainAtOnce(t *testing.T) {
	r := newTicketRig(t)
	r.fail = lost(false)
	wantFailure(t, told(t, r.s, heldRun()), "connection reset", "")
	r.well(t)
	if len(r.tickets) != 1 {
		t.Errorf("%d tickets", len(r.tickets))
	}
}

// TestTwoRunsAtOnceOpenOneTicket: a second run that ends while the first opens its ticket opens none.
func TestTwoRunsAtOnceOpenOneTicket(t *testing.T) {
	r := newTicketRig(t)
	r.during = func() {
		r.during = nil
		wantFailure(t, told(t, r.s, heldRun()), "being opened a moment ago", "")
	}
	r.well(t)
	if len(r.created) != 1 {
		t.Errorf("%d opened", len(r.created))
	}
}

func TestTicketsThatCannotBeTold(t *testing.T) {
	r := newTicketRig(t)
	r.s.Desk = nil
	wantFailure(t, told(t, r.s, heldRun()), "out of reach", "")
	r = newTicketRig(t)
	r.s.Memory = &memory{err: errors.New("disk")}
	wantFailure(t, told(t, r.s, heldRun()), "cannot be read", "")
	r = newTicketRig(t)
	r.s.Alerts[0].Options["board"] = "Accounting"
	wantFailure(t, told(t, r.s, heldRun()), "no active board", "")
	wantFailure(t, r.s.Test(t.Context()), "no active board", "")
	if len(r.created) != 0 {
		t.Error("something was opened")
	}
}

func TestATicketOfAnotherBoardIsLeft(t *testing.T) {
	r := newTicketRig(t)
	note, _ := json.Marshal(ticketNote{Board: "Old", ID: 5})
	r.s.Memory = &memory{values: map[string]string{"alert.ops.ticket": string(note)}}
	r.tickets = []billing.Ticket{{ID: 5, Summary: "old"}}
	r.well(t)
	if len(r.created) != 1 || len(r.notes[5]) != 0 {
		t.Errorf("%v", r.notes)
	}
}

func TestATestOpensNoTicket(t *testing.T) {
	r := newTicketRig(t)
	if failures := r.s.Test(t.Context()); failures != nil || len(r.created) != 0 {
		t.Errorf("%v, %d opened", failures, len(r.created))
	}
	if len(r.tried) != 1 || r.tried[0] != (billing.NewTicket{Board: "Help Desk", Company: 250, Priority: "High"}) {
		t.Errorf("tried %+v", r.tried)
	}
}

// TestMarksOfLongNames are short enough for a summary, and differ.
func TestMarksOfLongNames(t *testing.T) {
	seen := map[string]bool{}
	for _, name := range []string{strings.Repeat("a", 64), strings.Repeat("a", 63) + "b", "x"} {
		one := &ticketAlert{profile: strings.Repeat("p", 64), name: name, options: source.Options{}}
		summary := one.summary(strings.Repeat("ü", 300))
		if utf8.RuneCountInString(summary) > billing.MaxTicketSummary || !strings.HasSuffix(summary, one.marker()) || seen[one.marker()] {
			t.Errorf("%q", summary)
		}
		seen[one.marker()] = true
	}
}
