package store

import (
	"context"
	"database/sql"

	"cwsync/store/db"
	"cwsync/syncer/billing"

	"github.com/shopspring/decimal"
)

// decimals reads several decimals and keeps the first error.
type decimals struct{ err error }

func (d *decimals) read(into *decimal.Decimal, text string) {
	if d.err == nil {
		*into, d.err = parseDecimal(text)
	}
}

func (d *decimals) readNull(into *decimal.NullDecimal, text sql.NullString) {
	if d.err == nil {
		*into, d.err = parseNullDecimal(text)
	}
}

func sourcesOf(ctx context.Context, q *db.Queries, profile int64) ([]billing.Source, error) {
	rows, err := q.Sources(ctx, profile)
	if err != nil {
		return nil, err
	}
	var sources []billing.Source
	for i := range rows {
		source, err := sourceOf(&rows[i])
		if err != nil {
			return nil, err
		}
		if source.Services, err = servicesOf(ctx, q, rows[i].ID); err != nil {
			return nil, err
		}
		if source.Customers, err = customersOf(ctx, q, rows[i].ID); err != nil {
			return nil, err
		}
		sources = append(sources, source)
	}
	return sources, nil
}

func sourceOf(row *db.Source) (billing.Source, error) {
	source := billing.Source{
		Name: row.Name, Kind: row.Kind, Sync: row.Sync != 0, Complete: row.Complete != 0, OnMissing: billing.OnMissing(row.OnMissing),
		OnZero: billing.OnZero(row.OnZero), OnDrift: billing.OnDrift(row.OnDrift), PricePer: billing.PricePer(row.PricePer),
	}
	var err error
	if source.Options, err = parseOptions(row.Options); err != nil {
		return source, err
	}
	if source.Write, err = parseJSON[[]billing.Field](row.WriteFields); err != nil {
		return source, err
	}
	if source.BillStatus, err = parseJSON[[]billing.Status](row.BillStatus); err != nil {
		return source, err
	}
	source.MarkupPercent, err = parseDecimal(row.MarkupPercent)
	return source, err
}

func servicesOf(ctx context.Context, q *db.Queries, source int64) ([]billing.Service, error) {
	rows, err := q.Mappings(ctx, source)
	if err != nil {
		return nil, err
	}
	var services []billing.Service
	for i := range rows {
		service, err := serviceOf(&rows[i])
		if err != nil {
			return nil, err
		}
		services = append(services, service)
	}
	return services, nil
}

func serviceOf(row *db.Mapping) (billing.Service, error) {
	service := billing.Service{
		ID: row.ServiceID, Name: row.Name, Product: billing.ProductRef{Identifier: row.ProductIdentifier, ID: int(row.ProductID)},
		CreateProduct: row.CreateProduct != 0, UpdateProduct: row.UpdateProduct != 0, Deprecated: row.Deprecated != 0, Sync: row.Sync != 0,
		Merge: billing.Merge(row.Merge), Basis: row.Basis, Taxable: billing.Taxable(row.Taxable), Change: billing.ChangeMode(row.ChangeMode),
	}
	service.Price.From, service.Quantity.Round = billing.PriceFrom(row.PriceFrom), billing.Rounding(row.Round)
	var err error
	if service.Includes, err = parseJSON[[]string](row.Includes); err != nil {
		return service, err
	}
	var d decimals
	d.readNull(&service.Price.Percent, row.PricePercent)
	d.read(&service.Quantity.DivideBy, row.DivideBy)
	d.read(&service.Quantity.Included, row.Included)
	d.read(&service.Quantity.Minimum, row.Minimum)
	return service, d.err
}

func customersOf(ctx context.Context, q *db.Queries, source int64) ([]billing.Customer, error) {
	rows, err := q.Links(ctx, source)
	if err != nil {
		return nil, err
	}
	var customers []billing.Customer
	for i := range rows {
		customer, err := customerOf(&rows[i])
		if err != nil {
			return nil, err
		}
		customers = append(customers, customer)
	}
	return customers, nil
}

func customerOf(row *db.Link) (billing.Customer, error) {
	customer := billing.Customer{
		ID: row.CustomerID, Name: row.Name, Company: int(row.CompanyID), Agreement: int(row.AgreementID), Sync: row.Sync != 0,
	}
	var err error
	if customer.ServicesOff, err = parseJSON[[]string](row.ServicesOff); err != nil {
		return customer, err
	}
	if customer.DiscountPercent, err = parseDecimal(row.DiscountPercent); err != nil {
		return customer, err
	}
	if customer.Prices, err = parseJSON[map[string]decimal.Decimal](row.Prices); err != nil {
		return customer, err
	}
	customer.Additions, err = parseJSON[map[string]int](row.Additions)
	return customer, err
}
