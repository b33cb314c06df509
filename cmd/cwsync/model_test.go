package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"cwsync/cwclient/cwsim"
	"cwsync/syncer"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

// step is one thing that happens. What its numbers mean is up to the kind: n is a line, k a choice among what is there.
type step struct {
	do   string
	n, k int
}

func (s step) String() string { return fmt.Sprintf("{%q, %d, %d}", s.do, s.n, s.k) }

// history is a case of the model: the source's rules and what happens, in order.
type history struct {
	rules modelRules
	steps []step
}

func (h history) String() string {
	var text strings.Builder
	fmt.Fprintf(&text, "history{%#v, []step{", h.rules)
	for _, s := range h.steps {
		text.WriteString(s.String() + ", ")
	}
	return text.String() + "}}"
}

// kinds of steps, those that matter more often several times.
var stepKinds = []string{
	"run", "run", "run", "run", "accept", "accept one", "kill", "kill", "kill after", "kill after", "disk full", "cancel", "two runs", "save", "apply", "apply and kill",
	"undo", "undo", "undo at once", "undo and kill", "undo and accept", "end and undo", "end and undo",
	"usage", "usage", "usage", "usage ends", "rate", "rate", "lost rate", "lost rate", "wait", "wait long", "next day",
	"fault", "fault", "fault", "fault", "late", "late", "late", "read fault", "edit on the way", "lost and edited",
	"quantity", "price", "cost", "taxable", "new product", "product", "product back", "cancel line", "reopen", "delete", "add", "add the same",
}

func drawHistory(t *rapid.T) history {
	draw := func(name string, from ...string) string { return rapid.SampledFrom(from).Draw(t, name) }
	h := history{rules: modelRules{
		onZero: draw("on_zero", "zero", "cancel"), onMissing: draw("on_missing", "", "hold", "zero", "cancel"), onDrift: draw("on_drift", "hold", "overwrite"),
		rates: draw("rates", "", allRates, allRates, "price", "cost, taxable"), creates: rapid.Bool().Draw(t, "creates"),
	}}
	drawn := rapid.Custom(func(t *rapid.T) step {
		return step{rapid.SampledFrom(stepKinds).Draw(t, "do"), rapid.IntRange(0, len(modelLines)).Draw(t, "n"), rapid.IntRange(0, 11).Draw(t, "k")}
	})
	h.steps = rapid.SliceOfN(drawn, 3, 24).Draw(t, "steps")
	if h.rules.creates { // the first run creates the product, so what may go wrong there comes first
		begin := step{draw("begin", "late", "fault", "read fault", "wait"), len(modelLines), rapid.IntRange(0, 11).Draw(t, "k")}
		h.steps = append([]step{begin, {draw("first", "run", "run", "kill after", "save"), 0, begin.k % 6}}, h.steps...)
	}
	return h
}

// TestAnyHistory lets people, usage, faults, crashes and resumes happen in any order. Whatever happens, nothing is billed twice and nothing of
// others is touched; and when it is over, a few runs reach what is wanted or say what a person must decide.
func TestAnyHistory(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		h := drawHistory(r)
		if broken := play(t, h); broken != "" {
			r.Fatalf("%s\n%s", h, broken)
		}
	})
}

// play lets a history happen and gives what it broke.
func play(t *testing.T, h history) (broken string) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		m := newModel(t, h.rules)
		for _, s := range h.steps {
			m.happens(s)
			if len(m.watch.broken) > 0 {
				broken = fmt.Sprintf("at %v: %s", s, strings.Join(m.watch.broken, "\n"))
				return
			}
		}
		m.comesToRest()
		broken = strings.Join(m.watch.broken, "\n")
	})
	return broken
}

