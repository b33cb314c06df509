package cwclient

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
)

// written sends one write and gives what arrived.
func written(t *testing.T, send func(c *Client) error) (r *http.Request, body string, err error) {
	t.Helper()
	c := newTest(t, api(func(req *http.Request) (*http.Response, error) {
		text, _ := io.ReadAll(req.Body)
		r, body = req, string(text)
		return reply(req, 201, `{"id":7,"unknown":{"a":[1]},"quantity":"3.50","cancelledDate":""}`), nil
	}))
	err = send(c)
	return r, body, err
}

func TestAdditionCreate(t *testing.T) {
	no := false
	r, body, err := written(t, func(c *Client) error {
		got, err := c.Additions.Create(t.Context(), 12, AdditionCreate{
			ProductID: 77, Quantity: decimal.RequireFromString("12.340"), UnitPrice: NumberOf(decimal.RequireFromString("0.1")),
			EffectiveDate: "2026-02-01", TaxableFlag: &no, InvoiceDescription: "Mail <b>",
		})
		if got.ID != 7 || got.Quantity.Decimal.String() != "3.5" || !strings.Contains(string(got.Raw), `"unknown"`) {
			t.Errorf("got %+v", got)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if r.Method != "POST" || r.URL.Path != "/v2026_4/apis/3.0/finance/agreements/12/additions" {
		t.Errorf("sent %s %s", r.Method, r.URL)
	}
	want := `{"product":{"id":77},"quantity":12.34,"unitPrice":0.1,"billCustomer":"Billable",` +
		`"effectiveDate":"2026-02-01T00:00:00Z","taxableFlag":false,"invoiceDescription":"Mail \u003cb\u003e"}`
	if body != want {
		t.Errorf("sent %s\nwant %s", body, want)
	}
}

func TestCatalogItemCreate(t *testing.T) {
	_, body, err := written(t, func(c *Client) error {
		_, err := c.Catalog.Create(t.Context(), CatalogItemCreate{
			Identifier: "MBX", Description: "Mailbox", TypeID: 1, SubcategoryID: 4, ProductClass: "Agreement",
			Price: NumberOf(decimal.Zero),
		})
		return err
	})
	want := `{"identifier":"MBX","description":"Mailbox","customerDescription":"Mailbox","productClass":"Agreement",` +
		`"type":{"id":1},"subcategory":{"id":4},"price":0}`
	if err != nil || body != want {
		t.Errorf("sent %s, %v\nwant %s", body, err, want)
	}
}

func TestPatch(t *testing.T) {
	r, body, err := written(t, func(c *Client) error {
		_, err := c.Additions.Patch(t.Context(), 12, 7, []PatchOp{
			Replace("quantity", decimal.RequireFromString("1.50")), Replace("unitPrice", NumberOf(decimal.NewFromInt(2))),
			Replace("cancelledDate", Date("2026-03-31")), Replace("taxableFlag", true), Remove("cancelledDate"),
		})
		return err
	})
	want := `[{"op":"replace","path":"quantity","value":1.5},{"op":"replace","path":"unitPrice","value":2},` +
		`{"op":"replace","path":"cancelledDate","value":"2026-03-31T00:00:00Z"},` +
		`{"op":"replace","path":"taxableFlag","value":true},{"op":"remove","path":"cancelledDate"}]`
	if err != nil || body != want {
		t.Errorf("sent %s, %v\nwant %s", body, err, want)
	}
	if r.Method != "PATCH" || !strings.HasSuffix(r.URL.Path, "/finance/agreements/12/additions/7") {
		t.Errorf("sent %s %s", r.Method, r.URL)
	}
}

func TestWritesThatAreWrongAreNotSent(t *testing.T) {
	tests := map[string]func(c *Client) error{
		"no product": func(c *Client) error { _, err := c.Additions.Create(t.Context(), 1, AdditionCreate{}); return err },
		"no day": func(c *Client) error {
			_, err := c.Additions.Create(t.Context(), 1, AdditionCreate{ProductID: 1, EffectiveDate: "2026-02-30"})
			return err
		},
		"no type": func(c *Client) error {
			_, err := c.Catalog.Create(t.Context(), CatalogItemCreate{Identifier: "a", Description: "a"})
			return err
		},
		"no change": func(c *Client) error { _, err := c.Additions.Patch(t.Context(), 1, 1, nil); return err },
		"with a slash": func(c *Client) error {
			_, err := c.Additions.Patch(t.Context(), 1, 1, []PatchOp{Remove("/quantity")})
			return err
		},
		"nested": func(c *Client) error {
			_, err := c.Catalog.Patch(t.Context(), 1, []PatchOp{Replace("type/id", 3)})
			return err
		},
		"unknown operation": func(c *Client) error {
			_, err := c.Catalog.Patch(t.Context(), 1, []PatchOp{{Op: "test", Path: "cost"}})
			return err
		},
	}
	for name, send := range tests {
		t.Run(name, func(t *testing.T) {
			r, _, err := written(t, send)
			e, ok := errors.AsType[*Error](err)
			if r != nil || !ok || !e.NotSent() || !errors.Is(err, ErrInvalid) {
				t.Errorf("got %v, sent %v", err, r)
			}
		})
	}
}

func TestAnswerOfAnotherRecord(t *testing.T) {
	c := newTest(t, api(func(r *http.Request) (*http.Response, error) { return reply(r, 200, `{"id":8}`), nil }))
	_, err := c.Additions.Patch(t.Context(), 12, 7, []PatchOp{Replace("quantity", 1)})
	e, ok := errors.AsType[*Error](err)
	if !ok || !errors.Is(err, ErrNonsense) || e.Rejected() || e.NotSent() {
		t.Errorf("got %v", err)
	}
}

func TestRawIsKeptWhereAsked(t *testing.T) {
	const record = `{"id":1,"product":{"id":5,"identifier":"MBX"},"quantity":1.0,"extPrice":3,"_info":{"lastUpdated":"2026-01-15T10:00:00Z","updatedBy":"x"}}`
	c := newTest(t, api(func(r *http.Request) (*http.Response, error) {
		if strings.HasSuffix(r.URL.Path, "/1") {
			return reply(r, 200, record), nil
		}
		return reply(r, 200, "["+record+"]"), nil
	}))
	with, err := collect(c.Additions.All(t.Context(), 1, ListOptions{KeepRaw: true}))
	if err != nil || string(with[0].Raw) != record || with[0].Product.Identifier != "MBX" || with[0].Info.UpdatedBy != "x" {
		t.Errorf("got %+v, %v", with, err)
	}
	without, err := collect(c.Additions.All(t.Context(), 1, ListOptions{}))
	if err != nil || without[0].Raw != nil || !without[0].Quantity.Valid {
		t.Errorf("got %+v, %v", without, err)
	}
	one, err := c.Additions.Get(t.Context(), 1, 1)
	if err != nil || !json.Valid(one.Raw) || string(one.Raw) != record {
		t.Errorf("got %s, %v", one.Raw, err)
	}
}
