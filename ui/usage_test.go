package ui

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"cwsync/syncer/billing"
	"cwsync/syncer/setup"
	"cwsync/syncer/source"
	"cwsync/syncer/source/csv"
)

// openUsage is the step on the screen of a profile.
func openUsage(t *testing.T, profile *fakeProfile) (*app, *usage) {
	t.Helper()
	d := newFakeDesk(t, profile)
	step := newUsage(d).(*usage)
	a := newFakeApp(d, placeUsage, step)
	driveApp(t, a, step.enter())
	return a, step
}

// csvProfile is a profile with a source of CSV files; an empty path makes none.
func csvProfile(t *testing.T, options map[string]any) *fakeProfile {
	t.Helper()
	profile := newFakeProfile("contoso")
	profile.kinds = kindsOf(t, csv.Kind())
	document := vendorDocument()
	document.Sources = nil
	if options != nil {
		mail := setup.NewSource("mail", "csv")
		mail.Options = options
		document.Sources = []billing.Source{mail}
	}
	profile.setups.stored = []*setup.Document{document}
	return profile
}

func csvFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "usage.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestUsageFromNothing(t *testing.T) {
	path := csvFile(t, "customer_id,customer_name,service_id,service_name,quantity\n1,Contoso,basic,Basic,5\n2,Fabrikam,basic,Basic,7\n2,Fabrikam,plus,Plus,1\n")
	profile := csvProfile(t, nil)
	a, u := openUsage(t, profile)
	if u.page != pageNew {
		t.Fatalf("page %d", u.page)
	}
	press(t, a, "down", "enter")
	typeText(t, a, "mail")
	press(t, a, "enter", "enter") // the button
	if len(u.desk.document.Sources) != 1 || u.page != pageForm {
		t.Fatalf("%+v on page %d", u.desk.document.Sources, u.page)
	}
	press(t, a, "enter")
	paste(t, a, `"`+path+`"`)
	press(t, a, "esc", "end", "r")
	mail := u.desk.document.Sources[0]
	if u.page != pageRows || mail.Name != "mail" || mail.Options["path"] != path {
		t.Fatalf("page %d, %+v, %s", u.page, mail, a.content())
	}
	if len(mail.Services) != 2 || mail.Services[0].ID != "basic" || mail.Services[1].Name != "Plus" || !mail.Services[1].Product.IsZero() || !mail.Services[1].Sync {
		t.Errorf("services %+v", mail.Services)
	}
	if len(mail.Customers) != 2 || mail.Customers[1].Name != "Fabrikam" || mail.Customers[1].Linked() {
		t.Errorf("customers %+v", mail.Customers)
	}
	if status := u.status(); !strings.HasPrefix(status, "3 lines, 2 customers, 2 services  ·  ") || !strings.Contains(status, "new: 2 services, 2 customers") {
		t.Errorf("status %q", status)
	}
	if u.mark() != markDone {
		t.Error("the step is not done")
	}
	requireValid(t, u.desk, profile)
	press(t, a, "enter")
	if a.here != placeProducts {
		t.Error("enter does not go on")
	}
}

func TestUsageKeepsWhatIsThere(t *testing.T) {
	profile := vendorProfile(t)
	mail := &profile.setups.stored[0].Sources[0]
	mail.Services = mail.Services[:3] // advanced, exchange and business; business has lost its name
	mail.Services[2].Name = ""
	mail.Customers[0].Company, mail.Customers[0].Agreement, mail.Customers[0].Name = 7, 8, "Contoso, as we call it"
	_, u := openUsage(t, profile)
	now := u.desk.document.Sources[0]
	var services, customers []string
	for _, s := range now.Services {
		services = append(services, s.ID+"="+s.Name+"="+s.Product.Identifier)
	}
	for _, c := range now.Customers {
		customers = append(customers, c.ID+"="+c.Name)
	}
	want := "advanced=Advanced=PPE-ADV exchange=Exchange+ Basic= business=Business=PPE-BUS business_plus=Business+= archive=Archive= beginner=Beginner="
	if got := strings.Join(services, " "); got != want {
		t.Errorf("services %q", got)
	}
	if got := strings.Join(customers, "|"); got != "1001=Contoso, as we call it|1002=株式会社サンプル|1003=Fabrikam, Inc.|1004=Trial Co" || !now.Customers[0].Linked() {
		t.Errorf("customers %q", got)
	}
	requireValid(t, u.desk, profile)
}

