package simulator_test

import (
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"simhook/simulator"
	"simhook/simulator/signature"
)

// course delivers once to a handler that answers by the number of the attempt, and
// returns when the attempts came, and why there was no further one.
func course(t *testing.T, retry simulator.Retry, body string, answer func(w http.ResponseWriter, attempt int)) (since []time.Duration, receipts []simulator.Receipt) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		handler := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			since = append(since, time.Since(began))
			answer(w, len(since))
		})
		p := &simulator.Provider{Patience: time.Second, Accepts: []simulator.StatusRange{{From: 200, To: 299}}, Retry: retry}
		d := simulator.Delivery{Event: simulator.Event{Provider: p, Method: "POST", Body: []byte(body)}}
		var err error
		if receipts, err = simulator.Deliver(t.Context(), d, simulator.Sending{Target: simulator.Handler("http://shop.test/", handler), Retry: true, Speed: 1}); err != nil {
			t.Error(err)
		}
	})
	return since, receipts
}

// always is an answer with a status and one header line.
func always(status int, name, value string) func(http.ResponseWriter, int) {
	return func(w http.ResponseWriter, _ int) {
		if name != "" {
			w.Header().Set(name, value)
		}
		w.WriteHeader(status)
	}
}

func TestRetryAfter(t *testing.T) {
	heeds := func(most time.Duration, times float64) *simulator.RetryAfter {
		return &simulator.RetryAfter{Statuses: []simulator.StatusRange{{From: 429, To: 429}, {From: 503, To: 503}}, Most: most, Times: times}
	}
	const minute = time.Minute
	for _, c := range []struct {
		what, asked string
		status      int
		after       *simulator.RetryAfter
		want        time.Duration
	}{
		{"longer than the schedule", "300", 429, heeds(0, 0), 5 * minute},
		{"shorter than the schedule", "5", 429, heeds(0, 0), minute},
		{"parts of a second", "90.5", 503, heeds(0, 0), 90*time.Second + 500*time.Millisecond},
		{"a date", "Sat, 01 Jan 2000 00:10:00 GMT", 429, heeds(0, 0), 10 * minute},
		{"a date of mails", "Sat, 01 Jan 2000 01:10:00 +0100", 429, heeds(0, 0), 10 * minute},
		{"a date that is over", "Sat, 01 Jan 1994 00:10:00 GMT", 429, heeds(0, 0), minute},
		{"more than twice", "3600", 429, heeds(0, 2), 2 * minute},
		{"more than an hour", "36000", 429, heeds(time.Hour, 0), time.Hour},
		{"for ever", "1e300", 429, heeds(0, 0), 24 * time.Hour},
		{"nonsense", "soon", 429, heeds(0, 0), minute},
		{"less than nothing", "-1", 429, heeds(0, 0), minute},
		{"no number", "NaN", 429, heeds(0, 0), minute},
		{"an answer in which it does not count", "300", 500, heeds(0, 0), minute},
		{"a provider that does not heed it", "300", 429, nil, minute},
	} {
		retry := simulator.Retry{Schedules: []simulator.Schedule{{Waits: []time.Duration{minute}}}, After: c.after}
		since, _ := course(t, retry, "{}", always(c.status, "Retry-After", c.asked))
		if len(since) != 2 || since[1] != c.want {
			t.Errorf("%s: attempts at %v, want the second at %v", c.what, since, c.want)
		}
	}
}

