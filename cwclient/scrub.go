package cwclient

import (
	"encoding/json"
	"html"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// scrubFrom is the length in bytes from which a key is looked for: anything shorter may stand in a text by chance.
const scrubFrom = 8

// scrubber takes our keys out of what a request that failed was answered with. An error page may repeat the request, and what ConnectWise says of
// a failure is shown, logged and stored.
func scrubber(keys ...string) func(*answer) {
	var forms []string
	for _, key := range keys {
		if len(key) < scrubFrom {
			continue
		}
		forms = append(forms, key, url.QueryEscape(key), url.PathEscape(key), html.EscapeString(key))
		if text, err := json.Marshal(key); err == nil {
			forms = append(forms, strings.Trim(string(text), `"`))
		}
	}
	slices.Sort(forms)
	var pairs []string
	for _, form := range slices.Compact(forms) {
		pairs = append(pairs, form, "[redacted]")
	}
	replacer := strings.NewReplacer(pairs...)
	return func(a *answer) {
		if a == nil || a.status >= http.StatusOK && a.status < http.StatusMultipleChoices {
			return
		}
		a.body = []byte(replacer.Replace(string(a.body)))
		a.requestID = replacer.Replace(a.requestID)
		if location := a.header.Get("Location"); location != "" {
			a.header.Set("Location", replacer.Replace(location))
		}
	}
}
