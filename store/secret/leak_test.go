package secret_test

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

// TestMain fails when a test leaves a goroutine behind. The D-Bus library keeps its connection for the whole process, and waits without end on a bus
// that never answers, so what is tested with a real bus, or a silent one, is left out: it has a process of its own.
func TestMain(m *testing.M) {
	for _, name := range []string{"SECRET_TEST_SILENT_BUS", "SECRET_TEST_NO_BUS", "REAL_KEYRING"} {
		if os.Getenv(name) != "" {
			os.Exit(m.Run())
		}
	}
	goleak.VerifyTestMain(m)
}
