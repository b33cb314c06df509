// Package setup is the set-up document: one YAML text with the connection, the guards, and every source with its mappings and links.
// It parses, validates, exports and describes the document.
//
// It never holds a secret, never talks to a network or a database, and never accepts a document in part: any problem refuses the whole.
package setup

import (
	"maps"
	"slices"

	"cwsync/syncer/billing"
)

// Version is the version of the document that this program reads and writes.
const Version = 1

// MaxBytes is the largest document that is read.
const MaxBytes = 8 << 20

// Document is a whole set-up. Parse fills in every default, so that nothing absent is left to be interpreted.
type Document struct {
	Version    int              `yaml:"version"`
	Connection Connection       `yaml:"connection"`
	Defaults   Defaults         `yaml:"defaults"`
	Guards     billing.Guards   `yaml:"guards"`
	Alerts     []Alert          `yaml:"alerts"`
	Sources    []billing.Source `yaml:"sources"`
}

// Connection says which ConnectWise this is; the keys are secrets and live elsewhere.
type Connection struct {
	Site     string `yaml:"site"`      // host or URL; no scheme means https
	Company  string `yaml:"company"`   // login company id
	ClientID string `yaml:"client_id"` // a GUID
	CAFile   string `yaml:"ca_file"`   // absolute path of a PEM file with a private CA; empty: none
	TimeZone string `yaml:"time_zone"` // IANA name; empty: the server's
}

// Defaults are names or ids of ConnectWise's set-up tables, for products that cwsync creates.
type Defaults struct {
	ProductClass string `yaml:"product_class"`
	ProductType  string `yaml:"product_type"`
	Category     string `yaml:"category"`
	Subcategory  string `yaml:"subcategory"`
	Unit         string `yaml:"unit"`
}

// Alert is one message to send after runs that ended in one of the ways that On names.
type Alert struct {
	Name    string         `yaml:"name"`
	On      []string       `yaml:"on"` // held, partial, failed, unknown, done; empty where the kind hears of every run
	Kind    string         `yaml:"kind"`
	Options map[string]any `yaml:"options"` // strings, bools, whole numbers, lists and maps of them; nil when empty
}

// Clone is a copy that shares nothing with the document: changing one leaves the other as it was.
func (d *Document) Clone() *Document {
	clone := *d
	clone.Alerts = slices.Clone(d.Alerts)
	for i := range clone.Alerts {
		clone.Alerts[i].On = slices.Clone(d.Alerts[i].On)
		clone.Alerts[i].Options = cloneOptions(d.Alerts[i].Options)
	}
	clone.Sources = slices.Clone(d.Sources)
	for i := range clone.Sources {
		cloneSource(&clone.Sources[i])
	}
	return &clone
}

func cloneSource(source *billing.Source) {
	source.Options = cloneOptions(source.Options)
	source.Write, source.BillStatus = slices.Clone(source.Write), slices.Clone(source.BillStatus)
	source.Services = slices.Clone(source.Services)
	for i := range source.Services {
		source.Services[i].Includes = slices.Clone(source.Services[i].Includes)
	}
	source.Customers = slices.Clone(source.Customers)
	for i := range source.Customers {
		customer := &source.Customers[i]
		customer.ServicesOff = slices.Clone(customer.ServicesOff)
		customer.Prices, customer.Additions = maps.Clone(customer.Prices), maps.Clone(customer.Additions)
	}
}

// cloneOptions copies options; the lists and maps within them are only ever replaced as a whole, never changed in place.
func cloneOptions(options map[string]any) map[string]any { return maps.Clone(options) }
