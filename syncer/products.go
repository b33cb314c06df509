package syncer

import (
	"context"
	"fmt"
	"slices"

	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
	"cwsync/syncer/setup"

	"github.com/shopspring/decimal"
)

// productTemplate looks the set-up's defaults up in ConnectWise's tables, where a product is missing that may be created; else it is nil.
func (e *Engine) productTemplate(ctx context.Context, desired plan.Desired, scope plan.Scope, products []billing.Product) (*billing.ProductTemplate, error) {
	missing := unresolved(scope.Identifiers, products)
	may := func(service billing.Service) bool {
		return service.Sync && service.CreateProduct && slices.Contains(missing, service.Product.Identifier)
	}
	if len(missing) == 0 || !slices.ContainsFunc(desired.Sources, func(source plan.SourceUsage) bool {
		return source.Rules.Sync && !source.NotRead && slices.ContainsFunc(source.Rules.Services, may)
	}) {
		return nil, nil
	}
	return e.readTemplate(ctx)
}

func (e *Engine) readTemplate(ctx context.Context) (*billing.ProductTemplate, error) {
	if e.Products == nil {
		return &billing.ProductTemplate{Problem: "products are not created here"}, nil
	}
	tables, err := e.Products.ProductTables(ctx)
	if err != nil {
		return nil, err
	}
	template := tables.Template(productDefaults(e.Setup.Defaults))
	return &template, nil
}

func productDefaults(d setup.Defaults) billing.ProductDefaults {
	return billing.ProductDefaults{Class: d.ProductClass, Type: d.ProductType, Category: d.Category, Subcategory: d.Subcategory, Unit: d.Unit}
}

// applyProducts writes the rows of products, one after the other and before all lines: lines may need them.
func (a *application) applyProducts(ctx context.Context) {
	rows := productRows(a.run.Plan.Changes)
	if len(rows) == 0 {
		return
	}
	a.made = map[string]Outcome{}
	now, err := a.productsNow(ctx, a.run.Plan.Changes, rows)
	if err != nil {
		a.stop(err)
	}
	for _, i := range rows {
		change := &a.run.Plan.Changes[i]
		var outcome Outcome
		reason := a.notNow(ctx, i)
		switch {
		case err != nil:
			outcome = Outcome{Status: failedOrSkipped(err), Problem: problemOf(err)}
		case reason != nil:
			outcome = *reason
		default:
			outcome = a.applyProduct(ctx, change, now[change.Product.Identifier])
		}
		a.made[change.Product.Identifier] = outcome
		a.landed(i, outcome)
	}
}

// productRows are the places of the rows that write to products.
func productRows(changes []plan.Change) []int {
	var rows []int
	for i := range changes {
		if changes[i].OfProduct() && changes[i].Action.Writes() {
			rows = append(rows, i)
		}
	}
	return rows
}

// productsNow reads the products of these rows, by identifier: those to be changed by their id, and those to be created out of the whole catalog.
func (e *Engine) productsNow(ctx context.Context, changes []plan.Change, rows []int) (map[string]*billing.Product, error) {
	var ids []int
	var identifiers []string
	for _, i := range rows {
		if product := changes[i].Product; product.ID != 0 {
			ids = append(ids, product.ID)
		} else {
			identifiers = append(identifiers, product.Identifier)
		}
	}
	return e.findProducts(ctx, ids, identifiers)
}

func (e *Engine) findProducts(ctx context.Context, ids []int, identifiers []string) (map[string]*billing.Product, error) {
	var products, others []billing.Product
	var err error
	if len(ids) > 0 {
		if products, err = e.Catalog.ProductsByID(ctx, ids); err != nil {
			return nil, err
		}
	}
	if len(identifiers) > 0 {
		if others, err = e.Catalog.ProductsByIdentifier(ctx, identifiers); err != nil {
			return nil, err
		}
	}
	found := make(map[string]*billing.Product, len(products)+len(others))
	for _, product := range slices.Concat(products, others) {
		found[product.Identifier] = &product
	}
	for _, identifier := range identifiers { // one that differs in letter case alone stands in the way as well
		at := slices.IndexFunc(others, func(p billing.Product) bool {
			return billing.FoldIdentifier(p.Identifier) == billing.FoldIdentifier(identifier)
		})
		if found[identifier] == nil && at >= 0 {
			found[identifier] = &others[at]
		}
	}
	return found, nil
}

