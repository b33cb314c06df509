package proofpoint

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"cwsync/syncer/billing"
	"cwsync/syncer/source"
)

func TestRequestsAndAnswersAreInTheDescription(t *testing.T) {
	v := &vendor{me: partnerAccount, orgs: text(t, []map[string]any{
		entry(1, "Partner", "type", "channel_admin", "billable_package", nil, "licensing_package", nil),
		entry(2, "Contoso"), entry(3, "Fabrikam", "billable_package", "advanced_plus", "is_on_trial", true, "trial_package", "Advanced", "trial_end_date", "2026/12/01"),
	})}
	f := &referee{t: t, doc: description(t), next: v}
	usage, err := read(t, f)
	if err != nil || len(usage.Lines) != 2 || f.seen != 2 || !slices.Equal(v.seen, []string{"GET /api/v1/me", "GET /api/v1/billing/partner.example/orgs"}) {
		t.Errorf("%v, %v, %v", usage.Lines, err, v.seen)
	}
	refused := &referee{t: t, doc: f.doc, next: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) })}
	if _, err := read(t, refused); billing.ClassOf(err) != billing.ClassAuth {
		t.Error(err)
	}
}

// TestPackagesAreTheVendors holds the table of names against the description.
func TestPackagesAreTheVendors(t *testing.T) {
	schema := description(t).Components.Schemas["BillingReportPresenter"].Value
	for _, field := range []string{billablePackage, licensingPackage} {
		for _, value := range schema.Properties[field].Value.Enum {
			if id := packageID(value.(string)); id != value || serviceName(id) == id {
				t.Errorf("%s: the package %v is known as %q, %q", field, value, id, serviceName(id))
			}
		}
		if n := len(schema.Properties[field].Value.Enum); n != 7 {
			t.Errorf("%d packages", n)
		}
	}
	for _, name := range append(bases(), "eid", "name", "primary_domain", "is_active", "is_on_trial", "is_test_account", "is_beginner_plus", "trial_package", "type") {
		if schema.Properties[name] == nil {
			t.Errorf("the report has no field %s", name)
		}
	}
}

func TestWholeLine(t *testing.T) {
	usage, err := readOrgs(t, []map[string]any{entry(39, "Contoso")}, "domain", "partner.example")
	if err != nil || len(usage.Lines) != 1 {
		t.Fatal(usage.Lines, err)
	}
	line := usage.Lines[0]
	if line.CustomerID != "39" || line.CustomerName != "Contoso" || line.ServiceID != "business" || line.ServiceName != "Business" || line.Quantity.String() != "12" ||
		line.Counts["active_users"].String() != "12" || line.Counts["non_billable_users"].String() != "1" || line.Counts["confirmed_users"].String() != "11" ||
		line.Status != billing.StatusActive || line.Domain != "contoso.example" || line.Unit != "user" || line.Price.Valid || line.Cost.Valid || line.Currency != "" ||
		!usage.AsOf.Equal(now) || len(usage.Digest) != 64 {
		t.Errorf("%+v", usage)
	}
}

func TestShapesOfAnswers(t *testing.T) {
	list := text(t, []map[string]any{entry(2, "Contoso")})
	for name, body := range map[string]string{"list": list, "orgs": `{"orgs": ` + list + `}`, "mark and space": " \n" + list + "\n",
		"one page": `{"orgs": ` + list + `, "current_page": 1, "last_page": 1, "next_page_url": null}`} {
		if usage, err := read(t, &vendor{me: partnerAccount, orgs: body}); err != nil || len(usage.Lines) != 1 {
			t.Errorf("%s: %v, %v", name, usage.Lines, err)
		}
	}
	for _, body := range []string{"[]", `{"orgs": []}`} {
		if usage, err := read(t, &vendor{me: partnerAccount, orgs: body}); err != nil || len(usage.Lines) != 0 {
			t.Errorf("%s: %v, %v", body, usage.Lines, err)
		}
	}
	for body, want := range map[string]string{
		"":                        "the answer is no JSON: it holds more or less than one value",
		"[] []":                   "it holds more or less than one value",
		"null":                    "the answer is neither a list nor an object with orgs",
		`{"data": []}`:            "the answer is an object without the list orgs",
		`{"orgs": {}}`:            "the answer is an object without the list orgs",
		"[7]":                     "organisation 1 of the answer is no object",
		list[:len(list)/2]:        "the answer is no JSON: the text ends within a value; it is cut short",
		`[{"eid": 1, "eid": 2}]`:  `the key "eid" is there twice`,
		"<html>sign in":           "the answer is a page and no data",
		"[{\"name\": \"M\xfc\"}]": "the answer is no JSON: the text is not valid UTF-8",
		`{"orgs": [], "last_page": 3, "current_page": 1}`:                    "one of several pages",
		`{"orgs": [], "pagination": {"next_page_url": "https://elsewhere"}}`: "one of several pages",
	} {
		usage, err := read(t, &vendor{me: partnerAccount, orgs: body})
		if err == nil || !strings.Contains(err.Error(), want) || usage.Lines != nil {
			t.Errorf("%s: %v, want %s", body, err, want)
		}
	}
}

