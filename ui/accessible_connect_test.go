package ui

import (
	"bytes"
	"strings"
	"testing"

	"cwsync/syncer/billing"
)

// answered is what accessible mode prints for a profile when these lines are typed. after is called as soon as it has printed a text.
func answered(t *testing.T, profile *fakeProfile, after map[string]func(), lines ...string) string {
	t.Helper()
	out := &listening{after: after}
	options := Options{Office: newFakeOffice(profile), Profile: profile.name, Input: strings.NewReader(strings.Join(lines, "\n")), Output: out, Now: testNow}
	if err := RunAccessible(t.Context(), options); err != nil {
		t.Fatal(err)
	}
	requireNoKeys(t, out.String())
	return out.String()
}

// listening is an output that does something once a text was printed.
type listening struct {
	bytes.Buffer
	after map[string]func()
}

func (l *listening) Write(p []byte) (int, error) {
	n, err := l.Buffer.Write(p)
	for text, do := range l.after {
		if strings.Contains(l.String(), text) {
			delete(l.after, text)
			do()
		}
	}
	return n, err
}

func requireSays(t *testing.T, out string, parts ...string) {
	t.Helper()
	rest := out
	for _, part := range parts {
		_, after, ok := strings.Cut(rest, part)
		if !ok {
			t.Fatalf("it does not say %q, or not in this order:\n%s", part, out)
		}
		rest = after
	}
}

func TestAccessibleConnectLooksAgainWhereThereIsNoKeyring(t *testing.T) {
	profile := newFakeProfile("contoso")
	connected(profile)
	profile.keys.none = true
	later := map[string]func(){"It is not there.": func() {
		profile.keys.found = map[string]string{publicKey: canaryPublic, privateKey: canaryPrivate}
	}}
	out := answered(t, profile, later, "4", canaryPublic, "r", "r", "5", canaryPrivate, "r", "", "q")
	requireSays(t, out, "The public key was not stored", "then look again:", "- the environment variable CWSYNC_CONNECTION_PUBLIC_KEY", "r: look again, enter: leave it for now.",
		"It is not there.",
		"Public key: environment, 16 characters, ends in 9f3a.", "The private key was not stored", "Private key: environment, 16 characters, ends in 7b2c.", "Step 2 of 7: Test")
}

func TestAccessibleConnectLeavesAKeyForLater(t *testing.T) {
	for _, answer := range []string{"", "b"} {
		profile := newFakeProfile("contoso")
		connected(profile)
		profile.keys.none = true
		out := answered(t, profile, nil, "4", canaryPublic, answer, "l", "q")
		requireSays(t, out, "r: look again, enter: leave it for now.", "4. Public key: not given yet. Not taken: not stored: there is no keyring here", "Still needed: public key")
	}
}

func TestAccessibleConnectTellsTheDemoFromAKeyring(t *testing.T) {
	profile := newFakeProfile("demo")
	connected(profile)
	profile.keys.memory = true
	out := answered(t, profile, nil, "4", canaryPublic, "l", "q")
	requireSays(t, out, "This is the demo: keys stay in its memory", "Done: stored in the memory. Public key: memory, 16 characters, ends in 9f3a.")
	if strings.Contains(out, "keyring") {
		t.Errorf("the demo speaks of a keyring:\n%s", out)
	}
}

// atUsage is a profile that was left in the step Usage.
func atUsage(t *testing.T) *fakeProfile {
	t.Helper()
	profile := vendorProfile(t)
	profile.setups.stored[0].Connection = testConnection()
	profile.notes.values = map[string]string{noteStep: "2"}
	return profile
}

func TestAccessibleUsageRules(t *testing.T) {
	profile := atUsage(t)
	out := answered(t, profile, nil, "w", "6", "1", "5", "2", "9", "2", "10", "2", "11", "a lot", "11", "12.5", "", "q")
	requireSays(t, out, "w: what is billed of it", "What is billed of mail:", "6. Write price: no", "9. Changed by others: hold", "10. Prices are for a: month", "11. Markup percent: 0",
		"Whether the price of an addition that is there already is changed.", "Done.", "Whether the quantity", "Done.", "What becomes of a quantity or price that cwsync wrote", "Done.",
		"The time that prices and costs of the usage are for.", "Done.", "Not taken: ", "Done.", "Read mail:")
	source := profile.setups.newest().Sources[0]
	if len(source.Write) != 1 || !source.Writes(billing.FieldPrice) || source.OnDrift != billing.DriftOverwrite || source.PricePer != billing.PerCycle || !source.MarkupPercent.Equal(dec("12.5")) {
		t.Errorf("stored is %+v", source)
	}
}

func TestAccessibleUsageLooksAgainForASecret(t *testing.T) {
	profile := atUsage(t)
	profile.keys.none = true
	later := map[string]func(){"It is not there.": func() { profile.keys.found = map[string]string{"source.mail.token": "s3cret-token-6789"} }}
	out := answered(t, profile, later, "e", "3", "s3cret-token-6789", "r", "r", "l", "q")
	requireSays(t, out, "Not taken: there is no keyring here", "r: look again", "It is not there.", "Done.", "3. Token: 16 characters, ends in 6789, in the environment")
	if strings.Contains(out, "s3cret") {
		t.Errorf("the secret is in\n%s", out)
	}
	profile.keys.found = nil
	out = answered(t, profile, nil, "e", "3", "s3cret-token-6789", "", "q")
	requireSays(t, out, "r: look again", "Not taken: the usage cannot be read before it is in one of those places")
}
