package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"simhook/scenarios"
)

func TestRunTellsAScenario(t *testing.T) {
	inDir(t, nil)
	r := call(t, "run", "outage", "--provider", "stripe")
	if r.code != 0 || r.err != "" {
		t.Fatalf("exit %d\n%s%s", r.code, r.out, r.err)
	}
	for _, want := range []string{
		`outage  run [0-9a-f]{10}, seed 0\n`,
		`\nto stripe: http://127\.0\.0\.1:\d+/webhooks/stripe\n`,
		`\n +0s +\+\S+  payment_intent\.succeeded  evt_\w+  not sent  missed, again in 5m\n`,
		`\n +5m .* not sent +attempt 2, late by 5m, missed, again in 30m\n`,
		`\n +35m .* 200 OK in \S+ +attempt 3, late by 35m\n`,
		`\n1 event, 3 attempts: 1 acknowledged, 2 missed \(never arrived\); 2 retries, 2 late\n`,
		`\nreceiver stripe: 1 took effect, 0 duplicates recognised, 0 refused\n$`,
	} {
		if !regexp.MustCompile(want).MatchString(r.out) {
			t.Errorf("no %q in\n%s", want, r.out)
		}
	}
}

func TestRunTellsAStoryAndAFile(t *testing.T) {
	inDir(t, map[string]string{"mine.yaml": "provider: github\nsteps:\n  - send: push\n  - later: 1h\n  - send: push\n"})
	for args, want := range map[string]string{
		"run refund --provider razorpay":                "receiver razorpay: 3 took effect, 0 duplicates",
		"run mine.yaml":                                 "receiver github: 1 took effect, 1 duplicates",
		"run secret-rolled --provider shopify":          "receiver shopify: 4 took effect, 0 duplicates recognised, 0 refused",
		"run forged-first --provider zoom":              "receiver zoom: 1 took effect, 0 duplicates recognised, 1 refused",
		"run equal-ids --provider slack":                "receiver second: 1 took effect, 1 duplicates",
		"run story --provider aws_sns":                  "receiver aws_sns: ",
		"run delivered-twice --provider github --retry": "receiver github: 1 took effect, 1 duplicates",
	} {
		r := call(t, strings.Fields(args)...)
		if r.code != 0 || !strings.Contains(r.out, want) {
			t.Errorf("%s: exit %d, no %q in\n%s%s", args, r.code, want, r.out, r.err)
		}
	}
}

// taker notes which events came to it, and answers 200.
type taker struct {
	*httptest.Server
	mu   sync.Mutex
	came []string
}

func newTaker(t *testing.T, header string) *taker {
	k := &taker{}
	k.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		k.mu.Lock()
		defer k.mu.Unlock()
		k.came = append(k.came, r.Header.Get(header))
	}))
	t.Cleanup(k.Close)
	return k
}

func (k *taker) all() []string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.came
}

// TestRunToSeveral: each endpoint gets its own events, signed with its own secret.
func TestRunToSeveral(t *testing.T) {
	inDir(t, map[string]string{"two.yaml": `provider: shopify
endpoints:
  - {name: repo, provider: github}
  - {name: other}
steps:
  - send: [orders/create, {event: push, to: repo}, {event: orders/paid, to: other}]
`})
	shop, repo, other := newTaker(t, "X-Shopify-Topic"), newTaker(t, "X-Hub-Signature-256"), newTaker(t, "X-Shopify-Topic")
	run := func(more ...string) result {
		return call(t, append([]string{"run", "two.yaml", "--run", "r", "--now", "2026-01-02T03:04:05Z", "--to", shop.URL, "--to", "repo=" + repo.URL, "--to", "other=" + other.URL}, more...)...)
	}
	if r := run(); r.code != 0 || !strings.Contains(r.err, "the public test secret of GitHub") {
		t.Fatalf("exit %d\n%s%s", r.code, r.out, r.err)
	}
	if r := run("--secret", "one", "--secret", "repo=two"); r.code != 0 || r.err != "" {
		t.Fatalf("exit %d\n%s%s", r.code, r.out, r.err)
	}
	if r := simhook(t, map[string]string{"SIMHOOK_SECRET": "mine"}, "", "run", "two.yaml", "--run", "r", "--now", "2026-01-02T03:04:05Z", "--to", shop.URL, "--to", "repo="+repo.URL); r.code != 0 {
		t.Fatalf("exit %d\n%s%s", r.code, r.out, r.err)
	}
	signed := repo.all()
	if len(signed) != 3 || signed[0] == signed[1] || signed[2] != signed[0] {
		t.Errorf("GitHub's signatures: %v", signed)
	}
	if !slices.Equal(other.all(), []string{"orders/paid", "orders/paid"}) || !slices.Equal(shop.all(), []string{"orders/create", "orders/create", "orders/create", "orders/paid"}) {
		t.Errorf("the shop got %v, the other %v", shop.all(), other.all())
	}
}

func TestRunDry(t *testing.T) {
	inDir(t, nil)
	args := []string{"run", "cut-off", "--provider", "stripe", "--dry-run", "--run", "r", "--now", "2026-01-02T03:04:05Z", "--to", "http://127.0.0.1:1/"}
	r := call(t, args...)
	if want := regexp.MustCompile(`^0s  payment_intent\.succeeded  evt_\w+  way cut-body, retried\n$`); r.code != 0 || !want.MatchString(r.out) {
		t.Errorf("exit %d\n%s%s", r.code, r.out, r.err)
	}
	r = call(t, append(args, "--output", "json")...)
	var got struct {
		Scenario string
		Course   scenarios.Course
		Steps    []stepJSON
	}
	if err := json.Unmarshal([]byte(r.out), &got); err != nil || got.Scenario != "cut-off" || len(got.Steps) != 1 || got.Steps[0].Way != "cut-body" || got.Steps[0].Created != "2026-01-02T03:04:05Z" || !got.Course.Retry {
		t.Errorf("%v\n%s", err, r.out)
	}
	if again := call(t, append(args, "--output", "json")...); again.out != r.out {
		t.Errorf("two dry runs differ:\n%s\n%s", r.out, again.out)
	}
}

