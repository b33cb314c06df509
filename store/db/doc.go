// Package db holds the typed queries of the store, made by sqlc from ../queries and ../migrations; only this comment is written by hand.
//
// It never decides anything: transactions, meaning and errors are the store's.
package db
