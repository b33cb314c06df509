package ui

import (
	"testing"

	"cwsync/syncer/billing"
)

// Line by line it is the same: what is wrong is said, the question is asked, and two services of one product are asked how to merge.
func TestAccessibleNewProduct(t *testing.T) {
	profile := vendorProfile(t)
	connected(profile)
	profile.setups.stored[len(profile.setups.stored)-1].Sources = vendorDocument().Sources
	profile.site.Catalog = &fakeCatalog{products: vendorProducts(), tables: vendorTables()}
	walk := []string{"", "", ""} // to the products
	walk = append(walk, "5", "n", "1", "EX-basic", "", "", "1", "MBX-NEW", "4", "2", "", "4", "n", "1", "mbx-new", "", "2", "q")
	out := answered(t, profile, nil, walk...)
	requireSays(t, out, "The next sync creates it as “Archive”", "Map Archive to EX-BASIC?", "y: map it, enter: no.", "Identifier: EX-basic. Attention: EX-BASIC is in the catalog already",
		"it goes for all products", "MBX-NEW is new: Review shows it, the next sync creates it", "mapped, new: MBX-NEW, created by the next sync",
		"Archive has mbx-new already", "2. add their counts", "Beginner, 0, mapped, new: MBX-NEW, created by the next sync")
	services := profile.setups.newest().Sources[0].Services
	if a, b := services[5], services[4]; !a.CreateProduct || !b.CreateProduct || a.Merge != billing.MergeSum || b.Merge != billing.MergeSum || b.Product != a.Product {
		t.Errorf("%+v, %+v", a, b)
	}
	if got := profile.setups.newest().Defaults; got.Category != "Telephony" || got.Subcategory != "Lines" {
		t.Errorf("%+v", got)
	}
}