// happens does one step.
func (m *model) happens(s step) {
	s.n %= len(m.bill)
	switch s.do {
	case "run":
		m.sync(fall{})
	case "accept":
		m.passesUntilSure()
		m.sync(fall{}, m.held...)
	case "accept one":
		if m.passesUntilSure(); len(m.held) > 0 {
			m.sync(fall{}, m.held[s.k%len(m.held)])
		}
	case "kill", "kill after":
		m.sync(fall{at: s.k, how: fallKill, after: s.do == "kill after"})
	case "disk full":
		m.sync(fall{at: s.k, how: fallDisk})
	case "cancel":
		m.sync(fall{at: s.k, how: fallCancel})
	case "two runs":
		if first, second := m.twoAtOnce(); second.exit != syncer.ExitBusy && second.exit != -1 {
			m.watch.breaks("of two runs at once the exit codes are %d and %d", first.exit, second.exit)
		}
	case "save":
		m.preview()
	case "apply", "apply and kill":
		if m.saved != "" {
			m.apply(map[bool]fall{true: {at: s.k, how: fallKill, after: s.n == 1}}[s.do == "apply and kill"])
		}
	case "undo", "undo and kill", "undo and accept", "undo at once", "end and undo":
		m.takesBack(s)
	case "usage":
		m.usage[s.n] = []string{"0", "1", "3", "4", "5", "6", "7", "8", "9", "12", "40", "2.5"}[s.k]
	case "usage ends":
		delete(m.usage, s.n)
	case "lost rate":
		m.rate[s.n] = rateSteps[s.k%len(rateSteps)]
		m.armStep(step{"fault", s.n, 1 + 2*(s.k%6)}) // of a PATCH
	case "rate":
		m.rate[s.n] = rateSteps[s.k%len(rateSteps)]
	case "wait", "wait long", "next day":
		m.passes(map[string]time.Duration{"wait": time.Minute, "wait long": 6 * time.Minute, "next day": 24 * time.Hour}[s.do])
	case "fault", "late", "read fault", "edit on the way", "lost and edited":
		m.armStep(s)
	default:
		m.person(s)
	}
}

// rateSteps are what the usage may say of a unit from now on. The second and the third are the same to ConnectWise.
var rateSteps = []unitRate{{"4.5", "3"}, {"4.75", "3.333333"}, {"4.7500001", "3.3333334"}, {"", ""}, {"9", ""}, {"", "0.005"}, {"0", "0"}}

// passesUntilSure waits for writes that may still come: who accepts a line whose write is unknown has looked at the agreement, and says that it
// will not come any more.
func (m *model) passesUntilSure() {
	if len(m.watch.waiting()) > 0 {
		m.passes(5 * time.Minute)
	}
}

// passes lets time pass. The calendar follows.
func (m *model) passes(span time.Duration) {
	time.Sleep(span)
	synctest.Wait()
	m.watch.end(nil)
	m.world.SetToday(time.Now().UTC().Format(time.DateOnly))
	m.watch.look()
}

// writeFaults are what may happen to a write.
var writeFaults = []cwsim.Fault{
	{Kind: cwsim.FaultReset}, {Kind: cwsim.FaultResetAfter}, {Kind: cwsim.FaultCut}, {Kind: cwsim.FaultHang}, {Kind: cwsim.FaultHangAfter},
	{Kind: cwsim.FaultStatusAfter, Status: 500}, {Kind: cwsim.FaultProxy, Status: 502}, {Kind: cwsim.FaultHTML}, {Kind: cwsim.FaultGarbage},
	{Kind: cwsim.FaultStatus, Status: 409}, {Kind: cwsim.FaultStatus, Status: 429, RetryAfter: "20"}, {Kind: cwsim.FaultStatus, Status: 401},
}

// readFaults are what may happen to a reading of additions.
var readFaults = []cwsim.Fault{
	{Kind: cwsim.FaultReset}, {Kind: cwsim.FaultReset, Times: -1}, {Kind: cwsim.FaultStatus, Status: 403}, {Kind: cwsim.FaultProxy, Status: 503, Times: -1},
	{Kind: cwsim.FaultShortPage}, {Kind: cwsim.FaultHTML},
}