func TestOrganisations(t *testing.T) {
	for _, c := range []struct {
		name    string
		changes []any
		service string
		status  billing.Status
		more    []any
		problem string
	}{
		{"the other package", []any{"licensing_package", "advanced"}, "advanced", "active", []any{"package", "licensing_package"}, ""},
		{"unknown package", []any{"billable_package", "Ultra Shield-X+"}, "ultra_shield_x_plus", "active", nil, ""},
		{"package in words", []any{"billable_package", "Business+"}, "business_plus", "active", nil, ""},
		{"beginner plus", []any{"billable_package", "beginner", "is_beginner_plus", true}, "beginner_plus", "active", nil, ""},
		{"plus of another", []any{"is_beginner_plus", true}, "business", "active", nil, ""},
		{"trial", []any{"is_on_trial", true}, "business", "trial", nil, ""},
		{"trial of a package that it has not", []any{"is_on_trial", true, "billable_package", nil, "licensing_package", nil, "trial_package", "Advanced Plus"}, "advanced_plus", "trial", nil, ""},
		{"trial of nothing", []any{"is_on_trial", true, "billable_package", nil, "licensing_package", nil}, "no_package", "trial", nil, ""},
		{"test account", []any{"is_test_account", true}, "business", "closed", nil, ""},
		{"test account on trial", []any{"is_test_account", true, "is_on_trial", true}, "business", "closed", nil, ""},
		{"switched off", []any{"is_active", false, "active_users", nil}, "business", "closed", nil, ""},
		{"switched off without a package", []any{"is_active", false, "billable_package", ""}, "business", "closed", nil, ""},
		{"numbers as text", []any{"eid", "39", "active_users", " 12 ", "non_billable_users", "1", "is_active", "1", "is_on_trial", "false", "is_test_account", 0}, "business", "active", nil, ""},
		{"no flags", []any{"is_active", nil, "is_on_trial", nil, "is_test_account", nil}, "business", "active", nil, ""},
		{"no package", []any{"billable_package", nil}, "", "", nil, `item 2: organisation "Contoso" (contoso.example) is active and has no billable_package`},
		{"trial without a count", []any{"is_on_trial", true, "active_users", nil}, "", "", nil, "has no active_users"},
		{"no count", []any{"active_users", nil}, "", "", nil, `organisation "Contoso" (contoso.example) has no active_users`},
		{"negative", []any{"active_users", -1}, "", "", nil, `item 2: quantity "-1" is negative`},
		{"no number", []any{"active_users", "many"}, "", "", nil, `quantity "many" is not a decimal number`},
		{"no id", []any{"eid", nil}, "", "", nil, "customer_id is empty"},
		{"a flag that is none", []any{"is_on_trial", "perhaps"}, "", "", nil, "is_on_trial is neither true nor false"},
		{"hostile name", []any{"name", "A\x1b[31m\nB\u202e", "billable_package", nil}, "", "", nil, `organisation "A`},
	} {
		orgs := []map[string]any{entry(1, "Other"), entry(39, "Contoso", c.changes...)}
		usage, err := readOrgs(t, orgs, c.more...)
		if c.problem != "" {
			if err == nil || !strings.Contains(err.Error(), c.problem) || usage.Lines != nil || strings.ContainsAny(err.Error(), "\x1b\u202e") {
				t.Errorf("%s: %v, want %s", c.name, err, c.problem)
			}
			continue
		}
		if err != nil || len(usage.Lines) != 2 {
			t.Errorf("%s: %v, %v", c.name, usage.Lines, err)
			continue
		}
		line := usage.Lines[1]
		if line.CustomerID != "39" || line.ServiceID != c.service || line.Status != c.status || (line.Quantity.String() != "12" && c.name != "switched off") {
			t.Errorf("%s: %+v", c.name, line)
		}
	}
}

func TestTwiceTheSameOrganisation(t *testing.T) {
	_, err := readOrgs(t, []map[string]any{entry(1, "A"), entry(1, "B")})
	if err == nil || !strings.Contains(err.Error(), `item 2: customer "1" and service "business" are already on item 1`) {
		t.Error(err)
	}
}

