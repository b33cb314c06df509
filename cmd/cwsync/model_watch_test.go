package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"cwsync/cwclient/cwsim"
	"cwsync/syncer"
	"cwsync/syncer/billing"
	"cwsync/syncer/plan"

	"github.com/shopspring/decimal"
)

// watch is the network between the program and the simulated ConnectWise. It looks at every write before it passes: is its intent on disk, may this
// line be written, are these fields ours? After each run it compares every line with what people made of it.
type watch struct {
	m        *model
	cancel   func()
	sent     int // writes of this run
	broken   []string
	fault    cwsim.Fault // the one that is armed
	armed    bool
	expected map[int]string               // JSON of each line
	records  map[int]cwsim.AdditionRecord // the same as people see it
	fields   map[int]map[string]bool      // of these, what was written
	targets  map[int]bool                 // lines that this run wrote, or that a write on its way may write yet
	created  map[int]bool                 // agreements that this run opened a line on, likewise
	late     map[int]time.Time            // by agreement: until when a write may still come
	opening  bool                         // that one opens a line
	edited   bool                         // a person edited while the run was going on
	first    map[int64]string             // by intent: the line as it was when the write was first sent
}

func (w *watch) start(m *model) {
	w.m, w.late = m, map[int]time.Time{}
	w.targets, w.created, w.first, w.fields = map[int]bool{}, map[int]bool{}, map[int64]string{}, map[int]map[string]bool{}
	w.look()
}

// breaks notes a promise that was broken.
func (w *watch) breaks(format string, args ...any) {
	w.broken = append(w.broken, fmt.Sprintf(format, args...))
}

// look takes what is there now for granted.
func (w *watch) look() {
	w.expected, w.records = w.m.world.Snapshot(), map[int]cwsim.AdditionRecord{}
	for id := range w.expected {
		w.records[id], _ = w.m.world.Addition(id)
	}
}

// lookAt takes one line as a person left it.
func (w *watch) lookAt(id int) {
	record, ok := w.m.world.Addition(id)
	if !ok {
		delete(w.expected, id)
		delete(w.records, id)
		return
	}
	w.expected[id], w.records[id] = w.m.world.Snapshot()[id], record
}

func (w *watch) begin() {
	w.sent, w.edited = 0, false
	if len(w.waiting()) == 0 {
		clear(w.targets)
		clear(w.fields)
		clear(w.created)
	}
	w.look()
}

// waiting are the agreements on which a write may still come.
func (w *watch) waiting() []int {
	maps.DeleteFunc(w.late, func(_ int, until time.Time) bool { return !time.Now().Before(until) })
	return slices.Sorted(maps.Keys(w.late))
}

// arm makes one write or read go wrong. An edit on the way may come on top.
func (w *watch) arm(fault cwsim.Fault, edits ...cwsim.Fault) {
	w.m.server.ClearFaults()
	w.fault, w.armed = fault, true
	w.m.server.Fail(fault)
	for _, edit := range edits {
		w.m.server.Fail(edit)
	}
}

func (w *watch) disarm() {
	w.m.server.ClearFaults()
	w.armed = false
}

var errReset = fmt.Errorf("read: %w", syscall.ECONNRESET)

// RoundTrip implements http.RoundTripper.
func (w *watch) RoundTrip(r *http.Request) (*http.Response, error) {
	if w.m.dead.Load() {
		return nil, errReset
	}
	next := w.m.server.Transport()
	if r.Method == http.MethodGet {
		return next.RoundTrip(r)
	}
	w.sent++
	w.check(r)
	before, after := w.m.pass(false)
	if before != nil {
		return nil, errReset
	}
	pending := w.m.server.Pending()
	answer, err := next.RoundTrip(r)
	if w.armed && w.fault.Kind == cwsim.FaultCommitLater && w.m.server.Pending() < pending {
		agreement, _ := target(r)
		w.late[agreement], w.opening = time.Now().Add(w.fault.Delay), r.Method == http.MethodPost
	}
	if after != nil {
		w.m.dead.Store(true)
		if answer != nil {
			_ = answer.Body.Close() // nobody reads it any more
		}
		return nil, errReset
	}
	return answer, err
}

var additionPath = regexp.MustCompile(`/finance/agreements/(\d+)/additions(?:/(\d+))?$`)

// target is what a write is about; addition is 0 for a create.
func target(r *http.Request) (agreement, addition int) {
	parts := additionPath.FindStringSubmatch(r.URL.Path)
	if parts == nil {
		return 0, 0
	}
	agreement, _ = strconv.Atoi(parts[1])
	addition, _ = strconv.Atoi(parts[2])
	return agreement, addition
}