func TestUsageNamesOfSources(t *testing.T) {
	_, u := openUsage(t, vendorProfile(t))
	for name, want := range map[string]string{"": "is not a name", "two words": "is not a name", "MAIL": "too like mail", "-x": "is not a name"} {
		if err := u.state.add(name, "vendor"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", name, err)
		}
	}
	if err := u.state.add("backup", "tape"); err == nil {
		t.Error("an unknown kind is taken")
	}
	if err := u.state.add("backup", "vendor"); err != nil || u.state.current().Name != "backup" || len(u.desk.document.Sources) != 2 {
		t.Errorf("%v, %+v", err, u.state.current())
	}
}

func TestUsageFormIsDrawnFromTheKind(t *testing.T) {
	_, u := openUsage(t, vendorProfile(t))
	var names []string
	for _, one := range append(u.state.settings(nil), u.state.rules()...) {
		names = append(names, one.name)
		if one.help == "" || one.label == "" {
			t.Errorf("%s explains nothing", one.name)
		}
	}
	want := "option.path option.region option.token option.pages option.trials option.wait option.columns option.tags rule.sync rule.complete rule.on_missing rule.on_zero rule.write.quantity rule.write.price rule.write.cost rule.write.taxable rule.on_drift rule.price_per rule.markup_percent rule.bill.active rule.bill.trial rule.bill.suspended rule.bill.closed"
	if got := strings.Join(names, " "); got != want {
		t.Errorf("%s", got)
	}
}

