package match

import (
	"reflect"
	"strings"
	"testing"

	"cwsync/syncer/billing"
)

func product(id int, identifier, description string) billing.Product {
	return billing.Product{ID: id, Identifier: identifier, Description: description, Class: "Agreement"}
}

// catalog is a part of what a provider sells.
func catalog() []billing.Product {
	return []billing.Product{
		product(1, "PPE-BUS", "Proofpoint Essentials Business"), product(2, "PPE-BUSP", "Proofpoint Essentials Business+"),
		product(3, "PPE-ADV", "Proofpoint Essentials Advanced"), product(4, "PPE-ADVP", "Proofpoint Essentials Advanced+"),
		product(6, "PPE-ARC", "Proofpoint Essentials Email Archive"), product(7, "PPE-SAT", "Proofpoint Security Awareness"),
		product(8, "M365-BB", "Microsoft 365 Business Basic"), product(10, "M365-BP", "Microsoft 365 Business Premium"),
		product(13, "M365-E3", "Microsoft 365 E3"), product(14, "M365-E5", "Microsoft 365 E5"),
		product(16, "EXO-P1", "Exchange Online Plan 1"), product(17, "EXO-P2", "Exchange Online Plan 2"), product(18, "EXO-ARC", "Exchange Online Archiving"),
		product(19, "VOIP-LINE", "Business phone line"), product(20, "BUS-LINE", "Business internet line"),
		{ID: 30, Identifier: "BNDL", Description: "Beginner bundle", Class: billing.BundleClass},
		{ID: 31, Identifier: "PPE-BEG", Description: "Proofpoint Essentials Beginner", Class: "Agreement", Inactive: true},
	}
}

func suggest(t *testing.T, name string, products []billing.Product) Suggestion {
	t.Helper()
	all := Products(t.Context(), []Named{{ID: "s", Name: name}}, products, nil)
	if len(all) != 1 || all[0].Service != "s" {
		t.Fatalf("one service gave %+v", all)
	}
	return all[0]
}

func TestProductOfAService(t *testing.T) {
	for _, c := range []struct {
		service string
		product int
		score   float64
		why     string
	}{
		{"Business+", 2, 0.93, "all words in the description, and the identifier abbreviates them"},
		{"Business Plus", 2, 0.93, "all words in the description, and the identifier abbreviates them"},
		{"Business", 1, 0.93, "all words in the description, and the identifier abbreviates them"},
		{"Advanced+", 4, 0.93, "all words in the description, and the identifier abbreviates them"},
		{"Microsoft 365 Business Premium", 10, 0.99, "the same words in the description, and the identifier abbreviates them"},
		{"Microsoft 365 E3", 13, 0.99, "the same words in the description, and the identifier abbreviates them"},
		{"E5", 14, 0.93, "all words in the description, and the identifier abbreviates them"},
		{"Exchange Online (Plan 2)", 17, 0.99, "the same words in the description, and the identifier abbreviates them"},
		{"Exchange Online Archive", 18, 0.91, "all words in the description, not all in the same form, and the identifier abbreviates them"},
		{"Security Awareness users", 7, 0, ""}, // a filler word of the service's own is missing: the score is of no interest
		{"EXO P1", 16, 1, "this is its identifier"},
		{"BUSINESS INTERNET LINE", 20, 0.97, "the same words in the description"},
	} {
		s := suggest(t, c.service, catalog())
		if len(s.Choices) == 0 || s.Choices[0].Product != c.product {
			t.Errorf("%s: %+v", c.service, s)
			continue
		}
		if best := s.Choices[0]; c.why != "" && (s.Product != c.product || best.Score != c.score || best.Why != c.why) {
			t.Errorf("%s: product %d, %v %s", c.service, s.Product, best.Score, best.Why)
		}
	}
	s := suggest(t, "Business+", catalog())
	if s.Reason != "PPE-BUSP (0.93): all words in the description, and the identifier abbreviates them" {
		t.Error(s.Reason)
	}
}

