package psa

import (
	"context"
	"errors"
	"fmt"

	"cwsync/cwclient"
	"cwsync/syncer/billing"
)

// Additions reads all additions of one agreement, in ascending order of id; with record, each keeps the complete record. An agreement that
// does not exist has none. Errors are *billing.Failure.
func (p *PSA) Additions(ctx context.Context, agreementID int, record bool) ([]billing.Addition, error) {
	reading := readAdditions(agreementID)
	var additions []billing.Addition
	for read, err := range p.client.Additions.All(ctx, agreementID, cwclient.ListOptions{KeepRaw: record}) {
		if errors.Is(err, cwclient.ErrNotFound) {
			return nil, p.confirmMissing(ctx, reading, agreementID, err)
		}
		if err != nil {
			return nil, reading.failure(err)
		}
		addition, err := toAddition(&read, agreementID)
		if err != nil {
			return nil, reading.senseless(err)
		}
		additions = append(additions, addition)
	}
	return additions, nil
}

// confirmMissing makes sure that an agreement whose additions were not found does not exist. A 404 alone does not say so: a server gives it
// for keys that it refuses and for an address that moved too, and taking that for "no additions" would bill everything twice.
func (p *PSA) confirmMissing(ctx context.Context, reading task, agreementID int, notFound error) error {
	found, err := p.readAgreements(ctx, wanted([]int{agreementID}))
	if err != nil {
		return reading.failure(err)
	}
	if len(found) > 0 {
		return reading.failure(notFound)
	}
	return nil
}

// toAddition translates one line of this agreement. An error names what makes no sense: a line without product or quantity that was let pass
// would look as if it were not there, and a second one would be created beside it.
func toAddition(a *cwclient.Addition, agreementID int) (billing.Addition, error) {
	if a.AgreementID != 0 && a.AgreementID != agreementID {
		return billing.Addition{}, fmt.Errorf("addition %d belongs to agreement %d", a.ID, a.AgreementID)
	}
	if a.Product.ID <= 0 {
		return billing.Addition{}, fmt.Errorf("addition %d has no product", a.ID)
	}
	if !a.Quantity.Valid && !billsNothing(a.BillCustomer) {
		return billing.Addition{}, fmt.Errorf("addition %d has no quantity", a.ID)
	}
	dates := dateReader{kind: "addition", id: a.ID}
	addition := billing.Addition{
		ID: a.ID, AgreementID: agreementID, ProductID: a.Product.ID, ProductIdentifier: a.Product.Identifier,
		Quantity: a.Quantity.Decimal, LessIncluded: a.LessIncluded.Decimal,
		UnitPrice: a.UnitPrice.Decimal, UnitCost: a.UnitCost.Decimal,
		Bill:      billing.BillCustomer(a.BillCustomer),
		Effective: dates.read("effectiveDate", a.EffectiveDate), Cancelled: dates.read("cancelledDate", a.CancelledDate),
		Taxable: a.TaxableFlag, Description: a.Description, UpdatedBy: a.Info.UpdatedBy, Updated: a.Info.LastUpdated, Record: a.Raw,
	}
	addition.Version = version(&addition, a.Info.LastUpdated)
	return addition, dates.err
}

// billsNothing reports whether a line is surely not billed. The API's description lets a quantity be null. One of a line that bills nothing
// counts as 0: such a line is never adopted, and stands in the way of a second one all the same. One of a billed line is not guessed, cancelled
// or not: it may be open until a day to come.
func billsNothing(bill string) bool { return bill == cwclient.NoCharge || bill == cwclient.DoNotBill }
