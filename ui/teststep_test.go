package ui

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"cwsync/syncer/billing"
	"cwsync/syncer/doctor"

	tea "charm.land/bubbletea/v2"
)

// testing is the frame at the step Test, not yet entered.
func newTesting(t *testing.T, prepare func(*fakeProbe)) (*app, *fakeProbe) {
	t.Helper()
	profile := newFakeProfile("contoso")
	connected(profile)
	probe := profile.site.Probe.Access.(*fakeProbe)
	if prepare != nil {
		prepare(probe)
	}
	d := newFakeDesk(t, profile)
	return newFakeApp(d, placeTest, newTest(d)), probe
}

// lacking takes two rights away.
func lacking(p *fakeProbe) {
	all := billing.Right{Add: billing.LevelAll, Edit: billing.LevelAll, Delete: billing.LevelAll, Inquire: billing.LevelAll}
	for _, function := range []billing.Function{billing.Agreements, billing.ProductCatalog, billing.CompanyMaintenance, billing.TableSetup} {
		right := all
		right.Function = function
		switch function {
		case billing.ProductCatalog:
			right.Inquire = billing.LevelNone
		case billing.CompanyMaintenance:
			right.Inquire = billing.LevelMy
		case billing.TableSetup:
			right.Inquire = billing.LevelNone
		}
		p.rights = append(p.rights, right)
	}
}

func enter(t *testing.T, a *app) { t.Helper(); driveApp(t, a, a.steps[a.here].enter()) }

// noted is what is remembered of the last test.
func noted(a *app) string { return a.desk.profile.Notes.(*fakeNotes).values[noteTested] }

func TestTestAllWell(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, probe := newTesting(t, nil)
		enter(t, a)
		requireSees(t, a, "✓ reachable api-na.myconnectwise.net, 84 ms", "✓ agreements: edit")
		if a.steps[placeTest].mark() != markDone || noted(a) != testedWell {
			t.Errorf("mark %v, noted %q", a.steps[placeTest].mark(), noted(a))
		}
		asked := probe.asked
		enter(t, a)
		if probe.asked != asked {
			t.Error("tested again though nothing changed")
		}
		press(t, a, "r")
		if probe.asked <= asked {
			t.Error("r did not test again")
		}
		a.desk.site = &Site{Probe: a.desk.site.Probe}
		enter(t, a)
		if a.steps[placeTest].(*testStep).site != a.desk.site {
			t.Error("a new connection was not tested")
		}
		press(t, a, "enter")
		if a.here != placeUsage {
			t.Errorf("went on to %d", a.here)
		}
	})
}

func TestTestScreens(t *testing.T) {
	t.Run("well", func(t *testing.T) {
		a, _ := newTesting(t, nil)
		enter(t, a)
		requireScreens(t, a)
	})
	t.Run("failed", func(t *testing.T) {
		a, _ := newTesting(t, lacking)
		enter(t, a)
		requireScreens(t, a)
	})
	t.Run("rights", func(t *testing.T) {
		a, _ := newTesting(t, lacking)
		enter(t, a)
		press(t, a, "y")
		requireScreens(t, a)
	})
	t.Run("unreachable", func(t *testing.T) {
		a, _ := newTesting(t, func(p *fakeProbe) {
			p.reachErr = &billing.Failure{Class: billing.ClassUnavailable, Message: "no host of the name api-na.myconnectwise.net", Hint: "check the site in Connect"}
		})
		enter(t, a)
		requireScreens(t, a)
	})
	t.Run("under way", func(t *testing.T) {
		a, _ := newTesting(t, nil)
		s := a.steps[placeTest].(*testStep)
		s.testAll()
		s.take(doctor.Check{Name: doctor.NameReachable, Status: doctor.OK, Detail: "api-na.myconnectwise.net, 84 ms"})
		s.take(doctor.Check{Name: doctor.NameClock, Status: doctor.Warn, Detail: "this machine is 3m0s ahead of the server", Hint: "set this machine's clock by a time server"})
		requireScreens(t, a)
	})
	t.Run("not connected", func(t *testing.T) {
		a, _ := newTesting(t, nil)
		a.desk.site = nil
		enter(t, a)
		requireScreens(t, a)
		press(t, a, "enter")
		if a.here != placeConnect {
			t.Error("enter does not lead to Connect")
		}
	})
}

