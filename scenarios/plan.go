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
	"simhook/simulator/signature"
)

// Telling is how a course becomes a plan: who is told, and with which seed and run.
type Telling struct {
	To     Setup
	Others map[string]Setup // by the names of the course's endpoints; one that is missing is told as To is
	Run    string           // "": a fresh one
	Start  time.Time        // of the provider's clock; zero: now
}

// mostPermuted bounds a story that is told in every order: 5 events have 120.
const mostPermuted = 5

// Plan makes the course's plan. Its errors name the step.
func (c *Course) Plan(t Telling) (*simulator.Plan, error) {
	if t.Run == "" {
		t.Run = fixtures.FreshRun()
	}
	if t.Start.IsZero() {
		t.Start = time.Now()
	}
	p := &planner{course: c, told: t, plan: &simulator.Plan{Name: c.Name, Seed: t.To.Seed, Run: t.Run, Start: t.Start}}
	if err := p.addSenders(); err != nil {
		return nil, err
	}
	for _, s := range c.Steps {
		if err := p.step(s); err != nil {
			return nil, s.Of(err)
		}
	}
	return p.plan, p.plan.Check()
}

// planner turns one course into a plan.
type planner struct {
	course  *Course
	told    Telling
	plan    *simulator.Plan
	senders []*sender
	at      time.Duration // how far the provider's clock is
	keys    uint8
	made    []simulator.Event // the events that are named
	bursts  []*burst
}

// sender is one endpoint of the course, with what it was told.
type sender struct {
	name    string
	setup   Setup
	ahead   time.Duration
	telling *fixtures.Telling
	events  map[string]uint32 // by name
	sent    map[uint32]bool
}

// burst makes its events when they are sent.
type burst struct {
	first, count uint32
	make         func(i uint32) (simulator.Event, error)
}

// burstBase is where the numbers of events begin that are made when they are sent.
const burstBase = 1 << 24

func (p *planner) addSenders() error {
	if err := p.addSender(Sender{Name: "", Provider: p.course.Provider, Variant: p.course.Variant}, p.told.To); err != nil {
		return p.course.Of(err)
	}
	for _, s := range p.course.Endpoints {
		setup, ok := p.told.Others[s.Name]
		if !ok {
			setup = p.told.To
		}
		if s.Name == "" {
			return s.Fail("such as {name: second, provider: github}", "an endpoint needs a name")
		}
		if err := p.addSender(s, setup); err != nil {
			return s.Of(err)
		}
	}
	return nil
}

func (p *planner) addSender(s Sender, setup Setup) error {
	if s.Provider != "" && (setup.Pack == nil || setup.Pack.Provider.Name != s.Provider) {
		pack, err := fixtures.Load(s.Provider)
		if err != nil {
			return err
		}
		setup.Pack = pack
	}
	setup.Variant = cmp.Or(s.Variant, setup.Variant)
	if err := setup.Check(); err != nil {
		return err
	}
	one := &sender{name: cmp.Or(s.Name, setup.Pack.Provider.Name), setup: setup, ahead: s.Ahead, events: map[string]uint32{}, sent: map[uint32]bool{}}
	run := p.plan.Run
	if s.Tenant {
		run += "-" + s.Name
	}
	var err error
	one.telling, err = setup.Pack.Telling(one.options(run, p.plan.Start))
	p.senders = append(p.senders, one)
	p.plan.Endpoints = append(p.plan.Endpoints, simulator.Endpoint{
		Name: one.name, Provider: setup.Pack.Provider, Target: setup.Target, URL: setup.URL, Keys: setup.keySets(), Make: p.event, Ahead: s.Ahead,
	})
	return err
}

func (s *sender) options(run string, at time.Time) fixtures.Options {
	o := s.setup
	return fixtures.Options{Variant: o.Variant, Seed: o.Seed, Run: run, At: at.Add(s.ahead), URL: cmp.Or(o.URL, o.Target.Address()), Values: o.Values}
}

