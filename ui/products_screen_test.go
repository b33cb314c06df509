package ui

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"unicode"

	"cwsync/syncer/billing"
	"cwsync/syncer/setup"
	"cwsync/syncer/source"
	"cwsync/ui/theme"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"
)

func TestProductsScreens(t *testing.T) {
	for name, arrange := range map[string]func(t *testing.T, a *app, p *products){
		"services": func(t *testing.T, a *app, p *products) { goTo(t, p, "business_plus") },
		"mapped":   func(t *testing.T, a *app, p *products) { goTo(t, p, "business") },
		"all mapped": func(t *testing.T, a *app, p *products) {
			press(t, a, "A")
			answer(t, a, "y")
			for _, id := range []string{"exchange", "beginner"} {
				goTo(t, p, id)
				press(t, a, "space")
			}
			goTo(t, p, "archive")
			a.notice = noticeMsg{}
		},
		"searching the suggested one": func(t *testing.T, a *app, p *products) {
			goTo(t, p, "business_plus")
			press(t, a, "/")
			typeText(t, a, "bus")
		},
		"accepting": func(t *testing.T, a *app, p *products) { press(t, a, "A") },
		"choosing":  func(t *testing.T, a *app, p *products) { goTo(t, p, "business_plus"); press(t, a, "enter") },
		"searching": func(t *testing.T, a *app, p *products) {
			goTo(t, p, "beginner")
			press(t, a, "/")
			typeText(t, a, "bus")
		},
		"nothing found": func(t *testing.T, a *app, p *products) {
			goTo(t, p, "beginner")
			press(t, a, "/")
			typeText(t, a, "qqq")
		},
		"rules": func(t *testing.T, a *app, p *products) { goTo(t, p, "archive"); press(t, a, "e", "right", "right") },
		"sharing": func(t *testing.T, a *app, p *products) {
			goTo(t, p, "beginner")
			press(t, a, "enter")
			p.catalog.mark(102)
			press(t, a, "enter", "down")
		},
		"new product":        func(t *testing.T, a *app, p *products) { goTo(t, p, "business_plus"); press(t, a, "n") },
		"new product button": func(t *testing.T, a *app, p *products) { openDraft(t, a, p, "archive", ""); press(t, a, "end") },
		"new product is there": func(t *testing.T, a *app, p *products) {
			openDraft(t, a, p, "archive", "")
			press(t, a, "enter", "ctrl+u")
			typeText(t, a, "ppe-arc")
		},
		"new product is offered": func(t *testing.T, a *app, p *products) { openDraft(t, a, p, "archive", "ppe-arc"); takeIt(t, a) },
		"new product is taken":   func(t *testing.T, a *app, p *products) { openDraft(t, a, p, "archive", ""); takeIt(t, a) },
		"new product mapped": func(t *testing.T, a *app, p *products) {
			openDraft(t, a, p, "archive", "")
			takeIt(t, a)
			a.notice = noticeMsg{}
		},
		"new product rules": func(t *testing.T, a *app, p *products) {
			openDraft(t, a, p, "archive", "")
			takeIt(t, a)
			press(t, a, "e", "end", "up", "right")
		},
		"new product shared": func(t *testing.T, a *app, p *products) {
			openDraft(t, a, p, "archive", "MBX-NEW")
			takeIt(t, a)
			openDraft(t, a, p, "beginner", "MBX-NEW")
			takeIt(t, a)
		},
		"units": func(t *testing.T, a *app, p *products) {
			goTo(t, p, "business_plus")
			press(t, a, "n", "down", "down", "down", "down", "down", "enter")
		},
	} {
		t.Run(name, func(t *testing.T) {
			a, p := openProducts(t, vendorProfile(t))
			arrange(t, a, p)
			requireScreens(t, a)
		})
	}
}

func TestProductsScreenWithoutACatalog(t *testing.T) {
	profile := vendorProfile(t)
	profile.site.Catalog.(*fakeCatalog).err = &billing.Failure{Class: billing.ClassPermission, Message: "the catalog may not be read",
		Hint: "System > Security Roles > (the role) > Procurement > Product Catalog: Inquire All"}
	a, _ := openProducts(t, profile)
	requireScreens(t, a)
}

func TestProductsScreenWhileReading(t *testing.T) {
	d := newFakeDesk(t, vendorProfile(t))
	step := newProducts(d).(*products)
	a := newFakeApp(d, placeProducts, step)
	step.enter()
	step.update(catalogProgressMsg{12_000})
	requireScreens(t, a)
	if !step.back() || step.reading || step.back() {
		t.Error("esc does not stop it")
	}
}

// nastyText is a text as it may come from outside.
func nastyText(r *rapid.T, label string) string {
	return rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{
		"株式会社サンプル製品一覧", "👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧", "\x1b[31mred\x1b[0m", "\x1b]0;title\x07", "a\r\nb\tc", "\u202egnp.exe", "e\u0301\u0301\u0301", strings.Repeat("W", 300), "ﷺﷺﷺ", "",
	})).Draw(r, label)
}

