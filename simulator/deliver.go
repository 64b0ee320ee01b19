package simulator

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/url"
	"sync"
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
	// Each is told every receipt as it comes, and Wait every wait before it; both may be nil.
	Each func(Receipt)
	Wait func(provider, real time.Duration)
}

// Deliver makes every attempt at one delivery. Its error is one of simhook's own
// or of the set-up; a receiver that is away or refuses is in the receipts.
func Deliver(ctx context.Context, d Delivery, s Sending) ([]Receipt, error) {
	var receipts []Receipt
	retry := d.Event.Provider.Retry
	chance := rand.New(rand.NewPCG(d.Seed, uint64(len(d.Event.ID))))
	var waits []time.Duration
	var m *Message
	for attempt := 1; ; attempt++ {
		if m == nil || retry.Resign {
			var err error
			if m, err = Prepare(d, time.Now()); err != nil {
				return receipts, err
			}
		}
		if attempt > 1 {
			m = m.Clone()
			m.Header = retry.mark(m.Header, attempt-1, receipts[len(receipts)-1].Reason)
		}
		receipt, err := s.attempt(ctx, d, m, attempt)
		if err != nil {
			return receipts, err
		}
		receipts = append(receipts, receipt)
		if s.Each != nil {
			s.Each(receipt)
		}
		if attempt == 1 && s.Retry {
			waits = retry.Plan(d.Event, receipt.Reason, chance)
		}
		if receipt.Satisfied || attempt > len(waits) || retry.Stops(receipt) {
			return receipts, nil
		}
		if err := s.sleep(ctx, waits[attempt-1]); err != nil {
			return receipts, err
		}
	}
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
func (s Sending) attempt(ctx context.Context, d Delivery, m *Message, attempt int) (Receipt, error) {
	p := d.Event.Provider
	patience := s.Patience
	if patience == 0 {
		patience = p.Patience
	}
	waiting, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	r := Receipt{Message: m, Attempt: attempt, Sent: time.Now()}
	target := s.Target
	for {
		r.Answer, r.Err = target.Exchange(waiting, m)
		next := s.redirect(p, target, r)
		if next == nil {
			break
		}
		r.Redirects = append(r.Redirects, next.Address())
		target = next
	}
	r.Took = time.Since(r.Sent)
	var none *NoAnswerError
	if r.Err != nil && !errors.As(r.Err, &none) {
		return r, r.Err
	}
	if ctx.Err() != nil {
		return r, ctx.Err()
	}
	r.Satisfied = r.Err == nil && StatusIn(r.Status, p.Accepts)
	r.Reason = reason(r, none)
	return r, nil
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
	next, err := URL(t.url.ResolveReference(location).String(), t.public)
	if err != nil {
		return nil
	}
	return next
}

func reason(r Receipt, none *NoAnswerError) Reason {
	switch {
	case r.Satisfied:
		return ""
	case none != nil && none.Timeout():
		return TimedOut
	case none != nil:
		return NoAnswer
	case r.Status >= 500:
		return ServerFail
	case r.Status >= 400:
		return Refused
	}
	return Redirected
}

// Together makes several deliveries at the same moment: all are prepared first,
// then released at once, each on a connection of its own.
func Together(ctx context.Context, deliveries []Delivery, s Sending) ([][]Receipt, error) {
	results := make([][]Receipt, len(deliveries))
	errs := make([]error, len(deliveries))
	var ready, done sync.WaitGroup
	release := make(chan struct{})
	for i := range deliveries {
		ready.Add(1)
		done.Go(func() {
			ready.Done()
			<-release
			results[i], errs[i] = Deliver(ctx, deliveries[i], s)
		})
	}
	ready.Wait()
	close(release)
	done.Wait()
	return results, errors.Join(errs...)
}
