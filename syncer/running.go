package syncer

import (
	"context"

	"cwsync/syncer/billing"
)

// RunningAdditions reads all additions of those of the agreements that are running today in the profile's time zone, each agreement once and
// side by side. It gives those agreements in the order in which they came, and the additions by their ids. Errors are *billing.Failure, or a
// *Stop where the time zone is not known.
func (e *Engine) RunningAdditions(ctx context.Context, agreements []billing.Agreement) ([]billing.Agreement, map[int][]billing.Addition, error) {
	today, err := e.today(ctx, e.Now())
	if err != nil {
		return nil, nil, err
	}
	var running []billing.Agreement
	var ids []int
	for i := range agreements {
		if agreements[i].Closed(today) == "" {
			running = append(running, agreements[i])
			ids = append(ids, agreements[i].ID)
		}
	}
	additions, err := e.readAdditions(ctx, ids)
	if err != nil {
		return nil, nil, err
	}
	return running, additions, nil
}
