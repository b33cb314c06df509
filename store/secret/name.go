package secret

import (
	"slices"
	"strings"
)

// defaultProfile is the profile whose name is left out of environment variables and commands.
const defaultProfile = "default"

// maxPart is the most bytes of each part of a name and of a profile's name, so that the file cwsync.<profile>.<name> stays below
// the 255 bytes that file systems allow.
const maxPart = 64

// connectionFields are the secrets of the connection itself.
var connectionFields = []string{"public_key", "private_key"}

// ValidName fails with ErrInvalidName unless name is connection.public_key, connection.private_key, source.<source name>.<field>
// or alert.<name>, where each part is 1 to 64 ASCII letters, digits, '-' and '_'. The error does not repeat what was given:
// it may be a key that somebody pasted in the wrong place.
func ValidName(name string) error {
	parts := strings.Split(name, ".")
	valid := false
	switch {
	case len(parts) == 2 && parts[0] == "connection":
		valid = slices.Contains(connectionFields, parts[1])
	case len(parts) == 2 && parts[0] == "alert":
		valid = validPart(parts[1])
	case len(parts) == 3 && parts[0] == "source":
		valid = validPart(parts[1]) && validPart(parts[2])
	}
	if valid {
		return nil
	}
	return &Error{
		text: "this is not the name of a secret",
		hint: "names are connection.public_key, connection.private_key, source.<source name>.<field> and alert.<name>, " +
			"of letters, digits, '-' and '_'",
		kind: ErrInvalidName,
	}
}

// EnvName gives the environment variable of a secret: CWSYNC_CONNECTION_PRIVATE_KEY for the default profile (or ""),
// CWSYNC_BRANCH_CONNECTION_PRIVATE_KEY for the profile branch. Names that differ only in case or in '-', '_' and '.' share one
// variable.
func EnvName(profile, name string) string {
	if profile = orDefault(profile); profile != defaultProfile {
		name = profile + "." + name
	}
	return "CWSYNC_" + strings.NewReplacer(".", "_", "-", "_").Replace(strings.ToUpper(name))
}

// fileName gives the name of a secret's file in the credentials directory.
func fileName(profile, name string) string { return "cwsync." + profile + "." + name }

// account gives the account under which the keyring holds a secret.
func account(profile, name string) string { return profile + "/" + name }

func orDefault(profile string) string {
	if profile == "" {
		return defaultProfile
	}
	return profile
}

// validProfile fails unless a profile's name can be part of a file name, an environment variable and an account.
func validProfile(profile string) error {
	if validPart(profile) {
		return nil
	}
	return &Error{
		text: "this is not the name of a profile",
		hint: "a profile's name is of 1 to 64 letters, digits, '-' and '_'",
		kind: ErrInvalidName,
	}
}

func validPart(part string) bool {
	if part == "" || len(part) > maxPart {
		return false
	}
	for _, c := range []byte(part) {
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
		if !letter && (c < '0' || c > '9') && c != '-' && c != '_' {
			return false
		}
	}
	return true
}
