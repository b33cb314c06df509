// Package store remembers, in one SQLite file: the set-up, the mappings and links, which additions are ours, saved plans, runs and the
// journal of writes, each by profile. It also keeps the lock that lets one run of a profile go on at a time.
//
// What it acknowledged is on disk. It never holds a secret, never talks to a network, never decides what is written to ConnectWise, and
// never changes a database that is not its own or that a newer program made.
package store
