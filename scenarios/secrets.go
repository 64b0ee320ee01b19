package scenarios

import "time"

// secrets are about signing secrets that change.
func secrets() []*Course {
	return []*Course{
		Write("secret-rolled", "the secret is rolled in mid-stream: events before and after it are genuine alike", func(s *Script) {
			s.Seen("https://docs.stripe.com/webhooks#roll-endpoint-secrets; Standard Webhooks, section on secret rotation")
			s.Send(s.Event(""), s.Event("").Another("before"))
			s.Roll()
			s.Send(s.Event("").Another("after"))
			s.Later(24 * time.Hour)
			s.Send(s.Event("").Another("next day"))
		}),
		Write("rolled-and-redelivered", "an event signed with the old secret comes again, signed with the new one: a duplicate all the same", func(s *Script) {
			e := s.Event("")
			s.Send(e)
			s.Roll()
			s.Redeliver(e)
		}),
		Write("rolled-under-load", "the secret is rolled in the middle of a burst", func(s *Script) {
			s.Burst(Burst{Count: 50, Over: Duration(5 * time.Second)})
			s.Roll()
			s.Burst(Burst{Count: 50, Over: Duration(5 * time.Second)})
		}),
	}
}
