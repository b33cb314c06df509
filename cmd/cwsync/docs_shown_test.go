package main

import "testing"

// TestWhatAPageShows: the pages are held to what is printed, save for what differs from run to run, what … stands for, and keys that a document has more.
func TestWhatAPageShows(t *testing.T) {
	for name, c := range map[string]struct {
		shows, printed string
		same           bool
	}{
		"the same":                   {"a 1\nb\n", "a 1\nb\n", true},
		"another word":               {"a 1\n", "a 2\n", false},
		"a line more":                {"a\n", "a\nb\n", false},
		"a line less":                {"a\nb\n", "a\n", false},
		"wider gaps":                 {"a  1\n", "a      1\n", true},
		"another day":                {"on 2026-11-22\n", "on 2027-01-03\n", true},
		"a run of its own":           {"r-20261122-013051-89fb3dec: 7 applied\n", "r-20270103-220000-00aa11bb: 7 applied\n", true},
		"no date where one is shown": {"on 2026-11-22\n", "on Sunday\n", false},
		"lines left out":             {"a\n…\nd\n", "a\nb\nc\nd\n", true},
		"no lines where some are":    {"a\n…\nd\n", "a\nd\n", true},
		"the end is missing":         {"a\n…\nd\n", "a\nb\n", false},
		"a part of a line":           {"in …/usage.csv:3\n", "in /tmp/x/usage.csv:3\n", true},
		"a dot is a dot":             {"a.b\n", "axb\n", false},
		"a document with more keys":  {"{\n  \"a\": 1\n}\n", "{\n  \"new\": 0,\n  \"a\": 1,\n  \"b\": 2\n}\n", true},
		"a document without a key":   {"{\n  \"a\": 1,\n  \"b\": 2\n}\n", "{\n  \"a\": 1\n}\n", false},
		"a document of other values": {"{\n  \"a\": 1\n}\n", "{\n  \"a\": 2\n}\n", false},
	} {
		if shownAs(c.shows).MatchString(steady(c.printed)) != c.same {
			t.Errorf("%s: %q is shown for %q", name, c.shows, c.printed)
		}
	}
}
