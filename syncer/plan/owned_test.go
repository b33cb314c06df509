package plan

import (
	"fmt"
	"testing"

	"cwsync/syncer/billing"
)

// Keys are found whatever the order, however many services a customer has, and under the customer of their own source alone.
func TestOwnedKeys(t *testing.T) {
	keys := ownedKeys{customers: map[sourceCustomer]*ownedServices{}}
	want := map[billing.Key]*ownedKey{}
	for service := range 3 * fewServices {
		for _, customer := range []string{"a", "b", "c"} {
			if customer != "a" && service > fewServices-2+len(want)%2 {
				continue // about as many as are looked through
			}
			key := billing.Key{Source: "mail", Customer: customer, Service: fmt.Sprint(service)}
			if keys.find(key) != nil {
				t.Fatalf("%v is there before it was added", key)
			}
			want[key] = &ownedKey{}
			keys.add(key, want[key])
		}
	}
	for key, of := range want {
		other := key
		if other.Source = "voice"; keys.find(key) != of || keys.find(other) != nil {
			t.Errorf("%v: %p, want %p; of another source: %p", key, keys.find(key), of, keys.find(other))
		}
	}
	if keys.find(billing.Key{Source: "mail", Customer: "a", Service: "none"}) != nil || keys.find(billing.Key{Source: "mail", Customer: "d"}) != nil {
		t.Error("a key that owns nothing is found")
	}
}
