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
	name := s.eventName(b.Event)
	begun := p.at
	at := func(i uint32) time.Duration {
		return begun + time.Duration(float64(b.Over)*float64(i)/float64(max(1, b.Count-1)))
	}
	fresh := &burst{first: burstBase, count: uint32(b.Count)}
	number := len(p.bursts)
	if number > 0 {
		last := p.bursts[number-1]
		fresh.first = last.first + last.count
	}
	fresh.make = func(i uint32) (simulator.Event, error) {
		return s.setup.Pack.Event(name, s.options(fmt.Sprintf("%s-b%d-%d", s.run, number, i), p.plan.Start.Add(at(i))))
	}
	if _, err := fresh.make(0); err != nil {
		return err
	}
	p.bursts = append(p.bursts, fresh)
	ref := Ref{Event: name, Fault: b.Fault, Missed: b.Missed}
	for i := range uint32(b.Count) {
		p.at = at(i)
		if err := p.deliver(to, fresh.first+i, ref, simulator.Open); err != nil {
			return err
		}
	}
	return nil
}

// story plans a story of the pack. In another order than the true one it is told
// when all of it has happened.
func (p *planner) story(st *StoryStep) error {
	to, s, err := p.sender(st.To)
	if err != nil {
		return err
	}
	name, err := s.storyName(st.Name, fewEvents)
	if err != nil {
		return err
	}
	numbers, err := p.storyEvents(s, name)
	if err != nil {
		return err
	}
	order, err := st.order(name, len(numbers))
	if err != nil {
		return err
	}
	inOrder := len(st.Order) == 0 && !st.Back
	if !inOrder && !st.Fast {
		p.at = max(p.at, p.happened(s, numbers[len(numbers)-1]))
	}
	for _, i := range order {
		if inOrder && !st.Fast {
			p.at = max(p.at, p.happened(s, numbers[i]))
		}
		s.sent[numbers[i]] = true
		if err := p.deliver(to, numbers[i], Ref{}, 0); err != nil {
			return err
		}
	}
	return nil
}

// storyEvents makes the events of a story, which begins now, or finds those that
// were made when it was told before.
func (p *planner) storyEvents(s *sender, name string) ([]uint32, error) {
	if made, ok := s.stories[name]; ok {
		return made, nil
	}
	events, err := s.telling.Story(name, p.plan.Start.Add(s.ahead+p.at))
	if err != nil {
		return nil, err
	}
	s.stories[name] = p.named(s, events)
	return s.stories[name], nil
}

// happened is when an event happened, on the course's clock.
func (p *planner) happened(s *sender, event uint32) time.Duration {
	return p.made[event].Created.Sub(p.plan.Start) - s.ahead
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
func (st *StoryStep) order(name string, n int) ([]int, error) {
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
			return nil, st.Fail("an event may be left out, and come twice", "order: the story %s has %d events, and no %d", name, n, i)
		}
		order = append(order, i-1)
	}
	return order, nil
}

// mostPermuted bounds a story that is told in every order: 5 events have 120.
const mostPermuted = 5

// permute plans a small story in every order, each about a cast of its own.
func (p *planner) permute(st *PermuteStep) error {
	to, s, err := p.sender(st.To)
	if err != nil {
		return err
	}
	name, err := s.storyName(st.Name, threeEvents)
	if err != nil {
		return err
	}
	about, err := s.setup.Pack.StoryNamed(name)
	if err != nil {
		return err
	}
	if n := len(about.Events); n > mostPermuted {
		return &simulator.Mistake{Text: fmt.Sprintf("permute %s: it has %d events, and %d have 120 orders already", name, n, mostPermuted), Hint: "story: {name: " + name + ", order: […]} tells it in one order"}
	}
	for k, order := range permutations(len(about.Events)) {
		telling, err := s.setup.Pack.Telling(s.options(fmt.Sprintf("%s-p%d", s.run, k), p.plan.Start.Add(p.at)))
		if err != nil {
			return err
		}
		if err := p.permuted(to, telling, name, order); err != nil {
			return err
		}
		p.at += time.Hour
	}
	return nil
}

func (p *planner) permuted(to uint16, t *fixtures.Telling, story string, order []int) error {
	s := p.senders[to]
	events, err := t.Story(story, p.plan.Start.Add(s.ahead+p.at))
	if err != nil {
		return err
	}
	var numbers []uint32
	for _, ev := range events {
		numbers = append(numbers, p.keep(ev))
	}
	p.at = max(p.at, p.happened(s, numbers[len(numbers)-1]))
	for _, i := range order {
		if err := p.deliver(to, numbers[i], Ref{}, 0); err != nil {
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
