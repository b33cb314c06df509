package main

import (
	"context"
	"io"
	"testing"

	"cwsync/syncer"
)

// TestWaitsForADocumentEnd: somebody who gives no document, or pipes one that never comes, can stop waiting.
func TestWaitsForADocumentEnd(t *testing.T) {
	never, held := io.Pipe()
	defer held.Close()
	a := &app{streams: streams{in: never}}
	for name, path := range silentDocuments(t) {
		ctx, stop := context.WithCancel(t.Context())
		stop()
		_, err := a.readDocument(ctx, path)
		if stopped := stopOf(err); err == nil || stopped.Exit != syncer.ExitCancelled {
			t.Errorf("%s: %v", name, err)
		}
	}
}
