// Package plan decides what a run would change: from the usage that is wanted, what ConnectWise has now and the policy of a set-up it makes
// one row for every usage line and every owned addition, each with an action, a code and a reason.
//
// It is pure: the same inputs give the same plan. It never does I/O, reads no clock, logs nothing and never changes what it is given.
package plan
