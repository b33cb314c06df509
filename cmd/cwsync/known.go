package main

import (
	"context"
	"encoding/json"

	"cwsync/cwclient"
	"cwsync/store"
	"cwsync/syncer/setup"
)

// settingKnown remembers what was discovered of the site, so that the next run need not ask again.
const settingKnown = "connectwise.known"

// knownSite is what was discovered, and of whom.
type knownSite struct {
	Site    string `json:"site"`
	Company string `json:"company"`
	cwclient.Known
}

// recall gives what an earlier run discovered of this site and company. What cannot be read is discovered anew: it only saves a request.
func (a *app) recall(ctx context.Context, profile *store.Profile, connection setup.Connection) cwclient.Known {
	text, _, err := profile.Setting(ctx, settingKnown)
	var known knownSite
	if err == nil && text != "" {
		err = json.Unmarshal([]byte(text), &known)
	}
	if err != nil {
		a.log.Debug("what was discovered before cannot be read", "error", err)
	}
	if err != nil || known.Site != connection.Site || known.Company != connection.Company {
		return cwclient.Known{}
	}
	return known.Known
}

// remember keeps what the client uses now, when that is news.
func (a *app) remember(ctx context.Context, profile *store.Profile, connection setup.Connection, before, now cwclient.Known) {
	if now == before || now == (cwclient.Known{}) {
		return
	}
	text, err := json.Marshal(knownSite{Site: connection.Site, Company: connection.Company, Known: now})
	if err == nil {
		err = profile.SetSetting(context.WithoutCancel(ctx), settingKnown, string(text))
	}
	if err != nil {
		a.log.Debug("what was discovered cannot be kept", "error", err)
	}
}
