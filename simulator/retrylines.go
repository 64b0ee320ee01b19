package simulator

import (
	"fmt"
	"strings"
	"time"
)

// A RetryLine is one thing that is to say of a provider's retries beside its
// schedules. Of is how it is known; nil: as the retries on the whole.
type RetryLine struct {
	Name, Value string
	Of          *Known
}

// Lines says in words what is known of the retries beside their schedules.
func (r Retry) Lines() []RetryLine {
	var all []RetryLine
	say := func(name, value string, of *Known) {
		if value != "" {
			all = append(all, RetryLine{name, value, of})
		}
	}
	if r.Retries() {
		manner := "same bytes"
		if r.Resign {
			manner = "signed anew"
		}
		say("manner", manner, nil)
		if r.Jitter > 0 {
			say("jitter", fmt.Sprintf("each wait is drawn between %g and %g %% of its length", 100*(1-r.Jitter), 100*(1+r.Jitter)), nil)
		}
		say("marks", joinLines(r.Marks, nil), nil)
		say("body marks", joinLines(r.BodyMarks, nil), nil)
		say("stops at", joinLines(r.StopAt, r.Stop), nil)
	}
	if a := r.After; a != nil {
		say("after", a.String(), &a.Known)
	}
	if d := r.Disable; d != nil {
		say("disable", d.String(), &d.Known)
	}
	return all
}

// Retries says whether anything is tried again at all.
func (r Retry) Retries() bool {
	for _, s := range r.Schedules {
		if len(s.Waits) > 0 {
			return true
		}
	}
	return false
}

func (a *RetryAfter) String() string {
	most := "a day at most"
	if a.Most > 0 {
		most = ShortDuration(a.Most) + " at most"
	}
	if a.Times > 0 {
		most = fmt.Sprintf("%g times the schedule's wait at most", a.Times)
	}
	return "Retry-After of " + joinLines(nil, a.Statuses) + ", not before the schedule's wait, " + most
}

func (d *Disable) String() string {
	var when []string
	switch {
	case d.Exhausted:
		when = append(when, "all retries of an event failed")
	case d.Failures > 0:
		when = append(when, fmt.Sprintf("%d failures in a row", d.Failures))
	case d.After > 0:
		when = append(when, ShortDuration(d.After)+" of failures")
	}
	if at := joinLines(d.AnswersAt, d.Answers); at != "" {
		when = append(when, "an answer with "+at)
	}
	text := strings.Join(when, ", or ")
	if text != "" && d.Is != "" {
		return "after " + text + ": " + d.Is
	}
	if text != "" {
		return "after " + text
	}
	return d.Is
}

// joinLines lists header lines and statuses.
func joinLines(h Header, statuses []StatusRange) string {
	var texts []string
	for _, s := range statuses {
		texts = append(texts, s.String())
	}
	for _, f := range h {
		texts = append(texts, strings.TrimSuffix(f.Name+": "+f.Value, ": "))
	}
	return strings.Join(texts, ", ")
}

// ShortDuration is 5m and 20h25m, not 5m0s and 20h25m0s.
func ShortDuration(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}
