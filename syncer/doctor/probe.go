package doctor

import (
	"context"

	"cwsync/syncer/billing"
	"cwsync/syncer/setup"
)

// Site is what can be asked without signing in. Errors are *billing.Failure.
type Site interface {
	// Reach sends one request, once, and says how it went; any answer counts.
	Reach(ctx context.Context) (billing.Reach, error)
	// Discover asks the site for the company.
	Discover(ctx context.Context) (billing.Site, error)
}

// Access is what can be asked with the keys. Errors are *billing.Failure.
type Access interface {
	// SignIn asks anew for what everybody may read.
	SignIn(ctx context.Context) (billing.Server, error)
	// Member is whom ConnectWise takes us for; it may not be readable.
	Member(ctx context.Context) (billing.Member, error)
	// Rights are those of our security role; they may not be readable.
	Rights(ctx context.Context) ([]billing.Right, error)
	// TryRead reads a little that needs the right to inquire this function.
	TryRead(ctx context.Context, function billing.Function) error
}

// Probe is the outside world as far as the connection goes.
type Probe struct {
	Site   Site
	Access Access
	// Problem is why there is nothing to ask: a site that is no address, an authority's file that cannot be read. Site and Access are not
	// used then.
	Problem error
}

// Needs say what a set-up asks of ConnectWise. The zero value is what every set-up needs.
type Needs struct {
	Company        string // login company id as it is configured; empty: not compared with ConnectWise's spelling
	CreateProducts bool   // products are created
	UpdateProducts bool   // price and cost of products are changed
	Tickets        bool   // an alert opens service tickets
}

// ticketAlert is the kind of alert that opens service tickets; alerts themselves are not known here.
const ticketAlert = "ticket"

// NeedsOf are those of a set-up document.
func NeedsOf(document *setup.Document) Needs {
	needs := Needs{Company: document.Connection.Company}
	for _, alert := range document.Alerts {
		needs.Tickets = needs.Tickets || alert.Kind == ticketAlert
	}
	for i := range document.Sources {
		for j := range document.Sources[i].Services {
			service := &document.Sources[i].Services[j]
			needs.CreateProducts = needs.CreateProducts || service.CreateProduct
			needs.UpdateProducts = needs.UpdateProducts || service.UpdateProduct
		}
	}
	return needs
}
