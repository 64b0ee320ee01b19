package simulator

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
	"unsafe"
)

// A million pending deliveries are promised at 64 bytes each.
func TestPendingIsSmall(t *testing.T) {
	if step, again := unsafe.Sizeof(Step{}), unsafe.Sizeof(waiting{}); step > 64 || again > 64 {
		t.Errorf("a step has %d bytes, one that waits for its retry %d", step, again)
	}
}

func TestRetriesComeInOrder(t *testing.T) {
	chance := rand.New(rand.NewPCG(1, 2))
	var h retries
	var want []time.Duration
	take := func() {
		if got := h[0].due(); got.at != want[0] {
			t.Fatalf("%v, not %v", got.at, want[0])
		}
		h.pop()
		want = want[1:]
	}
	for i := range 5000 {
		at := time.Duration(chance.IntN(1000))
		h.push(due{step: i, at: at, again: retrying{attempt: 2, first: time.Unix(0, 7), last: ServerFail}, first: TimedOut})
		want = append(want, at)
		slices.Sort(want)
		if chance.IntN(3) == 0 {
			take()
		}
	}
	for len(want) > 0 {
		take()
	}
	if len(h) != 0 {
		t.Errorf("%d are left", len(h))
	}
}

func TestWaitingKeepsWhatIsDue(t *testing.T) {
	for _, reason := range append([]Reason{"429", "503", "100"}, Reasons...) {
		d := due{step: 1 << 30, at: 3 * time.Hour, first: reason, again: retrying{attempt: 400, last: reason, first: time.Unix(5, 6)}}
		var h retries
		h.push(d)
		if got := h[0].due(); got != d {
			t.Errorf("%+v, not %+v", got, d)
		}
	}
}
