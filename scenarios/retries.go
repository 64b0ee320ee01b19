package scenarios

import "time"

// retries are about deliveries that the provider must make again.
func retries() []*Course {
	return []*Course{
		Write("outage", "the receiver is away for the first two attempts, and the third is the first that it sees", func(s *Script) {
			s.Retry()
			s.Send(s.Event("").Unreached(2))
		}),
		Write("retry-storm", "twenty events in an hour of outage: when it is over, what the provider tries again comes mixed with what is new", func(s *Script) {
			s.Retry()
			s.Outage(time.Hour)
			s.Burst(Burst{Count: 20, Over: Duration(57 * time.Minute)})
			s.Later(3 * time.Minute)
			s.Burst(Burst{Count: 20, Over: Duration(time.Hour)})
		}),
		Write("overtaken", "the first attempt is lost, and what happened later comes before it", func(s *Script) {
			s.Retry()
			s.Send(s.Event("").Unreached(1))
			s.Later(time.Second)
			s.Send(s.Event("").Another("later"))
		}),
		Write("lost-answer", "the receiver takes the event, but its answer is lost on the wire: the provider tries again", func(s *Script) {
			s.Seen("RFC 9112 section 9.5: a client cannot know what became of a request whose answer it did not get")
			s.Retry()
			s.Send(s.Event("").Via("lost-answer"))
		}),
		Write("lost-answer-under-load", "ten answers are lost at one moment", func(s *Script) {
			s.Retry()
			for _, name := range []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"} {
				s.Send(s.Event("").Another(name).Via("lost-answer-reset"))
			}
		}),
		Write("cut-off", "the first attempt is cut in the middle of its body, and the second is whole", func(s *Script) {
			s.Retry()
			s.Send(s.Event("").Via("cut-body"))
		}),
		Write("given-up", "the receiver is away until the provider gives up; what happens after that arrives, unless the endpoint is disabled by then", func(s *Script) {
			s.Retry()
			s.Send(s.Event("").Unreached(mostMissed))
			s.Later(30 * 24 * time.Hour)
			s.Send(s.Event("").Another("after"))
		}),
		Write("retried-and-resent", "somebody sends it again by hand while the provider's own retry is still to come", func(s *Script) {
			s.Retry()
			e := s.Event("")
			s.Send(e.Unreached(1))
			s.Redeliver(e)
			s.Later(48 * time.Hour)
			s.Redeliver(e)
		}),
	}
}
