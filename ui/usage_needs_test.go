package ui

import (
	"errors"
	"slices"
	"testing"

	"cwsync/syncer/billing"
	"cwsync/syncer/setup"
	"cwsync/syncer/source"
	httpkind "cwsync/syncer/source/http"
)

// needyProfile is a profile with one source whose kind needs secrets by its options.
func needyProfile(t *testing.T, kind source.Kind, options map[string]any) *fakeProfile {
	t.Helper()
	profile := newFakeProfile("contoso")
	profile.kinds = kindsOf(t, kind)
	document := vendorDocument()
	one := setup.NewSource("mail", kind.Name)
	one.Options = options
	document.Sources = []billing.Source{one}
	profile.setups.stored = []*setup.Document{document}
	return profile
}

// secretsAsked are the names of the secrets that the form asks for.
func secretsAsked(u *usage) (names []string) {
	for _, one := range u.state.settings(u.kept) {
		if one.secret {
			names = append(names, one.name)
		}
	}
	return names
}

func TestUsageAsksForTheSecretsThatAreNeeded(t *testing.T) {
	for _, c := range []struct {
		name    string
		options map[string]any
		want    []string
	}{
		{"no way to sign in", nil, nil},
		{"bearer", map[string]any{"auth": "bearer"}, []string{"option.secret"}},
		{"a key alone", map[string]any{"auth": "header", "key_header": "X-API-Key"}, []string{"option.key"}},
		{"both", map[string]any{"auth": "basic", "key_header": "X-API-Key"}, []string{"option.secret", "option.key"}},
	} {
		_, u := openUsage(t, needyProfile(t, httpkind.Kind(), c.options))
		if got := secretsAsked(u); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	state := usageState{document: &setup.Document{Sources: []billing.Source{{Kind: "nobody's"}}}, kinds: kindsOf(t, httpkind.Kind())}
	if got := state.secrets(); got != nil {
		t.Errorf("of an unknown kind: %v", got)
	}
}

// A secret that a choice asks for is looked for at once, and the one that nobody needs is left alone.
func TestUsageLooksForASecretWhenItIsNeeded(t *testing.T) {
	profile := needyProfile(t, httpkind.Kind(), nil)
	profile.keys.keyring = map[string]string{"source.mail.secret": "tell-nobody", "source.mail.key": "nor-this"}
	a, u := openUsage(t, profile)
	if len(u.kept) != 0 {
		t.Errorf("found without need: %v", u.kept)
	}
	at := slices.IndexFunc(u.state.settings(u.kept), func(one setting) bool { return one.name == "option.auth" })
	for range at {
		press(t, a, "down")
	}
	press(t, a, "right", "right") // header, basic
	if u.state.current().Options["auth"] != "basic" || u.kept["secret"] == "" || u.kept["key"] != "" {
		t.Errorf("%v, found %v", u.state.current().Options, u.kept)
	}
}

// A line of a secret may come above the line that is typed into, which stays the marked one.
func TestUsageStaysAtTheLineWhereASecretComes(t *testing.T) {
	open := func(source.Config) (source.Source, error) { return nil, errors.New("nobody reads this") }
	kind := source.Kind{Name: "fake", Open: open, Fields: []source.Field{
		{Name: "token", Type: source.TypeText, Secret: true}, {Name: "user", Type: source.TypeText, Required: true},
	}, Needs: func(options source.Options) []string {
		if options.Text("user", "") == "" {
			return nil
		}
		return []string{"token"}
	}}
	a, u := openUsage(t, needyProfile(t, kind, nil))
	press(t, a, "enter")
	typeText(t, a, "Sam")
	if u.state.current().Options["user"] != "Sam" || u.form.marked(u.state.settings(u.kept)).name != "option.user" {
		t.Errorf("%v at line %d\n%s", u.state.current().Options, u.form.at, a.content())
	}
	if got := secretsAsked(u); !slices.Equal(got, []string{"option.token"}) {
		t.Errorf("asked for %v", got)
	}
	press(t, a, "ctrl+u")
	if got := secretsAsked(u); got != nil || u.form.marked(u.state.settings(u.kept)).name != "option.user" {
		t.Errorf("asked for %v at line %d", got, u.form.at)
	}
}
