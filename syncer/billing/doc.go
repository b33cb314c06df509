// Package billing holds the nouns of the trade: usage lines on the source's side; companies, agreements, additions and products on
// ConnectWise's side; and the rules of a set-up that join them. Quantities and money are exact decimals, dates are calendar dates.
//
// It never does I/O, reads no clock, logs nothing and knows neither a wire format nor a database.
package billing
