package setup

import (
	"cwsync/syncer/billing"

	"github.com/shopspring/decimal"
)

// NewSource is a source with nothing but a name, its kind and the defaults. It checks neither.
func NewSource(name, kind string) billing.Source {
	return billing.Source{
		Name:       name,
		Kind:       kind,
		Sync:       true,
		OnMissing:  billing.MissingHold,
		OnZero:     billing.ZeroZero,
		OnDrift:    billing.DriftHold,
		Write:      []billing.Field{billing.FieldQuantity},
		PricePer:   billing.PerMonth,
		BillStatus: []billing.Status{billing.StatusActive, billing.StatusSuspended},
	}
}

// NewService is a service without a product, with the defaults.
func NewService(id, name string) billing.Service {
	return billing.Service{
		ID:       id,
		Name:     name,
		Sync:     true,
		Merge:    billing.MergeNone,
		Taxable:  billing.TaxableProduct,
		Price:    billing.PriceRule{From: billing.PriceKeep},
		Quantity: billing.QuantityRule{DivideBy: decimal.New(1, 0), Round: billing.RoundNone},
		Change:   billing.InPlace,
	}
}

// NewCustomer is a customer without a link, with the defaults.
func NewCustomer(id, name string) billing.Customer {
	return billing.Customer{ID: id, Name: name, Sync: true}
}
