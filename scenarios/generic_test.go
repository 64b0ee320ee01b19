package scenarios_test

import (
	"bytes"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"simhook/fixtures"
	"simhook/fixtures/receiver"
	"simhook/scenarios"
	"simhook/simulator"
)

// seen is what Stripe's receiver sees of each scenario that any provider tells:
// an event a letter, with ! where it is refused; of many, their numbers.
var seen = map[string]string{
	"delivered-twice":        "a@0s a@0s",
	"duplicate-in-work":      "a@0s a@0s",
	"ten-at-once":            "a@0s a@0s a@0s a@0s a@0s a@0s a@0s a@0s a@0s a@0s",
	"ten-copies":             "a@0s b@1s a@1s a@2s b@3s a@3s a@4s b@5s a@5s a@6s b@7s a@7s a@8s b@9s a@9s",
	"duplicate-next-day":     "a@0s a@1d",
	"redelivered-after-days": "a@0s a@2d23h",
	"not-a-duplicate":        "a@0s b@0s",
	"many-between":           "302 of 301 events, 0 refused, to 2m",
	"story":                  "a@0s b@2s c@2s d@5s",
	"story-at-once":          "a@0s b@0s c@0s d@0s",
	"backwards":              "a@5s b@5s c@5s d@5s",
	"every-order":            "96 of 96 events, 0 refused, to 23h2m",
	"older-after-newer":      "a@0s b@1s",
	"older-with-newer":       "a@0s b@0s",
	"told-twice":             "a@0s b@2s c@2s d@5s a@1h b@1h c@1h d@1h",
	"half-a-story":           "a@5s b@5s",
	"outage":                 "a@35m",
	"retry-storm":            "40 of 40 events, 0 refused, to 2h59m",
	"overtaken":              "a@1s b@5m",
	"given-up":               "a@30d",
	"retried-and-resent":     "a@0s a@5m a@2d",
	"forged-flood":           "202 of 202 events, 200 refused, to 10s",
	"forged-first":           "a!@0s a@0s",
	"forged-copy":            "a@0s a!@0s",
	"forged-together":        "a!@0s a@0s",
	"replayed":               "a@0s a!@1h b@1h",
	"borrowed-signature":     "a@0s b!@0s c@0s",
	"unsigned-between":       "a!@0s b@0s c!@0s d@0s e!@0s f@0s g!@0s h@0s",
	"flash-sale":             "500 of 500 events, 0 refused, to 10s",
	"hundred-at-once":        "100 of 100 events, 0 refused, to 0s",
	"busy-hour":              "350 of 350 events, 0 refused, to 1h",
	"quiet-then-busy":        "51 of 51 events, 0 refused, to 3d",
	"late-by-a-day":          "a@0s",
	"late-by-a-month":        "a@0s b@0s",
	"clock-ahead":            "stripe:a@0s ahead:b@0s ahead:c@1m stripe:d@1m",
	"same-second":            "a@0s b@0s c@0s d@0s e@0s",
	"backlog":                "a@0s b@0s c@0s d@0s e@0s f@0s",
	"secret-rolled":          "a@0s b@0s c@0s d@1d",
	"rolled-and-redelivered": "a@0s a@0s",
	"rolled-under-load":      "100 of 100 events, 0 refused, to 10s",
	"equal-ids":              "stripe:a@0s second:a@0s stripe:a@0s second:a@0s",
	"two-tenants":            "stripe:a@0s stripe:b@0s stripe:c@0s stripe:d@0s second:e@0s second:f@0s second:g@0s second:h@0s second:i@0s stripe:j@0s",
	"noisy-neighbour":        "201 of 201 events, 0 refused, to 2s",
}

// onSockets need a connection to break; what came of them is in [TestSocketScenarios].
var onSockets = map[string]string{
	"lost-answer":            "1 took effect, 1 duplicates",
	"lost-answer-under-load": "10 took effect, 10 duplicates",
	"cut-off":                "1 took effect, 0 duplicates",
	"slow-senders":           "4 took effect, 0 duplicates",
}

func TestGenericScenarios(t *testing.T) {
	p := load(t, "stripe")
	for _, c := range scenarios.Library() {
		if c.Provider != "" || onSockets[c.Name] != "" {
			continue
		}
		a := tell(t, c, p)
		text := a.letters(len(c.Endpoints) > 0)
		if len(a.all) > 30 {
			text = a.numbers()
		}
		if sorted(text) != sorted(seen[c.Name]) || !slices.ContainsFunc(c.Steps, func(s scenarios.Step) bool { return s.Together != nil }) && text != seen[c.Name] {
			t.Errorf("%s: %s, not %q", c.Name, text, seen[c.Name])
		}
	}
}

// sorted are the words of a text in an order of their own, and without the letters
// that came by chance: of those released at one moment any may be the first.
func sorted(text string) string {
	words := strings.Fields(text)
	for i, w := range words {
		if endpoint, rest, ok := strings.Cut(w, ":"); ok {
			words[i] = endpoint + rest[1:]
		}
	}
	slices.Sort(words)
	return strings.Join(words, " ")
}

