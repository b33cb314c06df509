package cwsim

import (
	"strings"
	"sync"
	"time"
)

// World is the state of one simulated ConnectWise. Its methods may be called
// from several goroutines at once, also while a Server serves it.
type World struct {
	mu     sync.RWMutex
	tables map[string]*table
	today  string // YYYY-MM-DD
	clock  func() time.Time
	last   time.Time // of the last write; the next one is later
	setUp  time.Time // of the last record that was there before anything happened
	gen    uint64    // counts changes that may show in the JSON of other records
	shape  Shape
	zone   string
}

// The people and programs that change records.
const (
	apiMember = "cwsync-api" // whose key the requests carry
	person    = "jsmith"     // who works in the ConnectWise screens
	installer = "zadmin"     // who set everything up
)

// NewWorld is an empty ConnectWise on the day today (YYYY-MM-DD; anything else
// panics): no customers and no products, but the lookups that every installation
// has: statuses, types, billing cycles, units, product types, categories,
// subcategories, currencies, tax codes.
func NewWorld(today string) *World {
	w := &World{tables: map[string]*table{}, zone: "(UTC) Coordinated Universal Time"}
	for _, t := range allTables() {
		w.tables[t.res.table] = t
	}
	w.setToday(today)
	w.seed()
	return w
}

// SetToday moves the world's calendar to a day (YYYY-MM-DD; anything else
// panics). The clock that stamps writes follows unless SetClock replaced it.
func (w *World) SetToday(today string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.setToday(today)
}

func (w *World) setToday(today string) {
	t, err := time.Parse(time.DateOnly, today)
	if err != nil {
		panic("cwsim: today must be YYYY-MM-DD: " + today)
	}
	w.today = today
	if morning := t.Add(8 * time.Hour); morning.After(w.last) {
		w.last = morning
	}
	if w.setUp.IsZero() {
		w.setUp = t.AddDate(0, -1, 0)
	}
	w.gen++
}

// Today is the world's date, YYYY-MM-DD.
func (w *World) Today() string {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return w.today
}

// SetClock makes writes carry the clock's time, in whole seconds, instead of a
// counter that starts at 08:00 UTC of today. Two writes never carry the same
// time: where the clock gives none that is later, a second is added.
func (w *World) SetClock(clock func() time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.clock = clock
}

// SetShape changes how the answers look from now on.
func (w *World) SetShape(s Shape) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.shape = s
	w.gen++
}

// SetTimeZone changes what system/info calls the server's time zone.
func (w *World) SetTimeZone(name string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.zone = name
}

// tick is the time of the next write, later than that of any before.
func (w *World) tick() string {
	next := w.last.Add(time.Second)
	if w.clock != nil {
		if now := w.clock().UTC().Truncate(time.Second); now.After(w.last) {
			next = now
		}
	}
	w.last = next
	return next.Format(wireTime)
}

// stamp marks a record as written now, or a month ago if an installer did it.
func (w *World) stamp(rec *record, by string) {
	now := ""
	if by == installer {
		w.setUp = w.setUp.Add(time.Second)
		now = w.setUp.Format(wireTime)
	} else {
		now = w.tick()
	}
	if rec.info.entered == "" {
		rec.info.entered, rec.info.enteredBy = now, by
	}
	rec.info.updated, rec.info.updatedBy = now, by
}

// touched tells that records of other tables may look different now. Additions
// show in no other record, so that writing them leaves what is encoded alone.
func (w *World) touched(t *table) {
	if t.res.table != tAdditions {
		w.gen++
	}
}

// put files a record as an installer or a person would, without any check.
func (w *World) put(name, by string, set func(*record)) *record {
	t := w.tables[name]
	rec := newRecord(t.res)
	for i, f := range t.res.fields {
		if f.derive == nil {
			rec.vals[i] = f.def
		}
	}
	set(rec)
	w.stamp(rec, by)
	t.insert(rec)
	w.gen++
	return rec
}

// wireDate makes a date of the wire from a calendar date; "" is none.
func wireDate(day string) any {
	if day == "" {
		return nil
	}
	wire, err := parseMoment(day)
	if err != nil {
		panic("cwsim: not a date: " + day)
	}
	return wire
}

// dayOf is the calendar date of a wire date.
func dayOf(wire string) string {
	day, _, _ := strings.Cut(wire, "T")
	return day
}

// plainDate is YYYY-MM-DD, or the whole wire text where it is not at midnight.
func plainDate(wire string) string {
	if strings.HasSuffix(wire, "T00:00:00Z") {
		return dayOf(wire)
	}
	return wire
}

func addDays(day string, n int) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return t.AddDate(0, 0, n).Format(time.DateOnly)
}

// monthStart is the first day of the month that lies n months after day's.
func monthStart(day string, n int) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return time.Date(t.Year(), t.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
}
