package plan

import (
	"fmt"

	"cwsync/syncer/billing"
)

// stopReason says why a line is not billed.
func (l *line) stopReason() string {
	switch l.stop {
	case SyncOff:
		return "switched off: " + l.switchName()
	case UnlinkedCustomer:
		if l.source.gone {
			return "source " + l.key.Source + " is no longer in the set-up"
		}
		return "the customer is not linked to a company and an agreement"
	case UnmappedService:
		return "the service is not mapped to a product"
	case StatusNotBilled:
		return "the usage is " + string(l.usage.Status) + ", which is not billed"
	case NotInUsage:
		return "not in the usage; the source does not list everything, so the addition stays"
	case ProductMissing:
		if l.product != nil {
			return "product " + l.product.Identifier + " is a bundle, which cannot be an addition: map the service to another product"
		}
		if why := l.source.unmade[l.service.Product]; why != "" {
			return "product " + productName(l.service.Product) + " is not in ConnectWise's catalog and cannot be created: " + why
		}
		return "product " + productName(l.service.Product) + " is not in ConnectWise's catalog: create it or map the service to another"
	case ProductInactive:
		return "product " + l.product.Identifier + " is inactive in ConnectWise's catalog: activate it or map the service to another"
	}
	return ""
}

func (l *line) switchName() string {
	switch {
	case !l.source.rules.Sync:
		return "the source"
	case l.customer != nil && !l.customer.Sync:
		return "the customer"
	case l.service != nil && !l.service.Sync:
		return "the service"
	}
	return "this service of this customer"
}

func productName(ref billing.ProductRef) string {
	if ref.Identifier != "" {
		return ref.Identifier
	}
	return fmt.Sprintf("%d", ref.ID)
}
