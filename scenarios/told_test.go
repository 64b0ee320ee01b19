package scenarios_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"simhook/fixtures"
	"simhook/fixtures/receiver"
	"simhook/scenarios"
	"simhook/simulator"
)

// arrival is one delivery as a receiver saw it.
type arrival struct {
	endpoint, id, kind, object string
	at                         time.Duration
	refused                    bool
}

// arrivals are what all receivers of a course saw, in order.
type arrivals struct {
	mu  sync.Mutex
	all []arrival
}

// receiverOf is a sound receiver of one endpoint that notes what comes.
func (a *arrivals) receiverOf(name string, p *fixtures.Pack, variant simulator.Variant, secrets ...string) simulator.Target {
	began := time.Now()
	address := "http://" + name + ".test/webhooks"
	return simulator.Handler(address, &receiver.Endpoint{
		Provider: p.Provider, Variants: []simulator.Variant{variant}, Keys: simulator.Keys(secrets, nil),
		Seen: func(o receiver.Outcome) {
			a.mu.Lock()
			defer a.mu.Unlock()
			a.all = append(a.all, arrival{name, o.ID, o.Type, o.Object, time.Since(began), o.Err != nil})
		},
	})
}

// letters writes what came, an event a letter, in the order of first arrival:
// "a@0s b!@1h" where b was refused. Without names for the endpoints there is one.
func (a *arrivals) letters(named bool) string {
	names := map[string]string{}
	var words []string
	for _, one := range a.all {
		if names[one.id] == "" {
			names[one.id] = string(rune('a' + len(names)))
		}
		word := names[one.id]
		if named {
			word = one.endpoint + ":" + word
		}
		if one.refused {
			word += "!"
		}
		words = append(words, word+"@"+simulator.Span(one.at))
	}
	return strings.Join(words, " ")
}

// numbers sums up what came where it is too much to read.
func (a *arrivals) numbers() string {
	ids, refused := map[string]bool{}, 0
	for _, one := range a.all {
		ids[one.id] = true
		if one.refused {
			refused++
		}
	}
	return fmt.Sprintf("%d of %d events, %d refused, to %s", len(a.all), len(ids), refused, simulator.Span(a.all[len(a.all)-1].at))
}

// kinds lists the types that came.
func (a *arrivals) kinds() string {
	var words []string
	for _, one := range a.all {
		words = append(words, one.kind)
	}
	return strings.Join(words, " ")
}

// setupOf is a set-up of one endpoint, with the secrets that its course needs.
func (a *arrivals) setupOf(c *scenarios.Course, name string, p *fixtures.Pack) scenarios.Setup {
	v := p.Provider.Variants[0]
	secrets := []string{p.Provider.TestSecret}
	if next := scenarios.NextSecret(p.Provider, v); next != "" && c.Rolls() {
		secrets = []string{next, secrets[0]}
	}
	return scenarios.Setup{Pack: p, Target: a.receiverOf(name, p, v, secrets...), Secrets: secrets}
}

// telling tells each endpoint of a course to a receiver of its own.
func (a *arrivals) telling(t *testing.T, c *scenarios.Course, p *fixtures.Pack) scenarios.Telling {
	t.Helper()
	told := scenarios.Telling{To: a.setupOf(c, p.Provider.Name, p), Others: map[string]scenarios.Setup{}}
	for _, s := range c.Endpoints {
		other := p
		if s.Provider != "" {
			other = load(t, s.Provider)
		}
		told.Others[s.Name] = a.setupOf(c, s.Name, other)
	}
	return told
}

// tell tells a course in virtual time, at its true speed.
func tell(t *testing.T, c *scenarios.Course, p *fixtures.Pack) *arrivals {
	t.Helper()
	a := &arrivals{}
	synctest.Test(t, func(t *testing.T) {
		plan, err := c.Plan(a.telling(t, c, p))
		if err != nil {
			t.Fatalf("%s: %v", c.Name, err)
		}
		if err := simulator.Play(t.Context(), plan, simulator.Playing{Speed: 1}); err != nil {
			t.Fatalf("%s: %v", c.Name, err)
		}
	})
	return a
}

