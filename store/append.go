package store

import (
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/shopspring/decimal"
)

// This file writes the JSON of a stored change by hand, byte for byte as encoding/json does: a run of 100,000 lines is written every night, and
// what it is made of is mostly the same as the night before.

// appendChange appends what json.Marshal makes of c.
func appendChange(b []byte, c *storedChange) ([]byte, error) {
	a := &appender{out: b}
	a.open()
	a.name("key")
	a.quoted(c.Key)
	a.number("step", c.Step)
	a.name("action")
	a.quoted(string(c.Action))
	a.text("code", string(c.Code))
	a.text("reason", c.Reason)
	a.text("how", c.How)
	a.named("customer", c.Customer)
	a.named("service", c.Service)
	a.numbered("company", c.Company)
	a.numbered("agreement", c.Agreement)
	a.invoicing(c.Invoicing)
	a.product("product", c.Product)
	if c.Addition != (storedAddition{}) {
		a.name("addition")
		a.addition(c.Addition)
	}
	a.flag("adopts", c.Adopts)
	a.decimal("quantity", c.Quantity)
	a.decimal("usage", c.Usage)
	a.values("before", &c.Before)
	a.values("after", &c.After)
	a.values("wanted", &c.Wanted)
	a.text("currency", c.Currency)
	if !c.MonthlyDelta.IsZero() {
		a.decimal("monthly_delta", decimal.NewNullDecimal(c.MonthlyDelta))
	}
	a.text("into", c.Into)
	appendList(a, "members", c.Members, a.quoted)
	appendList(a, "warnings", c.Warnings, a.quoted)
	appendList(a, "open", c.Open, a.addition)
	appendList(a, "releases", c.Releases, func(n int) { a.out = strconv.AppendInt(a.out, int64(n), 10) })
	a.flag("accepted", c.Accepted)
	a.text("terms", c.Terms)
	if c.Kept != (storedRates{}) {
		a.name("kept")
		a.open()
		a.decimal("unit_price", c.Kept.UnitPrice)
		a.decimal("unit_cost", c.Kept.UnitCost)
		a.close()
	}
	a.newProduct(c.NewProduct)
	a.flag("follows", c.Follows)
	if c.Unbilled != nil {
		a.name("unbilled")
		a.open()
		a.text("unit", c.Unbilled.Unit)
		a.decimal("monthly", c.Unbilled.Monthly)
		a.text("currency", c.Unbilled.Currency)
		a.close()
	}
	a.close()
	return a.out, a.err
}

// appender appends JSON; a field that is zero is left out, as omitzero does.
type appender struct {
	out []byte
	err error // the first
}

func (a *appender) open() { a.out = append(a.out, '{') }

func (a *appender) close() { a.out = append(a.out, '}') }

func (a *appender) name(name string) {
	if a.out[len(a.out)-1] != '{' {
		a.out = append(a.out, ',')
	}
	a.out = append(a.out, '"')
	a.out = append(a.out, name...)
	a.out = append(a.out, '"', ':')
}

func (a *appender) quoted(text string) {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			a.escaped(text)
			return
		}
	}
	a.out = append(a.out, '"')
	a.out = append(a.out, text...)
	a.out = append(a.out, '"')
}

func (a *appender) escaped(text string) {
	escaped, err := json.Marshal(text)
	if err != nil && a.err == nil {
		a.err = fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	a.out = append(a.out, escaped...)
}

func (a *appender) text(name, text string) {
	if text != "" {
		a.name(name)
		a.quoted(text)
	}
}

func (a *appender) number(name string, number int) {
	if number != 0 {
		a.name(name)
		a.out = strconv.AppendInt(a.out, int64(number), 10)
	}
}

func (a *appender) flag(name string, on bool) {
	if on {
		a.name(name)
		a.out = append(a.out, "true"...)
	}
}

func (a *appender) decimal(name string, value decimal.NullDecimal) {
	switch {
	case value.Valid:
		a.name(name)
		a.out = append(a.out, '"')
		if value.Decimal.Exponent() == 0 && value.Decimal.NumDigits() <= 18 { // most quantities
			a.out = strconv.AppendInt(a.out, value.Decimal.CoefficientInt64(), 10)
		} else {
			a.out = append(a.out, value.Decimal.String()...)
		}
		a.out = append(a.out, '"')
	case value != decimal.NullDecimal{}:
		a.name(name)
		a.out = append(a.out, "null"...)
	}
}

func (a *appender) named(name string, value storedNamed) {
	if value != (storedNamed{}) {
		a.name(name)
		a.open()
		a.text("id", value.ID)
		a.text("name", value.Name)
		a.close()
	}
}

func (a *appender) numbered(name string, value storedNumbered) {
	if value != (storedNumbered{}) {
		a.name(name)
		a.open()
		a.number("id", value.ID)
		a.text("name", value.Name)
		a.close()
	}
}

func (a *appender) invoicing(value storedInvoicing) {
	if value != (storedInvoicing{}) {
		a.name("invoicing")
		a.open()
		a.text("cycle", value.Cycle)
		a.text("next", value.Next.String())
		a.flag("invoiced", value.Invoiced)
		a.close()
	}
}

func (a *appender) product(name string, value storedProduct) {
	if value != (storedProduct{}) {
		a.name(name)
		a.open()
		a.number("id", value.ID)
		a.text("identifier", value.Identifier)
		a.close()
	}
}

func (a *appender) addition(value storedAddition) {
	a.open()
	a.number("id", value.ID)
	a.text("version", value.Version)
	a.close()
}

// newProduct is in few rows of few plans, so encoding/json writes it.
func (a *appender) newProduct(value *storedNewProduct) {
	if value == nil {
		return
	}
	a.name("new_product")
	text, err := json.Marshal(value)
	if err != nil && a.err == nil {
		a.err = fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	a.out = append(a.out, text...)
}

func (a *appender) values(name string, value *storedValues) {
	if *value == (storedValues{}) {
		return
	}
	a.name(name)
	a.open()
	a.decimal("quantity", value.Quantity)
	a.decimal("unit_price", value.UnitPrice)
	a.decimal("unit_cost", value.UnitCost)
	if value.Taxable != nil {
		a.name("taxable")
		a.out = strconv.AppendBool(a.out, *value.Taxable)
	}
	a.text("effective", value.Effective.String())
	a.text("cancelled", value.Cancelled.String())
	a.close()
}

// appendList leaves out a list that is nil, but not an empty one.
func appendList[T any](a *appender, name string, list []T, element func(T)) {
	if list == nil {
		return
	}
	a.name(name)
	a.out = append(a.out, '[')
	for i, one := range list {
		if i > 0 {
			a.out = append(a.out, ',')
		}
		element(one)
	}
	a.out = append(a.out, ']')
}
