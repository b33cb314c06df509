package report

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"cwsync/syncer"
	"cwsync/syncer/plan"
)

const (
	indent      = "  "
	changeBytes = 1024 // about what one change takes, for a buffer that need not grow
)

// PlanJSON is the document of a plan: what --dry-run prints and what --out saves. requests counts what was sent by method in capitals, duration
// is that of the planning. The bytes of `changes` depend on the plan alone.
func PlanJSON(p *plan.Plan, requests map[string]int, duration time.Duration, exitCode int) ([]byte, error) {
	b := sized(p)
	err := WritePlanJSON(b, p, requests, duration, exitCode)
	return b.Bytes(), err
}

// WritePlanJSON writes the bytes of PlanJSON without holding them.
func WritePlanJSON(w io.Writer, p *plan.Plan, requests map[string]int, duration time.Duration, exitCode int) error {
	s := sheet{plan: p}
	sum := s.summary()
	head := planHead{
		FormatVersion: FormatVersion, Kind: KindPlan, PlanID: p.ID, Profile: p.Profile, Created: timeText(p.Created),
		SetupDigest: p.SetupDigest, Undoes: p.Undoes, ExitCode: exitCode, Sources: sourcesOf(p.Sources), Accepted: joined(p.Accepted, nil),
		Summary: summaryWire{
			Create: sum.Create, Update: sum.Update, Cancel: sum.Cancel, None: sum.None, Hold: sum.Hold, Skip: sum.Skip,
			MonthlyDelta: totals(sum.MonthlyDelta),
		},
	}
	return s.writeJSON(w, head, tailOf(planWarnings(p), requests, duration))
}

func sized(p *plan.Plan) *bytes.Buffer {
	if p == nil {
		return new(bytes.Buffer)
	}
	return bytes.NewBuffer(make([]byte, 0, changeBytes*(len(p.Changes)+1)))
}

// RunJSON is the document of a run. One that was cut off, which has a negative exit code, is said not to be finished. Its monthly_delta is of what was applied; a row that was held while applying is a hold with that reason.
func RunJSON(r *syncer.Run) ([]byte, error) {
	b := sized(r.Plan)
	err := WriteRunJSON(b, r)
	return b.Bytes(), err
}

// WriteRunJSON writes the bytes of RunJSON without holding them.
func WriteRunJSON(w io.Writer, r *syncer.Run) error {
	s := ofRun(r)
	sum := s.summary()
	code, finished := ended(r.ExitCode, sum.Unknown)
	head := runHead{
		FormatVersion: FormatVersion, Kind: KindRun, PlanID: s.plan.ID, RunID: r.ID, Profile: s.plan.Profile, Created: timeText(s.plan.Created),
		Started: timeText(r.Started), SetupDigest: s.plan.SetupDigest, Undoes: r.Undoes, ExitCode: code, Finished: finished,
		Error: problemOf(r.Problem), Sources: sourcesOf(s.plan.Sources),
		Accepted: joined(s.plan.Accepted, nil), Summary: sum.wire(),
	}
	return s.writeJSON(w, head, tailOf(joined(planWarnings(s.plan), r.Warnings), r.Requests, r.Duration))
}

// ended is the exit code of a run for scripts, and whether it came to its end. One that was cut off has no exit code of its own, only a negative
// number in its place: it counts as failed, and as unknown while a write of it is.
func ended(exitCode, unknown int) (code int, finished bool) {
	switch {
	case exitCode >= 0:
		return exitCode, true
	case unknown > 0:
		return syncer.ExitUnknown, false
	}
	return syncer.ExitFailed, false
}

func (s RunSummary) wire() runSummaryWire {
	return runSummaryWire{
		Create: s.Create, Update: s.Update, Cancel: s.Cancel, None: s.None, Hold: s.Hold, Skip: s.Skip,
		Applied: s.Applied, Failed: s.Failed, Unknown: s.Unknown, MonthlyDelta: totals(s.MonthlyDelta),
	}
}

func tailOf(warnings []string, requests map[string]int, duration time.Duration) tail {
	if requests == nil {
		requests = map[string]int{}
	}
	return tail{Warnings: warnings, Requests: requests, DurationMS: duration.Milliseconds()}
}

// writeJSON writes the keys of head, then changes one by one, then the keys of end.
func (s sheet) writeJSON(w io.Writer, head, end any) error {
	opening, err := encode(head)
	if err != nil {
		return fmt.Errorf("write the document: %w", err)
	}
	closing, err := encode(end)
	if err != nil {
		return fmt.Errorf("write the document: %w", err)
	}
	out := bufio.NewWriter(w) // keeps its first error, which Flush gives
	_, _ = out.Write(bytes.TrimSuffix(opening, []byte("\n}\n")))
	_, _ = out.WriteString(",\n" + indent + `"changes": [`)
	if err := s.writeChanges(out); err != nil {
		return fmt.Errorf("write the document: %w", err)
	}
	_, _ = out.WriteString("],")
	_, _ = out.Write(bytes.TrimPrefix(closing, []byte("{")))
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write the document: %w", err)
	}
	return nil
}

func (s sheet) writeChanges(out *bufio.Writer) error {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent(indent+indent, indent)
	for i := range s.plan.Changes {
		r := s.row(i)
		var wire any = r.wire()
		if r.inRun {
			wire = r.runWire()
		}
		b.Reset()
		if err := encoder.Encode(wire); err != nil {
			return err
		}
		separator := ",\n" + indent + indent
		if i == 0 {
			separator = separator[1:]
		}
		_, _ = out.WriteString(separator)
		if _, err := out.Write(bytes.TrimSuffix(b.Bytes(), []byte("\n"))); err != nil {
			return err
		}
	}
	if len(s.plan.Changes) > 0 {
		_, _ = out.WriteString("\n" + indent)
	}
	return nil
}

// ErrorJSON is the document of a command that came to no plan and no run.
func ErrorJSON(exitCode int, problem syncer.Problem) ([]byte, error) {
	return DocumentJSON(KindError, exitCode, struct {
		Error *problemWire `json:"error"`
	}{problemOf(&problem)})
}

// DocumentJSON is a document of any kind: the keys that all have (format_version, kind, exit_code), then those of body, which must be a struct
// or a map that encodes as an object and has none of the three.
func DocumentJSON(kind Kind, exitCode int, body any) ([]byte, error) {
	opening, err := encode(struct {
		FormatVersion int  `json:"format_version"`
		Kind          Kind `json:"kind"`
		ExitCode      int  `json:"exit_code"`
	}{FormatVersion, kind, exitCode})
	if err != nil {
		return nil, fmt.Errorf("write the %s document: %w", kind, err)
	}
	rest, err := encode(body)
	if err != nil {
		return nil, fmt.Errorf("write the %s document: %w", kind, err)
	}
	if err := bodyFits(rest); err != nil {
		return nil, fmt.Errorf("write the %s document: %w", kind, err)
	}
	if string(rest) == "{}\n" {
		return opening, nil
	}
	document := append(bytes.TrimSuffix(opening, []byte("\n}\n")), ',')
	return append(document, bytes.TrimPrefix(rest, []byte("{"))...), nil
}

func bodyFits(body []byte) error {
	var keys map[string]json.RawMessage
	if err := json.Unmarshal(body, &keys); err != nil || keys == nil {
		return errors.New("its content is not an object")
	}
	for _, key := range []string{"format_version", "kind", "exit_code"} {
		if _, taken := keys[key]; taken {
			return fmt.Errorf("its content has a %q of its own", key)
		}
	}
	return nil
}

func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", indent)
	if err := encoder.Encode(v); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
