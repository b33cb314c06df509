package syncer

import (
	"context"
	"time"

	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
	"cwsync/syncer/setup"
)

// Ledger reads ConnectWise. Its errors are *billing.Failure.
type Ledger interface {
	// Server is what ConnectWise says of itself.
	Server(ctx context.Context) (billing.Server, error)
	// Agreements reads these agreements, each once; those that do not exist are absent from the answer.
	Agreements(ctx context.Context, ids []int) ([]billing.Agreement, error)
	// Additions reads all additions of one agreement. With record, each keeps the complete record that EditAddition compares with.
	// An agreement that does not exist has none.
	Additions(ctx context.Context, agreementID int, record bool) ([]billing.Addition, error)
}

// Catalog reads ConnectWise's product catalog. Its errors are *billing.Failure.
type Catalog interface {
	// ProductsByID reads these products; those that do not exist are absent from the answer.
	ProductsByID(ctx context.Context, ids []int) ([]billing.Product, error)
	// ProductsByIdentifier reads the whole catalog once and gives the products of these identifiers, and those that differ from one of
	// them in letter case or outer spaces alone.
	ProductsByIdentifier(ctx context.Context, identifiers []string) ([]billing.Product, error)
}

// Writer writes to ConnectWise, each call at most one write. Its errors are *billing.Failure; one with Unknown set may have written. A ctx that
// ends keeps a write from being sent; one that has begun goes on to its end or its own time-out.
type Writer interface {
	CreateAddition(ctx context.Context, addition billing.NewAddition) (billing.WriteResult, error)
	// EditAddition writes the set fields of edit on a line that was read with its record.
	EditAddition(ctx context.Context, before billing.Addition, edit billing.AdditionEdit) (billing.WriteResult, error)
}

// Products reads what new products need and writes to ConnectWise's catalog, each call at most one write. Its errors are *billing.Failure; of a
// write, one with Unknown set may have written.
type Products interface {
	ProductTables(ctx context.Context) (billing.ProductTables, error)
	CreateProduct(ctx context.Context, product billing.NewProduct) (billing.Product, error)
	// EditProduct writes the set fields of edit and gives the product as it is then.
	EditProduct(ctx context.Context, before billing.Product, edit billing.ProductEdit) (billing.Product, error)
}

// Shelf is what the store remembers of products that this profile's runs created.
type Shelf interface {
	OwnProducts(ctx context.Context) ([]plan.OwnProduct, error)
}

// Book is what the store remembers of this profile between runs.
type Book interface {
	Owned(ctx context.Context) ([]plan.Owned, error)
	Undone(ctx context.Context) ([]plan.Undone, error)
	// OpenIntents are the writes whose end is not known: those of a crashed run, and those that were lost on the way.
	OpenIntents(ctx context.Context) ([]Intent, error)
	// ProductIDs are the catalog ids that identifiers had when they were last looked up.
	ProductIDs(ctx context.Context) (map[string]int, error)
}

// Past is what the store remembers of runs.
type Past interface {
	// PastRun gives a whole run, with its plan and what is known now of its outcomes; ok is false when this profile has none of this id. A run that
	// never finished has a negative exit code.
	PastRun(ctx context.Context, id string) (run *Run, ok bool, err error)
}

// Journal records what was intended and what came of it. Every call is one transaction, on disk when it returns.
type Journal interface {
	// Begin records a run and its plan.
	Begin(ctx context.Context, run *Run) error
	// Intend records a write before it is sent and gives its number.
	Intend(ctx context.Context, intent Intent) (int64, error)
	// Settle records what became of a write, and the ownership that follows from it.
	Settle(ctx context.Context, intentID int64, settlement Settlement) error
	// Finish records the end of a run, with its outcomes and the ownership that changed without a write.
	Finish(ctx context.Context, run *Run, ownership OwnershipChange) error
}

// Plans keeps saved plans, so that only a plan of this profile that nobody altered is applied.
type Plans interface {
	// SavePlan keeps the plan with the digest of the file that shows it.
	SavePlan(ctx context.Context, saved *plan.Plan, fileDigest string) error
	// LoadPlan gives a saved plan; ok is false when this profile has none of this id.
	LoadPlan(ctx context.Context, id string) (saved SavedPlan, ok bool, err error)
	// MarkApplied records that a saved plan was used; it fails when it was used before.
	MarkApplied(ctx context.Context, id, runID string) error
	// RememberProducts keeps the catalog ids of identifiers.
	RememberProducts(ctx context.Context, ids map[string]int) error
}

// Locker keeps runs of one profile from overlapping.
type Locker interface {
	// Lock waits up to wait for the profile's lock. It gives a *BusyError when another run holds it. The lock of a dead process is free.
	Lock(ctx context.Context, wait time.Duration) (unlock func() error, err error)
}

// Setups keeps the set-up of the profile.
type Setups interface {
	// SetupDigest gives the digest that the set-up had when it was stored; ok is false when there is none.
	SetupDigest(ctx context.Context) (digest string, ok bool, err error)
	// LoadSetup gives the set-up; ok is false when there is none.
	LoadSetup(ctx context.Context) (document *setup.Document, ok bool, err error)
	// ReplaceSetup puts document in the place of the set-up, all of it or nothing; ownership and history stay.
	ReplaceSetup(ctx context.Context, document *setup.Document) error
}

// SavedPlan is a plan as it was saved.
type SavedPlan struct {
	Plan       *plan.Plan
	FileDigest string // SHA-256, hexadecimal, of the file that shows it
	AppliedBy  string // the run that used it; empty when none did
}

// OwnershipChange is what a run learned about ownership without writing to ConnectWise.
type OwnershipChange struct {
	Owned    []plan.Owned // now ours, or ours with other values than before
	Released []int        // additions that are no longer ours
}

// BusyError says that another run holds the profile's lock.
type BusyError struct {
	Holder string // who, since when: "process 4711 on host-a since 2026-11-21 06:00:03"
}

func (e *BusyError) Error() string { return "another run of this profile is going on: " + e.Holder }
