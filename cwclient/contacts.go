package cwclient

import (
	"context"
	"iter"
)

// Contact mirrors /company/contacts (schema Contact 2026.4).
type Contact struct {
	ID                 int             `json:"id"`
	FirstName          string          `json:"firstName"`
	LastName           string          `json:"lastName"`
	Company            CompanyRef      `json:"company"`
	Title              string          `json:"title"`
	InactiveFlag       bool            `json:"inactiveFlag"`
	DefaultFlag        bool            `json:"defaultFlag"` // the company's default contact
	DefaultBillingFlag bool            `json:"defaultBillingFlag"`
	CommunicationItems []Communication `json:"communicationItems"`
	Info               Info            `json:"_info"`
}

// Communication is a way to reach a contact (ContactCommunicationItem).
type Communication struct {
	Type              Ref    `json:"type"`
	CommunicationType string `json:"communicationType"` // Email, Fax, Phone
	Value             string `json:"value"`
	Extension         string `json:"extension"`
	DefaultFlag       bool   `json:"defaultFlag"`
}

// ContactsClient reads contacts. All errors are of type *Error.
type ContactsClient struct {
	records *collection[Contact]
}

// newContacts makes the service.
func newContacts(c *Client) *ContactsClient {
	return &ContactsClient{records: &collection[Contact]{
		c: c, one: "contact", many: "contacts", path: "company/contacts",
		id: func(r *Contact) int { return r.ID },
		pack: func(r *Contact, s *sharing) {
			s.share(&r.Company.Identifier, &r.Company.Name, &r.Info.LastUpdated, &r.Info.UpdatedBy)
			for i := range r.CommunicationItems {
				s.share(&r.CommunicationItems[i].Type.Name, &r.CommunicationItems[i].CommunicationType)
			}
		},
	}}
}

// List reads one page of contacts, in ascending order of id.
func (s *ContactsClient) List(ctx context.Context, opts ListOptions) (Page[Contact], error) {
	return s.records.listOne(ctx, opts)
}

// All ranges over contacts in ascending order of id, page by page. It can be ranged over again, and asks anew each
// time. An error comes once and last.
func (s *ContactsClient) All(ctx context.Context, opts ListOptions) iter.Seq2[Contact, error] {
	return s.records.all(ctx, opts)
}

// Get reads one contact. ErrNotFound means that there is none of this id.
func (s *ContactsClient) Get(ctx context.Context, id int) (Contact, error) {
	return s.records.get(ctx, id)
}

// Count asks how many contacts meet the conditions; paging options do not matter.
func (s *ContactsClient) Count(ctx context.Context, opts ListOptions) (int, error) {
	return s.records.count(ctx, opts)
}
