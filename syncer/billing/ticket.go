package billing

// ServiceTickets is the function that a service ticket needs: to add, to edit (for its notes) and to inquire.
var ServiceTickets = Function{"Service Desk", "Service Tickets"}

// MaxTicketSummary is the longest summary of a ticket, in characters.
const MaxTicketSummary = 100

// Ticket is a service ticket of ConnectWise.
type Ticket struct {
	ID      int
	Summary string
	Closed  bool
}

// NewTicket is a service ticket to open.
type NewTicket struct {
	Board    string // name or id
	Company  int    // ConnectWise id; 0: none
	Priority string // name or id; empty: the board's
	Summary  string // at most MaxTicketSummary characters
	Text     string // the first note, which customers never see
}
