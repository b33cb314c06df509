package doctor_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"cwsync/cwclient/cwsim"
	"cwsync/syncer/billing"
	"cwsync/syncer/doctor"
)

// row is a right that a set-up of everything needs, as the simulation and the checks name it.
type row struct{ module, function, kind, level, check string }

func rows() []row {
	return []row{
		{"Finance", "Agreements", cwsim.KindInquire, "Inquire All", "agreements: inquire"},
		{"Finance", "Agreements", cwsim.KindAdd, "Add All", "agreements: add"},
		{"Finance", "Agreements", cwsim.KindEdit, "Edit All", "agreements: edit"},
		{"Procurement", "Product Catalog", cwsim.KindInquire, "Inquire All", "product catalog: inquire"},
		{"Procurement", "Product Catalog", cwsim.KindAdd, "Add All", "product catalog: add"},
		{"Procurement", "Product Catalog", cwsim.KindEdit, "Edit All", "product catalog: edit"},
		{"Companies", "Company Maintenance", cwsim.KindInquire, "Inquire All", "company maintenance: inquire"},
		{"System", "Table Setup", cwsim.KindInquire, "Inquire All", "table setup: inquire"},
	}
}

// TestEachRightTakenAway: the check names exactly that right, where it is given, and 12.
func TestEachRightTakenAway(t *testing.T) {
	for _, right := range rows() {
		for _, level := range []string{cwsim.LevelNone, cwsim.LevelMy} {
			t.Run(right.check+" "+level, func(t *testing.T) {
				s := newSim(t)
				s.SetRight(right.module, right.function, right.kind, level)
				checks := examine(t.Context(), probe(t, s.config()), everything(), nil)
				bad := not(checks, doctor.OK)
				if len(bad) != 1 || bad[0].Name != right.check || bad[0].Status != doctor.Fail {
					t.Fatalf("want only %q failed, got %+v", right.check, bad)
				}
				if want := (doctor.Right{Module: right.module, Function: right.function, Level: right.level}); bad[0].Right == nil || *bad[0].Right != want {
					t.Errorf("right %+v, want %+v", bad[0].Right, want)
				}
				word := strings.TrimSuffix(right.level, " All")
				menu := "System > Security Roles > API cwsync > " + right.module + " > " + right.function + ": set " + word + " to All"
				if bad[0].Hint != menu {
					t.Errorf("hint %q, want %q", bad[0].Hint, menu)
				}
				if want := right.module + " > " + right.function + ": " + word + " is " + level + ", All is needed: "; !strings.HasPrefix(bad[0].Detail, want) {
					t.Errorf("detail %q, want it to begin with %q", bad[0].Detail, want)
				}
				if code := doctor.Worst(checks); code != doctor.ExitCredentials {
					t.Errorf("exit %d, want 12", code)
				}
				missing := right.module + " > " + right.function
				for line := range strings.Lines(doctor.RightsList(checks)) {
					if got, want := strings.Contains(line, "missing: "+right.level), strings.Contains(line, missing); got != want {
						t.Errorf("list says %q", line)
					}
				}
			})
		}
	}
}

func TestRightsThatNobodyNeeds(t *testing.T) {
	s := newSim(t)
	for _, function := range [][2]string{{"Finance", "Agreements"}, {"Procurement", "Product Catalog"}, {"Companies", "Company Maintenance"}, {"System", "Table Setup"}} {
		s.Deny(function[0], function[1], cwsim.KindDelete)
	}
	s.Deny("Finance", "Invoicing", cwsim.KindInquire)
	s.Deny("Procurement", "Product Catalog", cwsim.KindAdd)
	s.Deny("Procurement", "Product Catalog", cwsim.KindEdit)
	checks := examine(t.Context(), probe(t, s.config()), doctor.Needs{}, nil)
	if bad := not(checks, doctor.OK); bad != nil {
		t.Errorf("not ok: %+v", bad)
	}
	for _, needs := range []doctor.Needs{{CreateProducts: true}, {UpdateProducts: true}} {
		bad := not(examine(t.Context(), probe(t, s.config()), needs, nil), doctor.OK)
		want := map[bool]string{true: "product catalog: add", false: "product catalog: edit"}[needs.CreateProducts]
		if len(bad) != 1 || bad[0].Name != want {
			t.Errorf("%+v: want %q failed, got %+v", needs, want, bad)
		}
	}
}

