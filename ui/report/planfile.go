package report

import (
	"encoding/json"
	"errors"
	"fmt"
)

// MaxPlanBytes is the largest plan file that is read: 256 MiB.
const MaxPlanBytes = 256 << 20

// maxIDBytes bounds the names that are read from a plan file.
const maxIDBytes = 200

// PlanHead is what a plan file says of itself. What the plan does comes from the store, never from the file.
type PlanHead struct {
	ID      string
	Profile string
}

// ReadPlanHead gives id and profile of the plan that a file shows. The file comes from outside: it may be anything. Anything but one whole JSON document of kind plan and a known version is an
// error. It looks at nothing else: encoding/json skips the rest without storing it and refuses values nested deeper than 10,000 levels.
func ReadPlanHead(data []byte) (PlanHead, error) {
	if len(data) > MaxPlanBytes {
		return PlanHead{}, fmt.Errorf("read the plan: it is larger than %d MiB", MaxPlanBytes>>20)
	}
	var head struct {
		FormatVersion json.Number `json:"format_version"`
		Kind          string      `json:"kind"`
		PlanID        string      `json:"plan_id"`
		Profile       string      `json:"profile"`
	}
	if err := json.Unmarshal(data, &head); err != nil {
		return PlanHead{}, planFileError(err)
	}
	switch {
	case head.Kind != string(KindPlan):
		return PlanHead{}, fmt.Errorf("read the plan: the document's kind is %.40q, not %q", Plain(head.Kind), KindPlan)
	case head.FormatVersion != "1":
		return PlanHead{}, fmt.Errorf("read the plan: its format_version is %.40q, this program knows 1", Plain(head.FormatVersion.String()))
	case head.PlanID == "":
		return PlanHead{}, errors.New("read the plan: it has no plan_id")
	case !isName(head.PlanID):
		return PlanHead{}, errors.New("read the plan: its plan_id is none that this program made")
	case head.Profile != "" && !isName(head.Profile):
		return PlanHead{}, errors.New("read the plan: its profile is none that this program made")
	}
	return PlanHead{ID: head.PlanID, Profile: head.Profile}, nil
}

// isName reports whether s is short and harmless to print.
func isName(s string) bool { return len(s) <= maxIDBytes && Plain(s) == s }

func planFileError(err error) error {
	if _, ok := errors.AsType[*json.SyntaxError](err); ok {
		return fmt.Errorf("read the plan: the file is not JSON, or only a part of it: %w", err)
	}
	var kind *json.UnmarshalTypeError
	if errors.As(err, &kind) && kind.Field != "" {
		return fmt.Errorf("read the plan: its %s is not a text or number as it should be", kind.Field)
	}
	return errors.New("read the plan: the file is JSON, but not a plan")
}
