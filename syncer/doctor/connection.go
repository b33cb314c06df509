package doctor

import (
	"context"
	"fmt"
	"strings"
	"time"

	"cwsync/syncer/billing"
)

// The names of the steps of the connection, besides those of rights; scripts know them from the command's JSON.
const (
	NameReachable   = "reachable"
	NameClock       = "clock"
	NameDiscovery   = "discovery"
	NameClientID    = "client id"
	NameCredentials = "credentials"
)

// Bounds of what is still well.
const (
	minCertificate = 21 * 24 * time.Hour // left before somebody must see to a new one
	maxSkew        = 2 * time.Minute     // beyond it, a run near midnight may write the wrong day
	worstSkew      = 15 * time.Minute    // beyond it, vendors that compare signed times refuse us too
)

// ConnectionSteps examine the way to ConnectWise, step by step, and what we may do there. They share what they read: take fresh ones to examine again.
func ConnectionSteps(probe Probe, needs Needs) []Step {
	v := &visit{probe: probe, needs: needs}
	const group = GroupConnection
	steps := []Step{
		{Name: NameReachable, Group: group, Do: v.reachable},
		{Name: NameClock, Group: group, After: []string{NameReachable}, Do: v.clock},
		{Name: NameDiscovery, Group: group, After: []string{NameReachable}, Do: v.discovery},
		{Name: NameClientID, Group: group, After: []string{NameDiscovery}, Do: v.clientID},
		{Name: NameCredentials, Group: group, After: []string{NameDiscovery, NameClientID}, Do: v.credentials},
	}
	return append(steps, v.rightSteps()...)
}

// visit is one examination: what several steps need is read once. Steps are done one at a time.
type visit struct {
	probe Probe
	needs Needs

	reach  fact[billing.Reach]
	server fact[billing.Server]
	member fact[billing.Member]
	rights fact[[]billing.Right]
}

// fact is something that is read when it is first needed, be it a failure.
type fact[T any] struct {
	known bool
	value T
	err   error
}

// get reads the fact, unless there is a reason why nothing can be read.
func (f *fact[T]) get(ctx context.Context, problem error, read func(context.Context) (T, error)) (T, error) {
	if !f.known {
		if f.err = problem; problem == nil {
			f.value, f.err = read(ctx)
		}
		f.known = true
	}
	return f.value, f.err
}

func (v *visit) readReach(ctx context.Context) (billing.Reach, error) {
	return v.reach.get(ctx, v.probe.Problem, func(ctx context.Context) (billing.Reach, error) { return v.probe.Site.Reach(ctx) })
}

func (v *visit) readServer(ctx context.Context) (billing.Server, error) {
	return v.server.get(ctx, v.probe.Problem, func(ctx context.Context) (billing.Server, error) { return v.probe.Access.SignIn(ctx) })
}

func (v *visit) readMember(ctx context.Context) (billing.Member, error) {
	return v.member.get(ctx, v.probe.Problem, func(ctx context.Context) (billing.Member, error) { return v.probe.Access.Member(ctx) })
}

func (v *visit) readRights(ctx context.Context) ([]billing.Right, error) {
	return v.rights.get(ctx, v.probe.Problem, func(ctx context.Context) ([]billing.Right, error) { return v.probe.Access.Rights(ctx) })
}

// reachable looks at the way to the host.
func (v *visit) reachable(ctx context.Context) Check {
	reach, err := v.readReach(ctx)
	if err != nil {
		return failed(err)
	}
	parts := []string{reach.Host, latency(reach.Latency)}
	if reach.TLS == "" {
		return ok(strings.Join(append(parts, "without TLS on this machine"), ", "))
	}
	left := reach.CertificateEnds.Sub(reach.At)
	check := ok(strings.Join(append(parts, reach.TLS, "certificate good for "+days(left)), ", "))
	if left < minCertificate {
		check.Status, check.Hint = Warn, "see that "+reach.Host+" gets a new certificate before "+reach.CertificateEnds.UTC().Format(time.DateOnly)
	}
	return check
}

