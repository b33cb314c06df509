package setup

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"cwsync/syncer/billing"
)

// Export writes the document as YAML with every value spelled out, in the order of CONTRACT.md section 4. Equal documents give equal bytes,
// and Parse reads them back as the same document. It fails on text that is not valid UTF-8, and on option values that YAML cannot hold.
func (d *Document) Export() ([]byte, error) { return d.export(false) }

// Digest is the SHA-256, in hex, of the document's meaning: what Export writes, with every decimal in its shortest form. It is "" for a
// document that cannot be exported, which Parse never gives.
func (d *Document) Digest() string {
	text, err := d.export(true)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

func (d *Document) export(canonical bool) ([]byte, error) {
	w := &writer{canonical: canonical}
	w.key(0, "version", strconv.Itoa(d.Version))
	w.open(0, "connection")
	w.text(1, "site", d.Connection.Site)
	w.text(1, "company", d.Connection.Company)
	w.text(1, "client_id", d.Connection.ClientID)
	w.text(1, "ca_file", d.Connection.CAFile)
	w.text(1, "time_zone", d.Connection.TimeZone)
	w.open(0, "defaults")
	w.text(1, "product_class", d.Defaults.ProductClass)
	w.text(1, "product_type", d.Defaults.ProductType)
	w.text(1, "category", d.Defaults.Category)
	w.text(1, "subcategory", d.Defaults.Subcategory)
	w.text(1, "unit", d.Defaults.Unit)
	w.open(0, "guards")
	w.decimal(1, "drop_percent", d.Guards.DropPercent)
	w.decimal(1, "drop_units", d.Guards.DropUnits)
	w.decimal(1, "rise_percent", d.Guards.RisePercent)
	w.decimal(1, "rise_units", d.Guards.RiseUnits)
	w.decimal(1, "missing_percent", d.Guards.MissingPercent)
	w.text(1, "max_age", d.Guards.MaxAge.String())
	w.optionalDecimal(1, "max_monthly_delta", d.Guards.MaxMonthlyDelta)
	w.items(0, "alerts", len(d.Alerts), func(i int) { w.alert(&d.Alerts[i]) })
	w.items(0, "sources", len(d.Sources), func(i int) { w.source(&d.Sources[i]) })
	return w.out, errors.Join(w.errs...)
}

func (w *writer) alert(a *Alert) {
	w.text(2, "name", a.Name)
	if len(a.On) > 0 {
		w.key(2, "on", w.flow(a.On))
	}
	w.text(2, "kind", a.Kind)
	w.key(2, "options", w.any(a.Options))
}

func (w *writer) source(s *billing.Source) {
	w.text(2, "name", s.Name)
	w.text(2, "kind", s.Kind)
	w.key(2, "options", w.any(s.Options))
	w.bool(2, "sync", s.Sync)
	w.bool(2, "complete", s.Complete)
	w.text(2, "on_missing", string(s.OnMissing))
	w.text(2, "on_zero", string(s.OnZero))
	w.text(2, "on_drift", string(s.OnDrift))
	w.key(2, "write", flow(w, s.Write))
	w.text(2, "price_per", string(s.PricePer))
	w.key(2, "bill_status", flow(w, s.BillStatus))
	w.decimal(2, "markup_percent", s.MarkupPercent)
	w.items(2, "services", len(s.Services), func(i int) { w.service(&s.Services[i]) })
	w.items(2, "customers", len(s.Customers), func(i int) { w.customer(&s.Customers[i]) })
}

func (w *writer) service(s *billing.Service) {
	w.text(4, "id", s.ID)
	w.text(4, "name", s.Name)
	if s.Product.ID != 0 {
		w.key(4, "product", fmt.Sprintf("{id: %d}", s.Product.ID))
	} else {
		w.text(4, "product", s.Product.Identifier)
	}
	w.bool(4, "create_product", s.CreateProduct)
	w.bool(4, "update_product", s.UpdateProduct)
	w.bool(4, "deprecated", s.Deprecated)
	w.bool(4, "sync", s.Sync)
	w.text(4, "merge", string(s.Merge))
	w.key(4, "includes", w.flow(s.Includes))
	w.text(4, "basis", s.Basis)
	w.text(4, "taxable", string(s.Taxable))
	percent := ""
	if s.Price.Percent.Valid {
		percent = ", percent: " + w.number(s.Price.Percent.Decimal)
	}
	w.key(4, "price", "{from: "+w.quote(string(s.Price.From))+percent+"}")
	q := s.Quantity
	w.key(4, "quantity", fmt.Sprintf("{divide_by: %s, included: %s, minimum: %s, round: %s}",
		w.number(q.DivideBy), w.number(q.Included), w.number(q.Minimum), w.quote(string(q.Round))))
	w.text(4, "change", string(s.Change))
}

func (w *writer) customer(c *billing.Customer) {
	w.text(4, "id", c.ID)
	w.text(4, "name", c.Name)
	w.key(4, "company", strconv.Itoa(c.Company))
	w.key(4, "agreement", strconv.Itoa(c.Agreement))
	w.bool(4, "sync", c.Sync)
	w.key(4, "services_off", w.flow(c.ServicesOff))
	w.decimal(4, "discount_percent", c.DiscountPercent)
	w.key(4, "prices", flowMap(w, c.Prices, w.number))
	w.key(4, "additions", flowMap(w, c.Additions, strconv.Itoa))
}

// flowMap writes a mapping on one line, sorted by key.
func flowMap[V any](w *writer, values map[string]V, write func(V) string) string {
	var out strings.Builder
	out.WriteString("{")
	for i, key := range slices.Sorted(maps.Keys(values)) {
		if i > 0 {
			out.WriteString(", ")
		}
		out.WriteString(w.quote(key) + ": " + write(values[key]))
	}
	return out.String() + "}"
}

// number writes a decimal exactly: with the places that it was given, or in its shortest form.
func (w *writer) number(d decimal.Decimal) string {
	if w.canonical || d.Exponent() >= 0 {
		return strconv.Quote(d.String())
	}
	return strconv.Quote(d.StringFixed(-d.Exponent()))
}

// any writes the value of an option on one line.
func (w *writer) any(value any) string {
	switch value := value.(type) {
	case nil:
		return "{}"
	case string:
		return w.quote(value)
	case bool:
		return strconv.FormatBool(value)
	case int:
		return strconv.Itoa(value)
	case map[string]any:
		return flowMap(w, value, w.any)
	case map[string]string:
		return flowMap(w, value, w.quote)
	case []string:
		return w.flow(value)
	case []any:
		var out strings.Builder
		out.WriteString("[")
		for i, element := range value {
			if i > 0 {
				out.WriteString(", ")
			}
			out.WriteString(w.any(element))
		}
		return out.String() + "]"
	}
	w.errs = append(w.errs, fmt.Errorf("an option of type %T cannot be written to a set-up document", value))
	return `""`
}

// quote writes text plain where no reader of YAML could take it for anything else, else in double quotes.
func (w *writer) quote(text string) string {
	if plain(text) {
		return text
	}
	if !utf8.ValidString(text) {
		w.errs = append(w.errs, fmt.Errorf("the text %q is not valid UTF-8", text))
		return `""`
	}
	return doubleQuote(text)
}
