package simulator

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"simhook/simulator/signature"
)

// playProvider tries again after 1 m and 1 h, with the same bytes.
var playProvider = &Provider{
	Name: "acme", Patience: 10 * time.Second, Accepts: []StatusRange{{200, 299}},
	Variants: []Variant{{Name: "default"}}, Retry: Retry{Schedules: []Schedule{{Waits: []time.Duration{time.Minute, time.Hour}}}},
}

// arrival is what the receiver saw of a delivery.
type arrival struct {
	at   time.Duration
	body string
}

// playedTo is a receiver that answers as answer says.
type playedTo struct {
	start    time.Time
	one      chan struct{}
	arrivals []arrival
	answer   func(n int, w http.ResponseWriter, r *http.Request)
}

func newPlayedTo(answer func(n int, w http.ResponseWriter, r *http.Request)) *playedTo {
	return &playedTo{start: time.Now(), one: make(chan struct{}, 1), answer: answer}
}

func (p *playedTo) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var body bytes.Buffer
	body.ReadFrom(r.Body)
	p.one <- struct{}{}
	p.arrivals = append(p.arrivals, arrival{time.Since(p.start), body.String()})
	n := len(p.arrivals)
	<-p.one
	if p.answer != nil {
		p.answer(n, w, r)
	}
}

// seen lists what came, in order: the body and when.
func (p *playedTo) seen() string {
	var all []string
	for _, a := range p.arrivals {
		all = append(all, a.body+"@"+Span(a.at))
	}
	return strings.Join(all, " ")
}

func playPlan(target Target, steps ...Step) *Plan {
	return &Plan{Name: "test", Run: "r", Start: time.Now(), Steps: steps, Endpoints: []Endpoint{{
		Name: "acme", Provider: playProvider, Target: target, Keys: [][]signature.Key{nil},
		Make: func(n uint32) (Event, error) {
			name := string(rune('a' + n))
			return Event{Provider: playProvider, Variant: playProvider.Variants[0], Type: "thing", ID: name, Method: "POST", Body: []byte(name), Created: time.Now()}, nil
		},
	}}}
}

// Each line is a course, and what a receiver sees of it: speed 1, 60 or as fast
// as can be give the same order.
func TestPlay(t *testing.T) {
	fails := func(times int) func(n int, w http.ResponseWriter, r *http.Request) {
		return func(n int, w http.ResponseWriter, _ *http.Request) {
			if n <= times {
				w.WriteHeader(500)
			}
		}
	}
	for _, c := range []struct {
		name   string
		answer func(n int, w http.ResponseWriter, r *http.Request)
		steps  []Step
		speed  float64
		want   string
	}{
		{"one after another", nil, []Step{{Event: 0}, {Event: 1}}, 1, "a@0s b@0s"},
		{"each waits for the answer", func(int, http.ResponseWriter, *http.Request) { time.Sleep(time.Second) }, []Step{{Event: 0}, {Event: 1}}, 1, "a@0s b@1s"},
		{"open: without waiting", func(int, http.ResponseWriter, *http.Request) { time.Sleep(time.Second) }, []Step{{Event: 0, How: Open}, {At: 100 * time.Millisecond, Event: 1, How: Open}}, 1, "a@0s b@100ms"},
		{"open, as fast as can be: no slower than it is", func(int, http.ResponseWriter, *http.Request) { time.Sleep(time.Second) }, []Step{{Event: 0, How: Open}, {At: 100 * time.Millisecond, Event: 1, How: Open}}, 0, "a@0s b@100ms"},
		{"and nothing overtakes what would be over by then", func(int, http.ResponseWriter, *http.Request) { time.Sleep(time.Second) }, []Step{{Event: 0, How: Open}, {At: time.Hour, Event: 1, How: Open}}, 0, "a@0s b@1s"},
		{"later", nil, []Step{{Event: 0}, {At: time.Hour, Event: 1}}, 1, "a@0s b@1h"},
		{"compressed", nil, []Step{{Event: 0}, {At: time.Hour, Event: 1}}, 60, "a@0s b@1m"},
		{"as fast as can be", nil, []Step{{Event: 0}, {At: time.Hour, Event: 1}}, 0, "a@0s b@0s"},
		{"tried again", fails(2), []Step{{Event: 0, How: Retried}}, 1, "a@0s a@1m a@1h1m"},
		{"to the end of the schedule", fails(9), []Step{{Event: 0, How: Retried}}, 1, "a@0s a@1m a@1h1m"},
		{"not tried again", fails(9), []Step{{Event: 0}}, 1, "a@0s"},
		{"a retry comes before what is later", fails(1), []Step{{Event: 0, How: Retried}, {At: 30 * time.Minute, Event: 1}}, 0, "a@0s a@0s b@0s"},
		{"and after what is earlier", fails(1), []Step{{Event: 0, How: Retried}, {At: 30 * time.Second, Event: 1}}, 0, "a@0s b@0s a@0s"},
		{"the time of waiting counts", func(n int, w http.ResponseWriter, _ *http.Request) {
			if n == 1 {
				time.Sleep(time.Hour)
			}
		}, []Step{{Event: 0, How: Retried}}, 1, "a@0s a@1m10s"},
		{"missed", nil, []Step{{Event: 0, How: Retried, Missed: 1}, {Event: 1}}, 1, "b@0s a@1m"},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newPlayedTo(c.answer)
				if err := Play(t.Context(), playPlan(Handler("http://acme.test/", r), c.steps...), Playing{Speed: c.speed}); err != nil {
					t.Fatal(err)
				}
				if got := r.seen(); got != c.want {
					t.Errorf("%s, not %s", got, c.want)
				}
				time.Sleep(2 * time.Hour) // every handler ends
			})
		})
	}
}

