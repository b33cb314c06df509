package alert

import (
	"net/mail"
	"strings"

	"cwsync/syncer/source"
)

// The kinds of alerts.
const (
	KindEmail        = "email"
	KindHealthchecks = "healthchecks"
	KindShoutrrr     = "shoutrrr"
	KindSlack        = "slack"
	KindTeams        = "teams"
	KindTextfile     = "textfile"
	KindTicket       = "ticket"
	KindWebhook      = "webhook"
)

// The names of options, and what some of them may be.
const (
	optionFormat     = "format"
	optionFrom       = "from"
	optionTo         = "to"
	optionEncryption = "encryption"
	optionBoard      = "board"
	optionCompany    = "company"
	optionPriority   = "priority"
	optionPath       = "path"

	formatJSON = "json"
	formatText = "text"

	encryptionTLS  = "required"
	encryptionNone = "none"
)

// Kinds are all kinds of alerts. Each asks for what it needs by its fields, so that a form, the set-up's schema and its checks need nothing else. The
// address of a channel lets whoever has it write there: it is the alert's secret.
func Kinds() []source.AlertKind {
	return append(chatKinds(), append(monitorKinds(), emailKind(), ticketKind())...)
}

func address(help string) source.Field {
	return source.Field{Name: "address", Type: source.TypeText, Secret: true, Required: true, Help: help}
}

func chatKinds() []source.AlertKind {
	return []source.AlertKind{
		{Kind: source.Kind{Name: KindWebhook, Summary: "a POST to an address of your own, as JSON or plain text", Fields: []source.Field{
			address("an address https://… that takes a POST"),
			{Name: optionFormat, Type: source.TypeChoice, Choices: []string{formatJSON, formatText}, Default: formatJSON, Help: "what is posted: a JSON document, or the message as plain text"},
		}}},
		{Kind: source.Kind{Name: KindSlack, Summary: "a message in Slack, Mattermost or Rocket.Chat, by an incoming webhook", Fields: []source.Field{
			address("the address of the incoming webhook, such as https://hooks.slack.com/services/…"),
		}}},
		{Kind: source.Kind{Name: KindTeams, Summary: "a message in Microsoft Teams, by a workflow that posts when a webhook request is received", Fields: []source.Field{
			address("the address of the workflow, https://….powerplatform.com/… or https://….logic.azure.com/…"),
		}}},
		{Kind: source.Kind{Name: KindShoutrrr, Summary: "any other service of shoutrrr: " + strings.Join(shoutrrrServices(), ", "), Fields: []source.Field{
			address("the service as shoutrrr writes it, such as discord://TOKEN@ID"),
		}}},
	}
}

func monitorKinds() []source.AlertKind {
	return []source.AlertKind{
		{EveryRun: true, Kind: source.Kind{Name: KindHealthchecks, Summary: "a ping at the start and end of every run, as healthchecks.io takes it; it notices also that no run began", Fields: []source.Field{
			address("the ping URL, such as https://hc-ping.com/UUID"),
		}}},
		{EveryRun: true, Kind: source.Kind{Name: KindTextfile, Summary: "metrics of every run for Prometheus, as a file for the node exporter's textfile collector", Fields: []source.Field{
			{Name: optionPath, Type: source.TypePath, Required: true, Help: "a file that ends in .prom, in the collector's folder; another one for each profile"},
		}, Validate: func(options source.Options) []source.OptionError {
			if !strings.HasSuffix(options.Text(optionPath, ""), ".prom") {
				return []source.OptionError{{Option: optionPath, Message: "must end in .prom: the node exporter reads no other file"}}
			}
			return nil
		}}},
	}
}

func emailKind() source.AlertKind {
	return source.AlertKind{Kind: source.Kind{Name: KindEmail, Summary: "a mail through your mail server", Fields: []source.Field{
		address("the mail server: smtp://USER:PASSWORD@HOST:587, or smtps://USER:PASSWORD@HOST:465; special characters of user and password as %XX"),
		{Name: optionFrom, Type: source.TypeText, Required: true, Help: "the sender, such as cwsync@example.com"},
		{Name: optionTo, Type: source.TypeList, Required: true, Help: "whom it goes to"},
		{Name: optionEncryption, Type: source.TypeChoice, Choices: []string{encryptionTLS, encryptionNone}, Default: encryptionTLS, Help: "none: for a mail server of your own network that knows no encryption; it is sent no password then"},
	}, Validate: validMail}}
}

func validMail(options source.Options) (problems []source.OptionError) {
	if _, err := mail.ParseAddress(options.Text(optionFrom, "")); err != nil {
		problems = append(problems, source.OptionError{Option: optionFrom, Message: "is not a mail address such as cwsync@example.com"})
	}
	to := options.List(optionTo)
	if len(to) == 0 {
		problems = append(problems, source.OptionError{Option: optionTo, Message: "must name at least one mail address"})
	}
	for _, one := range to {
		if _, err := mail.ParseAddress(one); err != nil {
			problems = append(problems, source.OptionError{Option: optionTo, Message: "holds what is not a mail address such as help@example.com"})
		}
	}
	return problems
}

func ticketKind() source.AlertKind {
	return source.AlertKind{Kind: source.Kind{Name: KindTicket, Summary: "a service ticket in ConnectWise: one that stays open and is appended to", Fields: []source.Field{
		{Name: optionBoard, Type: source.TypeText, Required: true, Help: "name or id of the service board"},
		{Name: optionCompany, Type: source.TypeNumber, Help: "ConnectWise id of the company of the ticket, such as your own; most boards want one"},
		{Name: optionPriority, Type: source.TypeText, Help: "name or id of the priority; empty: the board's"},
	}}}
}
