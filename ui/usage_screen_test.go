package ui

import (
	"context"
	"strings"
	"testing"

	"cwsync/syncer/billing"
	"cwsync/syncer/setup"
	"cwsync/syncer/source"

	"pgregory.net/rapid"
)

// brokenUsage is a source that cannot be read.
func brokenUsage(t *testing.T) *fakeProfile {
	profile := vendorProfile(t)
	profile.kinds = kindsOf(t, vendorKind(func(context.Context, source.Config) (billing.Usage, error) {
		return billing.Usage{}, &source.ReadErrors{More: 4, Problems: []*source.ReadError{
			{Line: 3, Column: 22, Message: `quantity "-1" is negative`},
			{Line: 14, Column: 22, Message: `quantity "1,000" is not a decimal number`, Hint: "set options.decimal to comma for 1.234,5, or to grouped for 1,234.5"},
			{Line: 15, Message: `customer "1001" and service "advanced" are already on line 2`, Hint: "set options.merge to sum if the quantities are to be added"},
		}}
	}))
	return profile
}

func TestUsageScreens(t *testing.T) {
	for name, c := range map[string]struct {
		profile func(t *testing.T) *fakeProfile
		arrange func(t *testing.T, a *app, u *usage)
	}{
		"new": {func(t *testing.T) *fakeProfile { return csvProfile(t, nil) }, func(t *testing.T, a *app, _ *usage) {
			press(t, a, "down", "enter")
			typeText(t, a, "my mail")
		}},
		"presets": {presetProfile, func(t *testing.T, a *app, u *usage) {
			u.blank.at = 0
			press(t, a, "enter", "down", "down", "down")
		}},
		"preset": {presetProfile, func(t *testing.T, a *app, u *usage) { u.blank.at = 0; u.draft("kind", "preset.pax8") }},
		"preset to fill in": {presetProfile, func(t *testing.T, a *app, u *usage) {
			u.draft("kind", "preset.pax8")
			press(t, a, "down", "down", "enter")
			u.form.at = 5
		}},
		"form":  {vendorProfile, func(t *testing.T, a *app, _ *usage) { press(t, a, "e", "down") }},
		"rules": {vendorProfile, func(t *testing.T, a *app, _ *usage) { press(t, a, "w", "down", "down", "down", "down", "down") }},
		"markup": {vendorProfile, func(t *testing.T, a *app, u *usage) {
			press(t, a, "w")
			u.rules.at = 10
			press(t, a, "enter", "ctrl+u")
			typeText(t, a, "12,5")
		}},
		"rows":     {vendorProfile, func(*testing.T, *app, *usage) {}},
		"search":   {vendorProfile, func(t *testing.T, a *app, _ *usage) { press(t, a, "/"); typeText(t, a, "fab") }},
		"problems": {brokenUsage, func(*testing.T, *app, *usage) {}},
		"empty": {func(t *testing.T) *fakeProfile {
			profile := vendorProfile(t)
			profile.kinds = kindsOf(t, vendorKind(func(context.Context, source.Config) (billing.Usage, error) {
				return billing.Usage{AsOf: testNow()}, nil
			}))
			return profile
		}, func(*testing.T, *app, *usage) {}},
		"columns": {vendorProfile, func(_ *testing.T, _ *app, u *usage) {
			u.matches = u.state.matchColumns([]string{"Kundennummer", "Kunde", "Artikel", "Anzahl Lizenzen", "株式", "EK-Preis", "Währung", "Notiz"})
			u.matches.chosen["service_id"] = ""
			u.columns.at = 1
			u.open(pageColumns)
		}},
		"sources": {func(t *testing.T) *fakeProfile {
			profile := vendorProfile(t)
			profile.setups.stored[0].Sources = append(profile.setups.stored[0].Sources, setup.NewSource("backup", "vendor"))
			return profile
		}, func(*testing.T, *app, *usage) {}},
	} {
		t.Run(name, func(t *testing.T) {
			a, u := openUsage(t, c.profile(t))
			c.arrange(t, a, u)
			requireScreens(t, a)
		})
	}
}

func TestUsageScreenWhileReading(t *testing.T) {
	d := newFakeDesk(t, vendorProfile(t))
	u := newUsage(d).(*usage)
	a := newFakeApp(d, placeUsage, u)
	u.enter()
	requireScreens(t, a)
}

func TestUsageStaysWithinItsScreen(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		usage := vendorUsage()
		for i := range usage.Lines {
			line := &usage.Lines[i]
			line.CustomerName, line.ServiceName, line.Unit = source.CleanName(nastyText(r, "customer")), source.CleanName(nastyText(r, "service")), source.CleanName(nastyText(r, "unit"))
			line.Quantity, line.Place = dec("123456789.123"), 1_000_000+i
		}
		profile := vendorProfile(t)
		var failed error
		if rapid.Bool().Draw(r, "broken") {
			failed = &source.ReadError{Line: 1, Message: nastyText(r, "message"), Hint: nastyText(r, "hint")}
		}
		profile.kinds = kindsOf(t, vendorKind(func(context.Context, source.Config) (billing.Usage, error) { return usage, failed }))
		a, u := openUsage(t, profile)
		if rapid.Bool().Draw(r, "columns") {
			u.matches = u.state.matchColumns([]string{nastyText(r, "one"), nastyText(r, "two"), nastyText(r, "three")})
			u.open(pageColumns)
		}
		for range rapid.IntRange(0, 6).Draw(r, "keys") {
			press(t, a, rapid.SampledFrom([]string{"down", "up", "enter", "tab", "/", "e", "c", "s", "n", "right", "q", "end", "pgdown", "left"}).Draw(r, "key"))
			a.here = placeUsage
		}
		a.width, a.height = rapid.IntRange(60, 160).Draw(r, "width"), rapid.IntRange(20, 50).Draw(r, "height")
		requireHarmless(r, a.content(), a.width, a.height)
	})
}

func TestUsageShowsTheLinesOfTheSourceThatIsChosen(t *testing.T) {
	profile := vendorProfile(t)
	profile.kinds = kindsOf(t, vendorKind(func(_ context.Context, config source.Config) (billing.Usage, error) {
		usage := vendorUsage()
		if config.Name == "backup" {
			usage.Lines = usage.Lines[2:3]
		}
		return usage, nil
	}))
	other := setup.NewSource("backup", "vendor")
	other.Options = map[string]any{"path": "/b"}
	profile.setups.stored[0].Sources = append(profile.setups.stored[0].Sources, other)
	a, u := openUsage(t, profile)
	press(t, a, "enter", "s", "down", "enter", "s", "up", "enter")
	if len(u.rows.rows) != 6 || u.shown != "mail" || !strings.Contains(a.content(), "Contoso Ltd") {
		t.Errorf("%d lines of %s", len(u.rows.rows), u.shown)
	}
	press(t, a, "s", "down", "enter")
	if len(u.rows.rows) != 1 || strings.Contains(a.content(), "Contoso Ltd") {
		t.Errorf("%d lines of %s: %s", len(u.rows.rows), u.shown, a.content())
	}
}
