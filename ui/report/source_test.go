package report

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"cwsync/syncer"
	"cwsync/syncer/billing"
	"cwsync/ui/theme"

	"github.com/charmbracelet/x/exp/golden"
	"github.com/shopspring/decimal"
)

// readSource has every column that a source can fill, and texts that are hostile or wide.
func readSource(rows int) Source {
	line := func(place int, customer, name, service, quantity string) billing.UsageLine {
		return billing.UsageLine{CustomerID: customer, CustomerName: name, ServiceID: service, ServiceName: strings.ToUpper(service), Quantity: dec(quantity), Status: billing.StatusActive, Place: place}
	}
	full := line(2, "1001", "Contoso", "adv", "1234.50")
	full.Unit, full.Cost, full.Price, full.Currency, full.Domain, full.AsOf = "user", num("3.1"), num("4.5"), "USD", "contoso.example", created
	full.Counts = map[string]decimal.Decimal{"active": dec("1200"), "licensed": dec("1300")}
	trial := line(3, "1002", "Fabrikam \x1b[31mand the very long name of a company that nobody can remember\u202e", "adv", "0.25")
	trial.Unit, trial.Status = "user", billing.StatusTrial
	bytes := line(12345, "1003", "青空商事", "adv", "1099511627777")
	bytes.Unit = "bytes"
	bare := line(12346, "1001", "", "plain", "7")
	bare.ServiceName = ""
	return Source{Profile: "default", Name: "mail", Kind: "csv", Rows: rows, Usage: billing.Usage{Lines: []billing.UsageLine{full, trial, bytes, bare}, AsOf: created, Digest: "5e7d"}}
}

func sourceText(t *testing.T, s Source, options TextOptions) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := SourceText(&b, s, options); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(b.String()) {
		if width := max(options.Width, theme.MinWidth); options.Width > 0 && cells(strings.TrimSuffix(line, "\n")) > width {
			t.Errorf("wider than %d: %q", width, line)
		}
	}
	return b.Bytes()
}

func TestSourceTextGolden(t *testing.T) {
	t.Run("wide", func(t *testing.T) { golden.RequireEqual(t, sourceText(t, readSource(0), TextOptions{Width: 200})) })
	t.Run("usual", func(t *testing.T) { golden.RequireEqual(t, sourceText(t, readSource(2), TextOptions{Width: 160})) })
	t.Run("empty", func(t *testing.T) {
		golden.RequireEqual(t, sourceText(t, Source{Profile: "default", Name: "mail", Kind: "csv"}, TextOptions{Width: 80}))
	})
}

func TestANarrowPageCutsTextsAndNoNumber(t *testing.T) {
	s := readSource(0)
	for i := range s.Usage.Lines {
		line := &s.Usage.Lines[i]
		line.Cost, line.Price, line.Counts, line.Domain, line.AsOf = decimal.NullDecimal{}, decimal.NullDecimal{}, nil, "", time.Time{}
	}
	text := string(sourceText(t, s, TextOptions{Width: 60}))
	for _, want := range []string{"1,234.5 user", "1,099,511,627,777 bytes", "12,346", "…"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
}

func TestSourceDocumentsGolden(t *testing.T) {
	for name, make := range map[string]func() ([]byte, error){
		"source": func() ([]byte, error) { return SourceJSON(readSource(2)) },
		"source-empty": func() ([]byte, error) {
			return SourceJSON(Source{Profile: "default", Name: "mail", Kind: "csv"})
		},
		"error": func() ([]byte, error) {
			return SourceErrorJSON(1, syncer.Problem{Code: "source_failed", Message: "source mail: usage.csv:3:1: quantity is empty", Hint: "put it right"}, "mail",
				[]ReadProblem{{File: "usage.csv", Line: 3, Column: 1, Message: "quantity is empty"}}, 4)
		},
		"presets": func() ([]byte, error) { return PresetsJSON(somePresets()) },
	} {
		t.Run(name, func(t *testing.T) {
			data, err := make()
			if err != nil {
				t.Fatal(err)
			}
			golden.RequireEqual(t, data)
		})
	}
}

func somePresets() []Preset {
	return []Preset{
		{Name: "mailprotector", Title: "Mailprotector", Kind: "http", Trust: "beta: check one statement first", Note: "adds up the users of a customer's domains by service", Document: "- name: mailprotector\n"},
		{Name: "pax8", Title: "Pax8", Kind: "http", Verified: true, Trust: "verified", Note: "active subscriptions alone", Document: "- name: pax8\n"},
	}
}

func TestPresetsTextGolden(t *testing.T) {
	var b bytes.Buffer
	if err := PresetsText(&b, somePresets(), TextOptions{Width: 60}); err != nil {
		t.Fatal(err)
	}
	golden.RequireEqual(t, b.Bytes())
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("the disk is full") }

func TestASourceThatCannotBePrinted(t *testing.T) {
	if err := SourceText(full{}, readSource(0), TextOptions{}); err == nil {
		t.Error("the error was swallowed")
	}
	if err := PresetsText(full{}, somePresets(), TextOptions{}); err == nil {
		t.Error("the error was swallowed")
	}
}
