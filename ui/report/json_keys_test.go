package report

import (
	"maps"
	"strings"
	"testing"
)

// Types of JSON values, as the contract names them.
const (
	text    = "text"
	number  = "number"
	boolean = "boolean"
	list    = "list"
	object  = "object"
	nothing = "null"
)

func typeOf(v any) string {
	switch v.(type) {
	case string:
		return text
	case float64:
		return number
	case bool:
		return boolean
	case []any:
		return list
	case map[string]any:
		return object
	}
	return nothing
}

// wantKeys checks that value has exactly these keys, each of one of the types that stand behind it.
func wantKeys(t *testing.T, what string, value any, want map[string]string) {
	t.Helper()
	got, ok := value.(map[string]any)
	if !ok {
		t.Fatalf("%s is no object", what)
	}
	for key, types := range want {
		v, there := got[key]
		if !there {
			t.Errorf("%s has no %s", what, key)
		} else if !strings.Contains(types, typeOf(v)) {
			t.Errorf("%s: %s is a %s, not a %s", what, key, typeOf(v), types)
		}
	}
	for key := range got {
		if _, known := want[key]; !known {
			t.Errorf("%s has a %s that nobody wrote down", what, key)
		}
	}
}

var (
	planKeys = map[string]string{
		"format_version": number, "kind": text, "plan_id": text, "profile": text, "created": text, "setup_digest": text, "exit_code": number,
		"sources": list, "accepted": list, "summary": object, "changes": list, "warnings": list, "requests": object, "duration_ms": number, "undoes": text,
	}
	changeKeys = map[string]string{
		"key": text, "action": text, "code": text, "reason": text, "source": text, "customer": object, "service": object, "company": object,
		"agreement": object, "product": object, "addition": object + nothing, "adopts": boolean, "before": object, "after": object, "wanted": object,
		"how": text, "currency": text, "monthly_delta": text, "into": text, "warnings": list,
	}
	summaryKeys = map[string]string{
		"create": number, "update": number, "cancel": number, "none": number, "hold": number, "skip": number, "monthly_delta": object,
	}
)

func and(base map[string]string, more ...string) map[string]string {
	all := map[string]string{}
	maps.Copy(all, base)
	for i := 0; i < len(more); i += 2 {
		all[more[i]] = more[i+1]
	}
	return all
}

func wantChange(t *testing.T, value any, keys map[string]string) {
	t.Helper()
	wantKeys(t, "change", value, keys)
	c := value.(map[string]any)
	for _, name := range []string{"customer", "service"} {
		wantKeys(t, name, c[name], map[string]string{"id": text, "name": text})
	}
	wantKeys(t, "company", c["company"], map[string]string{"id": number, "name": text})
	wantKeys(t, "agreement", c["agreement"], map[string]string{"id": number, "name": text, "cycle": text, "next_invoice_date": text, "today_invoiced": boolean})
	wantKeys(t, "product", c["product"], map[string]string{"id": number, "identifier": text})
	if c["addition"] != nil {
		wantKeys(t, "addition", c["addition"], map[string]string{"id": number, "version": text})
	}
	fields := map[string]string{
		"quantity": text, "unit_price": text, "unit_cost": text, "taxable": boolean, "effective_date": text, "cancelled_date": text,
	}
	for _, name := range []string{"before", "after", "wanted"} {
		for field, v := range c[name].(map[string]any) {
			if fields[field] != typeOf(v) {
				t.Errorf("%s: %s is a %s, not a %s", name, field, typeOf(v), fields[field])
			}
		}
	}
}

func TestEveryKeyOfAPlanIsThere(t *testing.T) {
	document := decoded(t, planBytes(t, everything()))
	wantKeys(t, "plan", document, planKeys)
	wantKeys(t, "summary", document["summary"], summaryKeys)
	for _, source := range document["sources"].([]any) {
		wantKeys(t, "source", source, map[string]string{
			"name": text, "as_of": text, "digest": text, "customers": number, "lines": number, "held": text, "problem": text,
		})
	}
	for _, c := range document["changes"].([]any) {
		wantChange(t, c, changeKeys)
	}
	if got := len(document["changes"].([]any)); got != len(everything().Changes) {
		t.Errorf("%d changes", got)
	}
}

func TestEveryKeyOfARunIsThere(t *testing.T) {
	document := decoded(t, runBytes(t, finished()))
	wantKeys(t, "run", document, and(planKeys, "run_id", text, "started", text, "finished", boolean, "error", object+nothing))
	wantKeys(t, "summary", document["summary"], and(summaryKeys, "applied", number, "failed", number, "unknown", number))
	problem := map[string]string{"code": text, "message": text, "hint": text}
	wantKeys(t, "error", document["error"], problem)
	for _, c := range document["changes"].([]any) {
		wantChange(t, c, and(changeKeys, "status", text, "error", object+nothing))
		if failed := c.(map[string]any)["error"]; failed != nil {
			wantKeys(t, "error", failed, problem)
		}
	}
}
