package scenarios

import "time"

// A Script writes a course down in Go.
//
//	s.Send(s.Event("charge.succeeded"))
//	s.Later(time.Hour)
//	s.Redeliver(s.Event("charge.succeeded"))
type Script struct{ course *Course }

// Write writes a course.
func Write(name, about string, tell func(*Script)) *Course {
	c := &Course{Name: name, About: about}
	tell(&Script{c})
	return c
}

func (s *Script) step(one Step) { s.course.Steps = append(s.course.Steps, one) }

// Seen says where such a course was seen, or is promised.
func (s *Script) Seen(source string) { s.course.Source = source }

// By says who alone can tell it.
func (s *Script) By(provider string) { s.course.Provider = provider }

// Event names an event of the provider: the same one wherever it is named. "" is
// the provider's everyday event.
func (s *Script) Event(name string) Ref { return Ref{Event: name} }

// Another names another event of the same type.
func (r Ref) Another(as string) Ref { r.As = as; return r }

// Spoilt sends it with a fault.
func (r Ref) Spoilt(fault string) Ref { r.Fault = fault; return r }

// Via sends it another way over the wire.
func (r Ref) Via(way string) Ref { r.Way = way; return r }

// Old says how long ago it happened.
func (r Ref) Old(age time.Duration) Ref { r.Age = Duration(age); return r }

// Unreached says how many attempts do not reach the receiver; the provider tries
// again.
func (r Ref) Unreached(attempts int) Ref { r.Missed = attempts; return r }

// At sends it to another endpoint of the course.
func (r Ref) At(endpoint string) Ref { r.To = endpoint; return r }

// Copies sends it so often.
func (r Ref) Copies(times int) Ref { r.Times = times; return r }

// With changes members of its body, each PATH=VALUE.
func (r Ref) With(changes ...string) Ref { r.Set = changes; return r }

// Send sends events one after another, each when the one before is answered.
func (s *Script) Send(events ...Ref) { s.step(Step{Send: events}) }

// Together sends events at the same moment.
func (s *Script) Together(events ...Ref) { s.step(Step{Together: events}) }

// Burst sends many events, each about things of its own, without waiting for
// answers.
func (s *Script) Burst(b Burst) { s.step(Step{Burst: &b}) }

// Later lets the provider's clock go on.
func (s *Script) Later(d time.Duration) { s.step(Step{Later: Duration(d)}) }

// Redeliver sends events again that were sent before.
func (s *Script) Redeliver(events ...Ref) { s.step(Step{Redeliver: events}) }

// Retry follows the provider's schedule where it is not satisfied, all along.
func (s *Script) Retry() { s.course.Retry = true }

// Story tells a story of the pack; order counts its events from 1, none is the
// true one. "" is the everyday story.
func (s *Script) Story(name string, order ...int) {
	s.step(Step{Story: &StoryStep{Name: name, Order: order}})
}

// Backwards tells a story with its last event first.
func (s *Script) Backwards(name string) { s.step(Step{Story: &StoryStep{Name: name, Back: true}}) }

// Permute tells a small story of the pack in every order.
func (s *Script) Permute(story string) { s.step(Step{Permute: &PermuteStep{Name: story}}) }

// Outage takes the receivers away for so long from here on: no attempt reaches them, be
// it a first or a later one. The provider's clock does not go on by it.
func (s *Script) Outage(d time.Duration) { s.step(Step{Outage: Duration(d)}) }

// Roll changes the secret: the next one signs from here on.
func (s *Script) Roll() { s.step(Step{Roll: true}) }

// Endpoint adds another provider and endpoint to the course.
func (s *Script) Endpoint(e Sender) { s.course.Endpoints = append(s.course.Endpoints, e) }
