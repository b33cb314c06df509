package billing_test

import (
	"errors"
	"fmt"
	"testing"

	"cwsync/syncer/billing"
)

func TestBillsAndWrites(t *testing.T) {
	source := &billing.Source{BillStatus: []billing.Status{billing.StatusActive, billing.StatusTrial}, Write: []billing.Field{billing.FieldPrice}}
	if !source.Bills(billing.StatusActive) || !source.Bills(billing.StatusTrial) || source.Bills(billing.StatusSuspended) || source.Bills("") {
		t.Error("bills other statuses than bill_status names")
	}
	if !source.Writes(billing.FieldPrice) || source.Writes(billing.FieldQuantity) {
		t.Error("writes other fields than write names")
	}
}

func TestLinkedNeedsCompanyAndAgreement(t *testing.T) {
	for _, c := range []struct {
		customer billing.Customer
		want     bool
	}{
		{billing.Customer{}, false}, {billing.Customer{Company: 1}, false}, {billing.Customer{Agreement: 1}, false}, {billing.Customer{Company: 1, Agreement: 2}, true},
	} {
		if c.customer.Linked() != c.want {
			t.Errorf("%+v linked: %t", c.customer, !c.want)
		}
	}
}

func TestProductRefIsZero(t *testing.T) {
	if !(billing.ProductRef{}).IsZero() || (billing.ProductRef{ID: 1}).IsZero() || (billing.ProductRef{Identifier: "A"}).IsZero() {
		t.Error("a product is named by identifier or id")
	}
}

func TestFailure(t *testing.T) {
	cause := errors.New("reset by peer")
	failure := &billing.Failure{Class: billing.ClassUnavailable, Op: "read agreement 811", Message: "connection lost", Err: cause}
	if got := failure.Error(); got != "read agreement 811: connection lost" {
		t.Errorf("error text %q", got)
	}
	if got := (&billing.Failure{Message: "connection lost"}).Error(); got != "connection lost" {
		t.Errorf("error text without an operation %q", got)
	}
	wrapped := fmt.Errorf("run: %w", failure)
	if billing.ClassOf(wrapped) != billing.ClassUnavailable || !errors.Is(wrapped, cause) {
		t.Error("class or cause is lost on the way")
	}
	if billing.ClassOf(cause) != billing.ClassUnset || billing.ClassOf(nil) != billing.ClassUnset {
		t.Error("an error of no class has one")
	}
}
