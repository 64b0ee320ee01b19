package main

import (
	"errors"
	"testing"

	"simhook/fixtures/receiver"
)

// What simhook's own receiver made of deliveries is counted as they come, and not
// kept: a course may have a million.
func TestOwnReceiverIsCountedAsItGoes(t *testing.T) {
	e := &endpoint{own: &embedded{}}
	for range 3 {
		e.own.seen = []receiver.Outcome{{}, {Duplicate: true}, {Err: errors.New("no")}, {Handshake: "ping"}, {}}
		e.count()
		if len(e.own.seen) > 0 {
			t.Errorf("%d are kept", len(e.own.seen))
		}
	}
	if want := (tally{effects: 6, duplicates: 3, refused: 3, others: 3}); e.made != want {
		t.Errorf("%+v, not %+v", e.made, want)
	}
	(&endpoint{}).count() // a receiver of somebody else's is not asked
}
