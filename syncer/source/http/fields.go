package http

import (
	"slices"

	"cwsync/syncer/source"
)

// Ways to sign in.
const (
	authNone   = "none"
	authHeader = "header"
	authBasic  = "basic"
	authBearer = "bearer"
	authOAuth2 = "oauth2"
	authToken  = "token"
)

// Ways in which client credentials are sent for a token.
const (
	styleHeader = "header"
	styleForm   = "form"
	styleJSON   = "json"
)

// Ways in which a list comes in pages.
const (
	pagingNone   = "none"
	pagingPage   = "page"
	pagingOffset = "offset"
	pagingToken  = "token"
	pagingNext   = "next"
	pagingLink   = "link"
)

// The secrets of the kind.
const (
	fieldSecret = "secret"
	fieldKey    = "key"
)

// What the options mean where they are left out.
const (
	defaultTimeout  = "60s"
	defaultRetryFor = "5m"
	defaultParallel = 4
	mostParallel    = 16
)

// fields declares all options; newSettings reads them.
func fields() []source.Field {
	list := []source.Field{
		{Name: "address", Type: source.TypeText, Required: true, Help: "of the list, such as https://api.example.com/v1/subscriptions; https only, save for loopback"},
		{Name: "method", Type: source.TypeChoice, Choices: []string{"GET", "POST"}, Default: "GET", Help: "how the list is asked for"},
		{Name: "body", Type: source.TypeText, Help: "what a POST sends, as JSON"},
		{Name: "headers", Type: source.TypeMap, Help: "further headers of every request, none of them secret"},
		{Name: "auth", Type: source.TypeChoice, Choices: []string{authNone, authHeader, authBasic, authBearer, authOAuth2, authToken}, Default: authNone,
			Help: "header: the key alone; oauth2: client credentials; token: a POST with user and secret as basic gives the token"},
		{Name: "user", Type: source.TypeText, Help: "the user name of basic and token, the client id of oauth2"},
		{Name: fieldSecret, Type: source.TypeText, Secret: true, Help: "the password, the bearer token or the client secret"},
		{Name: "key_header", Type: source.TypeText, Help: "the header that carries the key, such as X-API-Key; beside any way to sign in"},
		{Name: fieldKey, Type: source.TypeText, Secret: true, Help: "the value of key_header"},
	}
	return slices.Concat(list, tokenFields(), pagingFields(), shapeFields(), limitFields())
}

func tokenFields() []source.Field {
	return []source.Field{
		{Name: "token_address", Type: source.TypeText, Help: "where oauth2 and token ask for the token"},
		{Name: "token_style", Type: source.TypeChoice, Choices: []string{styleHeader, styleForm, styleJSON}, Default: styleHeader, Help: "of oauth2: where client id and secret are sent"},
		{Name: "token_params", Type: source.TypeMap, Help: "further parameters of oauth2's token request, such as audience"},
		{Name: "scopes", Type: source.TypeList, Help: "the scopes that oauth2 asks for"},
		{Name: "token_field", Type: source.TypeText, Default: "access_token", Help: "the field of the answer that holds the token; for token, and oauth2 in the style json"},
		{Name: "expires_field", Type: source.TypeText, Default: "expires_in", Help: "the field that says for how many seconds it is good"},
	}
}

func pagingFields() []source.Field {
	return []source.Field{
		{Name: "paging", Type: source.TypeChoice, Choices: []string{pagingNone, pagingPage, pagingOffset, pagingToken, pagingNext, pagingLink}, Default: pagingNone,
			Help: "page: by number; offset: by records; token and next: what the jq expression next gives; link: the Link header"},
		{Name: "page_param", Type: source.TypeText, Help: "the parameter of number, offset or token; empty: page, offset or page_token"},
		{Name: "first_page", Type: source.TypeNumber, Default: 1, Help: "the number of the first page"},
		{Name: "size_param", Type: source.TypeText, Help: "the parameter of the page size, such as limit"},
		{Name: "page_size", Type: source.TypeNumber, Help: "how many records a page is asked to have"},
		{Name: "total", Type: source.TypeText, Help: "jq expression on a page that gives how many records there are in all; without it, page and offset end at an empty page"},
		{Name: "next", Type: source.TypeText, Help: "jq expression on a page that gives the token or the address of the next; null or empty on the last"},
		{Name: "unique", Type: source.TypeText, Help: "the field that no two records of a list share; empty: no two pages share a record"},
	}
}

func shapeFields() []source.Field {
	list := []source.Field{
		{Name: "records", Type: source.TypeText, Default: source.Everything, Help: "jq expression on a page that gives its records, such as .data[]: all of them, since an empty page is the last; items may leave some out"},
		{Name: "detail", Type: source.TypeList, Help: "further calls for each record, one after the other, such as subscriptions/{id}: its answer's records take the place of the record, which they hold as _parent"},
		{Name: "detail_paged", Type: source.TypeList, Help: "those of detail whose answers come in pages as the list does"},
		{Name: "lookups", Type: source.TypeMap, Help: "further lists: a name, and an address on the same host; items may use them as $name"},
	}
	for _, field := range source.ItemFields() {
		if field.Name == "items" {
			field.Default, field.Help = ".[]", "jq expression on the list of all records that gives the items; lists among its results are taken apart"
		}
		list = append(list, field)
	}
	return list
}

func limitFields() []source.Field {
	return []source.Field{
		{Name: "per_minute", Type: source.TypeNumber, Default: 0, Help: "at most so many requests a minute, evenly spread; 0: no limit"},
		{Name: "parallel", Type: source.TypeNumber, Default: defaultParallel, Help: "at most so many calls of detail at a time, up to 16"},
		{Name: "timeout", Type: source.TypeDuration, Default: defaultTimeout, Help: "one request takes at most this time"},
		{Name: "retry_for", Type: source.TypeDuration, Default: defaultRetryFor, Help: "all tries of one request take at most this time"},
		{Name: "ca_file", Type: source.TypePath, Help: "PEM of a private CA"},
	}
}
