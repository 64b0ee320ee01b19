package simulator

import (
	"context"
	"net/http"
	"runtime"
	"slices"
	"testing"
	"time"

	"simhook/simulator/signature"
)

// held is how many bytes of heap are in use.
func held() float64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc + m.StackInuse)
}

// BenchmarkPending compares the memory of a million planned deliveries, and of a
// million that wait for their retry, with that of as many time.AfterFunc. Goals:
// 64 bytes each, 0.4 of AfterFunc's.
func BenchmarkPending(b *testing.B) {
	const n = 1_000_000
	for b.Loop() {
		before := held()
		timers := make([]*time.Timer, n)
		for i := range timers {
			timers[i] = time.AfterFunc(time.Hour+time.Duration(i), func() { timers[i] = nil })
		}
		yardstick := (held() - before) / n
		for _, t := range timers {
			t.Stop()
		}
		timers = nil

		before = held()
		steps := make([]Step, n)
		for i := range steps {
			steps[i] = Step{At: time.Duration(i), Event: uint32(i)}
		}
		planned := (held() - before) / n
		before = held()
		again := make(retries, 0, n)
		for i := range n {
			again.push(due{step: i, at: time.Duration(n - i), first: ServerFail, again: retrying{attempt: 2, last: ServerFail}})
		}
		waiting := (held() - before) / n
		runtime.KeepAlive(steps)
		runtime.KeepAlive(again)
		b.ReportMetric(planned, "bytes/step")
		b.ReportMetric(waiting, "bytes/retry")
		b.ReportMetric(yardstick, "bytes/AfterFunc")
		b.ReportMetric(max(planned, waiting)/yardstick, "ratio")
	}
}

// benchPlan sends n small events, one every interval, without waiting for answers.
func benchPlan(n int, every time.Duration) *Plan {
	p := &Plan{Name: "bench", Start: time.Now(), Steps: make([]Step, n)}
	for i := range p.Steps {
		p.Steps[i] = Step{At: time.Duration(i) * every, Event: uint32(i), How: Open}
	}
	ev := Event{Provider: playProvider, Variant: playProvider.Variants[0], Type: "thing", ID: "a", Method: "POST", Body: []byte("{}")}
	ok := Handler("http://acme.test/", http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	p.Endpoints = []Endpoint{{Name: "acme", Provider: playProvider, Target: ok, Keys: [][]signature.Key{nil}, Make: func(uint32) (Event, error) { return ev, nil }}}
	return p
}

// BenchmarkFiring reports how late deliveries begin that are planned 1,000 and
// 10,000 a second: half of them, and all but one of a hundred, within so much.
func BenchmarkFiring(b *testing.B) {
	for _, c := range []struct {
		name string
		rate int
	}{{"1000-a-second", 1000}, {"10000-a-second", 10_000}} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				late := make([]time.Duration, 0, c.rate)
				plan := benchPlan(c.rate, time.Second/time.Duration(c.rate))
				if err := Play(context.Background(), plan, Playing{Speed: 1, Began: func(a *Attempt) { late = append(late, a.Began-a.At) }}); err != nil {
					b.Fatal(err)
				}
				slices.Sort(late)
				b.ReportMetric(float64(late[len(late)/2])/1e3, "µs-late/p50")
				b.ReportMetric(float64(late[len(late)*99/100])/1e3, "µs-late/p99")
			}
		})
	}
}
