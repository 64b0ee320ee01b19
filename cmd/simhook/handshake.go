package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"simhook/fixtures"
	"simhook/simulator"
)

// shaking is a handshake that send makes: its answer is judged, and not only its status.
type shaking struct {
	handshake *simulator.Handshake
	why       string // the answer is wrong; "" is right
	probes    []probed
}

// probed is a bad probe and what came of it.
type probed struct {
	probe   simulator.BadProbe
	receipt simulator.Receipt
	why     string
}

// findHandshake says whether the event is a handshake whose answer is to be judged:
// of a spoiled one, or where --expect says what is right, it is not.
func (s *sending) findHandshake(context.Context) error {
	f := s.flags
	if s.fault != nil || f.expect != "" || f.dryRun || f.curl {
		return nil
	}
	m, err := simulator.Prepare(s.plan, time.Now())
	if err != nil {
		return err
	}
	if h := s.pack.Provider.HandshakeOf(m); h != nil {
		s.shaking = &shaking{handshake: h}
		s.expect.text = "an answer to the handshake " + h.Name
	}
	return nil
}

// finishHandshake makes the bad probes, waits for the visit that some handshakes
// want, and judges the last answer of each copy.
func (s *sending) finishHandshake(ctx context.Context, sending simulator.Sending, receipts []simulator.Receipt, text bool) error {
	if s.shaking == nil {
		return nil
	}
	h := s.shaking.handshake
	if s.flags.retry {
		sending.Retry = false
	}
	for _, probe := range h.Probes {
		p, err := s.probe(ctx, sending, probe, text)
		if err != nil {
			return err
		}
		s.shaking.probes = append(s.shaking.probes, p)
	}
	x := simulator.Exchange{Watched: s.pages != nil && s.pages.visits != nil && h.Visit != ""}
	if len(s.keys.keys) > 0 {
		x.Key = s.keys.keys[0]
	}
	if x.Watched && receipts[len(receipts)-1].Satisfied {
		s.pages.visits.wait(ctx, orDuration(s.flags.timeout, h.Patience(s.pack.Provider)))
		x.Visited = s.pages.visits.all()
	}
	for i, r := range receipts {
		if i == len(receipts)-1 || receipts[i+1].Attempt == 1 {
			x.Receipt = r
			s.shaking.blame(simulator.JudgeHandshake(s.pack.Provider, h, x))
		}
	}
	for _, p := range s.shaking.probes {
		s.shaking.blame(p.why)
	}
	if text && s.shaking.why == "" {
		fmt.Fprintf(s.io.Out, "     handshake %s: answered as %s wants\n", h.Name, s.pack.Provider.Title)
	}
	return nil
}

// blame adds what is wrong to what was wrong before.
func (s *shaking) blame(why string) {
	switch {
	case why == "":
	case s.why == "":
		s.why = why
	default:
		s.why += "; and " + why
	}
}

// probe sends what the endpoint must refuse.
func (s *sending) probe(ctx context.Context, sending simulator.Sending, b simulator.BadProbe, text bool) (probed, error) {
	plan, name := s.plan, b.Event
	if b.Fault != "" {
		f, err := simulator.FaultNamed(b.Fault)
		if err != nil {
			return probed{}, err
		}
		plan.Fault, name = f, "fault "+b.Fault
	} else {
		o := fixtures.Options{Variant: s.flags.variant, Seed: s.flags.seed, Run: s.flags.run, URL: s.plan.URL}
		var err error
		if plan, err = s.pack.Delivery(b.Event, o, nil, s.keys.keys); err != nil {
			return probed{}, err
		}
	}
	if text {
		fmt.Fprintf(s.io.Out, "-->  %s  bad probe: %s  %s %s\n", plan.Event.Type, name, plan.Event.Method, s.target.Address())
	}
	receipts, err := simulator.Deliver(ctx, plan, sending)
	if err != nil || len(receipts) == 0 {
		return probed{}, err
	}
	r := receipts[len(receipts)-1]
	return probed{b, r, simulator.JudgeProbe(b, r)}, nil
}

// handshakeFailure is what send ends with where the answer is wrong.
func (s *sending) handshakeFailure(r simulator.Receipt) error {
	var none *simulator.NoAnswerError
	hint := ""
	switch name := "handshake " + s.shaking.handshake.Name; {
	case errors.As(r.Err, &none):
		hint = awayHint(s.target.Address(), none)
	case r.Status == http.StatusUnauthorized || r.Status == http.StatusForbidden || r.Status == http.StatusNotFound:
		hint = s.whyWrong(r)
	default:
		for _, f := range s.pack.Provider.Facts {
			if f.Name == name {
				hint = fmt.Sprintf("%s: %s", name, f.Value)
			}
		}
	}
	return &failure{exitFailed, s.shaking.why, hint}
}

// visitPath is where the addresses lead that a handshake tells a receiver to fetch.
const visitPath = "/visit"

// visits notes which of them are fetched.
type visits struct {
	base string
	mu   sync.Mutex
	seen []string
	came chan struct{} // closed with the first
	once sync.Once
}

func newVisits(base string) *visits { return &visits{base: base, came: make(chan struct{})} }

func (v *visits) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet {
		http.Error(w, "confirmations are fetched by GET", http.StatusMethodNotAllowed)
		return
	}
	v.mu.Lock()
	v.seen = append(v.seen, v.base+r.URL.RequestURI())
	v.mu.Unlock()
	v.once.Do(func() { close(v.came) })
	fmt.Fprintln(w, "confirmed")
}

// wait returns when one was fetched, or nobody comes any more.
func (v *visits) wait(ctx context.Context, most time.Duration) {
	select {
	case <-v.came:
	case <-ctx.Done():
	case <-time.After(most):
	}
}

func (v *visits) all() []string {
	v.mu.Lock()
	defer v.mu.Unlock()
	return append([]string(nil), v.seen...)
}

// visiting returns the handshake of that name that wants a visit, nil if it does not.
func visiting(p *simulator.Provider, event string) *simulator.Handshake {
	for i := range p.Handshakes {
		if h := &p.Handshakes[i]; h.Name == event && h.Visit != "" {
			return h
		}
	}
	return nil
}

// event is the name of the event that is sent.
func (s *sending) event() string {
	if len(s.args) > 1 {
		return s.args[1]
	}
	return s.pack.DefaultEvent()
}

func (s *sending) wantsVisit() bool { return visiting(s.pack.Provider, s.event()) != nil }

// sayVisit says where the receiver is expected.
func (s *sending) sayVisit() {
	if s.wantsVisit() {
		s.note("waits for the visit at " + s.pages.base + visitPath + "; a receiver that visits the provider's own host alone must be told")
	}
}
