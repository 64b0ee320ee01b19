package simulator_test

import (
	"math/rand/v2"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"simhook/simulator"
	"simhook/simulator/signature"
)

// Each wait is drawn within the provider's jitter, and not always the same.
func TestJitter(t *testing.T) {
	r := simulator.Retry{Jitter: 0.2, Schedules: []simulator.Schedule{{Waits: []time.Duration{time.Minute, time.Minute, time.Minute}}}}
	seen := map[time.Duration]bool{}
	for seed := range uint64(50) {
		for _, wait := range r.Plan(simulator.Event{}, simulator.ServerFail, rand.New(rand.NewPCG(seed, 1))) {
			if wait < 48*time.Second || wait > 72*time.Second {
				t.Errorf("a minute became %v, beyond 20 %%", wait)
			}
			seen[wait] = true
		}
	}
	if len(seen) < 50 {
		t.Errorf("150 waits have only %d lengths", len(seen))
	}
}

// retried counts the attempts at one delivery, and how long they take in all.
func retried(t *testing.T, retry simulator.Retry, header string) (attempts int, took time.Duration) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		handler := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			attempts++
			if header != "" {
				w.Header().Set("X-No-Retry", header)
			}
			w.WriteHeader(http.StatusInternalServerError)
		})
		p := &simulator.Provider{Patience: time.Second, Accepts: []simulator.StatusRange{{From: 200, To: 299}}, Retry: retry}
		began := time.Now()
		d := simulator.Delivery{Event: simulator.Event{Provider: p, Method: "POST", Body: []byte("{}")}}
		if _, err := simulator.Deliver(t.Context(), d, simulator.Sending{Target: simulator.Handler("http://shop.test/", handler), Retry: true, Speed: 2}); err != nil {
			t.Error(err)
		}
		took = time.Since(began)
	})
	return attempts, took
}

func TestAnswersThatStopRetries(t *testing.T) {
	retry := simulator.Retry{
		Schedules: []simulator.Schedule{{Waits: []time.Duration{time.Hour, 3 * time.Hour}}},
		StopAt:    simulator.Header{{Name: "x-no-retry", Value: "1"}},
	}
	if n, took := retried(t, retry, ""); n != 3 || took != 2*time.Hour {
		t.Errorf("%d attempts in %v, want 3 in half of four hours", n, took)
	}
	if n, _ := retried(t, retry, "1"); n != 1 {
		t.Errorf("%d attempts although the answer stops them", n)
	}
	if n, _ := retried(t, retry, "0"); n != 3 {
		t.Errorf("%d attempts although the header says another thing", n)
	}
	retry.Stop = []simulator.StatusRange{{From: 500, To: 500}}
	if n, _ := retried(t, retry, ""); n != 1 {
		t.Errorf("%d attempts although the status stops them", n)
	}
}

func TestScheduleOfAVariant(t *testing.T) {
	r := simulator.Retry{Schedules: []simulator.Schedule{
		{Variants: []string{"test"}, Waits: []time.Duration{time.Minute}},
		{Waits: []time.Duration{time.Minute, time.Hour}},
	}}
	for variant, want := range map[string]int{"test": 1, "live": 2} {
		if waits := r.Plan(simulator.Event{Variant: simulator.Variant{Name: variant}}, simulator.Refused, nil); len(waits) != want {
			t.Errorf("%s: %d waits, want %d", variant, len(waits), want)
		}
	}
}

// Stripe and Slack sign each attempt anew; Razorpay and Shopify send the same bytes.
func TestResigned(t *testing.T) {
	scheme, err := signature.Compile(signature.Spec{
		Name: "v1", Signed: "{timestamp}.{body}", Digest: "hmac-sha256", Tolerance: "5m",
		Place: signature.Place{Slot: signature.Slot{Header: "Sig"}, Items: []string{"t={timestamp}", "v1={signature}"}, Join: ","},
	})
	if err != nil {
		t.Fatal(err)
	}
	keys := simulator.Keys([]string{"secret"}, nil)
	for _, resign := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			v := simulator.Variant{Schemes: []*signature.Scheme{scheme}}
			p := &simulator.Provider{Patience: time.Second, Accepts: []simulator.StatusRange{{From: 200, To: 299}}, Retry: simulator.Retry{
				Resign: resign, Schedules: []simulator.Schedule{{Waits: []time.Duration{time.Hour}}},
			}}
			handler := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) })
			d := simulator.Delivery{Event: simulator.Event{Provider: p, Variant: v, Method: "POST", Body: []byte("{}")}, Keys: keys}
			receipts, err := simulator.Deliver(t.Context(), d, simulator.Sending{Target: simulator.Handler("http://shop.test/", handler), Retry: true, Speed: 1})
			if err != nil || len(receipts) != 2 {
				t.Fatalf("%d attempts, %v", len(receipts), err)
			}
			if _, err := v.Verify(receipts[1].Message, keys, time.Now()); (err == nil) != resign {
				t.Errorf("resign %v: the second attempt, an hour later, verifies: %v", resign, err)
			}
		})
	}
}

// A provider waits as long as it does, and no longer.
func TestPatience(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &simulator.Provider{Patience: 3 * time.Second, Accepts: []simulator.StatusRange{{From: 200, To: 299}}}
		slow := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
		d := simulator.Delivery{Event: simulator.Event{Provider: p, Method: "POST", Body: []byte("{}")}}
		for given, want := range map[time.Duration]time.Duration{0: 3 * time.Second, time.Minute: time.Minute} {
			receipts, err := simulator.Deliver(t.Context(), d, simulator.Sending{Target: simulator.Handler("http://shop.test/", slow), Patience: given})
			if err != nil {
				t.Fatal(err)
			}
			if r := receipts[0]; r.Took != want || r.Reason != simulator.TimedOut || r.Satisfied {
				t.Errorf("waited %v, want %v: %s", r.Took, want, r.Reason)
			}
		}
	})
}
