package match

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"cwsync/syncer/billing"
)

func TestEqualNameAndOneAgreementIsLinked(t *testing.T) {
	p := one(t, "Tailspin Toys", []billing.Company{company(251, "Tailspin Toys")}, cloud(802, 251, "Cloud 2026"))
	expect(t, p, Linked, 251, 802, 1, "same name, and one agreement of type Cloud Services: Cloud 2026")
	want := []Candidate{{Company: 251, Name: "Tailspin Toys", Score: 1, Why: "same name", Agreements: []int{802}}}
	if !reflect.DeepEqual(p.Candidates, want) {
		t.Errorf("candidates %+v", p.Candidates)
	}
}

func TestWhatCountsAsEqual(t *testing.T) {
	for _, c := range []struct {
		customer, company string
		linked            bool
	}{
		{"litware  INC.", "Litware, Inc.", true},
		{"Wide-World Importers", "wide world importers", true},
		{"O’Neil & Sons", "O'Neil & Sons", true},
		{"AT&T", "AT & T", true},
		{"Müller", "Mu\u0308ller", true},
		{"Straße 7", "STRASSE 7", true},
		{"Ｃｏｎｔｏｓｏ", "Contoso", true},
		{"青空商事", " 青空商事 ", true},
		{"ｱｵｿﾞﾗ", "アオゾラ", true},
		{"Contoso\u200b", "Contoso", true},
		{"Contoso®", "Contoso", true},
		{"Müller", "Mueller", false},
		{"Müller", "Muller", false},
		{"Contoso Ltd", "Contoso", false},
		{"Contoso Ltd", "Contoso Limited", false},
		{"Fabrikam & Sons", "Fabrikam and Sons", false},
		{"Tail Spin Toys", "Tailspin Toys", false},
		{"Web 2.0", "Web 20", false},
		{"C#", "C", false},
		{"Business+", "Business", false},
		{"Соntoso", "Contoso", false}, // Cyrillic letters
		{"ハナ", "バナ", false},
		{"Sm\xffth", "Sm\xfeth", false},
		{"Sm\ufffdth", "Sm\ufffdth", false},
		{"!!!", "???", false},
		{"", "", false},
	} {
		p := one(t, c.customer, []billing.Company{company(1, c.company)}, cloud(9, 1, "Cloud"))
		if linked := p.Outcome == Linked; linked != c.linked {
			t.Errorf("%q and %q: %s (%s)", c.customer, c.company, p.Outcome, p.Reason)
		}
	}
}

