// Package cwsim simulates a ConnectWise PSA that keeps state: companies,
// agreements, additions, the catalog and the set-up tables, behind the same
// REST addresses, with the same paging, conditions, PATCH rules and error
// bodies as the published API and its developer guide describe them.
//
// It serves the demo, the tests and the benchmarks. Faults, permissions, a
// request limit and a changing codebase are on demand, and every request is
// logged, so that a test can say what was sent and what was written.
//
// A World is the state and knows nothing of HTTP; a Server is an http.Handler
// over one World. What a person does in the ConnectWise screens (editing a line,
// cancelling an agreement, running the invoices) is a method of World.
//
// It never imports another package of this project, so that a wrong field name
// cannot be wrong on both sides; it never talks to a real ConnectWise, never
// writes a file and never listens anywhere but where it is told to. Where the
// real server's behaviour is not documented the choice is named in a comment
// that begins with "Undocumented:".
package cwsim
