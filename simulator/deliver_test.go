package simulator

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func newReader(r io.Reader) *bufio.Reader { return bufio.NewReader(r) }

// slowToConnect connects, each after another while, and notes whether anything
// was finished before all were connected.
type slowToConnect struct {
	all       int64
	fail      bool
	connected atomic.Int64
	early     atomic.Int64
}

func (s *slowToConnect) Address() string { return "http://shop.test/" }

func (s *slowToConnect) Exchange(ctx context.Context, m *Message) (Answer, error) {
	finish, err := s.poise(ctx, m)
	if err != nil {
		return Answer{}, err
	}
	return finish(ctx)
}

func (s *slowToConnect) poise(context.Context, *Message) (func(context.Context) (Answer, error), error) {
	n := s.connected.Add(1)
	time.Sleep(time.Duration(n) * 10 * time.Millisecond)
	if s.fail && n == 1 {
		return nil, &NoAnswerError{Err: errors.New("refused")}
	}
	return func(context.Context) (Answer, error) {
		if s.connected.Load() < s.all {
			s.early.Add(1)
		}
		return Answer{Status: 200}, nil
	}, nil
}

func plainDeliveries(n int) []Delivery {
	d := make([]Delivery, n)
	for i := range d {
		d[i].Event = Event{Provider: &Provider{Patience: 10 * time.Second, Accepts: []StatusRange{{200, 299}}}, Method: "POST"}
	}
	return d
}

// TestTogetherConnectsFirst: all are connected before the first is sent, and all
// are sent at one moment; one that cannot connect holds nobody up.
func TestTogetherConnectsFirst(t *testing.T) {
	for _, fail := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			target := &slowToConnect{all: 5, fail: fail}
			results, err := Together(t.Context(), plainDeliveries(5), Sending{Target: target})
			if err != nil || target.early.Load() > 0 {
				t.Fatalf("%d were sent before all were connected, %v", target.early.Load(), err)
			}
			refused := 0
			for _, r := range results {
				if !r[0].Sent.Equal(results[0][0].Sent) || r[0].Took != 0 {
					t.Errorf("sent at %v and %v, and took %v", r[0].Sent, results[0][0].Sent, r[0].Took)
				}
				if r[0].Err != nil {
					refused++
				}
			}
			if refused > 0 != fail {
				t.Errorf("%d could not connect", refused)
			}
		})
	}
}

// TestTogetherDoesNotHang: a receiver that takes a connection only when it is
// done with the one before is served, too.
func TestTogetherDoesNotHang(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		target := &oneByOne{free: make(chan bool, 1)}
		target.free <- true
		results, err := Together(t.Context(), plainDeliveries(3), Sending{Target: target})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range results {
			if r[0].Status != 200 {
				t.Errorf("%v", r[0].Err)
			}
		}
	})
}

type oneByOne struct {
	slowToConnect
	free chan bool
}

func (o *oneByOne) poise(context.Context, *Message) (func(context.Context) (Answer, error), error) {
	<-o.free
	return func(context.Context) (Answer, error) {
		o.free <- true
		return Answer{Status: 200}, nil
	}, nil
}

// TestTogetherTellsOneAtATime: Each and Wait need no lock of their own.
func TestTogetherTellsOneAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var inside, told atomic.Int64
		tell := func() {
			if inside.Add(1) > 1 {
				t.Error("two calls at once")
			}
			time.Sleep(time.Millisecond)
			inside.Add(-1)
			told.Add(1)
		}
		deliveries := plainDeliveries(4)
		for i := range deliveries {
			deliveries[i].Event.Provider.Retry.Schedules = []Schedule{{Waits: []time.Duration{time.Second}}}
		}
		s := Sending{
			Target: Handler("http://shop.test/", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) })),
			Retry:  true, Speed: 1, Each: func(Receipt) { tell() }, Wait: func(_, _ time.Duration) { tell() },
		}
		if _, err := Together(t.Context(), deliveries, s); err != nil || told.Load() != 12 {
			t.Errorf("told %d times, %v", told.Load(), err)
		}
	})
}

// TestTogetherOverTheWire: a receiver that answers nobody before all are there
// answers all.
func TestTogetherOverTheWire(t *testing.T) {
	const all = 8
	var here atomic.Int64
	gate := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		if here.Add(1) == all {
			close(gate)
		}
		<-gate
	}))
	defer server.Close()
	target, err := URL(server.URL, false)
	if err != nil {
		t.Fatal(err)
	}
	results, err := Together(t.Context(), plainDeliveries(all), Sending{Target: target, Patience: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range results {
		if !r[0].Satisfied {
			t.Errorf("%d, %v", r[0].Status, r[0].Err)
		}
	}
	// Each says the same of one address; once is enough.
	if _, err := Together(t.Context(), plainDeliveries(3), Sending{Target: mustURL(t, "http://192.0.2.1/")}); err == nil || err.Error() != "192.0.2.1 is not a loopback or private address" {
		t.Errorf("%v", err)
	}
}

func mustURL(t *testing.T, address string) Target {
	t.Helper()
	target, err := URL(address, false)
	if err != nil {
		t.Fatal(err)
	}
	return target
}
