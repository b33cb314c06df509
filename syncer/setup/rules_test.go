package setup

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// ruleCase is a document with one thing wrong, and what must be said of it. The document is head, with or without a replacement, and sources.
type ruleCase struct {
	name    string
	replace [2]string // in head
	sources string    // below `sources:`; line 7 is its first
	want    string    // line:column: path: start of the message
}

func (c ruleCase) text() string {
	text := head
	if c.replace[0] != "" {
		text = strings.Replace(text, c.replace[0], c.replace[1], 1)
	}
	return text + c.sources
}

func check(t *testing.T, cases []ruleCase) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := parse(t, c.text())
			var problems *Errors
			if !errors.As(err, &problems) {
				t.Fatalf("accepted: %v", err)
			}
			if len(problems.Problems) != 1 || !strings.HasPrefix(err.Error(), "setup.yaml:"+c.want) {
				t.Errorf("%v\nwant setup.yaml:%s", err, c.want)
			}
		})
	}
}

func TestRulesOfTheConnection(t *testing.T) {
	site := func(name, site string, want string) ruleCase {
		return ruleCase{name, [2]string{"cw.example.com", site}, "", want}
	}
	check(t, []ruleCase{
		{"no site", [2]string{"  site: cw.example.com\n", ""}, "", "3:3: connection.site: missing"},
		{"no company", [2]string{"  company: acme\n", ""}, "", "3:3: connection.company: missing"},
		{"no client id", [2]string{"  client_id: 00000000-0000-0000-0000-000000000000\n", ""}, "", "3:3: connection.client_id: missing"},
		{"client id is no GUID", [2]string{"00000000-0000", "0000"}, "", "5:14: connection.client_id: "},
		{"company with a space", [2]string{"acme", "a b"}, "", "4:12: connection.company: "},
		{"company with a key", [2]string{"acme", "\"acme+public:private\""}, "", "4:12: connection.company: must not hold a colon"},
		site("site with a user", "https://me:pw@cw.example.com", "3:9: connection.site: must not hold a user name or password"),
		site("site with a password that is no address", "https://me:p/w%zz@cw.example.com", "3:9: connection.site: must not hold a user name or password"),
		site("site with a password that looks like a path", "https://me:12/pw@cw.example.com", "3:9: connection.site: must not hold a user name or password"),
		site("site with a query", "https://cw.example.com/?x=1", "3:9: connection.site: "),
		site("site with a fragment", "https://cw.example.com/#x", "3:9: connection.site: "),
		site("site in clear", "http://cw.example.com", "3:9: connection.site: \"http://cw.example.com\" would send the keys in clear"),
		site("site of another scheme", "ftp://cw.example.com", "3:9: connection.site: "),
		site("site with a space", "cw example", "3:9: connection.site: "),
		site("site of nothing", "https://", "3:9: connection.site: "),
		site("site with a bad label", "-x.example.com", "3:9: connection.site: "),
		site("site with a control", `"cw\u0007.example.com"`, "3:9: connection.site: "),
		{"time zone unknown", [2]string{"  company", "  time_zone: Europe/Nowhere\n  company"}, "", "4:14: connection.time_zone: "},
		{"time zone of the machine", [2]string{"  company", "  time_zone: Local\n  company"}, "", "4:14: connection.time_zone: "},
		{"time zone that climbs", [2]string{"  company", "  time_zone: ../../etc/passwd\n  company"}, "", "4:14: connection.time_zone: "},
		{"unknown key", [2]string{"  company: acme", "  company: acme\n  key: x"}, "", "5:3: connection: unknown key \"key\""},
		{"connection is text", [2]string{"sources:", "defaults: x\nsources:"}, "", "6:11: defaults: must be a mapping, not text"},
		{"empty default", [2]string{"sources:", "defaults: {unit: \"\"}\nsources:"}, "", "6:18: defaults.unit: must not be empty"},
	})
	for _, good := range []string{"cw.example.com", "https://cw.example.com", "http://127.0.0.1:8080", "http://localhost:1", "\"[::1]:8443\"", "http://[::1]:8", "cw.example.com:8443",
		"https://na.myconnectwise.net/v4_6_release/", "psa_1.example.com"} {
		if _, err := parse(t, strings.Replace(head, "cw.example.com", good, 1)); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
}

func TestRulesOfTheDocument(t *testing.T) {
	check(t, []ruleCase{
		{"no version", [2]string{"version: 1\n", ""}, "", "1:1: version: missing"},
		{"version 2", [2]string{"version: 1", "version: 2\nnews: x"}, "", "1:10: version: must be 1"},
		{"version as text", [2]string{"version: 1", "version: \"1\""}, "", "1:10: version: must be 1"},
		{"unknown key", [2]string{"sources:", "source: []\nsources:"}, "", "6:1: unknown key \"source\""},
		{"a key twice", [2]string{"sources:", "guards: {}\nguards: {}\nsources:"}, "", "7:1: guards: the key \"guards\" is there twice"},
		{"guard below zero", [2]string{"sources:", "guards: {drop_percent: -1}\nsources:"}, "", "6:24: guards.drop_percent: must not be negative"},
		{"delta below zero", [2]string{"sources:", "guards: {max_monthly_delta: \"-0.01\"}\nsources:"}, "", "6:29: guards.max_monthly_delta: must not be negative"},
		{"guard is no number", [2]string{"sources:", "guards: {rise_units: many}\nsources:"}, "", "6:22: guards.rise_units: \"many\" is not a decimal"},
		{"guard with an exponent", [2]string{"sources:", "guards: {rise_units: 1e3}\nsources:"}, "", "6:22: guards.rise_units: \"1e3\" is not a decimal"},
		{"guard in hex", [2]string{"sources:", "guards: {rise_units: 0x10}\nsources:"}, "", "6:22: guards.rise_units: must be a decimal"},
		{"guard in octal", [2]string{"sources:", "guards: {rise_units: 010}\nsources:"}, "", "6:22: guards.rise_units: must be a decimal"},
		{"guard with grouping", [2]string{"sources:", "guards: {rise_units: 1_000}\nsources:"}, "", "6:22: guards.rise_units: \"1_000\""},
		{"guard of infinity", [2]string{"sources:", "guards: {rise_units: .inf}\nsources:"}, "", "6:22: guards.rise_units: must be a decimal"},
		{"age is no span", [2]string{"sources:", "guards: {max_age: 26}\nsources:"}, "", "6:19: guards.max_age: \"26\" is not a span"},
		{"age of nothing", [2]string{"sources:", "guards: {max_age: 0s}\nsources:"}, "", "6:19: guards.max_age: "},
		{"standard input twice", [2]string{}, "  - {name: a, kind: csv, options: {path: \"-\"}}\n  - {name: b, kind: csv, options: {path: \"-\"}}\n",
			"8:42: sources[1].options.path: standard input can be read once, and source \"a\" reads it already"},
		{"sources are a mapping", [2]string{}, "  a: b\n", "7:3: sources: must be a list, not a mapping"},
		{"a source is text", [2]string{}, "  - mail\n", "7:5: sources[0]: must be a mapping, not text"},
		{"alert without a name", [2]string{"sources:", "alerts:\n  - {on: [held], kind: mail}\nsources:"}, "", "7:5: alerts[0].name: missing"},
		{"alert for nothing", [2]string{"sources:", "alerts:\n  - {name: a, kind: mail}\nsources:"}, "", "7:5: alerts[0].on: must name at least one"},
		{"alert for the unknown", [2]string{"sources:", "alerts:\n  - {name: a, on: [held, never], kind: mail}\nsources:"}, "", "7:26: alerts[0].on[1]: \"never\" is none of held"},
		{"alert twice for one", [2]string{"sources:", "alerts:\n  - {name: a, on: [held, held], kind: mail}\nsources:"}, "", "7:26: alerts[0].on[1]: \"held\" is there twice"},
		{"alert without a kind", [2]string{"sources:", "alerts:\n  - {name: a, on: [held]}\nsources:"}, "", "7:5: alerts[0].kind: missing; one of file, mail"},
		{"alert of an unknown kind", [2]string{"sources:", "alerts:\n  - {name: a, on: [held], kind: Mail-1, options: {any: 1}}\nsources:"}, "", "7:33: alerts[0].kind: there is no kind of alert \"Mail-1\"; there are file, mail"},
		{"alerts of one name", [2]string{"sources:", "alerts:\n  - {name: a-b, on: [held], kind: mail}\n  - {name: A_B, on: [held], kind: mail}\nsources:"}, "", "8:12: alerts[1].name: the name \"A_B\" is too like \"a-b\""},
		{"alert with an option of another kind", [2]string{"sources:", "alerts:\n  - {name: a, on: [held], kind: mail, options: {path: x}}\nsources:"}, "", "7:49: alerts[0].options.path: unknown option of kind mail; the options are subject, size, plain, tags"},
		{"alert with an option of another type", [2]string{"sources:", "alerts:\n  - {name: a, on: [held], kind: mail, options: {size: big}}\nsources:"}, "", "7:55: alerts[0].options.size: must be a whole number"},
		{"alert without a needed option", [2]string{"sources:", "alerts:\n  - {name: a, kind: file}\nsources:"}, "", "7:5: alerts[0].options.path: missing"},
		{"alert with its secret", [2]string{"sources:", "alerts:\n  - {name: ops, on: [held], kind: mail, options: {address: \"x\"}}\nsources:"}, "", "7:51: alerts[0].options.address: a secret is never in the set-up; use cwsync secret set alert.ops"},
		{"alert that hears of some runs alone", [2]string{"sources:", "alerts:\n  - {name: a, on: [failed], kind: file, options: {path: x}}\nsources:"}, "", "7:19: alerts[0].on: file hears of every run"},
	})
}

func TestRulesOfASource(t *testing.T) {
	with := func(more string) string { return "  - {name: mail, kind: csv, options: {path: x}" + more + "}\n" }
	check(t, []ruleCase{
		{"no name", [2]string{}, "  - {kind: csv, options: {path: x}}\n", "7:5: sources[0].name: missing"},
		{"name with a dot", [2]string{}, "  - {name: a.b, kind: csv, options: {path: x}}\n", "7:12: sources[0].name: \"a.b\" is not a name"},
		{"name that starts with a hyphen", [2]string{}, "  - {name: -a, kind: csv, options: {path: x}}\n", "7:12: sources[0].name: "},
		{"name too long", [2]string{}, "  - {name: " + strings.Repeat("a", 65) + ", kind: csv, options: {path: x}}\n", "7:12: sources[0].name: "},
		{"name twice", [2]string{}, with("") + with(""), "8:12: sources[1].name: the name \"mail\" is there twice"},
		{"names that secrets cannot tell apart", [2]string{}, "  - {name: a-b, kind: csv, options: {path: x}}\n  - {name: A_b, kind: csv, options: {path: x}}\n", "8:12: sources[1].name: the name \"A_b\" is too like \"a-b\""},
		{"no kind", [2]string{}, "  - {name: mail}\n", "7:5: sources[0].kind: missing; one of csv, http"},
		{"unknown kind", [2]string{}, "  - {name: mail, kind: cvs, options: {path: x}}\n", "7:24: sources[0].kind: unknown kind \"cvs\"; the kinds are csv, http"},
		{"unknown option", [2]string{}, "  - {name: mail, kind: csv, options: {path: x, pth: y}}\n", "7:48: sources[0].options.pth: unknown option of kind csv"},
		{"option missing", [2]string{}, "  - name: mail\n    kind: csv\n    options: {decimal: comma}\n", "9:14: sources[0].options.path: missing; the file"},
		{"options missing", [2]string{}, "  - name: mail\n    kind: csv\n", "7:5: sources[0].options.path: missing; the file"},
		{"option of a wrong type", [2]string{}, "  - {name: mail, kind: csv, options: {path: [x]}}\n", "7:45: sources[0].options.path: must be text, not a list"},
		{"option of no choice", [2]string{}, "  - {name: mail, kind: csv, options: {path: x, decimal: dot}}\n", "7:57: sources[0].options.decimal: \"dot\" is none of point"},
		{"option's unknown key", [2]string{}, "  - {name: mail, kind: csv, options: {path: x, columns: {nope: y}}}\n", "7:64: sources[0].options.columns.nope: unknown key \"nope\""},
		{"option that its kind refuses", [2]string{}, "  - {name: mail, kind: csv, options: {path: x, encoding: utf-9}}\n", "7:58: sources[0].options.encoding: is unknown"},
		{"a secret among the options", [2]string{}, "  - {name: api, kind: http, options: {url: x, token: hush}}\n", "7:47: sources[0].options.token: a secret is never in the set-up; use cwsync secret set source.api.token"},
		{"number in quotes", [2]string{}, "  - {name: api, kind: http, options: {url: x, pages: \"3\"}}\n", "7:54: sources[0].options.pages: must be a whole number"},
		{"switch that says yes", [2]string{}, "  - {name: api, kind: http, options: {url: x, follow: yes}}\n", "7:55: sources[0].options.follow: must be true or false"},
		{"span without a unit", [2]string{}, "  - {name: api, kind: http, options: {url: x, wait: 5}}\n", "7:53: sources[0].options.wait: \"5\" is not a span"},
		{"sync says yes", [2]string{}, with(", sync: yes"), "7:55: sources[0].sync: must be true or false"},
		{"on_missing without complete", [2]string{}, with(", on_missing: zero"), "7:61: sources[0].on_missing: zero needs complete: true"},
		{"on_missing unknown", [2]string{}, with(", on_missing: drop"), "7:61: sources[0].on_missing: \"drop\" is none of hold, zero, cancel"},
		{"on_zero unknown", [2]string{}, with(", on_zero: hold"), "7:58: sources[0].on_zero: "},
		{"on_drift unknown", [2]string{}, with(", on_drift: zero"), "7:59: sources[0].on_drift: "},
		{"write nothing", [2]string{}, with(", write: []"), "7:56: sources[0].write: must name at least one of quantity, price, cost, taxable"},
		{"write the unknown", [2]string{}, with(", write: [quantity, name]"), "7:67: sources[0].write[1]: \"name\" is none of"},
		{"write twice", [2]string{}, with(", write: [quantity, quantity]"), "7:67: sources[0].write[1]: \"quantity\" is there twice"},
		{"price_per unknown", [2]string{}, with(", price_per: year"), "7:60: sources[0].price_per: "},
		{"bill_status unknown", [2]string{}, with(", bill_status: [gone]"), "7:63: sources[0].bill_status[0]: "},
		{"bill nothing", [2]string{}, with(", bill_status: []"), "7:62: sources[0].bill_status: "},
		{"markup below minus all", [2]string{}, with(", markup_percent: -101"), "7:65: sources[0].markup_percent: -101 is not a percentage from -100 to 10000"},
		{"markup beyond sense", [2]string{}, with(", markup_percent: 10001"), "7:65: sources[0].markup_percent: "},
		{"unknown key", [2]string{}, with(", wirte: [price]"), "7:49: sources[0]: unknown key \"wirte\""},
	})
	if _, err := parse(t, head+with(", complete: true, on_missing: cancel")); err != nil {
		t.Error(err)
	}
}

func TestRulesOfServices(t *testing.T) {
	with := func(services ...string) string {
		text := "  - name: mail\n    kind: csv\n    options: {path: x}\n    services:\n" // the first service is on line 11, column 9
		for _, service := range services {
			text += "      - {" + service + "}\n"
		}
		return text
	}
	check(t, []ruleCase{
		{"no id", [2]string{}, with("name: x"), "11:9: sources[0].services[0].id: must not be empty"},
		{"empty id", [2]string{}, with(`id: ""`), "11:14: sources[0].services[0].id: must not be empty"},
		{"id with space around", [2]string{}, with(`id: " a"`), "11:14: sources[0].services[0].id: "},
		{"id with a control", [2]string{}, with(`id: "a\u0007"`), "11:14: sources[0].services[0].id: "},
		{"id is a truth value", [2]string{}, with(`id: true`), "11:14: sources[0].services[0].id: must be text, not true or false"},
		{"id twice", [2]string{}, with("id: a", "id: b", "id: a"), "13:14: sources[0].services[2].id: the id \"a\" is there twice; the first is number 1"},
		{"name with a line break", [2]string{}, with(`id: a, name: "x\ny"`), "11:23: sources[0].services[0].name: "},
		{"product by a bare number", [2]string{}, with("id: a, product: 12"), "11:26: sources[0].services[0].product: a bare number"},
		{"product by id and identifier", [2]string{}, with("id: a, product: {id: 12, identifier: X}"), "11:26: sources[0].services[0].product: names an id and an identifier"},
		{"product by nothing", [2]string{}, with("id: a, product: {}"), "11:26: sources[0].services[0].product: names no product"},
		{"product id below zero", [2]string{}, with("id: a, product: {id: -1}"), "11:31: sources[0].services[0].product.id: must be a whole number"},
		{"product by an unknown key", [2]string{}, with("id: a, product: {sku: x}"), "11:27: sources[0].services[0].product: unknown key"},
		{"create a product known by id", [2]string{}, with("id: a, product: {id: 3}, create_product: true"), "11:51: sources[0].services[0].create_product: "},
		{"two services on one product", [2]string{}, with("id: a, product: X", "id: b, product: X"), "12:9: sources[0].services[1].merge: services \"a\" and \"b\" share product \"X\""},
		{"two services on one product in other capitals", [2]string{}, with("id: a, product: X", "id: b, product: x"), "12:9: sources[0].services[1].merge: "},
		{"two services on one product id", [2]string{}, with("id: a, product: {id: 3}", "id: b, product: {id: 3}"), "12:9: sources[0].services[1].merge: services \"a\" and \"b\" share product {id: 3}"},
		{"different merges", [2]string{}, with("id: a, product: X, merge: sum", "id: b, product: X, merge: max"), "12:36: sources[0].services[1].merge: "},
		{"one merge is missing", [2]string{}, with("id: a, product: X, merge: sum", "id: b, product: X"), "12:9: sources[0].services[1].merge: "},
		{"merged with other rules", [2]string{}, with("id: a, product: X, merge: sum", "id: b, product: X, merge: sum, quantity: {minimum: 1}"), "12:51: sources[0].services[1].quantity: services \"a\" and \"b\" are merged into product \"X\", so their quantity rules must be equal; minimum differs"},
		{"merged with another divisor", [2]string{}, with("id: a, product: X, merge: sum, quantity: {divide_by: 2}", "id: b, product: X, merge: sum"), "12:9: sources[0].services[1].quantity: services \"a\" and \"b\" are merged into product \"X\", so their quantity rules must be equal; divide_by differs"},
		{"merged with another price rule", [2]string{}, with("id: a, product: X, merge: sum, price: {from: source}", "id: b, product: X, merge: sum"), "12:9: sources[0].services[1].price: services \"a\" and \"b\" are merged into product \"X\", so both need the same price"},
		{"merged with another markup", [2]string{}, with("id: a, product: X, merge: sum, price: {from: markup, percent: 5}", "id: b, product: X, merge: sum, price: {from: markup}"), "12:48: sources[0].services[1].price: "},
		{"merged with another tax rule", [2]string{}, with("id: a, product: X, merge: sum", "id: b, product: X, merge: sum, taxable: no"), "12:50: sources[0].services[1].taxable: "},
		{"merged with another way to change", [2]string{}, with("id: a, product: X, merge: sum", "id: b, product: X, merge: sum, change: dated"), "12:49: sources[0].services[1].change: "},
		{"merge unknown", [2]string{}, with("id: a, merge: min"), "11:24: sources[0].services[0].merge: \"min\" is none of none, sum, max"},
		{"includes the unknown", [2]string{}, with("id: a, includes: [b]"), "11:28: sources[0].services[0].includes[0]: unknown service \"b\""},
		{"includes itself", [2]string{}, with("id: a, includes: [a]"), "11:28: sources[0].services[0].includes[0]: a bundle cannot include itself"},
		{"includes twice", [2]string{}, with("id: a, includes: [b, b]", "id: b"), "11:31: sources[0].services[0].includes[1]: \"b\" is there twice"},
		{"includes in a circle", [2]string{}, with("id: a, includes: [b]", "id: b, includes: [c]", "id: c, includes: [a]"), "11:27: sources[0].services[0].includes: bundles include each other in a circle"},
		{"includes is text", [2]string{}, with("id: a, includes: b", "id: b"), "11:27: sources[0].services[0].includes: must be a list, not text"},
		{"taxable unknown", [2]string{}, with("id: a, taxable: maybe"), "11:26: sources[0].services[0].taxable: "},
		{"taxable is a truth value", [2]string{}, with("id: a, taxable: true"), "11:26: sources[0].services[0].taxable: must be text"},
		{"price is a word", [2]string{}, with("id: a, price: keep"), "11:24: sources[0].services[0].price: must be a mapping"},
		{"price from the unknown", [2]string{}, with("id: a, price: {from: heaven}"), "11:31: sources[0].services[0].price.from: "},
		{"percent without markup", [2]string{}, with("id: a, price: {from: source, percent: 5}"), "11:48: sources[0].services[0].price.percent: has a meaning with from: markup only"},
		{"percent beyond sense", [2]string{}, with("id: a, price: {from: markup, percent: 20000}"), "11:48: sources[0].services[0].price.percent: "},
		{"divide by nothing", [2]string{}, with("id: a, quantity: {divide_by: 0}"), "11:39: sources[0].services[0].quantity.divide_by: must be greater than 0"},
		{"divide by less than nothing", [2]string{}, with("id: a, quantity: {divide_by: \"-1\"}"), "11:39: sources[0].services[0].quantity.divide_by: "},
		{"included below zero", [2]string{}, with("id: a, quantity: {included: -1}"), "11:38: sources[0].services[0].quantity.included: must not be negative"},
		{"minimum below zero", [2]string{}, with("id: a, quantity: {minimum: -1}"), "11:37: sources[0].services[0].quantity.minimum: must not be negative"},
		{"round unknown", [2]string{}, with("id: a, quantity: {round: even}"), "11:35: sources[0].services[0].quantity.round: "},
		{"change unknown", [2]string{}, with("id: a, change: later"), "11:25: sources[0].services[0].change: "},
	})
	for _, good := range []string{
		with("id: a, product: X, merge: max", "id: b, product: X, merge: max"),
		with("id: a, product: X, merge: sum, quantity: {included: 1}", "id: b, product: X, merge: sum, quantity: {included: \"1.0\"}"),
		with("id: a", "id: b"),
		with("id: a, includes: [b, c]", "id: b, includes: [c]", "id: c"),
		with("id: a, price: {from: markup, percent: -100}"),
	} {
		if _, err := parse(t, head+good); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
}

func TestRulesOfCustomers(t *testing.T) {
	with := func(customers ...string) string {
		text := "  - name: mail\n    kind: csv\n    options: {path: x}\n    services: [{id: a}, {id: b}]\n    customers:\n" // the first is on line 12
		for _, customer := range customers {
			text += "      - {" + customer + "}\n"
		}
		return text
	}
	check(t, []ruleCase{
		{"no id", [2]string{}, with("name: x"), "12:9: sources[0].customers[0].id: must not be empty"},
		{"id twice", [2]string{}, with(`id: "1"`, "id: 1"), "13:14: sources[0].customers[1].id: the id \"1\" is there twice"},
		{"company without an agreement", [2]string{}, with("id: c, company: 5"), "12:26: sources[0].customers[0].company: a company without an agreement"},
		{"agreement without a company", [2]string{}, with("id: c, agreement: 5"), "12:28: sources[0].customers[0].agreement: an agreement without a company"},
		{"company below zero", [2]string{}, with("id: c, company: -5, agreement: 6"), "12:26: sources[0].customers[0].company: must be a whole number"},
		{"company in quotes", [2]string{}, with(`id: c, company: "5", agreement: 6`), "12:26: sources[0].customers[0].company: must be a whole number"},
		{"company with a leading nought", [2]string{}, with("id: c, company: 05, agreement: 6"), "12:26: sources[0].customers[0].company: "},
		{"company too large", [2]string{}, with("id: c, company: 99999999999, agreement: 6"), "12:26: sources[0].customers[0].company: "},
		{"service off that is unknown", [2]string{}, with("id: c, services_off: [z]"), "12:32: sources[0].customers[0].services_off[0]: unknown service \"z\""},
		{"service off twice", [2]string{}, with("id: c, services_off: [a, a]"), "12:35: sources[0].customers[0].services_off[1]: \"a\" is there twice"},
		{"service off of nothing", [2]string{}, with("id: c, services_off: [~]"), "12:32: sources[0].customers[0].services_off[0]: must be text"},
		{"discount of more than all", [2]string{}, with("id: c, discount_percent: 101"), "12:35: sources[0].customers[0].discount_percent: 101 is not a percentage from 0 to 100"},
		{"discount below zero", [2]string{}, with("id: c, discount_percent: -1"), "12:35: sources[0].customers[0].discount_percent: "},
		{"price of an unknown service", [2]string{}, with("id: c, prices: {z: 1}"), "12:29: sources[0].customers[0].prices.z: unknown service \"z\""},
		{"price below zero", [2]string{}, with("id: c, prices: {a: -1}"), "12:29: sources[0].customers[0].prices.a: must not be negative"},
		{"price of nothing", [2]string{}, with("id: c, prices: {a: }"), "12:26: sources[0].customers[0].prices.a: must be a decimal number"},
		{"price twice", [2]string{}, with("id: c, prices: {a: 1, a: 2}"), "12:32: sources[0].customers[0].prices.a: the key \"a\" is there twice"},
		{"addition of an unknown service", [2]string{}, with("id: c, additions: {z: 1}"), "12:32: sources[0].customers[0].additions.z: unknown service \"z\""},
		{"addition nought", [2]string{}, with("id: c, additions: {a: 0}"), "12:32: sources[0].customers[0].additions.a: must be the id of an addition"},
		{"addition in quotes", [2]string{}, with(`id: c, additions: {a: "7"}`), "12:32: sources[0].customers[0].additions.a: must be a whole number"},
	})
	if _, err := parse(t, head+with("id: c, company: 0, agreement: 0")); err != nil {
		t.Errorf("not linked is fine: %v", err)
	}
}

func TestAllProblemsAreToldByPlace(t *testing.T) {
	_, err := parse(t, "version: 1\nconnection: {site: cw.example.com, company: \"\", client_id: x}\nguards: {drop_units: x, nope: 1}\nsources:\n  - {name: 'a b', kind: none}\n")
	want := []string{"setup.yaml:2:45: connection.company:", "setup.yaml:2:60: connection.client_id:", "setup.yaml:3:22: guards.drop_units:", "setup.yaml:3:25: guards:",
		"setup.yaml:5:12: sources[0].name:", "setup.yaml:5:25: sources[0].kind:"}
	got := strings.Split(err.Error(), "\n")
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) || !strings.HasPrefix(got[i], want[i]) {
			t.Fatalf("%v", err)
		}
	}
}

func TestManyProblemsAreBounded(t *testing.T) {
	var b strings.Builder
	b.WriteString(head)
	for i := range 150 {
		fmt.Fprintf(&b, "  - {name: s%d, kind: none}\n", i)
	}
	_, err := parse(t, b.String())
	var problems *Errors
	if !errors.As(err, &problems) || len(problems.Problems) != 100 || problems.More != 50 || !strings.HasSuffix(err.Error(), "\nand 50 more") {
		t.Errorf("%v", err)
	}
}
