package main

import "testing"

// TestAStoppedPromptLeavesTheTerminalAsItWas: whoever thinks better of typing a secret presses ctrl+c once, and sees what they type again.
func TestAStoppedPromptLeavesTheTerminalAsItWas(t *testing.T) {
	w := newTerminal(t, 80, 24)
	w.run("cwsync secret set connection.private_key; echo ended with $?")
	w.waitFor(`connection\.private_key \(not shown\):`)
	w.keys("C-c")
	w.waitFor(`ended with 130`)
	w.isAsItWas()
}
