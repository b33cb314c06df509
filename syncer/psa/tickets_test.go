package psa

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"cwsync/cwclient/cwsim"
	"cwsync/syncer/billing"
)

func TestTicketsLive(t *testing.T) {
	p, server := overSim(t, cwsim.NewWorld("2026-03-16"))
	made, err := p.CreateTicket(t.Context(), billing.NewTicket{Board: "help desk", Priority: "Priority 2 - Quick Response", Summary: "usage [cwsync x]", Text: "first"})
	if err != nil || made.ID == 0 || made.Summary != "usage [cwsync x]" || made.Closed {
		t.Fatalf("%+v, %v", made, err)
	}
	if err := p.CreateNote(t.Context(), made.ID, "second"); err != nil {
		t.Fatal(err)
	}
	if _, err := p.CreateTicket(t.Context(), billing.NewTicket{Board: "2", Summary: "on another board"}); err != nil {
		t.Fatal(err)
	}
	world := server.World()
	ticket := world.Tickets()[0]
	if ticket.Board != "Help Desk" || ticket.Priority != "Priority 2 - Quick Response" || strings.Join(ticket.Notes, "|") != "first|second" || ticket.CustomerVisible {
		t.Errorf("ConnectWise has %+v", ticket)
	}
	open, err := p.OpenTickets(t.Context(), "Help Desk")
	if err != nil || len(open) != 1 || open[0] != made {
		t.Errorf("open on the board: %+v, %v", open, err)
	}
	if err := world.CloseTicket(made.ID); err != nil {
		t.Fatal(err)
	}
	if now, found, err := p.Ticket(t.Context(), made.ID); err != nil || !found || !now.Closed {
		t.Errorf("closed: %+v, %v, %v", now, found, err)
	}
	if open, err := p.OpenTickets(t.Context(), "1"); err != nil || len(open) != 0 {
		t.Errorf("a closed ticket is open: %+v, %v", open, err)
	}
	if err := world.DeleteTicket(made.ID); err != nil {
		t.Fatal(err)
	}
	if _, found, err := p.Ticket(t.Context(), made.ID); err != nil || found {
		t.Errorf("a deleted ticket: %v, %v", found, err)
	}
}

// TestTryTicket: what would keep a ticket from being opened at night is told by day, and nothing is written.
func TestTryTicket(t *testing.T) {
	p, server := overSim(t, cwsim.NewWorld("2026-03-16"))
	deleted := server.World().AddCompany(cwsim.CompanySpec{Name: "Gone", Deleted: true})
	there := server.World().AddCompany(cwsim.CompanySpec{Name: "Ours"})
	for _, n := range []billing.NewTicket{{Board: "Billing"}, {Board: "1", Priority: "priority 2 - quick response", Company: there}} {
		if err := p.TryTicket(t.Context(), n); err != nil {
			t.Errorf("%+v: %v", n, err)
		}
	}
	for says, n := range map[string]billing.NewTicket{
		"no active board": {Board: "Accounting"}, "no active priority": {Board: "Billing", Priority: "High"},
		"no company 999999": {Board: "Billing", Company: 999999}, fmt.Sprintf("no company %d", deleted): {Board: "Billing", Company: deleted},
	} {
		if failure := failureOf(t, p.TryTicket(t.Context(), n)); !strings.Contains(failure.Message, says) || !strings.HasPrefix(failure.Hint, "options.") {
			t.Errorf("%s: %+v", says, failure)
		}
	}
	server.Deny("Service Desk", "Service Tickets", cwsim.KindInquire)
	if failure := failureOf(t, p.TryTicket(t.Context(), billing.NewTicket{Board: "Billing"})); failure.Right != "Service Desk > Service Tickets: Inquire All" {
		t.Errorf("%+v", failure)
	}
	if writes := server.Writes(); len(writes) != 0 || len(server.World().Tickets()) != 0 {
		t.Errorf("written: %+v", writes)
	}
}

func TestTicketsNameTheMissingRight(t *testing.T) {
	for right, c := range map[string]struct {
		kind string
		do   func(p *PSA) error
	}{
		"Inquire All": {cwsim.KindInquire, func(p *PSA) error { _, _, err := p.Ticket(t.Context(), 1); return err }},
		"Add All": {cwsim.KindAdd, func(p *PSA) error {
			_, err := p.CreateTicket(t.Context(), billing.NewTicket{Board: "1", Summary: "x"})
			return err
		}},
		"Edit All": {cwsim.KindEdit, func(p *PSA) error { return p.CreateNote(t.Context(), 1, "x") }},
	} {
		p, server := overSim(t, cwsim.NewWorld("2026-03-16"))
		server.Deny("Service Desk", "Service Tickets", c.kind)
		failure := failureOf(t, c.do(p))
		if failure.Class != billing.ClassPermission || failure.Right != "Service Desk > Service Tickets: "+right || failure.Unknown {
			t.Errorf("%s: %+v", right, failure)
		}
	}
}

func TestBoardsThatAreNotThere(t *testing.T) {
	p, _ := overSim(t, cwsim.NewWorld("2026-03-16"))
	_, err := p.OpenTickets(t.Context(), "Accounting")
	if failure := failureOf(t, err); !strings.Contains(failure.Message, `no active board "Accounting"`) || !strings.Contains(failure.Hint, "Help Desk, Billing") {
		t.Errorf("%+v", failure)
	}
	_, err = p.CreateTicket(t.Context(), billing.NewTicket{Board: "1", Priority: "Urgent", Summary: "x"})
	if failure := failureOf(t, err); !strings.Contains(failure.Hint, "options.priority takes one of Priority 1") {
		t.Errorf("%+v", failure)
	}
	inactive := overPaths(t, map[string]string{"/service/boards": `[{"id":1,"name":"Old","inactiveFlag":true}]`})
	if _, err := inactive.OpenTickets(t.Context(), "Old"); err == nil {
		t.Error("an inactive board is taken")
	}
}

// A ticket whose answer is lost may exist: it is never posted a second time, and the failure says that nobody knows.
func TestALostTicketIsUnknown(t *testing.T) {
	for name, fault := range map[string]cwsim.FaultKind{"before": cwsim.FaultReset, "after": cwsim.FaultResetAfter} {
		p, server := overSim(t, cwsim.NewWorld("2026-03-16"))
		server.Fail(cwsim.Fault{Kind: fault, Method: http.MethodPost, Path: "/service/tickets"})
		_, err := p.CreateTicket(t.Context(), billing.NewTicket{Board: "1", Summary: "x"})
		if failure := failureOf(t, err); !failure.Unknown {
			t.Errorf("%s: %+v", name, failure)
		}
		if n := countPath(server, http.MethodPost, "/service/tickets"); n != 1 {
			t.Errorf("%s: %d times", name, n)
		}
	}
}
