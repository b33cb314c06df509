package main

import (
	"errors"
	"fmt"
	"strconv"

	"cwsync/cwclient/cwsim"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/shopspring/decimal"
)

// rates prints what the lines of an agreement cost.
func (s *simulation) rates(ts *testscript.TestScript, args []string) error {
	agreement, err := number(args, 0)
	if err != nil {
		return err
	}
	for _, line := range s.server.World().Additions(agreement) {
		fmt.Fprintln(ts.Stdout(), line.ID, line.ProductIdentifier, line.Quantity, line.LessIncluded, line.Price, line.Cost, line.Taxable)
	}
	return nil
}

// product prints a product of the catalog.
func (s *simulation) product(ts *testscript.TestScript, args []string) error {
	if len(args) != 1 {
		return errors.New("usage: cwsim product IDENTIFIER")
	}
	p, ok := s.server.World().Product(args[0])
	if !ok {
		return fmt.Errorf("there is no product %s", args[0])
	}
	fmt.Fprintln(ts.Stdout(), p.Identifier, p.Class, p.Type, p.Category, p.Subcategory, p.Unit, p.Price, p.Cost, p.Taxable, p.Description)
	return nil
}

// reprice changes price and cost of a product as a person does.
func (s *simulation) reprice(_ *testscript.TestScript, args []string) error {
	if len(args) != 3 {
		return errors.New("usage: cwsim reprice IDENTIFIER PRICE COST")
	}
	p, ok := s.server.World().Product(args[0])
	price, priceErr := decimal.NewFromString(args[1])
	cost, costErr := decimal.NewFromString(args[2])
	if err := errors.Join(priceErr, costErr); err != nil || !ok {
		return fmt.Errorf("product %s, %w", args[0], err)
	}
	return s.server.World().EditProduct(p.ID, price, cost, p.Taxable, p.Inactive)
}

// setRate changes what a line costs as a person does.
func setRate(line *cwsim.AdditionRecord, name, value string) (err error) {
	switch name {
	case "cost":
		line.Cost, err = decimal.NewFromString(value)
	case "free":
		line.LessIncluded, err = decimal.NewFromString(value)
	case "taxable":
		line.Taxable, err = strconv.ParseBool(value)
	default:
		err = fmt.Errorf("unknown field %q", name)
	}
	return err
}