func TestPartnersOwnOrganisation(t *testing.T) {
	own, customer := entry(1, "Partner", "primary_domain", "Partner.Example"), entry(2, "Contoso")
	reseller := entry(3, "Reseller", "type", "strategic_partner_admin", "billable_package", nil, "active_users", nil)
	for _, c := range []struct {
		name string
		orgs []map[string]any
		more []any
		want string
	}{
		{"left out", []map[string]any{own, customer}, nil, "2"},
		{"asked for", []map[string]any{own, customer}, []any{"include_own", true}, "1 2"},
		{"all there is", []map[string]any{own}, nil, "1"},
		{"a reseller below", []map[string]any{own, reseller, customer}, nil, "2"},
		{"a reseller that is switched off", []map[string]any{reseller, customer, entry(4, "Gone", "type", "channel", "billable_package", nil, "licensing_package", nil, "is_active", false)}, nil, "2"},
	} {
		usage, err := readOrgs(t, c.orgs, c.more...)
		var ids []string
		for _, line := range usage.Lines {
			ids = append(ids, line.CustomerID)
		}
		if err != nil || strings.Join(ids, " ") != c.want {
			t.Errorf("%s: %v, %v", c.name, ids, err)
		}
	}
}

func TestDomain(t *testing.T) {
	org := text(t, []map[string]any{entry(2, "Contoso")})
	v := &vendor{me: `{"type": "channel_admin"}`, orgs: org}
	if _, err := read(t, v); billing.ClassOf(err) != billing.ClassNonsense || !strings.Contains(err.Error(), "find the partner's domain: the answer names none") {
		t.Errorf("no domain: %v", err)
	}
	if _, err := read(t, &vendor{me: `{"entity_primary_domain": "../../me"}`, orgs: org}); billing.ClassOf(err) != billing.ClassNonsense {
		t.Errorf("a domain that is a path: %v", err)
	}
	for _, me := range []string{"[]", "7", "oops"} {
		if _, err := read(t, &vendor{me: me, orgs: org}); billing.ClassOf(err) != billing.ClassNonsense {
			t.Errorf("%s: %v", me, err)
		}
	}
	if usage, err := read(t, v, "domain", "partner.example"); err != nil || len(usage.Lines) != 1 {
		t.Errorf("a domain that is set: %v", err)
	}
	_, err := read(t, v, "domain", "other.example")
	if failure, ok := errors.AsType[*billing.Failure](err); !ok || failure.Class != billing.ClassPermission || !strings.Contains(failure.Message, "403 Forbidden: not yours") {
		t.Errorf("another partner's: %v", err)
	}
}

func TestRefusals(t *testing.T) {
	for _, c := range []struct {
		status int
		header string
		class  billing.Class
		want   string
	}{
		{http.StatusBadRequest, "", billing.ClassRejected, "answered with 400"},
		{http.StatusNotFound, "", billing.ClassRejected, "answered with 404"},
		{http.StatusForbidden, "", billing.ClassPermission, "answered with 403"},
		{http.StatusTeapot, "", billing.ClassNonsense, "answered with 418"},
		{http.StatusNoContent, "", billing.ClassNonsense, "answered with 204"},
		{http.StatusMovedPermanently, "", billing.ClassNonsense, "sends us elsewhere, where the password must not go"},
		{http.StatusTemporaryRedirect, "", billing.ClassNonsense, "sends us elsewhere"},
		{http.StatusTooManyRequests, "7200", billing.ClassThrottled, "answered with 429"},
		{http.StatusServiceUnavailable, "7200", billing.ClassUnavailable, "answered with 503"},
	} {
		elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { t.Errorf("%d was followed: %v", c.status, r.Header) }))
		v := &vendor{me: partnerAccount, handle: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", elsewhere.URL)
			if c.header != "" {
				w.Header().Set("Retry-After", c.header)
			}
			w.WriteHeader(c.status)
		}}
		_, err := read(t, v)
		elsewhere.Close()
		if billing.ClassOf(err) != c.class || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "read the billing report of partner.example") {
			t.Errorf("%d: class %v, %v", c.status, billing.ClassOf(err), err)
		}
	}
}

func TestWrongPasswordIsNotShown(t *testing.T) {
	v := &vendor{me: partnerAccount}
	_, err := read(t, v, "user", "somebody@partner.example")
	failure, ok := errors.AsType[*billing.Failure](err)
	if !ok || failure.Class != billing.ClassAuth || failure.Message != "answered with 401 Unauthorized: invalid credentials for ***" || !strings.Contains(failure.Hint, "source.mail.password") {
		t.Errorf("%v", err)
	}
	if strings.Contains(fmt.Sprintf("%+v %#v", err, failure), password) {
		t.Errorf("%#v", failure)
	}
}