func TestTestFailuresAskBeforeGoingOn(t *testing.T) {
	a, _ := newTesting(t, lacking)
	now := testNow()
	a.desk.now = func() time.Time { return now }
	enter(t, a)
	requireSees(t, a, "System > Security Roles > API billing > Procurement > Product Catalog: set Inquire to All")
	if a.steps[placeTest].mark() != markAttention || noted(a) != testedFailed {
		t.Errorf("mark %v, noted %q", a.steps[placeTest].mark(), noted(a))
	}
	press(t, a, "enter")
	requireSees(t, a, "Go on although 2 checks failed?", "▸ No ◂")
	press(t, a, "y")
	if a.here != placeTest {
		t.Fatal("a key that was typed ahead went on")
	}
	now = now.Add(time.Second)
	press(t, a, "enter")
	if a.here != placeTest || a.question != nil {
		t.Fatal("the safe answer went on")
	}
	press(t, a, "enter")
	now = now.Add(time.Second)
	press(t, a, "right", "enter")
	if a.here != placeUsage {
		t.Fatal("nobody can go on")
	}
}

func TestTestMarkedAlone(t *testing.T) {
	a, probe := newTesting(t, lacking)
	enter(t, a)
	s := a.steps[placeTest].(*testStep)
	if name := s.rows[s.at].name; name != "product catalog: inquire" {
		t.Fatalf("marked is %q, not the first failure", name)
	}
	probe.rights = nil
	press(t, a, "t")
	if s.rows[s.at].status() != doctor.OK || s.count(doctor.Fail) != 1 {
		t.Errorf("%v, and %d failures", s.rows[s.at].check, s.count(doctor.Fail))
	}
	requireSees(t, a, "✓ product catalog: inquire Procurement > Product Catalog: Inquire All")
	press(t, a, "r")
	if s.count(doctor.Fail) != 0 || noted(a) != testedWell {
		t.Errorf("%d failures, noted %q", s.count(doctor.Fail), noted(a))
	}
}

func TestTestSaysWhatAMendedCheckHeldUp(t *testing.T) {
	a, probe := newTesting(t, func(p *fakeProbe) {
		p.signInErr = &billing.Failure{Class: billing.ClassAuth, Message: "the keys are refused", Refused: billing.CredentialKeys}
	})
	enter(t, a)
	probe.signInErr = nil
	press(t, a, "t")
	requireSees(t, a, "✓ credentials signed in", "mended; r tests what could not be examined before")
}

func TestTestStreamsAndStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, probe := newTesting(t, nil)
		probe.wait = make(chan struct{})
		s := a.steps[placeTest].(*testStep)
		messages := make(chan tea.Msg, 100)
		var run func(cmd tea.Cmd)
		run = func(cmd tea.Cmd) {
			if cmd == nil {
				return
			}
			go func() {
				msg := cmd()
				if batch, ok := msg.(tea.BatchMsg); ok {
					for _, cmd := range batch {
						run(cmd)
					}
					return
				}
				if msg != nil {
					messages <- msg
				}
			}()
		}
		pump := func() {
			synctest.Wait()
			for len(messages) > 0 {
				_, cmd := a.Update(<-messages)
				run(cmd)
				synctest.Wait()
			}
		}
		run(s.enter())
		pump()
		requireSees(t, a, "⠋ reachable", "testing reachable (1 of")
		time.Sleep(testTurn)
		pump()
		requireSees(t, a, "⠙ reachable")
		press(t, a, "enter")
		if a.here != placeTest || a.question != nil {
			t.Error("went on while the test was going on")
		}
		press(t, a, "down", "esc")
		if s.running || a.here != placeTest {
			t.Fatal("esc did not stop the test, or left the step")
		}
		requireSees(t, a, "· reachable stopped", "not examined")
		pump()
		requireSees(t, a, "· reachable stopped")
		if s.mark() != markTodo || noted(a) != "" {
			t.Errorf("mark %v, noted %q, of a test that was stopped", s.mark(), noted(a))
		}
		press(t, a, "enter")
		requireSees(t, a, "Go on although the test was stopped?")
		time.Sleep(testTurn) // the last turn of the spinner comes to nothing
		pump()
	})
}

