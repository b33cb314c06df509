// Package setup is the set-up document: one YAML text with the connection, the guards, and every source with its mappings and links.
// It parses, validates, exports and describes the document.
//
// It never holds a secret, never talks to a network or a database, and never accepts a document in part: any problem refuses the whole.
package setup

import "cwsync/syncer/billing"

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
	On      []string       `yaml:"on"` // held, partial, failed, unknown, done
	Kind    string         `yaml:"kind"`
	Options map[string]any `yaml:"options"` // strings, bools, whole numbers, lists and maps of them; nil when empty
}
