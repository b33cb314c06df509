package main

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"cwsync/cwclient"
)

// TestRunWaitsForConnectWiseAlone takes the time of a run by a clock that only waiting moves: whatever is computed, read or stored costs nothing. What is
// left is how requests are put side by side: the last, unfilled round of them. The way from 4 in flight to 16 was the first run's.
func TestRunWaitsForConnectWiseAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC))) // a bubble begins in 2000, where no addition is in effect
		const latency = 50 * time.Millisecond
		bench := newBench(t, 500, 900, func(http.Handler) string { return "http://127.0.0.1:1" })
		bench.options = append(bench.options, cwclient.WithTransport(bench.server.Transport()))
		bench.run(t) // adopts
		time.Sleep(2 * time.Minute)
		bench.server.Latency(latency)
		began := time.Now()
		run := bench.run(t)
		spent, requests := time.Since(began), count(run.Requests)
		least := time.Duration(requests) * latency / 16
		if requests > 505 || spent > least*102/100 {
			t.Errorf("%d requests took %v, the least is %v", requests, spent, least)
		}
	})
}
