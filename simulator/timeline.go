package simulator

import (
	"fmt"
	"time"
)

// A Timeline says of attempts, as they come, what is odd about each: that it is a
// duplicate, late, out of order, tried again, or the last. It knows the last 262,144
// events and objects of all endpoints, in 30 MB at most: one that came before those
// counts as new. Events without an id are all different to it.
type Timeline struct {
	Counts
	Named bool // lines name the endpoint: there are several

	seen   *memory[struct{}] // by endpoint and event id
	newest *memory[int64]    // by endpoint and object: when the newest event so far happened, Unix nanoseconds
	start  time.Time         // of the provider's clock
	begun  map[int][]string  // notes of attempts that have not ended, by their numbers
	widths []int             // of the columns, so far
}

// mostKnown is how many events, and objects, a timeline knows at least.
const mostKnown = 1 << 18

// NewTimeline begins a timeline; start is when the provider's clock is zero.
func NewTimeline(start time.Time) *Timeline {
	return &Timeline{seen: newMemory[struct{}](mostKnown), newest: newMemory[int64](mostKnown), start: start, begun: map[int][]string{}}
}

// lateAfter is how old an event may be that is not called late: providers deliver
// within seconds, and call a signature stale after five minutes.
const lateAfter = 5 * time.Minute

// Notes lists what is odd about an attempt that begins.
func (t *Timeline) Notes(a *Attempt) []string {
	var notes []string
	switch {
	case a.Attempt > 1:
		t.Retried++
		notes = append(notes, fmt.Sprintf("attempt %d", a.Attempt))
	case t.knows(a):
		t.Duplicates++
		notes = append(notes, "duplicate")
	default:
		t.Events++
	}
	if age := t.start.Add(a.At).Sub(a.Event.Created); age >= lateAfter {
		t.Late++
		notes = append(notes, "late by "+Span(age))
	}
	if a.Event.Object != "" && t.overtaken(a) {
		t.OutOfOrder++
		notes = append(notes, "out of order")
	}
	if a.Group > 0 {
		notes = append(notes, fmt.Sprintf("together %d", a.Group))
	}
	return notes
}

// knows says whether an event was delivered before, and remembers it.
func (t *Timeline) knows(a *Attempt) bool {
	if a.Event.ID == "" {
		return false
	}
	key := t.seen.key(a.Endpoint, a.Event.ID)
	_, known := t.seen.get(key)
	t.seen.put(key, struct{}{})
	return known
}

// overtaken says whether a newer event about the same object came before, and
// remembers the newest.
func (t *Timeline) overtaken(a *Attempt) bool {
	key, created := t.newest.key(a.Endpoint, a.Event.Object), a.Event.Created.UnixNano()
	newest, known := t.newest.get(key)
	if known && created < newest {
		return true
	}
	t.newest.put(key, created)
	return false
}

// Span writes a duration in its two greatest units: 3d, 1h30m, 5s, 12ms.
func Span(d time.Duration) string {
	if d < 0 {
		return "-" + Span(-d)
	}
	units := []struct {
		name string
		size time.Duration
	}{{"d", 24 * time.Hour}, {"h", time.Hour}, {"m", time.Minute}, {"s", time.Second}, {"ms", time.Millisecond}, {"µs", time.Microsecond}, {"ns", 1}}
	for i, u := range units {
		if d < u.size {
			continue
		}
		text := fmt.Sprintf("%d%s", d/u.size, u.name)
		if i+1 < len(units) && u.size >= time.Second {
			if rest := d % u.size / units[i+1].size; rest > 0 {
				text += fmt.Sprintf("%d%s", rest, units[i+1].name)
			}
		}
		return text
	}
	return "0s"
}
