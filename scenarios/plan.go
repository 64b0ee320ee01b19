package scenarios

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"simhook/fixtures"
	"simhook/simulator"
	"simhook/simulator/nearest"
)

// Telling is how a course becomes a plan: who is told, and with which seed and run.
type Telling struct {
	To     Setup
	Others map[string]Setup // by the names of the course's endpoints; one that is missing is told where To is
	Run    string           // "": a fresh one
	// Start is when the provider's clock begins; zero: so that it ends now, for a course
	// that is told at this Speed (0: as fast as can be). No event lies in the future.
	Start time.Time
	Speed float64
}

// Plan makes the course's plan. Its errors name the step.
func (c *Course) Plan(t Telling) (*simulator.Plan, error) {
	if t.Run == "" {
		t.Run = fixtures.FreshRun()
	}
	if err := c.check(); err != nil {
		return nil, err
	}
	if !t.Start.IsZero() {
		return c.plan(t)
	}
	t.Start = time.Now()
	p, err := c.plan(t)
	if err != nil {
		return nil, err
	}
	ahead := p.Steps[len(p.Steps)-1].At
	if t.Speed > 0 {
		ahead -= time.Duration(float64(ahead) / t.Speed)
	}
	if ahead <= 0 {
		return p, nil
	}
	t.Start = t.Start.Add(-ahead)
	return c.plan(t)
}

func (c *Course) plan(t Telling) (*simulator.Plan, error) {
	p := &planner{course: c, told: t, plan: &simulator.Plan{Name: c.Name, Seed: t.To.Seed, Run: t.Run, Start: t.Start}}
	if err := p.addSenders(); err != nil {
		return nil, err
	}
	for i, s := range c.Steps {
		if err := s.Of(p.step(s)); err != nil {
			return nil, inStep(i, err)
		}
	}
	return p.plan, p.plan.Check()
}

// inStep names the step where no line of a file does.
func inStep(i int, err error) error {
	if _, placed := errors.AsType[*fixtures.FileError](err); placed {
		return err
	}
	return fmt.Errorf("step %d: %w", i+1, err)
}

// planner turns one course into a plan.
type planner struct {
	course  *Course
	told    Telling
	plan    *simulator.Plan
	senders []*sender
	at      time.Duration     // how far the provider's clock is
	made    []simulator.Event // the events that are named
	bursts  []*burst
}

// burst makes its events when they are sent.
type burst struct {
	first, count uint32
	make         func(i uint32) (simulator.Event, error)
}

// burstBase is where the numbers of events begin that are made when they are sent.
const burstBase = 1 << 24

// event makes an event of the plan.
func (p *planner) event(n uint32) (simulator.Event, error) {
	if n < burstBase {
		return p.made[n], nil
	}
	i, found := slices.BinarySearchFunc(p.bursts, n, func(b *burst, n uint32) int {
		switch {
		case n < b.first:
			return 1
		case n >= b.first+b.count:
			return -1
		}
		return 0
	})
	if !found {
		return simulator.Event{}, fmt.Errorf("event %d is not in the plan", n)
	}
	return p.bursts[i].make(n - p.bursts[i].first)
}

func (p *planner) step(s Step) error {
	switch {
	case s.Later != 0:
		p.at += time.Duration(s.Later)
		return nil
	case s.Burst != nil:
		return s.Burst.Of(p.burst(s.Burst))
	case s.Story != nil:
		return s.Story.Of(p.story(s.Story))
	case s.Permute != nil:
		return s.Permute.Of(p.permute(s.Permute))
	case s.Roll:
		return p.roll()
	case s.Outage != 0:
		p.plan.Outages = append(p.plan.Outages, simulator.Outage{From: p.at, To: p.at + time.Duration(s.Outage)})
		return nil
	}
	how := simulator.How(0)
	for _, ref := range slices.Concat(s.Send, s.Together, s.Redeliver) {
		if err := p.send(ref, &how, s); err != nil {
			return ref.Of(err)
		}
	}
	return nil
}

