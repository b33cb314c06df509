package psa

import (
	"context"
	"fmt"
	"strings"
	"time"

	"cwsync/cwclient"
	"cwsync/syncer/billing"

	"github.com/shopspring/decimal"
)

// CreateAddition opens a line, in one POST that is never repeated unless it was refused for being one request too many. Unexpected names
// the fields of the answer that are not as they were asked for. Errors are *billing.Failure; without Unknown there surely is no new line.
func (p *PSA) CreateAddition(ctx context.Context, n billing.NewAddition) (billing.WriteResult, error) {
	writing := createAddition(n)
	answer, err := p.client.Additions.Create(ctx, n.AgreementID, cwclient.AdditionCreate{
		ProductID: n.ProductID, Quantity: wire(n.Quantity), BillCustomer: cwclient.Billable,
		UnitPrice: optional(n.UnitPrice), UnitCost: optional(n.UnitCost),
		EffectiveDate: cwclient.Date(n.Effective.String()), TaxableFlag: n.Taxable,
	})
	if err != nil {
		return billing.WriteResult{}, writing.failure(err)
	}
	created, err := toAddition(&answer, n.AgreementID)
	if err != nil {
		return billing.WriteResult{}, writing.senseless(err)
	}
	return billing.WriteResult{Addition: created, Unexpected: notAsAsked(n, &created), At: time.Now()}, nil
}

// EditAddition writes the set fields of edit, and no other, in one PATCH that is never repeated unless it was refused for being one request
// too many. before is the line with its record. The answer is the check: Unexpected names the fields that we did not write and that differ
// from the record all the same. Errors are *billing.Failure; without Unknown surely nothing was written. One that ConnectWise answered with
// 200 and did not carry out has the code not_applied, or partly_applied and Unknown where some of it shows.
func (p *PSA) EditAddition(ctx context.Context, before billing.Addition, edit billing.AdditionEdit) (billing.WriteResult, error) {
	writing := editAddition(before)
	ops, written := operations(edit)
	if len(ops) == 0 || before.Record == nil {
		return billing.WriteResult{}, writing.misused("nothing to write, or a line without its record")
	}
	old, err := parseRecord(before.Record)
	if err != nil {
		return billing.WriteResult{}, writing.misused("the line's record cannot be read: " + err.Error())
	}
	answer, err := p.client.Additions.Patch(ctx, before.AgreementID, before.ID, ops)
	if err != nil {
		return billing.WriteResult{}, writing.failure(err)
	}
	now, err := parseRecord(answer.Raw)
	if err != nil {
		return billing.WriteResult{}, writing.senseless(err)
	}
	edited, err := toAddition(&answer, before.AgreementID)
	if err != nil {
		return billing.WriteResult{}, writing.senseless(err)
	}
	changed := changedFields(old, now)
	if missed := notTaken(edit, &edited); len(missed) > 0 {
		return billing.WriteResult{}, writing.ignored(missed, changed)
	}
	return billing.WriteResult{Addition: edited, Unexpected: without(changed, written), At: time.Now()}, nil
}

// operations are the PATCH of an edit, and the names of the fields that it writes.
func operations(edit billing.AdditionEdit) (ops []cwclient.PatchOp, written []string) {
	amount := func(field string, value decimal.NullDecimal) {
		if value.Valid {
			ops = append(ops, cwclient.Replace(field, wire(value.Decimal)))
			written = append(written, field)
		}
	}
	amount(fieldQuantity, edit.Quantity)
	amount(fieldUnitPrice, edit.UnitPrice)
	amount(fieldUnitCost, edit.UnitCost)
	if edit.Taxable != nil {
		ops = append(ops, cwclient.Replace(fieldTaxable, *edit.Taxable))
		written = append(written, fieldTaxable)
	}
	switch {
	case !edit.Cancelled.IsZero():
		ops = append(ops, cwclient.Replace(fieldCancelled, cwclient.Date(edit.Cancelled.String())))
		written = append(written, fieldCancelled)
	case edit.Reopen:
		ops = append(ops, cwclient.Remove(fieldCancelled))
		written = append(written, fieldCancelled)
	}
	return ops, written
}

// notTaken says of each written field that does not have its new value what it has instead.
func notTaken(edit billing.AdditionEdit, after *billing.Addition) []string {
	var missed []string
	amount := func(field string, wanted decimal.NullDecimal, has decimal.Decimal) {
		if wanted.Valid && !billing.Same(wanted.Decimal, has) {
			missed = append(missed, fmt.Sprintf("%s is %s", field, wire(has)))
		}
	}
	amount(fieldQuantity, edit.Quantity, after.Quantity)
	amount(fieldUnitPrice, edit.UnitPrice, after.UnitPrice)
	amount(fieldUnitCost, edit.UnitCost, after.UnitCost)
	if edit.Taxable != nil && *edit.Taxable != after.Taxable {
		missed = append(missed, fmt.Sprintf("%s is %t", fieldTaxable, after.Taxable))
	}
	if !edit.Cancelled.IsZero() && edit.Cancelled != after.Cancelled {
		has := after.Cancelled.String()
		if has == "" {
			has = "empty"
		}
		missed = append(missed, fieldCancelled+" is "+has)
	}
	if edit.Reopen && edit.Cancelled.IsZero() && !after.Cancelled.IsZero() {
		missed = append(missed, fieldCancelled+" is "+after.Cancelled.String())
	}
	return missed
}

// ignored is the failure of a PATCH that was answered with 200 and did not do what it should. Where nothing at all differs from the record
// nothing was written; else a person has to look.
func (t task) ignored(missed, changed []string) *billing.Failure {
	failure := &billing.Failure{Class: billing.ClassRejected, Op: t.op, Code: "not_applied",
		Message: "ConnectWise answered that all is well, but " + strings.Join(missed, " and "),
		Hint:    "try the same by hand in ConnectWise: something there keeps this record from changing"}
	if len(changed) > 0 {
		failure.Class, failure.Code, failure.Unknown = billing.ClassNonsense, "partly_applied", true
		failure.Message += ", and these fields changed: " + strings.Join(changed, ", ")
		failure.Hint = "compare the line in ConnectWise with the plan"
	}
	return failure
}

// notAsAsked names the fields of a new line that are not as they were asked for, sorted.
func notAsAsked(n billing.NewAddition, created *billing.Addition) []string {
	var names []string
	check := func(name string, as bool) {
		if !as {
			names = append(names, name)
		}
	}
	check("billCustomer", created.Bill == billing.Billable)
	check(fieldCancelled, created.Cancelled.IsZero())
	check("effectiveDate", n.Effective.IsZero() || created.Effective == n.Effective)
	check("lessIncluded", created.LessIncluded.IsZero())
	check("product", created.ProductID == n.ProductID)
	check(fieldQuantity, billing.Same(created.Quantity, n.Quantity))
	check(fieldTaxable, n.Taxable == nil || created.Taxable == *n.Taxable)
	check(fieldUnitCost, !n.UnitCost.Valid || billing.Same(created.UnitCost, n.UnitCost.Decimal))
	check(fieldUnitPrice, !n.UnitPrice.Valid || billing.Same(created.UnitPrice, n.UnitPrice.Decimal))
	return names
}