func TestRunJSON(t *testing.T) {
	inDir(t, nil)
	r := call(t, "run", "forged-copy", "--provider", "stripe", "--output", "json")
	var got struct {
		Told     bool
		Counts   map[string]int
		Attempts []toldJSON
	}
	if err := json.Unmarshal([]byte(r.out), &got); err != nil {
		t.Fatalf("%v\n%s", err, r.out)
	}
	if r.code != 0 || !got.Told || len(got.Attempts) != 2 || got.Counts["acknowledged"] != 1 || got.Counts["refused"] != 1 || got.Attempts[1].Fault != "tampered-amount" || got.Attempts[1].Outcome != "nack" {
		t.Errorf("exit %d\n%s", r.code, r.out)
	}
}

func TestRunSchema(t *testing.T) {
	if r := call(t, "run", "--schema"); r.code != 0 || r.out != string(scenarios.Schema) || !json.Valid(scenarios.Schema) {
		t.Errorf("exit %d\n%s", r.code, r.out)
	}
}

func TestRunMistakes(t *testing.T) {
	inDir(t, map[string]string{"bad.yaml": "provider: stripe\nsteps:\n  - sned: a\n", "two.yaml": "endpoints: [{name: second}]\nsteps: [{send: \"\"}]\n"})
	for _, c := range []struct {
		args       string
		code       int
		text, hint string
	}{
		{"run", 2, "a scenario is missing", "simhook list --scenarios"},
		{"run a b", 2, `"b" is one word too many`, "simhook run NAME|FILE"},
		{"run checkot-twins", 2, `no scenario "checkot-twins"`, `did you mean "checkout-twins"?`},
		{"run purchase", 2, "it is a story, and whose is not said", "simhook run purchase --provider shopify"},
		{"run prchase --provider shopify", 2, `no scenario "prchase", and no story of shopify`, `did you mean "purchase"?`},
		{"run outage", 2, "outage: as which provider?", "--provider stripe"},
		{"run outage --provider gihtub", 2, `no provider "gihtub"`, `did you mean "github"?`},
		{"run outage --provider github", 2, "GitHub does not try again by itself", "redeliver"},
		{"run checkout-twins --provider github", 2, "checkout-twins is told by stripe, not by github", "simhook list github --scenarios"},
		{"run secret-rolled --provider stripe --to http://127.0.0.1:1/ --secret one", 2, "there is no other secret to sign with", "--secret NEW --secret OLD"},
		{"run secret-rolled --provider discord", 2, "signs with no secret that could be rolled", ""},
		{"run replayed --provider github", 2, "fault stale is not for github: no age is checked", ""},
		{"run bad.yaml", 2, `bad.yaml:3: unknown key "sned"`, `did you mean "send"?`},
		{"run nowhere.yaml", 2, "no scenario file nowhere.yaml", "--scenarios"},
		{"run two.yaml --provider stripe --to secnd=http://127.0.0.1:1/", 2, `the scenario has no endpoint "secnd"`, `did you mean "second"?`},
		{"run outage --provider stripe --to http://192.0.2.1/", 2, "192.0.2.1 is not a loopback or private address", "--public"},
		{"run outage --provider stripe --output xml", 2, `--output "xml"`, "text or json"},
		{"run outage --provider stripe --speed fast", 2, `--speed "fast"`, "max"},
		{"run outage --provider stripe --variant lvie", 2, `no variant "lvie"`, `did you mean "live"?`},
		{"run outage --provider stripe --record no/such/dir.jsonl", 2, "--record no/such/dir.jsonl: there is no such file", ""},
		{"run outage --plan x.jsonl", 2, `"outage": the scenario is another one than --plan`, "leave one"},
		{"run story --provider stripe --to http://127.0.0.1:1/", 3, "does not answer: connection refused", "start it first"},
	} {
		r := call(t, strings.Fields(c.args)...)
		if r.code != c.code || !strings.Contains(r.err, c.text) || !strings.Contains(r.err, c.hint) || strings.Contains(r.err, "goroutine ") {
			t.Errorf("%s: exit %d, not %d with %q and %q:\n%s", c.args, r.code, c.code, c.text, c.hint, r.err)
		}
	}
}

func TestListScenarios(t *testing.T) {
	r := call(t, "list", "--scenarios")
	if n := strings.Count(r.out, "\n"); r.code != 0 || n != len(scenarios.Library()) || !regexp.MustCompile(`(?m)^checkout-twins +stripe +one purchase`).MatchString(r.out) || !regexp.MustCompile(`(?m)^outage +any +the receiver`).MatchString(r.out) {
		t.Errorf("exit %d\n%s", r.code, r.out)
	}
	r = call(t, "list", "github", "--scenarios")
	if !regexp.MustCompile(`(?m)^outage +any +not here: GitHub does not try again`).MatchString(r.out) || strings.Contains(r.out, "checkout-twins") {
		t.Errorf("exit %d\n%s", r.code, r.out)
	}
	var got []scenarioJSON
	if err := json.Unmarshal([]byte(call(t, "list", "stripe", "--scenarios", "--output", "json").out), &got); err != nil || len(got) < 50 || got[0].About == "" {
		t.Errorf("%v: %d", err, len(got))
	}
}
