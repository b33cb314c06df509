// Package report shows plans and runs: as text for people and as JSON for scripts. The headless commands and the wizard's review both use it.
//
// It writes to the io.Writer that it is given and nowhere else. It never reads a clock, a file or the terminal, and never decides anything:
// every action, code and reason comes from the plan or the run. Text from outside is made harmless before it is printed.
//
// In JSON a key of the contract is always there: a text that is not known is "", a list without entries [], an object without fields {}, and
// `addition` and `error` are null where there is none. Decimals are strings without an exponent and without trailing zeros, money with at
// least two places.
package report