func TestUsageSettings(t *testing.T) {
	for _, c := range []struct {
		name, value, err string
		is               func(s *billing.Source) bool
	}{
		{"option.path", `"/a b/c.csv"`, "", func(s *billing.Source) bool { return s.Options["path"] == "/a b/c.csv" }},
		{"option.path", "", "", func(s *billing.Source) bool { return s.Options == nil }},
		{"option.region", "us", "", func(s *billing.Source) bool { return s.Options["region"] == "us" }},
		{"option.region", "mars", "none of eu, us", func(s *billing.Source) bool { return s.Options["region"] == nil }},
		{"option.pages", "12", "", func(s *billing.Source) bool { return s.Options["pages"] == 12 }},
		{"option.pages", "-1", "0 or more", func(s *billing.Source) bool { return s.Options["pages"] == nil }},
		{"option.pages", "a few", "whole number", func(s *billing.Source) bool { return s.Options["pages"] == nil }},
		{"option.trials", "yes", "", func(s *billing.Source) bool { return s.Options["trials"] == true }},
		{"option.wait", "5m", "", func(s *billing.Source) bool { return s.Options["wait"] == "5m" }},
		{"option.wait", "soon", "not a span of time", func(s *billing.Source) bool { return s.Options["wait"] == nil }},
		{"option.columns", `quantity=Menge; price="a;b=c"`, "", func(s *billing.Source) bool {
			m := source.Options(s.Options).Map("columns")
			return m["quantity"] == "Menge" && m["price"] == "a;b=c"
		}},
		{"option.columns", "colour=red", "unknown key", func(s *billing.Source) bool { return s.Options["columns"] == nil }},
		{"option.columns", "quantity", "has no value", func(s *billing.Source) bool { return s.Options["columns"] == nil }},
		{"option.tags", `gold; "a;b"`, "", func(s *billing.Source) bool {
			return slices.Equal(source.Options(s.Options).List("tags"), []string{"gold", "a;b"})
		}},
		{"option.tags", `"open`, "not closed", func(s *billing.Source) bool { return s.Options["tags"] == nil }},
		{"option.token", "secret", "no setting", func(s *billing.Source) bool { return s.Options["token"] == nil }},
		{"rule.complete", "yes", "", func(s *billing.Source) bool { return s.Complete }},
		{"rule.on_missing", "zero", "lists everything", func(s *billing.Source) bool { return s.OnMissing == billing.MissingHold }},
		{"rule.on_zero", "cancel", "", func(s *billing.Source) bool { return s.OnZero == billing.ZeroCancel }},
		{"rule.bill.trial", "yes", "", func(s *billing.Source) bool {
			return slices.Equal(s.BillStatus, []billing.Status{"active", "trial", "suspended"})
		}},
		{"rule.sync", "no", "", func(s *billing.Source) bool { return !s.Sync }},
		{"rule.write.price", "yes", "", func(s *billing.Source) bool { return slices.Equal(s.Write, []billing.Field{"quantity", "price"}) }},
		{"rule.write.quantity", "no", "something must be written", func(s *billing.Source) bool { return slices.Equal(s.Write, []billing.Field{"quantity"}) }},
		{"rule.on_drift", "overwrite", "", func(s *billing.Source) bool { return s.OnDrift == billing.DriftOverwrite }},
		{"rule.price_per", "cycle", "", func(s *billing.Source) bool { return s.PricePer == billing.PerCycle }},
		{"rule.markup_percent", "12.5", "", func(s *billing.Source) bool { return s.MarkupPercent.Equal(dec("12.5")) }},
		{"rule.markup_percent", " 15 % ", "", func(s *billing.Source) bool { return s.MarkupPercent.Equal(dec("15")) }},
		{"rule.markup_percent", "-100", "", func(s *billing.Source) bool { return s.MarkupPercent.Equal(dec("-100")) }},
		{"rule.markup_percent", "-100.01", "not a percentage from -100 to 10000", func(s *billing.Source) bool { return s.MarkupPercent.IsZero() }},
		{"rule.markup_percent", "10001", "not a percentage", func(s *billing.Source) bool { return s.MarkupPercent.IsZero() }},
		{"rule.markup_percent", "a lot", "is not", func(s *billing.Source) bool { return s.MarkupPercent.IsZero() }},
		{"rule.markup_percent", "", "a number is needed", func(s *billing.Source) bool { return s.MarkupPercent.IsZero() }},
		{"rule.colour", "red", "no rule", func(*billing.Source) bool { return true }},
		{"rule.bill.suspended", "no", "", func(s *billing.Source) bool { return slices.Equal(s.BillStatus, []billing.Status{"active"}) }},
	} {
		profile := vendorProfile(t)
		_, u := openUsage(t, profile)
		err := u.state.set(c.name, c.value)
		if (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) || !c.is(u.state.current()) {
			t.Errorf("%s=%s: %v, %+v", c.name, c.value, err, u.state.current())
		}
		if _, missing := u.state.current().Options["path"]; !missing {
			continue // a source without its path is not complete
		}
		driveApp(t, newFakeApp(u.desk, placeUsage, u), u.desk.save())
		requireValid(t, u.desk, profile)
	}
}

func TestUsageCompleteTakenBackHoldsWhatIsMissing(t *testing.T) {
	_, u := openUsage(t, vendorProfile(t))
	for _, one := range [][2]string{{"rule.complete", "yes"}, {"rule.on_missing", "cancel"}, {"rule.complete", "no"}} {
		if err := u.state.set(one[0], one[1]); err != nil {
			t.Fatal(err)
		}
	}
	if s := u.state.current(); s.Complete || s.OnMissing != billing.MissingHold {
		t.Errorf("%+v", s)
	}
}

func TestUsageTextOfListsReadsBack(t *testing.T) {
	for _, list := range [][]string{{"a"}, {"a b", "c"}, {"a;b", "c=d", `e"f`, " g ", `h\i`}, {"株式会社; x"}} {
		if got, err := listOfText(textOfList(list)); err != nil || !slices.Equal(got, list) {
			t.Errorf("%q reads back as %q, %v", list, got, err)
		}
	}
}

