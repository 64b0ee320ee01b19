package simulator

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Retry is how a provider tries again after an attempt that did not succeed.
type Retry struct {
	Schedules []Schedule        // the first that fits the event and its first failure is followed
	Jitter    float64           // 0.2: each wait is drawn between 80 % and 120 % of its length
	Resign    bool              // a new time and signature each attempt; else the same bytes
	Marks     Header            // header lines of attempts after the first; {attempt} counts retries from 1
	Words     map[Reason]string // what {reason} in Marks says; a Reason that is missing says itself
	Stop      []StatusRange
	StopAt    Header // an answer with one of these header lines stops retries
}

// A Schedule is the waits after each failed attempt.
type Schedule struct {
	Name     string
	When     []Reason // empty: any failure
	Events   []string // empty: any event
	Variants []string // empty: any variant
	Waits    []time.Duration
}

// A Reason is why an attempt did not succeed.
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

// Plan returns the waits that follow the first failure of an event, for that
// reason, drawn with the provider's jitter; nil where the provider does not try again.
func (r Retry) Plan(ev Event, reason Reason, chance *rand.Rand) []time.Duration {
	for _, s := range r.Schedules {
		if !fits(s.When, reason) || !fits(s.Events, ev.Type) || !fits(s.Variants, ev.Variant.Name) {
			continue
		}
		waits := slices.Clone(s.Waits)
		for i := range waits {
			if r.Jitter > 0 {
				waits[i] = time.Duration(float64(waits[i]) * (1 - r.Jitter + 2*r.Jitter*chance.Float64()))
			}
		}
		return waits
	}
	return nil
}

// fits says whether a list names the word, or nothing at all.
func fits[T comparable](list []T, word T) bool { return len(list) == 0 || slices.Contains(list, word) }

// Stops says whether an answer ends the retries although it is no success.
func (r Retry) Stops(receipt Receipt) bool {
	if receipt.Status != 0 && StatusIn(receipt.Status, r.Stop) {
		return true
	}
	for _, f := range r.StopAt {
		if v, ok := receipt.Header.Lookup(f.Name); ok && (f.Value == "" || v == f.Value) {
			return true
		}
	}
	return false
}

// mark adds the header lines of a retry.
func (r Retry) mark(h Header, retry int, reason Reason) Header {
	word := string(reason)
	if w, ok := r.Words[reason]; ok {
		word = w
	}
	words := strings.NewReplacer("{attempt}", strconv.Itoa(retry), "{reason}", word)
	for _, f := range r.Marks {
		h.Set(f.Name, words.Replace(f.Value))
	}
	return h
}
