package cwsim

import "fmt"

// ticketResource describes service tickets. The texts of a new one become its first notes and come back in no answer.
func ticketResource() *resource {
	closed := func(w *World, rec *record) any {
		status := w.tables[tBoardStatuses].byID[rec.ref("status")]
		return status != nil && status.flag("closedStatus")
	}
	r := newResource("ticket", tTickets,
		text("summary", 100).must(), text("recordType", 0).or("ServiceTicket").fixed(), link("board", tBoards), link("status", tBoardStatuses),
		link("company", tCompanies), link("contact", tContacts), link("priority", tPriorities), text("severity", 0).or("Medium"),
		text("impact", 0).or("Medium"), derived(kindFlag, "closedFlag", closed), customFields().or(noCustomFields()),
	).shows(same("summary"))
	r.fill = fillTicket
	return r
}

// fillTicket chooses what the request leaves open: the first active board, its default status and priority.
//
// Undocumented: the company of a ticket that names none; here it has none.
func fillTicket(w *World, before, after *record, _ map[string]bool) {
	if after.stored("board") == nil {
		after.set("board", ref(w.tables[tBoards].rows[0].id))
	}
	if before == nil || before.ref("board") != after.ref("board") {
		for _, status := range w.tables[tBoardStatuses].children[after.ref("board")] {
			if status.flag("defaultFlag") {
				after.set("status", ref(status.id))
			}
		}
	}
	if after.stored("priority") == nil {
		after.set("priority", ref(w.tables[tPriorities].named("Priority 3 - Normal Response").id))
	}
}

func ticketNoteResource() *resource {
	r := newResource("ticketNote", tTicketNotes,
		integer("ticketId").fixed(), text("text", 0).must(), flag("detailDescriptionFlag").or(false), flag("internalAnalysisFlag").or(false),
		flag("resolutionFlag").or(false), flag("customerUpdatedFlag").or(false)).shows()
	r.parent = "ticketId"
	return r
}

func serviceSetup() []*resource {
	status := newResource("serviceStatus", tBoardStatuses,
		text("name", 50).must(), integer("boardId").fixed(), flag("defaultFlag").or(false), flag("closedStatus").or(false), flag("inactive").or(false)).
		shows(same("name"))
	status.parent = "boardId"
	return []*resource{
		newResource("board", tBoards,
			text("name", 50).must(), link("location", tLocations), link("department", tDepartments), flag("inactiveFlag").or(false),
			flag("projectFlag").or(false)).shows(same("name")),
		newResource("priority", tPriorities, text("name", 50).must(), flag("defaultFlag").or(false), integer("sortOrder")).shows(same("name")),
		status,
	}
}

// seedService makes two boards with the statuses that a new board has, and the priorities.
func (w *World) seedService() {
	w.seedNames(tPriorities, "Priority 1 - Emergency Response", "Priority 2 - Quick Response", "Priority 3 - Normal Response", "Priority 4 - Scheduled Maintenance")
	for _, name := range []string{"Help Desk", "Billing"} {
		board := w.put(tBoards, installer, func(r *record) {
			r.set("name", name)
			r.set("location", ref(1))
			r.set("department", ref(1))
		})
		for i, status := range []string{"New", "In Progress", ">Closed"} {
			w.put(tBoardStatuses, installer, func(r *record) {
				r.set("boardId", board.id)
				r.set("name", status)
				r.set("defaultFlag", i == 0)
				r.set("closedStatus", i == 2)
			})
		}
	}
}

// postTicket creates a ticket; the texts in its body become notes.
func (c *call) postTicket() (answer, *problem) {
	var body map[string]any
	if bad := decodeBody(c.body, &body); bad != nil {
		return answer{}, bad
	}
	rec, bad := c.w.create(c.w.tables[tTickets], 0, body, apiMember)
	if bad != nil {
		return answer{}, bad
	}
	for field, flag := range map[string]string{
		"initialDescription": "detailDescriptionFlag", "initialInternalAnalysis": "internalAnalysisFlag", "initialResolution": "resolutionFlag",
	} {
		if text, ok := body[field].(string); ok && text != "" {
			c.w.put(tTicketNotes, apiMember, func(r *record) {
				r.set("ticketId", rec.id)
				r.set("text", text)
				r.set(flag, true)
			})
		}
	}
	a := c.whole(201, rec)
	a.set("Location", c.self()+"/"+fmt.Sprint(rec.id))
	return a, nil
}

func (c *call) postNote() (answer, *problem) {
	return c.postOne(collection{table: tTicketNotes, parent: tTickets})
}

// TicketRecord is a service ticket as a person sees it.
type TicketRecord struct {
	ID              int
	Summary         string
	Board, Status   string // names
	Priority        string // name
	Company         int    // id, 0 for none
	Closed          bool
	Notes           []string // in order
	CustomerVisible bool     // one of the notes is on the discussion that customers see
}

// Tickets lists all service tickets by id.
func (w *World) Tickets() []TicketRecord {
	w.mu.RLock()
	defer w.mu.RUnlock()
	var out []TicketRecord
	for _, rec := range w.tables[tTickets].rows {
		ticket := TicketRecord{ID: rec.id, Summary: rec.text("summary"), Company: rec.ref("company")}
		for field, name := range map[string]*string{"board": &ticket.Board, "priority": &ticket.Priority} {
			table := map[string]string{"board": tBoards, "priority": tPriorities}[field]
			if to := w.tables[table].byID[rec.ref(field)]; to != nil {
				*name = to.text("name")
			}
		}
		if status := w.tables[tBoardStatuses].byID[rec.ref("status")]; status != nil {
			ticket.Status, ticket.Closed = status.text("name"), status.flag("closedStatus")
		}
		for _, note := range w.tables[tTicketNotes].children[rec.id] {
			ticket.Notes = append(ticket.Notes, note.text("text"))
			ticket.CustomerVisible = ticket.CustomerVisible || !note.flag("internalAnalysisFlag")
		}
		out = append(out, ticket)
	}
	return out
}

// CloseTicket closes a ticket as a person does. An unknown id is an error.
func (w *World) CloseTicket(id int) error {
	return w.edit(tTickets, id, func(r *record) {
		for _, status := range w.tables[tBoardStatuses].children[r.ref("board")] {
			if status.flag("closedStatus") {
				r.set("status", ref(status.id))
			}
		}
	})
}

// DeleteTicket removes a ticket with its notes. An unknown id is an error.
func (w *World) DeleteTicket(id int) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	rec := w.tables[tTickets].byID[id]
	if rec == nil {
		return fmt.Errorf("delete ticket: no ticket %d", id)
	}
	for _, note := range w.tables[tTicketNotes].children[id] {
		w.tables[tTicketNotes].remove(note)
	}
	w.tables[tTickets].remove(rec)
	w.gen++
	return nil
}
