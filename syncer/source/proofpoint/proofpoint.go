// Package proofpoint is the kind of source that reads usage from Proofpoint Essentials: the packages and user counts of a partner's
// organisations, by the vendor's own interface.
//
// It only reads, sends the password to the chosen stack and nowhere else, follows no redirect, and never gives a part of an answer. It does not
// know prices: the interface has totals only.
package proofpoint

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"cwsync/syncer/billing"
	"cwsync/syncer/source"
)

// Fields of an organisation that may name its package.
const (
	billablePackage  = "billable_package"
	licensingPackage = "licensing_package"
)

const defaultTime = 2 * time.Minute

// place names what is read, for messages.
const place = "Proofpoint Essentials"

// stacks are the vendor's regions.
func stacks() []string { return []string{"us1", "us2", "us3", "us4", "us5", "eu1"} }

// Kind describes the proofpoint kind for the catalogue.
func Kind() source.Kind {
	return source.Kind{
		Name: "proofpoint", Summary: "Proofpoint Essentials: packages and users of your organisations", Network: true,
		Fields: []source.Field{
			{Name: "stack", Type: source.TypeChoice, Choices: stacks(), Help: "the region in the address of your console, such as us1 in us1.proofpointessentials.com"},
			{Name: "user", Type: source.TypeText, Required: true, Help: "the e-mail address of an administrator of the partner; a read-only one is enough"},
			{Name: "password", Type: source.TypeText, Required: true, Secret: true, Help: "of that administrator"},
			{Name: "domain", Type: source.TypeText, Help: "the partner's primary domain; empty: that of the administrator's own organisation"},
			{Name: "package", Type: source.TypeChoice, Choices: []string{billablePackage, licensingPackage}, Default: billablePackage, Help: "which package of an organisation is its service: the one that will be billed, or the one that it has"},
			{Name: "include_own", Type: source.TypeBool, Default: false, Help: "also the partner's own organisation"},
			{Name: "address", Type: source.TypeText, Help: "in place of stack: the whole address of the interface, such as https://us1.proofpointessentials.com/api/v1"},
			{Name: "time_limit", Type: source.TypeDuration, Default: "2m", Help: "how long reading may take, tries again included"},
		},
		Validate: validate, Open: open,
	}
}

func validate(options source.Options) []source.OptionError {
	var problems []source.OptionError
	wrong := func(option, format string, args ...any) {
		problems = append(problems, source.OptionError{Option: option, Message: fmt.Sprintf(format, args...)})
	}
	stack, address := options.Text("stack", ""), options.Text("address", "")
	switch {
	case stack == "" && address == "":
		wrong("stack", "missing; it is one of %s", strings.Join(stacks(), ", "))
	case stack != "" && address != "":
		wrong("address", "stands in place of stack; leave one of them out")
	case address != "":
		if _, err := parseAddress(address); err != nil {
			wrong("address", "%v", err)
		}
	}
	if user := options.Text("user", ""); strings.ContainsAny(user, "\r\n") {
		wrong("user", "must be one line")
	}
	if domain := options.Text("domain", ""); domain != "" && !validDomain(domain) {
		wrong("domain", "%q is no domain such as example.com", domain)
	}
	return problems
}

// parseAddress refuses what is not https, save for loopback addresses, and what has more than a host and a path.
func parseAddress(address string) (*url.URL, error) {
	parsed, err := url.Parse(address)
	if err != nil || parsed.Host == "" || parsed.Hostname() == "" {
		return nil, fmt.Errorf("is no address such as https://us1.proofpointessentials.com/api/v1")
	}
	ip, err := netip.ParseAddr(parsed.Hostname())
	loopback := parsed.Hostname() == "localhost" || err == nil && ip.IsLoopback()
	switch {
	case parsed.Scheme != "https" && (parsed.Scheme != "http" || !loopback):
		return nil, fmt.Errorf("must start with https://; http is taken for loopback addresses alone")
	case parsed.User != nil || parsed.RawQuery != "" || parsed.Fragment != "":
		return nil, fmt.Errorf("must hold nothing but host and path; user and password have their own places")
	}
	parsed.Path = strings.TrimSuffix(parsed.Path, "/")
	return parsed, nil
}

// validDomain takes what can be a segment of a path without escaping.
func validDomain(domain string) bool {
	if len(domain) > 253 || !strings.Contains(domain, ".") || strings.Contains(domain, "..") || strings.Trim(domain, ".") != domain {
		return false
	}
	return !strings.ContainsFunc(domain, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '.' && r != '-' && r != '_'
	})
}

type reader struct {
	config    source.Config
	base      *url.URL
	transport http.RoundTripper // nil: one of our own for each reading
}

func open(config source.Config) (source.Source, error) {
	address := config.Options.Text("address", "https://"+config.Options.Text("stack", "")+".proofpointessentials.com/api/v1")
	base, err := parseAddress(address)
	if err != nil {
		return nil, fmt.Errorf("options.address of source %s: %w", config.Name, err)
	}
	return &reader{config: config, base: base}, nil
}

// Read signs in, finds the partner's domain, and reads the billing report of its organisations. Errors are *source.ReadError or
// *source.ReadErrors for what is wrong with the answer, and *billing.Failure for all that comes from the other side.
func (r *reader) Read(ctx context.Context) (billing.Usage, error) {
	client, err := r.newClient(ctx)
	if err != nil {
		return billing.Usage{}, err
	}
	defer client.close()
	caller := ctx
	ctx, cancel := context.WithTimeout(ctx, r.config.Options.Duration("time_limit", defaultTime))
	defer cancel()
	usage, err := r.read(ctx, client)
	if err != nil && caller.Err() != nil {
		err = caller.Err()
	}
	return usage, err
}

func (r *reader) read(ctx context.Context, client *client) (billing.Usage, error) {
	me, err := client.me(ctx)
	if err != nil {
		return billing.Usage{}, err
	}
	domain := r.config.Options.Text("domain", me.domain)
	if !validDomain(domain) {
		return billing.Usage{}, &billing.Failure{Class: billing.ClassNonsense, Op: "find the partner's domain", Message: "the answer names none", Hint: "set options.domain to the partner's primary domain"}
	}
	body, err := client.get(ctx, "read the billing report of "+domain, "/billing/"+domain+"/orgs")
	if err != nil {
		return billing.Usage{}, err
	}
	report := &report{config: r.config, domain: domain}
	lines, err := report.read(ctx, body)
	if err != nil {
		return billing.Usage{}, err
	}
	sum := sha256.Sum256(body)
	return lines.Usage(r.config.Now(), hex.EncodeToString(sum[:]))
}
