package cwsim

import (
	"encoding/json"
	"fmt"
	"net/http"
	"unicode"
)

// item is one entry of errors[] in an error body.
type item struct {
	Code     string `json:"code"`
	Message  string `json:"message"`
	Resource string `json:"resource"`
	Field    string `json:"field"`
}

// problem is an error answer in the shape of ConnectWise.
type problem struct {
	status  int
	code    string
	message string
	items   []item
}

func (p *problem) Error() string { return fmt.Sprintf("%d %s: %s", p.status, p.code, p.message) }

func (p *problem) body() []byte {
	b, _ := json.Marshal(struct {
		Code    string `json:"code"`
		Message string `json:"message"`
		Errors  []item `json:"errors"`
	}{p.code, p.message, p.items}) // strings cannot fail
	return b
}

// invalid is the 400 of a record that breaks a rule.
func invalid(res *resource, items ...item) *problem {
	name := []rune(res.name)
	for i := range items {
		items[i].Resource = res.name
	}
	return &problem{
		status: http.StatusBadRequest, code: "InvalidObject",
		message: string(unicode.ToUpper(name[0])) + string(name[1:]) + " object is invalid", items: items,
	}
}

func badRequest(format string, args ...any) *problem {
	return &problem{status: http.StatusBadRequest, code: "ConnectWiseApi", message: fmt.Sprintf(format, args...)}
}

func missing(field string) item {
	return item{Code: "MissingRequiredField", Message: "The " + field + " field is required.", Field: field}
}

func tooLong(field string, limit int) item {
	return item{Code: "MaxLengthField", Field: field,
		Message: fmt.Sprintf("The field %s must be a string with a maximum length of %d.", field, limit)}
}

func outOfRange(field, reason string) item {
	return item{Code: "OutOfRange", Message: reason, Field: field}
}

func notFoundItem(field string) item {
	return item{Code: "NotFound", Message: "The " + field + " was not found.", Field: field}
}

// noRecord is the 404 of an id that does not exist.
//
// Undocumented: the body of this answer; code NotFound is presumed.
func noRecord(res *resource, id int) *problem {
	return &problem{status: http.StatusNotFound, code: "NotFound", message: fmt.Sprintf("%s %d not found", res.name, id)}
}

func noEndpoint() *problem {
	return &problem{status: http.StatusNotFound, code: "ConnectWiseApi", message: "The endpoint does not exist."}
}

func noRight() *problem {
	return &problem{
		status: http.StatusForbidden, code: "Security",
		message: "You do not have security permission to perform this action.",
	}
}
