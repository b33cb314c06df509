package main

import (
	"context"

	"cwsync/store"
	"cwsync/store/secret"
	"cwsync/syncer/alert"
	"cwsync/syncer/psa"
	"cwsync/syncer/setup"
	"cwsync/ui"
)

// alertPort tries the alerts of one profile for the wizard, before a person.
type alertPort struct {
	office  *office
	profile *store.Profile
	name    string // of the profile
	keys    *secret.Lookup
	find    findSecret
}

var _ ui.Alerts = (*alertPort)(nil)

// alertsOf is nil in the demo, which sends none.
func (o *office) alertsOf(name string, profile *store.Profile, keys *secret.Lookup, find findSecret) ui.Alerts {
	if o.keyring != nil {
		return nil
	}
	return &alertPort{office: o, profile: profile, name: name, keys: keys, find: find}
}

// sender sends one alert. ConnectWise is asked only where a ticket is due.
func (p *alertPort) sender(ctx context.Context, one setup.Alert) *alert.Sender {
	desk := func() alert.Desk {
		document, found, err := p.profile.LoadSetup(ctx)
		if err != nil || !found {
			return nil // then the alert says that ConnectWise is out of reach
		}
		client, err := p.office.client(ctx, document, p.find, testPatience)
		if err != nil {
			return nil
		}
		return psa.New(client)
	}
	return &alert.Sender{
		Profile: p.name, Alerts: []setup.Alert{one}, Kinds: p.office.kinds, Secret: p.find, Memory: p.profile, Desk: desk, Now: p.office.app.now,
	}
}

// Trial implements ui.Alerts.
func (p *alertPort) Trial(ctx context.Context, one setup.Alert) (alert.Trial, *alert.Failure) {
	return p.sender(ctx, one).Trial(ctx, one)
}

// Test implements ui.Alerts.
func (p *alertPort) Test(ctx context.Context, one setup.Alert) *alert.Failure {
	if failures := p.sender(ctx, one).Test(ctx); len(failures) > 0 {
		return &failures[0]
	}
	return nil
}

// Forget implements ui.Alerts.
func (p *alertPort) Forget(ctx context.Context, name string) error { return p.keys.Remove(ctx, name) }
