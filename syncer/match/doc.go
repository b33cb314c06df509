// Package match finds what belongs together by name: a source's customers and ConnectWise's companies, services and products, the columns of a
// file and ours; and it filters long lists while somebody types. Every answer carries a score from 0 to 1 and the reason in words.
//
// It never decides on a likeness: a customer is linked on equal names alone, everything else is a proposal for a person. It does no I/O, reads
// no clock, logs nothing, and gives the same answer for the same input in any order.
package match
