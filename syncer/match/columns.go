package match

import (
	"cmp"
	"slices"
	"strings"

	"github.com/adrg/strutil/metrics"
)

// column is one of our columns and what others call it, as words makes it, without spaces. Names of the first list say just that; those of the
// second may mean it too.
type column struct {
	name  string
	sure  []string
	maybe []string
}

// ourColumns are the columns of CONTRACT.md section 5, the needed ones first: they have the first choice.
func ourColumns() []column {
	return []column{
		{"customer_id", list("customer_id customer_no customer_number customer_code customer_key cust_id client_id client_no client_number client_code tenant_id account_id " +
			"account_no account_number account_code company_id organization_id organisation_id org_id subscriber_id reseller_customer_id eid kunden_id kundennummer kunden_nr kundennr " +
			"kundencode kdnr kd_nr mandanten_id mandantennummer debitor debitorennummer debitor_nr konto_nr kontonummer"),
			list("customer client tenant account company organization organisation org subscriber kunde mandant konto firma")},
		{"service_id", list("service_id service_code service_no service_key product_id product_code product_no product_number product_key sku sku_id part_no part_number item_id " +
			"item_code item_no item_number package_id package_code plan_id plan_code offer_id offer_code license_id licence_id license_sku licence_sku subscription_sku article_no " +
			"article_number produkt_id produktnummer produkt_nr produktcode artikelnummer artikel_nr artikelnr dienst_id leistungs_id leistungsnummer paket_id lizenz_id"),
			list("service product package plan offer item article license licence license_type licence_type product_type subscription produkt artikel dienst leistung paket lizenz tarif")},
		{"quantity", list("quantity qty amount_of_licenses seats seat_count user_count users licenses licences license_count licence_count license_quantity licence_quantity units unit_count " +
			"count number_of_users number_of_seats number_of_licenses number_of_licences no_of_users billable_quantity billed_quantity usage usage_count consumed consumed_units " +
			"assigned active_users active_mailboxes mailboxes anzahl menge stück stückzahl stueckzahl benutzer nutzer lizenzen anzahl_lizenzen anzahl_benutzer verbrauch"),
			list("amount number total volume used devices endpoints summe plätze")},
		{"customer_name", list("customer_name client_name tenant_name account_name company_name organization_name organisation_name org_name subscriber_name end_customer " +
			"end_customer_name kundenname kunden_name firmenname mandantenname firma_name"),
			list("customer client tenant account company organization organisation kunde firma mandant name display_name")},
		{"service_name", list("service_name product_name package_name plan_name offer_name item_name license_name licence_name sku_name article_name produktname dienstname " +
			"artikelname artikelbezeichnung produktbezeichnung paketname leistungsname lizenzname"),
			list("service product package plan offer item article license licence description item_description product_description produkt artikel dienst leistung paket bezeichnung beschreibung")},
		{"unit", list("unit uom unit_of_measure unit_name measure einheit mengeneinheit me"), list("unit_type")},
		{"cost", list("cost unit_cost cost_price buy_price purchase_price wholesale_price partner_price partner_cost reseller_price net_cost einkaufspreis ek ek_preis einstandspreis kosten"),
			list("net_price buying")},
		{"price", list("price unit_price sell_price sales_price retail_price list_price msrp rrp srp customer_price price_per_unit preis einzelpreis verkaufspreis vk vk_preis stückpreis " +
			"listenpreis"), list("rate amount_per_unit erp")},
		{"currency", list("currency currency_code curr iso_currency billing_currency währung waehrung währungscode whg"), nil},
		{"status", list("status state customer_status account_status subscription_status service_status license_status zustand kundenstatus"), list("active enabled aktiv")},
		{"domain", list("domain domain_name primary_domain customer_domain tenant_domain default_domain domäne domaene"), list("url website web_site")},
		{"as_of", list("as_of as_of_date date report_date usage_date snapshot_date counted_at timestamp updated_at last_updated stand stichtag datum berichtsdatum"),
			list("time created generated updated zeitpunkt")},
		{"period", list("period billing_period usage_period month billing_month invoice_period zeitraum abrechnungszeitraum monat periode abrechnungsmonat"), list("invoice_month")},
	}
}

func list(names string) []string {
	all := strings.Fields(names)
	for i, name := range all {
		all[i] = squashed(name)
	}
	return all
}