// Those that are joined are all there before any is answered.
func TestPlayTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var all sync.WaitGroup
		all.Add(3)
		r := newPlayedTo(func(int, http.ResponseWriter, *http.Request) {
			all.Done()
			time.Sleep(time.Second)
		})
		groups := map[int]int{}
		plan := playPlan(Handler("http://acme.test/", r), Step{Event: 0}, Step{Event: 1, How: Joined}, Step{Event: 0, How: Joined}, Step{Event: 2})
		all.Add(1)
		if err := Play(t.Context(), plan, Playing{Began: func(a *Attempt) { groups[a.Group]++ }}); err != nil {
			t.Fatal(err)
		}
		at := []time.Duration{}
		for _, a := range r.arrivals {
			at = append(at, a.at)
		}
		if want := []time.Duration{0, 0, 0, time.Second}; !slices.Equal(at, want) || groups[1] != 3 || groups[0] != 1 {
			t.Errorf("%v, groups %v", at, groups)
		}
	})
}

// What nobody can know is unknown: the receiver worked, but the answer came too late.
func TestLostAcknowledgementIsUnknown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newPlayedTo(func(n int, _ http.ResponseWriter, _ *http.Request) {
			if n == 1 {
				time.Sleep(time.Hour)
			}
		})
		var outcomes []string
		err := Play(t.Context(), playPlan(Handler("http://acme.test/", r), Step{How: Retried}), Playing{Speed: 1, Ended: func(a *Attempt) { outcomes = append(outcomes, a.Outcome()) }})
		if err != nil || strings.Join(outcomes, " ") != "unknown ack" {
			t.Errorf("%v %v", outcomes, err)
		}
		time.Sleep(2 * time.Hour) // the handler ends
	})
}

// The same plan gives the same deliveries, three days of retries included.
func TestPlayIsRepeatable(t *testing.T) {
	course := func() (text string) {
		synctest.Test(t, func(t *testing.T) {
			r := newPlayedTo(func(_ int, w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) })
			p := *playProvider
			p.Retry.Jitter = 0.2
			p.Retry.Schedules = []Schedule{{Waits: slices.Repeat([]time.Duration{8 * time.Hour}, 9)}}
			plan := playPlan(Handler("http://acme.test/", r), Step{Event: 0, How: Retried}, Step{Event: 1, How: Retried})
			inner := plan.Endpoints[0].Make
			plan.Endpoints[0].Make = func(n uint32) (Event, error) { ev, err := inner(n); ev.Provider = &p; return ev, err }
			if err := Play(t.Context(), plan, Playing{Speed: 1}); err != nil {
				t.Fatal(err)
			}
			text = r.seen()
			if took := time.Since(plan.Start); took < 60*time.Hour || len(r.arrivals) != 20 {
				t.Errorf("%v, %d deliveries", took, len(r.arrivals))
			}
		})
		return text
	}
	if a, b := course(), course(); a != b {
		t.Errorf("%s\n%s", a, b)
	}
}

func TestPlayIsInterrupted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		r := newPlayedTo(func(int, http.ResponseWriter, *http.Request) { time.Sleep(time.Minute) })
		time.AfterFunc(time.Second, cancel)
		began, ended := 0, 0
		start := time.Now()
		err := Play(ctx, playPlan(Handler("http://acme.test/", r), Step{}, Step{At: time.Hour}), Playing{Speed: 1, Began: func(*Attempt) { began++ }, Ended: func(*Attempt) { ended++ }})
		if !errors.Is(err, context.Canceled) || time.Since(start) > 2*time.Second || began != 1 || ended != 1 {
			t.Errorf("%v after %v, %d began, %d ended", err, time.Since(start), began, ended)
		}
		time.Sleep(time.Hour)
	})
}