func TestAnswersWithoutEnd(t *testing.T) {
	v := &vendor{me: partnerAccount, handle: func(w http.ResponseWriter, _ *http.Request) {
		for {
			if _, err := io.WriteString(w, strings.Repeat(" ", 1<<20)); err != nil {
				return
			}
		}
	}}
	if _, err := read(t, v); billing.ClassOf(err) != billing.ClassNonsense || !strings.Contains(err.Error(), "larger than 64 MiB") {
		t.Error(err)
	}
	silent := &vendor{me: partnerAccount, handle: func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }}
	if _, err := read(t, silent, "time_limit", "100ms"); billing.ClassOf(err) != billing.ClassUnavailable || !strings.Contains(err.Error(), "no whole answer within the time limit") {
		t.Error(err)
	}
}

func TestOutOfReachSaysWhatToDo(t *testing.T) {
	hangsUp := &vendor{me: partnerAccount, handle: func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }}
	_, err := read(t, hangsUp, "time_limit", "900ms") // less than the wait before a second try
	failure, ok := errors.AsType[*billing.Failure](err)
	if !ok || failure.Class != billing.ClassUnavailable || !strings.Contains(failure.Hint, "check that this machine reaches") {
		t.Errorf("%#v", err)
	}
}

func TestNotEncryptedWell(t *testing.T) {
	server := httptest.NewUnstartedServer(&vendor{me: partnerAccount})
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // it complains of us
	server.StartTLS()
	defer server.Close()
	_, err := newReader(t, source.Options{"address": server.URL}).Read(t.Context())
	if billing.ClassOf(err) != billing.ClassNonsense || !strings.Contains(err.Error(), "certificate") {
		t.Error(err)
	}
}

func TestOutOfReach(t *testing.T) {
	_, err := newReader(t, source.Options{"address": "http://127.0.0.1:1", "time_limit": "900ms"}).Read(t.Context())
	if billing.ClassOf(err) != billing.ClassUnavailable || !strings.Contains(err.Error(), "refused") {
		t.Error(err)
	}
}

func TestReadingStopsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	v := &vendor{me: partnerAccount, handle: func(_ http.ResponseWriter, r *http.Request) { cancel(); <-r.Context().Done() }}
	server := httptest.NewServer(v)
	defer server.Close()
	if _, err := newReader(t, source.Options{"address": server.URL + "/api/v1"}).Read(ctx); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestFields(t *testing.T) {
	for _, c := range []struct {
		options source.Options
		want    string
	}{
		{source.Options{"stack": "eu1"}, ""},
		{source.Options{"address": "https://us6.proofpointessentials.com/api/v1"}, ""},
		{source.Options{"address": "http://[::1]:8080"}, ""},
		{source.Options{}, "stack: missing; it is one of us1, us2, us3, us4, us5, eu1"},
		{source.Options{"stack": "us9"}, "stack: "},
		{source.Options{"stack": "us1", "address": "https://x.example"}, "address: stands in place of stack"},
		{source.Options{"address": "http://x.example"}, "address: must start with https://"},
		{source.Options{"address": "ftp://127.0.0.1"}, "address: must start with https://"},
		{source.Options{"address": "x.example"}, "address: is no address"},
		{source.Options{"address": "https://me:hush@x.example"}, "address: must hold nothing but host and path"},
		{source.Options{"address": "https://x.example?a=b"}, "address: must hold nothing but host and path"},
		{source.Options{"stack": "us1", "domain": "a/b.example"}, "domain: "},
		{source.Options{"stack": "us1", "domain": "example"}, "domain: "},
		{source.Options{"stack": "us1", "user": ""}, "user: must not be empty"},
		{source.Options{"stack": "us1", "user": "a\r\nX-Evil: 1"}, "user: must be one line"},
		{source.Options{"stack": "us1", "password": "x"}, "password: a secret is never in the set-up"},
		{source.Options{"stack": "us1", "package": "in_total"}, "package: "},
	} {
		if _, given := c.options["user"]; !given {
			c.options["user"] = user
		}
		err := Kind().Check(c.options)
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) || err != nil && strings.Contains(err.Error(), "hush") {
			t.Errorf("%v: %v, want %q", c.options, err, c.want)
		}
	}
	for _, stack := range stacks() {
		if r := newReader(t, source.Options{"stack": stack}); r.base.String() != "https://"+stack+".proofpointessentials.com/api/v1" {
			t.Errorf("%s is %s", stack, r.base)
		}
	}
}
