package psa

import (
	"net/http"
	"strings"
	"testing"

	"cwsync/cwclient/cwsim"
	"cwsync/syncer/billing"
)

func TestEditProduct(t *testing.T) {
	w := cwsim.NewWorld("2026-03-16")
	p, server := overSim(t, w)
	made, err := p.CreateProduct(t.Context(), newProduct(t, p))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		edit billing.ProductEdit
		body string
	}{
		{billing.ProductEdit{Price: some("4.7500001")}, `[{"op":"replace","path":"price","value":4.75}]`},
		{billing.ProductEdit{Cost: some("2")}, `[{"op":"replace","path":"cost","value":2}]`},
		{billing.ProductEdit{Price: some("0"), Cost: some("1.5")}, `[{"op":"replace","path":"price","value":0},{"op":"replace","path":"cost","value":1.5}]`},
	} {
		server.ResetLog()
		after, err := p.EditProduct(t.Context(), made, c.edit)
		if err != nil {
			t.Fatal(err)
		}
		writes := server.Writes()
		if len(writes) != 1 || writes[0].Method != http.MethodPatch || writes[0].Body != c.body {
			t.Errorf("sent %+v", writes)
		}
		if after.ID != made.ID || (c.edit.Price.Valid && !billing.Same(after.Price, c.edit.Price.Decimal)) || (c.edit.Cost.Valid && !after.Cost.Equal(c.edit.Cost.Decimal)) {
			t.Errorf("got %+v", after)
		}
	}
}

func TestEditProductFails(t *testing.T) {
	for name, c := range map[string]struct {
		edit    billing.ProductEdit
		spoil   func(*cwsim.Server)
		class   billing.Class
		unknown bool
		says    string
	}{
		"nothing to write": {billing.ProductEdit{}, func(*cwsim.Server) {}, billing.ClassUnset, false, "nothing to write"},
		"negative":         {billing.ProductEdit{Price: some("-1")}, func(*cwsim.Server) {}, billing.ClassUnset, false, "0 or more"},
		"no right": {billing.ProductEdit{Price: some("1")}, func(s *cwsim.Server) { s.Deny("Procurement", "Product Catalog", cwsim.KindEdit) },
			billing.ClassPermission, false, "change the product"},
		"answer lost": {billing.ProductEdit{Price: some("1")}, func(s *cwsim.Server) {
			s.Fail(cwsim.Fault{Method: http.MethodPatch, Path: "/procurement", Kind: cwsim.FaultResetAfter})
		}, billing.ClassUnavailable, true, "change the product"},
	} {
		t.Run(name, func(t *testing.T) {
			p, server := overSim(t, cwsim.NewWorld("2026-03-16"))
			made, err := p.CreateProduct(t.Context(), newProduct(t, p))
			if err != nil {
				t.Fatal(err)
			}
			c.spoil(server)
			_, err = p.EditProduct(t.Context(), made, c.edit)
			failure := failureOf(t, err)
			if failure.Class != c.class || failure.Unknown != c.unknown || !strings.Contains(failure.Error(), c.says) {
				t.Errorf("got %+v", failure)
			}
		})
	}
}

// TestEditProductThatIsNotTaken: an answer of 200 is no proof.
func TestEditProductThatIsNotTaken(t *testing.T) {
	before := billing.Product{ID: 12, Identifier: "ARC-1", Price: dec("4.5"), Cost: dec("2")}
	for name, c := range map[string]struct {
		body    string
		unknown bool
	}{
		"nothing of it": {`{"id":12,"identifier":"ARC-1","price":4.5,"cost":2}`, false},
		"half of it":    {`{"id":12,"identifier":"ARC-1","price":5,"cost":2}`, true},
	} {
		t.Run(name, func(t *testing.T) {
			p := overAnswer(t, http.StatusOK, "application/json", c.body)
			_, err := p.EditProduct(t.Context(), before, billing.ProductEdit{Price: some("5"), Cost: some("3")})
			if failure := failureOf(t, err); failure.Unknown != c.unknown || !strings.Contains(failure.Message, "cost is 2") {
				t.Errorf("got %+v", failure)
			}
		})
	}
}
