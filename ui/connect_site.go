package ui

import (
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"cwsync/syncer/setup"
)

// siteRead is what became of a text that says where ConnectWise is.
type siteRead struct {
	site    string // as the set-up takes it: a host, or an address where the scheme or port matters
	company string // login company id that the address names; empty for none
	said    string // what the text became, for a person; empty when it was taken as it is
	problem string // why it is no site; all else is empty then
}

// maxAddress is the longest text in bytes that is read as an address.
const maxAddress = 2048

// cloudHosts are the API hosts of ConnectWise's cloud by region.
func cloudHosts() map[string]string {
	return map[string]string{
		"na": "api-na.myconnectwise.net", "eu": "api-eu.myconnectwise.net", "au": "api-au.myconnectwise.net",
		"aus": "api-aus.myconnectwise.net", "za": "api-za.myconnectwise.net", "staging": "api-staging.connectwisedev.com",
	}
}

const noSite = "is no host, no address and no cloud region such as na, eu or au"

// readSite understands what a person types or pastes: a cloud region, a host, or any address of ConnectWise, be it of its API or of a
// browser's window. It asks nobody.
func readSite(text string) siteRead {
	text = strings.Trim(text, " \t\r\n<>\"'`,;")
	switch {
	case text == "":
		return siteRead{problem: "is empty"}
	case len(text) > maxAddress || strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r == 0x7f }):
		return siteRead{problem: noSite}
	}
	region := strings.TrimPrefix(strings.ToLower(text), "api-")
	if host, ok := cloudHosts()[region]; ok {
		return siteRead{site: host, said: "cloud region " + region + ": " + host}
	}
	address := text
	if !strings.Contains(text, "://") {
		address = "https://" + strings.TrimPrefix(text, "//")
	}
	u, err := url.Parse(address)
	if err != nil {
		return siteRead{problem: noSite} // the parser's own text repeats what may be a password
	}
	return readAddress(u, text)
}

func readAddress(u *url.URL, text string) siteRead {
	name := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	local := name == "localhost"
	ip, err := netip.ParseAddr(name)
	isIP := err == nil
	local = local || isIP && ip.Unmap().IsLoopback()
	said := ""
	switch {
	case u.User != nil:
		return siteRead{problem: "must not hold a user name or password; the keys have lines of their own"}
	case !isIP && !asciiHost(name):
		return siteRead{problem: noSite}
	case !knownPort(u.Port()):
		return siteRead{problem: "has a port that there cannot be; they go from 1 to 65535"}
	case u.Scheme == "https", u.Scheme == "http" && local:
	case u.Scheme == "http" && (u.Port() == "" || u.Port() == "80"):
		u.Scheme, u.Host = "https", strings.TrimSuffix(u.Host, ":80")
		said = "https instead of http, which would send the keys in clear: "
	case u.Scheme == "http":
		return siteRead{problem: "would send the keys in clear: give the address that starts with https"}
	default:
		return siteRead{problem: "has a scheme other than https"}
	}
	host := cloudAPI(name)
	if host != name {
		said = "the API of " + name + " is at "
	}
	read := siteRead{site: siteText(u.Scheme, host, u.Port()), company: companyIn(u)}
	if cloudHosts()[read.site] != "" { // a host of that name, which must not be read as the region the next time
		read.site = "https://" + read.site
	}
	if problem := setup.SiteProblem(read.site); problem != "" {
		return siteRead{problem: problem}
	}
	if said == "" && read.site != strings.TrimSuffix(text, "/") {
		said = "taken from the address: "
	}
	if said != "" {
		read.said = said + read.site
	}
	return read
}

// knownPort reports whether there can be such a port; none is fine.
func knownPort(port string) bool {
	n, err := strconv.ParseUint(port, 10, 16)
	return port == "" || err == nil && n > 0
}

// asciiHost reports whether a name can be a host's as the network knows it.
func asciiHost(name string) bool {
	for label := range strings.SplitSeq(name, ".") {
		if label == "" || strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
			return false
		}
	}
	return true
}

// cloudAPI is the API's host where a person gave that of the browser's window.
func cloudAPI(name string) string {
	label, domain, _ := strings.Cut(name, ".")
	if slices.Contains([]string{"myconnectwise.net", "connectwisedev.com"}, domain) && !strings.HasPrefix(label, "api-") {
		return "api-" + name
	}
	return name
}

// siteText is the shortest way to write a site: https and its port go without saying.
func siteText(scheme, host, port string) string {
	switch {
	case scheme == "https" && port == "443", scheme == "http" && port == "80":
		port = ""
	}
	switch {
	case port != "":
		host = net.JoinHostPort(host, port)
	case strings.Contains(host, ":"):
		host = "[" + host + "]"
	}
	if scheme == "http" {
		return "http://" + host
	}
	return host
}

// companyIn is the login company id that an address names, as ConnectWise's own pages of signing in do.
func companyIn(u *url.URL) string {
	candidates := []string{u.Query().Get("company"), u.Query().Get("companyName")}
	parts := strings.Split(u.Path, "/")
	if at := slices.IndexFunc(parts, func(part string) bool { return strings.EqualFold(part, "companyinfo") }); at >= 0 && at+1 < len(parts) {
		candidates = append(candidates, parts[at+1])
	}
	for _, company := range candidates {
		if company != "" && setup.CompanyProblem(company) == "" {
			return company
		}
	}
	return ""
}
