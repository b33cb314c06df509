package cwclient

import (
	"encoding/json"
	"html"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// scrubFrom is the length in bytes from which a key is looked for: anything shorter may stand in a text by chance.
const scrubFrom = 8

// scrubber finds our keys in a text, in the ways in which programs write them. An error page may repeat the request, and what ConnectWise says of a
// failure is shown, logged and stored.
func scrubber(keys ...string) *strings.Replacer {
	var forms []string
	for _, key := range keys {
		if len(key) < scrubFrom {
			continue
		}
		forms = append(forms, key, url.QueryEscape(key), url.PathEscape(key), html.EscapeString(key), strings.Trim(strconv.Quote(key), `"`))
		if text, err := json.Marshal(key); err == nil {
			forms = append(forms, strings.Trim(string(text), `"`))
		}
	}
	slices.Sort(forms)
	slices.Reverse(forms) // of two that begin alike, the longer first
	var pairs []string
	for _, form := range slices.Compact(forms) {
		pairs = append(pairs, form, "[redacted]")
	}
	return strings.NewReplacer(pairs...)
}

// safe is a text of the other side, harmless (see plain) and without our keys.
func (q *call) safe(text string, limit int) string {
	if q.keys != nil {
		text = q.keys.Replace(text)
	}
	return plain(text, limit)
}
