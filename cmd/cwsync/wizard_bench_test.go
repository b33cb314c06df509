package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// BenchmarkDemoFirstFrame is the time from the start of `cwsync demo` to its first whole screen, in a terminal of script(1). What is measured
// is the whole program as it is installed: build it anew.
func BenchmarkDemoFirstFrame(b *testing.B) {
	if _, err := exec.LookPath("script"); err != nil {
		b.Skip("there is no script(1) here")
	}
	program := filepath.Join(b.TempDir(), "cwsync")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		b.Fatalf("build: %v: %s", err, out)
	}
	for b.Loop() {
		b.StopTimer()
		// The clock starts when the shell has set up its terminal and says so.
		cmd := exec.Command("script", "-qec", "stty cols 100 rows 30 -echo; echo set; read go; exec "+program+" demo", "/dev/null")
		cmd.Env = append(os.Environ(), "TERM=xterm-256color", "TMPDIR="+b.TempDir())
		keys, err := cmd.StdinPipe()
		if err != nil {
			b.Fatal(err)
		}
		screen, err := cmd.StdoutPipe()
		if err != nil {
			b.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			b.Fatal(err)
		}
		seen := make([]byte, 0, 1<<16)
		until := func(text string) {
			chunk := make([]byte, 4096)
			for !bytes.Contains(seen, []byte(text)) {
				n, err := screen.Read(chunk)
				if err != nil {
					b.Fatalf("%v after %q", err, seen)
				}
				seen = append(seen, chunk[:n]...)
			}
		}
		until("set")
		b.StartTimer()
		_, _ = keys.Write([]byte("\n"))
		until("esc")
		b.StopTimer()
		_, _ = keys.Write([]byte("\x03\x03")) // leaves
		until("\x1b[?1049l")
		_ = keys.Close()
		_ = cmd.Wait() // its exit code is that of a terminal that went
		b.StartTimer()
	}
}
