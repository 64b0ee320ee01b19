package simulator

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"simhook/simulator/signature"
)

// A Plan is a course of deliveries before any of it is sent. It is pure: a plan
// says the same every time it is read, and events are made when they are needed.
type Plan struct {
	Name      string
	Seed      uint64 // spreads the waits between attempts
	Run       string // is in every id
	Start     time.Time
	Endpoints []Endpoint
	Steps     []Step // in the order in which they are said; At never goes back
	Ways      []*Way // that its steps name
	Outages   []Outage
}

// An Outage is a time in which no attempt reaches a receiver, whatever the provider's
// schedule is: from From up to, and without, To, on the provider's clock since the start.
type Outage struct{ From, To time.Duration }

// Away says whether the receivers are away at a time of the provider's clock.
func (p *Plan) Away(at time.Duration) bool {
	return slices.ContainsFunc(p.Outages, func(o Outage) bool { return o.From <= at && at < o.To })
}

// An Endpoint is one receiver as one provider sends to it.
type Endpoint struct {
	Name     string // of the endpoint, such as "stripe" or "shop-2"
	Provider *Provider
	Target   Target
	URL      string            // that is signed where the provider signs it; "": the target's
	Keys     [][]signature.Key // by [Step].Keys: more than one where the secret is rolled on the way
	// Make makes an event of the plan. It is called for each attempt, from several
	// goroutines, and gives the same bytes each time.
	Make func(event uint32) (Event, error)
	// Ahead is by how much the provider's clock is ahead of the plan's. Signatures
	// carry the real time all the same.
	Ahead time.Duration
}

// A Step is one planned delivery. It holds no bytes: a million of them wait in
// 24 MB.
type Step struct {
	At       time.Duration // on the provider's clock, since the start
	Event    uint32        // which one, for [Endpoint].Make
	Other    uint32        // the event that a fault borrows from, counted from 1; 0: none
	Endpoint uint16
	Fault    uint16 // counted from 1 in [Faults]; 0: genuine
	Way      uint8  // how it goes over the wire, counted from 1 in [Plan].Ways; 0: plainly
	Keys     uint8
	How      How
	// Missed attempts do not reach the receiver: it is away, as far as the provider
	// can tell.
	Missed uint8
}

// How says in which way a step differs from one delivery after another.
type How uint8

const (
	// Joined: at the same moment as the step before, released by one barrier.
	Joined How = 1 << iota
	// Open: at its time, even where earlier deliveries are not answered yet.
	Open
	// Retried: the provider's schedule is followed where it is not satisfied.
	Retried
)

// Check says what is wrong with a plan.
func (p *Plan) Check() error {
	if len(p.Steps) == 0 {
		return &Mistake{Text: fmt.Sprintf("%s sends nothing", p.Name), Hint: "a course has one step at least"}
	}
	last := time.Duration(0)
	for i, s := range p.Steps {
		switch {
		case s.At < last:
			return &Mistake{Text: fmt.Sprintf("step %d of %s is earlier than the one before", i+1, p.Name)}
		case int(s.Endpoint) >= len(p.Endpoints):
			return &Mistake{Text: fmt.Sprintf("step %d of %s goes to an endpoint that is not there", i+1, p.Name)}
		case int(s.Keys) >= len(p.Endpoints[s.Endpoint].Keys):
			return &Mistake{Text: fmt.Sprintf("step %d of %s is signed with keys that are not there", i+1, p.Name)}
		case int(s.Fault) > len(Faults):
			return &Mistake{Text: fmt.Sprintf("step %d of %s has a fault that is not there", i+1, p.Name)}
		case int(s.Way) > len(p.Ways):
			return &Mistake{Text: fmt.Sprintf("step %d of %s goes a way that is not there", i+1, p.Name)}
		}
		last = s.At
	}
	return nil
}

// fault is a step's fault, or nil.
func (s *Step) fault() *Fault {
	if s.Fault == 0 {
		return nil
	}
	return &Faults[s.Fault-1]
}

// way is how a step goes over the wire, or nil.
func (p *Plan) way(s *Step) *Way {
	if s.Way == 0 {
		return nil
	}
	return p.Ways[s.Way-1]
}

// FaultIndex is how a step names a fault; 0 for none.
func FaultIndex(f *Fault) uint16 {
	if f == nil {
		return 0
	}
	return uint16(1 + slices.IndexFunc(Faults, func(o Fault) bool { return o.Name == f.Name }))
}

// delivery makes the delivery of a step.
func (p *Plan) delivery(step int) (Delivery, error) {
	s := &p.Steps[step]
	e := &p.Endpoints[s.Endpoint]
	d := Delivery{Fault: s.fault(), Way: p.way(s), URL: e.URL, Keys: e.Keys[s.Keys], Seed: p.Seed}
	if d.URL == "" {
		d.URL = e.Target.Address()
	}
	var err error
	if d.Event, err = e.Make(s.Event); err != nil || s.Other == 0 {
		return d, err
	}
	other, err := e.Make(s.Other - 1)
	d.Other = &other
	return d, err
}

// chance is the source of a step's jitter: its own, so that no other step moves it.
func (p *Plan) chance(step int) *rand.Rand { return rand.New(rand.NewPCG(p.Seed, uint64(step))) }
