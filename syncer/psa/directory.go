package psa

import (
	"context"
	"errors"
	"slices"
	"strings"

	"cwsync/cwclient"
	"cwsync/syncer/billing"

	"golang.org/x/sync/errgroup"
)

// Companies reads all companies in ascending order of id, also those of the recycle bin, prospects, vendors and former customers, which are
// marked Hidden. Errors are *billing.Failure.
func (p *PSA) Companies(ctx context.Context) ([]billing.Company, error) {
	var read []cwclient.Company
	var statuses []cwclient.CompanyStatus
	var types []cwclient.CompanyType
	group, all := errgroup.WithContext(ctx)
	group.Go(func() (err error) {
		read, err = whole(p.client.Companies.All(all, cwclient.ListOptions{}))
		return err
	})
	group.Go(func() (err error) {
		statuses, err = whole(p.client.Companies.Statuses.All(all, cwclient.ListOptions{}))
		return unlessRefused(err)
	})
	group.Go(func() (err error) {
		types, err = whole(p.client.Companies.Types.All(all, cwclient.ListOptions{}))
		return unlessRefused(err)
	})
	if err := group.Wait(); err != nil {
		return nil, companiesTask.failure(err)
	}
	marks := newMarks(statuses, types)
	companies := make([]billing.Company, len(read))
	for i := range read {
		companies[i] = toCompany(&read[i], marks)
	}
	return companies, nil
}

// unlessRefused lets companies be read where their set-up tables may not be: then fewer are marked.
func unlessRefused(err error) error {
	if errors.Is(err, cwclient.ErrPermission) || errors.Is(err, cwclient.ErrNotFound) {
		return nil
	}
	return err
}

// marks are the ids of statuses and types that no customer of today has.
type marks struct {
	inactive map[int]bool // statuses
	vendor   map[int]bool // types
}

func newMarks(statuses []cwclient.CompanyStatus, types []cwclient.CompanyType) marks {
	m := marks{inactive: map[int]bool{}, vendor: map[int]bool{}}
	for _, status := range statuses {
		m.inactive[status.ID] = status.InactiveFlag
	}
	for _, kind := range types {
		m.vendor[kind.ID] = kind.VendorFlag
	}
	return m
}

// noClient reports whether a type says that a company is no customer. ConnectWise knows it of vendors alone; else only the name tells, which
// each tenant may change: a name that is not known counts as a customer's.
func (m marks) noClient(kind cwclient.Ref) bool {
	name := strings.ToLower(strings.TrimSpace(kind.Name))
	return m.vendor[kind.ID] || strings.HasPrefix(name, "former") || slices.Contains([]string{"prospect", "lead", "vendor", "competitor"}, name)
}

// toCompany translates one company.
func toCompany(c *cwclient.Company, m marks) billing.Company {
	company := billing.Company{ID: c.ID, Identifier: c.Identifier, Name: c.Name, Deleted: c.DeletedFlag, Status: c.Status.Name}
	others := 0
	for _, kind := range c.Types {
		company.Types = append(company.Types, kind.Name)
		if m.noClient(kind) {
			others++
		}
	}
	company.Hidden = c.DeletedFlag || c.LeadFlag || m.inactive[c.Status.ID] || others > 0 && others == len(c.Types)
	return company
}

// AgreementTypes reads the types of agreements in ascending order of id, without the inactive ones. Errors are *billing.Failure.
func (p *PSA) AgreementTypes(ctx context.Context) ([]billing.AgreementType, error) {
	var types []billing.AgreementType
	for kind, err := range p.client.Agreements.Types.All(ctx, cwclient.ListOptions{}) {
		if err != nil {
			return nil, typesTask.failure(err)
		}
		if !kind.InactiveFlag {
			types = append(types, billing.AgreementType{ID: kind.ID, Name: kind.Name})
		}
	}
	return types, nil
}

// AllAgreements reads the agreements of all types and companies, closed ones too, in ascending order of id and otherwise as Agreements gives
// them. Errors are *billing.Failure.
func (p *PSA) AllAgreements(ctx context.Context) ([]billing.Agreement, error) {
	return p.agreements(ctx, func(ctx context.Context) ([]cwclient.Agreement, error) {
		return whole(p.client.Agreements.All(ctx, cwclient.ListOptions{}))
	})
}

// AgreementsOfType reads the agreements of one type, of all companies, in ascending order of id and otherwise as Agreements gives them.
// Errors are *billing.Failure.
func (p *PSA) AgreementsOfType(ctx context.Context, typeID int) ([]billing.Agreement, error) {
	return p.agreementsWhere(ctx, "type/id", typeID, func(a *cwclient.Agreement) int { return a.Type.ID })
}

// AgreementsOfCompany reads the agreements of one company, of all types and closed ones too, in ascending order of id and otherwise as
// Agreements gives them. Errors are *billing.Failure.
func (p *PSA) AgreementsOfCompany(ctx context.Context, companyID int) ([]billing.Agreement, error) {
	return p.agreementsWhere(ctx, "company/id", companyID, func(a *cwclient.Agreement) int { return a.Company.ID })
}

// agreementsWhere reads the agreements whose reference has this id. The condition is checked again here: a server that ignores it gives more
// than it was asked for.
func (p *PSA) agreementsWhere(ctx context.Context, field string, id int, of func(*cwclient.Agreement) int) ([]billing.Agreement, error) {
	if id <= 0 {
		return nil, agreementsTask.misused("the id of a record is more than 0")
	}
	return p.agreements(ctx, func(ctx context.Context) ([]cwclient.Agreement, error) {
		read, err := whole(p.client.Agreements.All(ctx, cwclient.ListOptions{Conditions: cwclient.IDIs(field, id)}))
		return slices.DeleteFunc(read, func(a cwclient.Agreement) bool { return of(&a) != id }), err
	})
}

// whole reads a list to its end, or not at all.
func whole[T any](list func(func(T, error) bool)) ([]T, error) {
	var all []T
	for item, err := range list {
		if err != nil {
			return nil, err
		}
		all = append(all, item)
	}
	return all, nil
}
