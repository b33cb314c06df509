package doctor

import (
	"context"
	"strings"
)

// NameOfSecret is the name of the step that looks for a secret.
func NameOfSecret(secret string) string { return "secret " + secret }

// The secrets of the connection.
const (
	publicKey  = "connection.public_key"
	privateKey = "connection.private_key"
)

// SecretSteps look for each of these secrets. find says which place serves one, never its value.
func SecretSteps(names []string, find func(ctx context.Context, name string) (place string, err error)) []Step {
	steps := make([]Step, len(names))
	for i, name := range names {
		steps[i] = Step{Name: NameOfSecret(name), Group: GroupSecrets, Do: func(ctx context.Context) Check {
			place, err := find(ctx, name)
			if err == nil {
				return ok("found in the " + place)
			}
			check := failed(err)
			if strings.HasPrefix(name, "alert.") && check.Exit != ExitCancelled {
				check.Status, check.Exit = Warn, ExitDone // an alert that cannot go out never keeps a run from being well
			}
			return check
		}}
	}
	return steps
}

// WithKeys are steps of the connection that wait for its keys: what signs in does, and the way there is examined without them.
func WithKeys(steps []Step) []Step {
	waiting := After(steps)
	for i := range waiting {
		if waiting[i].Name == NameClientID || waiting[i].Name == NameCredentials {
			waiting[i] = After(waiting[i:i+1], NameOfSecret(publicKey), NameOfSecret(privateKey))[0]
		}
	}
	return waiting
}
