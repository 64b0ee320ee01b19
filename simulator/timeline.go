package simulator

import (
	"fmt"
	"time"
)

// A Timeline says of attempts, as they come, what is odd about each: that it is a
// duplicate, late, out of order, tried again, or the last. It keeps what it needs
// of each event: a run of a million is small.
type Timeline struct {
	Counts
	Named bool // lines name the endpoint: there are several

	seen   map[string]seen      // by endpoint and event id
	newest map[string]time.Time // by endpoint and object: when the newest event so far happened
	start  time.Time            // of the provider's clock
	begun  map[int][]string     // notes of attempts that have not ended, by their numbers
	widths []int                // of the columns, so far
}

type seen struct {
	deliveries int
	lastStep   int
}

// NewTimeline begins a timeline; start is when the provider's clock is zero.
func NewTimeline(start time.Time) *Timeline {
	return &Timeline{seen: map[string]seen{}, newest: map[string]time.Time{}, start: start, begun: map[int][]string{}}
}

// lateAfter is how old an event may be that is not called late: providers deliver
// within seconds, and call a signature stale after five minutes.
const lateAfter = 5 * time.Minute

// Notes lists what is odd about an attempt that begins.
func (t *Timeline) Notes(a *Attempt) []string {
	var notes []string
	key := a.Endpoint + "\x00" + a.Event.ID
	s := t.seen[key]
	switch {
	case a.Attempt > 1:
		t.Retried++
		notes = append(notes, fmt.Sprintf("attempt %d", a.Attempt))
	case s.deliveries > 0 && a.Event.ID != "":
		t.Duplicates++
		notes = append(notes, "duplicate")
	}
	if a.Attempt == 1 && s.deliveries == 0 {
		t.Events++
	}
	if a.Attempt == 1 {
		s.deliveries++
	}
	s.lastStep = a.Step
	t.seen[key] = s
	if age := t.start.Add(a.At).Sub(a.Event.Created); age >= lateAfter {
		t.Late++
		notes = append(notes, "late by "+Span(age))
	}
	if a.Event.Object != "" {
		object := a.Endpoint + "\x00" + a.Event.Object
		newest := t.newest[object]
		switch {
		case a.Event.Created.Before(newest):
			t.OutOfOrder++
			notes = append(notes, "out of order")
		default:
			t.newest[object] = a.Event.Created
		}
	}
	if a.Group > 0 {
		notes = append(notes, fmt.Sprintf("together %d", a.Group))
	}
	return notes
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
