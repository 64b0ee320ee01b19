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

// Event names an event of the provider: the same one wherever it is named.
func (s *Script) Event(name string) Ref { return Ref{Event: name} }

// Another names another event of the same type.
func (r Ref) Another(as string) Ref { r.As = as; return r }

// Spoilt sends it with a fault.
func (r Ref) Spoilt(fault string) Ref { r.Fault = fault; return r }

// Old says how long ago it happened.
func (r Ref) Old(age time.Duration) Ref { r.Age = age; return r }

// Unreached says how many attempts do not reach the receiver.
func (r Ref) Unreached(attempts int) Ref { r.Missed = attempts; return r }

// At sends it to another endpoint of the course.
func (r Ref) At(endpoint string) Ref { r.To = endpoint; return r }

// Send sends events one after another, each when the one before is answered.
func (s *Script) Send(events ...Ref) { s.step(Step{Send: events}) }

// Together sends events at the same moment.
func (s *Script) Together(events ...Ref) { s.step(Step{Together: events}) }

// Burst sends many events of a type over a time, without waiting for answers.
func (s *Script) Burst(event string, count int, over time.Duration) {
	s.step(Step{Burst: &Burst{Event: event, Count: count, Over: over}})
}

// Later lets the provider's clock go on.
func (s *Script) Later(d time.Duration) { s.step(Step{Later: d}) }

// Redeliver sends events again that were sent before.
func (s *Script) Redeliver(events ...Ref) { s.step(Step{Redeliver: events}) }

// Retry follows the provider's schedule where it is not satisfied.
func (s *Script) Retry() { s.course.Retry = true }

// Story tells a story of the pack; order counts its events from 1, none is the
// true one.
func (s *Script) Story(name string, order ...int) {
	s.step(Step{Story: &StoryStep{Name: name, Order: order}})
}

// Permute tells a small story of the pack in every order.
func (s *Script) Permute(story string) { s.step(Step{Permute: story}) }

// Roll changes the secret: the next one signs from here on.
func (s *Script) Roll() { s.step(Step{Roll: true}) }

// Endpoint adds another provider and endpoint to the course.
func (s *Script) Endpoint(e Sender) { s.course.Endpoints = append(s.course.Endpoints, e) }
