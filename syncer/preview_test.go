package syncer

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
)

func TestPreviewReadsEachAgreementOnceAndWritesNothing(t *testing.T) {
	r := newRig(t, 4)
	for n := 1; n <= 4; n++ {
		r.line(n, "10", n < 3)
		r.uses(n, "12")
	}
	made, err := r.Preview(t.Context(), Request{Customers: []string{"2", "3"}})
	if err != nil {
		t.Fatal(err)
	}
	if len(made.Changes) != 2 || made.Summary().Update != 2 || made.ID == "" || made.Profile != "default" || made.SetupDigest != r.Setup.Digest() {
		t.Errorf("plan %+v", made)
	}
	for call, want := range map[string]int{"additions 802": 1, "additions 803": 1, "additions 801": 0, "additions 804": 0, "agreement 802": 1, "agreement 801": 0, "read mail": 1, "lock": 0, "begin": 0} {
		if got := r.calls.count(call); got != want {
			t.Errorf("%s: %d times, want %d", call, got, want)
		}
	}
	if r.world.writes != 0 {
		t.Error("a preview wrote")
	}
}

func TestProductsAreLookedUpOnceAndReadByIDThen(t *testing.T) {
	r := newRig(t, 1)
	r.store.products = map[string]int{}
	r.uses(1, "1")
	preview := func() {
		t.Helper()
		if _, err := r.Preview(t.Context(), Request{}); err != nil {
			t.Fatal(err)
		}
	}
	preview()
	if r.calls.count("catalog [MBX]") != 1 || r.store.products["MBX"] != product {
		t.Fatalf("the first look-up: %v, remembered %v", r.calls.list(), r.store.products)
	}
	preview()
	if r.calls.count("catalog [MBX]") != 1 || r.calls.count("products [7]") != 1 {
		t.Errorf("a known product is looked up again: %v", r.calls.list())
	}
	// Product 7 is renamed, and another takes over its identifier.
	r.world.products[0].Identifier = "OLD"
	r.world.products = append(r.world.products, billing.Product{ID: 8, Identifier: "MBX"})
	made, err := r.Preview(t.Context(), Request{})
	if err != nil {
		t.Fatal(err)
	}
	if made.Changes[0].Product.ID != 8 || r.store.products["MBX"] != 8 {
		t.Errorf("the renamed product is still used: %+v, remembered %v", made.Changes[0].Product, r.store.products)
	}
}

func TestSourcesThatCannotBeRead(t *testing.T) {
	unreachable := &billing.Failure{Class: billing.ClassUnavailable, Message: "no route"}
	throttled := &billing.Failure{Class: billing.ClassThrottled, Message: "slow down"}
	for name, c := range map[string]struct {
		mail, file error
		exit       int
	}{
		"both broken":                 {errors.New("no such file"), errors.New("no such file"), ExitFailed},
		"one broken, one unreachable": {errors.New("no such file"), unreachable, ExitFailed},
		"all unreachable":             {unreachable, throttled, ExitTryLater},
		"all without their secret":    {errSecret, errSecret, ExitCredentials},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, 1)
			r.Setup.Sources = append(r.Setup.Sources, newSource("file", 1))
			r.broken = map[string]error{"mail": c.mail, "file": c.file}
			r.line(1, "10", true)
			stop := r.stops(Request{})
			if stop.Exit != c.exit || stop.Problem.Code != "source_failed" || !strings.Contains(stop.Problem.Message, "source mail") || !strings.Contains(stop.Problem.Message, "source file") {
				t.Errorf("%d %+v, want exit %d", stop.Exit, stop.Problem, c.exit)
			}
			if r.calls.count("additions 801") != 0 || r.world.writes != 0 {
				t.Error("ConnectWise was asked")
			}
			if len(r.store.finished) != 1 || r.store.finished[0].ExitCode != c.exit {
				t.Errorf("history has %+v", r.store.finished)
			}
		})
	}
}

