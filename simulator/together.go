package simulator

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Together makes several deliveries at the same moment: each is prepared and has a
// connection of its own, with all but the last byte of its request on the way,
// before any is released; then those last bytes leave at once.
func Together(ctx context.Context, deliveries []Delivery, s Sending) ([][]Receipt, error) {
	one := make(chan struct{}, 1) // no Mutex: virtual time stands still while one is waited for
	if each := s.Each; each != nil {
		s.Each = func(r Receipt) {
			one <- struct{}{}
			defer func() { <-one }()
			each(r)
		}
	}
	if wait := s.Wait; wait != nil {
		s.Wait = func(provider, real time.Duration) {
			one <- struct{}{}
			defer func() { <-one }()
			wait(provider, real)
		}
	}
	results := make([][]Receipt, len(deliveries))
	errs := make([]error, len(deliveries))
	b := newBarrier(len(deliveries))
	var done sync.WaitGroup
	for i := range deliveries {
		done.Go(func() {
			arrive := sync.OnceFunc(b.arrive)
			defer arrive() // who fails before holds nobody up
			results[i], errs[i] = s.deliver(ctx, deliveries[i], func(ctx context.Context) {
				arrive()
				b.wait(ctx)
			})
		})
	}
	done.Wait()
	return results, errors.Join(distinctErrors(errs)...)
}

// distinctErrors leaves out an error that says what an earlier one said.
func distinctErrors(errs []error) []error {
	said := map[string]bool{}
	return slices.DeleteFunc(errs, func(err error) bool {
		if err == nil || said[err.Error()] {
			return true
		}
		said[err.Error()] = true
		return false
	})
}

// A barrier opens when all have arrived.
type barrier struct {
	missing atomic.Int64
	open    chan struct{}
	release func()
}

// heldBack is how long the first to arrive waits for the others: a receiver that
// serves one connection after another would else never take the second.
const heldBack = time.Second

func newBarrier(n int) *barrier {
	b := &barrier{open: make(chan struct{})}
	b.missing.Store(int64(n))
	b.release = sync.OnceFunc(func() { close(b.open) })
	return b
}

func (b *barrier) arrive() {
	if b.missing.Add(-1) == 0 {
		b.release()
	}
}

func (b *barrier) wait(ctx context.Context) {
	select {
	case <-b.open:
	case <-ctx.Done():
	case <-time.After(heldBack):
		b.release()
	}
}