// send plans the deliveries of one event.
func (p *planner) send(r Ref, how *simulator.How, in Step) error {
	to, s, err := p.sender(r.To)
	if err != nil {
		return err
	}
	r.Event = s.eventName(r.Event)
	event, err := p.refer(s, r)
	if err != nil {
		return err
	}
	if in.Redeliver != nil && !s.sent[event] {
		return &simulator.Mistake{Text: fmt.Sprintf("redeliver %s: it was not sent before", r.Event), Hint: "send it first"}
	}
	s.sent[event] = true
	for range max(1, r.Times) {
		if err := p.deliver(to, event, r, *how); err != nil {
			return err
		}
		if in.Together != nil {
			*how = simulator.Joined
		}
	}
	return nil
}

// deliver plans one delivery.
func (p *planner) deliver(to uint16, event uint32, r Ref, how simulator.How) (err error) {
	s := p.senders[to]
	step := simulator.Step{At: p.at, Event: event, Endpoint: to, How: how, Keys: s.keys, Missed: uint8(r.Missed)}
	if r.Fault != "" {
		if step.Fault, step.Other, err = p.fault(s, r); err != nil {
			return err
		}
	}
	// What no provider sent, a forged delivery, no provider sends again.
	forged := step.Fault > 0 && simulator.Faults[step.Fault-1].Expect != simulator.Accept
	if p.course.Retry && !forged || r.Missed > 0 {
		step.How |= simulator.Retried
	}
	if r.Way != "" {
		if step.Way, err = p.way(r.Way); err != nil {
			return err
		}
	}
	p.plan.Steps = append(p.plan.Steps, step)
	return nil
}

// fault finds a fault, and an event of the same type that it may borrow from.
func (p *planner) fault(s *sender, r Ref) (fault uint16, other uint32, err error) {
	provider := s.setup.Pack.Provider
	v, err := provider.Variant(s.setup.Variant)
	if err != nil {
		return 0, 0, err
	}
	f, err := provider.FaultFor(r.Fault, v)
	if err != nil {
		return 0, 0, err
	}
	if _, made := s.others[r.Event]; !made {
		ev, err := s.setup.Pack.Event(r.Event, s.options(s.run+"-other", p.plan.Start.Add(p.at)))
		if err != nil {
			return 0, 0, err
		}
		s.others[r.Event] = p.keep(ev) + 1
	}
	return simulator.FaultIndex(f), s.others[r.Event], nil
}

// way is how a step names a way.
func (p *planner) way(name string) (uint8, error) {
	for i, w := range p.plan.Ways {
		if w.Name == name {
			return uint8(i + 1), nil
		}
	}
	w, err := simulator.WayNamed(name)
	if err == nil && len(p.plan.Ways) == 255 {
		err = errors.New("a course goes 255 different ways at most")
	}
	if err != nil {
		return 0, err
	}
	p.plan.Ways = append(p.plan.Ways, w)
	return uint8(len(p.plan.Ways)), nil
}

func (p *planner) keep(ev simulator.Event) uint32 {
	p.made = append(p.made, ev)
	return uint32(len(p.made) - 1)
}

func (p *planner) sender(name string) (uint16, *sender, error) {
	if name == "" {
		return 0, p.senders[0], nil
	}
	var known []string
	for i, s := range p.senders {
		if s.name == name {
			return uint16(i), s, nil
		}
		known = append(known, s.name)
	}
	return 0, nil, &simulator.Mistake{Text: fmt.Sprintf("no endpoint %q in this course", name), Hint: cmp.Or(nearest.Hint(name, known), "endpoints: "+strings.Join(known, ", "))}
}

// refer finds an event by its name, or makes it: it happens now, or so long ago.
func (p *planner) refer(s *sender, r Ref) (uint32, error) {
	label := strings.TrimSuffix(r.Event+"#"+r.As, "#")
	if n, ok := s.events[label]; ok {
		if r.Set != nil || r.Age != 0 {
			return 0, &simulator.Mistake{Text: fmt.Sprintf("%s was made before: set and age are of the first time it is named", r.Event), Hint: "as: NAME makes another event of the type"}
		}
		return n, nil
	}
	ev, err := s.telling.Event(r.Event, p.plan.Start.Add(s.ahead+p.at-time.Duration(r.Age)), fixtures.Changes{Set: r.Set})
	if err != nil {
		return 0, err
	}
	s.events[label] = p.keep(ev)
	return s.events[label], nil
}
