package cwsim

// AgreementRecord is an agreement as a person sees it. Dates are YYYY-MM-DD, ""
// for none.
type AgreementRecord struct {
	ID, Company, Parent int // Parent is 0 for none
	Name, Type          string
	Cycle               string // billing option: Monthly, Quarterly, NotRecurring, ...
	Status              string // Active, Cancelled, Expired or Inactive, as of the world's today
	Start, End          string
	BillStart           string
	NextInvoice         string // its own: a child agreement follows its parent
	Currency            string // identifier such as USD, "" for none
	Prorate             bool
	Updated, UpdatedBy  string // _info: when (UTC, whole seconds) and by whom
}

// CompanyNamed is the id of the first company of that name which is not in the
// recycle bin; false where there is none.
func (w *World) CompanyNamed(name string) (int, bool) {
	w.mu.RLock()
	defer w.mu.RUnlock()
	for _, rec := range w.tables[tCompanies].rows {
		if rec.text("name") == name && !rec.flag("deletedFlag") {
			return rec.id, true
		}
	}
	return 0, false
}

// Agreements lists the agreements of a company by id; company 0 lists all.
func (w *World) Agreements(company int) []AgreementRecord {
	w.mu.RLock()
	defer w.mu.RUnlock()
	var out []AgreementRecord
	for _, rec := range w.tables[tAgreements].rows {
		if company == 0 || rec.ref("company") == company {
			out = append(out, w.agreementRecord(rec))
		}
	}
	return out
}

func (w *World) agreementRecord(rec *record) AgreementRecord {
	a := AgreementRecord{
		ID: rec.id, Company: rec.ref("company"), Parent: rec.ref("parentAgreement"), Name: rec.text("name"),
		Cycle: w.cycleOf(rec), Start: rec.day("startDate"), End: rec.day("endDate"), BillStart: rec.day("billStartDate"),
		NextInvoice: rec.day(".nextInvoice"), Prorate: rec.flag("prorateFlag"),
		Updated: rec.info.updated, UpdatedBy: rec.info.updatedBy,
	}
	a.Status, _ = agreementStatus(w, rec).(string)
	if kind := w.tables[tAgreementTypes].byID[rec.ref("type")]; kind != nil {
		a.Type = kind.text("name")
	}
	if currency := w.tables[tCurrencies].byID[rec.ref("currency")]; currency != nil {
		a.Currency = currency.text("currencyIdentifier")
	}
	return a
}
