package setup

import (
	"path/filepath"
	"time"

	"github.com/goccy/go-yaml/ast"
	"github.com/shopspring/decimal"

	"cwsync/syncer/billing"
)

// folderOf is the folder that relative paths of the document start from.
func folderOf(file string) string {
	if file == "" || file == "-" {
		return "."
	}
	return filepath.Dir(file)
}

// absolute makes a path absolute against folder. Where not even the working directory is known, the path stays as it is.
func absolute(folder, path string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	joined, err := filepath.Abs(filepath.Join(folder, path))
	if err != nil {
		return filepath.Join(folder, path)
	}
	return joined
}

// decode turns the tree into a document with every default filled in. It gives nil when the document is of another version.
func (r *reader) decode(body ast.Node, folder string) *Document {
	root := node{Node: body, at: placeOf(body)}
	if _, ok := mappingValues(body); !ok {
		r.wrong(root, "the document must be a mapping that starts with version: %d", Version)
		return nil
	}
	m := r.mapping(root, "version", "connection", "defaults", "guards", "alerts", "sources")
	document := New()
	if n := m.get("version"); n.absent() {
		r.fail(place{1, 1}, "version", "missing; this program reads version %d", Version)
	} else if version, ok := wholeNumber(n.Node); !ok || version != Version {
		r.problems = nil // of another version all else may mean something else
		r.fail(n.at, "version", "must be %d: this program reads no other version", Version)
		return nil
	}
	r.connection(m.get("connection"), &document.Connection, folder)
	r.defaults(m.get("defaults"), &document.Defaults)
	r.guards(m.get("guards"), &document.Guards)
	document.Alerts = r.alerts(m.get("alerts"), folder)
	elements, _ := r.list(m.get("sources"))
	for _, element := range elements {
		document.Sources = append(document.Sources, r.source(element, folder))
	}
	return document
}

// New is a document with nothing but the defaults: no connection and no source yet.
func New() *Document {
	return &Document{
		Version:  Version,
		Defaults: Defaults{ProductClass: "Agreement", ProductType: "Service", Category: "Cloud", Subcategory: "Email", Unit: "Each"},
		Guards:   DefaultGuards(),
	}
}

// DefaultGuards are the guards of a document that sets none.
func DefaultGuards() billing.Guards {
	return billing.Guards{
		DropPercent:    decimal.New(50, 0),
		DropUnits:      decimal.New(5, 0),
		RisePercent:    decimal.New(100, 0),
		RiseUnits:      decimal.New(20, 0),
		MissingPercent: decimal.New(30, 0),
		MaxAge:         billing.Duration(26 * time.Hour),
	}
}

func (r *reader) connection(n node, dst *Connection, folder string) {
	m := r.mapping(n, "site", "company", "client_id", "ca_file", "time_zone")
	m.text("site", &dst.Site)
	m.text("company", &dst.Company)
	m.text("client_id", &dst.ClientID)
	m.text("ca_file", &dst.CAFile)
	if dst.CAFile != "" {
		dst.CAFile = absolute(folder, dst.CAFile)
	}
	m.text("time_zone", &dst.TimeZone)
}

func (r *reader) defaults(n node, dst *Defaults) {
	m := r.mapping(n, "product_class", "product_type", "category", "subcategory", "unit")
	m.text("product_class", &dst.ProductClass)
	m.text("product_type", &dst.ProductType)
	m.text("category", &dst.Category)
	m.text("subcategory", &dst.Subcategory)
	m.text("unit", &dst.Unit)
}

func (r *reader) guards(n node, dst *billing.Guards) {
	m := r.mapping(n, "drop_percent", "drop_units", "rise_percent", "rise_units", "missing_percent", "max_age", "max_monthly_delta")
	m.decimal("drop_percent", &dst.DropPercent)
	m.decimal("drop_units", &dst.DropUnits)
	m.decimal("rise_percent", &dst.RisePercent)
	m.decimal("rise_units", &dst.RiseUnits)
	m.decimal("missing_percent", &dst.MissingPercent)
	m.duration("max_age", &dst.MaxAge)
	m.optionalDecimal("max_monthly_delta", &dst.MaxMonthlyDelta)
}

func (r *reader) alerts(n node, folder string) []Alert {
	elements, _ := r.list(n)
	var alerts []Alert
	for _, element := range elements {
		var alert Alert
		m := r.mapping(element, "name", "on", "kind", "options")
		m.text("name", &alert.Name)
		if moments, list := m.get("on").Node.(*ast.SequenceNode); !list || len(moments.Values) > 0 { // the rules know which kinds may leave it empty
			choices(m, "on", &alert.On, alertMoments()...)
		}
		m.text("kind", &alert.Kind)
		if kind, known := r.catalogue.Alert(alert.Kind); known { // the rules report one that is not: without it options mean nothing
			alert.Options = r.options(m.get("options"), kind.Kind, "alert."+alert.Name, folder)
		}
		alerts = append(alerts, alert)
	}
	return alerts
}

// alertMoments are the ends of a run that an alert can be for.
func alertMoments() []string { return []string{"held", "partial", "failed", "unknown", "done"} }
