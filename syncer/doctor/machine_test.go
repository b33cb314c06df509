package doctor_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"cwsync/syncer/billing"
	"cwsync/syncer/doctor"
	"cwsync/syncer/setup"
	"cwsync/syncer/source"
	"cwsync/syncer/source/csv"
)

const document = `version: 1
connection: {site: cw.example.com, company: acme, client_id: 00000000-0000-0000-0000-000000000001}
sources:
  - name: mail
    kind: csv
    options: {path: /usage/mail.csv}
    services: [{id: adv, product: ADV}, {id: bus, product: {id: 7}}, {id: new, product: NEW, create_product: true}, {id: free}, {id: off, product: OFF, sync: false}]
    customers:
      - {id: "1", name: Contoso, company: 250, agreement: 801}
      - {id: "2", company: 251, agreement: 802}
      - {id: "3", company: 252, agreement: 803, sync: false}
      - {id: "4"}
  - {name: backup, kind: csv, options: {path: "-"}}
  - {name: old, kind: csv, options: {path: /usage/old.csv}, sync: false}
`

func kinds(t *testing.T) *source.Catalogue {
	t.Helper()
	kinds, err := source.NewCatalogue(csv.Kind())
	if err != nil {
		t.Fatal(err)
	}
	return kinds
}

func parsed(t *testing.T) *setup.Document {
	t.Helper()
	made, err := setup.Parse([]byte(document), "setup.yaml", kinds(t))
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// soundMachine is one where nothing is wrong.
func soundMachine(t *testing.T) doctor.Machine {
	t.Helper()
	return doctor.Machine{
		Profile: "default", Document: parsed(t), Catalogue: kinds(t), LogFile: "/var/cwsync.log",
		Store:    doctor.Store{Path: "/home/a/cwsync.db", Bytes: 1_234_567, Version: 2, Check: func(context.Context) error { return nil }},
		FreeDisk: func() (uint64, error) { return 12_350_000_000, nil },
	}
}

func TestMachine(t *testing.T) {
	free := func(bytes uint64) func(*doctor.Machine) {
		return func(m *doctor.Machine) { m.FreeDisk = func() (uint64, error) { return bytes, nil } }
	}
	for name, c := range map[string]struct {
		change func(*doctor.Machine)
		check  string
		status doctor.Status
		says   string
		hint   string
		exit   int
	}{
		"store":            {nil, "store", doctor.OK, "/home/a/cwsync.db, version 2, 1 MB, sound", "", 0},
		"free disk":        {nil, "free disk", doctor.OK, "12.3 GB where the database is", "", 0},
		"log":              {nil, "log", doctor.OK, "/var/cwsync.log", "", 0},
		"set-up":           {nil, "set-up", doctor.OK, "profile default: 3 sources, 5 services, 4 customers", "", 0},
		"upgraded":         {func(m *doctor.Machine) { m.Store.Copy = "/home/a/cwsync.db.backup-1" }, "store", doctor.OK, "what it was is in /home/a/cwsync.db.backup-1", "", 0},
		"others can read":  {func(m *doctor.Machine) { m.Store.Exposed = []string{"x.db (0644)", "x.db-wal (0640)"} }, "store", doctor.Warn, "others may use x.db (0644), x.db-wal (0640)", "chmod 600", 0},
		"others can write": {func(m *doctor.Machine) { m.Store.Exposed = []string{"x.db (0602)"} }, "store", doctor.Warn, "others may use x.db (0602)", "chmod 600", 0},
		"no store yet":     {func(m *doctor.Machine) { m.Store = doctor.Store{Path: "/x.db", Missing: true} }, "store", doctor.Skip, "there is none yet; /x.db", "", 0},
		"cannot be opened": {func(m *doctor.Machine) {
			m.Store.Err = &doctor.Fault{Message: "too new", Hint: "install the newest", Exit: 8}
		},
			"store", doctor.Fail, "too new", "install the newest", 8},
		"damaged": {func(m *doctor.Machine) {
			m.Store.Check = func(context.Context) error { return &doctor.Fault{Message: "damaged", Hint: "a copy", Exit: 8} }
		}, "store", doctor.Fail, "damaged", "a copy", 8},
		"500 MB":              {free(500_000_000), "free disk", doctor.OK, "500 MB", "", 0},
		"less":                {free(499_999_999), "free disk", doctor.Warn, "499 MB", "free space", 0},
		"50 MB":               {free(50_000_000), "free disk", doctor.Warn, "50 MB", "free space", 0},
		"hardly any":          {free(49_999_999), "free disk", doctor.Fail, "49 MB", "free space", 8},
		"none":                {free(0), "free disk", doctor.Fail, "0 kB", "free space", 8},
		"a disk that is gone": {func(m *doctor.Machine) { m.FreeDisk = func() (uint64, error) { return 0, errors.New("gone") } }, "free disk", doctor.Skip, "not examined: gone", "", 0},
		"no set-up":           {func(m *doctor.Machine) { m.Document = nil }, "set-up", doctor.Fail, "profile default has none yet", "cwsync setup import FILE", 10},
		"a set-up that cannot be read": {func(m *doctor.Machine) { m.SetupErr = &doctor.Fault{Message: "damaged", Exit: 8} },
			"set-up", doctor.Fail, "damaged", "", 8},
		"one thing is not valid": {func(m *doctor.Machine) { m.Document.Connection.ClientID = "x" }, "set-up", doctor.Fail,
			"connection.client_id: \"x\" is not", "cwsync setup export FILE", 10},
		"several things are not valid": {func(m *doctor.Machine) { m.Document.Connection = setup.Connection{} }, "set-up", doctor.Fail,
			"it is not whole or not valid", "finish it in `cwsync`", 10},
	} {
		t.Run(name, func(t *testing.T) {
			m := soundMachine(t)
			if c.change != nil {
				c.change(&m)
			}
			checks := doctor.Run(t.Context(), doctor.MachineSteps(m), nil)
			check := find(t, checks, c.check)
			if check.Status != c.status || check.Exit != c.exit || !strings.Contains(check.Detail, c.says) || !strings.Contains(check.Hint, c.hint) || check.Group != doctor.GroupMachine {
				t.Errorf("got %+v", check)
			}
			if bad := not(checks, doctor.OK); c.status == doctor.OK && bad != nil {
				t.Errorf("not ok: %+v", bad)
			}
			if strings.HasPrefix(name, "several") && len(check.Findings) < 3 {
				t.Errorf("findings %q", check.Findings)
			}
		})
	}
}

// TestWithoutAStore: what needs the store waits for it, the disk does not.
func TestWithoutAStore(t *testing.T) {
	m := soundMachine(t)
	m.Store.Err, m.Document = &doctor.Fault{Message: "corrupt", Exit: 8}, nil
	checks := doctor.Run(t.Context(), doctor.MachineSteps(m), nil)
	if check := find(t, checks, "set-up"); check.Status != doctor.Skip || check.Detail != "not examined: first mend “store”" {
		t.Errorf("got %+v", check)
	}
	if check := find(t, checks, "free disk"); check.Status != doctor.OK {
		t.Errorf("got %+v", check)
	}
	if code := doctor.Worst(checks); code != doctor.ExitStore {
		t.Errorf("exit %d", code)
	}
}

func TestSecrets(t *testing.T) {
	places := map[string]error{
		"connection.public_key": nil, "connection.private_key": &doctor.Fault{Message: "open to others", Hint: "chmod 600", Exit: 12},
		"source.mail.token": nil, "alert.ops": &doctor.Fault{Message: "not found", Hint: "set it", Exit: 12},
	}
	names := []string{"connection.public_key", "connection.private_key", "source.mail.token", "alert.ops"}
	checks := doctor.Run(t.Context(), doctor.SecretSteps(names, func(_ context.Context, name string) (string, error) { return "keyring", places[name] }), nil)
	for i, want := range []doctor.Check{
		{Status: doctor.OK, Detail: "found in the keyring"}, {Status: doctor.Fail, Detail: "open to others", Hint: "chmod 600", Exit: 12},
		{Status: doctor.OK, Detail: "found in the keyring"}, {Status: doctor.Warn, Detail: "not found", Hint: "set it"},
	} {
		want.Name, want.Group = "secret "+names[i], doctor.GroupSecrets
		if fmt.Sprint(checks[i]) != fmt.Sprint(want) {
			t.Errorf("got %+v\nwant %+v", checks[i], want)
		}
	}
}

// TestTheWayIsExaminedWithoutKeys: what needs no keys does not wait for them.
func TestTheWayIsExaminedWithoutKeys(t *testing.T) {
	secrets := doctor.SecretSteps([]string{"connection.public_key", "connection.private_key"}, func(_ context.Context, name string) (string, error) {
		if name == "connection.private_key" {
			return "", &doctor.Fault{Message: "not found", Exit: 12}
		}
		return "environment", nil
	})
	plain := doctor.ConnectionSteps(well().probe(), everything())
	checks := doctor.Run(t.Context(), append(secrets, doctor.WithKeys(plain)...), nil)
	for _, name := range []string{"reachable", "clock", "discovery"} {
		if check := find(t, checks, name); check.Status != doctor.OK {
			t.Errorf("got %+v", check)
		}
	}
	for _, name := range []string{"client id", "credentials", "agreements: add"} {
		if check := find(t, checks, name); check.Detail != "not examined: first mend “secret connection.private_key”" {
			t.Errorf("got %+v", check)
		}
	}
	for _, step := range plain {
		for _, name := range step.After {
			if strings.HasPrefix(name, "secret") {
				t.Errorf("the steps that were given changed: %s waits for %s", step.Name, name)
			}
		}
	}
}

func TestFaultOfSeveralLines(t *testing.T) {
	cause := &billing.Failure{Class: billing.ClassUnavailable, Message: "gone"}
	steps := doctor.SecretSteps([]string{"a"}, func(context.Context, string) (string, error) {
		return "", &doctor.Fault{Message: "two things\nthis\nand that", Hint: "mend", Exit: 1, Err: cause}
	})
	check := doctor.Run(t.Context(), steps, nil)[0]
	if check.Detail != "two things" || len(check.Findings) != 2 || check.Findings[1] != "and that" || check.Exit != 1 || check.Hint != "mend" {
		t.Errorf("got %+v", check)
	}
	if err := error(&doctor.Fault{Err: cause}); !errors.Is(err, cause) {
		t.Error("a fault hides its cause")
	}
}