func TestPlanMistakes(t *testing.T) {
	good := func() *Plan { return playPlan(Handler("http://acme.test/", http.NotFoundHandler()), Step{}) }
	for want, spoil := range map[string]func(*Plan){
		"test sends nothing":                                    func(p *Plan) { p.Steps = nil },
		"step 2 of test is earlier than the one before":         func(p *Plan) { p.Steps = []Step{{At: 2}, {At: 1}} },
		"step 1 of test goes to an endpoint that is not there":  func(p *Plan) { p.Steps[0].Endpoint = 1 },
		"step 1 of test is signed with keys that are not there": func(p *Plan) { p.Steps[0].Keys = 1 },
		"step 1 of test has a fault that is not there":          func(p *Plan) { p.Steps[0].Fault = uint16(len(Faults) + 1) },
	} {
		p := good()
		spoil(p)
		if err := Play(t.Context(), p, Playing{}); err == nil || err.Error() != want {
			t.Errorf("%v, not %s", err, want)
		}
	}
	p := good()
	p.Endpoints[0].Make = func(uint32) (Event, error) { return Event{}, errors.New("no such event") }
	if err := Play(t.Context(), p, Playing{}); err == nil || err.Error() != "no such event" {
		t.Errorf("%v", err)
	}
}

// A record is readable line by line, whatever is in it, up to where it was cut.
func TestRecord(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newPlayedTo(func(n int, w http.ResponseWriter, _ *http.Request) {
			if n == 1 {
				w.WriteHeader(503)
			}
			fmt.Fprint(w, "ok \"\\\n\x01\xff é")
		})
		var out bytes.Buffer
		rec := NewRecorder(&out)
		rec.Meta(Meta{Name: "test", Run: "r"})
		err := Play(t.Context(), playPlan(Handler("http://acme.test/", r), Step{How: Retried}, Step{At: time.Hour}), Playing{Speed: 1, Began: rec.Began, Ended: rec.Ended, Waits: rec.Waits})
		rec.End(err)
		if err != nil || rec.Err() != nil {
			t.Fatal(err, rec.Err())
		}
		var kinds []string
		for line := range strings.Lines(out.String()) {
			var one struct {
				Kind, Outcome, Event string
				Next, At             int64
			}
			if err := json.Unmarshal([]byte(line), &one); err != nil {
				t.Fatalf("%v\n%s", err, line)
			}
			kinds = append(kinds, strings.TrimSpace(one.Kind+" "+one.Outcome+one.Event))
		}
		want := "meta,event,invoke a,complete nack,wait,invoke a,complete ack,wait,invoke a,complete ack,end"
		if got := strings.Join(kinds, ","); got != want {
			t.Errorf("%s, not\n%s\n%s", got, want, out.String())
		}
	})
}

func TestSpan(t *testing.T) {
	for d, want := range map[time.Duration]string{0: "0s", 1500 * time.Millisecond: "1s500ms", time.Hour + time.Minute: "1h1m", 25 * time.Hour: "1d1h", 12 * time.Millisecond: "12ms", 3 * 24 * time.Hour: "3d", -time.Minute: "-1m", 900: "900ns"} {
		if got := Span(d); got != want {
			t.Errorf("%v is %s, not %s", d, got, want)
		}
	}
}

// A retry that is signed anew is signed with the secret that counts by then.
func TestRetryAfterTheSecretWasRolled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := *playProvider
		p.Retry.Resign = true
		r := newPlayedTo(func(n int, w http.ResponseWriter, _ *http.Request) {
			if n == 1 {
				w.WriteHeader(500)
			}
		})
		plan := playPlan(Handler("http://acme.test/", r), Step{Event: 0, How: Retried}, Step{At: time.Second, Event: 1, Keys: 1})
		old, fresh := Keys([]string{"old"}, nil), Keys([]string{"new"}, nil)
		plan.Endpoints[0].Keys = [][]signature.Key{old, fresh}
		inner := plan.Endpoints[0].Make
		plan.Endpoints[0].Make = func(n uint32) (Event, error) { ev, err := inner(n); ev.Provider = &p; return ev, err }
		var signed []string
		err := Play(t.Context(), plan, Playing{Speed: 1, Began: func(a *Attempt) { signed = append(signed, a.Event.ID+" "+a.keys[0].Secret) }})
		if got := strings.Join(signed, ", "); err != nil || got != "a old, b new, a new" {
			t.Errorf("%s, %v", got, err)
		}
	})
}