// check looks at a write that is about to leave.
func (w *watch) check(r *http.Request) {
	body, err := io.ReadAll(r.Body)
	must(err)
	r.Body = io.NopCloser(bytes.NewReader(body))
	agreement, addition := target(r)
	intents, err := w.m.watcher.Profile("default").OpenIntents(w.m.ctx)
	must(err)
	at := slices.IndexFunc(intents, func(i syncer.Intent) bool {
		return i.AgreementID == agreement && i.AdditionID == addition && i.Kind.OfProduct() == (agreement == 0)
	})
	ofProduct := strings.HasSuffix(r.URL.Path, catalogPath)
	switch {
	case agreement == 0 && !ofProduct:
		w.breaks("%s %s is no write of an addition", r.Method, r.URL.Path)
	case len(intents) > 1 && slices.ContainsFunc(intents, func(i syncer.Intent) bool { return i.AgreementID == agreement && i.ID != intents[max(at, 0)].ID }):
		w.breaks("%s %s while another write on the agreement is open: %+v", r.Method, r.URL.Path, intents)
	case at < 0:
		w.breaks("%s %s left without an intent on disk", r.Method, r.URL.Path)
	case r.Method == http.MethodPost && ofProduct:
		w.checkProduct(body, &intents[at])
	case r.Method == http.MethodPost:
		w.checkCreate(body, agreement, &intents[at])
	case r.Method == http.MethodPatch:
		w.checkEdit(body, agreement, addition, &intents[at])
	default:
		w.breaks("%s %s", r.Method, r.URL.Path)
	}
}

const catalogPath = "/procurement/catalog"

// checkProduct: a product is created only where there is none of its identifier in any letters, and none may still be on its way.
func (w *watch) checkProduct(body []byte, intent *syncer.Intent) {
	var sent struct {
		Identifier  string
		Price, Cost *decimal.Decimal
	}
	must(json.Unmarshal(body, &sent))
	if intent.Kind != syncer.IntentCreateProduct || sent.Identifier != intent.Identifier || !sameAmount(sent.Price, intent.UnitPrice) || !sameAmount(sent.Cost, intent.UnitCost) {
		w.breaks("product %s was created, and the intent says %+v", body, intent)
	}
	if there, ok := w.m.world.Product(intent.Identifier); ok {
		w.breaks("product %s is created beside %+v", intent.Identifier, there)
	}
	if w.opening && slices.Contains(w.waiting(), 0) {
		w.breaks("product %s is created while an earlier write may still come", intent.Identifier)
	}
}

// sameAmount: what is sent is what the intent says, where it says anything.
func sameAmount(sent *decimal.Decimal, intent decimal.NullDecimal) bool {
	if sent == nil || !intent.Valid {
		return sent == nil && !intent.Valid
	}
	return billing.Same(*sent, intent.Decimal)
}

// checkCreate: a line is opened only where none of the product is open, and none may still be on its way.
func (w *watch) checkCreate(body []byte, agreement int, intent *syncer.Intent) {
	w.created[agreement] = true
	var sent struct {
		Quantity            decimal.Decimal
		Product             struct{ ID int }
		UnitPrice, UnitCost *decimal.Decimal
		EffectiveDate       string
	}
	must(json.Unmarshal(body, &sent))
	if intent.Kind != syncer.IntentCreate || !sent.Quantity.Equal(intent.Quantity.Decimal) || sent.Product.ID != intent.ProductID ||
		!sameAmount(sent.UnitPrice, intent.UnitPrice) || !sameAmount(sent.UnitCost, intent.UnitCost) {
		w.breaks("a line of %s was opened on %d, and the intent says %+v", sent.Quantity, agreement, intent)
	}
	for _, line := range w.m.lines(agreement, intent.ProductID) {
		if w.m.open(line) && (line.Cancelled == "" || line.Cancelled >= sent.EffectiveDate[:len(time.DateOnly)]) { // else it ends before
			w.breaks("a second line is opened on %d beside %+v", agreement, line)
		}
	}
	if w.opening && slices.Contains(w.waiting(), agreement) {
		w.breaks("a line is opened on %d while an earlier write may still come", agreement)
	}
}

