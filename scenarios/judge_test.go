package scenarios_test

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"simhook/fixtures"
	"simhook/fixtures/receiver"
	"simhook/scenarios"
	"simhook/simulator"
	"simhook/simulator/signature"
)

// verify is what [receiver.Bug] puts in the place of a sound verifier.
type verify = func(simulator.Variant, *simulator.Message, []signature.Key, time.Time) (signature.Verdict, error)

// manners are receivers that are sound, each in its own way. None may be blamed.
var manners = map[string]verify{
	"exact": simulator.Variant.Verify,
	// Buffer.from(text, "hex") and (text, "base64") of Node, then timingSafeEqual.
	"decodes as Node does": func(v simulator.Variant, m *simulator.Message, keys []signature.Key, now time.Time) (signature.Verdict, error) {
		read := m.Clone()
		for _, s := range v.Schemes {
			if s.Engine == "digest" {
				s.Edit(read, func(text string) string { return asNode(s.Encoding, text) })
			}
		}
		return v.Verify(read, keys, now)
	},
	"looks both ways": func(v simulator.Variant, m *simulator.Message, keys []signature.Key, now time.Time) (signature.Verdict, error) {
		verdict, err := v.Verify(m, keys, now)
		for _, s := range v.Schemes {
			if age, _ := s.Age(); err == nil && age > 0 && verdict.At.Sub(now) > age {
				err = signature.ErrFuture
			}
		}
		return verdict, err
	},
	"takes the weaker scheme, too": func(v simulator.Variant, m *simulator.Message, keys []signature.Key, now time.Time) (signature.Verdict, error) {
		verdict, err := v.Verify(m, keys, now)
		for _, s := range v.Schemes {
			if err != nil && s.Legacy && s.Keyed() && len(strong(v, m)) == 0 {
				verdict, err = s.Verify(m, keys, now)
			}
		}
		return verdict, err
	},
}

// strong lists the signatures of the stronger schemes that m carries.
func strong(v simulator.Variant, m *simulator.Message) (all []string) {
	for _, s := range v.Schemes {
		if !s.Legacy {
			all = append(all, s.Signatures(m)...)
		}
	}
	return all
}

var (
	hexRun    = regexp.MustCompile(`^(?:[0-9a-fA-F]{2})*`)
	base64Run = regexp.MustCompile(`^[A-Za-z0-9+/]*`)
)

func asNode(encoding, text string) string {
	switch encoding {
	case "", "hex":
		raw, _ := hex.DecodeString(hexRun.FindString(text))
		return hex.EncodeToString(raw)
	case "base64":
		run := base64Run.FindString(text)
		if len(run)%4 == 1 {
			run = run[:len(run)-1]
		}
		raw, _ := base64.RawStdEncoding.DecodeString(run)
		return base64.StdEncoding.EncodeToString(raw)
	}
	return text
}

// endpoint is a receiver of one variant, in this process.
func endpoint(p *fixtures.Pack, v simulator.Variant, check verify) scenarios.Setup {
	e := &receiver.Endpoint{
		Provider: p.Provider, Variants: []simulator.Variant{v}, Keys: simulator.Keys([]string{p.Provider.TestSecret}, nil),
		URL: "https://shop.test/webhooks?tenant=a", Bug: &receiver.Bug{Verify: check},
	}
	return scenarios.Setup{Pack: p, Variant: v.Name, Target: simulator.Handler(e.URL, e)}
}

// judged tells every case and returns what is wrong with the answer to each.
func judged(t *testing.T, setup scenarios.Setup, v simulator.Variant) map[string]string {
	t.Helper()
	broken := map[string]string{}
	for _, c := range scenarios.Signature(setup.Pack.Provider, v) {
		if c.Skip != "" {
			continue
		}
		r, err := setup.Deliver(t.Context(), c)
		if simulator.IsCannot(err) {
			continue
		}
		if err != nil {
			t.Fatalf("%s/%s/%s: %v", setup.Pack.Provider.Name, v.Name, c.Name, err)
		}
		broken[c.Name] = c.Judge(r)
	}
	return broken
}

