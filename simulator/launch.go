package simulator

import (
	"context"
	"errors"
	"sync"
	"time"
)

// launch begins the attempts of a group; where they are several, at one moment.
func (pl *player) launch(group []due) error {
	gate := newBarrier(len(group))
	number := 0
	if len(group) > 1 {
		pl.groups++
		number = pl.groups
	}
	for _, d := range group {
		a, err := pl.prepare(&d)
		if err != nil {
			return err
		}
		a.Group = number
		pl.tell(pl.how.Began, a)
		pl.flying++
		go pl.fly(d, a, gate)
	}
	return nil
}

// prepare makes an attempt with its message.
func (pl *player) prepare(d *due) (*Attempt, error) {
	delivery, err := pl.plan.delivery(d.step)
	if err != nil {
		return nil, err
	}
	pl.rolled(d, &delivery)
	now := time.Now()
	if d.again.attempt == 1 {
		d.again.first = now
	}
	m, err := delivery.prepare(d.again, now)
	if err != nil {
		return nil, err
	}
	pl.number++
	s := &pl.plan.Steps[d.step]
	a := &Attempt{
		Number: pl.number, Step: d.step, Endpoint: pl.plan.Endpoints[s.Endpoint].Name, Event: delivery.Event, Fault: delivery.Fault,
		At: d.at, Began: now.Sub(pl.start), Missed: d.again.attempt <= int(s.Missed) || pl.plan.Away(d.at),
		Receipt: Receipt{Message: m, Attempt: d.again.attempt, Sent: now}, keys: delivery.Keys,
	}
	if w := delivery.Way; w != nil && (a.Attempt == 1 || !w.Cut) {
		a.Way = w.Name
	}
	if pl.disabled[s.Endpoint] {
		a.Missed, a.End = true, Disabled
	}
	return a, nil
}

// rolled signs a retry with the secret that counts by now, where it is signed anew.
func (pl *player) rolled(d *due, delivery *Delivery) {
	s := &pl.plan.Steps[d.step]
	if d.again.attempt == 1 || delivery.Fault != nil || !delivery.Event.Provider.Retry.Resign {
		return
	}
	delivery.Keys = pl.plan.Endpoints[s.Endpoint].Keys[max(s.Keys, pl.keys[s.Endpoint])]
}

// fly makes an attempt and reports it.
func (pl *player) fly(d due, a *Attempt, gate *barrier) {
	arrive := sync.OnceFunc(gate.arrive)
	defer arrive() // who fails before holds nobody up
	if a.Missed {
		a.Err, a.Reason = &NoAnswerError{Err: errMissed}, NoAnswer
		if a.End == Disabled {
			a.Err = &NoAnswerError{Err: errDisabled}
		}
		a.Ended = time.Since(pl.start)
		pl.landed <- flight{d, a, nil}
		return
	}
	var ready func(context.Context)
	if a.Group > 0 {
		ready = func(ctx context.Context) {
			arrive()
			gate.wait(ctx)
		}
	}
	step := &pl.plan.Steps[d.step]
	delivery := Delivery{Event: a.Event}
	if a.Way != "" {
		delivery.Way = pl.plan.way(step)
	}
	s, err := Sending{Target: pl.plan.Endpoints[step.Endpoint].Target, Patience: pl.how.Patience}.onWay(delivery)
	if err != nil {
		pl.landed <- flight{d, a, err}
		return
	}
	r, err := s.attempt(pl.ctx, delivery, a.Message, d.again.attempt, ready)
	a.Receipt, a.Ended = r, time.Since(pl.start)
	pl.landed <- flight{d, a, err}
}

var (
	errMissed   = errors.New("the receiver was away, as the course has it")
	errDisabled = errors.New("the provider has disabled the endpoint")
)
