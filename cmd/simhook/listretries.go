package main

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"simhook/fixtures"
	"simhook/simulator"
)

// conduct are the facts of how a provider delivers that are no part of its retries.
var conduct = []string{"patience", "accepts", "redirects"}

// retries shows when a provider tries again: a table for each schedule, and then
// whatever else decides it, each with how it is known.
func (l *listing) retries(p *fixtures.Pack) error {
	r := &p.Provider.Retry
	if !r.Retries() {
		fmt.Fprintf(l.io.Out, "%s does not try again\n", p.Provider.Title)
	}
	for i := range r.Schedules {
		if err := l.schedule(&r.Schedules[i]); err != nil {
			return err
		}
	}
	fmt.Fprintln(l.io.Out)
	return l.table(func(row func(...any)) {
		for _, f := range p.Provider.Facts {
			name, about := strings.CutPrefix(f.Name, "retry ")
			if about && isSchedule(r, name) || !about && !isConduct(f.Name) && f.Name != "retry" {
				continue
			}
			row(cmp.Or(name, f.Name), f.Value, f.Evidence, f.Source)
		}
	})
}

func isSchedule(r *simulator.Retry, name string) bool {
	for _, s := range r.Schedules {
		if s.Name == name {
			return true
		}
	}
	return false
}

func isConduct(name string) bool {
	for _, known := range conduct {
		if known == name {
			return true
		}
	}
	return false
}

// schedule shows one table: attempts, the waits before them, and the time since the
// first, without jitter and without what answers take.
func (l *listing) schedule(s *simulator.Schedule) error {
	fmt.Fprintf(l.io.Out, "\n%s: %s\n  %s  %s\n", s.Name, scheduleFor(s), s.Evidence, s.Source)
	if len(s.Waits) == 0 {
		_, err := fmt.Fprintln(l.io.Out, "  never tried again")
		return err
	}
	return l.table(func(row func(...any)) {
		row("  attempt", "wait", "since the first")
		row("  1", "", "0s")
		since := time.Duration(0)
		for i, wait := range s.Waits {
			since += wait
			row(fmt.Sprintf("  %d", i+2), simulator.ShortDuration(wait), simulator.ShortDuration(since))
		}
	})
}

// scheduleFor says after which failures of which events a schedule is followed.
func scheduleFor(s *simulator.Schedule) string {
	text := "after any failure"
	if len(s.When) > 0 {
		reasons := make([]string, len(s.When))
		for i, r := range s.When {
			reasons[i] = string(r)
		}
		text = "after " + strings.Join(reasons, ", ")
	}
	if len(s.Events) > 0 {
		text += " of " + strings.Join(s.Events, ", ")
	}
	if len(s.Variants) > 0 {
		text += " (variant " + strings.Join(s.Variants, ", ") + ")"
	}
	return text
}

type knownJSON struct {
	Evidence simulator.Evidence `json:"evidence,omitempty"`
	Source   string             `json:"source,omitempty"`
}

type attemptJSON struct {
	Attempt int     `json:"attempt"`
	Wait    float64 `json:"wait_s"`        // before it, without jitter
	Since   float64 `json:"since_first_s"` // without what answers take
}

type scheduleJSON struct {
	Name     string             `json:"name"`
	When     []simulator.Reason `json:"when"` // empty: any failure
	Events   []string           `json:"events"`
	Variants []string           `json:"variants"`
	Attempts []attemptJSON      `json:"attempts"` // the first one alone: never tried again
	knownJSON
}

type retriesJSON struct {
	Name      string           `json:"name"`
	Retries   bool             `json:"retries"`
	Patience  float64          `json:"patience_s"`
	Accepts   string           `json:"accepts"`
	Redirects int              `json:"redirects"`
	Jitter    float64          `json:"jitter"`
	Resign    bool             `json:"resign"`
	Schedules []scheduleJSON   `json:"schedules"`
	Facts     []simulator.Fact `json:"facts"`
}

// retriesJSON prints an object for each provider: the schedules in seconds, and the
// facts of the text form.
func (l *listing) retriesJSON(packs []*fixtures.Pack) error {
	all := []retriesJSON{}
	for _, p := range packs {
		r := &p.Provider.Retry
		j := retriesJSON{
			Name: p.Provider.Name, Retries: r.Retries(), Patience: p.Provider.Patience.Seconds(), Accepts: ranges(p.Provider.Accepts),
			Redirects: p.Provider.Redirects, Jitter: r.Jitter, Resign: r.Resign, Schedules: []scheduleJSON{}, Facts: []simulator.Fact{},
		}
		for _, s := range r.Schedules {
			j.Schedules = append(j.Schedules, asJSON(s))
		}
		for _, f := range p.Provider.Facts {
			if isConduct(f.Name) || f.Name == "retry" || strings.HasPrefix(f.Name, "retry ") {
				j.Facts = append(j.Facts, f)
			}
		}
		all = append(all, j)
	}
	writeJSON(l.io.Out, all)
	return nil
}

func asJSON(s simulator.Schedule) scheduleJSON {
	j := scheduleJSON{
		Name: s.Name, When: append([]simulator.Reason{}, s.When...), Events: append([]string{}, s.Events...),
		Variants: append([]string{}, s.Variants...), Attempts: []attemptJSON{{Attempt: 1}}, knownJSON: knownJSON{s.Evidence, s.Source},
	}
	since := time.Duration(0)
	for i, wait := range s.Waits {
		since += wait
		j.Attempts = append(j.Attempts, attemptJSON{i + 2, wait.Seconds(), since.Seconds()})
	}
	return j
}
