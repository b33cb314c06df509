package alert

import "flag"

// The gate draws the same cases each time, so that what fails there fails again on the desk; .ci/explore draws new ones (-rapid.seed=0).
var _ = flag.Set("rapid.seed", "20261121")