func (m *model) armStep(s step) {
	if len(m.watch.waiting()) > 0 {
		return // a write that is on its way is fault enough
	}
	path := fmt.Sprintf("/finance/agreements/%d/additions", m.bill[s.n].agreement)
	_, there := m.world.Product(modelNew.product)
	newProduct := m.bill[s.n] == modelNew && !there
	if newProduct {
		path = catalogPath
	}
	var fault cwsim.Fault
	switch s.do {
	case "fault":
		fault = writeFaults[s.k]
		if fault.Kind == cwsim.FaultReset {
			fault.Times = 2 // the edit is sent again, and lost again
		}
	case "late":
		fault = cwsim.Fault{Kind: cwsim.FaultCommitLater, Delay: []time.Duration{time.Second, time.Minute, 4 * time.Minute}[s.k%3]}
	case "read fault":
		fault = readFaults[s.k%len(readFaults)]
		fault.Method, fault.After = "GET", s.k/len(readFaults)
	case "edit on the way":
		fault = m.editOnTheWay(s, path, s.k%3)
	case "lost and edited":
		m.watch.arm(cwsim.Fault{Kind: cwsim.FaultReset, Method: "PATCH", Path: path + "/*"}, m.editOnTheWay(s, path, 2+s.k%2))
		return
	}
	if fault.Method == "" {
		fault.Method = "POST"
		if s.k%2 == 1 && !newProduct {
			fault.Method = "PATCH"
			path += "/*"
		}
	}
	fault.Path = path
	m.watch.arm(fault)
}

// editOnTheWay has a person edit a line right before one of the readings of its agreement.
func (m *model) editOnTheWay(s step, path string, after int) cwsim.Fault {
	return cwsim.Fault{Kind: cwsim.FaultEdit, Method: "GET", Path: path, After: after, Edit: func(*cwsim.World) {
		m.watch.edited = true
		m.person(step{"quantity", s.n, s.k})
	}}
}

// person is somebody at work in the ConnectWise screens.
func (m *model) person(s step) {
	if s.do == "new product" {
		m.newProduct(s.k)
		return
	}
	if _, there := m.world.Product(m.bill[s.n].product); !there {
		return
	}
	agreement, product := m.bill[s.n].agreement, m.product(m.bill[s.n].product)
	if s.do == "add" || s.do == "add the same" {
		quantity := decimal.New(int64(s.k), 0)
		if wanted, ok := m.usage[s.n]; ok && s.do == "add the same" {
			quantity = decimal.RequireFromString(wanted)
		}
		if m.watch.opening && len(m.watch.waiting()) > 0 && quantity.String() == m.usage[s.n] {
			return // who opens by hand what is on its way opens it twice: nobody can tell the two apart
		}
		m.watch.lookAt(m.world.AddAddition(cwsim.AdditionSpec{Agreement: agreement, Product: product, Quantity: quantity, Effective: m.world.Today()}))
		return
	}
	foreign := m.world.Additions(agreement)[0].ID
	lines := slices.DeleteFunc(m.world.Additions(agreement), func(a cwsim.AdditionRecord) bool { return a.ID == foreign })
	if len(lines) == 0 {
		return
	}
	line := lines[s.k%len(lines)]
	if s.do == "delete" {
		must(m.world.DeleteAddition(line.ID))
		m.watch.lookAt(line.ID)
		return
	}
	today, other := m.world.Today(), m.product(modelOther) // the world is locked while a line is edited
	must(m.world.EditAddition(line.ID, func(a *cwsim.AdditionRecord) {
		switch s.do {
		case "quantity":
			a.Quantity = decimal.New(int64(s.k), 0)
		case "price":
			a.Price = decimal.New(int64(s.k), 0)
		case "cost":
			a.Cost = decimal.New(int64(s.k), 0)
		case "taxable":
			a.Taxable = !a.Taxable
		case "product":
			a.Product = other
		case "product back":
			a.Product = product
		case "cancel line":
			a.Cancelled = today
		case "reopen":
			a.Cancelled = ""
		}
	}))
	m.watch.lookAt(line.ID)
}

// newProduct is somebody who creates the product that is missing, perhaps in other letters.
func (m *model) newProduct(k int) {
	if _, there := m.world.Product(modelNew.product); there || len(m.watch.waiting()) > 0 {
		return // whose write comes second is refused by ConnectWise: that is told by the cases by hand
	}
	m.world.AddProduct(cwsim.ProductSpec{Identifier: []string{modelNew.product, "New", modelNew.product}[k%3], Price: decimal.New(int64(k), 0)})
}