// TestVerbs: each verb, and what a receiver sees of it.
func TestVerbs(t *testing.T) {
	p := load(t, "stripe")
	const first, second = "charge.succeeded", "charge.refunded"
	for _, c := range []struct {
		name string
		tell func(s *scenarios.Script)
		want string
	}{
		{"send", func(s *scenarios.Script) { s.Send(s.Event(first), s.Event(second)) }, "a@0s b@0s"},
		{"the same twice", func(s *scenarios.Script) { s.Send(s.Event(first)); s.Send(s.Event(first)) }, "a@0s a@0s"},
		{"another", func(s *scenarios.Script) { s.Send(s.Event(first), s.Event(first).Another("2")) }, "a@0s b@0s"},
		{"copies", func(s *scenarios.Script) { s.Send(s.Event(first).Copies(3)) }, "a@0s a@0s a@0s"},
		{"together", func(s *scenarios.Script) { s.Together(s.Event(first).Copies(2)); s.Later(time.Second) }, "a@0s a@0s"},
		{"later", func(s *scenarios.Script) { s.Send(s.Event(first)); s.Later(26 * time.Hour); s.Send(s.Event(second)) }, "a@0s b@1d2h"},
		{"redeliver", func(s *scenarios.Script) {
			s.Send(s.Event(first), s.Event(second))
			s.Later(time.Hour)
			s.Redeliver(s.Event(first))
		}, "a@0s b@0s a@1h"},
		{"retry", func(s *scenarios.Script) { s.Retry(); s.Send(s.Event(first).Unreached(2), s.Event(second)) }, "a@0s b@35m"},
		{"a forged delivery is nobody's to try again", func(s *scenarios.Script) { s.Retry(); s.Send(s.Event(first).Spoilt("wrong-key"), s.Event(first)) }, "a!@0s a@0s"},
		{"fault", func(s *scenarios.Script) { s.Send(s.Event(first).Spoilt("wrong-key"), s.Event(first)) }, "a!@0s a@0s"},
		{"burst", func(s *scenarios.Script) {
			s.Burst(scenarios.Burst{Event: first, Count: 3, Over: scenarios.Duration(time.Minute)})
		}, "a@0s b@30s c@1m"},
		{"burst at once", func(s *scenarios.Script) { s.Burst(scenarios.Burst{Event: first, Count: 3}) }, "a@0s b@0s c@0s"},
		{"story", func(s *scenarios.Script) { s.Story("payment") }, "a@0s b@2s c@2s d@5s"},
		{"story in another order", func(s *scenarios.Script) { s.Story("payment", 3, 1, 3) }, "a@5s b@5s a@5s"},
		{"story backwards", func(s *scenarios.Script) { s.Backwards("payment") }, "a@5s b@5s c@5s d@5s"},
		{"story again", func(s *scenarios.Script) {
			s.Story("cancellation")
			s.Later(time.Hour)
			s.Story("cancellation")
			s.Redeliver(s.Event("customer.subscription.deleted"))
		}, "a@0s b@20d a@20d1h b@20d1h b@20d1h"},
		{"outage: nothing arrives, of the first attempts and the later ones; what is due after it does", func(s *scenarios.Script) {
			s.Retry()
			s.Outage(10 * time.Minute)
			s.Send(s.Event(first))
			s.Later(8 * time.Minute)
			s.Send(s.Event(second))
			s.Later(2 * time.Minute)
			s.Send(s.Event(first).Another("after"))
		}, "a@10m b@13m c@35m"},
		{"roll", func(s *scenarios.Script) { s.Send(s.Event(first)); s.Roll(); s.Send(s.Event(first)) }, "a@0s a@0s"},
	} {
		got := tell(t, scenarios.Write(c.name, "", c.tell), p).letters(false)
		if got != c.want {
			t.Errorf("%s: %s, not %s", c.name, got, c.want)
		}
	}
}