func TestOneSourceFailingLeavesTheOtherAlone(t *testing.T) {
	r := newRig(t, 2)
	other := newSource("file", 0)
	other.Customers = []billing.Customer{{ID: "x", Company: 252, Agreement: 802, Sync: true}}
	r.Setup.Sources[0].Customers = r.Setup.Sources[0].Customers[:1] // what mail may bill on 802 too would be held
	r.Setup.Sources = append(r.Setup.Sources, other)
	r.broken["mail"] = errors.New("no such file")
	r.line(1, "10", true)
	r.usages["file"] = billing.Usage{Lines: []billing.UsageLine{{CustomerID: "x", ServiceID: "mbx", Quantity: dec("3"), Status: billing.StatusActive}}}
	run := r.sync()
	wantExit(t, run, ExitHeld)
	wantStatuses(t, run, "x applied", "1 held")
	r.quantity(10, "10")
	if run.Plan.Sources[0].Held != plan.SourceFailed && run.Plan.Sources[1].Held != plan.SourceFailed {
		t.Errorf("sources %+v", run.Plan.Sources)
	}
}

func TestUnknownFiltersAreWrongUsage(t *testing.T) {
	r := newRig(t, 2)
	r.uses(1, "1")
	r.uses(7, "1") // not in the set-up, but the usage speaks of it
	for name, c := range map[string]struct {
		ask  Request
		exit int
	}{
		"a source":                       {Request{Sources: []string{"fax"}}, ExitUsage},
		"a customer":                     {Request{Customers: []string{"99"}}, ExitUsage},
		"a customer of the set-up":       {Request{Customers: []string{"2"}}, ExitDone},
		"a customer of the usage":        {Request{Customers: []string{"7"}}, ExitDone},
		"a customer of an owned line":    {Request{Customers: []string{"5"}}, ExitDone},
		"one known and one unknown":      {Request{Customers: []string{"1", "98"}}, ExitUsage},
		"no source at all in the set-up": {Request{}, ExitUsage},
	} {
		t.Run(name, func(t *testing.T) {
			r := r
			if strings.HasPrefix(name, "no source") {
				r = newRig(t, 0)
				r.Setup.Sources = nil
			}
			r.store.owned[50] = plan.Owned{Key: key(5), AdditionID: 50, AgreementID: 805, ProductID: product}
			_, err := r.Preview(t.Context(), c.ask)
			code := ExitDone
			if err != nil {
				code = StopOf(err).Exit
			}
			if code != c.exit {
				t.Errorf("exit %d, want %d: %v", code, c.exit, err)
			}
		})
	}
}

func TestACustomerIsNotRefusedWhileASourceCannotBeRead(t *testing.T) {
	r := newRig(t, 1)
	r.Setup.Sources = append(r.Setup.Sources, newSource("file", 1))
	r.Setup.Sources[1].Sync = false
	r.broken["file"] = errors.New("no such file")
	r.uses(1, "1")
	if _, err := r.Preview(t.Context(), Request{Customers: []string{"from-the-file"}}); err != nil {
		t.Error(err)
	}
}

