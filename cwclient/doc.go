// Package cwclient is a typed client of the ConnectWise PSA (Manage) REST API: just the resources that a
// usage sync needs, with every behaviour that the API forces on a careful caller.
//
// One request passes these handlers, outermost first:
//
//	discover  finds the codebase once; on a 404 of a read asks again and retries once if it moved
//	retry     sends reads again on faults, and anything that a 429 refused, within the time allowed
//	parse     turns a good answer into records; a cut, oversized or senseless one into an error
//	limit     requests in flight, requests per minute, the common pause after a 429
//	log       one debug line per try, without query, headers or bodies
//	errors    turns every other status into an *Error with a class
//	auth      adds the credentials and the pinned version
//	send      one HTTP exchange, body included, within one time-out
//
// The client never follows a redirect, never sends a write twice unless the first was refused by a 429,
// never sends credentials anywhere but to the configured site, and never logs a key, a body or a condition.
// It knows nothing of the rest of the program: no plan, no store, no policy.
package cwclient