func TestSpellingsAreProposedNotLinked(t *testing.T) {
	for _, c := range []struct {
		customer, company string
		score             float64
		why               string
	}{
		{"Fabrikam & Co", "Fabrikam and Company", 0.94, `same name but for "&" and the legal form`},
		{"Adventure Works", "Adventure Works Ltd", 0.97, "same name but for the legal form"},
		{"Contoso Ltd.", "Contoso Limited", 0.97, "same name but for the legal form"},
		{"Contoso AG", "Contoso GmbH", 0.92, "same name but for another legal form"},
		{"Contoso GmbH & Co. KG", "Contoso", 0.97, "same name but for the legal form"},
		{"Contoso S.A. de C.V.", "Contoso", 0.97, "same name but for the legal form"},
		{"Contoso Pty Ltd", "Contoso", 0.97, "same name but for the legal form"},
		{"Fabrikam BV", "Fabrikam", 0.97, "same name but for the legal form"},
		{"アオゾラ", "株式会社アオゾラ", 0.97, "same name but for the legal form"},
		{"㈱アオゾラ", "アオゾラ株式会社", 0.97, "same name but for the legal form"},
		{"青空商事有限公司", "青空商事", 0.97, "same name but for the legal form"},
		{"The Phone Company", "Phone Company", 0.98, `same name but for "The"`},
		{"Fabrikam and Sons", "Fabrikam & Sons", 0.97, `same name but for "&"`},
		{"Mueller Maschinenbau", "Müller Maschinenbau GmbH", 0.95, "same name but for the legal form and accents"},
		{"Muller", "Müller", 0.98, "same name but for accents"},
		{"Soerensen", "Sørensen", 0.98, "same name but for accents"},
		{"Tail Spin Toys", "Tailspin Toys", 0.98, "same name but for spaces"},
		{"Contosso", "Contoso", 0.96, "spelled alike"},
		{"Works Adventure", "Adventure Works", 0.92, "the same words in another order"},
		{"Northwind", "Northwind Traders", 0.83, `begins alike, and goes on with "traders"`},
		{"Northwind Traders West", "Northwind Traders", 0.92, `begins alike, but lacks "west"`},
	} {
		p := one(t, c.customer, []billing.Company{company(1, c.company)}, cloud(9, 1, "Cloud"))
		if p.Outcome != NeedsChoice || p.Company != 1 || p.Agreement != 9 || p.Score != c.score {
			t.Errorf("%q and %q: %s %d %d %v", c.customer, c.company, p.Outcome, p.Company, p.Agreement, p.Score)
		}
		if !strings.HasPrefix(p.Reason, "like "+quoted(c.company)+" (") || !strings.HasSuffix(p.Reason, "): "+c.why) {
			t.Errorf("%q: %s", c.customer, p.Reason)
		}
	}
	p := one(t, "Fabrikam & Co", []billing.Company{company(256, "Fabrikam and Company")}, cloud(808, 256, "Cloud"))
	expect(t, p, NeedsChoice, 256, 808, 0.94, `like "Fabrikam and Company" (0.94): same name but for "&" and the legal form`)
}

func TestIdentifierAndDomain(t *testing.T) {
	northwind := billing.Company{ID: 1, Name: "NWT Holding", Identifier: "Northwind"}
	p := one(t, "Northwind", []billing.Company{northwind}, cloud(9, 1, "Cloud"))
	expect(t, p, NeedsChoice, 1, 9, 0.95, `like "NWT Holding" (0.95): this name is its identifier`)

	found := Customers(t.Context(), []Named{{ID: "1", Name: "Zweigstelle", Domain: "www.northwind.co.uk"}}, []billing.Company{northwind},
		[]billing.Agreement{cloud(9, 1, "Cloud")}, cloudType, today)
	expect(t, found[0], NeedsChoice, 1, 9, 0.90, `like "NWT Holding" (0.90): named like the domain www.northwind.co.uk`)
}

func TestSeveralAgreements(t *testing.T) {
	p := one(t, "Contoso", []billing.Company{company(255, "Contoso")}, cloud(807, 255, "Cloud DR"), cloud(806, 255, "Cloud 2026"))
	expect(t, p, NeedsChoice, 255, 0, 1, "2 agreements of this type: Cloud 2026, Cloud DR")
	if !slices.Equal(p.Candidates[0].Agreements, []int{806, 807}) {
		t.Errorf("agreements %v", p.Candidates[0].Agreements)
	}
	p = one(t, "Contoso Ltd", []billing.Company{company(255, "Contoso")}, cloud(1, 255, "Cloud"), cloud(2, 255, "Cloud"), cloud(3, 255, "A"), cloud(4, 255, "B"))
	expect(t, p, NeedsChoice, 255, 0, 0.97,
		`like "Contoso" (0.97): same name but for the legal form; 4 agreements of this type: Cloud #1, Cloud #2, A, and 1 more`)
}

