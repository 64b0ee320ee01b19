package main

import (
	"encoding/json"
	"net"
	"strings"
	"testing"

	"simhook/fixtures"
	"simhook/simulator"
)

// TestListRetries: the table of every provider has each attempt of each schedule,
// and a source or its evidence; JSON has the same.
func TestListRetries(t *testing.T) {
	inDir(t, nil)
	r := call(t, "list", "zoom", "--retries")
	for _, want := range []string{
		"never: after 3xx, 4xx", "never tried again", "documented  https://developers.zoom.us/docs/api/webhooks/",
		"attempt  wait  since the first", "1              0s", "2        5m    5m", "3        20m   25m", "4        1h    1h25m",
		"patience", "accepts", "redirects", "signed anew", "disable",
	} {
		if !strings.Contains(r.out, want) {
			t.Errorf("no %q in\n%s", want, r.out)
		}
	}
	if r := call(t, "list", "github", "--retries"); !strings.HasPrefix(r.out, "GitHub does not try again\n") || !strings.Contains(r.out, "handling-failed-webhook-deliveries") {
		t.Errorf("%s", r.out)
	}
	for _, name := range fixtures.Names() {
		r := call(t, "list", name, "--retries", "--output", "json")
		var all []retriesJSON
		if err := json.Unmarshal([]byte(r.out), &all); err != nil || len(all) != 1 {
			t.Fatalf("%s: %v\n%s", name, err, r.out)
		}
		p, err := fixtures.Load(name)
		if err != nil {
			t.Fatal(err)
		}
		if len(all[0].Schedules) != len(p.Provider.Retry.Schedules) || all[0].Patience != p.Provider.Patience.Seconds() || all[0].Retries != p.Provider.Retry.Retries() {
			t.Errorf("%s: %+v", name, all[0])
		}
		for i, s := range all[0].Schedules {
			waits := p.Provider.Retry.Schedules[i].Waits
			since := 0.0
			for n, a := range s.Attempts[1:] {
				if since += waits[n].Seconds(); a.Wait != waits[n].Seconds() || a.Since-since > 1e-6 || since-a.Since > 1e-6 || a.Attempt != n+2 {
					t.Errorf("%s %s: attempt %d: %+v", name, s.Name, n+2, a)
				}
			}
			if len(s.Attempts) != len(waits)+1 || s.Evidence == "" {
				t.Errorf("%s %s: %d attempts, evidence %q", name, s.Name, len(s.Attempts), s.Evidence)
			}
		}
	}
}

// TestSendSaysWhyItEnds: with --retry, why the provider makes no further attempt.
func TestSendSaysWhyItEnds(t *testing.T) {
	inDir(t, nil)
	for _, c := range []struct {
		args, want string
		end        simulator.End
		code       int
	}{
		{"slack app_mention", "Slack gives up after 4 attempts", simulator.GivenUp, 500},
		{"slack command", "Slack does not try this again", simulator.NotRetried, 500},
		{"zoom", "Zoom does not try this again", simulator.NotRetried, 404},
		{"mailgun", "this answer stops the retries of Mailgun", simulator.Stopped, 406},
		{"standardwebhooks", "turns the endpoint off after an answer with 410", simulator.Disabled, 410},
		{"shopify", "Shopify turns the endpoint off after all retries of an event failed", simulator.Disabled, 500},
		{"slack app_mention", "", simulator.Delivered, 200},
	} {
		url, _ := capture(t, func(conn net.Conn, n int) { status(c.code)(conn, n) })
		args := append(append([]string{"send"}, strings.Fields(c.args)...), "--to", url, "--retry", "--speed", "max")
		if r := call(t, args...); !strings.Contains(r.out, c.want) {
			t.Errorf("%s: no %q in\n%s%s", c.args, c.want, r.out, r.err)
		}
		var told struct{ Receipts []receiptJSON }
		r := call(t, append(args, "--output", "json")...)
		if err := json.Unmarshal([]byte(r.out), &told); err != nil || told.Receipts[len(told.Receipts)-1].End != c.end {
			t.Errorf("%s: %v\n%s", c.args, err, r.out)
		}
	}
}
