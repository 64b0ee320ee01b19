package simulator

import (
	"math/rand/v2"
	"slices"
	"time"
)

// A Retry is how a provider tries again after an attempt that did not succeed.
type Retry struct {
	Known
	Schedules []Schedule        // the first that fits the event and its first failure is followed
	Jitter    float64           // 0.2: each wait is drawn between 80 % and 120 % of its length
	Resign    bool              // a new time and signature each attempt; else the same bytes
	Marks     Header            // header lines of attempts after the first; see markWords
	BodyMarks Header            // members of the body, by path, that retries change; needs Resign
	Words     map[Reason]string // what {reason} in Marks says; a Reason that is missing says itself
	Stop      []StatusRange
	StopAt    Header      // an answer with one of these header lines stops retries
	After     *RetryAfter // nil: what the receiver asks for does not count
	Disable   *Disable    // nil: nothing is known of it
}

// Known says how a fact is known, and from where.
type Known struct {
	Evidence Evidence
	Source   string
}

// A Schedule is the waits after each failed attempt. Without waits these events,
// or these failures, are never tried again.
type Schedule struct {
	Known
	Name     string
	When     []Reason // also single statuses, such as 429; empty: any failure
	Events   []string // empty: any event
	Variants []string // empty: any variant
	Waits    []time.Duration
}

// A Disable is when a provider stops sending to an endpoint that fails.
type Disable struct {
	Known
	After     time.Duration // since the first of failures alone; 0: not by time
	Failures  int           // that many in a row; 0: not by number
	Exhausted bool          // when all retries of an event have failed
	Answers   []StatusRange // at once by such an answer
	AnswersAt Header        // or by one of these header lines in it
	Is        string        // what then happens, or when, where none of the above says it
}

// An End is why a provider makes no further attempt at a delivery.
type End string

// The ends.
const (
	Delivered  End = "delivered"   // it is satisfied
	GivenUp    End = "given up"    // its schedule is at an end
	NotRetried End = "not retried" // after such a failure, or of such an event, it does not try again
	Stopped    End = "stopped"     // the answer asked for that
	Disabled   End = "disabled"    // it sends nothing more to this endpoint
)

// A Reason is why an attempt did not succeed: one of [Reasons], or a single
// status, such as 429, where the provider has a schedule for that.
type Reason string

// The reasons.
const (
	Redirected Reason = "3xx"
	Refused    Reason = "4xx"
	ServerFail Reason = "5xx"
	TimedOut   Reason = "timeout"
	NoAnswer   Reason = "connection"
)

// Reasons lists every reason.
var Reasons = []Reason{Redirected, Refused, ServerFail, TimedOut, NoAnswer}

// Class is the reason of [Reasons] that r belongs to: 4xx for 429.
func (r Reason) Class() Reason {
	if len(r) == 3 && r[1] >= '0' && r[1] <= '9' {
		return r[:1] + "xx"
	}
	return r
}

// finer returns the single status as the reason where a schedule names it.
func (r Retry) finer(class, status Reason) Reason {
	if slices.ContainsFunc(r.Schedules, func(s Schedule) bool { return slices.Contains(s.When, status) }) {
		return status
	}
	return class
}

// Schedule returns the schedule for a failure of an event, nil where there is none.
func (r Retry) Schedule(ev Event, reason Reason) *Schedule {
	for i := range r.Schedules {
		s := &r.Schedules[i]
		if (fits(s.When, reason) || fits(s.When, reason.Class())) && fits(s.Events, ev.Type) && fits(s.Variants, ev.Variant.Name) {
			return s
		}
	}
	return nil
}

// Plan returns the waits that follow the first failure of an event, for that
// reason, drawn with the provider's jitter; nil where the provider does not try again.
func (r Retry) Plan(ev Event, reason Reason, chance *rand.Rand) []time.Duration {
	s := r.Schedule(ev, reason)
	if s == nil {
		return nil
	}
	waits := slices.Clone(s.Waits)
	for i := range waits {
		if r.Jitter > 0 {
			waits[i] = time.Duration(float64(waits[i]) * (1 - r.Jitter + 2*r.Jitter*chance.Float64()))
		}
	}
	return waits
}

// Failing is how long an endpoint has failed, over all deliveries to it, without a
// success in between.
type Failing struct {
	Attempts int
	For      time.Duration // since the first of them, on the provider's clock
}

// Next says how long the provider waits after the failed attempt last, or why it
// makes no further one. The first failure chose the schedule; one that is never
// tried again ends it later, too. chance must be the same for every call.
func (r Retry) Next(ev Event, first Reason, last Receipt, failing Failing, chance *rand.Rand) (time.Duration, End) {
	waits := r.Plan(ev, first, chance)
	left := waits[min(last.Attempt-1, len(waits)):]
	now := r.Schedule(ev, last.Reason)
	switch {
	case last.Satisfied:
		return 0, Delivered
	case r.Disable.by(last, failing, len(waits) > 0 && len(left) == 0):
		return 0, Disabled
	case r.Stops(last):
		return 0, Stopped
	case len(waits) == 0, now == nil, len(now.Waits) == 0:
		return 0, NotRetried
	case len(left) == 0:
		return 0, GivenUp
	}
	return r.After.wait(left[0], last.Answer, time.Now()), ""
}

// by says whether a failed attempt is the one after which the endpoint is disabled.
func (d *Disable) by(last Receipt, failing Failing, exhausted bool) bool {
	if d == nil {
		return false
	}
	return d.Exhausted && exhausted || d.After > 0 && failing.For >= d.After || d.Failures > 0 && failing.Attempts >= d.Failures ||
		StatusIn(last.Status, d.Answers) || carriesOne(last.Header, d.AnswersAt)
}

// fits says whether a list names the word, or nothing at all.
func fits[T comparable](list []T, word T) bool { return len(list) == 0 || slices.Contains(list, word) }

// Stops says whether an answer ends the retries although it is no success.
func (r Retry) Stops(receipt Receipt) bool {
	return StatusIn(receipt.Status, r.Stop) || carriesOne(receipt.Header, r.StopAt)
}

// carriesOne says whether h has one of the lines; one without a value is met by any.
func carriesOne(h, lines Header) bool {
	return slices.ContainsFunc(lines, func(f Field) bool {
		v, ok := h.Lookup(f.Name)
		return ok && (f.Value == "" || v == f.Value)
	})
}
