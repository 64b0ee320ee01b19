package simulator

import (
	"context"
	"errors"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// TestWayJudges: what is odd may be refused in more ways than what is spoilt; what
// is whole may not; and what was cut is nobody's failure.
func TestWayJudges(t *testing.T) {
	hungUp := &NoAnswerError{Connected: true, Err: syscall.ECONNRESET}
	silent := &NoAnswerError{Connected: true, Err: context.DeadlineExceeded}
	away := &NoAnswerError{Err: errors.New("refused")}
	answer := func(status int) Receipt {
		return Receipt{Answer: Answer{Status: status}, Satisfied: status == 200}
	}
	tampered, err := FaultNamed("tampered-amount")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		way    string
		fault  *Fault
		expect Expect
		r      Receipt
		fine   bool
	}{
		{"chunked", nil, Accept, answer(200), true},
		{"chunked", nil, Accept, answer(411), false},
		{"chunked", nil, Accept, answer(501), false},
		{"chunked", nil, Accept, Receipt{Err: hungUp}, false},
		{"chunked", nil, Accept, Receipt{Err: silent}, false},
		{"chunked", tampered, Refuse, answer(200), false},
		{"chunked", tampered, Refuse, answer(400), true},
		{"chunked", tampered, Refuse, Receipt{Err: hungUp}, false},
		{"length-too-great", nil, Accept, answer(200), false},
		{"length-too-great", nil, Accept, answer(408), true},
		{"length-too-great", nil, Accept, answer(500), false},
		{"length-too-great", nil, Accept, Receipt{Err: hungUp}, true},
		{"length-too-great", nil, Accept, Receipt{Err: silent}, true},
		{"length-too-great", nil, Accept, Receipt{Err: away}, false},
		{"folded-line", nil, Accept, answer(200), true},
		{"folded-line", nil, Accept, answer(400), true},
		{"folded-line", nil, Accept, answer(500), false},
		{"folded-line", nil, Accept, answer(501), true},
		{"folded-line", nil, Accept, Receipt{Err: hungUp}, true},
		{"folded-line", nil, Accept, Receipt{Err: silent}, false},
		{"folded-line", tampered, Refuse, answer(200), false},
		{"folded-line", tampered, Refuse, answer(400), true},
		{"folded-line", tampered, Either, answer(200), true},
		{"cut-body", nil, Accept, Receipt{Unknown: true, Err: &NoAnswerError{Connected: true, Err: errCut}}, true},
		{"cut-body", nil, Accept, Receipt{Err: away}, false},
		{"", nil, Accept, answer(200), true},
		{"", nil, Accept, answer(400), false},
	} {
		var w *Way
		if c.way != "" {
			w = mustWay(t, c.way)
		}
		c.r.Way = c.way
		if got := w.Judge(c.fault, c.expect, oddVariant, c.r); (got == "") != c.fine {
			t.Errorf("way %q, %s, %d, %v: %q", c.way, c.expect, c.r.Status, c.r.Err, got)
		}
	}
	// A retry that went plainly is judged as such.
	if got := mustWay(t, "cut-body").Judge(nil, Accept, oddVariant, answer(400)); got == "" {
		t.Error("a plain retry that is refused passes")
	}
	// Where the signature does not cover the body, only its form shows the loss.
	for way, want := range map[string]Expect{"length-too-small": Either, "no-length": Either, "length-too-great": Refuse, "two-lengths-different": Refuse} {
		if got, _ := mustWay(t, way).Expected(Accept, Variant{}); got != want {
			t.Errorf("%s, where nothing is signed: %s", way, got)
		}
	}
}

// patient takes as long as its way, and nearly as long as the provider waits.
type patient struct{ way *Way }

func (p *patient) Address() string { return "http://shop.test/" }

func (p *patient) by(w *Way, _ []string) (Target, error) { return &patient{w}, nil }

func (p *patient) Exchange(ctx context.Context, _ *Message) (Answer, error) {
	select {
	case <-ctx.Done():
		return Answer{}, &NoAnswerError{Connected: true, Err: ctx.Err()}
	case <-time.After(p.way.lasts + 59*time.Second):
		return Answer{Status: 200}, nil
	}
}

// TestSlowSenderCostsNoPatience: the provider waits for the answer as long as ever,
// however long simhook itself takes to send.
func TestSlowSenderCostsNoPatience(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		if r := deliverBy(t, mustWay(t, "slow-body=5m"), &patient{}); !r.Satisfied {
			t.Errorf("after %v: %v", r.Took, r.Err)
		}
	})
}
