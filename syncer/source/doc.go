// Package source is the catalogue of the kinds of place that usage comes from, and what all kinds share: the options that a kind
// declares, opening a file, and turning named columns into usage lines with the place of every problem.
//
// It never knows ConnectWise or the set-up document, never guesses a number, and never gives part of a source: a source is read whole or
// an error comes back.
package source
