package doctor_test

import (
	"context"

	"cwsync/syncer/doctor"
)

// examine does the steps of the connection, as the wizard's test and the command do among others.
func examine(ctx context.Context, probe doctor.Probe, needs doctor.Needs, each func(doctor.Check)) []doctor.Check {
	return doctor.Run(ctx, doctor.ConnectionSteps(probe, needs), each)
}
