package store

import (
	"fmt"
	"slices"
	"testing"

	"cwsync/syncer"
	"cwsync/syncer/plan"
)

// count gives a number of the database, by SQL.
func count(t *testing.T, p *Profile, query string) (n int) {
	t.Helper()
	check(t, p.store.reader.QueryRowContext(t.Context(), query).Scan(&n))
	return n
}

func bodies(t *testing.T, p *Profile) int { return count(t, p, "SELECT count(*) FROM bodies") }

// record stores a run, and checks that it comes back as it was.
func record(t *testing.T, p *Profile, run *syncer.Run, ownership syncer.OwnershipChange) {
	t.Helper()
	check(t, p.Begin(t.Context(), run))
	check(t, p.Finish(t.Context(), run, ownership))
	wantSame(t, must[*syncer.Run](t)(p.Run(t.Context(), run.ID)), run)
}

func TestUnchangedRunsShareBodies(t *testing.T) {
	p := newProfile(t)
	record(t, p, nightlyRun("r1", 2_000), syncer.OwnershipChange{})
	first := bodies(t, p)
	record(t, p, nightlyRun("r2", 2_000), syncer.OwnershipChange{})
	record(t, p.store.Profile("branch"), nightlyRun("r1", 2_000), syncer.OwnershipChange{})
	if again := bodies(t, p); first < 2_000/maxBodyRows || again != first {
		t.Errorf("%d bodies after one run, %d after three like it", first, again)
	}
	if rows := count(t, p, "SELECT count(*) FROM changes"); rows != 0 {
		t.Errorf("%d rows for lines of which there is nothing to say", rows)
	}
}

// TestChangedLineStoresItsBodyAlone: the lines around it stay where they are stored.
func TestChangedLineStoresItsBodyAlone(t *testing.T) {
	const rows = 400
	type alteration struct {
		alter func(run *syncer.Run)
		most  int // new bodies
	}
	changed := func(i int) alteration {
		return alteration{func(run *syncer.Run) { run.Plan.Changes[i].How = "x" }, 1}
	}
	without := func(i int) alteration {
		return alteration{func(run *syncer.Run) {
			run.Plan.Changes, run.Outcomes = slices.Delete(run.Plan.Changes, i, i+1), run.Outcomes[1:]
		}, 1}
	}
	with := func(i int, more string) alteration {
		return alteration{func(run *syncer.Run) {
			c := run.Plan.Changes[i]
			c.Key.Service += more
			run.Plan.Changes = slices.Insert(run.Plan.Changes, i+1, c)
			run.Outcomes = append(run.Outcomes, syncer.Outcome{Status: syncer.Unchanged})
		}, 2} // the new line may begin a body
	}
	cases := map[string]alteration{
		"the first line changes": changed(0), "a line changes": changed(200), "the last line changes": changed(rows - 1),
		"the first line ends": without(0), "the last line ends": without(rows - 1),
	}
	for i := range 12 {
		cases[fmt.Sprint("a line comes ", i)] = with(200+5*i, fmt.Sprint("-", i))
		cases[fmt.Sprint("a line ends ", i)] = without(100 + 3*i)
	}
	p := newProfile(t)
	record(t, p, nightlyRun("before", rows), syncer.OwnershipChange{})
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			before := bodies(t, p)
			run := nightlyRun(name, rows)
			test.alter(run)
			record(t, p, run, syncer.OwnershipChange{})
			if more := bodies(t, p) - before; more < 1 || more > test.most {
				t.Errorf("%d more bodies, want at most %d", more, test.most)
			}
		})
	}
}

func TestBodiesAreBounded(t *testing.T) {
	p := newProfile(t)
	run := newRun("r1")
	for n := range 2*maxBodyRows + 1 { // keys of which none begins a body, out of order
		c := update(-n)
		for i := 0; keyHash(keyText(c.Key))%bodyShare == 0; i++ {
			c.Key.Service = fmt.Sprint("other", i)
		}
		run.Plan.Changes, run.Outcomes = append(run.Plan.Changes, c), append(run.Outcomes, syncer.Outcome{Status: syncer.Applied})
	}
	record(t, p, run, syncer.OwnershipChange{})
	if n := bodies(t, p); n != 3 {
		t.Errorf("%d bodies, want 3", n)
	}
	last := run.Plan.Changes[2*maxBodyRows]
	if lines := must[[]Line](t)(p.LinesOfKey(t.Context(), last.Key, 0)); len(lines) != 1 {
		t.Errorf("lines %v", lines)
	}
}

// TestKeyHash pins what is on users' disks: if this fails, repair keyHash.
func TestKeyHash(t *testing.T) {
	for key, want := range map[string]uint64{"": 0xcbf29ce484222325, "a": 0xaf63dc4c8601ec8c, "foobar": 0x85944171f73967e8} {
		if got := keyHash(key); got != want {
			t.Errorf("hash of %q: %x, want %x", key, got, want)
		}
	}
}