// productAsPlanned says why the row of a product no longer fits what the catalog has; empty when it does.
func productAsPlanned(change *plan.Change, now *billing.Product) string {
	switch {
	case change.Action == plan.Create && now != nil:
		return "product " + now.Identifier + " was created in the catalog after the plan was made"
	case change.Action == plan.Create:
		return ""
	case now == nil || now.ID != change.Product.ID:
		return "product " + change.Product.Identifier + " is no longer in the catalog under this identifier"
	case !has(change.Before.UnitPrice, now.Price) || !has(change.Before.UnitCost, now.Cost):
		return "somebody changed price or cost of product " + change.Product.Identifier + " after the plan was made"
	}
	return ""
}

// applyProduct writes one product: intent on disk, write, outcome on disk.
func (a *application) applyProduct(ctx context.Context, change *plan.Change, now *billing.Product) Outcome {
	if why := productAsPlanned(change, now); why != "" {
		return notAsPlanned(why)
	}
	if a.unsure[billing.FoldIdentifier(change.Product.Identifier)] {
		return Outcome{Status: Held, Code: plan.PreviousUnknown, Reason: "an earlier write to this product may or may not have happened"}
	}
	if a.Products == nil {
		return Outcome{Status: Failed, Problem: &Problem{Code: "failed", Message: "products are not written here"}}
	}
	intent := Intent{
		RunID: a.run.ID, Key: change.Key, Kind: IntentCreateProduct, Identifier: change.Product.Identifier, UnitPrice: change.After.UnitPrice,
		UnitCost: change.After.UnitCost, Taxable: change.After.Taxable, At: a.Now().UTC(),
	}
	if change.Action != plan.Create {
		intent.Kind, intent.ProductID, intent.Version = IntentEditProduct, now.ID, productVersion(now)
		if a.run.Undoes != "" {
			intent.TakesBack = &plan.Values{UnitPrice: decimal.NewNullDecimal(now.Price), UnitCost: decimal.NewNullDecimal(now.Cost)}
		}
	}
	id, err := a.Journal.Intend(context.WithoutCancel(ctx), intent)
	if err != nil {
		a.stop(err)
		return Outcome{Status: Failed, Problem: &StopOf(labelled(err)).Problem}
	}
	intent.ID = id
	product, err := a.sendProduct(ctx, &intent, change, now)
	if isUnknown(err) {
		product, err = a.readProductBack(ctx, &intent, change, now, err)
	}
	return a.recordProduct(ctx, &intent, product, err)
}

func (a *application) sendProduct(ctx context.Context, intent *Intent, change *plan.Change, before *billing.Product) (*billing.Product, error) {
	var product billing.Product
	var err error
	if intent.Kind == IntentCreateProduct {
		product, err = a.Products.CreateProduct(ctx, *change.NewProduct)
	} else {
		product, err = a.Products.EditProduct(ctx, *before, billing.ProductEdit{Price: intent.UnitPrice, Cost: intent.UnitCost})
	}
	return &product, err
}

// readProductBack is readBack for a product: a lost change is sent once more where the product is as it was, a lost create never is.
func (a *application) readProductBack(ctx context.Context, intent *Intent, change *plan.Change, before *billing.Product, lost error) (*billing.Product, error) {
	for try := range 2 {
		what, product, err := a.lookForProduct(context.WithoutCancel(ctx), *intent)
		switch {
		case err != nil:
			a.stop(err)
			return nil, lost
		case what == found:
			return product, nil
		case what == noTrace:
			intent.EmptyReads++
		}
		if what != noTrace || intent.Kind == IntentCreateProduct || try > 0 || ctx.Err() != nil {
			return nil, lost
		}
		if product, err = a.sendProduct(ctx, intent, change, before); err == nil {
			return product, nil
		}
		if !isUnknown(err) {
			return nil, lost
		}
	}
	return nil, lost
}

// lookForProduct looks for a write to a product in what the catalog has now. An identifier is unique there, letter case aside: one that is not as
// it was to be created is somebody else's, and ours can no longer come.
func (e *Engine) lookForProduct(ctx context.Context, intent Intent) (trace, *billing.Product, error) {
	if intent.Kind == IntentCreateProduct {
		products, err := e.findProducts(ctx, nil, []string{intent.Identifier})
		product := products[intent.Identifier]
		switch {
		case err != nil || product == nil:
			return noTrace, nil, err
		case product.Identifier != intent.Identifier || product.Inactive || product.Class == billing.BundleClass ||
			!has(intent.UnitPrice, product.Price) || !has(intent.UnitCost, product.Cost):
			return superseded, product, nil
		}
		return found, product, nil
	}
	products, err := e.Catalog.ProductsByID(ctx, []int{intent.ProductID})
	if err != nil || len(products) == 0 {
		return superseded, nil, err
	}
	product := &products[0]
	switch {
	case has(intent.UnitPrice, product.Price) && has(intent.UnitCost, product.Cost):
		return found, product, nil
	case productVersion(product) == intent.Version:
		return noTrace, product, nil
	}
	return superseded, product, nil
}

