package simulator

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// A RetryAfter says that a provider heeds the header Retry-After (RFC 9110 section
// 10.2.3), and how far: it never comes earlier than its own schedule has it.
type RetryAfter struct {
	Known
	Statuses []StatusRange // of the answers in which it counts
	Most     time.Duration // waits no longer than that; 0: a day
	Times    float64       // and no longer than so many times the schedule's wait; 0: no such limit
}

// mostAfter is the longest that a receiver can put a provider off where nothing
// is known of a limit.
const mostAfter = 24 * time.Hour

// wait returns how long a provider waits that would have waited so long by itself.
func (a *RetryAfter) wait(scheduled time.Duration, answer Answer, now time.Time) time.Duration {
	if a == nil || !StatusIn(answer.Status, a.Statuses) {
		return scheduled
	}
	asked, ok := askedWait(answer.Header, now)
	if !ok {
		return scheduled
	}
	most := a.Most
	if most == 0 {
		most = mostAfter
	}
	if a.Times > 0 {
		most = min(most, time.Duration(float64(scheduled)*a.Times))
	}
	return max(scheduled, min(asked, most))
}

// askedWait reads Retry-After: seconds, also parts of them, or a date.
func askedWait(h Header, now time.Time) (time.Duration, bool) {
	text := strings.TrimSpace(h.Get("Retry-After"))
	if seconds, err := strconv.ParseFloat(text, 64); err == nil {
		if !(seconds >= 0) { // NaN is no time either
			return 0, false
		}
		return time.Duration(min(seconds, float64(math.MaxInt64/int64(2*time.Second))) * float64(time.Second)), true
	}
	for _, read := range []func(string) (time.Time, error){
		http.ParseTime, func(s string) (time.Time, error) { return time.Parse(time.RFC1123Z, s) },
	} {
		if at, err := read(text); err == nil {
			return at.Sub(now), true
		}
	}
	return 0, false
}
