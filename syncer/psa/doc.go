// Package psa is ConnectWise as the rest of the program sees it: it reads and writes through cwclient and speaks in the nouns of billing.
// It is the only place that knows both. Every failure of the outside world leaves it as a *billing.Failure that says what was being done,
// whether a write may have happened, and what to do next.
//
// It never decides what to write, never repeats a write, keeps nothing but the billing cycles and what the server says of itself, and
// knows neither a plan nor a store.
package psa