func TestTodayFollowsTheTimeZone(t *testing.T) {
	for _, c := range []struct {
		setup, server, utc, today string
	}{
		{"", "UTC", "2026-11-21 23:30", "2026-11-21"},
		{"", "Asia/Tokyo", "2026-11-21 23:30", "2026-11-22"},
		{"America/New_York", "Asia/Tokyo", "2026-11-22 03:00", "2026-11-21"},
		{"Pacific/Kiritimati", "UTC", "2026-12-31 10:00", "2027-01-01"},
		{"America/New_York", "UTC", "2026-03-08 04:59", "2026-03-07"}, // summer time begins on the 8th: a day of 23 hours
		{"America/New_York", "UTC", "2026-03-08 05:00", "2026-03-08"},
		{"America/New_York", "UTC", "2026-03-09 03:59", "2026-03-08"},
		{"America/New_York", "UTC", "2026-03-09 04:00", "2026-03-09"},
		{"America/New_York", "UTC", "2026-11-01 03:59", "2026-10-31"}, // it ends on 1 November: a day of 25 hours, at the turn of a month
		{"America/New_York", "UTC", "2026-11-01 04:00", "2026-11-01"},
		{"America/New_York", "UTC", "2026-11-02 04:59", "2026-11-01"},
		{"America/New_York", "UTC", "2026-11-02 05:00", "2026-11-02"},
		{"", "Europe/Berlin", "2026-03-28 23:00", "2026-03-29"}, // the server's zone has summer time too
		{"", "Europe/Berlin", "2026-03-29 21:59", "2026-03-29"},
		{"", "Europe/Berlin", "2026-03-29 22:00", "2026-03-30"},
		{"", "Europe/Berlin", "2026-10-25 22:59", "2026-10-25"},
		{"", "Europe/Berlin", "2026-10-25 23:00", "2026-10-26"},
		{"America/Santiago", "UTC", "2026-09-06 03:59", "2026-09-05"}, // the 6th has no midnight: it begins at one
		{"America/Santiago", "UTC", "2026-09-06 04:00", "2026-09-06"},
		{"America/New_York", "UTC", "2028-02-29 04:59", "2028-02-28"}, // a leap day
		{"America/New_York", "UTC", "2028-02-29 05:00", "2028-02-29"},
		{"America/New_York", "UTC", "2028-03-01 05:00", "2028-03-01"},
		{"Australia/Sydney", "America/New_York", "2026-12-31 12:59", "2026-12-31"}, // years apart in the same minute
		{"", "America/New_York", "2027-01-01 04:59", "2026-12-31"},
		{"Australia/Sydney", "America/New_York", "2026-12-31 13:00", "2027-01-01"},
	} {
		t.Run(c.setup+" "+c.server+" "+c.utc, func(t *testing.T) {
			r := newRig(t, 1)
			r.uses(1, "1")
			r.Setup.Connection.TimeZone, r.world.zone = c.setup, c.server
			r.clock, _ = time.Parse("2006-01-02 15:04", c.utc)
			made, err := r.Preview(t.Context(), Request{})
			if err != nil {
				t.Fatal(err)
			}
			if made.Today != day(c.today) || made.Changes[0].After.Effective != day(c.today) || !made.Created.Equal(r.clock) {
				t.Errorf("today is %s, created %s", made.Today, made.Created)
			}
			if asked := r.calls.count("server") > 0; asked != (c.setup == "") {
				t.Errorf("the server was asked: %v", asked)
			}
		})
	}
	t.Run("unknown", func(t *testing.T) {
		r := newRig(t, 1)
		r.world.zone = "Middle Earth"
		if stop := r.stops(Request{}); stop.Exit != ExitUsage || !strings.Contains(stop.Problem.Hint, "connection.time_zone") {
			t.Errorf("%+v", stop)
		}
	})
}

func TestTheOutsideFailsWhileReading(t *testing.T) {
	for _, c := range []struct {
		failure error
		exit    int
	}{
		{errOut, ExitTryLater}, {errReadPaused, ExitTryLater}, {errKeys, ExitCredentials}, {errReadRight, ExitCredentials}, {errNoSense, ExitFailed},
	} {
		t.Run(c.failure.Error(), func(t *testing.T) {
			r := newRig(t, 3)
			r.uses(2, "1")
			r.world.onRead = func(int, bool) error { return c.failure }
			if stop := r.stops(Request{}); stop.Exit != c.exit {
				t.Errorf("exit %d, want %d", stop.Exit, c.exit)
			}
			if r.world.writes != 0 || len(r.store.finished) != 1 || r.store.finished[0].ExitCode != c.exit || r.store.finished[0].Problem == nil {
				t.Errorf("writes %d, history %+v", r.world.writes, r.store.finished)
			}
		})
	}
}

func TestTheStoreFailsBeforeAnythingIsWritten(t *testing.T) {
	for _, call := range []string{"owned", "undone", "open", "begin", "read the digest", "load setup"} {
		t.Run(call, func(t *testing.T) {
			r := newRig(t, 1)
			r.uses(1, "1")
			r.store.fail[call] = errDisk
			if call == "load setup" {
				r.store.olderDigest = "v0-"
			}
			stop := r.stops(Request{})
			if stop.Exit != ExitStore || !errors.Is(stop, errDisk) || stop.Problem.Code != "store" {
				t.Errorf("exit %d, %+v", stop.Exit, stop.Problem)
			}
			if r.world.writes != 0 {
				t.Error("something was written")
			}
		})
	}
}

func TestASetupThatWasReplacedMeanwhileIsNotUsed(t *testing.T) {
	r := newRig(t, 1)
	r.uses(1, "1")
	r.store.olderDigest = "v0-"
	if run := r.sync(); run.ExitCode != ExitDone {
		t.Errorf("a digest of an older program: %d", run.ExitCode)
	}
	r.store.document = r.store.document.Clone()
	r.store.document.Guards.MaxAge++
	for _, older := range []string{"", "v0-"} {
		r.store.olderDigest = older
		if stop := r.stops(Request{}); stop.Exit != ExitStale {
			t.Errorf("replaced, digest %q: exit %d", older, stop.Exit)
		}
	}
}

