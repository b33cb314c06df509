package main

import "runtime/debug"

// gcPercent trades a little time for memory: a run over 100,000 additions and 50,000 products holds them once, and not nearly twice.
const gcPercent = 40

// tuneMemory makes the collector keep the program small. GOGC and GOMEMLIMIT of the environment still win.
func tuneMemory() {
	if before := debug.SetGCPercent(gcPercent); before != 100 {
		debug.SetGCPercent(before)
	}
}