func TestAPlusAndANumberAreNeverIgnored(t *testing.T) {
	for _, c := range []struct{ service, description, says string }{
		{"Business+", "Proofpoint Business", `but it lacks "+"`},
		{"Business", "Proofpoint Business+", `but it has "+" too`},
		{"Business", "Proofpoint Business Plus", `but it has "+" too`},
		{"Exchange Online Plan 1", "Exchange Online Plan 2", `but it lacks "1"`},
		{"Microsoft 365 E3", "Microsoft 365 E5", `but it lacks "e3"`},
		{"Exchange Online", "Exchange Online Plan 2", `but it has "2" too`},
		{"Business+", "Microsoft 365 Business Premium", `but it lacks "+"`},
	} {
		s := suggest(t, c.service, []billing.Product{product(1, "M365-BP", c.description)})
		if s.Product != 0 || len(s.Choices) > 0 && (s.Choices[0].Score > scoreClash || !strings.HasSuffix(s.Choices[0].Why, c.says)) {
			t.Errorf("%s for %s: %+v", c.description, c.service, s)
		}
	}
	if s := suggest(t, "Server + workstation backup", []billing.Product{product(1, "X", "Server and workstation backup")}); s.Product != 1 {
		t.Errorf("a plus between words: %+v", s)
	}
}

func TestCodes(t *testing.T) {
	sku := product(1, "MS-BP", "M365 BusPrem NCE")
	sku.VendorSKU, sku.PartNumber = "CFQ7TTC0LCHC", "PN-4711"
	for _, c := range []struct {
		service Named
		score   float64
		why     string
	}{
		{Named{ID: "cfq7ttc0lchc", Name: "Premium"}, 0.99, "this is its vendor SKU"},
		{Named{ID: "1", Name: "PN 4711"}, 0.99, "this is its part number"},
		{Named{ID: "ms_bp"}, 1, "this is its identifier"},
	} {
		s := Products(t.Context(), []Named{c.service}, []billing.Product{sku}, nil)[0]
		if s.Product != 1 || s.Choices[0].Score != c.score || s.Choices[0].Why != c.why {
			t.Errorf("%+v: %+v", c.service, s)
		}
	}
	numbers := product(1, "1001", "Mailbox")
	if s := Products(t.Context(), []Named{{ID: "1001", Name: "Firewall"}}, []billing.Product{numbers}, nil)[0]; len(s.Choices) != 0 {
		t.Errorf("an id that is a mere number: %+v", s)
	}
}

func TestOtherServicesTellWhichFamily(t *testing.T) {
	products := []billing.Product{product(1, "A-1", "Contoso Mail Archive"), product(2, "B-1", "Fabrikam Mail Archive"), product(3, "B-2", "Fabrikam Mail Filter"),
		product(4, "B-3", "Fabrikam Mail Gateway")}
	if s := suggest(t, "Archive", products); s.Product != 0 || s.Reason != "A-1 (0.90) and B-1 (0.90) fit alike" {
		t.Errorf("alone: %+v", s)
	}
	all := Products(t.Context(), []Named{{ID: "a", Name: "Archive"}, {ID: "f", Name: "Filter"}, {ID: "g", Name: "Gateway"}}, products, nil)
	if best := all[0].Choices[0]; best.Product != 2 || best.Score <= all[0].Choices[1].Score {
		t.Errorf("with others: %+v", all[0])
	}
}

func TestNeverABundleOrAnInactiveProduct(t *testing.T) {
	s := suggest(t, "Beginner", catalog())
	if s.Product != 0 || len(s.Choices) != 0 || s.Reason != "no product is named like it" {
		t.Errorf("%+v", s)
	}
}

