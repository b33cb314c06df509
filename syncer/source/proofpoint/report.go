package proofpoint

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"cwsync/syncer/billing"
	"cwsync/syncer/source"
)

// bases are the counts of users that a report gives. How they relate to one another the vendor does not say, so none is worked out of the others.
func bases() []string { return []string{"active_users", "confirmed_users", "non_billable_users"} }

// noPackage is the service of an organisation that has none and is not billed either.
const noPackage = "no_package"

// names are the packages that the vendor describes. Any other is taken as it is.
func names() map[string]string {
	return map[string]string{
		"beginner": "Beginner", "beginner_plus": "Beginner+", "business": "Business", "business_plus": "Business+", "advanced": "Advanced",
		"advanced_plus": "Advanced+", "professional": "Professional", "professional_plus": "Professional+", noPackage: "No package",
	}
}

// report is one answer to the question for the billing data of a partner's organisations.
type report struct {
	config source.Config
	domain string // that was asked for
	lines  *source.Lines
}

var errManyValues = errors.New("it holds more or less than one value")

// only is the one JSON value of a text, its numbers exact.
func only(ctx context.Context, body []byte) (any, error) {
	documents, err := source.DecodeJSON(ctx, body)
	if err != nil {
		return nil, err
	}
	if len(documents.Values) != 1 {
		return nil, errManyValues
	}
	return documents.Values[0], nil
}

func (r *report) read(ctx context.Context, body []byte) (*source.Lines, error) {
	value, err := only(ctx, body)
	if err != nil {
		return nil, r.fail("the answer is no JSON: " + err.Error())
	}
	list, err := r.list(value)
	if err != nil {
		return nil, err
	}
	r.lines = source.NewLines(source.Rules{Source: r.config.Name, File: place, Items: true, Numbers: source.NumbersPoint, Merge: source.MergeRefuse, Bases: bases(), Now: r.config.Now()})
	for i, item := range list {
		found, ok := item.(map[string]any)
		if !ok {
			return nil, r.fail(fmt.Sprintf("organisation %d of the answer is no object", i+1))
		}
		r.add(i+1, organisation(found), len(list) == 1)
	}
	return r.lines, nil
}

// list is the organisations of an answer: the vendor's description has a bare list, others have seen an object. One of several pages is refused: it
// would be a smaller bill.
func (r *report) list(value any) ([]any, error) {
	if list, ok := value.([]any); ok {
		return list, nil
	}
	object, ok := value.(map[string]any)
	if !ok {
		return nil, r.fail("the answer is neither a list nor an object with orgs")
	}
	list, ok := object["orgs"].([]any)
	if !ok {
		return nil, r.fail("the answer is an object without the list orgs")
	}
	for _, pages := range []map[string]any{object, inner(object, "pagination"), inner(object, "meta")} {
		next, _ := pages["next_page_url"].(string)
		current, last := organisation(pages).text("current_page"), organisation(pages).text("last_page")
		if next != "" || last != "" && current != last {
			return nil, r.fail("the answer is one of several pages, which the vendor does not describe for this report; nothing was taken from it")
		}
	}
	return list, nil
}

func inner(object map[string]any, name string) map[string]any {
	found, _ := object[name].(map[string]any)
	return found
}

func (r *report) fail(message string) error {
	return &source.ReadError{Source: r.config.Name, File: place, Message: message}
}

