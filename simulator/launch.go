package simulator

import (
	"context"
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
		a, m, err := pl.prepare(&d)
		if err != nil {
			return err
		}
		a.Group = number
		var ready func(context.Context)
		if len(group) > 1 {
			ready = func(ctx context.Context) {
				gate.arrive()
				gate.wait(ctx)
			}
		}
		pl.flying++
		go pl.fly(d, a, m, ready)
	}
	return nil
}

// prepare makes an attempt and its message, and tells that it begins.
func (pl *player) prepare(d *due) (*Attempt, *Message, error) {
	delivery, err := pl.plan.delivery(d.step)
	if err != nil {
		return nil, nil, err
	}
	retry := delivery.Event.Provider.Retry
	now := time.Now()
	if d.attempt == 1 || retry.Resign {
		d.signed = now
	}
	m, err := Prepare(delivery, d.signed)
	if err != nil {
		return nil, nil, err
	}
	if d.attempt > 1 {
		m = m.Clone()
		m.Header = retry.mark(m.Header, d.attempt-1, d.last)
	}
	pl.number++
	s := &pl.plan.Steps[d.step]
	a := &Attempt{
		Number: pl.number, Step: d.step, Endpoint: pl.plan.Endpoints[s.Endpoint].Name, Event: delivery.Event, Fault: delivery.Fault,
		At: d.at, Began: now.Sub(pl.start), Receipt: Receipt{Message: m, Attempt: d.attempt, Sent: now},
	}
	pl.tell(pl.how.Began, a)
	return a, m, nil
}

// fly makes an attempt and reports it.
func (pl *player) fly(d due, a *Attempt, m *Message, ready func(context.Context)) {
	e := &pl.plan.Endpoints[pl.plan.Steps[d.step].Endpoint]
	s := Sending{Target: e.Target, Patience: pl.how.Patience}
	r, err := s.attempt(pl.ctx, Delivery{Event: a.Event}, m, d.attempt, ready)
	a.Receipt, a.Ended = r, time.Since(pl.start)
	pl.landed <- flight{d, a, err}
}