func TestTakenProducts(t *testing.T) {
	services := []Named{{ID: "business", Name: "Business"}, {ID: "bus2", Name: "Business"}}
	all := Products(t.Context(), services, catalog(), map[int]string{1: "business"})
	if all[0].Product != 0 || all[0].Choices[0].TakenBy != "business" || all[0].Reason != `PPE-BUS (0.93) fits best, but "business" is mapped to it` {
		t.Errorf("of another: %+v", all[0])
	}
	if all[1].Product != 1 || all[1].Choices[0].TakenBy != "business" {
		t.Errorf("its own: %+v", all[1])
	}
}

func TestOneProductForTwoServices(t *testing.T) {
	all := Products(t.Context(), []Named{{ID: "a", Name: "Business Internet Line"}, {ID: "b", Name: "Internet Line"}}, catalog(), nil)
	if all[0].Product != 20 || all[1].Product != 0 || all[1].Reason != `BUS-LINE (0.90) fits, but it fits "a" as well` {
		t.Errorf("%+v", all)
	}
	all = Products(t.Context(), []Named{{ID: "a", Name: "Business+"}, {ID: "b", Name: "Business Plus"}}, catalog(), nil)
	if all[0].Product != 0 || all[1].Product != 0 {
		t.Errorf("%+v", all)
	}
}

func TestProductsInOtherScripts(t *testing.T) {
	products := []billing.Product{product(1, "メール-1", "メール保護 ライセンス"), product(2, "ML-2", "Müllabfuhr Datenlöschung"), product(3, "X", "バックアップ")}
	for name, want := range map[string]int{"メール保護": 1, "ﾒｰﾙ保護": 1, "Datenloschung": 2, "バックアップ": 3} {
		if s := suggest(t, name, products); len(s.Choices) == 0 || s.Choices[0].Product != want {
			t.Errorf("%s: %+v", name, s)
		}
	}
}

func TestHostileProducts(t *testing.T) {
	long := strings.Repeat("aaaa ", 5000)
	products := []billing.Product{product(1, long, long), product(2, "\x1b[2J", "a\nb\u202e"), product(3, "", ""), product(4, strings.Repeat("a", 5000), "a")}
	for _, name := range []string{long, strings.Repeat("a", 5000), "", "+", "+++", "\xff", "a\nb\u202e", "a a a a a a a a a a a a a a"} {
		s := suggest(t, name, products)
		if strings.ContainsAny(s.Reason, "\x1b\n\u202e") || len([]rune(s.Reason)) > 500 {
			t.Errorf("%.20q: %q", name, s.Reason)
		}
		for _, choice := range s.Choices {
			if strings.ContainsAny(choice.Why, "\x1b\n\u202e") {
				t.Errorf("%.20q: %q", name, choice.Why)
			}
		}
	}
}

func TestAbbreviations(t *testing.T) {
	for _, c := range []struct {
		run, terms string
		want       bool
	}{
		{"busp", "business plus", true}, {"bus", "business", true}, {"bp", "business plus", true}, {"m365bp", "microsoft 365 business premium", true},
		{"p2", "plan 2", true}, {"e3", "e3", true}, {"b", "business", false}, {"busp", "business", false}, {"bus", "business plus", false},
		{"e", "e3", false}, {"m36", "microsoft 365", false}, {"", "business", false}, {strings.Repeat("a", 80), strings.Repeat("aaaaaaaa ", 12), true},
	} {
		if got := abbreviates(c.run, strings.Fields(c.terms)); got != c.want {
			t.Errorf("%s for %s: %v", c.run, c.terms, got)
		}
	}
}

func TestProductsInAnyOrder(t *testing.T) {
	services := []Named{{ID: "a", Name: "Business"}, {ID: "b", Name: "Business+"}, {ID: "c", Name: "Archive"}, {ID: "d", Name: "Plan 2"}}
	want := Products(t.Context(), services, catalog(), map[int]string{6: "x"})
	for range 20 {
		if got := Products(t.Context(), shuffled(services), shuffled(catalog()), map[int]string{6: "x"}); !reflect.DeepEqual(got, want) {
			t.Fatalf("another order gave\n%+v\nnot\n%+v", got, want)
		}
	}
}
