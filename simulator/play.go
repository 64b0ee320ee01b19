package simulator

import (
	"context"
	"errors"
	"time"

	"simhook/simulator/signature"
)

// An Attempt is one attempt at one step of a plan: when it was made, and what came
// of it.
type Attempt struct {
	Number   int // in the order in which they began, from 1
	Step     int // of the plan, from 0
	Endpoint string
	Event    Event
	Fault    *Fault
	At       time.Duration // on the provider's clock, since the start
	Began    time.Duration // really, since the start; monotonic
	Ended    time.Duration
	Group    int // those that one barrier released have the same; 0: alone
	Receipt
	Missed bool          // it was meant not to reach the receiver
	Next   time.Duration // when the provider tries again, on its clock; 0: it does not, see End

	keys []signature.Key // that signed it, so that nobody writes them down
}

// Unknown says whether nobody can tell what the receiver did: the request may have
// reached it, and no answer came.
func (a *Attempt) Unknown() bool {
	var none *NoAnswerError
	return errors.As(a.Err, &none) && none.Connected
}

// Playing is how a plan is carried out.
type Playing struct {
	// Speed divides the waits; 0 leaves out those in which nothing is under way, and
	// is never slower than 1. The order is that of the provider's clock all the same.
	Speed    float64
	Patience time.Duration // 0: each provider's own
	// Began is told each attempt as it begins, and Ended as it ends, Waits each wait.
	// They are called one at a time and may be nil.
	Began, Ended func(*Attempt)
	Waits        func(provider, real time.Duration)
}

// mostFlying bounds the deliveries that are not answered yet.
const mostFlying = 1024

// Play carries a plan out. Its error is one of simhook's own, of the plan, or of
// ctx; what receivers do wrong is in the attempts.
func Play(ctx context.Context, p *Plan, how Playing) error {
	if err := p.Check(); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	pl := &player{plan: p, how: how, ctx: ctx, start: time.Now(), landed: make(chan flight), disabled: map[uint16]bool{}, failing: map[uint16]failing{}, keys: map[uint16]uint8{}}
	err := pl.run()
	cancel()
	for pl.flying > 0 { // those on the way see the end of ctx
		f := <-pl.landed
		pl.flying--
		pl.interrupted(f)
	}
	return err
}

// player is the state of one play. One goroutine owns it.
type player struct {
	plan   *Plan
	how    Playing
	ctx    context.Context
	start  time.Time
	next   int // step
	again  retries
	flying int
	landed chan flight
	number int
	groups int
	keys   map[uint16]uint8 // of the last step to each endpoint
	// disabled are the endpoints that their providers send nothing more to.
	disabled map[uint16]bool
	failing  map[uint16]failing
	clock    time.Duration // of the provider
	moved    time.Time     // when clock came to that
}

// due is what is to be sent next: a step, or a step again.
type due struct {
	step  int
	at    time.Duration
	again retrying
	first Reason // of the first failure: it chooses the schedule
}

// A flight is an attempt that has ended.
type flight struct {
	due     due
	attempt *Attempt
	err     error // of simhook's own
}

func (pl *player) run() error {
	for {
		first, size := pl.peek()
		switch {
		case size == 0 && pl.flying == 0:
			return nil
		case size == 0, pl.flying > 0 && !pl.isOpen(first), pl.flying+size > mostFlying && pl.flying > 0:
			if _, err := pl.landOr(nil); err != nil {
				return err
			}
			continue // what landed may come again before the group
		}
		arrived, err := pl.waitFor(first.at)
		if err != nil {
			return err
		}
		if arrived {
			if err := pl.launch(pl.take(first, size)); err != nil {
				return err
			}
		}
	}
}

// isOpen says whether what is due goes out although others are not answered.
func (pl *player) isOpen(d due) bool {
	return d.again.attempt > 1 || pl.plan.Steps[d.step].How&Open != 0
}