func TestSeveralCompaniesOfOneName(t *testing.T) {
	two := []billing.Company{company(262, "CONTOSO"), company(250, "Contoso")}
	p := one(t, "Contoso", two, cloud(806, 250, "Cloud"), cloud(807, 262, "Cloud"))
	expect(t, p, NeedsChoice, 0, 0, 1, "2 companies of this name: 250, 262")
	p = one(t, "Contoso", two, cloud(807, 262, "Cloud"))
	expect(t, p, NeedsChoice, 262, 807, 1, "2 companies of this name: 250, 262; only 262 has an agreement of type Cloud Services")
	if p.Candidates[0].Company != 262 || len(p.Candidates) != 2 {
		t.Errorf("candidates %+v", p.Candidates)
	}
	p = one(t, "Contoso", two)
	expect(t, p, NoAgreement, 0, 0, 1, "2 companies of this name: 250, 262; none has an agreement of this type")
}

func TestHiddenCompanies(t *testing.T) {
	deleted := billing.Company{ID: 270, Name: "Contoso", Deleted: true}
	prospect := billing.Company{ID: 271, Name: "Contoso", Hidden: true}
	p := one(t, "Contoso", []billing.Company{deleted, company(250, "Contoso")}, cloud(806, 250, "Cloud"), cloud(900, 270, "Cloud"))
	expect(t, p, NeedsChoice, 250, 806, 1, "2 companies of this name: 250, 270 (deleted)")
	if p.Hidden != 1 || len(p.Candidates) != 1 {
		t.Errorf("hidden %d, candidates %+v", p.Hidden, p.Candidates)
	}
	p = one(t, "Contoso", []billing.Company{deleted, company(250, "Contoso")}, cloud(806, 250, "Cloud 2026"), cloud(807, 250, "Cloud DR"))
	expect(t, p, NeedsChoice, 250, 0, 1, "2 agreements of this type: Cloud 2026, Cloud DR; 2 companies of this name: 250, 270 (deleted)")

	p = one(t, "Contoso", []billing.Company{deleted}, cloud(900, 270, "Cloud"))
	expect(t, p, NoCompany, 0, 0, 0, "no company of this name; a hidden company has exactly this name")
	p = one(t, "Contoso", []billing.Company{deleted, prospect, company(1, "Contoso Ltd")}, cloud(900, 270, "Cloud"), cloud(9, 1, "Cloud"))
	expect(t, p, NeedsChoice, 1, 9, 0.97,
		`like "Contoso Ltd" (0.97): same name but for the legal form; 2 hidden companies have exactly this name`)
}

func TestNoAgreement(t *testing.T) {
	northwind := []billing.Company{{ID: 259, Name: "Northwind Traders", Identifier: "Northwind"}}
	support := billing.Agreement{ID: 820, CompanyID: 259, Name: "Support", TypeID: supportType, TypeName: "Managed", End: day(t, "2025-06-30")}
	elsewhere := cloud(1, 1, "Cloud")

	p := one(t, "Northwind Traders", northwind, support, elsewhere)
	expect(t, p, NoAgreement, 259, 0, 1, "Northwind Traders has no agreement of type Cloud Services; it has Support (ended on 2025-06-30)")
	p = one(t, "Northwind", northwind, support, elsewhere)
	expect(t, p, NoAgreement, 259, 0, 0.95,
		`like "Northwind Traders" (0.95), which has no agreement of type Cloud Services; it has Support (ended on 2025-06-30)`)
	p = one(t, "Northwind Traders", northwind, elsewhere)
	expect(t, p, NoAgreement, 259, 0, 1, "Northwind Traders has no agreement of type Cloud Services")
	p = one(t, "Northwind Traders", northwind)
	expect(t, p, NoAgreement, 259, 0, 1, "Northwind Traders has no agreement of this type")
}

