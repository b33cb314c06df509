package syncer

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"cwsync/syncer/billing"
)

// calls is what happened, in order, over all fakes of one test.
type calls struct {
	mu  sync.Mutex
	all []string
}

func (c *calls) note(format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all = append(c.all, fmt.Sprintf(format, args...))
}

func (c *calls) list() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.all)
}

func (c *calls) count(call string) int {
	n := 0
	for _, one := range c.list() {
		if one == call {
			n++
		}
	}
	return n
}

// write is one write as the fake ConnectWise receives it.
type write struct {
	n         int // 1 for the first of the test
	create    bool
	agreement int
	addition  int
	product   string // identifier of a product that is written; empty for an addition
}

// fakeWorld is a ConnectWise in memory.
type fakeWorld struct {
	calls *calls

	mu         sync.Mutex
	zone       string
	agreements map[int]billing.Agreement
	additions  map[int][]billing.Addition
	products   []billing.Product
	tables     billing.ProductTables
	nextID     int
	versions   int
	writes     int

	// onWrite says whether a write is carried out and what its caller is told; nil: carried out, no error.
	onWrite func(write) (carriedOut bool, err error)
	onRead  func(agreement int, record bool) error
}

func (w *fakeWorld) Server(context.Context) (billing.Server, error) {
	w.calls.note("server")
	return billing.Server{TimeZone: w.zone}, nil
}

func (w *fakeWorld) Agreements(_ context.Context, ids []int) ([]billing.Agreement, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var found []billing.Agreement
	for _, id := range ids {
		w.calls.note("agreement %d", id)
		if agreement, ok := w.agreements[id]; ok {
			found = append(found, agreement)
		}
	}
	return found, nil
}