func TestWhyNoFurtherAttempt(t *testing.T) {
	two := []time.Duration{time.Hour, 3 * time.Hour}
	any := []simulator.Schedule{{Waits: two}}
	gone := []simulator.StatusRange{{From: 410, To: 410}}
	for _, c := range []struct {
		what     string
		retry    simulator.Retry
		answer   func(http.ResponseWriter, int)
		attempts int
		end      simulator.End
	}{
		{"a success", simulator.Retry{Schedules: any}, always(200, "", ""), 1, simulator.Delivered},
		{"a late success", simulator.Retry{Schedules: any}, func(w http.ResponseWriter, n int) { w.WriteHeader(map[bool]int{true: 204, false: 500}[n > 1]) }, 2, simulator.Delivered},
		{"a success at last, where failure would disable", simulator.Retry{Schedules: any, Disable: &simulator.Disable{Exhausted: true}},
			func(w http.ResponseWriter, n int) { w.WriteHeader(map[bool]int{true: 204, false: 500}[n > 2]) }, 3, simulator.Delivered},
		{"the end of the schedule", simulator.Retry{Schedules: any}, always(500, "", ""), 3, simulator.GivenUp},
		{"a provider that never retries", simulator.Retry{}, always(500, "", ""), 1, simulator.NotRetried},
		{"a schedule without waits", simulator.Retry{Schedules: []simulator.Schedule{{When: []simulator.Reason{"4xx"}}, {Waits: two}}}, always(404, "", ""), 1, simulator.NotRetried},
		{"a later failure that is never retried", simulator.Retry{Schedules: []simulator.Schedule{{When: []simulator.Reason{"5xx"}, Waits: two}}},
			func(w http.ResponseWriter, n int) { w.WriteHeader(map[bool]int{true: 404, false: 500}[n > 1]) }, 2, simulator.NotRetried},
		{"an answer that stops", simulator.Retry{Schedules: any, Stop: gone}, always(410, "", ""), 1, simulator.Stopped},
		{"an answer that disables", simulator.Retry{Schedules: any, Stop: gone, Disable: &simulator.Disable{Answers: gone}}, always(410, "", ""), 1, simulator.Disabled},
		{"a header line that disables", simulator.Retry{Schedules: any, Disable: &simulator.Disable{AnswersAt: simulator.Header{{Name: "x-hook", Value: "off"}}}}, always(500, "X-Hook", "off"), 1, simulator.Disabled},
		{"another value of that line", simulator.Retry{Schedules: any, Disable: &simulator.Disable{AnswersAt: simulator.Header{{Name: "x-hook", Value: "off"}}}}, always(500, "X-Hook", "on"), 3, simulator.GivenUp},
		{"two failures that disable", simulator.Retry{Schedules: any, Disable: &simulator.Disable{Failures: 2}}, always(500, "", ""), 2, simulator.Disabled},
		{"an hour of failures that disables", simulator.Retry{Schedules: any, Disable: &simulator.Disable{After: time.Hour}}, always(500, "", ""), 2, simulator.Disabled},
		{"a day of failures that would disable", simulator.Retry{Schedules: any, Disable: &simulator.Disable{After: 24 * time.Hour}}, always(500, "", ""), 3, simulator.GivenUp},
		{"all retries failed, which disables", simulator.Retry{Schedules: any, Disable: &simulator.Disable{Exhausted: true}}, always(500, "", ""), 3, simulator.Disabled},
		{"no retries, so that none failed", simulator.Retry{Disable: &simulator.Disable{Exhausted: true}}, always(500, "", ""), 1, simulator.NotRetried},
		{"a status of its own", simulator.Retry{Schedules: []simulator.Schedule{{When: []simulator.Reason{"429"}, Waits: two}}}, always(429, "", ""), 3, simulator.GivenUp},
		{"a neighbour of it", simulator.Retry{Schedules: []simulator.Schedule{{When: []simulator.Reason{"429"}, Waits: two}}}, always(428, "", ""), 1, simulator.NotRetried},
		{"a status of its own, first among its class", simulator.Retry{Schedules: []simulator.Schedule{{When: []simulator.Reason{"429"}, Waits: two[:1]}, {When: []simulator.Reason{"4xx"}, Waits: two}}}, always(429, "", ""), 2, simulator.GivenUp},
		{"the others of its class", simulator.Retry{Schedules: []simulator.Schedule{{When: []simulator.Reason{"429"}, Waits: two[:1]}, {When: []simulator.Reason{"4xx"}, Waits: two}}}, always(400, "", ""), 3, simulator.GivenUp},
	} {
		_, receipts := course(t, c.retry, "{}", c.answer)
		if n := len(receipts); n != c.attempts || receipts[n-1].End != c.end {
			t.Errorf("%s: %d attempts, %q; want %d, %q", c.what, n, receipts[n-1].End, c.attempts, c.end)
		}
		for _, r := range receipts[:len(receipts)-1] {
			if r.End != "" {
				t.Errorf("%s: attempt %d has an end, %q", c.what, r.Attempt, r.End)
			}
		}
	}
}

