// Package syncer carries usage into ConnectWise: Preview reads and plans, Apply writes what a plan says and journals it. The wizard, the
// headless sync, a saved plan and an undo all go through these two.
//
// It never talks to ConnectWise, a database or a screen by itself: ports.go names what it needs of them.
package syncer
