package ui

import (
	"context"
	"time"

	"cwsync/syncer"
	"cwsync/syncer/alert"
	"cwsync/syncer/billing"
	"cwsync/syncer/doctor"
	"cwsync/syncer/plan"
	"cwsync/syncer/schedule"
	"cwsync/syncer/setup"
	"cwsync/syncer/source"
	"cwsync/ui/report"

	"github.com/shopspring/decimal"
)

// Office is the machine that the wizard runs on.
type Office interface {
	// Profiles are the names of the profiles that have something stored, sorted.
	Profiles(ctx context.Context) ([]string, error)
	// Open opens a profile; one that is new has no set-up.
	Open(ctx context.Context, name string) (*Profile, error)
}

// Profile is one profile, opened.
type Profile struct {
	Name    string
	Demo    bool // it is gone when the program ends: nothing that outlives it can be offered
	Setups  syncer.Setups
	Notes   Notes
	Keys    Keys
	Kinds   *source.Catalogue
	LastRun func(ctx context.Context) (run LastRun, ok bool, err error)
	// Recent gives the newest runs, newest first, at most limit.
	Recent func(ctx context.Context, limit int) ([]LastRun, error)
	// Run gives a whole run with its plan and outcomes, as they are known now.
	Run func(ctx context.Context, id string) (*syncer.Run, error)
	// Past looks into past runs beyond Recent and Run; nil: there is no history to look at.
	Past Past
	// NextRun says when the machine syncs this profile next by itself; ok is false when it does not. Nil: nobody can tell.
	NextRun func(ctx context.Context) (next NextRun, ok bool, err error)
	// Alerts tries alerts; nil where none are ever sent, as in the demo.
	Alerts Alerts
	// Dial makes a client for the connection of a set-up with the keys of this profile. It sends nothing yet.
	Dial func(ctx context.Context, document *setup.Document) (*Site, error)
	// Secret looks a secret of a source up, for its preview.
	Secret func(ctx context.Context, name string) (string, error)
	// SavePlan writes a plan to a file of that path and keeps it, so that `cwsync apply` takes the file, as --dry-run --out does.
	SavePlan func(ctx context.Context, made *plan.Plan, path string) error
	// WriteFile writes a file whole or not at all. Where one of that path is there and is not to be replaced, fs.ErrExist is in the error's chain.
	WriteFile func(ctx context.Context, path string, data []byte, replace bool) error
	Schedule  Schedule // nil: nothing that outlives this program is put in place, as in the demo
}

// Schedule is the scheduler of this machine, for one profile.
type Schedule interface {
	// State says what the scheduler has of this profile now.
	State(ctx context.Context) (schedule.State, error)
	// Show gives what Add would put in place.
	Show(ctx context.Context, timing schedule.Timing) (schedule.Text, error)
	// Add proves that a run finds its keys, and puts the entry in place or replaces it; else nothing is changed. The warnings are for a person.
	Add(ctx context.Context, timing schedule.Timing) (warnings []string, err error)
	// Remove takes the entry away; removed is false where there is none.
	Remove(ctx context.Context) (removed bool, err error)
}

// LastRun is what the start says of a run without its lines.
type LastRun struct {
	ID       string
	Started  time.Time
	Ended    time.Time // of one that was cut off when it began
	CutOff   bool      // its end was never recorded: it was cut off, or it goes on now; ExitCode says nothing then
	ExitCode int
	Counts   syncer.Counts
	Monthly  map[string]decimal.Decimal // by currency, what it applied changed a month
	Undoes   string                     // the run that it took back; empty for an ordinary run
	Problem  *syncer.Problem            // why it ended early; nil when it did not
}

// Past looks into past runs. It reads the store alone.
type Past interface {
	// Find gives changes that were written, failed or held, newest run first.
	Find(ctx context.Context, filter PastFilter) ([]report.Found, error)
	// Explain says why a line is what it is, as far as past runs know.
	Explain(ctx context.Context, key billing.Key) (*report.Explanation, error)
}

// PastFilter says which changes of past runs are looked for.
type PastFilter struct {
	Words  string // each is in the name or id of customer or service, or in the product's identifier; empty: any
	Held   bool   // held lines, with Failed both; neither: all
	Failed bool   // lines that failed or whose write is unknown
	Limit  int    // at most so many
}

// NextRun is when a scheduler begins the next sync, and which.
type NextRun struct {
	At time.Time
	By string // in a word or three: "systemd timer cwsync-contoso"; may be empty
}

// Notes are small things that the wizard remembers between starts, such as the place where it was left.
type Notes interface {
	Setting(ctx context.Context, name string) (value string, ok bool, err error)
	SetSetting(ctx context.Context, name, value string) error
}

// The places where secrets are put.
const (
	PlaceKeyring = "keyring" // of the operating system
	PlaceMemory  = "memory"  // of this program, which forgets it in the end, as the demo does
)

// Keys keeps secrets. Values go in and never come out.
type Keys interface {
	// SetKey puts a secret to its Place. ErrNoKeyring in the chain says that there is no keyring on this machine.
	SetKey(ctx context.Context, name, value string) error
	// Place is where SetKey puts secrets, in the word that FindKey has for it: PlaceKeyring or PlaceMemory.
	Place() string
	// FindKey says where a secret is found (its Place, "environment", …) and how it may be shown ("40 characters, ends in 9f3a"); origin
	// is empty when it is nowhere.
	FindKey(ctx context.Context, name string) (origin, hint string, err error)
	// Elsewhere says in lines for people how to give a secret without a keyring.
	Elsewhere(name string) []string
}

// Alerts tries the alerts of a profile, and takes their secrets away. Nothing that comes back holds a secret.
type Alerts interface {
	// Trial says what a test of an alert does and where it goes. It looks for its secret and sends nothing.
	Trial(ctx context.Context, one setup.Alert) (alert.Trial, *alert.Failure)
	// Test does that test; nil: it was sent.
	Test(ctx context.Context, one setup.Alert) *alert.Failure
	// Forget takes the secret of this name out of the keyring. It is an error where the keyring has none.
	Forget(ctx context.Context, name string) error
}

// Site is a ConnectWise that is reached with the profile's keys.
type Site struct {
	Probe     doctor.Probe
	Directory Directory
	Contacts  Contacts // for the export of companies; nil: companies are exported without
	Catalog   Catalog
	Engine    *syncer.Engine
}

// Directory lists companies and agreements. Its errors are *billing.Failure.
type Directory interface {
	Companies(ctx context.Context) ([]billing.Company, error)
	AgreementTypes(ctx context.Context) ([]billing.AgreementType, error)
	AgreementsOfType(ctx context.Context, typeID int) ([]billing.Agreement, error)
	AgreementsOfCompany(ctx context.Context, companyID int) ([]billing.Agreement, error)
}

// Contacts lists whom to reach at companies. Its errors are *billing.Failure.
type Contacts interface {
	// Contacts reads one contact of each company that has any, the default one where there is one.
	Contacts(ctx context.Context) ([]billing.Contact, error)
}

// Catalog lists products and what a new one may be. Its errors are *billing.Failure.
type Catalog interface {
	AllProducts(ctx context.Context, progress func(read int)) ([]billing.Product, error)
	ProductTables(ctx context.Context) (billing.ProductTables, error)
}
