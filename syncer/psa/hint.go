package psa

import (
	"errors"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"cwsync/cwclient"
	"cwsync/syncer/billing"
)

// Texts of ConnectWise that tell refusals apart which share code and status.
var (
	aboutClientID  = regexp.MustCompile(`(?i)client[ -]?id\b`)
	aboutCompany   = regexp.MustCompile(`(?i)company`)
	aboutBillStart = regexp.MustCompile(`(?i)bill(ing)?[ -]?start`)
	aboutInvoiced  = regexp.MustCompile(`(?i)next[ -]?invoice|prorat`)
	aboutPage      = regexp.MustCompile(`(?i)web page`)
)

// hint says what a person can do about a failure.
func (t task) hint(class billing.Class, e *cwclient.Error) string {
	switch class {
	case billing.ClassAuth:
		return authHint(refused(e))
	case billing.ClassPermission:
		return t.permissionHint()
	case billing.ClassRejected:
		return rejectedHint(e)
	case billing.ClassThrottled:
		return "try later: ConnectWise counts the requests of all integrations together"
	case billing.ClassUnavailable:
		if e.Status == 0 {
			return "check that this machine reaches the host of connection.site, then try again"
		}
		return "try again later: ConnectWise has a problem of its own"
	case billing.ClassNonsense:
		return nonsenseHint(e)
	}
	return ""
}

// refused tells from what was said which credential was not accepted.
func refused(e *cwclient.Error) billing.Credential {
	said := message(e)
	switch {
	case aboutClientID.MatchString(said):
		return billing.CredentialClientID
	case aboutCompany.MatchString(said):
		return billing.CredentialCompany
	}
	return billing.CredentialKeys
}

// authHint names the setting or secret that was not accepted.
func authHint(credential billing.Credential) string {
	switch credential {
	case billing.CredentialClientID:
		return "check connection.client_id: it must be a client id from developer.connectwise.com"
	case billing.CredentialCompany:
		return "check connection.company, the company id of the log-in page with its capitals, and connection.site"
	}
	return "check the secrets connection.public_key and connection.private_key, that the API member is active, and connection.company"
}

// permissionHint names the right and where it is given.
func (t task) permissionHint() string {
	const where = "in ConnectWise open System > Security Roles and the role of the API member"
	if t.right == "" {
		return where + ", and see that it may use the API"
	}
	return where + ", and set " + t.right
}

// rejectedHint explains the refusals that are known.
func rejectedHint(e *cwclient.Error) string {
	var said strings.Builder
	said.WriteString(e.Message)
	for _, field := range e.Fields {
		said.WriteString(" " + field.Field + " " + field.Message)
	}
	switch {
	case slices.ContainsFunc(e.Fields, func(f cwclient.FieldError) bool { return f.Code == "ObjectExists" }):
		return "it exists already, perhaps as an inactive one: choose that, or give the new one another identifier"
	case e.Status == http.StatusNotFound:
		return "the line, its agreement or its product is gone from ConnectWise: the next run plans anew"
	case e.Status == http.StatusConflict:
		return "somebody has the record open in ConnectWise, or changed it: the next run tries again"
	case aboutInvoiced.MatchString(said.String()):
		return "that period is already invoiced: tick prorate on the agreement, or the change takes effect on its next invoice date"
	case aboutBillStart.MatchString(said.String()):
		return "a line cannot take effect before its agreement's billing start: correct that date on the agreement, or run again when it has come"
	}
	return ""
}

// nonsenseHint says where to look when the answer cannot be ConnectWise's.
func nonsenseHint(e *cwclient.Error) string {
	switch {
	case errors.Is(e.Class, cwclient.ErrTLS):
		return "if ConnectWise has a certificate of your own authority, name that authority's file in connection.ca_file; else check connection.site"
	case errors.Is(e.Class, cwclient.ErrSite):
		return "check connection.site: in the cloud it is the host of the API, such as api-na.myconnectwise.net"
	case errors.Is(e.Class, cwclient.ErrRedirect), aboutPage.MatchString(e.Message):
		return "check connection.site: what answers there is not ConnectWise's API, but a log-in page, a portal or a proxy"
	case errors.Is(e.Class, cwclient.ErrNotFound):
		return "check connection.site, connection.company and the keys: the cloud may answer so where one of them is wrong"
	case errors.Is(e.Class, cwclient.ErrInvalid):
		return "ConnectWise did not understand the request: it may be older than this program needs"
	}
	return "try again; if it stays, look for a proxy that changes the answers"
}
