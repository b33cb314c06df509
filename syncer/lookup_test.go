package syncer

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"cwsync/syncer/billing"
)

func TestLookUp(t *testing.T) {
	r := newRig(t, 2)
	products, err := r.FindProducts(t.Context(), []int{99}, []string{"MBX", "NONE"})
	if err != nil || len(products) != 1 || products[0].ID != product {
		t.Errorf("products: %v, %+v", err, products)
	}
	agreements, err := r.FindAgreements(t.Context(), []int{801, 999})
	if err != nil || len(agreements) != 1 || agreements[801].CompanyID != 251 {
		t.Errorf("agreements: %v, %+v", err, agreements)
	}
	r.clock = time.Date(2026, 11, 21, 23, 30, 0, 0, time.UTC)
	r.Setup.Connection.TimeZone = "Europe/Berlin"
	if today, err := r.Today(t.Context()); err != nil || today != day("2026-11-22") {
		t.Errorf("today is %s, %v", today, err)
	}
	r.Setup.Connection.TimeZone = "Mars/Base"
	var stop *Stop
	if _, err := r.Today(t.Context()); !errors.As(err, &stop) || stop.Exit != ExitUsage || stop.Problem.Hint == "" {
		t.Errorf("a zone that nobody knows: %v", err)
	}
}

func TestDefaultsProblem(t *testing.T) {
	r := newProductRig(t, 1)
	if problem, err := r.DefaultsProblem(t.Context()); err != nil || problem != "" {
		t.Errorf("defaults that are there: %q, %v", problem, err)
	}
	r.Setup.Defaults.ProductType = "Nothing of the kind"
	if problem, err := r.DefaultsProblem(t.Context()); err != nil || !strings.Contains(problem, "Nothing of the kind") {
		t.Errorf("a type that is not there: %q, %v", problem, err)
	}
	lost := errors.New("lost")
	r.Products = lostTables{r.world, lost}
	if _, err := r.DefaultsProblem(t.Context()); !errors.Is(err, lost) {
		t.Errorf("tables that cannot be read: %v", err)
	}
}

type lostTables struct {
	Products
	err error
}

func (l lostTables) ProductTables(context.Context) (billing.ProductTables, error) {
	return billing.ProductTables{}, l.err
}
