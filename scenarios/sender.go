package scenarios

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"simhook/fixtures"
	"simhook/simulator"
	"simhook/simulator/signature"
)

// sender is one endpoint of the course, with what it was told.
type sender struct {
	name    string
	setup   Setup
	ahead   time.Duration
	run     string
	keys    uint8 // which of the endpoint's sign
	telling *fixtures.Telling
	events  map[string]uint32 // by name
	others  map[string]uint32 // that faults borrow from, counted from 1, by name
	sent    map[uint32]bool
	stories map[string][]uint32 // the events of those that were told
}

func (p *planner) addSenders() error {
	c := p.course
	if err := p.addSender(Sender{Provider: c.Provider, Variant: c.Variant}, p.told.To); err != nil {
		return c.Of(err)
	}
	if c.Retry && !p.senders[0].setup.Pack.Provider.Retry.Retries() {
		return p.senders[0].cannotRetry()
	}
	for _, s := range c.Endpoints {
		setup, ok := p.told.Others[s.Name]
		if !ok {
			setup = p.otherwise(s)
		}
		if err := p.addSender(s, setup); err != nil {
			return s.Of(err)
		}
	}
	return nil
}

// otherwise is how an endpoint is told that nothing is said of: where the first
// one is, and as that is where the provider is the same.
func (p *planner) otherwise(s Sender) Setup {
	first := p.senders[0].setup
	if s.Provider == "" || s.Provider == first.Pack.Provider.Name {
		return first
	}
	return Setup{Target: first.Target, Seed: first.Seed}
}

func (p *planner) addSender(s Sender, setup Setup) error {
	switch {
	case setup.Pack == nil && s.Provider != "":
		pack, err := fixtures.Load(s.Provider)
		if err != nil {
			return err
		}
		setup.Pack = pack
	case setup.Pack == nil:
	case s.Provider != "" && setup.Pack.Provider.Name != s.Provider:
		return &simulator.Mistake{Text: fmt.Sprintf("%s is told by %s, not by %s", p.course.Name, s.Provider, setup.Pack.Provider.Name), Hint: "simhook list " + setup.Pack.Provider.Name + " --scenarios shows what it can tell"}
	}
	setup.Variant = cmp.Or(s.Variant, setup.Variant)
	if err := setup.Check(); err != nil {
		return err
	}
	run := p.plan.Run
	if s.Tenant {
		run += "-" + s.Name
	}
	one := &sender{
		name: cmp.Or(s.Name, setup.Pack.Provider.Name), setup: setup, ahead: time.Duration(s.Ahead), run: run,
		events: map[string]uint32{}, others: map[string]uint32{}, sent: map[uint32]bool{}, stories: map[string][]uint32{},
	}
	if slices.ContainsFunc(p.senders, func(o *sender) bool { return o.name == one.name }) {
		return &simulator.Mistake{Text: fmt.Sprintf("two endpoints are called %q", one.name), Hint: "the first endpoint is named after its provider"}
	}
	var err error
	one.telling, err = setup.Pack.Telling(one.options(run, p.plan.Start))
	p.senders = append(p.senders, one)
	p.plan.Endpoints = append(p.plan.Endpoints, simulator.Endpoint{
		Name: one.name, Provider: setup.Pack.Provider, Target: setup.Target, URL: setup.URL, Keys: setup.keySets(p.course.Rolls()), Make: p.event, Ahead: one.ahead,
	})
	return err
}

// options are those of an event at a time of the plan's clock.
func (s *sender) options(run string, at time.Time) fixtures.Options {
	o := s.setup
	return fixtures.Options{Variant: o.Variant, Seed: o.Seed, Run: run, At: at.Add(s.ahead), URL: cmp.Or(o.URL, o.Target.Address()), Values: o.Values}
}

// eventName is an event's name; "" is the provider's everyday event.
func (s *sender) eventName(name string) string { return cmp.Or(name, s.setup.Pack.DefaultEvent()) }

func (s *sender) cannotRetry() error {
	return &simulator.Mistake{Text: fmt.Sprintf("%s does not try again by itself", s.setup.Pack.Provider.Title), Hint: "redeliver sends again by hand"}
}

// Rolls says whether the secret changes on the way.
func (c *Course) Rolls() bool {
	return slices.ContainsFunc(c.Steps, func(s Step) bool { return s.Roll })
}

// roll lets the next secret sign, at each endpoint that has one.
func (p *planner) roll() error {
	rolled := false
	for i, s := range p.senders {
		if int(s.keys)+1 < len(p.plan.Endpoints[i].Keys) {
			s.keys++
			rolled = true
		}
	}
	if !rolled {
		return p.senders[0].cannotRoll()
	}
	return nil
}

func (s *sender) cannotRoll() error {
	v, _ := s.setup.Pack.Provider.Variant(s.setup.Variant)
	if !hasSecret(v) {
		return &simulator.Mistake{Text: fmt.Sprintf("roll: %s signs with no secret that could be rolled", s.setup.Pack.Provider.Title)}
	}
	return &simulator.Mistake{Text: "roll: there is no other secret to sign with", Hint: "give two, the new one first: --secret NEW --secret OLD"}
}

func hasSecret(v simulator.Variant) bool {
	return slices.ContainsFunc(v.Schemes, func(s *signature.Scheme) bool { return s.Keyed() && !s.Asymmetric() })
}

// keySets are what signs, one set after another: all secrets, where the course
// rolls none; else the oldest alone, then each newer one, with the one before it
// where the provider signs with several while a secret rolls.
func (s Setup) keySets(rolls bool) [][]signature.Key {
	secrets := s.Secrets
	if len(secrets) == 0 {
		secrets = []string{s.Pack.Provider.TestSecret}
	}
	v, _ := s.Pack.Provider.Variant(s.Variant)
	if !rolls || !hasSecret(v) {
		return [][]signature.Key{simulator.Keys(secrets, s.KeyPEM)}
	}
	var sets [][]signature.Key
	for i := len(secrets) - 1; i >= 0; i-- {
		now := secrets[i : i+1]
		if i < len(secrets)-1 && slices.ContainsFunc(v.Schemes, (*signature.Scheme).Several) {
			now = secrets[i : i+2]
		}
		sets = append(sets, simulator.Keys(now, s.KeyPEM))
	}
	return sets
}

// NextSecret is a secret like the public one of a provider, for courses that roll
// it; "" where the variant signs with none.
func NextSecret(p *simulator.Provider, v simulator.Variant) string {
	for _, s := range v.Schemes {
		if s.Keyed() && !s.Asymmetric() {
			return signature.StrangerKey(s, simulator.Keys([]string{p.TestSecret}, nil)[0]).Secret
		}
	}
	return ""
}