// keySets are what signs: the first secret, and for each after it that and, where
// the provider signs with several while a secret rolls, the one before.
func (s Setup) keySets() [][]signature.Key {
	secrets := s.Secrets
	if len(secrets) == 0 {
		secrets = []string{s.Pack.Provider.TestSecret}
	}
	variant, _ := s.Pack.Provider.Variant(s.Variant)
	sets := [][]signature.Key{simulator.Keys(secrets[:1], s.KeyPEM)}
	for i := 1; i < len(secrets); i++ {
		now := secrets[i : i+1]
		if slices.ContainsFunc(variant.Schemes, (*signature.Scheme).Several) {
			now = []string{secrets[i], secrets[i-1]}
		}
		sets = append(sets, simulator.Keys(now, s.KeyPEM))
	}
	return sets
}

// event makes an event of the plan.
func (p *planner) event(n uint32) (simulator.Event, error) {
	if n < burstBase {
		return p.made[n], nil
	}
	for _, b := range p.bursts {
		if n >= b.first && n < b.first+b.count {
			return b.make(n - b.first)
		}
	}
	return simulator.Event{}, fmt.Errorf("event %d is not in the plan", n)
}

func (p *planner) step(s Step) error {
	switch {
	case s.Later != 0:
		p.at += s.Later
		return nil
	case s.Burst != nil:
		return p.burst(s.Burst)
	case s.Story != nil:
		return p.story(s.Story)
	case s.Permute != "":
		return p.permute(s.Permute)
	case s.Roll:
		if int(p.keys)+1 >= len(p.plan.Endpoints[0].Keys) {
			return &simulator.Mistake{Text: "roll: there is no other secret to sign with", Hint: "give two: --secret OLD --secret NEW"}
		}
		p.keys++
		return nil
	}
	how := simulator.How(0)
	for _, ref := range slices.Concat(s.Send, s.Together, s.Redeliver) {
		if err := p.send(ref, how, s.Redeliver != nil); err != nil {
			return ref.Of(err)
		}
		if s.Together != nil {
			how = simulator.Joined
		}
	}
	return nil
}

// send plans the deliveries of one event.
func (p *planner) send(r Ref, how simulator.How, again bool) error {
	to, s, err := p.sender(r.To)
	if err != nil {
		return err
	}
	event, err := p.refer(s, r)
	if err != nil {
		return err
	}
	if again && !s.sent[event] {
		return &simulator.Mistake{Text: fmt.Sprintf("redeliver %s: it was not sent before", r.Event), Hint: "send it first"}
	}
	s.sent[event] = true
	for range max(1, r.Times) {
		if err := p.deliver(to, s, event, r, how); err != nil {
			return err
		}
	}
	return nil
}

// deliver plans one delivery.
func (p *planner) deliver(to uint16, s *sender, event uint32, r Ref, how simulator.How) error {
	step := simulator.Step{At: p.at, Event: event, Endpoint: to, How: how, Missed: uint8(min(r.Missed, 255))}
	if int(p.keys) < len(p.plan.Endpoints[to].Keys) {
		step.Keys = p.keys
	}
	if p.course.Retry || r.Missed > 0 {
		step.How |= simulator.Retried
	}
	if r.Fault != "" {
		v, err := s.setup.Pack.Provider.Variant(s.setup.Variant)
		if err != nil {
			return err
		}
		f, err := s.setup.Pack.Provider.FaultFor(r.Fault, v)
		if err != nil {
			return err
		}
		other, err := s.setup.Pack.Event(r.Event, s.options(p.plan.Run+"-other", p.plan.Start.Add(p.at)))
		if err != nil {
			return err
		}
		step.Fault, step.Other = simulator.FaultIndex(f), p.keep(other)+1
	}
	p.plan.Steps = append(p.plan.Steps, step)
	return nil
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
	name := r.Event
	if name == "" {
		name = s.setup.Pack.DefaultEvent()
	}
	label := strings.TrimSuffix(name+"#"+r.As, "#")
	if n, ok := s.events[label]; ok {
		if r.Set != nil {
			return 0, errors.New("an event is changed where it is first sent; as: NAME makes another")
		}
		return n, nil
	}
	ev, err := s.telling.Event(name, p.plan.Start.Add(s.ahead+p.at-r.Age), fixtures.Changes{Set: r.Set})
	if err != nil {
		return 0, err
	}
	s.events[label] = p.keep(ev)
	return s.events[label], nil
}
