package cwclient

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"
)

// cloudDomains are ConnectWise's own; below them the API lives on the host with api- in front.
var cloudDomains = []string{"myconnectwise.net", "connectwisedev.com"}

// origin is scheme and host (with a port unless it is the default one) that requests go to.
type origin struct {
	scheme string
	host   string
}

// String gives the origin as an address without a trailing slash.
func (o origin) String() string { return o.scheme + "://" + o.host }

// parseSite understands a host or an address as a person types or pastes it.
func parseSite(typed string) (origin, error) {
	text := strings.TrimSpace(typed)
	if text == "" {
		return origin{}, errors.New("site is empty")
	}
	if strings.Contains(text, "@") { // wherever it stands: what is before it may be a password
		return origin{}, errors.New("site must not contain a user name or password")
	}
	if !strings.Contains(text, "://") {
		text = "https://" + strings.TrimPrefix(text, "//")
	}
	u, err := url.Parse(text)
	if err != nil {
		// The parser's text repeats the input, which may hold a password.
		return origin{}, errors.New("site is not a host or an address")
	}
	name := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	if err := checkHost(name); err != nil {
		return origin{}, err
	}
	switch u.Scheme {
	case "https":
	case "http":
		if !isLoopback(name) {
			return origin{}, fmt.Errorf("site %s: plain http is taken for loopback addresses alone, use https", name)
		}
	default:
		return origin{}, fmt.Errorf("site %s: the scheme must be https", name)
	}
	return origin{scheme: u.Scheme, host: withPort(apiHost(name), u.Scheme, u.Port())}, nil
}

// checkHost refuses what cannot be a host name or an IP address.
func checkHost(name string) error {
	if name == "" {
		return errors.New("site has no host")
	}
	if ip, err := netip.ParseAddr(name); err == nil {
		if ip.Zone() != "" {
			return errors.New("site must not name a network interface (the part after %)")
		}
		return nil
	}
	for label := range strings.SplitSeq(name, ".") {
		if label == "" || strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
			return fmt.Errorf("site %q is not a host name", plain(name, maxWord))
		}
	}
	return nil
}

// isLoopback tells this machine's own names and addresses.
func isLoopback(name string) bool {
	if name == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(name)
	return err == nil && ip.Unmap().IsLoopback()
}

// apiHost puts api- in front of a host of ConnectWise's cloud, where a person sees the other one in the browser.
func apiHost(name string) string {
	label, domain, _ := strings.Cut(name, ".")
	for _, cloud := range cloudDomains {
		if domain == cloud && !strings.HasPrefix(label, "api-") {
			return "api-" + name
		}
	}
	return name
}

// withPort joins host and port, leaving out the scheme's default port.
func withPort(name, scheme, port string) string {
	if port == "" || scheme == "https" && port == "443" || scheme == "http" && port == "80" {
		if strings.Contains(name, ":") {
			return "[" + name + "]"
		}
		return name
	}
	return net.JoinHostPort(name, port)
}

// cloudDomain is the domain of ConnectWise's cloud that the origin is in, or "".
func (o origin) cloudDomain() string {
	for _, domain := range cloudDomains {
		if strings.HasSuffix(o.host, "."+domain) {
			return domain
		}
	}
	return ""
}

// moved says where requests go when discovery names another host. Keys must not travel to a stranger, and
// without a list of public suffixes "the same owner" is certain only below ConnectWise's own two domains:
// so the cloud may move us within one of them, and everyone else stays at the configured host.
func (o origin) moved(siteURL string) origin {
	to, err := parseSite(siteURL)
	if err != nil || to.scheme != "https" || o.scheme != "https" {
		return o
	}
	if domain := o.cloudDomain(); domain == "" || to.cloudDomain() != domain || strings.Contains(to.host, ":") {
		return o
	}
	return to
}
