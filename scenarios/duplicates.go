package scenarios

import "time"

// duplicates are about one event that comes more than once.
func duplicates() []*Course {
	return []*Course{
		Write("delivered-twice", "the same event comes again when the first was answered: providers deliver at least once", func(s *Script) {
			s.Seen("https://docs.stripe.com/webhooks#handle-duplicate-events; dj-stripe/dj-stripe issue 1239, where the second copy ended in a 500")
			e := s.Event("")
			s.Send(e, e)
		}),
		Write("duplicate-in-work", "the second copy comes while the first is still worked on: a look-up before the work finds nothing yet", func(s *Script) {
			s.Seen("pay-rails/pay issue 371, three rows from what came at one moment")
			s.Together(s.Event("").Copies(2))
		}),
		Write("ten-at-once", "ten copies of one event at the same moment", func(s *Script) {
			s.Together(s.Event("").Copies(10))
		}),
		Write("ten-copies", "ten copies of one event, a second apart: who remembers only the last id is caught by a stranger between them", func(s *Script) {
			e := s.Event("")
			for range 5 {
				s.Send(e)
				s.Later(time.Second)
				s.Send(s.Event("").Another("stranger"), e)
				s.Later(time.Second)
			}
		}),
		Write("duplicate-next-day", "a copy a day later, when a cache of ids has forgotten the first", func(s *Script) {
			e := s.Event("")
			s.Send(e)
			s.Later(24 * time.Hour)
			s.Send(e)
		}),
		Write("redelivered-after-days", "somebody presses the provider's button to send it again, three days later, though it was taken", func(s *Script) {
			s.Seen("https://docs.github.com/en/webhooks/testing-and-troubleshooting-webhooks/redelivering-webhooks, up to three days; Stripe's dashboard up to 15")
			e := s.Event("")
			s.Send(e)
			s.Later(3*24*time.Hour - time.Hour)
			s.Redeliver(e)
		}),
		Write("not-a-duplicate", "two events of one type in the same second, about the same things: both count", func(s *Script) {
			s.Send(s.Event(""), s.Event("").Another("second"))
		}),
		Write("many-between", "a copy comes after 300 other events: a memory of the last few has lost the first", func(s *Script) {
			e := s.Event("")
			s.Send(e)
			s.Burst(Burst{Count: 300, Over: Duration(time.Minute)})
			s.Later(time.Minute)
			s.Send(e)
		}),
	}
}
