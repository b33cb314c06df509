package cwclient

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"strings"
)

// apiVersion is the version of the data model that is asked for; without it the server's latest comes.
const apiVersion = "2026.4"

// authHandler adds the credentials, the pinned version and the content type, and keeps the keys out of what a failed
// request is answered with. Discovery gets none of them: it needs no credentials, so it carries none.
func authHandler(cfg Config, next handler) handler {
	token := base64.StdEncoding.EncodeToString([]byte(cfg.Company + "+" + cfg.PublicKey + ":" + cfg.PrivateKey))
	basic := "Basic " + token
	keys := scrubber(cfg.PublicKey, cfg.PrivateKey, token, strings.TrimRight(token, "="))
	return func(ctx context.Context, q *call) (*answer, error) {
		q.header = http.Header{"User-Agent": {cfg.UserAgent}}
		if q.anonymous {
			q.header.Set("Accept", "application/json")
			return next(ctx, q)
		}
		if err := cfg.missingKey(); err != nil {
			return nil, q.fail(ErrAuth, err)
		}
		q.header.Set("Accept", "application/vnd.connectwise.com+json; version="+apiVersion)
		q.header.Set("Authorization", basic)
		q.header["clientId"] = []string{cfg.ClientID} // spelt as documented; header names are case-insensitive
		if q.body != nil {
			q.header.Set("Content-Type", "application/json")
		}
		q.keys = keys
		return next(ctx, q)
	}
}

// missingKey names the first credential that is not there. Discovery works without any.
func (cfg Config) missingKey() error {
	switch {
	case cfg.ClientID == "":
		return errors.New("the client id is missing")
	case cfg.PublicKey == "":
		return errors.New("the public key is missing")
	case cfg.PrivateKey == "":
		return errors.New("the private key is missing")
	}
	return nil
}
