package scenarios_test

import (
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"simhook/fixtures"
	"simhook/fixtures/receiver"
	"simhook/scenarios"
	"simhook/simulator"
)

func itoa(n int) string { return strconv.Itoa(n) }

// outcomes are what a receiver made of what came.
type outcomes struct {
	mu  sync.Mutex
	all []receiver.Outcome
}

func (o *outcomes) add(one receiver.Outcome) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.all = append(o.all, one)
}

// serve starts a sound receiver on loopback; stop waits for its handlers.
func (o *outcomes) serve(t *testing.T, p *fixtures.Pack) (_ simulator.Target, stop func()) {
	t.Helper()
	server := httptest.NewServer(&receiver.Endpoint{Provider: p.Provider, Variants: p.Provider.Variants[:1], Keys: simulator.Keys([]string{p.Provider.TestSecret}, nil), Seen: o.add})
	t.Cleanup(server.Close)
	target, err := simulator.URL(server.URL, false)
	if err != nil {
		t.Fatal(err)
	}
	return target, server.Close
}

// TestLibrary: names are for ever, and mean one thing; each says what it is about.
func TestLibrary(t *testing.T) {
	names := map[string]bool{}
	for _, name := range fixtures.Names() {
		for _, story := range load(t, name).Stories() {
			names[story] = true // simhook run takes them, too
		}
	}
	generic, own := 0, 0
	for _, c := range scenarios.Library() {
		if names[c.Name] {
			t.Errorf("%s is the name of two scenarios, or of a story", c.Name)
		}
		names[c.Name] = true
		if c.About == "" || strings.HasSuffix(c.About, ".") || strings.ToLower(c.Name) != c.Name {
			t.Errorf("%s: about %q", c.Name, c.About)
		}
		if c.Provider == "" {
			generic++
		} else {
			own++
		}
	}
	if generic < 40 || own < 30 {
		t.Errorf("%d scenarios of any provider and %d of one", generic, own)
	}
}

// cannot lists which providers cannot tell which scenarios, and why.
var cannot = []struct{ scenarios, providers, why string }{
	{"outage retry-storm overtaken lost-answer lost-answer-under-load cut-off given-up retried-and-resent", "github gitlab", "does not try again by itself"},
	{"secret-rolled rolled-and-redelivered rolled-under-load", "aws_sns discord plaid sendgrid", "signs with no secret that could be rolled"},
	{"forged-copy borrowed-signature", "aws_sns gitlab mailgun", "its signature does not cover the whole body"},
	{"replayed", "aws_sns discord github gitlab mailgun razorpay sendgrid shopify square twilio zoom", "no age is checked"},
}

func whyNot(scenario, provider string) string {
	for _, c := range cannot {
		if slices.Contains(strings.Fields(c.scenarios), scenario) && slices.Contains(strings.Fields(c.providers), provider) {
			return c.why
		}
	}
	return ""
}

// TestEveryScenarioOfEveryPack: what a provider can tell a sound receiver takes:
// it accepts every genuine delivery and refuses every forged one. What it cannot
// tell it says why.
func TestEveryScenarioOfEveryPack(t *testing.T) {
	var slow sync.WaitGroup // those that wait more than they work
	defer slow.Wait()
	for i, name := range fixtures.Names() {
		p := load(t, name)
		for j, c := range scenarios.Library() {
			if c.Provider != "" && c.Provider != name || testing.Short() && (i+j)%5 > 0 {
				continue
			}
			why, want := c.Fits(p, ""), whyNot(c.Name, name)
			if (why == "") != (want == "") || !strings.Contains(why, want) {
				t.Errorf("%s cannot tell %s: %q, not %q", name, c.Name, why, want)
			}
			switch {
			case why == "" && onSockets[c.Name] == "":
				accepts(t, c, p, (&arrivals{}).telling(t, c, p))
			case why == "":
				told := onLoopback(t, p)
				slow.Go(func() { accepts(t, c, p, told) })
			}
		}
	}
}

// onLoopback tells to a sound receiver behind a socket.
func onLoopback(t *testing.T, p *fixtures.Pack) scenarios.Telling {
	t.Helper()
	var all outcomes
	target, _ := all.serve(t, p)
	return scenarios.Telling{To: scenarios.Setup{Pack: p, Target: target}}
}

// accepts tells a course to sound receivers without waits.
func accepts(t *testing.T, c *scenarios.Course, p *fixtures.Pack, told scenarios.Telling) {
	t.Helper()
	plan, err := c.Plan(told)
	if err != nil {
		t.Errorf("%s of %s: %v", c.Name, p.Provider.Name, err)
		return
	}
	wrong := 0
	err = simulator.Play(t.Context(), plan, simulator.Playing{Ended: func(at *simulator.Attempt) {
		if at.Missed || wrong > 2 || at.Unknown() && at.Way != "" {
			return
		}
		if spoilt := at.Fault != nil; spoilt == at.Satisfied || at.Err != nil {
			wrong++
			t.Errorf("%s of %s, step %d, %s, fault %v: %d %v %s", c.Name, p.Provider.Name, at.Step+1, at.Event.Type, spoilt, at.Status, at.Err, at.Body)
		}
	}})
	if err != nil {
		t.Errorf("%s of %s: %v", c.Name, p.Provider.Name, err)
	}
}
