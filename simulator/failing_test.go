package simulator

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// An endpoint is disabled for its failures in a row, whichever events they are of:
// a success in between begins anew, and a forged delivery is no failure of it.
func TestFailuresAreOfTheEndpoint(t *testing.T) {
	forged := uint16(1 + slices.IndexFunc(Faults, func(f Fault) bool { return f.Name == "no-signature" }))
	byNumber, byTime := &Disable{Failures: 3}, &Disable{After: time.Hour}
	step := func(at time.Duration, event uint32) Step { return Step{At: at, Event: event, How: Retried} }
	for _, c := range []struct {
		name    string
		disable *Disable
		fine    string // bodies that are answered 200
		steps   []Step
		want    string // how each attempt ended
	}{
		{"three of three events", byNumber, "", []Step{step(0, 0), step(1, 1), step(2, 2), step(3, 3)}, "not retried, not retried, disabled, disabled"},
		{"a success in between", byNumber, "c", []Step{step(0, 0), step(1, 1), step(2, 2), step(3, 3)}, "not retried, not retried, delivered, not retried"},
		{"an hour of two events", byTime, "", []Step{step(0, 0), step(2*time.Hour, 1)}, "not retried, disabled"},
		{"a success within the hour", byTime, "b", []Step{step(0, 0), step(time.Minute, 1), step(2*time.Hour, 2)}, "not retried, delivered, not retried"},
		{"forged ones", byNumber, "", []Step{{Event: 0, Fault: forged}, {Event: 0, Fault: forged}, {Event: 0, Fault: forged}, step(1, 1)}, ", , , not retried"},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newPlayedTo(nil)
				r.answer = func(n int, w http.ResponseWriter, _ *http.Request) {
					if !strings.Contains(c.fine+"-", r.arrivals[n-1].body) {
						w.WriteHeader(500)
					}
				}
				p := *playProvider
				p.Retry = Retry{Disable: c.disable}
				plan := playPlan(Handler("http://acme.test/", r), c.steps...)
				plan.Endpoints[0].Keys[0] = Keys([]string{"secret"}, nil)
				inner := plan.Endpoints[0].Make
				plan.Endpoints[0].Make = func(n uint32) (Event, error) {
					ev, err := inner(n)
					ev.Provider, ev.Variant = &p, oddVariant
					ev.Header = Header{{Name: "X-Sig"}}
					return ev, err
				}
				var ends []string
				if err := Play(t.Context(), plan, Playing{Ended: func(a *Attempt) { ends = append(ends, string(a.End)) }}); err != nil {
					t.Fatal(err)
				}
				if got := strings.Join(ends, ", "); got != c.want {
					t.Errorf("%s, not %s", got, c.want)
				}
			})
		})
	}
}
