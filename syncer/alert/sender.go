package alert

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"cwsync/syncer/setup"
	"cwsync/syncer/source"
)

// DefaultLimit is how long all alerts of a run take together at most.
const DefaultLimit = 20 * time.Second

// settingSuccess is what the end of the last run with exit code 0 is remembered by.
const settingSuccess = "alert.last_success"

// Sender sends the alerts of one profile. All fields but Desk, Now and Limit are needed.
type Sender struct {
	Profile string
	Alerts  []setup.Alert
	Kinds   *source.Catalogue // with the kinds of alerts
	Secret  func(ctx context.Context, name string) (string, error)
	Memory  Memory
	Desk    func() Desk      // asked when a ticket is due; nil, or giving nil: ConnectWise is out of reach
	Now     func() time.Time // nil: time.Now
	Limit   time.Duration    // of all alerts together; 0: DefaultLimit
}

// Failure is an alert that was not sent.
type Failure struct {
	Alert   string // its name
	Kind    string
	Message string // why, without any secret
	Hint    string // what to do; may be empty
}

// String is the failure in one line.
func (f Failure) String() string {
	return fmt.Sprintf("alert %s (%s) was not sent: %s", f.Alert, f.Kind, f.Message)
}

// Round is the alerts of one run.
type Round struct {
	sender *Sender
	starts map[string]chan *Failure // of the alerts that heard of the start
}

// Start tells those that want to know that a run begins. It returns at once: the run goes on meanwhile. ctx should not end with the run.
func (s *Sender) Start(ctx context.Context) *Round {
	r := &Round{sender: s, starts: map[string]chan *Failure{}}
	for _, alert := range s.Alerts {
		if alert.Kind != KindHealthchecks {
			continue
		}
		ended := make(chan *Failure, 1)
		r.starts[alert.Name] = ended
		go func() {
			ctx, cancel := context.WithTimeout(ctx, s.patience())
			defer cancel()
			ended <- s.try(ctx, alert, func(ctx context.Context, to *url.URL) error { return ping(ctx, to, "start") })
		}()
	}
	return r
}

// End sends every alert that is for this end of a run, all at the same time, and gives those that could not be sent in the order of the set-up. It
// returns within the limit, whatever the other sides do, and when ctx ends.
func (r *Round) End(ctx context.Context, report Report) []Failure {
	s := r.sender
	m := messageOf(&report)
	return s.all(ctx, func(alert setup.Alert) bool {
		kind, known := s.Kinds.Alert(alert.Kind)
		return !known || kind.EveryRun || report.endsIn(alert.On)
	}, func(ctx context.Context, alert setup.Alert) *Failure {
		var began *Failure
		if start := r.starts[alert.Name]; start != nil {
			select { // a start that arrives after the end would say that the run goes on
			case began = <-start:
			case <-ctx.Done():
			}
		}
		if failure := s.send(ctx, alert, m); failure != nil {
			return failure
		}
		return began
	})
}

// Test sends a test by every alert and gives those that could not be sent. Nothing that looks like a run comes of it: a ticket is not opened, its board
// is read; of metrics the folder is tried; a ping goes to /log, which changes no state.
func (s *Sender) Test(ctx context.Context) []Failure {
	m := s.testMessage()
	every := func(setup.Alert) bool { return true }
	return s.all(ctx, every, func(ctx context.Context, alert setup.Alert) *Failure { return s.send(ctx, alert, m) })
}

// all does something for the alerts that are due, side by side. One that does not come back in time is left behind.
func (s *Sender) all(ctx context.Context, due func(setup.Alert) bool, send func(context.Context, setup.Alert) *Failure) []Failure {
	limit := s.Limit
	if limit == 0 {
		limit = DefaultLimit
	}
	ctx, cancel := context.WithTimeout(ctx, s.patience())
	defer cancel()
	over := time.NewTimer(limit)
	defer over.Stop()
	ends := make([]chan *Failure, len(s.Alerts))
	for i, alert := range s.Alerts {
		if due(alert) {
			ends[i] = make(chan *Failure, 1)
			go func() { ends[i] <- send(ctx, alert) }()
		}
	}
	var failures []Failure
	late := false
	for i, end := range ends {
		if end == nil {
			continue
		}
		var failure *Failure
		select {
		case failure = <-end:
		default:
			failure = &Failure{s.Alerts[i].Name, s.Alerts[i].Kind, "no answer in time", hintLater}
			if !late {
				select {
				case failure = <-end:
				case <-over.C:
					late = true
				}
			}
		}
		if failure != nil {
			failures = append(failures, *failure)
		}
	}
	return failures
}