// checkEdit: only quantity, end and, where the set-up says so, price, cost and tax flag of a line that is ours, or that is the only open one that is nobody's.
func (w *watch) checkEdit(body []byte, agreement, addition int, intent *syncer.Intent) {
	w.targets[addition] = true
	if w.fields[addition] == nil {
		w.fields[addition] = map[string]bool{}
	}
	var sent []struct {
		Op, Path string
		Value    json.RawMessage
	}
	must(json.Unmarshal(body, &sent))
	for _, op := range sent {
		value := string(bytes.Trim(op.Value, `"`))
		w.fields[addition][op.Path] = true
		switch {
		case op.Op == "replace" && op.Path == "quantity" && intent.Quantity.Valid && billing.Same(decimal.RequireFromString(value), intent.Quantity.Decimal):
		case op.Op == "replace" && w.m.rules.writes("price") && op.Path == "unitPrice" && intent.UnitPrice.Valid && billing.Same(decimal.RequireFromString(value), intent.UnitPrice.Decimal):
		case op.Op == "replace" && w.m.rules.writes("cost") && op.Path == "unitCost" && intent.UnitCost.Valid && billing.Same(decimal.RequireFromString(value), intent.UnitCost.Decimal):
		case op.Op == "replace" && w.m.rules.writes("taxable") && op.Path == "taxableFlag" && intent.Taxable != nil && value == strconv.FormatBool(*intent.Taxable):
		case op.Op == "remove" && op.Path == "cancelledDate" && intent.Reopens && intent.Cancelled.IsZero():
		case op.Op == "replace" && op.Path == "cancelledDate" && value[:10] == intent.Cancelled.String():
		default:
			w.breaks("line %d: %s %s to %s, and the intent says %+v", addition, op.Op, op.Path, op.Value, intent)
		}
	}
	if now := w.m.world.Snapshot()[addition]; w.first[intent.ID] == "" {
		w.first[intent.ID] = now
	} else if w.first[intent.ID] != now {
		w.breaks("the write of line %d is sent again over what a person wrote: %s", addition, now)
	}
	owned, err := w.m.watcher.Profile("default").Owned(w.m.ctx)
	must(err)
	ours := map[int]bool{}
	for i := range owned {
		ours[owned[i].AdditionID] = true
	}
	var open []int
	for _, line := range w.m.lines(agreement, intent.ProductID) {
		if w.m.open(line) && !ours[line.ID] {
			open = append(open, line.ID)
		}
	}
	if !ours[addition] && !slices.Equal(open, []int{addition}) {
		w.breaks("line %d is written, which is not ours; open are %v", addition, open)
	}
}

// end compares every line with what people left: those that nobody of us wrote byte for byte, on the others all but what was written.
func (w *watch) end(r *result) {
	now := w.m.world.Snapshot()
	for id, before := range w.expected {
		after, there := now[id]
		if after == before {
			continue
		}
		record, _ := w.m.world.Addition(id)
		kept := w.records[id]
		record.Updated, record.UpdatedBy = kept.Updated, kept.UpdatedBy
		forget(w.fields[id], &record, &kept)
		if !there || !w.targets[id] || fmt.Sprint(record) != fmt.Sprint(kept) {
			w.breaks("line %d became\n%s\nfrom\n%s", id, after, before)
		}
	}
	for id := range now {
		record, _ := w.m.world.Addition(id)
		if _, known := w.expected[id]; !known && (!w.created[record.Agreement] || record.ProductIdentifier == modelOther) {
			w.breaks("line %d appeared: %+v", id, record)
		}
	}
	w.look()
	if r != nil && r.run != nil && !w.edited && len(w.waiting()) == 0 {
		w.checkTold(r.run)
	}
}

// forget makes two records equal in what was written.
func forget(written map[string]bool, record, kept *cwsim.AdditionRecord) {
	for path := range written {
		switch path {
		case "quantity":
			record.Quantity = kept.Quantity
		case "cancelledDate":
			record.Cancelled = kept.Cancelled
		case "unitPrice":
			record.Price = kept.Price
		case "unitCost":
			record.Cost = kept.Cost
		case "taxableFlag":
			record.Taxable = kept.Taxable
		}
	}
}

// checkTold: what a run calls applied is in ConnectWise.
func (w *watch) checkTold(run *syncer.Run) {
	for i := range run.Outcomes {
		row := &run.Plan.Changes[i]
		if run.Outcomes[i].Status == syncer.Applied && row.OfProduct() {
			w.checkProductTold(row, run.Outcomes[i].ProductID)
		}
		if run.Outcomes[i].Status != syncer.Applied || row.OfProduct() {
			continue
		}
		line, _ := w.m.world.Addition(max(row.Addition.ID, run.Outcomes[i].AdditionID))
		after := &row.After
		if differs(after.Quantity, line.Quantity) || line.Cancelled != after.Cancelled.String() || differs(after.UnitPrice, line.Price) ||
			differs(after.UnitCost, line.Cost) || (after.Taxable != nil && *after.Taxable != line.Taxable) {
			w.breaks("%s was told to be applied, and the line is %+v", row.Key, line)
		}
	}
}

func differs(wanted decimal.NullDecimal, has decimal.Decimal) bool {
	return wanted.Valid && !billing.Same(wanted.Decimal, has)
}

// checkProductTold: a product that a run calls created is there, of this identifier and id, and remembered as ours.
func (w *watch) checkProductTold(row *plan.Change, id int) {
	there, _ := w.m.world.Product(row.Product.Identifier)
	ours, err := w.m.watcher.Profile("default").OwnProducts(w.m.ctx)
	must(err)
	if there.ID != id || there.Identifier != row.Product.Identifier || len(ours) != 1 || ours[0].ID != id {
		w.breaks("product %s was told to be created as %d, and ConnectWise has %+v, ours %+v", row.Product.Identifier, id, there, ours)
	}
}