func TestTestOldAnswersAreDropped(t *testing.T) {
	a, _ := newTesting(t, nil)
	s := a.steps[placeTest].(*testStep)
	s.testAll()
	old := s.round
	s.halt()
	s.testAll()
	driveApp(t, a, send(testedMsg{round: old, check: doctor.Check{Name: doctor.NameReachable, Status: doctor.Fail}}), send(testEndMsg{round: old, whole: true}), send(testTurnMsg{old}))
	if s.rows[0].check != nil || !s.running {
		t.Error("an answer of a test that was stopped counts")
	}
}

func TestTestCopiesTheRights(t *testing.T) {
	a, _ := newTesting(t, lacking)
	enter(t, a)
	copied := ""
	for _, msg := range press(t, a, "y") {
		if value := reflect.ValueOf(msg); value.Kind() == reflect.String {
			copied = value.String()
		}
	}
	if !strings.Contains(copied, "Procurement > Product Catalog: Inquire All   (missing: Inquire All)") {
		t.Errorf("copied %q", copied)
	}
	requireSees(t, a, "Finance > Agreements: Inquire All, Add All, Edit All")
	press(t, a, "esc")
	if a.here != placeTest || a.steps[placeTest].(*testStep).listed {
		t.Error("esc does not close the list alone")
	}
}

func TestTestRemembersAnEarlierSitting(t *testing.T) {
	for end, want := range map[string]mark{testedWell: markDone, testedFailed: markAttention, "": markTodo, "something else": markTodo} {
		a, _ := newTesting(t, nil)
		driveApp(t, a, send(testedBeforeMsg{end}))
		if got := a.steps[placeTest].mark(); got != want {
			t.Errorf("after %q the mark is %v, not %v", end, got, want)
		}
		a.desk.site = nil
		if got := a.steps[placeTest].mark(); got != markTodo {
			t.Errorf("without a connection the mark is %v", got)
		}
	}
}

func TestTestHostileText(t *testing.T) {
	a, _ := newTesting(t, func(p *fakeProbe) {
		p.signInErr = &billing.Failure{Class: billing.ClassAuth, Message: "no\x1b]0;x\x07 \u202e漢字" + strings.Repeat("漢", 300), Hint: "\x1b[2J" + strings.Repeat("x", 300), Err: errors.New("x")}
	})
	enter(t, a)
	for _, size := range screenSizes {
		driveApp(t, a, send(tea.WindowSizeMsg{Width: size.width, Height: size.height}))
		for _, name := range []string{"down", "down", "up", "y", "esc"} {
			press(t, a, name)
			if content := see(t, a); strings.ContainsAny(content, "\x1b\x07\u202e") {
				t.Fatalf("%s: %q", size.name, content)
			}
		}
	}
}

func TestWindowKeepsTheMarkedInSight(t *testing.T) {
	lines := make([]string, 30)
	for i := range lines {
		lines[i] = fmt.Sprint(i)
	}
	for from := range 30 {
		for size := 1; size <= 12 && from+size <= 30; size++ {
			got := window(lines, from, from+size, 10)
			if len(got) != 10 || !strings.Contains(" "+strings.Join(got, " ")+" ", fmt.Sprintf(" %d ", from)) {
				t.Fatalf("lines %d to %d: %v", from, from+size, got)
			}
		}
	}
}