// add turns one organisation into a line. The partner itself heads the list of its organisations; it is left out, unless it is all there is.
func (r *report) add(at int, o organisation, alone bool) {
	own := strings.EqualFold(o.text("primary_domain"), r.domain)
	if own && !alone && !r.config.Options.Bool("include_own", false) {
		return
	}
	status, problem := o.status()
	if problem != "" {
		r.lines.Fail(at, 0, o.who()+" "+problem, "")
		return
	}
	service := o.service(r.config.Options.Text("package", billablePackage), status)
	switch {
	case service == "" && o.partner():
		return // it holds organisations and has no users of its own
	case service == "":
		r.lines.Fail(at, 0, o.who()+" is active and has no "+r.config.Options.Text("package", billablePackage), "give it a package in Proofpoint, or set options.package to the other field")
		return
	}
	row := &source.Row{Place: at, Counts: make([]source.Cell, len(bases()))}
	fill := map[source.Column]string{
		source.ColumnCustomerID: o.text("eid"), source.ColumnCustomerName: o.text("name"), source.ColumnServiceID: service, source.ColumnServiceName: serviceName(service),
		source.ColumnStatus: string(status), source.ColumnDomain: o.text("primary_domain"), source.ColumnUnit: "user",
	}
	if o.text("active_users") == "" && status != billing.StatusClosed {
		r.lines.Fail(at, 0, o.who()+" has no active_users", "")
		return
	}
	fill[source.ColumnQuantity] = o.count("active_users", status)
	for column, text := range fill {
		row.Set(column, source.Cell{Text: text, Present: text != ""})
	}
	for i, basis := range bases() {
		text := o.count(basis, status)
		row.Counts[i] = source.Cell{Text: text, Present: text != ""}
	}
	r.lines.Add(row)
}

// organisation is one entry of the report.
type organisation map[string]any

// text is a field as text; numbers may come as numbers or as text.
func (o organisation) text(name string) string {
	switch value := o[name].(type) {
	case string:
		return strings.TrimSpace(value)
	case json.Number:
		return value.String()
	}
	return ""
}

// count is a count as text. One that is closed has no users where nothing else is said.
func (o organisation) count(name string, status billing.Status) string {
	if text := o.text(name); text != "" || status != billing.StatusClosed {
		return text
	}
	return "0"
}

// flag is a field as truth: also 1, "1" and "true", as some answers write it.
func (o organisation) flag(name string) (on, given, ok bool) {
	switch value := o[name].(type) {
	case nil:
		return false, false, true
	case bool:
		return value, true, true
	}
	on, err := strconv.ParseBool(strings.ToLower(o.text(name)))
	return on, true, err == nil
}

// who names the organisation in messages.
func (o organisation) who() string {
	return "organisation " + strconv.Quote(source.CleanName(o.text("name"))) + " (" + source.CleanName(o.text("primary_domain")) + ")"
}

// status is closed for a test account, which is never billed and yet is shown, and for one that is switched off.
func (o organisation) status() (billing.Status, string) {
	flags := map[string]bool{}
	for _, name := range []string{"is_active", "is_on_trial", "is_test_account"} {
		on, given, ok := o.flag(name)
		if !ok {
			return "", name + " is neither true nor false"
		}
		flags[name] = on || !given && name == "is_active"
	}
	switch {
	case flags["is_test_account"] || !flags["is_active"]:
		return billing.StatusClosed, ""
	case flags["is_on_trial"]:
		return billing.StatusTrial, ""
	}
	return billing.StatusActive, ""
}

// service is the package as an id, "" when there is none and somebody might have to pay. One that is not billed may have it in any field.
func (o organisation) service(field string, status billing.Status) string {
	found := packageID(o.text(field))
	if status != billing.StatusActive {
		for _, other := range []string{billablePackage, licensingPackage, "trial_package"} {
			if found == "" {
				found = packageID(o.text(other))
			}
		}
		if found == "" && !o.partner() {
			found = noPackage
		}
	}
	if plus, _, _ := o.flag("is_beginner_plus"); plus && found == "beginner" {
		return "beginner_plus" // sold as another package
	}
	return found
}

// partner reports whether the entry is a reseller's own.
func (o organisation) partner() bool {
	kind := strings.ToLower(o.text("type"))
	return strings.Contains(kind, "partner") || strings.HasPrefix(kind, "channel")
}

// packageID is one spelling for one package: the vendor writes "business_plus", and in other places "Business+" or "Business Plus".
func packageID(text string) string {
	text = strings.ReplaceAll(strings.ToLower(text), "+", " plus")
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == '_' || r == '-' || r == '\t' }), "_")
}

func serviceName(id string) string {
	if name, known := names()[id]; known {
		return name
	}
	return id
}