func TestRowsThatSaySomething(t *testing.T) {
	cases := map[string]struct {
		alter func(c *plan.Change)
		rows  int
	}{
		"unchanged":   {func(*plan.Change) {}, 0},
		"no warnings": {func(c *plan.Change) { c.Warnings, c.Releases = []string{}, []int{} }, 0},
		"not billed": {func(c *plan.Change) {
			c.Addition, c.Reason = plan.Addition{}, "no usage, and no addition that bills it"
		}, 0},
		"create":        {func(c *plan.Change) { c.Action = plan.Create }, 1},
		"update":        {func(c *plan.Change) { c.Action = plan.Update }, 1},
		"cancel":        {func(c *plan.Change) { c.Action = plan.Cancel }, 1},
		"hold":          {func(c *plan.Change) { c.Action = plan.Hold }, 1},
		"skip":          {func(c *plan.Change) { c.Action = plan.Skip }, 1},
		"adopts":        {func(c *plan.Change) { c.Adopts = true }, 1},
		"releases":      {func(c *plan.Change) { c.Releases = []int{5} }, 1},
		"warns":         {func(c *plan.Change) { c.Warnings = []string{"look"} }, 1},
		"was accepted":  {func(c *plan.Change) { c.Accepted = true }, 1},
		"of later step": {func(c *plan.Change) { c.Step = 1 }, 0},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			p := newProfile(t)
			run := nightlyRun("r1", 3)
			test.alter(&run.Plan.Changes[1])
			record(t, p, run, syncer.OwnershipChange{})
			if rows := count(t, p, "SELECT count(*) FROM changes"); rows != test.rows {
				t.Errorf("%d rows, want %d", rows, test.rows)
			}
		})
	}
}

func TestRowsOfOneKeyAreToldTogether(t *testing.T) {
	p := newProfile(t)
	run := nightlyRun("r1", 4)
	run.Plan.Changes[2].Key, run.Plan.Changes[2].Step, run.Plan.Changes[2].Action = run.Plan.Changes[1].Key, 1, plan.Cancel
	record(t, p, run, syncer.OwnershipChange{})
	lines := must[[]Line](t)(p.LinesOfKey(t.Context(), run.Plan.Changes[1].Key, 0))
	if len(lines) != 2 || lines[0].Change.Action != plan.None || lines[1].Change.Action != plan.Cancel {
		t.Errorf("lines %v", lines)
	}
}

// TestOutcomesOfQuietRows: a row that had nothing to say has, once something else became of it than nothing.
func TestOutcomesOfQuietRows(t *testing.T) {
	p := newProfile(t)
	run := nightlyRun("r1", 300)
	changing(run, 50, 1)
	run.Outcomes[3] = syncer.Outcome{Status: syncer.Held, Code: plan.ChangedMeanwhile, Reason: "why"}
	run.Outcomes[60] = syncer.Outcome{Status: syncer.Skipped}
	run.Outcomes[61] = syncer.Outcome{}
	run.Outcomes[100] = syncer.Outcome{Status: syncer.Failed, Problem: &syncer.Problem{Code: "c"}}
	run.Outcomes[299] = syncer.Outcome{Status: syncer.Unchanged, Warnings: []string{"look"}}
	record(t, p, run, syncer.OwnershipChange{})
	for _, i := range []int{0, 3, 50, 60, 61, 100, 299} {
		for name, lines := range map[string][]Line{
			"key":      must[[]Line](t)(p.LinesOfKey(t.Context(), run.Plan.Changes[i].Key, 0)),
			"addition": must[[]Line](t)(p.LinesOfAddition(t.Context(), run.Plan.Changes[i].Addition.ID, 0)),
		} {
			if len(lines) != 1 {
				t.Fatalf("%d lines of row %d by %s", len(lines), i, name)
			}
			wantSame(t, lines[0].Outcome, run.Outcomes[i])
		}
	}
}

func TestDamagedRun(t *testing.T) {
	for name, damage := range map[string]string{
		"a body is gone":     "DELETE FROM run_bodies WHERE first = (SELECT max(first) FROM run_bodies)",
		"a row of no change": "UPDATE changes SET position = 9999",
	} {
		t.Run(name, func(t *testing.T) {
			p := newProfile(t)
			run := nightlyRun("r1", 300)
			changing(run, 1_000, 1)
			record(t, p, run, syncer.OwnershipChange{})
			_, err := p.store.writer.ExecContext(t.Context(), damage)
			check(t, err)
			_, err = p.Run(t.Context(), "r1")
			wantCode(t, err, CodeCorrupt)
		})
	}
}
