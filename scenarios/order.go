package scenarios

import "time"

// order is about events that do not come as they happened.
func order() []*Course {
	return []*Course{
		Write("story", "the provider's everyday story, as it happened", func(s *Script) {
			s.Story("")
		}),
		Write("story-at-once", "the everyday story without the waits: each event as soon as the one before is answered", func(s *Script) {
			s.step(Step{Story: &StoryStep{Fast: true}})
		}),
		Write("backwards", "the everyday story with its last event first", func(s *Script) {
			s.Seen("https://docs.stripe.com/webhooks#event-ordering: no order is promised")
			s.Backwards("")
		}),
		Write("every-order", "a small story in every order, each about things of its own: all must end in one state", func(s *Script) {
			s.Permute("")
		}),
		Write("older-after-newer", "an event of an hour ago comes after one of now about the same things, signed anew: the time of the event counts, not that of the delivery", func(s *Script) {
			s.Seen("onetimesecret/onetimesecret issue 3692; Standard Webhooks: the time of the attempt changes with each retry, that of the event does not")
			s.Send(s.Event(""))
			s.Later(time.Second)
			s.Send(s.Event("").Another("older").Old(time.Hour))
		}),
		Write("older-with-newer", "an older event and a newer one about the same things at the same moment", func(s *Script) {
			s.Together(s.Event("").Another("older").Old(time.Minute), s.Event(""))
		}),
		Write("told-twice", "the everyday story, and all of it again: nothing may change any more", func(s *Script) {
			s.Story("")
			s.Later(time.Hour)
			s.step(Step{Story: &StoryStep{Fast: true}})
		}),
		Write("half-a-story", "only the first and the third event of the everyday story ever come", func(s *Script) {
			s.Story("", 1, 3)
		}),
	}
}
