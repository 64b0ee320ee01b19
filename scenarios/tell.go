package scenarios

import (
	"fmt"
	"time"

	"simhook/fixtures"
	"simhook/simulator"
)

// burst plans many events, each about things of its own, sent without waiting for
// answers.
func (p *planner) burst(b *Burst) error {
	to, s, err := p.sender(b.To)
	if err != nil {
		return err
	}
	if b.Count < 1 || b.Count > 1<<22 {
		return b.Fail("", "a burst of %d; from 1 to %d", b.Count, 1<<22)
	}
	ref := Ref{Event: b.Event, Fault: b.Fault, To: b.To}
	begun, over := p.at, b.Over
	at := func(i uint32) time.Duration {
		return begun + time.Duration(float64(over)*float64(i)/float64(max(1, b.Count-1)))
	}
	fresh := &burst{first: burstBase, count: uint32(b.Count)}
	if n := len(p.bursts); n > 0 {
		fresh.first = p.bursts[n-1].first + p.bursts[n-1].count
	}
	number := len(p.bursts)
	fresh.make = func(i uint32) (simulator.Event, error) {
		run := fmt.Sprintf("%s-b%d-%d", p.plan.Run, number, i)
		return s.setup.Pack.Event(b.Event, s.options(run, p.plan.Start.Add(at(i))))
	}
	if _, err := fresh.make(0); err != nil {
		return b.Of(err)
	}
	p.bursts = append(p.bursts, fresh)
	for i := range uint32(b.Count) {
		p.at = at(i)
		if err := p.deliver(to, s, fresh.first+i, ref, simulator.Open); err != nil {
			return b.Of(err)
		}
	}
	return nil
}

// story plans a story of the pack.
func (p *planner) story(st *StoryStep) error {
	to, s, err := p.sender(st.To)
	if err != nil {
		return err
	}
	events, err := s.telling.Story(st.Name, p.plan.Start.Add(s.ahead+p.at))
	if err != nil {
		return st.Of(err)
	}
	order, err := st.order(len(events))
	if err != nil {
		return err
	}
	numbers := p.named(s, events)
	inOrder := len(st.Order) == 0 && !st.Back
	begun, last := p.at, p.happened(s, events[len(events)-1])
	if !inOrder && !st.Fast {
		p.at = last // by then all of it has happened
	}
	for _, i := range order {
		if inOrder && !st.Fast {
			p.at = max(begun, p.happened(s, events[i]))
		}
		s.sent[numbers[i]] = true
		if err := p.deliver(to, s, numbers[i], Ref{Event: events[i].Type}, 0); err != nil {
			return err
		}
	}
	return nil
}

// happened is when an event happened, on the course's clock.
func (p *planner) happened(s *sender, ev simulator.Event) time.Duration {
	return ev.Created.Sub(p.plan.Start) - s.ahead
}

// named keeps the events of a story under their names; the second of a type is
// NAME#2.
func (p *planner) named(s *sender, events []simulator.Event) (numbers []uint32) {
	for _, ev := range events {
		n := p.keep(ev)
		numbers = append(numbers, n)
		label := ev.Type
		for k := 2; ; k++ {
			if _, taken := s.events[label]; !taken {
				break
			}
			label = fmt.Sprintf("%s#%d", ev.Type, k)
		}
		s.events[label] = n
	}
	return numbers
}

// order lists the events of a story, from 0, in the order in which they are sent.
func (st *StoryStep) order(n int) ([]int, error) {
	order := make([]int, n)
	for i := range order {
		order[i] = i
		if st.Back {
			order[i] = n - 1 - i
		}
	}
	if len(st.Order) == 0 {
		return order, nil
	}
	order = order[:0]
	for _, i := range st.Order {
		if i < 1 || i > n {
			return nil, st.Fail("an event may be left out, and come twice", "order: the story %s has %d events, and no %d", st.Name, n, i)
		}
		order = append(order, i-1)
	}
	return order, nil
}

// permute plans a small story in every order, each about a cast of its own.
func (p *planner) permute(story string) error {
	s := p.senders[0]
	about, err := s.setup.Pack.StoryNamed(story)
	if err != nil {
		return err
	}
	n := len(about.Events)
	if n > mostPermuted {
		return &simulator.Mistake{Text: fmt.Sprintf("permute %s: it has %d events, and %d have 120 orders already", story, n, mostPermuted), Hint: "story: {name: " + story + ", order: […]} tells it in one order"}
	}
	for k, order := range permutations(n) {
		telling, err := s.setup.Pack.Telling(s.options(fmt.Sprintf("%s-p%d", p.plan.Run, k), p.plan.Start.Add(p.at)))
		if err != nil {
			return err
		}
		if err := p.permuted(telling, story, order); err != nil {
			return err
		}
		p.at += time.Hour
	}
	return nil
}

func (p *planner) permuted(t *fixtures.Telling, story string, order []int) error {
	s := p.senders[0]
	events, err := t.Story(story, p.plan.Start.Add(s.ahead+p.at))
	if err != nil {
		return err
	}
	p.at = p.happened(s, events[len(events)-1])
	for _, i := range order {
		if err := p.deliver(0, s, p.keep(events[i]), Ref{Event: events[i].Type}, 0); err != nil {
			return err
		}
	}
	return nil
}

// permutations lists every order of n things, the true one first.
func permutations(n int) (all [][]int) {
	var grow func(order []int)
	grow = func(order []int) {
		if len(order) == n {
			all = append(all, append([]int(nil), order...))
			return
		}
		for i := range n {
			taken := false
			for _, o := range order {
				taken = taken || o == i
			}
			if !taken {
				grow(append(order, i))
			}
		}
	}
	grow(nil)
	return all
}
