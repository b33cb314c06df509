package doctor

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"cwsync/syncer/billing"
)

// kind is what a right is for, as the columns of a security role name it.
type kind string

const (
	inquire kind = "Inquire"
	add     kind = "Add"
	edit    kind = "Edit"
)

// of is the level that a right gives.
func (k kind) of(right billing.Right) billing.Level {
	switch k {
	case add:
		return right.Add
	case edit:
		return right.Edit
	}
	return right.Inquire
}

// needed is a right that the set-up needs at the level All.
type needed struct {
	function billing.Function
	kind     kind
	what     string // that cannot be done without it
	alert    bool   // it is for alerts alone: without it every run is well all the same
}

// name is that of the step: "agreements: add".
func (n needed) name() string { return nameOfRight(n.function, n.kind) }

func nameOfRight(function billing.Function, k kind) string {
	return strings.ToLower(function.Name) + ": " + strings.ToLower(string(k))
}

// needed are the rights, in the order in which they are examined.
func (n Needs) needed() []needed {
	rights := []needed{
		{function: billing.Agreements, kind: inquire, what: "agreements and their additions cannot be read"},
		{function: billing.Agreements, kind: add, what: "no addition can be created"},
		{function: billing.Agreements, kind: edit, what: "no addition can be changed"},
		{function: billing.ProductCatalog, kind: inquire, what: "products cannot be read"},
	}
	if n.CreateProducts {
		rights = append(rights, needed{function: billing.ProductCatalog, kind: add, what: "no product can be created"})
	}
	if n.UpdateProducts {
		rights = append(rights, needed{function: billing.ProductCatalog, kind: edit, what: "price and cost of products cannot follow the usage"})
	}
	rights = append(rights,
		needed{function: billing.CompanyMaintenance, kind: inquire, what: "companies cannot be found, nor customers linked to them"},
		needed{function: billing.TableSetup, kind: inquire, what: "billing cycles, agreement types and product types cannot be read"},
	)
	if n.Tickets {
		rights = append(rights,
			needed{billing.ServiceTickets, inquire, "an alert cannot find the ticket that it opened", true},
			needed{billing.ServiceTickets, add, "an alert cannot open a ticket", true},
			needed{billing.ServiceTickets, edit, "an alert cannot append to its ticket", true})
	}
	return rights
}

// rightSteps is one step for each right.
func (v *visit) rightSteps() []Step {
	var steps []Step
	for _, n := range v.needs.needed() {
		steps = append(steps, Step{
			Name: n.name(), Group: GroupRights, After: []string{NameCredentials},
			Right: &Right{Module: n.function.Module, Function: n.function.Name, Level: string(n.kind) + " All"},
			Do:    func(ctx context.Context) Check { return v.right(ctx, n) },
		})
	}
	return steps
}

// right looks one right up in ConnectWise's own list, and tries it where the list does not tell.
func (v *visit) right(ctx context.Context, n needed) Check {
	rights, err := v.readRights(ctx)
	if err != nil {
		// A server may be too old for the list, or keep it to itself: nothing is wrong then. Anything else is.
		if failure, is := asFailure(err); !is || failure.Class != billing.ClassPermission && failure.Class != billing.ClassNonsense {
			return failed(err)
		}
		return v.tried(ctx, n, "ConnectWise does not give the list of our rights")
	}
	at := slices.IndexFunc(rights, func(right billing.Right) bool { return sameFunction(right.Function, n.function) })
	if at < 0 {
		return v.tried(ctx, n, "ConnectWise's list of our rights does not name it")
	}
	level := n.kind.of(rights[at])
	switch {
	case strings.EqualFold(string(level), string(billing.LevelAll)) && n.function != billing.TableSetup:
		return ok(fmt.Sprintf("%s: %s All", n.function, n.kind))
	case strings.EqualFold(string(level), string(billing.LevelMy)):
		if n.alert {
			return v.lacking(ctx, n, fmt.Sprintf("%s is My, All is needed: %s", n.kind, n.what))
		}
		return v.lacking(ctx, n, fmt.Sprintf("%s is My, All is needed: other people's records would be missing without a word", n.kind))
	case level == "":
		return v.tried(ctx, n, "ConnectWise's list of our rights does not tell its level")
	case n.function == billing.TableSetup:
		return v.setupTables(ctx, n, level)
	}
	return v.lacking(ctx, n, fmt.Sprintf("%s is %s, All is needed: %s", n.kind, level, n.what))
}

