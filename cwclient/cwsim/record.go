package cwsim

import (
	"slices"
	"sort"
	"strings"
	"sync/atomic"
)

// record is one row of a table. Its values are only changed under the world's
// write lock, and always by replacing the slice.
type record struct {
	res  *resource
	id   int
	vals []any
	info info
	json atomic.Pointer[encoded]
}

// info is what ConnectWise tells about the record itself.
type info struct {
	entered, enteredBy, updated, updatedBy string
}

// encoded is the JSON of a record as it was at one state of the world.
type encoded struct {
	gen  uint64
	body []byte
}

func newRecord(res *resource) *record {
	return &record{res: res, vals: make([]any, len(res.fields))}
}

// draft is a copy to change before it is checked and committed.
func (r *record) draft() *record {
	return &record{res: r.res, id: r.id, vals: slices.Clone(r.vals), info: r.info}
}

func (r *record) set(name string, v any) {
	i, ok := r.res.index[name]
	if !ok {
		panic("cwsim: " + r.res.name + " has no field " + name)
	}
	r.vals[i] = v
	if name == "id" {
		r.id = v.(int)
	}
}

func (r *record) stored(name string) any {
	i, ok := r.res.index[name]
	if !ok {
		return nil
	}
	return r.vals[i]
}

func (r *record) text(name string) string { s, _ := r.stored(name).(string); return s }
func (r *record) flag(name string) bool   { b, _ := r.stored(name).(bool); return b }
func (r *record) ref(name string) int     { v, _ := r.stored(name).(ref); return int(v) }

// day is the calendar date of a date field, "" where it is unset.
func (r *record) day(name string) string { return dayOf(r.text(name)) }

// parentID is the id of the record above, 0 where the resource has none.
func (r *record) parentID() int {
	switch v := r.stored(r.res.parent).(type) {
	case int:
		return v
	case ref:
		return int(v)
	}
	return 0
}

// table holds records ordered by id.
type table struct {
	res      *resource
	rows     []*record
	byID     map[int]*record
	children map[int][]*record // by parent, ordered by id
	byUnique map[string]*record
	next     int
}

func newTable(res *resource, first int) *table {
	return &table{
		res: res, next: first,
		byID: map[int]*record{}, children: map[int][]*record{}, byUnique: map[string]*record{},
	}
}

// insert files a record under its id, or under the next free one.
func (t *table) insert(rec *record) {
	if rec.id == 0 {
		rec.set("id", t.next)
	}
	t.next = max(t.next, rec.id+1)
	t.rows = insertByID(t.rows, rec)
	t.byID[rec.id] = rec
	if t.res.parent != "" {
		p := rec.parentID()
		t.children[p] = insertByID(t.children[p], rec)
	}
	if t.res.unique != "" {
		t.byUnique[strings.ToLower(rec.text(t.res.unique))] = rec
	}
}

// replace puts the draft's values in the place of the record's.
func (t *table) replace(rec, draft *record) {
	if t.res.unique != "" {
		delete(t.byUnique, strings.ToLower(rec.text(t.res.unique)))
		t.byUnique[strings.ToLower(draft.text(t.res.unique))] = rec
	}
	rec.vals, rec.info = draft.vals, draft.info
	rec.json.Store(nil)
}

func (t *table) remove(rec *record) {
	t.rows = removeByID(t.rows, rec.id)
	delete(t.byID, rec.id)
	if t.res.parent != "" {
		p := rec.parentID()
		t.children[p] = removeByID(t.children[p], rec.id)
	}
	if t.res.unique != "" {
		delete(t.byUnique, strings.ToLower(rec.text(t.res.unique)))
	}
}

// named finds a record by its identifier or name, letter case aside.
func (t *table) named(name string) *record {
	if rec, ok := t.byUnique[strings.ToLower(name)]; ok {
		return rec
	}
	for _, key := range []string{"identifier", "name", "currencyIdentifier", "billingOptions"} {
		if _, ok := t.res.index[key]; !ok || key == t.res.unique {
			continue
		}
		for _, rec := range t.rows {
			if strings.EqualFold(rec.text(key), name) {
				return rec
			}
		}
	}
	return nil
}

func position(rows []*record, id int) int {
	return sort.Search(len(rows), func(i int) bool { return rows[i].id >= id })
}

func insertByID(rows []*record, rec *record) []*record {
	if n := len(rows); n == 0 || rows[n-1].id < rec.id {
		return append(rows, rec)
	}
	return slices.Insert(rows, position(rows, rec.id), rec)
}

func removeByID(rows []*record, id int) []*record {
	i := position(rows, id)
	if i == len(rows) || rows[i].id != id {
		return rows
	}
	return slices.Delete(slices.Clone(rows), i, i+1)
}