// Marks tell one attempt from another; the first has none.
func TestMarks(t *testing.T) {
	retry := simulator.Retry{
		Resign: true, Schedules: []simulator.Schedule{{When: []simulator.Reason{"503"}, Waits: []time.Duration{time.Hour, time.Hour}}},
		Marks:     simulator.Header{{Name: "X-Retry", Value: "{attempt} of {number}, {reason}"}, {Name: "X-Id", Value: "{uuid}"}, {Name: "X-First", Value: "{first}"}},
		BodyMarks: simulator.Header{{Name: "*.n", Value: "{attempt}"}, {Name: "1.of.why", Value: "{reason}"}},
		Words:     map[simulator.Reason]string{"5xx": "broken"},
	}
	_, receipts := course(t, retry, `[{"n":0},{"n":0,"of":{"why":""}}]`, always(503, "", ""))
	ids := map[string]bool{}
	var got []string
	for _, r := range receipts {
		id, _ := r.Message.Header.Lookup("X-Id")
		ids[id] = true
		got = append(got, r.Message.Header.Get("X-Retry")+" "+r.Message.Header.Get("X-First")+" "+string(r.Message.Body))
	}
	want := []string{
		`  [{"n":0},{"n":0,"of":{"why":""}}]`,
		`1 of 2, broken 2000-01-01T00:00:00Z [{"n":1},{"n":1,"of":{"why":"broken"}}]`,
		`2 of 3, broken 2000-01-01T00:00:00Z [{"n":2},{"n":2,"of":{"why":"broken"}}]`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if len(ids) != 3 {
		t.Errorf("ids of three attempts: %v", ids)
	}
}

// A mark that is signed stands there before the signature is made.
func TestMarksAreSigned(t *testing.T) {
	scheme, err := signature.Compile(signature.Spec{Name: "main", Signed: "{header:X-Retry}.{body}", Digest: "hmac-sha256", Place: signature.Place{Slot: signature.Slot{Header: "X-Sig"}}})
	if err != nil {
		t.Fatal(err)
	}
	keys, v := simulator.Keys([]string{"secret"}, nil), simulator.Variant{Schemes: []*signature.Scheme{scheme}}
	synctest.Test(t, func(t *testing.T) {
		p := &simulator.Provider{Patience: time.Second, Retry: simulator.Retry{
			Resign: true, Schedules: []simulator.Schedule{{Waits: []time.Duration{time.Hour}}}, Marks: simulator.Header{{Name: "X-Retry", Value: "{attempt}"}},
			BodyMarks: simulator.Header{{Name: "n", Value: "{attempt}"}},
		}}
		d := simulator.Delivery{Event: simulator.Event{Provider: p, Variant: v, Method: "POST", Header: simulator.Header{{Name: "X-Retry", Value: "0"}}, Body: []byte(`{"n":0}`)}, Keys: keys}
		handler := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) })
		receipts, err := simulator.Deliver(t.Context(), d, simulator.Sending{Target: simulator.Handler("http://shop.test/", handler), Retry: true, Speed: 1})
		if err != nil || len(receipts) != 2 {
			t.Fatal(len(receipts), err)
		}
		for _, r := range receipts {
			if _, err := v.Verify(r.Message, keys, r.Sent); err != nil {
				t.Errorf("attempt %d: %v\n%v %s", r.Attempt, err, r.Message.Header, r.Message.Body)
			}
		}
		if m := receipts[1].Message; string(m.Body) != `{"n":1}` || m.Header.Get("X-Retry") != "1" {
			t.Errorf("%v %s", m.Header, m.Body)
		}
	})
}
