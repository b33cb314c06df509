package cwsim

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/shopspring/decimal"
)

// scope is the table of a collection and the rows that the address is about.
func (c *call) scope(col collection) (*table, []*record, *problem) {
	t := c.w.tables[col.table]
	if col.parent == "" {
		return t, t.rows, nil
	}
	parent := c.w.tables[col.parent]
	if parent.byID[c.ids[0]] == nil {
		return nil, nil, noRecord(parent.res, c.ids[0])
	}
	return t, t.children[c.ids[0]], nil
}

// target is the one record that the address names.
func (c *call) target(col collection) (*table, *record, *problem) {
	t, _, bad := c.scope(col)
	if bad != nil {
		return nil, nil, bad
	}
	id := c.ids[len(c.ids)-1]
	rec := t.byID[id]
	if rec == nil || col.parent != "" && rec.parentID() != c.ids[0] {
		return nil, nil, noRecord(t.res, id)
	}
	if c.ownOnly && rec.info.enteredBy != apiMember {
		if c.r.Method == http.MethodGet {
			return nil, nil, noRecord(t.res, id)
		}
		return nil, nil, noRight()
	}
	return t, rec, nil
}

func (c *call) getList(col collection) (answer, *problem) {
	t, rows, bad := c.scope(col)
	if bad != nil {
		return answer{}, bad
	}
	return c.list(rows, t.res)
}

func (c *call) getCount(col collection) (answer, *problem) {
	t, rows, bad := c.scope(col)
	if bad != nil {
		return answer{}, bad
	}
	return c.count(rows, t.res)
}

func (c *call) getOne(col collection) (answer, *problem) {
	_, rec, bad := c.target(col)
	if bad != nil {
		return answer{}, bad
	}
	return c.whole(http.StatusOK, rec), nil
}

// whole is a single record, trimmed where fields says so.
func (c *call) whole(status int, rec *record) answer {
	return answer{status: status, body: c.w.encode(nil, rec, c.selection())}
}

func (c *call) one(table string, id int, only selection) (answer, *problem) {
	t := c.w.tables[table]
	rec := t.byID[id]
	if rec == nil {
		return answer{}, noRecord(t.res, id)
	}
	return answer{status: http.StatusOK, body: c.w.encode(nil, rec, only)}, nil
}

func (c *call) postOne(col collection) (answer, *problem) {
	t, _, bad := c.scope(col)
	if bad != nil {
		return answer{}, bad
	}
	var body map[string]any
	if bad := decodeBody(c.body, &body); bad != nil {
		return answer{}, bad
	}
	parent := 0
	if col.parent != "" {
		parent = c.ids[0]
	}
	rec, bad := c.w.create(t, parent, body, apiMember)
	if bad != nil {
		return answer{}, bad
	}
	a := c.whole(http.StatusCreated, rec)
	a.set("Location", c.self()+"/"+fmt.Sprint(rec.id))
	return a, nil
}

func (c *call) patchOne(col collection) (answer, *problem) {
	t, rec, bad := c.target(col)
	if bad != nil {
		return answer{}, bad
	}
	var ops []operation
	if bad := decodeBody(c.body, &ops); bad != nil {
		return answer{}, bad
	}
	if bad := c.w.patch(t, rec, ops, apiMember); bad != nil {
		return answer{}, bad
	}
	return c.whole(http.StatusOK, rec), nil
}

func (c *call) putOne(col collection) (answer, *problem) {
	t, rec, bad := c.target(col)
	if bad != nil {
		return answer{}, bad
	}
	var body map[string]any
	if bad := decodeBody(c.body, &body); bad != nil {
		return answer{}, bad
	}
	if bad := c.w.overwrite(t, rec, body, apiMember); bad != nil {
		return answer{}, bad
	}
	return c.whole(http.StatusOK, rec), nil
}

func (c *call) deleteOne(col collection) (answer, *problem) {
	t, rec, bad := c.target(col)
	if bad != nil {
		return answer{}, bad
	}
	if bad := c.w.delete(t, rec); bad != nil {
		return answer{}, bad
	}
	return answer{status: http.StatusNoContent}, nil
}

