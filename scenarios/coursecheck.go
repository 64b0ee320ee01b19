package scenarios

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"simhook/fixtures"
	"simhook/simulator"
	"simhook/simulator/nearest"
)

// mostBurst bounds a burst: a plan of so many is some 100 MB.
const mostBurst = 1 << 22

// mostTimes bounds the copies of one event in one step.
const mostTimes = 10_000

// check finds what is wrong with a course whoever tells it to whom.
func (c *Course) check() error {
	if len(c.Steps) == 0 {
		return c.Fail("such as steps: [{send: payment_intent.succeeded}, {later: 1h}]", "the course has no steps")
	}
	names := []string{c.Provider}
	for _, s := range c.Endpoints {
		switch {
		case s.Name == "":
			return s.Fail("such as {name: second, provider: github}", "an endpoint needs a name")
		case slices.Contains(names, s.Name):
			return s.Fail("the first endpoint is named after its provider", "two endpoints are called %q", s.Name)
		}
		names = append(names, s.Name)
	}
	for _, s := range c.Steps {
		if err := s.check(c); err != nil {
			return err
		}
	}
	return nil
}

func (s *Step) check(c *Course) error {
	verbs := s.verbs()
	if len(verbs) != 1 {
		said := cmp.Or(strings.Join(verbs, ", "), "none")
		return s.Fail("one of "+strings.Join(allVerbs, ", ")+", each on a line of its own", "a step has one verb, this has %d: %s", len(verbs), said)
	}
	if s.Later < 0 {
		return s.Fail("age: 1h says that an event happened an hour ago", "later: %s; the provider's clock does not go back", s.Later)
	}
	if s.Outage < 0 {
		return s.Fail("such as outage: 1h", "outage: %s; it takes time", s.Outage)
	}
	refs := slices.Concat(s.Send, s.Together, s.Redeliver)
	if len(refs) == 0 && slices.Contains([]string{"send", "together", "redeliver"}, verbs[0]) {
		return s.Fail("such as "+verbs[0]+": [charge.succeeded]", "%s: of what?", verbs[0])
	}
	for _, r := range refs {
		if err := r.check(c); err != nil {
			return err
		}
	}
	switch {
	case s.Burst != nil:
		return s.Burst.check(c)
	case s.Story != nil:
		return cmp.Or(s.Story.check(), c.hasEndpoint(s.Story.Placed, s.Story.To))
	case s.Permute != nil:
		return c.hasEndpoint(s.Permute.Placed, s.Permute.To)
	}
	return nil
}

// allVerbs are the words of [Step].
var allVerbs = []string{"send", "together", "burst", "later", "redeliver", "story", "permute", "roll", "outage"}

// verbs lists what a step says.
func (s *Step) verbs() (verbs []string) {
	for i, said := range []bool{s.Send != nil, s.Together != nil, s.Burst != nil, s.Later != 0, s.Redeliver != nil, s.Story != nil, s.Permute != nil, s.Roll, s.Outage != 0} {
		if said {
			verbs = append(verbs, allVerbs[i])
		}
	}
	return verbs
}

func (r *Ref) check(c *Course) error {
	switch {
	case r.Times < 0 || r.Times > mostTimes:
		return r.Fail("burst sends many different ones", "times: %d; from 1 to %d", r.Times, mostTimes)
	case r.Missed < 0 || r.Missed > mostMissed:
		return r.Fail("", "missed: %d; from 0 to %d, which no schedule reaches", r.Missed, mostMissed)
	case r.Age < 0:
		return r.Fail("endpoints: [{name: fast, ahead: 5m}] has a clock of its own", "age: %s; an event did not happen later than now", r.Age)
	}
	return cmp.Or(r.checkNames(), c.hasEndpoint(r.Placed, r.To))
}

// mostMissed is more attempts than any provider makes.
const mostMissed = 255

func (r *Ref) checkNames() error {
	if r.Fault != "" {
		if _, err := simulator.FaultNamed(r.Fault); err != nil {
			return r.Of(err)
		}
	}
	if r.Way != "" {
		_, err := simulator.WayNamed(r.Way)
		return r.Of(err)
	}
	return nil
}

func (b *Burst) check(c *Course) error {
	if b.Count < 1 || b.Count > mostBurst {
		return b.Fail("such as {event: charge.succeeded, count: 500, over: 10s}", "a burst of %d; from 1 to %d", b.Count, mostBurst)
	}
	if b.Over < 0 {
		return b.Fail("", "over: %s; it takes time, or none", b.Over)
	}
	r := Ref{Event: b.Event, To: b.To, Fault: b.Fault, Missed: b.Missed, Placed: b.Placed}
	return r.check(c)
}

func (s *StoryStep) check() error {
	if s.Back && len(s.Order) > 0 {
		return s.Fail("use one of them", "backwards is an order, and order: is another")
	}
	for _, i := range s.Order {
		if i < 1 {
			return s.Fail("such as order: [2, 1, 3]", "order: %d; the first event is 1", i)
		}
	}
	return nil
}

// hasEndpoint refuses an endpoint that the course does not have. Who sends to the
// first one is not known yet where the course names no provider.
func (c *Course) hasEndpoint(at fixtures.Placed, name string) error {
	var known []string
	if c.Provider != "" {
		known = append(known, c.Provider)
	}
	for _, s := range c.Endpoints {
		known = append(known, s.Name)
	}
	if name == "" || slices.Contains(known, name) {
		return nil
	}
	hint := cmp.Or(nearest.Hint(name, known), strings.TrimSuffix("endpoints: "+strings.Join(known, ", "), "endpoints: "), "endpoints: [{name: "+name+"}] adds it")
	return at.Fail(hint, "%s", fmt.Sprintf("no endpoint %q in this course", name))
}
