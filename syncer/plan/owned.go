package plan

import "cwsync/syncer/billing"

// ownedKey is what one key owns: usually one addition.
type ownedKey struct {
	service string
	main    *Owned   // the addition that goes on
	extra   []*Owned // others that are open: a change to a new dated line was cut short, or a person reopened an old one
	line    *line    // the line of this key, once there is one
}

// ownedKeys finds what a key owns. It looks by customer first: keys of one customer mostly follow each other, and a customer has few services.
type ownedKeys struct {
	customers map[sourceCustomer]*ownedServices
	last      *ownedServices // of the customer that was asked for last
	of        sourceCustomer // who that was
}

type sourceCustomer struct{ source, customer string }

// ownedServices are the keys of one customer of one source.
type ownedServices struct {
	few  []*ownedKey
	many map[string]*ownedKey // by service, once there are more than fewServices; few is empty then
}

// fewServices is how many services of a customer are looked through faster than an index of them is asked.
const fewServices = 32

// find is what the key owns; nil for nothing.
func (k *ownedKeys) find(key billing.Key) *ownedKey {
	services := k.customer(key)
	if services == nil {
		return nil
	}
	for _, of := range services.few {
		if of.service == key.Service {
			return of
		}
	}
	return services.many[key.Service]
}

// add notes what a key owns that find does not know.
func (k *ownedKeys) add(key billing.Key, of *ownedKey) {
	of.service = key.Service
	services := k.customer(key)
	if services == nil {
		services = &ownedServices{few: make([]*ownedKey, 0, fewServices/2)}
		k.customers[k.of], k.last = services, services
	}
	switch {
	case services.many != nil:
		services.many[of.service] = of
	case len(services.few) < fewServices:
		services.few = append(services.few, of)
	default:
		services.many = make(map[string]*ownedKey, 4*fewServices)
		for _, one := range append(services.few, of) {
			services.many[one.service] = one
		}
		services.few = nil
	}
}

func (k *ownedKeys) customer(key billing.Key) *ownedServices {
	if of := (sourceCustomer{key.Source, key.Customer}); k.last == nil || of != k.of {
		k.of, k.last = of, k.customers[of]
	}
	return k.last
}
