package store

import "testing"

// TestAcknowledgedMeansOnDisk: a commit returns once it is on disk. Less would lose an intent when the power fails after its write left.
func TestAcknowledgedMeansOnDisk(t *testing.T) {
	s := openStore(t, newPath(t))
	for pragma, want := range map[string]string{"synchronous": "2", "fullfsync": "1", "checkpoint_fullfsync": "1", "journal_mode": "wal"} {
		rows, err := s.writer.QueryContext(t.Context(), "PRAGMA "+pragma)
		check(t, err)
		if got := must[string](t)(firstText(rows)); got != want {
			t.Errorf("%s is %s, want %s", pragma, got, want)
		}
	}
}