func TestWhatIsNotRunning(t *testing.T) {
	for _, c := range []struct {
		name, says string
		change     func(*billing.Agreement)
	}{
		{"cancelled", "cancelled since 2026-09-01", func(a *billing.Agreement) { a.Cancelled, a.CancelledOn = true, day(t, "2026-09-01") }},
		{"cancelled by status", "cancelled", func(a *billing.Agreement) { a.Status = "Cancelled" }},
		{"ended yesterday", "ended on 2026-11-20", func(a *billing.Agreement) { a.End = day(t, "2026-11-20") }},
		{"expired by status", "expired", func(a *billing.Agreement) { a.Status = "Expired" }},
		{"inactive", "inactive", func(a *billing.Agreement) { a.Status = "Inactive" }},
		{"starts tomorrow", "starts on 2026-11-22", func(a *billing.Agreement) { a.Start = day(t, "2026-11-22") }},
		{"one-time", "does not recur", func(a *billing.Agreement) { a.Cycle.NotRecurring = true }},
		{"of another type", "Managed", func(a *billing.Agreement) { a.TypeID, a.TypeName = supportType, "Managed" }},
	} {
		t.Run(c.name, func(t *testing.T) {
			agreement := cloud(813, 260, "Cloud")
			c.change(&agreement)
			p := one(t, "Proseware", []billing.Company{company(260, "Proseware")}, agreement)
			if p.Outcome != NoAgreement || !strings.HasSuffix(p.Reason, "; it has Cloud ("+c.says+")") {
				t.Errorf("%s: %s", p.Outcome, p.Reason)
			}
		})
	}
	for name, change := range map[string]func(*billing.Agreement){
		"ends today":   func(a *billing.Agreement) { a.End = today },
		"starts today": func(a *billing.Agreement) { a.Start = today },
		"active":       func(a *billing.Agreement) { a.Status = "Active" },
	} {
		agreement := cloud(813, 260, "Cloud")
		change(&agreement)
		if p := one(t, "Proseware", []billing.Company{company(260, "Proseware")}, agreement); p.Outcome != Linked {
			t.Errorf("%s: %s: %s", name, p.Outcome, p.Reason)
		}
	}
}

func TestAnyType(t *testing.T) {
	managed := cloud(1, 260, "Managed")
	managed.TypeID = supportType
	run := func(agreements ...billing.Agreement) Proposal {
		return Customers(t.Context(), []Named{{ID: "1", Name: "Proseware"}}, []billing.Company{company(260, "Proseware")}, agreements, 0, today)[0]
	}
	expect(t, run(managed), Linked, 260, 1, 1, "same name, and one running agreement: Managed")
	expect(t, run(managed, cloud(2, 260, "Cloud")), NeedsChoice, 260, 0, 1, "2 running agreements: Managed, Cloud")
	expect(t, run(), NoAgreement, 260, 0, 1, "Proseware has no running agreement")
}

func TestNoCompany(t *testing.T) {
	companies := []billing.Company{company(257, "Lightwave"), company(251, "Tailspin Toys")}
	p := one(t, "Litware", companies, cloud(9, 257, "Cloud"))
	expect(t, p, NoCompany, 0, 0, 0.71, `no company of this name; nearest "Lightwave" (0.71)`)
	expect(t, one(t, "Qzxv", companies), NoCompany, 0, 0, 0, "no company of this name")
	expect(t, one(t, "Litware", nil), NoCompany, 0, 0, 0, "no company of this name")
	expect(t, one(t, " ", companies), NoCompany, 0, 0, 0, "the source gives this customer no name")
}

func TestNumbersTellCompaniesApart(t *testing.T) {
	p := one(t, "Franchise 101", []billing.Company{company(1, "Franchise 102"), company(2, "Franchise")}, cloud(9, 1, "Cloud"), cloud(8, 2, "Cloud"))
	if p.Outcome != NoCompany || p.Company != 0 {
		t.Errorf("%s %d: %s", p.Outcome, p.Company, p.Reason)
	}
}

func TestTwoAlikeSuggestNothing(t *testing.T) {
	p := one(t, "Contoso", []billing.Company{company(1, "Contoso Ltd"), company(2, "Contoso Inc")}, cloud(8, 1, "Cloud"), cloud(9, 2, "Cloud"))
	expect(t, p, NeedsChoice, 0, 0, 0.97, `like "Contoso Ltd" 1 and "Contoso Inc" 2 (0.97 each): same name but for the legal form`)
	p = one(t, "Contoso", []billing.Company{company(1, "Contoso Ltd"), company(2, "Contoso Inc")}, cloud(9, 2, "Cloud"))
	expect(t, p, NeedsChoice, 2, 9, 0.97, `like "Contoso Inc" (0.97): same name but for the legal form`)
}

