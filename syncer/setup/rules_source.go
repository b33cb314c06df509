package setup

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"cwsync/syncer/billing"
	"cwsync/syncer/source"
)

func index(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }

func (r *reader) checkSource(path string, s *billing.Source) {
	if _, known := r.catalogue.Lookup(s.Kind); !known {
		if s.Kind == "" {
			r.refuse(path+".kind", "missing; one of %s", strings.Join(r.catalogue.Names(), ", "))
		} else {
			r.refuse(path+".kind", "unknown kind %s; the kinds are %s", show(s.Kind), strings.Join(r.catalogue.Names(), ", "))
		}
	}
	if s.OnMissing != billing.MissingHold && !s.Complete {
		r.refuse(path+".on_missing", "%s needs complete: true, or an absent line says nothing", s.OnMissing)
	}
	r.checkPercent(path+".markup_percent", s.MarkupPercent, leastMarkup, maxMarkup)
	services := r.checkServices(path, s.Services)
	seen := map[string]int{}
	for i := range s.Customers {
		r.checkCustomer(index(path+".customers", i), &s.Customers[i], services)
		r.checkUnique(index(path+".customers", i)+".id", s.Customers[i].ID, i, seen)
	}
}

// checkStandardInput refuses a second source that reads standard input: what the first has read is gone.
func (r *reader) checkStandardInput(sources []billing.Source) {
	first := ""
	for i := range sources {
		kind, _ := r.catalogue.Lookup(sources[i].Kind)
		for _, field := range kind.Fields {
			if field.Type != source.TypePath || sources[i].Options[field.Name] != source.StandardInput {
				continue
			}
			if first != "" {
				r.refuse(index("sources", i)+".options."+field.Name, "standard input can be read once, and source %s reads it already", show(first))
			}
			first = cmp.Or(first, sources[i].Name)
		}
	}
}

// The bounds of a markup, in percent.
const (
	leastMarkup = -100
	maxMarkup   = 10_000
)

func (r *reader) checkPercent(path string, value decimal.Decimal, least, most int64) {
	if value.LessThan(decimal.New(least, 0)) || value.GreaterThan(decimal.New(most, 0)) {
		r.refuse(path, "%s is not a percentage from %d to %d", value, least, most)
	}
}

// checkUnique refuses an id that an earlier element has.
func (r *reader) checkUnique(path, id string, i int, seen map[string]int) {
	if first, twice := seen[id]; twice && id != "" {
		r.refuse(path, "the id %s is there twice; the first is number %d", show(id), first+1)
		return
	}
	seen[id] = i
}

// checkServices gives the places of the services by id.
func (r *reader) checkServices(path string, services []billing.Service) map[string]int {
	byID := map[string]int{}
	for i := range services {
		at := index(path+".services", i)
		r.checkService(at, &services[i])
		r.checkUnique(at+".id", services[i].ID, i, byID)
	}
	r.checkShared(path, services)
	r.checkIncludes(path, services, byID)
	return byID
}

func (r *reader) checkService(path string, s *billing.Service) {
	r.checkNeeded(path+".id", s.ID)
	r.checkName(path+".name", s.Name)
	r.checkLine(path+".product", s.Product.Identifier)
	r.checkLine(path+".basis", s.Basis)
	if s.CreateProduct && s.Product.ID != 0 {
		r.refuse(path+".create_product", "a product named by id exists already; name it by identifier")
	}
	if s.Price.Percent.Valid {
		r.checkPercent(path+".price.percent", s.Price.Percent.Decimal, leastMarkup, maxMarkup)
		if s.Price.From != billing.PriceMarkup {
			r.refuse(path+".price.percent", "has a meaning with from: markup only")
		}
	}
	if !s.Quantity.DivideBy.IsPositive() {
		r.refuse(path+".quantity.divide_by", "must be greater than 0")
	}
	if s.Quantity.Included.IsNegative() {
		r.refuse(path+".quantity.included", "must not be negative")
	}
	if s.Quantity.Minimum.IsNegative() {
		r.refuse(path+".quantity.minimum", "must not be negative")
	}
}

// checkShared holds services that share a product against the first of them: all must merge in one way and count by one rule.
func (r *reader) checkShared(path string, services []billing.Service) {
	first := map[billing.ProductRef]int{}
	for i := range services {
		s := &services[i]
		if s.Product.IsZero() {
			continue
		}
		key := billing.ProductRef{Identifier: strings.ToLower(s.Product.Identifier), ID: s.Product.ID}
		j, shared := first[key]
		if !shared {
			first[key] = i
			continue
		}
		other := &services[j]
		at := index(path+".services", i)
		if s.Merge != other.Merge || s.Merge == billing.MergeNone {
			r.refuse(at+".merge", "services %s and %s share product %s, so both need the same merge, sum or max; they have %s and %s",
				show(other.ID), show(s.ID), productName(s.Product), other.Merge, s.Merge)
			continue
		}
		if rule := ruleThatDiffers(other.Quantity, s.Quantity); rule != "" {
			r.refuse(at+".quantity", "services %s and %s are merged into product %s, so their quantity rules must be equal; %s differs",
				show(other.ID), show(s.ID), productName(s.Product), rule)
		}
		if rule := rateThatDiffers(other, s); rule != "" {
			r.refuse(at+"."+rule, "services %s and %s are merged into product %s, so both need the same %s",
				show(other.ID), show(s.ID), productName(s.Product), rule)
		}
	}
}