// companyInfo is discovery: it needs no key, and null is its answer to a company
// that does not exist.
func (s *Server) companyInfo(c *call, company string) answer {
	if !strings.EqualFold(company, s.opts.credentials.Company) {
		return answer{status: http.StatusOK, body: []byte("null")}
	}
	site := s.opts.siteURL
	if site == "" {
		site = c.r.Host
	}
	codebase := s.Codebase()
	var cloud any = !s.opts.onPremise
	if s.w.asText() {
		cloud = map[bool]string{true: "True", false: "False"}[!s.opts.onPremise]
	}
	body, err := json.Marshal(struct {
		CompanyName, Codebase, VersionCode, VersionNumber, CompanyID string
		IsCloud                                                      any
		SiteUrl                                                      string
		AllowedOrigins                                               []string
	}{
		"Simulated MSP", codebase, strings.Replace(strings.TrimSuffix(codebase, "/"), "_", ".", 1), "v" + s.opts.version + ".104231",
		s.opts.credentials.Company, cloud, site, []string{},
	})
	if err != nil {
		return answer{status: http.StatusInternalServerError}
	}
	return answer{status: http.StatusOK, body: body}
}

func (w *World) asText() bool {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return w.shape.CloudAsText
}

func (c *call) systemInfo() (answer, *problem) {
	region := "NA"
	if c.s.opts.onPremise {
		region = ""
	}
	body, err := json.Marshal(struct {
		Version       string `json:"version"`
		IsCloud       bool   `json:"isCloud"`
		TimeZone      string `json:"serverTimeZone"`
		LicenseBits   []any  `json:"licenseBits"`
		CloudRegion   string `json:"cloudRegion"`
		MaxWorkflow   int    `json:"maxWorkFlowRecordsAllowed"`
		LastRefreshed string `json:"-"`
	}{
		Version: "v" + c.s.opts.version + ".104231", IsCloud: !c.s.opts.onPremise, TimeZone: c.w.zone,
		LicenseBits: []any{map[string]any{"name": "Finance", "activeFlag": true}}, CloudRegion: region, MaxWorkflow: 200,
	})
	if err != nil {
		return answer{}, badRequest("%v", err)
	}
	return answer{status: http.StatusOK, body: body}, nil
}

// myMember is one object, whatever the address is called.
func (c *call) myMember() (answer, *problem) {
	return answer{status: http.StatusOK, body: fmt.Appendf(nil,
		`{"id":101,"identifier":%q,"firstName":"cwsync","lastName":"API","licenseClass":"X","inactiveFlag":false,`+
			`"securityRole":{"id":2,"name":"API cwsync"},"_info":{"lastUpdated":"2015-01-01T00:00:00Z","updatedBy":%q}}`,
		apiMember, installer)}, nil
}

func (c *call) postInvoice() (answer, *problem) {
	if c.w.tables[tAgreements].byID[c.ids[0]] == nil {
		return answer{}, noRecord(c.w.tables[tAgreements].res, c.ids[0])
	}
	id, err := c.w.invoice(c.ids[0], apiMember)
	if err != nil {
		return answer{}, invalid(c.w.tables[tAgreements].res, outOfRange("nextInvoiceDate", "Nothing is left to invoice."))
	}
	return answer{status: http.StatusCreated, body: fmt.Append(nil, id)}, nil
}

// pricing is the price of a product for a company: the catalog's, as nobody has
// a price list here.
func (c *call) pricing() (answer, *problem) {
	t := c.w.tables[tCatalog]
	product := t.byID[c.ids[0]]
	if product == nil {
		return answer{}, noRecord(t.res, c.ids[0])
	}
	var body map[string]json.RawMessage
	if bad := decodeBody(c.body, &body); bad != nil {
		return answer{}, bad
	}
	if body == nil {
		body = map[string]json.RawMessage{}
	}
	body["catalogItem"] = fmt.Appendf(nil, `{"id":%d,"identifier":%s}`, product.id, appendString(nil, product.text("identifier")))
	price, _ := product.stored("price").(decimal.Decimal)
	body["price"] = json.RawMessage(price.String())
	out, err := json.Marshal(body)
	if err != nil {
		return answer{}, badRequest("%v", err)
	}
	return answer{status: http.StatusOK, body: out}, nil
}
