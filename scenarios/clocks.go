package scenarios

import "time"

// clocks are about when an event happened, and when it comes.
func clocks() []*Course {
	return []*Course{
		Write("late-by-a-day", "an event of yesterday comes today, signed now: it is late, and genuine", func(s *Script) {
			s.Seen("https://shopify.dev/docs/apps/build/webhooks/best-practices; retries of Stripe's last three days")
			s.Send(s.Event("").Old(24 * time.Hour))
		}),
		Write("late-by-a-month", "an event of last month comes today, after one of today", func(s *Script) {
			s.Send(s.Event("").Another("today"), s.Event("").Old(31*24*time.Hour))
		}),
		Write("clock-ahead", "a second endpoint whose provider's clock is ten minutes ahead: events from the future, signed now", func(s *Script) {
			s.Endpoint(Sender{Name: "ahead", Ahead: Duration(10 * time.Minute), Tenant: true})
			s.Send(s.Event(""), s.Event("").At("ahead"))
			s.Later(time.Minute)
			s.Send(s.Event("").Another("second").At("ahead"), s.Event("").Another("second"))
		}),
		Write("same-second", "five events of one second, about the same things: their times say nothing of their order", func(s *Script) {
			for _, name := range []string{"a", "b", "c", "d", "e"} {
				s.Send(s.Event("").Another(name))
			}
		}),
		Write("backlog", "what a queue held back for six hours comes at once, the oldest last", func(s *Script) {
			for h, name := range []string{"now", "1h", "2h", "3h", "4h", "5h"} {
				s.Send(s.Event("").Another(name).Old(time.Duration(h) * time.Hour))
			}
		}),
	}
}