func TestUsageSecretsGoToTheKeys(t *testing.T) {
	profile := vendorProfile(t)
	a, u := openUsage(t, profile)
	press(t, a, "e", "down", "down", "enter")
	typeText(t, a, "s3cret-token-0123456789")
	if strings.Contains(a.content(), "s3cret") || !strings.Contains(a.content(), "23 characters, not shown") {
		t.Errorf("%s", a.content())
	}
	press(t, a, "enter")
	if got := profile.keys.keyring["source.mail.token"]; got != "s3cret-token-0123456789" {
		t.Errorf("the keyring has %q", got)
	}
	if !strings.Contains(a.content(), "ends in 6789, in the keyring") || strings.Contains(a.content(), "s3cret") {
		t.Errorf("%s", a.content())
	}
	text, err := u.desk.document.Export()
	if err != nil || strings.Contains(string(text), "s3cret") {
		t.Error("the secret is in the set-up")
	}
	profile.keys.none = true
	press(t, a, "up")
	typeText(t, a, "other")
	press(t, a, "enter", "up")
	if !strings.Contains(a.content(), "there is no keyring here") {
		t.Errorf("%s", a.content())
	}
}

func TestUsageMatchesColumns(t *testing.T) {
	path := csvFile(t, "Kundennummer;Kunde;Artikel;Bezeichnung;Menge;Notiz\n1;Contoso;basic;Basic;5;x\n")
	profile := csvProfile(t, map[string]any{"path": path})
	a, u := openUsage(t, profile)
	if u.page != pageColumns {
		t.Fatalf("page %d: %s", u.page, a.content())
	}
	for column, want := range map[string]string{"customer_id": "Kundennummer", "service_id": "Artikel", "quantity": "Menge", "customer_name": "Kunde"} {
		if got := u.matches.chosen[column]; got != want {
			t.Errorf("%s is suggested %q, want %q", column, got, want)
		}
	}
	if u.desk.document.Sources[0].Options["columns"] != nil {
		t.Error("a suggestion is applied unasked")
	}
	u.matches.chosen["service_id"] = ""
	press(t, a, "end")
	for range 20 {
		press(t, a, "down")
	}
	press(t, a, "enter")
	if !strings.Contains(a.notice.text, "still needed: service_id") {
		t.Errorf("%q", a.notice.text)
	}
	u.matches.chosen["service_id"] = "Menge"
	press(t, a, "enter")
	if !strings.Contains(a.notice.text, `service_id and quantity cannot be the same column "Menge"`) {
		t.Errorf("%q", a.notice.text)
	}
	u.matches.chosen["service_id"] = "Artikel"
	press(t, a, "enter")
	if u.page != pageRows || len(u.desk.usage["mail"].Lines) != 1 {
		t.Fatalf("page %d: %s", u.page, a.content())
	}
	if got := source.Options(u.desk.document.Sources[0].Options).Map("columns"); got["customer_id"] != "Kundennummer" || got["quantity"] != "Menge" {
		t.Errorf("%v", got)
	}
	requireValid(t, u.desk, profile)
}

func TestUsageListsProblemsWithTheirLines(t *testing.T) {
	path := csvFile(t, "customer_id,service_id,quantity\n1,basic,five\n2,basic,-1\n,basic,1\n")
	a, u := openUsage(t, csvProfile(t, map[string]any{"path": path}))
	text := a.content()
	for _, want := range []string{"line 2, column 9", `quantity "five" is not a decimal number`, "line 3, column 9", "line 4, column 1", "customer_id is empty"} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is not on the screen:\n%s", want, text)
		}
	}
	if u.mark() != markAttention || !strings.HasPrefix(u.status(), "3 problems") || len(u.desk.document.Sources[0].Services) != 0 {
		t.Errorf("status %q", u.status())
	}
}

