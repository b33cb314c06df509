// Package ui is the guided wizard: it connects, tests, reads usage, maps products, links customers, shows the dry run and syncs, one thing per
// screen. Each step is a small model of its own over plain state that accessible mode shares.
//
// It never talks to ConnectWise, a database or a keyring by itself: ports.go names what it needs of them. It does no I/O while it draws or takes a
// key: long work runs in commands and comes back as messages.
package ui
