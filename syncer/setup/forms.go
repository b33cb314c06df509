package setup

import (
	"fmt"
	"net"
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode"

	"github.com/shopspring/decimal"

	"cwsync/syncer/source"
)

// SiteProblem says why a text is not a site, as the end of a sentence that starts with it; empty when it is one.
func SiteProblem(site string) string {
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
	case u.User != nil:
		return "must not hold a user name or password; keys are secrets"
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

// ClientIDProblem says why a text is not a client id; empty when it is one.
func ClientIDProblem(id string) string {
	if regexp.MustCompile(guidPattern).MatchString(id) {
		return ""
	}
	return "is not of the form 00000000-0000-0000-0000-000000000000"
}

// CompanyProblem says why a text is not a login company id; empty when it is one.
func CompanyProblem(company string) string {
	apart := func(c rune) bool { return unicode.IsSpace(c) || strings.ContainsRune(":/?#%", c) }
	if company == "" || strings.ContainsFunc(company, apart) || source.IDProblem(company) != "" {
		return "is not a login company id"
	}
	return ""
}

// TimeZoneProblem says why a text is not a time zone; empty when it is one, or nothing at all, which means the server's. It reads the
// system's list of zones.
func TimeZoneProblem(zone string) string {
	if zone == "" {
		return ""
	}
	if _, err := time.LoadLocation(zone); err != nil || zone == "Local" {
		return "is not a time zone such as Europe/Berlin"
	}
	return ""
}

// MarkupProblem says why a number is no markup in percent, as the end of a sentence that starts with it; empty when it is one. Markups go from
// -100, which takes all of the cost off, to 10000.
func MarkupProblem(percent decimal.Decimal) string {
	if percent.LessThan(decimal.New(leastMarkup, 0)) || percent.GreaterThan(decimal.New(maxMarkup, 0)) {
		return fmt.Sprintf("is not a percentage from %d to %d", leastMarkup, maxMarkup)
	}
	return ""
}

// NameProblem says why a text is not the name of a source, an alert or a profile; empty when it is one.
func NameProblem(name string) string {
	if regexp.MustCompile(namePattern).MatchString(name) {
		return ""
	}
	return "is not a name: letters, digits, - and _, at most 64, the first a letter or digit"
}

// FoldName is what a name must not share with another one: the names of environment variables know neither capitals nor hyphens.
func FoldName(name string) string { return strings.ReplaceAll(strings.ToLower(name), "-", "_") }