// TestRightsOfTickets: each is named where an alert opens tickets, and nowhere else; without it runs are well, so that it is a warning. Where the
// list may not be read, a read is tried, and a write never.
func TestRightsOfTickets(t *testing.T) {
	for kind, level := range map[string]string{cwsim.KindInquire: "Inquire All", cwsim.KindAdd: "Add All", cwsim.KindEdit: "Edit All"} {
		for _, given := range []string{cwsim.LevelNone, cwsim.LevelMy} {
			s := newSim(t)
			s.SetRight("Service Desk", "Service Tickets", kind, given)
			if bad := not(examine(t.Context(), probe(t, s.config()), everything(), nil), doctor.OK); bad != nil {
				t.Errorf("%s %s without such an alert: %+v", level, given, bad)
			}
			checks := examine(t.Context(), probe(t, s.config()), doctor.Needs{Tickets: true}, nil)
			bad := not(checks, doctor.OK)
			word := strings.TrimSuffix(level, " All")
			if len(bad) != 1 || bad[0].Status != doctor.Warn || *bad[0].Right != (doctor.Right{Module: "Service Desk", Function: "Service Tickets", Level: level}) ||
				bad[0].Name != "service tickets: "+kind || bad[0].Hint != "System > Security Roles > API cwsync > Service Desk > Service Tickets: set "+word+" to All" ||
				!strings.HasPrefix(bad[0].Detail, "Service Desk > Service Tickets: "+word+" is "+given+", All is needed: an alert cannot ") || doctor.Worst(checks) != doctor.ExitDone {
				t.Errorf("%s %s: exit %d, %+v", level, given, doctor.Worst(checks), bad)
			}
			if list := doctor.RightsList(checks); !strings.Contains(list, "Service Desk > Service Tickets: Inquire All, Add All, Edit All   (missing: "+level+")\n") {
				t.Errorf("list says %s", list)
			}
		}
	}
	s := newSim(t)
	s.Fail(cwsim.Fault{Path: "/system/mySecurity", Kind: cwsim.FaultStatus, Status: http.StatusForbidden, Times: -1})
	s.Deny("Service Desk", "Service Tickets", cwsim.KindInquire)
	checks := examine(t.Context(), probe(t, s.config()), doctor.Needs{Tickets: true}, nil)
	if check := find(t, checks, "service tickets: inquire"); check.Status != doctor.Warn || !strings.Contains(check.Detail, "a read was refused") {
		t.Errorf("tried: %+v", check)
	}
	if check := find(t, checks, "service tickets: add"); check.Status != doctor.Skip || len(s.Writes()) != 0 {
		t.Errorf("not tried: %+v, written %+v", check, s.Writes())
	}
}

// TestListMayNotBeRead: then reads are tried, and writes never.
func TestListMayNotBeRead(t *testing.T) {
	for name, status := range map[string]int{"refused": http.StatusForbidden, "unknown": http.StatusNotFound} {
		t.Run(name, func(t *testing.T) {
			closed := func() sim {
				s := newSim(t)
				s.Fail(cwsim.Fault{Path: "/system/mySecurity", Kind: cwsim.FaultStatus, Status: status, Times: -1})
				return s
			}
			s := closed()
			checks := examine(t.Context(), probe(t, s.config()), everything(), nil)
			skipped := not(checks, doctor.OK)
			for _, check := range skipped {
				if check.Status != doctor.Skip || check.Right == nil || strings.HasPrefix(check.Right.Level, "Inquire") || check.Hint == "" {
					t.Errorf("got %+v", check)
				}
			}
			if len(skipped) != 4 || doctor.Worst(checks) != 0 {
				t.Errorf("%d were left out, exit %d: %+v", len(skipped), doctor.Worst(checks), skipped)
			}
			for _, right := range rows() {
				if right.kind != cwsim.KindInquire {
					continue
				}
				s := closed()
				s.Deny(right.module, right.function, right.kind)
				checks := examine(t.Context(), probe(t, s.config()), everything(), nil)
				bad := not(checks, doctor.OK, doctor.Skip)
				if len(bad) != 1 || bad[0].Name != right.check || bad[0].Exit != 12 || !strings.HasSuffix(bad[0].Hint, "set Inquire to All") {
					t.Errorf("want only %q failed, got %+v", right.check, bad)
				}
				for _, request := range s.Log() {
					if request.Method != http.MethodGet {
						t.Errorf("sent %s %s", request.Method, request.Path)
					}
				}
			}
		})
	}
}

func TestListThatFailsIsNoRefusal(t *testing.T) {
	s := newSim(t)
	s.Fail(cwsim.Fault{Path: "/system/mySecurity", Kind: cwsim.FaultStatus, Status: http.StatusServiceUnavailable, Times: -1})
	checks := examine(t.Context(), probe(t, s.config()), everything(), nil)
	if bad := not(checks, doctor.OK); len(bad) != len(rows()) || doctor.Worst(checks) != doctor.ExitTryLater {
		t.Errorf("exit %d: %+v", doctor.Worst(checks), bad)
	}
}

