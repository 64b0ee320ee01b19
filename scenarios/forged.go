package scenarios

import "time"

// forged are about deliveries that no provider sent, among those that one did.
func forged() []*Course {
	return []*Course{
		Write("forged-flood", "two hundred forged deliveries in ten seconds, and real ones among them: the real ones must get through", func(s *Script) {
			s.Burst(Burst{Count: 100, Over: Duration(5 * time.Second), Fault: "wrong-key"})
			s.Send(s.Event(""))
			s.Burst(Burst{Count: 100, Over: Duration(5 * time.Second), Fault: "no-signature"})
			s.Send(s.Event("").Another("second"))
		}),
		Write("forged-first", "a forged copy comes before the genuine delivery: an id that is remembered before it is verified shuts the real one out", func(s *Script) {
			e := s.Event("")
			s.Send(e.Spoilt("wrong-key"), e)
		}),
		Write("forged-copy", "a genuine delivery, and then a copy of it with another amount under the same signature", func(s *Script) {
			e := s.Event("")
			s.Send(e, e.Spoilt("tampered-amount"))
		}),
		Write("forged-together", "a genuine delivery and a forged copy of it at the same moment", func(s *Script) {
			e := s.Event("")
			s.Together(e, e.Spoilt("wrong-key"))
		}),
		Write("replayed", "a delivery that somebody recorded comes again when its signature is too old", func(s *Script) {
			s.Seen("https://docs.stripe.com/webhooks#replay-attacks")
			e := s.Event("")
			s.Send(e)
			s.Later(time.Hour)
			s.Send(e.Spoilt("stale"), s.Event("").Another("real"))
		}),
		Write("borrowed-signature", "the signature of one genuine event on the body of another", func(s *Script) {
			e := s.Event("")
			s.Send(e, s.Event("").Another("second").Spoilt("other-event"), s.Event("").Another("third"))
		}),
		Write("unsigned-between", "unsigned, empty and malformed signatures between genuine deliveries", func(s *Script) {
			for _, fault := range []string{"no-signature", "empty-signature", "truncated-signature.half", "malformed.zeros"} {
				s.Send(s.Event("").Another(fault).Spoilt(fault), s.Event("").Another("after "+fault))
			}
		}),
	}
}