func productName(ref billing.ProductRef) string {
	if ref.ID != 0 {
		return fmt.Sprintf("{id: %d}", ref.ID)
	}
	return show(ref.Identifier)
}

// rateThatDiffers is the first of the rules beside the quantity in which two services differ; a markup that is not said is the source's for both.
func rateThatDiffers(a, b *billing.Service) string {
	switch {
	case a.Price.From != b.Price.From || a.Price.Percent.Valid != b.Price.Percent.Valid || !a.Price.Percent.Decimal.Equal(b.Price.Percent.Decimal):
		return "price"
	case a.Taxable != b.Taxable:
		return "taxable"
	case a.Change != b.Change:
		return "change"
	}
	return ""
}

func ruleThatDiffers(a, b billing.QuantityRule) string {
	switch {
	case !a.DivideBy.Equal(b.DivideBy):
		return "divide_by"
	case !a.Included.Equal(b.Included):
		return "included"
	case !a.Minimum.Equal(b.Minimum):
		return "minimum"
	case a.Round != b.Round:
		return "round"
	}
	return ""
}

// checkIncludes refuses bundles that contain what does not exist, themselves, or each other.
func (r *reader) checkIncludes(path string, services []billing.Service, byID map[string]int) {
	sound := true
	for i := range services {
		seen := map[string]bool{}
		for j, id := range services[i].Includes {
			at := index(index(path+".services", i)+".includes", j)
			_, known := byID[id]
			switch {
			case id == services[i].ID:
				r.refuse(at, "a bundle cannot include itself")
			case !known:
				r.refuse(at, "unknown service %s", show(id))
			case seen[id]:
				r.refuse(at, "%s is there twice", show(id))
			default:
				seen[id] = true
				continue
			}
			sound = false
		}
	}
	if !sound {
		return
	}
	if i := inCycle(services, byID); i >= 0 {
		r.refuse(index(path+".services", i)+".includes", "bundles include each other in a circle: %s", show(services[i].ID))
	}
}

// inCycle is the first service from which a chain of bundles leads back into itself, or -1. It takes away, again and again, what includes
// nothing that is left; what then remains leads into a circle.
func inCycle(services []billing.Service, byID map[string]int) int {
	left := make([]int, len(services)) // included services that are still there
	within := make([][]int, len(services))
	var free []int
	for i := range services {
		left[i] = len(services[i].Includes)
		for _, id := range services[i].Includes {
			within[byID[id]] = append(within[byID[id]], i)
		}
		if left[i] == 0 {
			free = append(free, i)
		}
	}
	for len(free) > 0 {
		i := free[len(free)-1]
		free = free[:len(free)-1]
		for _, bundle := range within[i] {
			if left[bundle]--; left[bundle] == 0 {
				free = append(free, bundle)
			}
		}
	}
	return slices.IndexFunc(left, func(n int) bool { return n > 0 })
}

func (r *reader) checkCustomer(path string, c *billing.Customer, services map[string]int) {
	r.checkNeeded(path+".id", c.ID)
	r.checkName(path+".name", c.Name)
	switch {
	case r.bad[path+".company"] || r.bad[path+".agreement"]:
	case c.Company != 0 && c.Agreement == 0:
		r.refuse(path+".company", "a company without an agreement; a link needs both")
	case c.Company == 0 && c.Agreement != 0:
		r.refuse(path+".agreement", "an agreement without a company; a link needs both")
	}
	r.checkPercent(path+".discount_percent", c.DiscountPercent, 0, 100)
	seen := map[string]bool{}
	for i, id := range c.ServicesOff {
		at := index(path+".services_off", i)
		if _, known := services[id]; !known {
			r.refuse(at, "unknown service %s", show(id))
		} else if seen[id] {
			r.refuse(at, "%s is there twice", show(id))
		}
		seen[id] = true
	}
	for _, id := range slices.Sorted(maps.Keys(c.Prices)) {
		at := path + ".prices." + id
		if _, known := services[id]; !known {
			r.refuse(at, "unknown service %s", show(id))
		}
		if c.Prices[id].IsNegative() {
			r.refuse(at, "must not be negative")
		}
	}
	for _, id := range slices.Sorted(maps.Keys(c.Additions)) {
		at := path + ".additions." + id
		if _, known := services[id]; !known {
			r.refuse(at, "unknown service %s", show(id))
		}
		if c.Additions[id] <= 0 {
			r.refuse(at, "must be the id of an addition, 1 or more")
		}
	}
}
