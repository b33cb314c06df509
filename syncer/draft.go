package syncer

import (
	"context"

	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
)

// Draft is usage and ConnectWise as they were read once. Plans are made of it as often as a reviewer changes their mind, without reading again.
// It does not change: several goroutines may use it at once.
type Draft struct {
	engine  *Engine
	desired plan.Desired
	current plan.Current
	policy  plan.Policy
	digest  string     // of the set-up
	undoes  *plan.Past // the run that the plans take back; nil: they are of the usage
}

// Prepare reads usage and ConnectWise once. What ask accepts and leaves out is left to Plan. It writes nothing to ConnectWise.
func (e *Engine) Prepare(ctx context.Context, ask Request) (*Draft, error) {
	draft, err := e.prepare(ctx, ask)
	if err != nil {
		return nil, labelled(err)
	}
	return draft, nil
}

func (e *Engine) prepare(ctx context.Context, ask Request) (*Draft, error) {
	digest := make(chan string, 1)
	go func() { digest <- e.Setup.Digest() }()
	desired, err := e.readUsage(ctx, ask)
	setupDigest := <-digest
	if err != nil {
		return nil, err
	}
	policy := plan.Policy{Now: e.Now(), Guards: e.Setup.Guards, Sources: ask.Sources, Customers: ask.Customers}
	current, err := e.readCurrent(ctx, desired, policy)
	if err != nil {
		return nil, err
	}
	return &Draft{engine: e, desired: desired, current: *current, policy: policy, digest: setupDigest}, nil
}

// Plan makes the plan with these keys and SOURCE:CODEs accepted and these keys left out. It reads nothing. Each plan has an id of its own.
func (d *Draft) Plan(accept, leftOut []string) *plan.Plan {
	policy := d.policy
	policy.Accept, policy.LeftOut = accept, leftOut
	var made plan.Plan
	if d.undoes != nil {
		made = plan.Undo(*d.undoes, d.current, policy)
	} else {
		made = plan.Build(d.desired, d.current, policy)
	}
	made.ID = d.engine.NewID("p")
	made.Profile = d.engine.Profile
	made.Created = policy.Now.UTC()
	made.SetupDigest = d.digest
	return &made
}

// Agreement is an agreement as it was read; ok is false for one that was not.
func (d *Draft) Agreement(id int) (agreement billing.Agreement, ok bool) {
	agreement, ok = d.current.Agreements[id]
	return agreement, ok
}

// Addition is an addition as it was read; ok is false for one that was not.
func (d *Draft) Addition(agreementID, id int) (addition billing.Addition, ok bool) {
	for _, addition := range d.current.Additions[agreementID] {
		if addition.ID == id {
			return addition, true
		}
	}
	return billing.Addition{}, false
}
