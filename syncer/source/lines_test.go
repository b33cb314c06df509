package source

import (
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"cwsync/syncer/billing"
)

var testNow = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// collect turns rows, given as column=value, into usage.
func collect(t *testing.T, rules Rules, rows ...map[Column]string) (billing.Usage, error) {
	t.Helper()
	rules.Source, rules.File = "mail", "usage.csv"
	if rules.Now.IsZero() {
		rules.Now = testNow
	}
	lines := NewLines(rules)
	for i, values := range rows {
		row := Row{Place: i + 2, Counts: make([]Cell, len(rules.Bases))}
		for column, text := range values {
			row.Set(column, Cell{Text: text, Column: int(column) + 1, Present: true})
		}
		for j := range rules.Bases {
			row.Counts[j] = Cell{Text: "7", Present: true}
		}
		lines.Add(&row)
	}
	return lines.Usage(testNow.Add(-time.Hour), "digest")
}

func line(customer, service, quantity string, more ...string) map[Column]string {
	row := map[Column]string{ColumnCustomerID: customer, ColumnServiceID: service, ColumnQuantity: quantity}
	for i := 0; i+1 < len(more); i += 2 {
		for _, column := range Columns() {
			if column.String() == more[i] {
				row[column] = more[i+1]
			}
		}
	}
	return row
}

func TestLineHoldsAllThatTheSourceSays(t *testing.T) {
	usage, err := collect(t, Rules{Bases: []string{"active"}}, line(" 1001 ", "mbx", "12.5", "customer_name", "Contoso\nLtd", "service_name", "Mailbox",
		"unit", "user", "cost", "1.10", "price", "2", "currency", "usd", "status", "Trial", "domain", "c.example", "as_of", "2026-11-21 06:00", "period", "2026-11"))
	if err != nil {
		t.Fatal(err)
	}
	got := usage.Lines[0]
	if got.CustomerID != "1001" || got.ServiceID != "mbx" || got.Quantity.String() != "12.5" || got.CustomerName != "Contoso Ltd" ||
		got.Currency != "USD" || got.Status != billing.StatusTrial || got.Cost.Decimal.String() != "1.1" || got.Price.Decimal.String() != "2" ||
		got.Counts["active"].String() != "7" || got.Place != 2 || got.Period != "2026-11" || got.Domain != "c.example" || got.Unit != "user" {
		t.Errorf("%+v", got)
	}
	if want := time.Date(2026, 11, 21, 6, 0, 0, 0, time.UTC); !usage.AsOf.Equal(want) || usage.Digest != "digest" {
		t.Errorf("as of %v, digest %q", usage.AsOf, usage.Digest)
	}
}

func TestAbsentValues(t *testing.T) {
	usage, err := collect(t, Rules{}, line("1", "a", "0", "cost", "", "price", " ", "status", "", "currency", ""))
	if err != nil {
		t.Fatal(err)
	}
	got := usage.Lines[0]
	if got.Cost.Valid || got.Price.Valid || got.Status != billing.StatusActive || got.Currency != "" || got.Counts != nil {
		t.Errorf("%+v", got)
	}
	if !usage.AsOf.Equal(testNow.Add(-time.Hour)) {
		t.Errorf("without as_of the age is the fallback, not %v", usage.AsOf)
	}
}

func TestAgeIsTheOldest(t *testing.T) {
	usage, err := collect(t, Rules{}, line("1", "a", "1", "as_of", "2026-11-20"), line("2", "a", "1", "as_of", "2026-11-19T23:00:00+02:00"), line("3", "a", "1"))
	if err != nil || !usage.AsOf.Equal(time.Date(2026, 11, 19, 21, 0, 0, 0, time.UTC)) {
		t.Errorf("%v, %v", usage.AsOf, err)
	}
}

func TestRefusedValues(t *testing.T) {
	for _, c := range []struct{ column, value, want string }{
		{"quantity", "-1", `usage.csv:2:3: quantity "-1" is negative`},
		{"quantity", "", `usage.csv:2:3: quantity is empty`},
		{"quantity", "1,000", `usage.csv:2:3: quantity "1,000" is not a decimal number`},
		{"quantity", "1e3", `usage.csv:2:3: quantity "1e3" is not a decimal number`},
		{"customer_id", " ", `usage.csv:2:1: customer_id is empty`},
		{"service_id", "a\u202eb", `service_id "a\u202eb" holds the character U+202E`},
		{"cost", "free", `usage.csv:2:7: cost "free" is not a decimal number`},
		{"price", "-0.01", `price "-0.01" is negative`},
		{"currency", "Dollar", `currency "Dollar" is not a code`},
		{"currency", "€", `currency "€" is not a code`},
		{"currency", "USX", `usage.csv:2:9: currency "USX" is used nowhere`},
		{"currency", "dem", `currency "dem" is used nowhere`},
		{"currency", "XXX", `currency "XXX" is used nowhere`},
		{"currency", "XTS", `currency "XTS" is used nowhere`},
		{"status", "gone", `status "gone" is none of active, trial, suspended, closed`},
		{"as_of", "yesterday", `as_of "yesterday" is not a moment`},
		{"as_of", "21.11.2026", `is not a moment`},
		{"as_of", "2026-11-23", `as_of "2026-11-23" is in the future`},
	} {
		_, err := collect(t, Rules{}, line("1", "a", "1", c.column, c.value))
		var problem *ReadError
		if !errors.As(err, &problem) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %q: %v, want %s", c.column, c.value, err, c.want)
		}
	}
}