// productVersion changes with what a run may write of a product.
func productVersion(product *billing.Product) string {
	return fmt.Sprintf("%s|%s", product.Price.Round(billing.WirePlaces), product.Cost.Round(billing.WirePlaces))
}

// ownProduct is a product of ours after a write that is done.
func ownProduct(intent Intent, product *billing.Product) *plan.OwnProduct {
	return &plan.OwnProduct{ID: product.ID, Identifier: intent.Identifier, Price: intent.UnitPrice, Cost: intent.UnitCost}
}

// recordProduct writes down what became of the write to a product.
func (a *application) recordProduct(ctx context.Context, intent *Intent, product *billing.Product, cause error) Outcome {
	settlement, outcome := Settlement{At: a.Now().UTC()}, Outcome{}
	switch {
	case cause == nil:
		settlement.End, settlement.Product = Done, ownProduct(*intent, product)
		outcome.Status, outcome.ProductID, outcome.Warnings = Applied, product.ID, otherThanAsked(intent, product)
	case isUnknown(cause):
		settlement.End, settlement.Message, settlement.EmptyReads = Lost, cause.Error(), intent.EmptyReads
		outcome.Status, outcome.Problem = Unknown, problemOf(cause)
		outcome.Problem.Hint = "a later run settles it by reading the catalog again"
	default:
		settlement.End, settlement.Message = Rejected, cause.Error()
		outcome.Status, outcome.Problem = failedOrSkipped(cause), problemOf(cause)
		if stops(cause) && billing.ClassOf(cause) != billing.ClassUnset { // a product that cannot be sent as it is says nothing about others
			a.stop(cause)
		}
	}
	if err := a.Journal.Settle(context.WithoutCancel(ctx), intent.ID, settlement); err != nil {
		a.stop(err)
		problem := StopOf(labelled(err)).Problem
		problem.Message = "the product was sent, but what became of it could not be recorded: " + problem.Message
		return Outcome{Status: Unknown, Problem: &problem}
	}
	return outcome
}

// otherThanAsked says what of a product is not as it was written: lines that were planned by it would be billed at another price.
func otherThanAsked(intent *Intent, product *billing.Product) (warnings []string) {
	ask := func(name string, differs bool) {
		if differs {
			warnings = append(warnings, "ConnectWise gave the product another "+name+" than cwsync wrote: look at it in the catalog")
		}
	}
	ask("price", !has(intent.UnitPrice, product.Price))
	ask("cost", !has(intent.UnitCost, product.Cost))
	ask("tax flag", intent.Taxable != nil && *intent.Taxable != product.Taxable)
	return warnings
}

// withProduct gives a row that needs a new product the id that the product has now, or what becomes of the row without it. A row that follows a
// change of its product needs that one done.
func (a *application) withProduct(change *plan.Change) (*plan.Change, *Outcome) {
	isNew := change.Action == plan.Create && change.Product.ID == 0
	if !isNew && !change.Follows {
		return change, nil
	}
	made, done := a.made[change.Product.Identifier], "changed"
	if isNew {
		done = "created"
	}
	switch {
	case made.Status == Applied && len(made.Warnings) > 0:
		held := notAsPlanned("product " + change.Product.Identifier + " is not as it was to be " + done + ", so this line waits for the next run")
		return change, &held
	case made.Status == Applied:
	case made.Status == Unknown || made.Code == plan.PreviousUnknown:
		return change, &Outcome{Status: Held, Code: plan.PreviousUnknown,
			Reason: "product " + change.Product.Identifier + " may or may not have been " + done + ": a later run settles it"}
	default:
		held := notAsPlanned("product " + change.Product.Identifier + " was not " + done + ", so this line waits for the next run")
		return change, &held
	}
	if !isNew {
		return change, nil
	}
	of := *change
	of.Product.ID = made.ProductID
	return &of, nil
}