func (w *fakeWorld) Additions(ctx context.Context, agreement int, record bool) ([]billing.Addition, error) {
	word := "additions"
	if record {
		word = "records"
	}
	w.calls.note("%s %d", word, agreement)
	if err := ctx.Err(); err != nil {
		return nil, cancelled(err)
	}
	if w.onRead != nil {
		if err := w.onRead(agreement, record); err != nil {
			return nil, err
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.additions[agreement]), nil
}

func (w *fakeWorld) ProductsByID(_ context.Context, ids []int) ([]billing.Product, error) {
	w.calls.note("products %v", ids)
	var found []billing.Product
	for _, product := range w.products {
		if slices.Contains(ids, product.ID) {
			found = append(found, product)
		}
	}
	return found, nil
}

func (w *fakeWorld) ProductsByIdentifier(_ context.Context, identifiers []string) ([]billing.Product, error) {
	w.calls.note("catalog %v", identifiers)
	var found []billing.Product
	for _, product := range w.products {
		if slices.ContainsFunc(identifiers, func(s string) bool { return billing.FoldIdentifier(s) == billing.FoldIdentifier(product.Identifier) }) {
			found = append(found, product)
		}
	}
	return found, nil
}

func (w *fakeWorld) CreateAddition(ctx context.Context, n billing.NewAddition) (billing.WriteResult, error) {
	created := billing.Addition{
		AgreementID: n.AgreementID, ProductID: n.ProductID, Quantity: n.Quantity, Effective: n.Effective, Bill: billing.Billable,
		UnitPrice: n.UnitPrice.Decimal, UnitCost: n.UnitCost.Decimal, Taxable: n.Taxable != nil && *n.Taxable,
	}
	return w.carryOut(ctx, write{create: true, agreement: n.AgreementID}, func() billing.Addition {
		w.nextID++
		created.ID = w.nextID
		return created
	})
}

func (w *fakeWorld) EditAddition(ctx context.Context, before billing.Addition, edit billing.AdditionEdit) (billing.WriteResult, error) {
	return w.carryOut(ctx, write{agreement: before.AgreementID, addition: before.ID}, func() billing.Addition {
		edited := before
		if edit.Quantity.Valid {
			edited.Quantity = edit.Quantity.Decimal
		}
		if edit.UnitPrice.Valid {
			edited.UnitPrice = edit.UnitPrice.Decimal
		}
		if edit.UnitCost.Valid {
			edited.UnitCost = edit.UnitCost.Decimal
		}
		if edit.Taxable != nil {
			edited.Taxable = *edit.Taxable
		}
		if !edit.Cancelled.IsZero() {
			edited.Cancelled = edit.Cancelled
		}
		if edit.Reopen {
			edited.Cancelled = billing.Date{}
		}
		return edited
	})
}

func (w *fakeWorld) carryOut(ctx context.Context, op write, result func() billing.Addition) (billing.WriteResult, error) {
	if err := ctx.Err(); err != nil {
		return billing.WriteResult{}, cancelled(err)
	}
	w.mu.Lock()
	w.writes++
	op.n = w.writes
	w.mu.Unlock()
	w.calls.note("send %s", op)
	carriedOut, err := true, error(nil)
	if w.onWrite != nil {
		carriedOut, err = w.onWrite(op)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if !carriedOut {
		return billing.WriteResult{}, err
	}
	addition := result()
	w.put(addition)
	if err != nil {
		return billing.WriteResult{}, err
	}
	return billing.WriteResult{Addition: *w.find(addition.ID)}, nil
}

func (w write) String() string {
	if w.product != "" {
		return "product " + w.product
	}
	if w.create {
		return fmt.Sprintf("create on %d", w.agreement)
	}
	return fmt.Sprintf("edit %d", w.addition)
}

// put adds or replaces a line and moves its version. The caller holds the lock.
func (w *fakeWorld) put(addition billing.Addition) {
	w.versions++
	addition.Version = fmt.Sprintf("v%d", w.versions)
	lines := w.additions[addition.AgreementID]
	if at := slices.IndexFunc(lines, func(a billing.Addition) bool { return a.ID == addition.ID }); at >= 0 {
		lines[at] = addition
		return
	}
	w.additions[addition.AgreementID] = append(lines, addition)
}

// find gives a line; nil when there is none. The caller holds the lock, or is alone.
func (w *fakeWorld) find(id int) *billing.Addition {
	for _, lines := range w.additions {
		for i := range lines {
			if lines[i].ID == id {
				return &lines[i]
			}
		}
	}
	return nil
}

// person changes a line as people do in ConnectWise.
func (w *fakeWorld) person(id int, change func(*billing.Addition)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	addition := *w.find(id)
	change(&addition)
	w.put(addition)
}

// remove deletes a line.
func (w *fakeWorld) remove(id int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for agreement, lines := range w.additions {
		w.additions[agreement] = slices.DeleteFunc(lines, func(a billing.Addition) bool { return a.ID == id })
	}
}

// add puts a line there that no run of ours made.
func (w *fakeWorld) add(addition billing.Addition) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.put(addition)
}

func cancelled(err error) error {
	return &billing.Failure{Class: billing.ClassCancelled, Op: "talk to ConnectWise", Message: "cancelled before it was sent", Err: err}
}

// The ways in which a write fails.
var (
	errLost       = &billing.Failure{Class: billing.ClassUnavailable, Op: "write", Message: "the connection broke", Unknown: true}
	errRefused    = &billing.Failure{Class: billing.ClassRejected, Op: "write", Message: "the record is locked"}
	errNoRight    = &billing.Failure{Class: billing.ClassPermission, Op: "write", Message: "no", Right: "Finance > Agreements: Edit All"}
	errKeys       = &billing.Failure{Class: billing.ClassAuth, Op: "write", Message: "unauthorized"}
	errThrottled  = &billing.Failure{Class: billing.ClassThrottled, Op: "write", Message: "too many requests"}
	errOut        = &billing.Failure{Class: billing.ClassUnavailable, Op: "read", Message: "no route to host"}
	errNoSense    = &billing.Failure{Class: billing.ClassNonsense, Op: "read", Message: "a web page"}
	errReadRight  = &billing.Failure{Class: billing.ClassPermission, Op: "read", Message: "no", Right: "Finance > Agreements: Inquire All"}
	errReadPaused = &billing.Failure{Class: billing.ClassThrottled, Op: "read", Message: "too many requests"}
)