// TestSocketScenarios: an answer that is lost on the wire was given; what is sent
// again is a duplicate. A body that is cut off takes no effect.
func TestSocketScenarios(t *testing.T) {
	p := load(t, "stripe")
	for name, want := range onSockets {
		c, err := scenarios.Named(name)
		if err != nil {
			t.Fatal(err)
		}
		o := toldOverSocket(t, c, p)
		effects, duplicates := 0, 0
		for _, one := range o {
			switch {
			case one.Err != nil:
			case one.Duplicate:
				duplicates++
			default:
				effects++
			}
		}
		if got := strings.Join([]string{itoa(effects), "took effect,", itoa(duplicates), "duplicates"}, " "); got != want {
			t.Errorf("%s: %s, not %s", name, got, want)
		}
	}
}

// toldOverSocket tells a course to a sound receiver on loopback, without waits.
func toldOverSocket(t *testing.T, c *scenarios.Course, p *fixtures.Pack) []receiver.Outcome {
	t.Helper()
	var all outcomes
	target, stop := all.serve(t, p)
	plan, err := c.Plan(scenarios.Telling{To: scenarios.Setup{Pack: p, Target: target}})
	if err == nil {
		err = simulator.Play(t.Context(), plan, simulator.Playing{})
	}
	if err != nil {
		t.Errorf("%s: %v", c.Name, err)
	}
	stop()
	return all.all
}

// The ages of events are those that the scenario says, whenever they are sent.
func TestAges(t *testing.T) {
	p := load(t, "stripe")
	start := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for name, want := range map[string]string{
		"late-by-a-day":     "-1d",
		"late-by-a-month":   "0s -31d",
		"older-after-newer": "0s -59m59s",
		"backlog":           "0s -1h -2h -3h -4h -5h",
		"same-second":       "0s 0s 0s 0s 0s",
		"clock-ahead":       "0s 10m 11m 1m",
		"story":             "0s 2s 2s 5s",
	} {
		if got := agesOf(t, planOf(t, name, p, "r", start)); got != want {
			t.Errorf("%s: %s, not %s", name, got, want)
		}
	}
	c := scenarios.Write("ahead", "", func(s *scenarios.Script) {
		s.Endpoint(scenarios.Sender{Name: "ahead", Ahead: scenarios.Duration(time.Minute)})
		s.Burst(scenarios.Burst{Count: 3, Over: scenarios.Duration(2 * time.Second), To: "ahead"})
	})
	c.Steps = append(c.Steps, scenarios.Step{Story: &scenarios.StoryStep{Name: "payment", To: "ahead"}})
	if got, want := agesOf(t, planned(t, c, p, "r", start)), "1m 1m1s 1m2s 1m2s 1m4s 1m4s 1m7s"; got != want {
		t.Errorf("%s, not %s", got, want)
	}
}

// agesOf lists when the events of a plan happened, since its start.
func agesOf(t *testing.T, plan *simulator.Plan) string {
	t.Helper()
	var ages []string
	for _, s := range plan.Steps {
		ages = append(ages, simulator.Span(made(t, plan, s).Created.Sub(plan.Start)))
	}
	return strings.Join(ages, " ")
}

// stripes are the scenarios that Stripe tells.
func stripes() []*scenarios.Course {
	return slices.DeleteFunc(scenarios.Library(), func(c *scenarios.Course) bool { return c.Provider != "" && c.Provider != "stripe" })
}

// planOf plans a built-in scenario.
func planOf(t *testing.T, name string, p *fixtures.Pack, run string, start time.Time) *simulator.Plan {
	t.Helper()
	c, err := scenarios.Named(name)
	if err != nil {
		t.Fatal(err)
	}
	return planned(t, c, p, run, start)
}

func planned(t *testing.T, c *scenarios.Course, p *fixtures.Pack, run string, start time.Time) *simulator.Plan {
	t.Helper()
	target := simulator.Handler("http://shop.test/webhooks", http.NotFoundHandler())
	plan, err := c.Plan(scenarios.Telling{To: scenarios.Setup{Pack: p, Target: target, Secrets: []string{"new", "old"}}, Run: run, Start: start})
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

// TestPlansAreRepeatable: the same seed, run and start give the same bytes for
// every scenario; another run gives every event another id.
func TestPlansAreRepeatable(t *testing.T) {
	p := load(t, "stripe")
	start := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, c := range stripes() {
		first, second, other := planOf(t, c.Name, p, "one", start), planOf(t, c.Name, p, "one", start), planOf(t, c.Name, p, "two", start)
		for i := 0; i < len(first.Steps); i += 1 + len(first.Steps)/20 {
			s := first.Steps[i]
			a, b, c2 := made(t, first, s), made(t, second, s), made(t, other, s)
			if !bytes.Equal(a.Body, b.Body) || a.ID != b.ID {
				t.Errorf("%s: step %d differs between two plans", c.Name, i+1)
			}
			if a.ID == c2.ID {
				t.Errorf("%s: step %d has the id %s in another run, too", c.Name, i+1, a.ID)
			}
		}
	}
}

func made(t *testing.T, p *simulator.Plan, s simulator.Step) simulator.Event {
	t.Helper()
	ev, err := p.Endpoints[s.Endpoint].Make(s.Event)
	if err != nil {
		t.Fatal(err)
	}
	return ev
}