// The order of a story is the one that is asked for.
func TestStoryOrder(t *testing.T) {
	p := load(t, "stripe")
	for want, tale := range map[string]func(s *scenarios.Script){
		"payment_intent.created charge.succeeded payment_intent.succeeded charge.updated": func(s *scenarios.Script) { s.Story("") },
		"charge.updated payment_intent.succeeded charge.succeeded payment_intent.created": func(s *scenarios.Script) { s.Backwards("payment") },
		"payment_intent.succeeded payment_intent.created":                                 func(s *scenarios.Script) { s.Story("payment", 3, 1) },
	} {
		if got := tell(t, scenarios.Write("story", "", tale), p).kinds(); got != want {
			t.Errorf("%s, not %s", got, want)
		}
	}
}

// Every order comes once, each about things of its own.
func TestPermutations(t *testing.T) {
	p := load(t, "stripe")
	a := tell(t, scenarios.Write("every", "", func(s *scenarios.Script) { s.Permute("payment") }), p)
	orders, objects := map[string]bool{}, map[string]bool{}
	for four := range slices.Chunk(a.all, 4) {
		order := ""
		for _, one := range four {
			order += one.kind + " "
		}
		orders[order] = true
		objects[four[0].object] = true
	}
	if len(a.all) != 96 || len(orders) != 24 || len(objects) != 24 {
		t.Errorf("%d deliveries in %d orders about %d objects, not 96 in 24 about 24 or more", len(a.all), len(orders), len(objects))
	}
	_, err := scenarios.Write("many", "", func(s *scenarios.Script) { s.Permute("refund") }).Plan(scenarios.Telling{To: (&arrivals{}).setupOf(&scenarios.Course{}, "stripe", p)})
	if err == nil || !strings.Contains(err.Error(), "it has 8 events, and 5 have 120 orders already") {
		t.Errorf("%v", err)
	}
}

// What is retried after a roll, and what is redelivered, is signed anew; before the
// roll the old secret alone counts.
func TestRoll(t *testing.T) {
	p := load(t, "github")
	v := p.Provider.Variants[0]
	c := scenarios.Write("roll", "", func(s *scenarios.Script) {
		s.Send(s.Event("push"))
		s.Roll()
		s.Redeliver(s.Event("push"))
	})
	for secret, want := range map[string]string{"old": "a@0s a!@0s", "new": "a!@0s a@0s"} {
		synctest.Test(t, func(t *testing.T) {
			a := &arrivals{}
			plan, err := c.Plan(scenarios.Telling{To: scenarios.Setup{Pack: p, Target: a.receiverOf("github", p, v, secret), Secrets: []string{"new", "old"}}})
			if err != nil {
				t.Fatal(err)
			}
			if err := simulator.Play(t.Context(), plan, simulator.Playing{}); err != nil {
				t.Fatal(err)
			}
			if got := a.letters(false); got != want {
				t.Errorf("a receiver with the %s secret: %s, not %s", secret, got, want)
			}
		})
	}
}

// TestTogether: what comes together is at work together, and what comes after it
// waits for the answers.
func TestTogether(t *testing.T) {
	p := load(t, "stripe")
	c := scenarios.Write("together", "", func(s *scenarios.Script) {
		s.Together(s.Event("charge.succeeded").Copies(2), s.Event("charge.refunded"))
		s.Send(s.Event("charge.failed"))
	})
	synctest.Test(t, func(t *testing.T) {
		a, began := &arrivals{}, time.Now()
		slow := simulator.Handler("http://stripe.test/", http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
			a.mu.Lock()
			a.all = append(a.all, arrival{endpoint: "stripe", id: "x", at: time.Since(began)})
			a.mu.Unlock()
			time.Sleep(time.Second)
		}))
		plan, err := c.Plan(scenarios.Telling{To: scenarios.Setup{Pack: p, Target: slow}})
		if err != nil {
			t.Fatal(err)
		}
		if err := simulator.Play(t.Context(), plan, simulator.Playing{Speed: 1}); err != nil {
			t.Fatal(err)
		}
		if got, want := a.letters(false), "a@0s a@0s a@0s a@1s"; got != want {
			t.Errorf("%s, not %s", got, want)
		}
	})
}
