package simulator

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/url"
	"strconv"
	"time"
)

// A Receipt is what came of one attempt at a delivery.
type Receipt struct {
	Message *Message
	Attempt int       // counted from 1
	Sent    time.Time // when the attempt began
	Took    time.Duration
	Answer
	Err       error    // no answer: what the receiver did is unknown
	Redirects []string // where it was sent on to, for providers that follow
	Satisfied bool     // the provider counts it as success
	Reason    Reason   // why it was no success
	End       End      // of the last attempt, where [Sending].Retry is set: why there is no further one
	Way       string   // how it went over the wire; "" is the plain way
	// Unknown says that the wire was cut on purpose before an answer: no success,
	// and no failure of the receiver either.
	Unknown bool
}

// Sending is how deliveries are put on the wire.
type Sending struct {
	Target   Target
	Patience time.Duration // 0: the provider's own
	// Retry follows the provider's whole schedule until it is satisfied or gives up.
	Retry bool
	// Speed divides the waits between attempts; 0 does not wait at all.
	// It never touches signatures: they carry the real time of their attempt.
	Speed float64
	// Each is told every receipt as it comes, and Wait every wait before it; both
	// may be nil. They are called one at a time, under [Together] too.
	Each func(Receipt)
	Wait func(provider, real time.Duration)

	way   *Way   // of the next attempt; nil: plain
	plain Target // Target without it
}

// Deliver makes every attempt at one delivery. Its error is one of simhook's own
// or of the set-up; a receiver that is away or refuses is in the receipts.
func Deliver(ctx context.Context, d Delivery, s Sending) ([]Receipt, error) {
	return s.deliver(ctx, d, nil)
}

// deliver calls ready, if there is one, when the first attempt can be made, and
// goes on when that returns.
func (s Sending) deliver(ctx context.Context, d Delivery, ready func(context.Context)) ([]Receipt, error) {
	var receipts []Receipt
	s, err := s.onWay(d)
	if err != nil {
		return nil, err
	}
	var since time.Duration // on the provider's clock
	again := retrying{attempt: 1, first: time.Now()}
	for {
		m, err := d.prepare(again, time.Now())
		if err != nil {
			return receipts, err
		}
		receipt, err := s.attempt(ctx, d, m, again.attempt, ready)
		if err != nil {
			return receipts, err
		}
		since += receipt.Took
		wait := s.next(d, receipts, &receipt, since)
		receipts = append(receipts, receipt)
		if s.Each != nil {
			s.Each(receipt)
		}
		if !s.Retry || receipt.End != "" {
			return receipts, nil
		}
		if err := s.sleep(ctx, wait); err != nil {
			return receipts, err
		}
		since += wait
		s = s.afterCut()
		again = retrying{attempt: again.attempt + 1, last: receipt.Reason, first: again.first}
	}
}

// next says how long the provider waits after an attempt, or writes into its
// receipt why it makes no further one.
func (s Sending) next(d Delivery, before []Receipt, last *Receipt, since time.Duration) (wait time.Duration) {
	first := last
	if len(before) > 0 {
		first = &before[0]
	}
	if s.Retry {
		chance := rand.New(rand.NewPCG(d.Seed, uint64(len(d.Event.ID))))
		wait, last.End = d.Event.Provider.Retry.Next(d.Event, first.Reason, *last, Failing{last.Attempt, since}, chance)
	}
	return wait
}

func (s Sending) sleep(ctx context.Context, wait time.Duration) error {
	real := time.Duration(0)
	if s.Speed > 0 {
		real = time.Duration(float64(wait) / s.Speed)
	}
	if s.Wait != nil {
		s.Wait(wait, real)
	}
	select {
	case <-time.After(real):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// attempt sends m once, and on where the provider follows redirects.
func (s Sending) attempt(ctx context.Context, d Delivery, m *Message, attempt int, ready func(context.Context)) (Receipt, error) {
	p := d.Event.Provider
	patience := s.Patience
	if patience == 0 {
		patience = p.Patience
	}
	if s.way != nil {
		patience += s.way.lasts
	}
	exchange := s.Target.Exchange
	if attempt == 1 {
		exchange = s.poise(ctx, m, patience, ready)
	}
	waiting, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	r := Receipt{Message: m, Attempt: attempt, Sent: time.Now()}
	target := s.Target
	for {
		r.Answer, r.Err = exchange(waiting, m)
		next := s.redirect(p, target, r)
		if next == nil {
			break
		}
		r.Redirects = append(r.Redirects, next.Address())
		target, exchange = next, next.Exchange
	}
	r.Took = time.Since(r.Sent)
	var none *NoAnswerError
	if r.Err != nil && !errors.As(r.Err, &none) {
		return r, r.Err
	}
	if r.Err != nil && ctx.Err() != nil {
		return r, ctx.Err()
	}
	if s.way != nil {
		r.Way, r.Unknown = s.way.Name, s.way.Cut && none != nil && none.Connected
	}
	r.Satisfied = r.Err == nil && StatusIn(r.Status, p.Accepts)
	r.Reason = reason(p, r, none)
	return r, nil
}

// poise does as much of the first exchange as it can before ready, and returns
// what does the rest. Where nobody holds it back that is all of it.
func (s Sending) poise(ctx context.Context, m *Message, patience time.Duration, ready func(context.Context)) func(context.Context, *Message) (Answer, error) {
	target, ok := s.Target.(poised)
	if ready == nil || !ok {
		if ready != nil {
			ready(ctx)
		}
		return s.Target.Exchange
	}
	connecting, cancel := context.WithTimeout(ctx, patience)
	finish, err := target.poise(connecting, m)
	cancel()
	ready(ctx)
	return func(ctx context.Context, _ *Message) (Answer, error) {
		if err != nil {
			return Answer{}, err
		}
		return finish(ctx)
	}
}

// redirect returns the next target where the provider follows this answer.
// Only URL targets are followed, under the same rule about public addresses.
func (s Sending) redirect(p *Provider, from Target, r Receipt) Target {
	t, ok := from.(*urlTarget)
	if !ok || r.Err != nil || r.Status < 300 || r.Status > 399 || len(r.Redirects) >= p.Redirects {
		return nil
	}
	location, err := url.Parse(r.Header.Get("Location"))
	if err != nil || location.String() == "" {
		return nil
	}
	next, err := t.redirectedTo(t.url.ResolveReference(location).String())
	if err != nil {
		return nil
	}
	return next
}

func reason(p *Provider, r Receipt, none *NoAnswerError) Reason {
	single := Reason(strconv.Itoa(r.Status))
	switch {
	case r.Satisfied:
		return ""
	case none != nil && none.Timeout():
		return TimedOut
	case none != nil:
		return NoAnswer
	case r.Status >= 500:
		return p.Retry.finer(ServerFail, single)
	case r.Status >= 400:
		return p.Retry.finer(Refused, single)
	}
	return p.Retry.finer(Redirected, single)
}
