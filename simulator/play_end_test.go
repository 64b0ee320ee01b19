package simulator

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// exchanging is a target that is this function.
type exchanging func(ctx context.Context) (Answer, error)

func (exchanging) Address() string { return "http://acme.test/" }

func (f exchanging) Exchange(ctx context.Context, _ *Message) (Answer, error) { return f(ctx) }

// What an interrupt leaves of an attempt: an answer that came counts, one that did
// not is unknown, and of a receiver that was not reached by then nothing is said.
func TestInterruptIsNobodysFailure(t *testing.T) {
	for name, c := range map[string]struct {
		answer Answer
		err    error
		want   string
	}{
		"answered":        {Answer{Status: 200}, nil, "1 event, 1 attempt: 1 acknowledged"},
		"refused":         {Answer{Status: 400}, nil, "1 event, 1 attempt: 1 refused"},
		"sent":            {Answer{}, &NoAnswerError{Connected: true, Err: context.Canceled}, "1 event, 1 attempt: 1 unknown"},
		"still connects":  {Answer{}, &NoAnswerError{Err: context.Canceled}, "1 event, 1 attempt: 1 open"},
		"cannot be asked": {Answer{}, &Mistake{Text: "no such way"}, "1 event, 1 attempt: 1 open"},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			line := NewTimeline(time.Now())
			target := exchanging(func(context.Context) (Answer, error) {
				cancel()
				return c.answer, c.err
			})
			err := Play(ctx, playPlan(target, Step{}, Step{At: time.Hour, Event: 1}), Playing{Began: line.Began, Ended: func(a *Attempt) { line.Ended(a) }})
			if err == nil || line.Counts.String() != c.want {
				t.Errorf("%s, not %s (%v)", line.Counts, c.want, err)
			}
		})
	}
}

// A group of which one cannot be made is not sent: those that wait for it at the
// barrier go nowhere, and nobody waits for them.
func TestGroupThatCannotBeMade(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newPlayedTo(nil)
		plan := playPlan(Handler("http://acme.test/", r), Step{Event: 0}, Step{Event: 1, How: Joined}, Step{Event: 2, How: Joined}, Step{Event: 3})
		inner := plan.Endpoints[0].Make
		plan.Endpoints[0].Make = func(n uint32) (Event, error) {
			if n == 2 {
				synctest.Wait() // the others are at the barrier
				return Event{}, errors.New("no such event")
			}
			return inner(n)
		}
		line := NewTimeline(plan.Start)
		err := Play(t.Context(), plan, Playing{Began: line.Began, Ended: func(a *Attempt) { line.Ended(a) }})
		synctest.Wait()
		if err == nil || err.Error() != "no such event" || time.Since(plan.Start) > 0 || r.seen() != "" || line.Open != 2 {
			t.Errorf("%v after %v; came: %q; %s", err, time.Since(plan.Start), r.seen(), line.Counts)
		}
	})
}

// A group whose retries are due at one time is sent again, each by itself, and a
// step of the same time waits for none of them.
func TestGroupIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newPlayedTo(func(n int, w http.ResponseWriter, _ *http.Request) {
			if n <= 3 {
				w.WriteHeader(500)
			}
		})
		plan := playPlan(Handler("http://acme.test/", r), Step{How: Retried}, Step{How: Retried | Joined}, Step{How: Retried | Joined}, Step{At: time.Minute, Event: 1})
		line := NewTimeline(plan.Start)
		if err := Play(t.Context(), plan, Playing{Speed: 1, Began: line.Began, Ended: func(a *Attempt) { line.Ended(a) }}); err != nil {
			t.Fatal(err)
		}
		want := "a@0s a@0s a@0s " + strings.Repeat("a@1m ", 3) + "b@1m"
		if got := r.seen(); len(strings.Fields(got)) != 7 || strings.Count(got, "a@1m") != 3 || !strings.Contains(got, "b@1m") {
			t.Errorf("%s, not %s in some order", got, want)
		}
		if line.Retried != 3 || line.Duplicates != 2 || line.Events != 2 {
			t.Errorf("%+v", line.Counts)
		}
	})
}
