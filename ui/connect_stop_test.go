package ui

import (
	"context"
	"maps"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"cwsync/syncer/billing"
	"cwsync/syncer/source"

	tea "charm.land/bubbletea/v2"
)

// underWay runs commands as the program does, aside, and keeps what they give until it is asked for.
type underWay struct {
	running atomic.Int32
	given   chan tea.Msg
}

func (u *underWay) start(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	u.running.Add(1)
	go func() {
		defer u.running.Add(-1)
		msg := cmd()
		if list := reflect.ValueOf(msg); list.Kind() == reflect.Slice && list.Type().Elem() == reflect.TypeFor[tea.Cmd]() {
			for i := range list.Len() {
				u.start(list.Index(i).Interface().(tea.Cmd))
			}
		} else if msg != nil {
			u.given <- msg
		}
	}()
}

// deliver gives the frame what the commands gave so far.
func (u *underWay) deliver(a *app) {
	synctest.Wait()
	for len(u.given) > 0 {
		_, cmd := a.Update(<-u.given)
		u.start(cmd)
		synctest.Wait()
	}
}

// wait is a wait of a step: begin leaves the step in it.
type wait struct {
	step  func(d *desk) step
	at    place
	begin func(t *testing.T, a *app, p *fakeProfile) tea.Cmd
	says  string
}

// connectWaits are the waits of the steps Connect and Test.
func connectWaits() map[string]wait {
	return map[string]wait{
		"looking for the keys": {newConnect, placeConnect, func(_ *testing.T, a *app, p *fakeProfile) tea.Cmd {
			p.keys.stuck = true
			return a.show(placeConnect)
		}, "looking"},
		"storing a key": {newConnect, placeConnect, func(t *testing.T, a *app, p *fakeProfile) tea.Cmd {
			driveApp(t, a, a.show(placeConnect))
			p.keys.stuck = true
			a.steps[placeConnect].(*connect).form.mark(fieldPrivate, true)
			paste(t, a, canaryPrivate)
			_, cmd := a.Update(keyPress(t, "enter"))
			return cmd
		}, "storing the key"},
		"connecting": {newConnect, placeConnect, func(t *testing.T, a *app, p *fakeProfile) tea.Cmd {
			driveApp(t, a, a.show(placeConnect))
			a.desk.site, p.dialing = nil, true
			_, cmd := a.Update(keyPress(t, "enter"))
			return cmd
		}, "connecting"},
		"discovery": {newTest, placeTest, func(_ *testing.T, a *app, p *fakeProfile) tea.Cmd {
			p.site.Probe.Site.(*fakeProbe).wait = make(chan struct{})
			return a.show(placeTest)
		}, "testing"},
		"one check again": {newTest, placeTest, func(t *testing.T, a *app, p *fakeProfile) tea.Cmd {
			driveApp(t, a, a.show(placeTest))
			p.site.Probe.Site.(*fakeProbe).wait = make(chan struct{})
			_, cmd := a.Update(keyPress(t, "t"))
			return cmd
		}, "testing"},
	}
}

// usageWaits are the waits of the step Usage.
func usageWaits() map[string]wait {
	return map[string]wait{
		"reading the usage": {newUsage, placeUsage, func(t *testing.T, a *app, p *fakeProfile) tea.Cmd {
			a.desk.profile.Kinds = kindsOf(t, vendorKind(func(ctx context.Context, _ source.Config) (billing.Usage, error) {
				<-ctx.Done()
				return billing.Usage{}, ctx.Err()
			}))
			return a.show(placeUsage)
		}, "reading"},
		"looking for a secret": {newUsage, placeUsage, func(_ *testing.T, a *app, p *fakeProfile) tea.Cmd {
			p.keys.stuck = true
			a.desk.usage["mail"] = vendorUsage() // so that it is not read
			return a.show(placeUsage)
		}, "looking for secrets"},
		"storing a secret": {newUsage, placeUsage, func(t *testing.T, a *app, p *fakeProfile) tea.Cmd {
			driveApp(t, a, a.show(placeUsage))
			press(t, a, "e", "down", "down", "enter")
			p.keys.stuck = true
			paste(t, a, "s3cret-token-0123456789")
			_, cmd := a.Update(keyPress(t, "enter"))
			return cmd
		}, "looking for secrets"},
	}
}

// esc ends every wait: the screen takes keys at once, before the command has noticed; the command's context ends, it leaves no goroutine, and
// what it still says is dropped.
func TestEveryWaitCanBeStopped(t *testing.T) {
	waits := connectWaits()
	maps.Copy(waits, usageWaits())
	for name, wait := range waits {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				profile := vendorProfile(t)
				profile.setups.stored[0].Connection = testConnection()
				profile.keys.keyring = map[string]string{publicKey: canaryPublic, privateKey: canaryPrivate}
				d := newFakeDesk(t, profile)
				a := newFakeApp(d, wait.at, wait.step(d))
				work := &underWay{given: make(chan tea.Msg, 100)}
				work.start(wait.begin(t, a, profile))
				work.deliver(a)
				requireSees(t, a, wait.says)
				if work.running.Load() == 0 {
					t.Fatal("nothing is under way")
				}

				_, cmd := a.Update(keyPress(t, "esc"))
				work.start(cmd)
				if a.here != wait.at {
					t.Fatalf("esc left for step %d", a.here)
				}
				requireUsable(t, a, wait.says)
				stopped := see(t, a)

				time.Sleep(testTurn) // a spinner turns once more before it sees that it is of no use
				work.deliver(a)
				if n := work.running.Load(); n != 0 {
					t.Errorf("%d commands go on", n)
				}
				if now := see(t, a); now != stopped {
					t.Errorf("what was stopped changes the screen from\n%s\nto\n%s", stopped, now)
				}
			})
		})
	}
}

// requireUsable holds a step to taking keys and to saying that it does nothing any more.
func requireUsable(t *testing.T, a *app, says string) {
	t.Helper()
	if status := a.steps[a.here].status(); strings.HasPrefix(status, says) {
		t.Errorf("it still says %q", status)
	}
	before := see(t, a)
	a.Update(keyPress(t, "down"))
	if a.here == placeUsage && see(t, a) == before {
		a.Update(keyPress(t, "up"))
	}
	if see(t, a) == before {
		a.Update(keyPress(t, "up"))
	}
	if see(t, a) == before {
		t.Errorf("keys do nothing:\n%s", before)
	}
}

// Of two ctrl+c the first may come while the profile is being opened and the second when its steps are there: they leave all the same.
func TestLeavingWhileAProfileIsOpened(t *testing.T) {
	profile := newFakeProfile("contoso")
	connected(profile)
	r := newRoot(t.Context(), Options{Office: newFakeOffice(profile), Now: testNow})
	r.Update(tea.WindowSizeMsg{Width: 80, Height: 24})
	opening := r.open("contoso")
	r.Update(keyPress(t, "ctrl+c"))
	r.Update(opening())
	if r.app == nil {
		t.Fatal("not opened")
	}
	if _, cmd := r.Update(keyPress(t, "ctrl+c")); cmd == nil || cmd() != tea.Quit() {
		t.Error("the second ctrl+c does not leave")
	}
}
