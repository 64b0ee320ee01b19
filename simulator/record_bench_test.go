package simulator

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"simhook/simulator/signature"
)

// recordPlan sends a signed body of 2 kB, n times, each event once.
func recordPlan(b *testing.B, target Target, n int) *Plan {
	scheme, err := signature.Compile(signature.Spec{
		Name: "v1", Signed: "{timestamp}.{body}", Digest: "hmac-sha256",
		Carry: []signature.Slot{{Header: "X-Time", Value: "{timestamp}"}}, Place: signature.Place{Slot: signature.Slot{Header: "X-Signature"}},
	})
	if err != nil {
		b.Fatal(err)
	}
	plan := playPlan(target, make([]Step, n)...)
	body := []byte(`{"text":"` + strings.Repeat("two kilobytes of text, ", 85) + `"}`)
	event := Event{
		Provider: playProvider, Variant: Variant{Name: "default", Schemes: []*signature.Scheme{scheme}}, Type: "thing.made", ID: "evt_1", Object: "obj_1", Method: "POST", Body: body,
		Header: Header{{Name: "Content-Type", Value: "application/json"}, {Name: "User-Agent", Value: "bench"}, {Name: "X-Time"}, {Name: "X-Signature"}}, Created: time.Now(),
	}
	plan.Endpoints[0].Keys = [][]signature.Key{Keys([]string{"whsec_6b2fQz8812"}, nil)}
	for i := range plan.Steps {
		plan.Steps[i].Event = uint32(i)
	}
	plan.Endpoints[0].Make = func(n uint32) (Event, error) {
		made := event
		made.ID = fmt.Sprintf("evt_%d", n)
		return made, nil
	}
	return plan
}

// BenchmarkRecording compares deliveries to a loopback server with a record and
// without: ratio is with over without. At most a tenth may be lost.
func BenchmarkRecording(b *testing.B) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		io.WriteString(w, `{"received":true}`)
	}))
	defer server.Close()
	target, err := URL(server.URL, false)
	if err != nil {
		b.Fatal(err)
	}
	const once = 200
	var on, off []float64 // seconds; the fastest quarter is compared: others use the machine, too
	rec := NewRecorder(benchFile(b))
	for b.Loop() {
		off = append(off, played(b, recordPlan(b, target, once), Playing{}))
		on = append(on, played(b, recordPlan(b, target, once), Playing{Began: rec.Began, Ended: rec.Ended, Waits: rec.Waits}))
	}
	slices.Sort(off)
	slices.Sort(on)
	b.ReportMetric(off[len(off)/4]/on[len(on)/4], "ratio")
	b.ReportMetric(once/on[len(on)/4], "deliveries/s")
}

func played(b *testing.B, plan *Plan, how Playing) float64 {
	start := time.Now()
	if err := Play(b.Context(), plan, how); err != nil {
		b.Fatal(err)
	}
	return time.Since(start).Seconds()
}

func benchFile(b *testing.B) *os.File {
	f, err := os.Create(filepath.Join(b.TempDir(), "record.jsonl"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { f.Close() })
	return f
}

// BenchmarkRecordLines is how fast lines are written to a file; each attempt has two.
func BenchmarkRecordLines(b *testing.B) {
	rec := NewRecorder(benchFile(b))
	target := Handler("http://acme.test/", http.NotFoundHandler())
	var a Attempt
	err := Play(b.Context(), recordPlan(b, target, 1), Playing{Ended: func(ended *Attempt) { a = *ended }})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		rec.Began(&a)
		rec.Ended(&a)
	}
	b.ReportMetric(2*float64(b.N)/b.Elapsed().Seconds(), "lines/s")
}
