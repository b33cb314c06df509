package main

import "flag"

// The gate draws the same cases each time, so that what fails there fails again on the desk; .ci/explore draws new ones (-rapid.seed=0). A case of
// the model is dozens of whole runs: fewer of them than elsewhere.
var _, _ = flag.Set("rapid.seed", "20261121"), flag.Set("rapid.checks", "60")
