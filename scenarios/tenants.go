package scenarios

import "time"

// tenants are about several endpoints, accounts and providers at once.
func tenants() []*Course {
	return []*Course{
		Write("equal-ids", "two tenants get events with equal ids: an id counts within its tenant", func(s *Script) {
			s.Endpoint(Sender{Name: "second"})
			e := s.Event("")
			s.Send(e, e.At("second"))
			s.Send(e, e.At("second"))
		}),
		Write("two-tenants", "two accounts tell the same story at the same time, each about things of its own", func(s *Script) {
			s.Endpoint(Sender{Name: "second", Tenant: true})
			s.step(Step{Story: &StoryStep{Fast: true}})
			s.step(Step{Story: &StoryStep{Fast: true, To: "second"}})
			s.Together(s.Event("").Another("last"), s.Event("").Another("last").At("second"))
		}),
		Write("noisy-neighbour", "one tenant's flood, and one event of another in the middle of it", func(s *Script) {
			s.Endpoint(Sender{Name: "quiet", Tenant: true})
			s.Burst(Burst{Count: 100, Over: Duration(time.Second)})
			s.Send(s.Event("").At("quiet"))
			s.Burst(Burst{Count: 100, Over: Duration(time.Second)})
		}),
	}
}
