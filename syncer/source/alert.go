package source

import (
	"fmt"
	"slices"
	"strings"
)

// AlertKind is one kind of alert, such as webhook. It asks for what it needs in the way of a kind of source; Open, Network and Needs have no meaning.
// It has one secret field at most, which is kept as alert.<alert name>.
type AlertKind struct {
	Kind
	EveryRun bool // it hears of every run, so that an alert of this kind has no `on`
}

// SecretField is the field that is kept with the secrets; ok is false for a kind that needs none.
func (k AlertKind) SecretField() (field Field, ok bool) {
	at := slices.IndexFunc(k.Fields, func(f Field) bool { return f.Secret })
	if at < 0 {
		return Field{}, false
	}
	return k.Fields[at], true
}

// WithAlerts gives a catalogue that knows these kinds of alerts too. A kind without a name, with two secrets, and two of one name, are errors.
func (c *Catalogue) WithAlerts(kinds ...AlertKind) (*Catalogue, error) {
	with := *c
	with.alerts = slices.Clone(kinds)
	slices.SortFunc(with.alerts, func(a, b AlertKind) int { return strings.Compare(a.Name, b.Name) })
	for i, kind := range with.alerts {
		secrets := 0
		for _, field := range kind.Fields {
			if field.Secret {
				secrets++
			}
		}
		switch {
		case kind.Name == "" || secrets > 1:
			return nil, fmt.Errorf("kind of alert %q has no name or more than one secret", kind.Name)
		case i > 0 && with.alerts[i-1].Name == kind.Name:
			return nil, fmt.Errorf("kind of alert %q is declared twice", kind.Name)
		}
	}
	return &with, nil
}

// Alert finds a kind of alert by name.
func (c *Catalogue) Alert(name string) (AlertKind, bool) {
	for _, kind := range c.alerts {
		if kind.Name == name {
			return kind, true
		}
	}
	return AlertKind{}, false
}

// Alerts lists all kinds of alerts by name.
func (c *Catalogue) Alerts() []AlertKind { return slices.Clone(c.alerts) }
