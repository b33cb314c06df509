package cwsim

import (
	"net/http"
	"strings"
)

// create makes a record from the body of a POST and commits it.
func (w *World) create(t *table, parent int, body map[string]any, by string) (*record, *problem) {
	rec := newRecord(t.res)
	named, items := w.assign(rec, body)
	if len(items) > 0 {
		return nil, invalid(t.res, items...)
	}
	w.adopt(rec, parent)
	w.defaults(rec, nil, named)
	if items := w.examine(nil, rec); len(items) > 0 {
		return nil, invalid(t.res, items...)
	}
	w.stamp(rec, by)
	t.insert(rec)
	w.touched(t)
	return rec, nil
}

// update replaces a record by its draft once that passes the rules.
func (w *World) update(t *table, rec, draft *record, by string) *problem {
	if items := w.examine(rec, draft); len(items) > 0 {
		return invalid(t.res, items...)
	}
	w.stamp(draft, by)
	t.replace(rec, draft)
	w.touched(t)
	return nil
}

// overwrite is PUT: what the body does not name falls back to its default.
func (w *World) overwrite(t *table, rec *record, body map[string]any, by string) *problem {
	draft := newRecord(t.res)
	draft.info = rec.info
	named, items := w.assign(draft, body)
	if len(items) > 0 {
		return invalid(t.res, items...)
	}
	draft.set("id", rec.id)
	w.adopt(draft, rec.parentID())
	w.defaults(draft, rec, named)
	return w.update(t, rec, draft, by)
}

// delete removes a record that nothing holds on to.
func (w *World) delete(t *table, rec *record) *problem {
	reason := ""
	if t.res.keep != nil {
		reason = t.res.keep(w, rec)
	}
	if reason == "" && w.inUse(t, rec.id) {
		reason = "The " + t.res.name + " is in use and cannot be deleted."
	}
	if reason != "" {
		return &problem{status: http.StatusConflict, code: "ConnectWiseApi", message: reason}
	}
	w.tick()
	t.remove(rec)
	w.touched(t)
	return nil
}

// inUse looks for a record that refers to this one.
func (w *World) inUse(t *table, id int) bool {
	for _, other := range w.tables {
		for i, f := range other.res.fields {
			if f.kind != kindRef || f.to != t.res.table {
				continue
			}
			for _, rec := range other.rows {
				if rec.vals[i] == ref(id) {
					return true
				}
			}
		}
	}
	return false
}

// assign sets the writable fields that the body names; others are ignored.
func (w *World) assign(rec *record, body map[string]any) (named map[string]bool, items []item) {
	named = map[string]bool{}
	for i, f := range rec.res.fields {
		v, ok := body[f.name]
		if !ok || f.readOnly {
			continue
		}
		value, it := w.decode(f, v)
		if it != nil {
			items = append(items, *it)
			continue
		}
		rec.vals[i] = value
		named[f.name] = value != nil
	}
	return named, items
}

// adopt puts the record under its parent.
func (w *World) adopt(rec *record, parent int) {
	if rec.res.parent == "" || parent == 0 {
		return
	}
	i := rec.res.index[rec.res.parent]
	if rec.res.fields[i].kind == kindRef {
		rec.vals[i] = ref(parent)
		return
	}
	rec.vals[i] = parent
}

// defaults completes a new or replaced record.
func (w *World) defaults(rec, before *record, named map[string]bool) {
	for i, f := range rec.res.fields {
		if rec.vals[i] == nil && f.def != nil && f.derive == nil {
			rec.vals[i] = f.def
		}
	}
	if rec.res.fill != nil {
		rec.res.fill(w, before, rec, named)
	}
}

// operation is one entry of a PATCH body.
type operation struct {
	Op    string `json:"op"`
	Path  string `json:"path"`
	Value any    `json:"value"`
}

// patch applies operations to a record. A path below a reference is answered
// as if it had worked, and changes nothing: that is what ConnectWise does.
func (w *World) patch(t *table, rec *record, ops []operation, by string) *problem {
	draft := rec.draft()
	named := map[string]bool{}
	changed := false
	for _, op := range ops {
		done, p := w.patchOne(draft, op)
		if p != nil {
			return p
		}
		if done {
			named[op.Path] = true
			changed = true
		}
	}
	if !changed {
		return nil
	}
	if draft.res.fill != nil {
		draft.res.fill(w, rec, draft, named)
	}
	return w.update(t, rec, draft, by)
}

func (w *World) patchOne(draft *record, op operation) (bool, *problem) {
	if op.Op != "add" && op.Op != "replace" && op.Op != "remove" {
		return false, badRequest("The patch operation %q is not supported.", op.Op)
	}
	head, _, below := strings.Cut(op.Path, "/")
	i, ok := draft.res.index[head]
	if op.Path == "_info" || below && head == "_info" {
		return false, nil
	}
	if !ok {
		return false, badRequest("The path %q is not a field of %s. Paths are bare field names.", op.Path, draft.res.name)
	}
	f := draft.res.fields[i]
	if below || f.readOnly {
		return false, nil
	}
	if op.Op == "remove" {
		op.Value = nil
	}
	v, it := w.decode(f, op.Value)
	if it != nil {
		return false, invalid(draft.res, *it)
	}
	draft.vals[i] = v
	return true, nil
}