func TestTomorrowElsewhereIsNoFuture(t *testing.T) {
	if _, err := collect(t, Rules{}, line("1", "a", "1", "as_of", "2026-11-22 11:59")); err != nil {
		t.Error(err)
	}
}

func TestAFileFromTheFutureIsRefused(t *testing.T) {
	for ahead, refused := range map[time.Duration]bool{23 * time.Hour: false, 25 * time.Hour: true, 24 * 365 * time.Hour: true} {
		for _, asOf := range []string{"", "2026-11-21"} {
			lines := NewLines(Rules{Source: "mail", File: "usage.csv", Now: testNow})
			row := Row{Place: 2}
			for column, text := range line("1", "a", "5", "as_of", asOf) {
				row.Set(column, Cell{Text: text, Present: true})
			}
			lines.Add(&row)
			_, err := lines.Usage(testNow.Add(ahead), "")
			if (err != nil) != (refused && asOf == "") {
				t.Errorf("%s ahead, as_of %q: %v", ahead, asOf, err)
			}
			if err != nil && !strings.HasPrefix(err.Error(), "usage.csv: was changed on 202") {
				t.Errorf("%v", err)
			}
		}
	}
}

func TestEqualTextsAndNumbersAreKeptOnce(t *testing.T) {
	lines := NewLines(Rules{Numbers: NumbersPoint})
	for i := range mostKept + 10 {
		lines.text(strconv.Itoa(i))
		if n, err := lines.number(strconv.Itoa(i)); err != nil || n.IntPart() != int64(i) {
			t.Fatal(n, err)
		}
	}
	if len(lines.texts) != mostKept || len(lines.numbers) != mostKept || lines.text("7") != "7" {
		t.Errorf("%d texts and %d numbers are kept, at most %d", len(lines.texts), len(lines.numbers), mostKept)
	}
	if _, err := lines.number("x"); err == nil {
		t.Error("x is a number")
	}
}

func TestTwoLinesOfOneCustomerAndService(t *testing.T) {
	_, err := collect(t, Rules{}, line("1", "a", "2"), line("2", "a", "2"), line("1", "a", "3"))
	if err == nil || !strings.Contains(err.Error(), `usage.csv:4: customer "1" and service "a" are already on line 2`) {
		t.Errorf("%v", err)
	}
	_, err = collect(t, Rules{}, line("x", "a", "2"), line("X", "a", "2"))
	if err != nil {
		t.Errorf("ids are opaque, capitals count: %v", err)
	}
}

func TestMergeSumAdds(t *testing.T) {
	usage, err := collect(t, Rules{Merge: MergeSum, Bases: []string{"active"}},
		line("1", "a", "2", "as_of", "2026-11-20"), line("1", "a", "0.5", "as_of", "2026-11-19"), line("2", "a", "1"))
	if err != nil || len(usage.Lines) != 2 {
		t.Fatalf("%v, %v", usage.Lines, err)
	}
	got := usage.Lines[0]
	if got.Quantity.String() != "2.5" || got.Counts["active"].String() != "14" || got.AsOf.Day() != 19 || got.Place != 2 {
		t.Errorf("%+v", got)
	}
}

func TestMergeSumNeedsEqualMoneyAndStatus(t *testing.T) {
	for _, field := range []string{"status", "unit", "currency", "price", "cost"} {
		values := map[string][2]string{"status": {"active", "trial"}, "unit": {"user", "GB"}, "currency": {"USD", "EUR"}, "price": {"1", "2"}, "cost": {"", "2"}}[field]
		_, err := collect(t, Rules{Merge: MergeSum}, line("1", "a", "2", field, values[0]), line("1", "a", "3", field, values[1]))
		if err == nil || !strings.Contains(err.Error(), "line 2 of the same customer and service: "+field+" differs") {
			t.Errorf("%s: %v", field, err)
		}
	}
}

func TestOnlyTheFirstTwentyProblemsAreTold(t *testing.T) {
	rows := make([]map[Column]string, 33)
	for i := range rows {
		rows[i] = line("1", "a", "x")
	}
	_, err := collect(t, Rules{}, rows...)
	told := strings.Split(err.Error(), "\n")
	if len(told) != MaxProblems+1 || told[MaxProblems] != "and 13 more" {
		t.Errorf("%d lines, the last %q", len(told), told[len(told)-1])
	}
}

func TestItemsAreNamedAsItems(t *testing.T) {
	_, err := collect(t, Rules{Items: true}, line("1", "a", "x"))
	if err == nil || err.Error() != `usage.csv: item 2: quantity "x" is not a decimal number` {
		t.Errorf("%v", err)
	}
}