func TestListOfAnotherKind(t *testing.T) {
	t.Run("without the function", func(t *testing.T) {
		w := well()
		w.rights = slices.DeleteFunc(w.rights, func(r billing.Right) bool { return r.Function == billing.CompanyMaintenance })
		checks := examine(t.Context(), w.probe(), doctor.Needs{}, nil)
		if bad := not(checks, doctor.OK); bad != nil || !slices.Contains(w.reads, billing.CompanyMaintenance) || slices.Contains(w.reads, billing.Agreements) {
			t.Errorf("got %+v, tried %v", bad, w.reads)
		}
	})
	t.Run("in capitals", func(t *testing.T) {
		w := well()
		for i := range w.rights {
			w.rights[i].Module, w.rights[i].Name = strings.ToUpper(w.rights[i].Module), strings.ToUpper(w.rights[i].Name)
			w.rights[i].Inquire = "ALL"
		}
		if bad := not(examine(t.Context(), w.probe(), doctor.Needs{}, nil), doctor.OK); bad != nil || len(w.reads) != 1 {
			t.Errorf("got %+v, tried %v", bad, w.reads)
		}
	})
	t.Run("without a level", func(t *testing.T) {
		w := well()
		w.rights[0].Edit = ""
		bad := not(examine(t.Context(), w.probe(), doctor.Needs{}, nil), doctor.OK)
		if len(bad) != 1 || bad[0].Name != "agreements: edit" || bad[0].Status != doctor.Skip {
			t.Errorf("got %+v", bad)
		}
	})
	t.Run("with a level nobody knows", func(t *testing.T) {
		w := well()
		w.rights[0].Edit = "Team"
		bad := not(examine(t.Context(), w.probe(), doctor.Needs{}, nil), doctor.OK)
		if len(bad) != 1 || bad[0].Status != doctor.Fail || !strings.Contains(bad[0].Detail, "Edit is Team") {
			t.Errorf("got %+v", bad)
		}
	})
}

// TestTableSetup: some servers let everybody read the tables, and a role can leave single tables out.
func TestTableSetup(t *testing.T) {
	refused := &billing.Failure{Class: billing.ClassPermission, Message: "no"}
	for name, c := range map[string]struct {
		level   billing.Level
		readErr error
		status  doctor.Status
		says    string
	}{
		"all":                 {"All", nil, doctor.OK, "Inquire All"},
		"all but for a table": {"All", refused, doctor.Fail, "a table may not be read"},
		"none but read":       {"None", nil, doctor.Warn, "Inquire is None, but"},
		"none":                {"None", refused, doctor.Fail, "Inquire is None, All is needed"},
		"not reachable":       {"None", &billing.Failure{Class: billing.ClassUnavailable, Message: "gone"}, doctor.Fail, "gone"},
	} {
		t.Run(name, func(t *testing.T) {
			w := well()
			w.rights[3].Inquire, w.readErr = c.level, c.readErr
			check := find(t, examine(t.Context(), w.probe(), doctor.Needs{}, nil), "table setup: inquire")
			if check.Status != c.status || !strings.Contains(check.Detail, c.says) || check.Status != doctor.OK && check.Status != doctor.Fail && check.Hint == "" {
				t.Errorf("got %+v", check)
			}
		})
	}
}

func TestRightsList(t *testing.T) {
	w := well()
	w.rights[0].Edit, w.rights[1].Inquire = "None", "My"
	checks := examine(t.Context(), w.probe(), everything(), nil)
	want := `Rights that the API member's security role needs (System > Security Roles):
  Finance > Agreements: Inquire All, Add All, Edit All   (missing: Edit All)
  Procurement > Product Catalog: Inquire All, Add All, Edit All   (missing: Inquire All)
  Companies > Company Maintenance: Inquire All
  System > Table Setup: Inquire All
`
	if got := doctor.RightsList(checks); got != want {
		t.Errorf("got\n%s", got)
	}
	if got := doctor.RightsList(nil); got != "" {
		t.Errorf("of nothing: %q", got)
	}
	// The list is there to copy also where nothing could be examined yet.
	w.signErr = &billing.Failure{Class: billing.ClassAuth, Refused: billing.CredentialKeys, Message: "no"}
	if got := doctor.RightsList(examine(t.Context(), w.probe(), doctor.Needs{}, nil)); strings.Contains(got, "missing") || strings.Count(got, "\n") != 5 {
		t.Errorf("got\n%s", got)
	}
}
