package http

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"sync"

	"cwsync/syncer/billing"
	"cwsync/syncer/source"
)

// secrets are the values that one reading signs in with.
type secrets struct {
	secret, key string
	hidden      *hidden
}

// hidden are all texts that may never stand in a message, however a server sends them back.
type hidden struct {
	lock  sync.Mutex
	texts []string
}

func (h *hidden) add(text string) {
	h.lock.Lock()
	defer h.lock.Unlock()
	if len(text) > 3 && !slices.Contains(h.texts, text) { // what is shorter would black out half of every message
		h.texts = append(h.texts, text)
	}
}

// secrets finds what the options need.
func (r *reader) secrets(ctx context.Context) (secrets, error) {
	found := secrets{hidden: &hidden{}}
	for _, field := range Kind().Needs(r.config.Options) {
		value, err := r.config.Secret(ctx, field)
		if err != nil {
			return secrets{}, err
		}
		value = strings.TrimSpace(value)
		if value == "" || badValue(value) {
			return secrets{}, &billing.Failure{Class: billing.ClassAuth, Message: "the secret source." + r.config.Name + "." + field + " is empty or holds a line break",
				Hint: "set it again with `cwsync secret set source." + r.config.Name + "." + field + "`"}
		}
		found.hidden.add(value)
		found.hidden.add(base64.StdEncoding.EncodeToString([]byte(r.settings.user + ":" + value)))
		if field == fieldKey {
			found.key = value
		} else {
			found.secret = value
		}
	}
	return found, nil
}

// hide blacks out secrets in a text.
func (s *secrets) hide(text string) string {
	s.hidden.lock.Lock()
	defer s.hidden.lock.Unlock()
	for _, secret := range s.hidden.texts {
		text = strings.ReplaceAll(text, secret, "***")
	}
	return text
}

// conceal blacks out secrets in what a server made us say.
func (s *secrets) conceal(err error) error {
	var problem *trouble
	var failure *billing.Failure
	var all *source.ReadErrors
	var one *source.ReadError
	switch {
	case errors.As(err, &problem): // only its failure goes out
		err = problem.Failure
		problem.Message = s.hide(problem.Message)
	case errors.As(err, &failure):
		failure.Message = s.hide(failure.Message)
	case errors.As(err, &all):
		for _, read := range all.Problems {
			read.Message = s.hide(read.Message)
		}
	case errors.As(err, &one):
		one.Message = s.hide(one.Message)
	}
	return err
}

// saidIn is what a server says went wrong, in a few harmless words; empty where it does not say.
func saidIn(body []byte) string {
	const most = 200
	var answer map[string]any
	if json.Unmarshal(body, &answer) != nil {
		return ""
	}
	for _, name := range []string{"error_description", "message", "detail", "title", "error", "error_message", "Message"} {
		value := answer[name]
		if inner, ok := value.(map[string]any); ok {
			value = inner["message"]
		}
		if text, ok := value.(string); ok && text != "" {
			text = source.CleanName(text)
			if runes := []rune(text); len(runes) > most {
				text = string(runes[:most]) + "…"
			}
			return text
		}
	}
	return ""
}