// peek returns what is due next, a retry or a step, and how many are due with it:
// the step's group. 0: there is nothing more.
func (pl *player) peek() (first due, size int) {
	steps := pl.plan.Steps
	more := pl.next < len(steps)
	if len(pl.again) > 0 && (!more || pl.again[0].at <= steps[pl.next].At) {
		return pl.again[0].due(), 1
	}
	if !more {
		return due{}, 0
	}
	end := pl.next + 1
	for end < len(steps) && steps[end].How&Joined != 0 {
		end++
	}
	return pl.first(pl.next), end - pl.next
}

// first is the first attempt at a step.
func (pl *player) first(step int) due {
	at := pl.plan.Steps[step].At
	return due{step: step, at: at, again: retrying{attempt: 1}}
}

// take removes what peek returned, and lists all of it.
func (pl *player) take(first due, size int) []due {
	pl.clock, pl.moved = max(pl.clock, first.at), time.Now()
	if first.again.attempt > 1 {
		pl.again.pop()
		return []due{first}
	}
	group := make([]due, size)
	for i := range group {
		group[i] = pl.first(pl.next + i)
		s := &pl.plan.Steps[pl.next+i]
		pl.keys[s.Endpoint] = max(pl.keys[s.Endpoint], s.Keys)
	}
	pl.next += size
	return group
}

// waitFor waits until a time of the provider's clock. It says false where
// something landed before, which may change what is next.
func (pl *player) waitFor(at time.Duration) (bool, error) {
	if pl.ctx.Err() != nil {
		return false, pl.ctx.Err()
	}
	wait := at - pl.clock
	if wait <= 0 {
		return true, nil
	}
	if pl.how.Speed == 0 && pl.flying == 0 {
		pl.told(wait, 0)
		return true, nil
	}
	real := wait - time.Since(pl.moved)
	if pl.how.Speed > 0 {
		real = time.Duration(float64(at)/pl.how.Speed) - time.Since(pl.start)
	}
	if real <= 0 {
		return true, nil
	}
	if pl.flying == 0 {
		pl.told(wait, real)
	}
	timer := time.NewTimer(real)
	defer timer.Stop()
	return pl.landOr(timer.C)
}

func (pl *player) told(provider, real time.Duration) {
	if pl.how.Waits != nil {
		pl.how.Waits(provider, real)
	}
}

// landOr waits until an attempt ends, and plans what follows from it, or until a time.
func (pl *player) landOr(until <-chan time.Time) (reached bool, err error) {
	select {
	case <-until:
		return true, nil
	case <-pl.ctx.Done():
		return false, pl.ctx.Err()
	case f := <-pl.landed:
		pl.flying--
		if f.err != nil {
			pl.interrupted(f)
			return false, f.err
		}
		pl.follow(f)
		pl.tell(pl.how.Ended, f.attempt)
		return false, nil
	}
}

// interrupted tells the end of an attempt that was under way when the play ended. Of
// one that had not reached the receiver by then nothing is said: it stays open.
func (pl *player) interrupted(f flight) {
	if f.err == nil || pl.ctx.Err() != nil && f.attempt.Unknown() {
		pl.tell(pl.how.Ended, f.attempt)
	}
}

func (pl *player) tell(f func(*Attempt), a *Attempt) {
	if f != nil {
		f(a)
	}
}

// follow plans the next attempt, if the provider makes one.
func (pl *player) follow(f flight) {
	a, s := f.attempt, &pl.plan.Steps[f.due.step]
	// Whole seconds of waiting for an answer count; less would only disorder what
	// is due at the same time.
	ended := f.due.at + a.Took.Truncate(time.Second)
	failing := pl.fails(f, ended)
	if s.How&Retried == 0 || a.End != "" {
		return
	}
	next := f.due
	if next.again.last = a.Reason; next.again.attempt == 1 {
		next.first, next.again.first = a.Reason, a.Sent
	}
	var wait time.Duration
	wait, a.End = a.Event.Provider.Retry.Next(a.Event, next.first, a.Receipt, failing, pl.plan.chance(f.due.step))
	if a.End == Disabled {
		pl.disabled[s.Endpoint] = true
	}
	if a.End != "" {
		return
	}
	next.at = ended + wait
	next.again.attempt++
	a.Next = next.at
	pl.again.push(next)
}
