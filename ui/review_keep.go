package ui

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"cwsync/syncer"
	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
	"cwsync/ui/report"

	tea "charm.land/bubbletea/v2"
)

// noteReview is the note that remembers what a person decided in Review.
const noteReview = "wizard.review"

// decisions are what a person accepted and left out, each with a print of what it was about. When that is something else one day the decision no
// longer counts: what was accepted once must never release another change.
type decisions struct {
	Accepted map[string]string `json:"accepted,omitempty"` // by key, or SOURCE:CODE
	LeftOut  map[string]string `json:"left_out,omitempty"` // by key
	Only     []string          `json:"only,omitempty"`     // ids of the customers that Review is narrowed to
}

func newDecisions() decisions {
	return decisions{Accepted: map[string]string{}, LeftOut: map[string]string{}}
}

// recalled are decisions as they were noted; none where the note says nothing that this program understands.
func recalled(note string) decisions {
	noted := newDecisions()
	if json.Unmarshal([]byte(note), &noted) != nil || noted.Accepted == nil || noted.LeftOut == nil {
		return newDecisions()
	}
	return noted
}

// note is what keeps the decisions; empty where there is none.
func (d decisions) note(only []string) string {
	if d.count() == 0 && len(only) == 0 {
		return ""
	}
	d.Only = only
	text, _ := json.Marshal(d) // texts cannot fail
	return string(text)
}

func (d decisions) count() int { return len(d.Accepted) + len(d.LeftOut) }

func (d decisions) accepts(entry string) bool { _, ok := d.Accepted[entry]; return ok }

func (d decisions) leaves(key string) bool { _, ok := d.LeftOut[key]; return ok }

// entries are the decisions as a plan takes them.
func (d decisions) entries() (accept, leftOut []string) {
	return slices.Sorted(maps.Keys(d.Accepted)), slices.Sorted(maps.Keys(d.LeftOut))
}

// settle makes the plan with those decisions that still are about what they were about. One may show what another is about, as accepting a source
// shows its lines, so it looks again for as long as one more fits.
func (d decisions) settle(draft *syncer.Draft) (kept decisions, made *plan.Plan) {
	kept = newDecisions()
	for {
		made = draft.Plan(kept.entries())
		if len(d.Accepted) == len(kept.Accepted) && len(d.LeftOut) == len(kept.LeftOut) {
			return kept, made
		}
		prints, before := printsOf(made, d), kept.count()
		for _, side := range []struct{ given, kept map[string]string }{{d.Accepted, kept.Accepted}, {d.LeftOut, kept.LeftOut}} {
			for entry, seen := range side.given {
				if seen != "" && prints[entry] == seen {
					side.kept[entry] = seen
				}
			}
		}
		if kept.count() == before {
			return kept, made
		}
	}
}

// copied is a copy that another goroutine may have.
func (d decisions) copied() decisions {
	return decisions{Accepted: maps.Clone(d.Accepted), LeftOut: maps.Clone(d.LeftOut)}
}

// printOf is the print of what a decision about an entry is about: the rows of a line, or why a source is held. It is empty for what no decision
// may outlast.
func printOf(made *plan.Plan, entry string) string {
	return printsOf(made, decisions{Accepted: map[string]string{entry: ""}})[entry]
}

// printOfLine is the print of a line.
func printOfLine(made *plan.Plan, key billing.Key) string {
	var seen []string
	for i := range made.Changes {
		if change := &made.Changes[i]; change.Key == key {
			seen = append(seen, traits(change)...)
		}
	}
	return printed(seen)
}

// printsOf are the prints of all that decisions are about.
func printsOf(made *plan.Plan, wanted decisions) map[string]string {
	seen := map[string][]string{}
	for i := range made.Changes {
		change := &made.Changes[i]
		if key := change.Key.String(); wanted.accepts(key) || wanted.leaves(key) {
			seen[key] = append(seen[key], traits(change)...)
		}
	}
	for i := range made.Sources {
		source := &made.Sources[i]
		if entry := acceptOf("", source.Name, source.Held); entry != "" && wanted.accepts(entry) {
			seen[entry] = []string{source.Digest}
			if source.Held != plan.UsageStale { // which says how old it is by now
				seen[entry] = append(seen[entry], source.Problem)
			}
		}
	}
	prints := make(map[string]string, len(seen))
	for entry, parts := range seen {
		prints[entry] = printed(parts)
	}
	return prints
}

func printed(parts []string) string {
	if slices.Contains(parts, string(plan.PreviousUnknown)) {
		return "" // the next write that is lost is another one, however much it looks like this one
	}
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:16])
}

// traits are what a person who decides about a row goes by.
func traits(change *plan.Change) []string {
	row := report.PlanRow(change)
	parts := []string{string(change.Action), string(change.Code), change.MonthlyDelta.String(), change.Currency, fmt.Sprint(
		change.Agreement.ID, change.Product.ID, change.Addition.ID, change.Adopts, change.Releases)}
	parts = append(parts, row.Fields()...)
	if byKey, _ := plan.Acceptable(change.Code); byKey {
		parts = append(parts, change.Reason) // it tells every reason that accepting releases
	}
	return parts
}

// recall takes what was decided before the program was started. Who left the wizard at an earlier step comes back here for all customers.
func (r *reviewStep) recall(note string, here bool) {
	r.state.decided = recalled(note)
	r.noted = note
	if only := r.state.decided.Only; here && len(only) > 0 {
		r.desk.only = only
	}
}

// keep notes what was decided, where that is news.
func (r *reviewStep) keep() tea.Cmd {
	note := r.state.decided.note(r.desk.only)
	if note == r.noted {
		return nil
	}
	r.noted = note
	return r.desk.note(noteReview, note)
}

// carriedOut forgets what a run did of what was accepted: it is done, and the same decision would be about something else from now on.
func (r *reviewStep) carriedOut(run *syncer.Run) tea.Cmd {
	if run == nil || run.Plan == nil {
		r.written = false // no run came about
		return nil
	}
	for i := range min(len(run.Outcomes), len(run.Plan.Changes)) {
		if change := &run.Plan.Changes[i]; change.Accepted && run.Outcomes[i].Status == syncer.Applied {
			delete(r.state.decided.Accepted, change.Key.String())
		}
	}
	return r.keep()
}

// dropped says that decisions no longer count.
func dropped(count int) tea.Cmd {
	if count == 0 {
		return nil
	}
	return send(noticeMsg{text: report.Counted(count, "decision no longer counts: what it was about", "decisions no longer count: what they were about") + " has changed", bad: true})
}
