package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"cwsync/store/db"
	"cwsync/syncer/billing"
	"cwsync/syncer/setup"
)

// ReplaceSetup puts document in the place of the profile's set-up, all of it or nothing; ownership and history stay. ErrInvalid: an option
// that is no text, switch, whole number, list or map of them. The document is stored as it is: whether it makes sense is not checked here,
// only that names and ids are unique.
func (p *Profile) ReplaceSetup(ctx context.Context, document *setup.Document) error {
	return p.update(ctx, "store the set-up", func(q *db.Queries, id int64) error {
		if document == nil {
			return fmt.Errorf("no set-up %w", ErrInvalid)
		}
		if err := q.RemoveSetup(ctx, id); err != nil { // its sources, mappings, links and alerts go with it
			return err
		}
		if err := q.AddSetup(ctx, setupRow(id, timeText(p.store.now()), document)); err != nil {
			return err
		}
		for i := range document.Alerts {
			if err := addAlert(ctx, q, id, i, &document.Alerts[i]); err != nil {
				return fmt.Errorf("alert %q: %w", document.Alerts[i].Name, err)
			}
		}
		for i := range document.Sources {
			if err := addSource(ctx, q, id, i, &document.Sources[i]); err != nil {
				return fmt.Errorf("source %q: %w", document.Sources[i].Name, err)
			}
		}
		return nil
	})
}

func setupRow(profile int64, replaced string, document *setup.Document) db.AddSetupParams {
	c, d, g := &document.Connection, &document.Defaults, &document.Guards
	return db.AddSetupParams{
		ProfileID: profile, Replaced: replaced, Digest: document.Digest(), Version: int64(document.Version),
		Site: c.Site, Company: c.Company, ClientID: c.ClientID, CaFile: c.CAFile, TimeZone: c.TimeZone,
		ProductClass: d.ProductClass, ProductType: d.ProductType, Category: d.Category, Subcategory: d.Subcategory, Unit: d.Unit,
		DropPercent: g.DropPercent.String(), DropUnits: g.DropUnits.String(), RisePercent: g.RisePercent.String(),
		RiseUnits: g.RiseUnits.String(), MissingPercent: g.MissingPercent.String(), MaxAgeNs: int64(g.MaxAge),
		MaxMonthlyDelta: nullDecimalText(g.MaxMonthlyDelta),
	}
}

func addAlert(ctx context.Context, q *db.Queries, profile int64, position int, alert *setup.Alert) error {
	ends, err := jsonText(alert.On)
	if err != nil {
		return err
	}
	options, err := optionsText(alert.Options)
	if err != nil {
		return err
	}
	return q.AddAlert(ctx, db.AddAlertParams{
		ProfileID: profile, Position: int64(position), Name: alert.Name, Kind: alert.Kind, Ends: ends, Options: options,
	})
}

func addSource(ctx context.Context, q *db.Queries, profile int64, position int, source *billing.Source) error {
	row := db.AddSourceParams{
		ProfileID: profile, Position: int64(position), Name: source.Name, Kind: source.Kind, Sync: flag(source.Sync),
		Complete: flag(source.Complete), OnMissing: string(source.OnMissing), OnZero: string(source.OnZero), OnDrift: string(source.OnDrift),
		PricePer: string(source.PricePer), MarkupPercent: source.MarkupPercent.String(),
	}
	var err error
	if row.Options, err = optionsText(source.Options); err != nil {
		return err
	}
	if row.WriteFields, err = jsonText(source.Write); err != nil {
		return err
	}
	if row.BillStatus, err = jsonText(source.BillStatus); err != nil {
		return err
	}
	id, err := q.AddSource(ctx, row)
	if err != nil {
		return err
	}
	for i := range source.Services {
		if err := addMapping(ctx, q, id, i, &source.Services[i]); err != nil {
			return fmt.Errorf("service %q: %w", source.Services[i].ID, err)
		}
	}
	for i := range source.Customers {
		if err := addLink(ctx, q, id, i, &source.Customers[i]); err != nil {
			return fmt.Errorf("customer %q: %w", source.Customers[i].ID, err)
		}
	}
	return nil
}

