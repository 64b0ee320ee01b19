package simulator

import "time"

// failing is what a play knows of an endpoint that fails: how many attempts, and
// since when.
type failing struct {
	attempts int
	since    time.Duration // when the first of them was due
}

// fails counts an attempt that ended at a time of the provider's clock. What no
// provider sent, a forged delivery, counts for nothing: it may be refused.
func (pl *player) fails(f flight, ended time.Duration) Failing {
	a, s := f.attempt, &pl.plan.Steps[f.due.step]
	now, known := pl.failing[s.Endpoint]
	switch {
	case a.Fault != nil && a.Fault.Expect != Accept:
	case a.Satisfied:
		delete(pl.failing, s.Endpoint)
		return Failing{}
	default:
		if !known {
			now.since = f.due.at
		}
		now.attempts++
		now.since = min(now.since, f.due.at)
		pl.failing[s.Endpoint] = now
	}
	if now.attempts == 0 {
		return Failing{}
	}
	return Failing{now.attempts, max(0, ended-now.since)}
}