// requireHarmless holds a screen to its size, and to being free of everything that a terminal would act on.
func requireHarmless(r *rapid.T, content string, width, height int) {
	lines := strings.Split(content, "\n")
	if len(lines) > height {
		r.Errorf("%d lines on a screen of %d", len(lines), height)
	}
	for _, line := range lines {
		if w := ansi.StringWidth(line); w > width {
			r.Errorf("%d wide on a screen of %d: %q", w, width, line)
		}
		plain := strings.NewReplacer("\x1b[7m", "", "\x1b[m", "").Replace(line) // the cursor's own
		if strings.ContainsFunc(plain, func(c rune) bool { return unicode.In(c, unicode.Cc, unicode.Zl, unicode.Zp, unicode.Bidi_Control) }) {
			r.Errorf("not harmless: %q", line)
		}
	}
}

func TestProductsStaysWithinItsScreen(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		profile := vendorProfile(t)
		mail := &profile.setups.stored[0].Sources[0]
		var list []billing.Product
		for i := range 4 {
			list = append(list, billing.Product{ID: 1 + i, Identifier: nastyText(r, "identifier"), Description: nastyText(r, "description"), Price: dec("1234567.891")})
		}
		for i := range mail.Services {
			mail.Services[i].Name = source.CleanName(nastyText(r, "service"))
		}
		profile.site.Catalog = &fakeCatalog{products: list, tables: vendorTables()}
		a, p := openProducts(t, profile)
		p.state.source.Services[0].Product.ID = 2
		p.state.changed()
		for range rapid.IntRange(0, 6).Draw(r, "keys") {
			name := rapid.SampledFrom([]string{"down", "up", "enter", "tab", "/", "e", "n", "a", "A", "space", "x", "right", "q", "end", "esc", "pgdown"}).Draw(r, "key")
			if name != "esc" || p.inCatalog || p.form != nil {
				press(t, a, name)
			}
		}
		a.width, a.height = rapid.IntRange(60, 160).Draw(r, "width"), rapid.IntRange(20, 50).Draw(r, "height")
		requireHarmless(r, a.content(), a.width, a.height)
	})
}

// manyProducts is a step over a catalog of 50,000 products.
func manyProducts(b *testing.B) (*app, *products) {
	b.Helper()
	list := make([]billing.Product, 50_000)
	for i := range list {
		list[i] = billing.Product{ID: i + 1, Identifier: fmt.Sprintf("PRD-%05d", i), Description: fmt.Sprintf("Product number %d of the catalog", i), Price: dec("4.50"), PartNumber: fmt.Sprint("P", i)}
	}
	document := vendorDocument()
	catalogue := kindsOf(b, vendorKind(func(context.Context, source.Config) (billing.Usage, error) { return vendorUsage(), nil }))
	d := &desk{ctx: b.Context(), theme: theme.Dark(), now: testNow, document: document, usage: map[string]billing.Usage{"mail": vendorUsage()}, read: map[string]bool{}, saver: &saver{},
		profile: &Profile{Kinds: catalogue, Setups: &fakeSetups{stored: []*setup.Document{document}}}}
	p := newProducts(d).(*products)
	p.state = newProductsState(catalogue)
	p.takeSource()
	p.desk.products, p.desk.read[readProducts] = list, true
	index := newCatalogIndex(list)
	p.state.takeProducts(index)
	p.catalog.update(p.catalog.fill(index.rows)())
	a := newFakeApp(d, placeProducts, p)
	a.width, a.height = 120, 40
	return a, p
}

// BenchmarkProductsLetter is one typed letter until it and its results are on the screen.
func BenchmarkProductsLetter(b *testing.B) {
	a, p := manyProducts(b)
	p.inCatalog = true
	p.catalog.search()
	for b.Loop() {
		_, cmd := a.Update(tea.KeyPressMsg{Code: 'p', Text: "p"})
		_ = a.content()
		a.Update(cmd())
		_ = a.content()
		p.catalog.ask("")
	}
}

// BenchmarkProductsArrow is one press of an arrow key until it is on the screen.
func BenchmarkProductsArrow(b *testing.B) {
	a, p := manyProducts(b)
	p.inCatalog = true
	for b.Loop() {
		a.Update(tea.KeyPressMsg{Code: tea.KeyDown})
		_ = a.content()
	}
}

// BenchmarkProductsAssign is mapping a service, with all of the set-up's rules.
func BenchmarkProductsAssign(b *testing.B) {
	_, p := manyProducts(b)
	for b.Loop() {
		if err := p.state.assign("archive", target{product: 77}, billing.MergeNone); err != nil {
			b.Fatal(err)
		}
	}
}
