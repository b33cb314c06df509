package store

import goflag "flag"

// The gate draws the same cases each time, so that what fails there fails again on the desk; .ci/explore draws new ones (-rapid.seed=0).
var _ = goflag.Set("rapid.seed", "20261121")