// sameFunction compares functions by name, capitals aside.
func sameFunction(a, b billing.Function) bool {
	return strings.EqualFold(a.Module, b.Module) && strings.EqualFold(a.Name, b.Name)
}

// lacking is the check of a right that is not there.
func (v *visit) lacking(ctx context.Context, n needed, why string) Check {
	check := Check{
		Status: Fail, Exit: ExitCredentials, Detail: fmt.Sprintf("%s: %s", n.function, why),
		Hint: fmt.Sprintf("%s: set %s to All", v.menu(ctx, n.function), n.kind),
	}
	if n.alert { // as of a secret of an alert
		check.Status, check.Exit = Warn, ExitDone
	}
	return check
}

// menu is the way to the right in ConnectWise's screens.
func (v *visit) menu(ctx context.Context, function billing.Function) string {
	role := "(the role of this API member)"
	if member, err := v.readMember(ctx); err == nil && member.Role != "" {
		role = member.Role
	}
	return fmt.Sprintf("System > Security Roles > %s > %s", role, function)
}

// tried is the check of a right that no list tells of. Only a read can be tried without harm, and it does not tell My from All.
func (v *visit) tried(ctx context.Context, n needed, why string) Check {
	if n.kind != inquire {
		return Check{Status: Skip, Detail: fmt.Sprintf("%s: %s is not examined: %s, and a write is never tried", n.function, n.kind, why),
			Hint: fmt.Sprintf("see for yourself that it is All: %s", v.menu(ctx, n.function))}
	}
	err := v.probe.Access.TryRead(ctx, n.function)
	if err == nil {
		return ok(fmt.Sprintf("%s: a read went well; %s, so nobody knows whether it is My or All", n.function, why))
	}
	if billing.ClassOf(err) != billing.ClassPermission {
		return failed(err)
	}
	return v.lacking(ctx, n, "a read was refused: "+n.what)
}

// setupTables tries the tables too, since the list does not tell all: some servers let everybody read them, and a role can leave single
// tables out.
func (v *visit) setupTables(ctx context.Context, n needed, level billing.Level) Check {
	isAll := strings.EqualFold(string(level), string(billing.LevelAll))
	err := v.probe.Access.TryRead(ctx, n.function)
	switch {
	case err == nil && isAll:
		return ok(fmt.Sprintf("%s: %s All", n.function, n.kind))
	case err == nil:
		return Check{Status: Warn, Detail: fmt.Sprintf("%s: %s is %s, but this ConnectWise lets the tables be read", n.function, n.kind, level),
			Hint: fmt.Sprintf("%s: set %s to All, so that it stays so", v.menu(ctx, n.function), n.kind)}
	case billing.ClassOf(err) != billing.ClassPermission:
		return failed(err)
	case isAll:
		check := v.lacking(ctx, n, "Inquire is All, but a table may not be read: "+n.what)
		check.Hint = fmt.Sprintf("%s > customize: allow every table", v.menu(ctx, n.function))
		return check
	}
	return v.lacking(ctx, n, fmt.Sprintf("%s is %s, All is needed: %s", n.kind, level, n.what))
}

// RightsList is the rights among checks as text to hand to whoever keeps ConnectWise's security roles: a line for each function, and those
// that are missing.
func RightsList(checks []Check) string {
	var functions []string
	levels, missing := map[string][]string{}, map[string][]string{}
	for _, check := range checks {
		if check.Right == nil {
			continue
		}
		function := check.Right.Module + " > " + check.Right.Function
		if levels[function] == nil {
			functions = append(functions, function)
		}
		levels[function] = append(levels[function], check.Right.Level)
		if check.Status == Fail || check.Status == Warn {
			missing[function] = append(missing[function], check.Right.Level)
		}
	}
	if functions == nil {
		return ""
	}
	var b strings.Builder
	b.WriteString("Rights that the API member's security role needs (System > Security Roles):\n")
	for _, function := range functions {
		b.WriteString("  " + function + ": " + strings.Join(levels[function], ", "))
		if missing[function] != nil {
			b.WriteString("   (missing: " + strings.Join(missing[function], ", ") + ")")
		}
		b.WriteString("\n")
	}
	return b.String()
}