func TestOneAgreementForTwoCustomers(t *testing.T) {
	companies := []billing.Company{company(255, "Contoso")}
	agreements := []billing.Agreement{cloud(806, 255, "Cloud 2026")}
	p := Customers(t.Context(), []Named{{ID: "2", Name: "CONTOSO"}, {ID: "1", Name: "Contoso"}}, companies, agreements, cloudType, today)
	expect(t, p[0], NeedsChoice, 255, 0, 1, `same name, but Cloud 2026 would be linked to "CONTOSO" (2) as well`)
	expect(t, p[1], NeedsChoice, 255, 0, 1, `same name, but Cloud 2026 would be linked to "Contoso" (1) as well`)

	p = Customers(t.Context(), []Named{{ID: "1", Name: "Contoso"}, {ID: "2", Name: "Contoso Ltd"}, {ID: "3", Name: "Contoso Inc"}}, companies, agreements, cloudType, today)
	expect(t, p[0], Linked, 255, 806, 1, "same name, and one agreement of type Cloud Services: Cloud 2026")
	expect(t, p[1], NeedsChoice, 255, 0, 0.97,
		`like "Contoso" (0.97): same name but for the legal form; Cloud 2026 would be linked to "Contoso" (1) as well`)

	p = Customers(t.Context(), []Named{{ID: "2", Name: "Contoso Ltd"}, {ID: "3", Name: "Contoso Inc"}, {ID: "4", Name: "Contoso BV"}}, companies, agreements, cloudType, today)
	expect(t, p[0], NeedsChoice, 255, 0, 0.97,
		`like "Contoso" (0.97): same name but for the legal form; Cloud 2026 would be linked to "Contoso Inc" (3) and one other as well`)
}

func TestVeryManyNamesakes(t *testing.T) {
	var companies []billing.Company
	for id := range 10 * maxSame {
		companies = append(companies, company(id+1, "Contoso"))
	}
	p := one(t, "Contoso Ltd", companies, cloud(9, 10*maxSame, "Cloud"))
	expect(t, p, NeedsChoice, 10*maxSame, 9, 0.97, `like "Contoso" (0.97): same name but for the legal form`)
	p = one(t, "Contoso", companies, cloud(9, 10*maxSame, "Cloud"))
	expect(t, p, NeedsChoice, 10*maxSame, 9, 1,
		"500 companies of this name: 1, 2, 3, 4, 5, and 495 more; only 500 has an agreement of type Cloud Services")
	if len(p.Candidates) != maxCandidates {
		t.Errorf("%d candidates", len(p.Candidates))
	}
}

func TestHostileNames(t *testing.T) {
	evil := "Con\x1b[31mtoso\n\u202e" + strings.Repeat("x", 5000)
	huge := strings.Repeat("aé", 100_000)
	companies := []billing.Company{company(1, evil), company(2, huge), company(3, strings.Repeat("Ltd ", 1000)), company(4, "公司"), company(5, "&")}
	for _, name := range []string{evil, huge + "b", evil + "y", "Contoso\x00", "\xff\xfe", "Ltd", "株式会社", "& & &", "The", strings.Repeat("的", 4000)} {
		p := one(t, name, companies, cloud(9, 1, "Cloud\x1b]0;x\a"))
		for _, r := range p.Reason {
			if r < ' ' || r == '\u202e' || r == 0x7f {
				t.Errorf("reason %q has %U", p.Reason, r)
			}
		}
		if len([]rune(p.Reason)) > 500 {
			t.Errorf("reason of %d runes", len([]rune(p.Reason)))
		}
	}
}
