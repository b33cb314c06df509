package psa

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"cwsync/cwclient"
	"cwsync/syncer/billing"
)

// Contacts reads one contact of each company that has any, in ascending order of the company's id: the default one, else the first by id.
// Inactive contacts and those of no company are left out. Errors are *billing.Failure.
func (p *PSA) Contacts(ctx context.Context) ([]billing.Contact, error) {
	chosen := map[int]*cwclient.Contact{}
	for contact, err := range p.client.Contacts.All(ctx, cwclient.ListOptions{Conditions: cwclient.FlagIs("inactiveFlag", false)}) {
		if err != nil {
			return nil, contactsTask.failure(err)
		}
		if contact.InactiveFlag || contact.Company.ID == 0 { // a server that ignores the condition gives more than it was asked for
			continue
		}
		if known := chosen[contact.Company.ID]; known == nil || contact.DefaultFlag && !known.DefaultFlag {
			chosen[contact.Company.ID] = &contact
		}
	}
	contacts := make([]billing.Contact, 0, len(chosen))
	for company, contact := range chosen {
		contacts = append(contacts, billing.Contact{
			CompanyID: company, Name: strings.TrimSpace(contact.FirstName + " " + contact.LastName),
			Email: reachedBy(contact, "Email"), Phone: reachedBy(contact, "Phone"),
		})
	}
	slices.SortFunc(contacts, func(a, b billing.Contact) int { return cmp.Compare(a.CompanyID, b.CompanyID) })
	return contacts, nil
}

// reachedBy is the default address of a kind that a contact has, else the first; empty when it has none.
func reachedBy(contact *cwclient.Contact, kind string) string {
	var found *cwclient.Communication
	for i := range contact.CommunicationItems {
		one := &contact.CommunicationItems[i]
		if strings.EqualFold(one.CommunicationType, kind) && strings.TrimSpace(one.Value) != "" && (found == nil || one.DefaultFlag && !found.DefaultFlag) {
			found = one
		}
	}
	if found == nil {
		return ""
	}
	value, extension := strings.TrimSpace(found.Value), strings.TrimSpace(found.Extension)
	if extension != "" {
		value += " ext. " + extension
	}
	return value
}
