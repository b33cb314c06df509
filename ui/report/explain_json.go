package report

import (
	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
)

type explainWire struct {
	Profile string            `json:"profile"`
	Key     string            `json:"key"`
	AsOf    *asOfWire         `json:"as_of"` // null: no run speaks of the line
	Usage   string            `json:"usage"` // empty: none
	Has     string            `json:"quantity"`
	Accept  string            `json:"accept"` // what releases it where it is held; empty: nothing does, or it is not held
	Latest  *runChangeWire    `json:"latest"`
	Rules   []string          `json:"rules"`
	Owned   *ownedWire        `json:"owned"`
	Undone  *undoneWire       `json:"undone"`     // by the newest undo; null: nothing
	Undones []*undoneWire     `json:"all_undone"` // by each undo since the last ordinary write, the newest last
	Unknown []string          `json:"unknown"`    // times of writes whose end is not known
	History []explainPastWire `json:"history"`
}

type asOfWire struct {
	RunID   string `json:"run_id"`
	Started string `json:"started"`
}

type ownedWire struct {
	AdditionID  int      `json:"addition_id"`
	AgreementID int      `json:"agreement_id"`
	ProductID   int      `json:"product_id"`
	Quantity    string   `json:"quantity"`
	UnitPrice   string   `json:"unit_price,omitempty"`
	UnitCost    string   `json:"unit_cost,omitempty"`
	Created     bool     `json:"created"`
	Ended       string   `json:"ended"` // empty: it goes on
	Members     []string `json:"members"`
}

type undoneWire struct {
	AgreementID int    `json:"agreement_id"`
	ProductID   int    `json:"product_id"`
	Quantity    string `json:"quantity"`
	UnitPrice   string `json:"unit_price,omitempty"`
	UnitCost    string `json:"unit_cost,omitempty"`
	Taxable     *bool  `json:"taxable,omitempty"`
}

type explainPastWire struct {
	foundWire
	ChangedBefore string `json:"changed_before"` // what somebody changed between the run before and this one; empty: nothing
}

// ExplainJSON is the document of an explanation.
func ExplainJSON(e *Explanation) ([]byte, error) {
	w := explainWire{Profile: e.Profile, Key: e.Key.String(), Rules: joined(e.Rules(), nil), Unknown: []string{}, History: make([]explainPastWire, len(e.History))}
	if e.Latest != nil {
		c := &e.Latest.Change
		r := rowOf(c, e.Latest.Outcome, true)
		latest := r.runWire()
		w.AsOf, w.Latest = &asOfWire{e.Latest.RunID, timeText(e.Latest.Started)}, &latest
		if c.Usage.Valid {
			w.Usage = decimalText(c.Usage.Decimal)
		}
		if quantity := quantityAfter(c, &e.Latest.Outcome); quantity.Valid {
			w.Has = decimalText(quantity.Decimal)
		}
		if r.acceptHint() != "" {
			w.Accept = c.Key.String()
		}
	}
	w.Owned, w.Undones = ownedWireOf(e.Owned), make([]*undoneWire, len(e.Undone))
	for i := range e.Undone {
		w.Undone = undoneWireOf(&e.Undone[i])
		w.Undones[i] = w.Undone
	}
	for _, at := range e.Unknown {
		w.Unknown = append(w.Unknown, timeText(at))
	}
	for i := range e.History {
		w.History[i] = explainPastWire{e.History[i].wire(), e.History[i].Since}
	}
	return DocumentJSON(KindExplain, 0, w)
}

func ownedWireOf(o *plan.Owned) *ownedWire {
	if o == nil {
		return nil
	}
	w := &ownedWire{
		AdditionID: o.AdditionID, AgreementID: o.AgreementID, ProductID: o.ProductID, Quantity: decimalText(o.Quantity), Created: o.Created,
		Ended: o.Ended.String(), Members: keyStrings(o.Members),
	}
	if o.UnitPrice.Valid {
		w.UnitPrice = moneyText(o.UnitPrice.Decimal)
	}
	if o.UnitCost.Valid {
		w.UnitCost = moneyText(o.UnitCost.Decimal)
	}
	return w
}

func undoneWireOf(u *plan.Undone) *undoneWire {
	w := &undoneWire{AgreementID: u.AgreementID, ProductID: u.ProductID, Quantity: decimalText(u.Quantity), Taxable: u.Taxable}
	if u.UnitPrice.Valid {
		w.UnitPrice = moneyText(u.UnitPrice.Decimal)
	}
	if u.UnitCost.Valid {
		w.UnitCost = moneyText(u.UnitCost.Decimal)
	}
	return w
}

func keyStrings(keys []billing.Key) []string {
	texts := make([]string, len(keys))
	for i, key := range keys {
		texts[i] = key.String()
	}
	return texts
}