// What a header scores for a column.
const (
	headerSame  = 1.00 // our own name
	headerSure  = 0.95
	headerMaybe = 0.80
	headerNamed = 0.85 // says that it is the number of what the column is of
	headerPart  = 0.74 // says it among other words; each word of it adds headerWord, so that a net unit cost is no unit
	headerWord  = 0.01
	headerTypo  = 0.70 // at most, of what is only spelled alike; the likeness must be at least typoAlike
	typoAlike   = 0.90
)

// Columns guesses which header of a file is which of our columns, by our column's name. A header is given to one column at most, and a column
// that nothing looks like is absent. Names in English and German are known.
func Columns(headers []string) map[string]Guess {
	type pair struct {
		guess  Guess
		column int
	}
	var pairs []pair
	ours := ourColumns()
	for place, header := range headers {
		name, parts := squashed(header), headerWords(header)
		for at := range ours {
			if score, why := ours[at].score(name, parts); score > 0 {
				pairs = append(pairs, pair{Guess{Header: header, Index: place, Score: score, Why: why}, at})
			}
		}
	}
	slices.SortFunc(pairs, func(a, b pair) int {
		return cmp.Or(cmp.Compare(b.guess.Score, a.guess.Score), a.column-b.column, a.guess.Index-b.guess.Index)
	})
	guesses := map[string]Guess{}
	used := map[int]bool{}
	for _, one := range pairs {
		name := ours[one.column].name
		if _, done := guesses[name]; !done && !used[one.guess.Index] {
			guesses[name], used[one.guess.Index] = one.guess, true
		}
	}
	return guesses
}

// headerWords are the words of a header, CamelCase taken apart, and # as the number that it stands for.
func headerWords(header string) []string {
	var b strings.Builder
	lower := false
	for _, r := range strings.ReplaceAll(header, "#", " no ") {
		upper := r >= 'A' && r <= 'Z'
		if upper && lower {
			b.WriteByte(' ')
		}
		lower = r >= 'a' && r <= 'z'
		b.WriteRune(r)
	}
	return words(bare(b.String()))
}

// score is what a header scores for the column: name is the header without spaces, parts are its words.
func (c *column) score(name string, parts []string) (float64, string) {
	switch {
	case name == "":
		return 0, ""
	case name == squashed(c.name):
		return headerSame, "the same name"
	case slices.Contains(c.sure, name):
		return headerSure, "another word for " + c.name
	case c.numbered(parts):
		return headerNamed, "says that it is an id"
	case slices.Contains(c.maybe, name):
		return headerMaybe, "may mean " + c.name
	}
	if part := c.within(parts); len(part) > 0 {
		return round(headerPart + headerWord*float64(len(part))), "has " + quoted(strings.Join(part, " ")) + " in it"
	}
	best, like := 0.0, ""
	jaro := metrics.NewJaroWinkler()
	for _, known := range append([]string{squashed(c.name)}, c.sure...) {
		if len(known) < 5 || len(name) < 5 {
			continue
		}
		if score := (jaro.Compare(cut(name), known) + dice(cut(name), known)) / 2; score > best {
			best, like = score, known
		}
	}
	if best < typoAlike {
		return 0, ""
	}
	return round(headerTypo * best), "spelled like " + quoted(like)
}

// numbered reports whether a header is a word for what an id column is of, whole or its beginning, and behind it one for a number: "Cust No".
func (c *column) numbered(parts []string) bool {
	last := len(parts) - 1
	if !strings.HasSuffix(c.name, "_id") || last < 1 || !slices.Contains(list("id no nr num number nummer"), parts[last]) {
		return false
	}
	what := strings.Join(parts[:last], "")
	return slices.ContainsFunc(c.maybe, func(word string) bool {
		// What is bought has a number for each purchase, which is not what is billed.
		purchase := slices.Contains(list("subscription license licence lizenz"), word)
		return !purchase && (word == what || len(what) >= 4 && strings.HasPrefix(word, what))
	})
}

// within is the longest run of words of the header that is a sure name of at least three letters; nil where there is none.
func (c *column) within(parts []string) []string {
	const most = 6 // with it, the score stays below headerMaybe
	parts = parts[:min(most, len(parts))]
	for n := len(parts) - 1; n > 0; n-- {
		for from := 0; from+n <= len(parts); from++ {
			name := strings.Join(parts[from:from+n], "")
			if len(name) >= 3 && (name == squashed(c.name) || slices.Contains(c.sure, name)) {
				return parts[from : from+n]
			}
		}
	}
	return nil
}
