package setup

import (
	"net"
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode"

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
	} else if problem := siteProblem(c.Site); problem != "" {
		r.refuse("connection.site", "%s %s", show(c.Site), problem)
	}
	switch {
	case c.Company == "":
		r.refuse("connection.company", "missing; the company id of the ConnectWise login")
	case strings.Contains(c.Company, ":"): // a key may stand behind it
		r.refuse("connection.company", "must not hold a colon; the keys are secrets of their own")
	case strings.ContainsFunc(c.Company, func(c rune) bool { return unicode.IsSpace(c) || strings.ContainsRune("/?#%", c) }) || source.IDProblem(c.Company) != "":
		r.refuse("connection.company", "%s is not a login company id", show(c.Company))
	}
	switch {
	case c.ClientID == "":
		r.refuse("connection.client_id", "missing; a client id from developer.connectwise.com")
	case !guid(c.ClientID):
		r.refuse("connection.client_id", "%s is not of the form 00000000-0000-0000-0000-000000000000", show(c.ClientID))
	}
	r.checkLine("connection.ca_file", c.CAFile)
	if c.TimeZone != "" {
		if _, err := time.LoadLocation(c.TimeZone); err != nil || c.TimeZone == "Local" {
			r.refuse("connection.time_zone", "%s is not a time zone such as Europe/Berlin", show(c.TimeZone))
		}
	}
}

// siteProblem says why a text is not a site, or "".
func siteProblem(site string) string {
	address := site
	if !strings.Contains(site, "://") {
		address = "https://" + site
	}
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Hostname() == "" || !hostForm(u.Hostname()):
		return "is not a host or URL such as cw.example.com"
	case u.Scheme != "https" && u.Scheme != "http":
		return "has a scheme other than https"
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || strings.HasSuffix(site, "#"):
		return "must not hold a query or fragment"
	case u.Scheme == "http" && !loopback(u.Hostname()):
		return "would send the keys in clear; http is taken for loopback addresses alone"
	case strings.HasSuffix(u.Host, ":"):
		return "ends in a colon without a port"
	}
	return ""
}

func hostForm(host string) bool {
	if net.ParseIP(host) != nil {
		return true
	}
	for label := range strings.SplitSeq(strings.TrimSuffix(host, "."), ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for _, c := range label {
			if c != '-' && c != '_' && !unicode.IsLetter(c) && !unicode.IsDigit(c) {
				return false
			}
		}
	}
	return len(host) <= 253
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || (ip != nil && ip.IsLoopback())
}

// The forms of client ids and of names, as regular expressions.
const (
	guidPattern = `^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`
	namePattern = `^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$`
)

func guid(s string) bool {
	return regexp.MustCompile(guidPattern).MatchString(s)
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
		if len(alert.On) == 0 {
			r.refuse(path+".on", "must name at least one of %s", words(alertMoments()))
		}
		if alert.Kind == "" || strings.Trim(alert.Kind, "abcdefghijklmnopqrstuvwxyz") != "" {
			r.refuse(path+".kind", "must be the name of a kind of alert, in small letters")
		}
	}
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
	if !regexp.MustCompile(namePattern).MatchString(name) {
		n.r.refuse(path, "%s is not a name: letters, digits, - and _, at most 64, the first a letter or digit", show(name))
		return
	}
	folded := strings.ReplaceAll(strings.ToLower(name), "-", "_")
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
