package match

// Named is something of the source's side that has a name: a customer or a service.
type Named struct {
	ID     string // opaque, unique among what is matched together
	Name   string // may be empty
	Domain string // of a customer, such as contoso.com; may be empty
}

// Outcome is what became of one customer.
type Outcome string

// The outcomes of matching customers. Only Linked needs nobody's decision.
const (
	Linked      Outcome = "linked"       // one company of exactly this name, and it has exactly one running agreement of the type
	NeedsChoice Outcome = "needs_choice" // something fits, and a person has to say whether or which
	NoCompany   Outcome = "no_company"   // no company is named like it
	NoAgreement Outcome = "no_agreement" // the company has no running agreement of the type
)

// Likely is the score from which a likeness is proposed; below it, it is named as the nearest only.
const Likely = 0.80

// Proposal is the outcome for one customer.
type Proposal struct {
	Customer   string // its id
	Outcome    Outcome
	Company    int         // ConnectWise id: of Linked the link, else what is suggested; 0: nothing to suggest
	Agreement  int         // ConnectWise id, likewise; 0 with a Company: its agreement has to be chosen
	Score      float64     // 0 to 1, of the best candidate or of the nearest name; 1: the names are equal
	Reason     string      // one line for a person, free of control characters
	Candidates []Candidate // companies to choose from, best first, at most 5; never a hidden one
	Hidden     int         // hidden companies of the same name; never matched
}

// Candidate is one company that a customer may be.
type Candidate struct {
	Company    int // ConnectWise id
	Name       string
	Score      float64 // 0 to 1
	Why        string  // what is equal and what differs
	Agreements []int   // ConnectWise ids of its running agreements of the type, ascending
}

// Suggestion is what may belong to one service.
type Suggestion struct {
	Service string   // its id
	Product int      // ConnectWise id of the one to suggest: likely, not taken, and clearly ahead of the next; 0: none
	Reason  string   // one line for a person, free of control characters
	Choices []Choice // best first, at most 5
}

// Choice is one product that a service may be billed as.
type Choice struct {
	Product    int // ConnectWise id
	Identifier string
	Score      float64 // 0 to 1
	Why        string  // what is equal and what differs
	TakenBy    string  // id of the service that is mapped to it already; empty: free
}

// Guess is the header that one of our columns is likely to have in a file.
type Guess struct {
	Header string // as the file writes it
	Index  int    // 0-based place among the headers
	Score  float64
	Why    string
}

// Hit is one text that a query was found in.
type Hit struct {
	Index     int   // of the text among those that the Finder was made of
	Score     int   // higher is better; comparable within one query only
	Positions []int // of the matched runes in the text, ascending
}
