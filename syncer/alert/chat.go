package alert

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"cwsync/syncer/source"
)

// message is what one alert says.
type message struct {
	title  string
	text   string  // of several lines; the title is its first
	report *Report // nil: a test
}

func messageOf(r *Report) message { return message{r.title(), r.text(), r} }

// quiet keeps a text from calling people: the name of a customer may be @everyone.
func quiet(text string) string { return strings.ReplaceAll(text, "@", "@\u200b") }

// webhookDocument is what a webhook of one's own gets. Keys are only ever added; `text`, and `title` with `message`, are what most receivers of
// messages look for.
type webhookDocument struct {
	FormatVersion int               `json:"format_version"`
	Kind          string            `json:"kind"` // alert
	Test          bool              `json:"test,omitempty"`
	Title         string            `json:"title"`
	Message       string            `json:"message"`
	Text          string            `json:"text"`
	Profile       string            `json:"profile,omitempty"`
	RunID         string            `json:"run_id,omitempty"`
	ExitCode      int               `json:"exit_code"`
	Ends          []string          `json:"ends"`
	Started       string            `json:"started,omitempty"`
	DurationMS    int64             `json:"duration_ms"`
	Summary       map[string]int    `json:"summary"`
	MonthlyDelta  map[string]string `json:"monthly_delta"`
	Lines         []webhookLine     `json:"lines"`
}

type webhookLine struct {
	Status   string `json:"status"`
	Code     string `json:"code"`
	Customer string `json:"customer"`
	Service  string `json:"service"`
	Reason   string `json:"reason"`
}

// maxWebhookLines is how many lines a document names: it is for programs, which read the run itself with `cwsync history --json`.
const maxWebhookLines = 100

func documentOf(m message) webhookDocument {
	document := webhookDocument{
		FormatVersion: 1, Kind: "alert", Title: m.title, Message: m.text, Text: m.text, Ends: []string{}, Summary: map[string]int{},
		MonthlyDelta: map[string]string{}, Lines: []webhookLine{}, Test: m.report == nil,
	}
	r := m.report
	if r == nil {
		return document
	}
	document.Profile, document.RunID, document.ExitCode, document.Ends = r.Profile, r.RunID, r.ExitCode, r.Ends()
	document.Started, document.DurationMS = r.Started.UTC().Format(time.RFC3339), r.Duration.Milliseconds()
	document.Summary = map[string]int{
		"applied": r.Counts.Applied, "failed": r.Counts.Failed, "unknown": r.Counts.Unknown, "held": r.Counts.Held,
		"unchanged": r.Counts.Unchanged, "skipped": r.Counts.Skipped, "sources_held": r.SourcesHeld,
	}
	for currency, amount := range r.MonthlyDelta {
		document.MonthlyDelta[plain(currency, maxName)] = amount.String()
	}
	for _, line := range r.Lines[:min(len(r.Lines), maxWebhookLines)] {
		document.Lines = append(document.Lines, webhookLine{
			line.Status, plain(line.Code, maxName), plain(line.Customer, maxName), plain(line.Service, maxName), plain(line.Reason, maxText),
		})
	}
	return document
}

func sendWebhook(ctx context.Context, to *url.URL, options source.Options, m message) error {
	if options.Text(optionFormat, formatJSON) == formatText {
		return exchange(ctx, http.MethodPost, to, "text/plain; charset=utf-8", []byte(m.text))
	}
	return postJSON(ctx, to, documentOf(m))
}

func postJSON(ctx context.Context, to *url.URL, document any) error {
	body, err := json.Marshal(document)
	if err != nil {
		return err
	}
	return exchange(ctx, http.MethodPost, to, "application/json", body)
}

// sendSlack sends plain text: & < > are Slack's own, and mean links and mentions.
func sendSlack(ctx context.Context, to *url.URL, m message) error {
	text := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(quiet(m.text))
	return postJSON(ctx, to, map[string]any{"text": text, "mrkdwn": false})
}

// sendTeams sends a card of plain text: a rich text block knows no Markdown, so that no name becomes a link.
func sendTeams(ctx context.Context, to *url.URL, m message) error {
	var body []map[string]any
	for i, line := range strings.Split(quiet(m.text), "\n") {
		run := map[string]any{"type": "TextRun", "text": line}
		if i == 0 {
			run["weight"], run["size"] = "Bolder", "Medium"
		}
		if line != "" {
			body = append(body, map[string]any{"type": "RichTextBlock", "inlines": []any{run}})
		}
	}
	card := map[string]any{
		"type": "AdaptiveCard", "version": "1.4", "$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "body": body,
		"msteams": map[string]any{"width": "Full"},
	}
	return postJSON(ctx, to, map[string]any{
		"type": "message", "attachments": []any{map[string]any{"contentType": "application/vnd.microsoft.card.adaptive", "content": card}},
	})
}

// ping tells a watcher where a run is: "start", or its exit code. There is nothing else in it.
func ping(ctx context.Context, to *url.URL, what string) error {
	return exchange(ctx, http.MethodGet, to.JoinPath(what), "", nil)
}