// coded is an error that brings its own exit code and hint, as those of a store may.
type coded struct{}

func (coded) Error() string { return "newer than this program" }
func (coded) ExitCode() int { return ExitStore }
func (coded) Hint() string  { return "install the newest" }

func TestAnErrorOfTheStoreMaySpeakForItself(t *testing.T) {
	r := newRig(t, 1)
	r.store.fail["owned"] = fmt.Errorf("read: %w", coded{})
	if stop := r.stops(Request{}); stop.Exit != ExitStore || stop.Problem.Hint != "install the newest" {
		t.Errorf("%+v", stop)
	}
}

func TestTheLock(t *testing.T) {
	t.Run("busy", func(t *testing.T) {
		r := newRig(t, 1)
		r.uses(1, "1")
		r.store.busy = "process 4711"
		stop := r.stops(Request{})
		if stop.Exit != ExitBusy || !strings.Contains(stop.Problem.Message, "process 4711") || stop.Problem.Hint == "" {
			t.Errorf("%+v", stop)
		}
		if len(r.calls.list()) != 0 {
			t.Errorf("something was done: %v", r.calls.list())
		}
	})
	t.Run("the set-up was replaced meanwhile", func(t *testing.T) {
		r := newRig(t, 1)
		r.uses(1, "1")
		other := *r.Setup
		other.Connection.Company = "other"
		r.store.document = &other
		if stop := r.stops(Request{}); stop.Exit != ExitStale || r.calls.count("read mail") != 0 {
			t.Errorf("%+v", stop)
		}
	})
	t.Run("cannot be given back", func(t *testing.T) {
		r := newRig(t, 1)
		r.uses(1, "1")
		r.store.fail["unlock"] = errDisk
		run := r.sync()
		wantExit(t, run, ExitDone)
		if len(run.Warnings) != 1 || !strings.Contains(run.Warnings[0], errDisk.Error()) {
			t.Errorf("warnings %q", run.Warnings)
		}
	})
}

func TestStagesAreTold(t *testing.T) {
	r := newRig(t, 3)
	r.serial()
	for n := 1; n <= 3; n++ {
		r.uses(n, "1")
	}
	var told []string
	r.Observe = func(event Event) {
		text := fmt.Sprintf("%s %d/%d", event.Stage, event.Done, event.Total)
		if event.Change != nil {
			text += " " + event.Change.Key.Customer + " " + string(event.Outcome.Status)
		}
		told = append(told, text)
	}
	r.sync()
	want := []string{"usage 0/1", "current 0/3", "current 1/3", "current 2/3", "current 3/3", "apply 0/3", "apply 1/3 1 applied", "apply 2/3 2 applied", "apply 3/3 3 applied"}
	if !slices.Equal(told, want) {
		t.Errorf("told %q", told)
	}
}

func TestCheckSetup(t *testing.T) {
	r := newRig(t, 3)
	source := &r.Setup.Sources[0]
	source.Services = append(source.Services,
		billing.Service{ID: "gone", Product: billing.ProductRef{Identifier: "NOWHERE"}},
		billing.Service{ID: "made", Product: billing.ProductRef{Identifier: "LATER"}, CreateProduct: true},
		billing.Service{ID: "pack", Product: billing.ProductRef{ID: 8}},
		billing.Service{ID: "off", Product: billing.ProductRef{ID: 9}},
		billing.Service{ID: "open"})
	r.world.products = append(r.world.products, billing.Product{ID: 8, Identifier: "PACK", Class: billing.BundleClass}, billing.Product{ID: 9, Identifier: "OFF", Inactive: true})
	source.Customers[1].Company = 999
	source.Customers[2].Agreement = 899
	source.Customers = append(source.Customers, billing.Customer{ID: "unlinked"})
	problems, err := r.CheckSetup(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"service gone: product NOWHERE is not in", "service pack: product 8 is a bundle", "service off: product 9 is inactive",
		"customer 2: agreement 802 belongs to company 252", "customer 3: agreement 899 does not exist"}
	if len(problems) != len(want) {
		t.Fatalf("problems %q", problems)
	}
	for i := range want {
		if !strings.Contains(problems[i], want[i]) {
			t.Errorf("%q, want %q", problems[i], want[i])
		}
	}
}