func load(t *testing.T, name string) *fixtures.Pack {
	t.Helper()
	p, err := fixtures.Load(name)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestNoSoundReceiverIsBlamed: by no fault of any pack, in any variant.
func TestNoSoundReceiverIsBlamed(t *testing.T) {
	for _, name := range fixtures.Names() {
		p := load(t, name)
		for _, v := range p.Provider.Variants {
			for manner, check := range manners {
				for c, broken := range judged(t, endpoint(p, v, check), v) {
					if broken != "" {
						t.Errorf("%s/%s: a receiver that is sound (%s) is blamed by %s: %s", name, v.Name, manner, c, broken)
					}
				}
			}
		}
	}
}

// TestEveryBugIsFound: by each of the faults named for it, wherever a provider has
// them; and the receiver is one that takes genuine deliveries.
func TestEveryBugIsFound(t *testing.T) {
	named := map[string][]string{
		"no-verify":           {"no-signature", "wrong-key", "tampered-amount", "truncated-signature.last", "extended-signature", "malformed.zeros", "signature-twice.both-bad", "stale", "signed-timestamp.zero"},
		"missing-ok":          {"no-signature", "empty-signature"},
		"no-clock":            {"stale", "stale-day"},
		"prefix-compare":      {"truncated-signature.one", "truncated-signature.two", "truncated-signature.eight", "truncated-signature.half"},
		"reserialise":         {"genuine"},
		"ignores-space":       {"tampered-space"},
		"empty-secret":        {"empty-key"},
		"placeholder-secret":  {"placeholder-key.changeme"},
		"first-signature":     {"several.middle", "several.last"},
		"any-known-signature": {"tampered-amount", "tampered-id", "tampered-space", "cut-body", "other-event", "wrong-key"},
		"unkeyed":             {"unkeyed-hash"},
		"no-dedupe":           {}, // one delivery cannot show it
		"plain-challenge":     {}, // nor these an event: a handshake does
		"wrong-challenge-key": {},
		"late-challenge":      {},
		"no-visit":            {},
	}
	// Providers whose bodies or signatures give a bug no hold.
	holdless := map[string]string{
		"no-clock": "github shopify", "first-signature": "github shopify slack",
	}
	for i := range receiver.Bugs {
		bug := &receiver.Bugs[i]
		faults, known := named[bug.Name]
		if !known {
			t.Errorf("no fault is named for the bug %s", bug.Name)
		}
		if bug.Verify == nil {
			continue
		}
		for _, name := range []string{"stripe", "github", "shopify", "svix", "slack"} {
			if slices.Contains(strings.Fields(holdless[bug.Name]), name) {
				continue
			}
			p := load(t, name)
			v := p.Provider.Variants[0]
			broken := judged(t, endpoint(p, v, bug.Verify), v)
			found := 0
			for _, fault := range faults {
				answer, told := broken[fault]
				if told && answer == "" {
					t.Errorf("%s: %s does not find the bug %s", name, fault, bug.Name)
				}
				if told {
					found++
				}
			}
			if found == 0 {
				t.Errorf("%s: no fault is there for the bug %s", name, bug.Name)
			}
			if broken["genuine"] != "" && !slices.Contains(faults, "genuine") {
				t.Errorf("%s: a receiver with the bug %s refuses what is genuine: %s", name, bug.Name, broken["genuine"])
			}
		}
	}
}

// TestCrashIsNoRefusal: a receiver that panics on what it did not expect closes
// the connection; net/http's server does so, and no answer is no refusal.
func TestCrashIsNoRefusal(t *testing.T) {
	p := load(t, "github")
	v := p.Provider.Variants[0]
	sound := &receiver.Endpoint{Provider: p.Provider, Keys: simulator.Keys([]string{p.Provider.TestSecret}, nil)}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if text := r.Header.Get("X-Hub-Signature-256"); len(text) != len("sha256=")+64 {
			panic(http.ErrAbortHandler)
		}
		sound.ServeHTTP(w, r)
	}))
	server.Start()
	defer server.Close()
	target, err := simulator.URL(server.URL, false)
	if err != nil {
		t.Fatal(err)
	}
	broken := judged(t, scenarios.Setup{Pack: p, Target: target}, v)
	for _, c := range []string{"no-signature", "empty-signature", "truncated-signature.character", "malformed.odd-length", "legacy-only"} {
		if !strings.Contains(broken[c], "may have crashed") {
			t.Errorf("%s: %q", c, broken[c])
		}
	}
	for _, c := range []string{"genuine", "wrong-key", "tampered-amount", "malformed.nul"} {
		if broken[c] != "" {
			t.Errorf("%s: %s", c, broken[c])
		}
	}
	for c, answer := range broken {
		if f, err := simulator.FaultNamed(c); err == nil && f.Unreadable && answer != "" {
			t.Errorf("%s, which servers drop themselves: %s", c, answer)
		}
	}
}

// TestEitherIsAnswered: where a receiver may accept or refuse, it does one of them.
func TestEitherIsAnswered(t *testing.T) {
	fault, err := simulator.FaultNamed("legacy-only")
	if err != nil {
		t.Fatal(err)
	}
	away := simulator.Receipt{Err: &simulator.NoAnswerError{Err: errors.New("refused")}}
	if !away.Away() || simulator.Judge(fault, simulator.Either, away) == "" {
		t.Error("a receiver that is not there passes")
	}
	for status, fine := range map[int]bool{200: true, 401: true, 500: false, 302: false} {
		r := simulator.Receipt{Answer: simulator.Answer{Status: status}, Satisfied: status == 200}
		if got := simulator.Judge(fault, simulator.Either, r); (got == "") != fine {
			t.Errorf("%d: %q", status, got)
		}
	}
}
