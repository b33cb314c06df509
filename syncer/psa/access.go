package psa

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"cwsync/cwclient"
	"cwsync/syncer/billing"
)

// Reach sends one request without credentials, once, and says how it went; any answer counts. Errors are *billing.Failure.
func (p *PSA) Reach(ctx context.Context) (billing.Reach, error) {
	reach, err := p.client.Probe(ctx)
	if err != nil {
		return billing.Reach{}, reachTask.failure(err)
	}
	return billing.Reach{
		Host: reach.Host, Latency: reach.Latency, TLS: reach.TLS, CertificateEnds: reach.CertificateEnds,
		ServerTime: reach.Date, At: reach.At,
	}, nil
}

// Discover asks the site for the company, without credentials. Errors are *billing.Failure; ClassAuth means that the company is not known.
func (p *PSA) Discover(ctx context.Context) (billing.Site, error) {
	found, err := p.client.Discover(ctx)
	if err != nil {
		failure := discoverTask.failure(err)
		if errors.Is(err, cwclient.ErrNotFound) || errors.Is(err, cwclient.ErrInvalid) {
			failure.Hint = "check connection.site: what answers there does not know ConnectWise's log-in address"
		}
		return billing.Site{}, failure
	}
	return billing.Site{
		Company: oneLine(found.CompanyID), CompanyName: oneLine(found.CompanyName), Host: found.Host,
		Codebase: strings.Trim(found.Codebase, "/"), Version: oneLine(found.VersionCode), Cloud: found.IsCloud,
	}, nil
}

// SignIn asks anew what the server says of itself, which needs no more than good credentials. Errors are *billing.Failure.
func (p *PSA) SignIn(ctx context.Context) (billing.Server, error) {
	server, err := p.readServer(ctx)
	if err == nil {
		return server, nil
	}
	failure := signInTask.failure(err)
	if failure.Refused == billing.CredentialCompany && failure.Class == billing.ClassAuth && !discovering(err) {
		failure.Hint = "check connection.company with its capitals, and the secrets connection.public_key and connection.private_key: a gateway may refuse both so"
	}
	// The address exists wherever the API does, so it is the keys that the cloud does not find.
	if errors.Is(err, cwclient.ErrNotFound) && !discovering(err) {
		failure.Class, failure.Refused = billing.ClassAuth, billing.CredentialKeys
		failure.Hint = authHint(failure.Refused)
	}
	return billing.Server{}, failure
}

// discovering reports whether an error is of the search for the server's address, which comes before the request itself.
func discovering(err error) bool {
	e, ok := errors.AsType[*cwclient.Error](err)
	return ok && strings.HasPrefix(e.Path, "login/")
}

// Member is the API member that ConnectWise takes us for. Errors are *billing.Failure.
func (p *PSA) Member(ctx context.Context) (billing.Member, error) {
	me, err := p.client.System.MyMember(ctx)
	if err != nil {
		return billing.Member{}, memberTask.failure(err)
	}
	return billing.Member{Identifier: oneLine(me.Identifier), Role: oneLine(me.SecurityRole.Name)}, nil
}

// Rights are those of our security role, in ConnectWise's order. Errors are *billing.Failure.
func (p *PSA) Rights(ctx context.Context) ([]billing.Right, error) {
	rows, err := p.client.System.MySecurity(ctx)
	if err != nil {
		return nil, securityTask.failure(err)
	}
	rights := make([]billing.Right, len(rows))
	for i, row := range rows {
		rights[i] = billing.Right{
			Function: billing.Function{Module: oneLine(row.ModuleName), Name: oneLine(row.ModuleFunctionName)},
			Add:      billing.Level(oneLine(row.AddLevel)), Edit: billing.Level(oneLine(row.EditLevel)),
			Delete: billing.Level(oneLine(row.DeleteLevel)), Inquire: billing.Level(oneLine(row.InquireLevel)),
		}
	}
	return rights, nil
}

// TryRead reads one record, or one of each table, that needs the right to inquire this function. Errors are *billing.Failure.
func (p *PSA) TryRead(ctx context.Context, function billing.Function) error {
	one := cwclient.ListOptions{PageSize: 1}
	switch function {
	case billing.Agreements:
		_, err := p.client.Agreements.List(ctx, one)
		return agreementsTask.wrap(err)
	case billing.ProductCatalog:
		_, err := p.client.Catalog.List(ctx, one)
		return catalogTask.wrap(err)
	case billing.CompanyMaintenance:
		_, err := p.client.Companies.List(ctx, one)
		return companiesTask.wrap(err)
	case billing.TableSetup:
		if _, err := p.client.Setup.BillingCycles.List(ctx, one); err != nil {
			return cyclesTask.failure(err)
		}
		_, err := p.client.Agreements.Types.List(ctx, one)
		return typesTask.wrap(err)
	case billing.ServiceTickets:
		_, err := p.client.Tickets.List(ctx, one)
		return ticketsTask.wrap(err)
	}
	return task{op: "try a read"}.misused(fmt.Sprintf("nothing is known to need %s", function))
}
