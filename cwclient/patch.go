package cwclient

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"

	"github.com/shopspring/decimal"
)

// PatchOp is one operation of a PATCH (PatchOperation). ConnectWise does not take RFC 6902 as it stands: the path
// is the bare, case-sensitive name of a field, without a slash, and a reference is replaced as a whole.
type PatchOp struct {
	Op    string // add, replace or remove
	Path  string // field name
	Value any    // decimal.Decimal and Number become JSON numbers, Date midnight UTC; absent for remove
}

// Replace sets a field.
func Replace(field string, value any) PatchOp {
	return PatchOp{Op: "replace", Path: field, Value: value}
}

// Remove empties a field.
func Remove(field string) PatchOp { return PatchOp{Op: "remove", Path: field} }

// MarshalJSON writes op, path and, except for remove, value.
func (p PatchOp) MarshalJSON() ([]byte, error) {
	if p.Op == "remove" {
		return json.Marshal(struct {
			Op   string `json:"op"`
			Path string `json:"path"`
		}{p.Op, p.Path})
	}
	value := p.Value
	if d, ok := value.(decimal.Decimal); ok {
		value = NumberOf(d) // by itself a decimal is written as a string
	}
	return json.Marshal(struct {
		Op    string `json:"op"`
		Path  string `json:"path"`
		Value any    `json:"value"`
	}{p.Op, p.Path, value})
}

// bareField is a field name as PATCH takes it.
var bareField = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// checkOps refuses what ConnectWise would misunderstand: a nested path is answered with 200 and changes nothing.
func checkOps(ops []PatchOp) error {
	if len(ops) == 0 {
		return errors.New("a change needs at least one field")
	}
	for _, p := range ops {
		if p.Op != "add" && p.Op != "replace" && p.Op != "remove" {
			return fmt.Errorf("unknown operation %q", p.Op)
		}
		if !bareField.MatchString(p.Path) {
			return fmt.Errorf("%q is not the bare name of a field", p.Path)
		}
	}
	return nil
}
