package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cwsync/syncer"
	"cwsync/syncer/billing"
	"cwsync/syncer/plan"

	"github.com/shopspring/decimal"
	"go.uber.org/goleak"
)

// childVariable makes the test binary do one thing as a process of its own; see child_test.go.
const childVariable = "CWSYNC_STORE_CHILD"

func TestMain(m *testing.M) {
	if task := os.Getenv(childVariable); task != "" {
		os.Exit(runChild(task))
	}
	goleak.VerifyTestMain(m)
}

func newPath(t testing.TB) string {
	t.Helper()
	return filepath.Join(t.TempDir(), "cwsync.db")
}

func openStore(t testing.TB, path string) *Store {
	t.Helper()
	s, err := Open(t.Context(), Options{Path: path, Program: "1.2.3"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func newProfile(t testing.TB) *Profile {
	t.Helper()
	return openStore(t, newPath(t)).Profile("default")
}

func must[T any](t testing.TB) func(T, error) T {
	t.Helper()
	return func(value T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

var started = time.Date(2026, 11, 21, 6, 0, 3, 123456789, time.UTC)

func key(n int) billing.Key {
	return billing.Key{Source: "mail", Customer: fmt.Sprintf("c%d", n), Service: "mbx/basic"}
}

func dec(text string) decimal.Decimal { return decimal.RequireFromString(text) }

func nullDec(text string) decimal.NullDecimal { return decimal.NewNullDecimal(dec(text)) }

// update is a change of line n, on addition 1000+n.
func update(n int) plan.Change {
	return plan.Change{
		Key: key(n), Action: plan.Update, Code: plan.UsageRose, Reason: "usage rose from 10 to 12.5",
		Customer: plan.Named{ID: key(n).Customer, Name: "Contoso"}, Service: plan.Named{ID: "mbx/basic", Name: "Basic mailbox"},
		Agreement: plan.Numbered{ID: 811, Name: "Cloud"}, Product: plan.Product{ID: 12, Identifier: "MBX"},
		Addition: plan.Addition{ID: 1000 + n, Version: "v1"},
		Before:   plan.Values{Quantity: nullDec("10")}, After: plan.Values{Quantity: nullDec("12.5")},
		Currency: "USD", MonthlyDelta: dec("11.25"),
	}
}

func create(n int) plan.Change {
	c := update(n)
	c.Action, c.Code, c.Addition, c.Before = plan.Create, plan.NewLine, plan.Addition{}, plan.Values{}
	return c
}

func newRun(id string, changes ...plan.Change) *syncer.Run {
	return &syncer.Run{
		ID: id, Started: started,
		Plan: &plan.Plan{ID: "plan-" + id, Profile: "default", Created: started, Today: billing.DateOf(started), SetupDigest: "d1", Changes: changes},
	}
}

// begun is a profile with run r1 begun, of one update and one create.
func begun(t testing.TB) (*Profile, *syncer.Run) {
	t.Helper()
	p := newProfile(t)
	run := newRun("r1", update(1), create(2))
	check(t, p.Begin(t.Context(), run))
	return p, run
}

func editIntent(run string, n int) syncer.Intent {
	return syncer.Intent{
		RunID: run, Key: key(n), Kind: syncer.IntentEdit, AgreementID: 811, ProductID: 12, AdditionID: 1000 + n, Version: "v1",
		Quantity: nullDec("12.5"), At: started, Previous: owned(n, "10"),
	}
}

func createIntent(run string, n int) syncer.Intent {
	return syncer.Intent{
		RunID: run, Key: key(n), Kind: syncer.IntentCreate, AgreementID: 811, ProductID: 12, Known: []int{7, 8}, Quantity: nullDec("3"),
		Effective: billing.NewDate(2026, time.November, 21), At: started,
	}
}

func owned(n int, quantity string) *plan.Owned {
	return &plan.Owned{Key: key(n), AdditionID: 1000 + n, AgreementID: 811, ProductID: 12, Quantity: dec(quantity)}
}

func background() context.Context { return context.Background() }

// TestErrorTellsARunWhatToDo: a run that the database stops reports it through package syncer, which knows no store.
func TestErrorTellsARunWhatToDo(t *testing.T) {
	stop := syncer.StopOf(fmt.Errorf("record an intent: %w", &Error{Op: "o", Path: "p", Code: CodeFull, Err: errors.New("disk is full")}))
	if stop.Exit != syncer.ExitStore || !strings.Contains(stop.Problem.Hint, "free space") {
		t.Errorf("exit code %d, hint %q", stop.Exit, stop.Problem.Hint)
	}
}
