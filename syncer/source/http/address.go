package http

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// errElsewhere says that an address leaves the origin that the set-up names.
var errElsewhere = errors.New("is on another host than address; credentials never go there")

// originOf is scheme, host and port; two addresses of one origin have equal ones.
func originOf(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"https": "443", "http": "80"}[u.Scheme]
	}
	return u.Scheme + "://" + net.JoinHostPort(strings.TrimSuffix(strings.ToLower(u.Hostname()), "."), port)
}

// resolve reads an address, whole or relative to base, and refuses one that leaves base's origin.
func resolve(base *url.URL, text string) (*url.URL, error) {
	reference, err := url.Parse(text)
	if err != nil {
		return nil, errors.New("is not an address")
	}
	u := base.ResolveReference(reference)
	if u.User != nil || originOf(u) != originOf(base) {
		return nil, errElsewhere
	}
	u.Fragment = ""
	return u, nil
}

// isLoopback tells this machine's own names and addresses.
func isLoopback(name string) bool {
	if strings.EqualFold(name, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(name)
	return err == nil && ip.Unmap().IsLoopback()
}

// display is an address for messages: without parameters, which may be long.
func display(u *url.URL) string { return u.Scheme + "://" + u.Host + u.EscapedPath() }

// with is a copy of an address with one parameter set.
func with(u *url.URL, name, value string) *url.URL {
	changed := *u
	query := changed.Query()
	query.Set(name, value)
	changed.RawQuery = query.Encode()
	return &changed
}

// template is an address with fields of a record in braces: subscriptions/{id}.
type template struct {
	texts []string // one more than fields
	names []string
	paged bool // the answer comes in pages
}

func newTemplate(text string) (template, error) {
	var t template
	for {
		before, rest, found := strings.Cut(text, "{")
		t.texts = append(t.texts, before)
		if !found {
			break
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed || name == "" {
			return template{}, errors.New("a brace does not hold the name of a field, such as {id}")
		}
		t.names = append(t.names, name)
		text = after
	}
	if len(t.names) == 0 {
		return template{}, errors.New("names no field of the record, such as {id}")
	}
	return t, nil
}

// sample is what the template gives for a harmless record.
func (t template) sample(base *url.URL) (*url.URL, error) {
	return t.fill(base, func(string) (string, error) { return "x", nil })
}

// of is the address for a record.
func (t template) of(base *url.URL, record map[string]any) (*url.URL, error) {
	return t.fill(base, func(name string) (string, error) { return fieldText(record, name) })
}

func (t template) fill(base *url.URL, value func(name string) (string, error)) (*url.URL, error) {
	var b strings.Builder
	b.WriteString(t.texts[0])
	for i, name := range t.names {
		text, err := value(name)
		if err != nil {
			return nil, err
		}
		if strings.Contains(b.String(), "?") {
			b.WriteString(url.QueryEscape(text))
		} else {
			b.WriteString(url.PathEscape(text))
		}
		b.WriteString(t.texts[i+1])
	}
	return resolve(base, b.String())
}

// fieldText is a field of a record, such as id or account.id, as it stands in an address.
func fieldText(record map[string]any, name string) (string, error) {
	var value any = record
	for part := range strings.SplitSeq(name, ".") {
		object, _ := value.(map[string]any)
		value = object[part]
	}
	text := ""
	switch value := value.(type) {
	case string:
		text = value
	case json.Number:
		text = value.String()
	case int:
		text = strconv.Itoa(value)
	default:
		return "", fmt.Errorf("has no text or number in the field %s that options.detail names", name)
	}
	if text == "" || text == "." || text == ".." {
		return "", fmt.Errorf("has %q in the field %s, which cannot stand in an address", text, name)
	}
	return text, nil
}
