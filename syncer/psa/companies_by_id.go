package psa

import (
	"context"

	"cwsync/cwclient"
	"cwsync/syncer/billing"
)

// CompaniesByID reads these companies, each once, in ascending order of id, those of the recycle bin too; those that do not exist are absent. None
// is marked Hidden for its status or type: that would take ConnectWise's tables of them. Errors are *billing.Failure.
func (p *PSA) CompaniesByID(ctx context.Context, ids []int) ([]billing.Company, error) {
	companies, err := inChunks(ctx, wanted(ids), func(ctx context.Context, chunk []int) ([]billing.Company, error) {
		var found []billing.Company
		for company, err := range p.client.Companies.All(ctx, cwclient.ListOptions{IDs: chunk}) {
			if err != nil {
				return nil, err
			}
			if asked(chunk, company.ID) {
				found = append(found, toCompany(&company, marks{}))
			}
		}
		return found, nil
	})
	if err != nil {
		return nil, companiesTask.failure(err)
	}
	return companies, nil
}
