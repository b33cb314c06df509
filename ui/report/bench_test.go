package report

import (
	"strconv"
	"testing"

	"cwsync/syncer/plan"
)

// many is a plan of n rows, a tenth of which change.
func many(n int) *plan.Plan {
	p := &plan.Plan{ID: "p-1", Profile: "default", Created: created}
	for i := range n {
		c := change("Contoso", "1001", "bus", plan.None, plan.Unchanged, "unchanged")
		if i%10 == 0 {
			c = with(change("Contoso", "1001", "bus", plan.Update, plan.UsageRose, "usage rose from 402 to 405"), qty("402"), qty("405"), "13.5")
		}
		c.Key.Customer = strconv.Itoa(100_000 + i/4)
		p.Changes = append(p.Changes, c)
	}
	return p
}

type counter struct{ n int }

func (c *counter) Write(p []byte) (int, error) { c.n += len(p); return len(p), nil }

func BenchmarkPlanJSON100000(b *testing.B) {
	p := many(100_000)
	b.ReportAllocs()
	for b.Loop() {
		var c counter
		if err := WritePlanJSON(&c, p, nil, 0, 0); err != nil {
			b.Fatal(err)
		}
		b.SetBytes(int64(c.n))
	}
}

func BenchmarkPlanText100000(b *testing.B) {
	p := many(100_000)
	b.ReportAllocs()
	for b.Loop() {
		var c counter
		if err := PlanText(&c, p, TextOptions{}); err != nil {
			b.Fatal(err)
		}
		b.SetBytes(int64(c.n))
	}
}

func BenchmarkReadPlanID100000(b *testing.B) {
	data := planBytes(b, many(100_000))
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if _, err := ReadPlanHead(data); err != nil {
			b.Fatal(err)
		}
	}
}