// patience is how long one alert may take: a little less than all together, so that it can say itself why it failed.
func (s *Sender) patience() time.Duration {
	limit := s.Limit
	if limit == 0 {
		limit = DefaultLimit
	}
	return limit - limit/10
}

// send sends one message by one alert.
func (s *Sender) send(ctx context.Context, alert setup.Alert, m message) *Failure {
	options := source.Options(alert.Options)
	switch alert.Kind {
	case KindTicket:
		return s.failed(alert, s.ticket(ctx, alert, m))
	case KindTextfile:
		return s.failed(alert, s.textfile(ctx, options.Text(optionPath, ""), m))
	case KindEmail:
		return s.tryText(ctx, alert, func(ctx context.Context, address string) error { return sendMail(ctx, address, options, m) })
	case KindShoutrrr:
		return s.tryText(ctx, alert, func(ctx context.Context, address string) error { return sendShoutrrr(ctx, address, m) })
	case KindWebhook:
		return s.try(ctx, alert, func(ctx context.Context, to *url.URL) error { return sendWebhook(ctx, to, options, m) })
	case KindSlack:
		return s.try(ctx, alert, func(ctx context.Context, to *url.URL) error { return sendSlack(ctx, to, m) })
	case KindTeams:
		return s.try(ctx, alert, func(ctx context.Context, to *url.URL) error { return sendTeams(ctx, to, m) })
	case KindHealthchecks:
		what := "log"
		if m.report != nil {
			what = fmt.Sprint(m.report.ExitCode)
		}
		return s.try(ctx, alert, func(ctx context.Context, to *url.URL) error { return ping(ctx, to, what) })
	}
	return s.failed(alert, &fault{"this program knows no alert of that kind", "put its kind right in the set-up"})
}

// try sends to the web address that is the alert's secret.
func (s *Sender) try(ctx context.Context, alert setup.Alert, send func(context.Context, *url.URL) error) *Failure {
	return s.tryText(ctx, alert, func(ctx context.Context, address string) error {
		to, err := webAddress(address)
		if err != nil {
			return err
		}
		return send(ctx, to)
	})
}

func (s *Sender) tryText(ctx context.Context, alert setup.Alert, send func(context.Context, string) error) *Failure {
	address, err := s.Secret(ctx, "alert."+alert.Name)
	if err != nil {
		failure := &fault{message: err.Error()} // errors of secrets never hold one
		if hinted, ok := err.(interface{ Hint() string }); ok {
			failure.hint = hinted.Hint()
		}
		return s.failed(alert, failure)
	}
	return s.failed(alert, send(ctx, address))
}

// failed is the failure of an error; nil for none.
func (s *Sender) failed(alert setup.Alert, err error) *Failure {
	if err == nil {
		return nil
	}
	why := faultOf(err)
	return &Failure{alert.Name, alert.Kind, plain(strings.ReplaceAll(why.message, "\n", " "), 2*maxText), plain(why.hint, 2*maxText)}
}

func (s *Sender) ticket(ctx context.Context, alert setup.Alert, m message) error {
	one := &ticketAlert{desk: s.desk(), memory: s.Memory, now: s.now, profile: s.Profile, name: alert.Name, options: alert.Options}
	if m.report != nil {
		return one.tell(ctx, m)
	}
	if one.desk == nil {
		return &fault{"ConnectWise is out of reach", "`cwsync doctor` says why"}
	}
	return one.desk.TryTicket(ctx, one.ticket())
}

// textfile writes the metrics of a run. When the last success was it remembers itself: the file that it replaces may be gone.
func (s *Sender) textfile(ctx context.Context, path string, m message) error {
	if m.report == nil {
		return tryFolder(path)
	}
	stored, _, err := s.Memory.Setting(ctx, settingSuccess)
	last, _ := time.Parse(time.RFC3339, stored) // what is not there, or not a time, is no success that is known
	if m.report.ExitCode == 0 && err == nil {
		now := m.report.Started.Add(m.report.Duration).UTC().Format(time.RFC3339)
		_, _ = s.Memory.SwapSetting(ctx, settingSuccess, stored, now) // another run's is as good
	}
	return replaceFile(path, exposition(m.report.Profile, m.report.metrics(last)))
}

func (s *Sender) desk() Desk {
	if s.Desk == nil {
		return nil
	}
	return s.Desk()
}

func (s *Sender) now() time.Time {
	if s.Now == nil {
		return time.Now()
	}
	return s.Now()
}
