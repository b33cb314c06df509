package setup

import (
	"strings"

	"github.com/shopspring/decimal"

	"cwsync/syncer/source"
)

// refuse reports a broken rule at a path, unless the value there, or what it is part of, could not even be read.
func (r *reader) refuse(path, format string, args ...any) {
	for part := path; part != ""; part = parent(part) {
		if r.bad[part] {
			return
		}
	}
	r.fail(r.placeFor(path), path, format, args...)
}

// checkDocument holds a decoded document against every rule that its types cannot say.
func (r *reader) checkDocument(d *Document) {
	r.checkConnection(d.Connection)
	for _, field := range []struct{ path, text string }{
		{"defaults.product_class", d.Defaults.ProductClass},
		{"defaults.product_type", d.Defaults.ProductType},
		{"defaults.category", d.Defaults.Category},
		{"defaults.subcategory", d.Defaults.Subcategory},
		{"defaults.unit", d.Defaults.Unit},
	} {
		r.checkNeeded(field.path, field.text)
	}
	r.checkGuards(d)
	r.checkAlerts(d.Alerts)
	names := names{r: r, seen: map[string]string{}}
	for i := range d.Sources {
		path := index("sources", i)
		names.check(path+".name", d.Sources[i].Name)
		r.checkSource(path, &d.Sources[i])
	}
	r.checkStandardInput(d.Sources)
}

func (r *reader) checkConnection(c Connection) {
	if c.Site == "" {
		r.refuse("connection.site", "missing; the host or URL of ConnectWise")
	} else if strings.Contains(c.Site, "@") { // wherever it stands: what is before it may be a password, which is not to be repeated
		r.refuse("connection.site", "must not hold a user name or password, nor an @ elsewhere; keys are secrets")
	} else if problem := SiteProblem(c.Site); problem != "" {
		r.refuse("connection.site", "%s %s", show(c.Site), problem)
	}
	if c.Company == "" {
		r.refuse("connection.company", "missing; the company id of the ConnectWise login")
	} else if strings.Contains(c.Company, ":") { // a key may stand behind it
		r.refuse("connection.company", "must not hold a colon; the keys are secrets of their own")
	} else if problem := CompanyProblem(c.Company); problem != "" {
		r.refuse("connection.company", "%s %s", show(c.Company), problem)
	}
	if c.ClientID == "" {
		r.refuse("connection.client_id", "missing; a client id from developer.connectwise.com")
	} else if problem := ClientIDProblem(c.ClientID); problem != "" {
		r.refuse("connection.client_id", "%s %s", show(c.ClientID), problem)
	}
	r.checkLine("connection.ca_file", c.CAFile)
	if problem := TimeZoneProblem(c.TimeZone); problem != "" {
		r.refuse("connection.time_zone", "%s %s", show(c.TimeZone), problem)
	}
}

func (r *reader) checkGuards(d *Document) {
	for _, guard := range []struct {
		name  string
		value decimal.Decimal
	}{
		{"drop_percent", d.Guards.DropPercent},
		{"drop_units", d.Guards.DropUnits},
		{"rise_percent", d.Guards.RisePercent},
		{"rise_units", d.Guards.RiseUnits},
		{"missing_percent", d.Guards.MissingPercent},
		{"max_monthly_delta", d.Guards.MaxMonthlyDelta.Decimal},
	} {
		if guard.value.IsNegative() {
			r.refuse("guards."+guard.name, "must not be negative")
		}
	}
}

func (r *reader) checkAlerts(alerts []Alert) {
	names := names{r: r, seen: map[string]string{}}
	for i, alert := range alerts {
		path := index("alerts", i)
		names.check(path+".name", alert.Name)
		kind, known := r.catalogue.Alert(alert.Kind)
		switch {
		case !known && alert.Kind == "":
			r.refuse(path+".kind", "missing; one of %s", words(alertKindNames(r.catalogue)))
		case !known:
			r.refuse(path+".kind", "there is no kind of alert %s; there are %s", show(alert.Kind), words(alertKindNames(r.catalogue)))
		case !kind.EveryRun && len(alert.On) == 0:
			r.refuse(path+".on", "must name at least one of %s", words(alertMoments()))
		case kind.EveryRun && len(alert.On) != 0 && len(alert.On) != len(alertMoments()):
			r.refuse(path+".on", "%s hears of every run, or it could not tell a quiet one from none: leave `on` out", kind.Name)
		}
	}
}

func alertKindNames(catalogue *source.Catalogue) []string {
	var names []string
	for _, kind := range catalogue.Alerts() {
		names = append(names, kind.Name)
	}
	return names
}

// names checks names that secrets are looked up by, so that no two of them can mean one environment variable.
type names struct {
	r    *reader
	seen map[string]string
}

func (n names) check(path, name string) {
	if name == "" {
		n.r.refuse(path, "missing; a name of letters, digits, - and _")
		return
	}
	if problem := NameProblem(name); problem != "" {
		n.r.refuse(path, "%s %s", show(name), problem)
		return
	}
	folded := FoldName(name)
	if other, taken := n.seen[folded]; taken {
		if other == name {
			n.r.refuse(path, "the name %s is there twice", show(name))
		} else {
			n.r.refuse(path, "the name %s is too like %s: environment names know neither capitals nor hyphens", show(name), show(other))
		}
		return
	}
	n.seen[folded] = name
}

// checkNeeded refuses an empty text, and what checkLine refuses.
func (r *reader) checkNeeded(path, text string) {
	if text == "" {
		r.refuse(path, "must not be empty")
		return
	}
	r.checkLine(path, text)
}

// checkLine refuses a text that is too long or holds characters that cannot be seen.
func (r *reader) checkLine(path, text string) {
	if text == "" {
		return
	}
	if problem := source.IDProblem(text); problem != "" {
		r.refuse(path, "%s", problem)
	}
}

// checkName is checkLine for names from outside, in which source.CleanName leaves U+FFFD where something was replaced.
func (r *reader) checkName(path, name string) {
	if name != source.CleanName(name) {
		r.refuse(path, "the name is longer than %d characters, or holds white space at an end or in a row, or characters that cannot be seen", source.MaxText)
	}
}
