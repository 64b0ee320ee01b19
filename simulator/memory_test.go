package simulator

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"simhook/simulator/signature"
)

// TestMemoryIsFlat: what is held in memory does not grow with the run, be every
// event another one about another thing, recorded and shown as a timeline. The first
// 100,000 deliveries fill what is bounded; the next 200,000 add nothing.
func TestMemoryIsFlat(t *testing.T) {
	if testing.Short() {
		t.Skip("300,000 deliveries")
	}
	const n, settled = 300_000, 100_000
	rec, line := NewRecorder(io.Discard), NewTimeline(time.Now())
	line.seen, line.newest = newMemory[struct{}](settled/4), newMemory[int64](settled/4)
	rec.known = newMemory[int](settled / 4)
	var before, after float64
	plan := flatPlan(n)
	err := Play(t.Context(), plan, Playing{
		Waits: rec.Waits,
		Began: func(a *Attempt) {
			rec.Began(a)
			line.Began(a)
		},
		Ended: func(a *Attempt) {
			rec.Ended(a)
			line.Line(a)
			switch a.Number {
			case settled:
				before = held()
			case n:
				after = held()
			}
		},
	})
	if err != nil || rec.Err() != nil || line.Acknowledged != n {
		t.Fatal(err, rec.Err(), line.Counts)
	}
	t.Logf("%.1f MB after %d, %.1f MB after %d", before/1e6, settled, after/1e6, n)
	// A byte for each delivery would be 200 kB; a map entry with a key of 64 bytes some 20 MB.
	if after-before > 4e6 {
		t.Errorf("%.1f MB came to it between %d and %d deliveries", (after-before)/1e6, settled, n)
	}
}

// flatPlan sends n events, each about a thing of its own, without waiting for answers.
func flatPlan(n int) *Plan {
	plan := playPlan(Handler("http://acme.test/", http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})), make([]Step, n)...)
	body := []byte(`{"text":"` + strings.Repeat("x", 200) + `"}`)
	for i := range plan.Steps {
		plan.Steps[i] = Step{At: time.Duration(i) * time.Millisecond, Event: uint32(i), How: Open | Retried}
	}
	plan.Endpoints[0].Keys = [][]signature.Key{Keys([]string{"whsec_6b2fQz8812"}, nil)}
	plan.Endpoints[0].Make = func(n uint32) (Event, error) {
		return Event{
			Provider: playProvider, Variant: playProvider.Variants[0], Type: "thing.made", ID: fmt.Sprintf("evt_%d", n), Object: fmt.Sprintf("obj_%d", n), Method: "POST", Body: body, Created: plan.Start,
		}, nil
	}
	return plan
}

// A memory knows the last ones, and forgets what was not asked for.
func TestMemoryForgets(t *testing.T) {
	m := newMemory[int](10)
	for i := range 100 {
		m.put(m.key("a", fmt.Sprint(i)), i)
		if v, ok := m.get(m.key("a", "0")); !ok || v != 0 { // asked for all along
			t.Fatalf("0 is forgotten after %d", i)
		}
		for back := range min(i, 9) { // beside 0
			if v, ok := m.fresh[m.key("a", fmt.Sprint(i-back))]; !ok {
				if v, ok = m.past[m.key("a", fmt.Sprint(i-back))]; !ok || v != i-back {
					t.Fatalf("%d is forgotten after %d", i-back, i)
				}
			} else if v != i-back {
				t.Fatalf("%d is %d", i-back, v)
			}
		}
		if len(m.fresh)+len(m.past) > 20 {
			t.Fatalf("%d are known", len(m.fresh)+len(m.past))
		}
	}
	if _, ok := m.get(m.key("b", "99")); ok {
		t.Error("two parts are one")
	}
}

// Events without an id are events of their own; no two of them are duplicates.
func TestEventsWithoutID(t *testing.T) {
	line := NewTimeline(time.Now())
	for i, id := range []string{"", "", "a", "a"} {
		line.Began(&Attempt{Number: i + 1, Endpoint: "acme", Event: Event{Provider: playProvider, ID: id, Created: time.Now()}, Receipt: Receipt{Attempt: 1}})
	}
	if line.Events != 3 || line.Duplicates != 1 {
		t.Errorf("%d events, %d duplicates", line.Events, line.Duplicates)
	}
}
