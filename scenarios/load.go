package scenarios

import "time"

// load is about many events.
func load() []*Course {
	return []*Course{
		Write("flash-sale", "five hundred events in ten seconds, each about things of its own, and nobody waits for answers", func(s *Script) {
			s.Burst(Burst{Count: 500, Over: Duration(10 * time.Second)})
		}),
		Write("hundred-at-once", "a hundred different events at one moment", func(s *Script) {
			s.Burst(Burst{Count: 100})
		}),
		Write("busy-hour", "three hundred events in an hour, and a burst of fifty in its middle", func(s *Script) {
			s.Burst(Burst{Count: 150, Over: Duration(30 * time.Minute)})
			s.Burst(Burst{Count: 50, Over: Duration(time.Second)})
			s.Burst(Burst{Count: 150, Over: Duration(30 * time.Minute)})
		}),
		Write("quiet-then-busy", "one event, nothing for three days, then fifty at once: connections and caches are cold", func(s *Script) {
			s.Send(s.Event(""))
			s.Later(3 * 24 * time.Hour)
			s.Burst(Burst{Count: 50})
		}),
		Write("slow-senders", "deliveries that drip, between ones that do not: one slow connection must not hold up the others", func(s *Script) {
			s.Send(s.Event("").Via("slow-body=300ms"), s.Event("").Another("quick"))
			s.Together(s.Event("").Another("slow").Via("slow-head=300ms"), s.Event("").Another("beside"))
		}),
	}
}
