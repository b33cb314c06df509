package syncer

import (
	"slices"
	"testing"

	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
)

// shared is a rig whose customers 1 and 2 share one line of agreement 801, with 20 and 25 in the usage.
func shared(t *testing.T) *rig {
	t.Helper()
	r := newRig(t, 1)
	r.Setup.Sources[0].Services[0].Merge = billing.MergeSum
	second := r.Setup.Sources[0].Customers[0]
	second.ID = "2"
	r.Setup.Sources[0].Customers = append(r.Setup.Sources[0].Customers, second)
	r.uses(1, "20")
	r.uses(2, "25")
	return r
}

// sharedBy checks whom the store says that a line is shared by.
func (r *rig) sharedBy(id int, want ...billing.Key) {
	r.t.Helper()
	if got := r.store.owned[id].Members; !slices.Equal(got, want) {
		r.t.Errorf("addition %d is shared by %v, want %v", id, got, want)
	}
}

func TestAMergedLineRemembersItsMembers(t *testing.T) {
	r := shared(t)
	wantExit(t, r.sync(), ExitDone) // created
	r.sharedBy(9001, key(1), key(2))
	r.uses(2, "")
	run := r.sync()
	wantExit(t, run, ExitDone)
	wantStatuses(t, run, "1 skipped")
	r.quantity(9001, "45")
	r.sharedBy(9001, key(1), key(2))
	if r.world.writes != 1 || run.Plan.Changes[0].Code != plan.NotInUsage || len(run.Plan.Changes[0].Warnings) != 1 {
		t.Errorf("%d writes, %+v", r.world.writes, run.Plan.Changes[0])
	}
	r.Setup.Sources[0].Customers = r.Setup.Sources[0].Customers[:1] // out of the set-up
	wantExit(t, r.sync(key(1).String()), ExitDone)
	r.quantity(9001, "20")
	r.sharedBy(9001)
}

func TestAnEditedOrAdoptedLineRemembersItsMembers(t *testing.T) {
	for name, quantity := range map[string]string{"edited": "44", "as it is": "45"} {
		for who, own := range map[string]bool{"ours": true, "adopted": false} {
			t.Run(who+" "+name, func(t *testing.T) {
				r := shared(t)
				r.line(1, quantity, own)
				wantExit(t, r.sync(), ExitDone)
				r.quantity(10, "45")
				r.sharedBy(10, key(1), key(2))
				changes := len(r.store.changes)
				wantExit(t, r.sync(), ExitDone)
				if learned := r.store.changes[changes].Owned; len(learned) > 0 {
					t.Errorf("learned again: %+v", learned)
				}
			})
		}
	}
}

func TestTheMembersOfALostCreateAreKnownOnceItIsFound(t *testing.T) {
	r := shared(t)
	r.world.onWrite = func(write) (bool, error) { return true, errLost }
	r.world.onRead = func(_ int, record bool) error {
		if r.world.writes > 0 && record {
			return errOut
		}
		return nil
	}
	wantExit(t, r.sync(), ExitUnknown)
	r.world.onWrite, r.world.onRead = nil, nil
	r.uses(2, "") // absent in just the run that finds it
	wantExit(t, r.sync(), ExitDone)
	r.quantity(9001, "45")
	r.sharedBy(9001, key(1), key(2))
}

func TestAnEditKeepsTheMembersThatWereBefore(t *testing.T) {
	r := shared(t)
	wantExit(t, r.sync(), ExitDone)
	r.Setup.Sources[0].Complete = true
	r.uses(2, "")
	r.uses(1, "30")
	wantExit(t, r.sync(), ExitDone)
	r.sharedBy(9001)
	last := r.store.journal[len(r.store.journal)-1]
	if last.Previous == nil || !slices.Equal(last.Previous.Members, []billing.Key{key(1), key(2)}) || last.Members != nil {
		t.Errorf("the write was recorded with %+v and %v", last.Previous, last.Members)
	}
}

// TestAMergedLineIsHandedOverByOneThatMoves: its first member gets an agreement of its own, and the line belongs to the one that is left.
func TestAMergedLineIsHandedOverByOneThatMoves(t *testing.T) {
	for name, lost := range map[string]bool{"in one run": false, "where the new line came first and the other write failed": true} {
		t.Run(name, func(t *testing.T) {
			r := shared(t)
			r.serial()
			wantExit(t, r.sync(), ExitDone)
			another := r.world.agreements[801]
			another.ID = 802
			r.world.agreements[802] = another
			r.Setup.Sources[0].Customers[0].Agreement = 802
			if lost {
				r.world.onWrite = func(op write) (bool, error) {
					if op.n == 3 {
						return false, &billing.Failure{Class: billing.ClassRejected, Message: "not now"}
					}
					return true, nil
				}
				run := r.sync()
				wantExit(t, run, ExitPartial)
				wantStatuses(t, run, "1 applied", "2 failed")
				r.world.onWrite = nil
			}
			wantExit(t, r.sync(), ExitDone)
			r.quantity(9001, "25")
			r.quantity(9002, "20")
			if first, second := r.store.owned[9001].Key, r.store.owned[9002].Key; first != key(2) || second != key(1) {
				t.Errorf("9001 is %s's, 9002 is %s's", first, second)
			}
			writes := r.world.writes
			wantStatuses(t, r.sync(), "1 unchanged", "2 unchanged")
			if r.world.writes != writes {
				t.Error("written again")
			}
		})
	}
}