// clock compares this machine's clock with the server's.
func (v *visit) clock(ctx context.Context) Check {
	reach, err := v.readReach(ctx)
	switch {
	case err != nil:
		return failed(err)
	case reach.ServerTime.IsZero():
		return Check{Status: Skip, Detail: "not examined: the server does not tell its time"}
	}
	// The server's seconds are cut off, so half of one is added.
	skew := reach.At.Sub(reach.ServerTime.Add(500 * time.Millisecond)).Round(time.Second)
	away := skew.Abs()
	if away <= maxSkew {
		return ok("agrees with the server's")
	}
	side := "ahead of"
	if skew < 0 {
		side = "behind"
	}
	check := Check{Status: Warn, Detail: fmt.Sprintf("this machine is %s %s the server", away, side),
		Hint: "set this machine's clock by a time server: dates of additions follow it"}
	if away > worstSkew {
		check.Status, check.Exit = Fail, ExitFailed
	}
	return check
}

// discovery asks the site for the company.
func (v *visit) discovery(ctx context.Context) Check {
	if v.probe.Problem != nil {
		return failed(v.probe.Problem)
	}
	site, err := v.probe.Site.Discover(ctx)
	if err != nil {
		return failed(err)
	}
	where := "self-hosted"
	if site.Cloud {
		where = "cloud"
	}
	name := site.Company
	if name == "" {
		name = v.needs.Company
	}
	var parts []string
	for _, part := range []string{name, labelled("version ", site.Version), where, labelled("codebase ", site.Codebase)} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	check := ok(strings.Join(parts, ", "))
	if asked := v.needs.Company; asked != "" && site.Company != "" && asked != site.Company {
		check.Status = Warn
		check.Hint = fmt.Sprintf("ConnectWise spells the company id %q and the set-up %q: capitals count when the keys are checked", site.Company, asked)
	}
	return check
}

// clientID tells from an attempt to sign in whether the client id is accepted. Where the keys are refused nobody knows.
func (v *visit) clientID(ctx context.Context) Check {
	_, err := v.readServer(ctx)
	failure, isFailure := asFailure(err)
	switch {
	case err == nil:
		return ok("accepted")
	case !isFailure, v.probe.Problem != nil:
		return failed(err)
	case failure.Class == billing.ClassAuth && failure.Refused == billing.CredentialClientID:
		return failed(err)
	case failure.Class == billing.ClassAuth:
		return Check{Status: Skip, Detail: "not examined: it shows only when the keys are accepted"}
	}
	return Check{Status: Skip, Detail: "not examined: signing in failed for another reason"}
}

// credentials tells whether the keys are accepted, and whose they are.
func (v *visit) credentials(ctx context.Context) Check {
	server, err := v.readServer(ctx)
	failure, isFailure := asFailure(err)
	switch {
	case err == nil:
	case isFailure && failure.Class == billing.ClassAuth && failure.Refused == billing.CredentialClientID:
		return Check{Status: Skip, Detail: "not examined: first mend " + quoted(NameClientID)}
	case isFailure && failure.Refused == billing.CredentialKeys && failure.Code != "":
		check := failed(err)
		check.Detail = "the keys are not accepted: " + check.Detail // a server says as little as “Unauthorized”
		return check
	default:
		return failed(err)
	}
	member, err := v.readMember(ctx)
	if err != nil {
		return ok(withVersion("accepted; whose they are could not be read", server))
	}
	detail := fmt.Sprintf("signed in as API member “%s”", member.Identifier)
	if member.Role != "" {
		detail += fmt.Sprintf(" with the role “%s”", member.Role)
	}
	return ok(withVersion(detail, server))
}

func withVersion(detail string, server billing.Server) string {
	if server.Version == "" {
		return detail
	}
	return detail + ", server " + server.Version
}

func labelled(label, value string) string {
	if value == "" {
		return ""
	}
	return label + value
}

// latency is a round trip as people read it.
func latency(d time.Duration) string {
	if d < time.Millisecond {
		return "under 1 ms"
	}
	return fmt.Sprintf("%d ms", d.Round(time.Millisecond).Milliseconds())
}

// days are whole days that are left.
func days(d time.Duration) string {
	switch n := int(d / (24 * time.Hour)); n {
	case 0:
		return "less than a day"
	case 1:
		return "1 day"
	default:
		return fmt.Sprintf("%d days", n)
	}
}
