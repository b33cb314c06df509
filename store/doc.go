// Package store remembers, in one SQLite file: the set-up, the mappings and links, which additions are ours, saved plans, runs and the
// journal of writes, each by profile. It also keeps the lock that lets one run of a profile go on at a time.
//
// Most rows of most runs are what they were in the run before. Rows are stored in bodies of many, and a body that is there already is not stored
// again: a run of which nothing is to be told takes a few kB. Run gives every row of every run; LinesOfKey tells only of rows that say something.
//
// What it acknowledged is on disk. It never holds a secret, never talks to a network, never decides what is written to ConnectWise, and
// never changes a database that is not its own or that a newer program made.
package store