func TestUsageReadingCanBeStopped(t *testing.T) {
	profile := vendorProfile(t)
	profile.kinds = kindsOf(t, vendorKind(func(ctx context.Context, _ source.Config) (billing.Usage, error) {
		<-ctx.Done()
		return billing.Usage{}, ctx.Err()
	}))
	d := newFakeDesk(t, profile)
	u := newUsage(d).(*usage)
	cmd := u.enter()
	if !u.reading || !strings.Contains(u.status(), "esc stops it") {
		t.Fatal("nothing is read")
	}
	if !u.back() || u.reading {
		t.Error("esc does not stop it")
	}
	drive(t, u.update, cmd)
	if u.failed != nil || u.page != pageForm {
		t.Errorf("%v on page %d", u.failed, u.page)
	}
}

func TestUsagePassesSecretsAndFailuresOn(t *testing.T) {
	profile := vendorProfile(t)
	profile.kinds = kindsOf(t, vendorKind(func(ctx context.Context, config source.Config) (billing.Usage, error) {
		_, err := config.Secret(ctx, "token")
		return vendorUsage(), err
	}))
	a, u := openUsage(t, profile)
	if u.failed == nil || !strings.Contains(a.content(), "secret source.mail.token is nowhere") {
		t.Errorf("%v", u.failed)
	}
	profile.secrets["source.mail.token"] = "x"
	press(t, a, "r")
	if u.failed != nil || u.page != pageRows {
		t.Errorf("%v", u.failed)
	}
}

func TestUsageChangedOptionsForgetWhatWasRead(t *testing.T) {
	a, u := openUsage(t, vendorProfile(t))
	press(t, a, "e", "down", "right")
	if _, read := u.desk.usage["mail"]; read || u.mark() == markDone {
		t.Error("what another region gave still counts")
	}
}

func TestUsageOfSeveralSources(t *testing.T) {
	profile := vendorProfile(t)
	other := setup.NewSource("backup", "vendor")
	other.Options = map[string]any{"path": "/b"}
	profile.setups.stored[0].Sources = append(profile.setups.stored[0].Sources, other)
	a, u := openUsage(t, profile)
	if u.page != pageSources || len(u.desk.usage) != 0 {
		t.Fatalf("page %d", u.page)
	}
	press(t, a, "down", "enter")
	if u.desk.current().Name != "backup" || u.page != pageRows || len(u.desk.document.Sources[0].Services) != 6 || len(u.desk.document.Sources[1].Services) != 6 {
		t.Errorf("%s on page %d", u.desk.current().Name, u.page)
	}
	u.desk.source = 0
	if err := u.desk.recallSource(t.Context()); err != nil || u.desk.current().Name != "backup" {
		t.Errorf("the next start works on %s, %v", u.desk.current().Name, err)
	}
	press(t, a, "esc")
	if u.page != pageSources {
		t.Errorf("page %d", u.page)
	}
}

func TestUsageProblemsOfEveryKind(t *testing.T) {
	one := &source.ReadError{Message: "is a folder", Hint: "name a file"}
	many := &source.ReadErrors{Problems: []*source.ReadError{{Line: 3, Message: "x"}, {Line: 4, Column: 2, Message: "y"}}, More: 5}
	for _, c := range []struct {
		err  error
		want []usageProblem
		more int
	}{
		{nil, nil, 0},
		{one, []usageProblem{{"", "is a folder", "name a file"}}, 0},
		{many, []usageProblem{{"line 3", "x", ""}, {"line 4, column 2", "y", ""}}, 5},
		{&billing.Failure{Op: "read", Message: "no", Hint: "wait"}, []usageProblem{{"", "read: no", "wait"}}, 0},
		{errors.New("a\nb"), []usageProblem{{"", "a", ""}, {"", "b", ""}}, 0},
	} {
		if got, more := usageProblems(c.err); !slices.Equal(got, c.want) || more != c.more {
			t.Errorf("%v: %+v, %d", c.err, got, more)
		}
	}
}