func addMapping(ctx context.Context, q *db.Queries, source int64, position int, service *billing.Service) error {
	includes, err := jsonText(service.Includes)
	if err != nil {
		return err
	}
	return q.AddMapping(ctx, db.AddMappingParams{
		SourceID: source, Position: int64(position), ServiceID: service.ID, Name: service.Name,
		ProductIdentifier: service.Product.Identifier, ProductID: int64(service.Product.ID),
		CreateProduct: flag(service.CreateProduct), UpdateProduct: flag(service.UpdateProduct), Deprecated: flag(service.Deprecated),
		Sync: flag(service.Sync), Merge: string(service.Merge), Includes: includes, Basis: service.Basis, Taxable: string(service.Taxable),
		PriceFrom: string(service.Price.From), PricePercent: nullDecimalText(service.Price.Percent),
		DivideBy: service.Quantity.DivideBy.String(), Included: service.Quantity.Included.String(),
		Minimum: service.Quantity.Minimum.String(), Round: string(service.Quantity.Round), ChangeMode: string(service.Change),
	})
}

func addLink(ctx context.Context, q *db.Queries, source int64, position int, customer *billing.Customer) error {
	row := db.AddLinkParams{
		SourceID: source, Position: int64(position), CustomerID: customer.ID, Name: customer.Name, CompanyID: int64(customer.Company),
		AgreementID: int64(customer.Agreement), Sync: flag(customer.Sync), DiscountPercent: customer.DiscountPercent.String(),
	}
	var err error
	if row.ServicesOff, err = jsonText(customer.ServicesOff); err != nil {
		return err
	}
	if row.Prices, err = jsonText(customer.Prices); err != nil {
		return err
	}
	if row.Additions, err = jsonText(customer.Additions); err != nil {
		return err
	}
	return q.AddLink(ctx, row)
}

// LoadSetup gives the set-up as ReplaceSetup stored it; ok is false when there is none. A list of sources, services, customers or alerts that
// was empty comes back as nil.
func (p *Profile) LoadSetup(ctx context.Context) (document *setup.Document, ok bool, err error) {
	err = p.view(ctx, "read the set-up", func(q *db.Queries, id int64) error {
		row, err := q.Setup(ctx, id)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		read, err := documentOf(&row)
		if err != nil {
			return err
		}
		if read.Alerts, err = alertsOf(ctx, q, id); err != nil {
			return err
		}
		if read.Sources, err = sourcesOf(ctx, q, id); err != nil {
			return err
		}
		document, ok = read, true
		return nil
	})
	return document, ok, err
}

// SetupDigest gives the Digest that the set-up had when ReplaceSetup stored it, without reading it all; ok is false when there is none. An
// older program may have made another digest of the same set-up, and a document without a digest has none here: one that differs from what
// was expected is a reason to ask LoadSetup.
func (p *Profile) SetupDigest(ctx context.Context) (digest string, ok bool, err error) {
	err = p.view(ctx, "read the digest of the set-up", func(q *db.Queries, id int64) error {
		digest, err = q.SetupDigest(ctx, id)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		ok = err == nil
		return err
	})
	return digest, ok, err
}

func documentOf(row *db.Setup) (*setup.Document, error) {
	document := &setup.Document{
		Version: int(row.Version),
		Connection: setup.Connection{
			Site: row.Site, Company: row.Company, ClientID: row.ClientID, CAFile: row.CaFile, TimeZone: row.TimeZone,
		},
		Defaults: setup.Defaults{
			ProductClass: row.ProductClass, ProductType: row.ProductType, Category: row.Category, Subcategory: row.Subcategory, Unit: row.Unit,
		},
	}
	g := &document.Guards
	g.MaxAge = billing.Duration(time.Duration(row.MaxAgeNs))
	var d decimals
	d.read(&g.DropPercent, row.DropPercent)
	d.read(&g.DropUnits, row.DropUnits)
	d.read(&g.RisePercent, row.RisePercent)
	d.read(&g.RiseUnits, row.RiseUnits)
	d.read(&g.MissingPercent, row.MissingPercent)
	d.readNull(&g.MaxMonthlyDelta, row.MaxMonthlyDelta)
	return document, d.err
}

func alertsOf(ctx context.Context, q *db.Queries, profile int64) ([]setup.Alert, error) {
	rows, err := q.Alerts(ctx, profile)
	if err != nil {
		return nil, err
	}
	var alerts []setup.Alert
	for _, row := range rows {
		alert := setup.Alert{Name: row.Name, Kind: row.Kind}
		if alert.On, err = parseJSON[[]string](row.Ends); err != nil {
			return nil, err
		}
		if alert.Options, err = parseOptions(row.Options); err != nil {
			return nil, err
		}
		alerts = append(alerts, alert)
	}
	return alerts, nil
}
