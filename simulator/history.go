package simulator

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// A History is what a record says happened.
type History struct {
	Meta     Meta
	Attempts []*Past // in the order in which they began
	Waits    []Wait
	Ended    bool   // it was written to its end
	Error    string // why the course ended early
	// Truncated says that the last line is not whole: simhook was killed while it
	// wrote. That line is left out.
	Truncated bool
}

// A Past is an attempt as a record has it. Its signatures and secrets are masked,
// its event and its message have a body only where that was kept.
type Past struct {
	Attempt
	Landed bool   // how it ended is known
	Bytes  int    // of the body that was sent
	SHA256 string // of the same
}

// Word is the attempt's outcome in one word: ack, nack, unknown, away, missed or,
// where its end is not recorded, open.
func (p *Past) Word() string {
	switch {
	case !p.Landed:
		return "open"
	case p.Missed:
		return "missed"
	}
	return p.Outcome()
}

// Notes lists what is odd about an attempt, whose beginning t was told; t counts it.
func (p *Past) Notes(t *Timeline) []string {
	if p.Landed {
		return t.Ended(&p.Attempt)
	}
	return append(t.begun[p.Number], "open")
}

// A Wait is one wait of the provider's.
type Wait struct {
	After          int // so many attempts had begun
	Provider, Real time.Duration
}

// Timeline begins a timeline of a history.
func (h *History) Timeline() *Timeline {
	t := NewTimeline(h.Meta.Start)
	t.Named = len(h.Meta.Endpoints) > 1
	return t
}

// Each calls attempt and wait for each of them in turn, as they followed each other.
func (h *History) Each(attempt func(*Past), wait func(Wait)) {
	waits := h.Waits
	for i, a := range h.Attempts {
		for len(waits) > 0 && waits[0].After <= i {
			wait(waits[0])
			waits = waits[1:]
		}
		attempt(a)
	}
	for _, w := range waits {
		wait(w)
	}
}

// recordLine is any line of a record.
type recordLine struct {
	Kind string `json:"kind"`
	Meta *Meta  `json:"meta"`

	E                                            int
	ID, Provider, Variant, Endpoint              string
	Type, Object, Method, Query, Fault, Way      string
	Created, Sent                                time.Time
	Bytes                                        *int
	SHA256, Outcome, Error, From, Reason, Answer string
	Body                                         *string
	BodyBase64                                   string `json:"body_base64"`
	AnswerBase64                                 string `json:"answer_base64"`
	N, Step, Attempt, Group, Status              int
	At, T, Took, Next, For, Real                 time.Duration
	Missed, Wrote, Timeout, Truncated, Reused    bool
	Headers                                      [][2]string
	Redirects                                    []string
	End                                          End
}

// ReadHistory reads a record; file is its name in errors. Lines of kinds and
// members that it does not know are passed over.
func ReadHistory(file string, in io.Reader) (*History, error) {
	r := &historyReader{file: file, h: &History{}, events: map[int]*pastEvent{}, attempts: map[int]*Past{}, providers: map[string]*Provider{}}
	lines := bufio.NewReaderSize(in, 64<<10)
	for {
		text, err := lines.ReadBytes('\n')
		if err != nil && err != io.EOF {
			return nil, err
		}
		r.number++
		switch whole := err == nil; {
		case len(bytes.TrimSpace(text)) == 0:
		case !whole && !json.Valid(text):
			r.h.Truncated = true
		default:
			if err := r.line(text); err != nil {
				return nil, err
			}
		}
		if err == io.EOF {
			break
		}
	}
	if !r.begun {
		return nil, &Mistake{file + ": it holds no record", recordHint}
	}
	return r.h, nil
}

const recordHint = "a record is what simhook run --record FILE writes: JSON Lines, the first of them meta"

type historyReader struct {
	file      string
	number    int // of the line
	begun     bool
	h         *History
	events    map[int]*pastEvent
	attempts  map[int]*Past
	providers map[string]*Provider
}

type pastEvent struct {
	Event
	bytes  int
	sha256 string
}

func (r *historyReader) fail(hint, format string, args ...any) error {
	return &Mistake{fmt.Sprintf("%s:%d: %s", r.file, r.number, fmt.Sprintf(format, args...)), hint}
}

func (r *historyReader) line(text []byte) error {
	l := &recordLine{}
	if err := json.Unmarshal(text, l); err != nil {
		var wrong *json.UnmarshalTypeError
		if errors.As(err, &wrong) {
			return r.fail("was it written by hand?", "%s is a %s, which it cannot be", strings.ToLower(wrong.Field), wrong.Value)
		}
		return r.fail(recordHint, "no JSON: %v", err)
	}
	if !r.begun && (l.Kind != "meta" || l.Meta == nil) {
		return r.fail(recordHint, "the first line is no meta")
	}
	switch l.Kind {
	case "meta":
		r.begun = true
		if l.Meta != nil {
			r.h.Meta = *l.Meta
		}
	case "event":
		return r.event(l)
	case "invoke":
		return r.invoke(l)
	case "complete":
		return r.complete(l)
	case "wait":
		r.h.Waits = append(r.h.Waits, Wait{len(r.h.Attempts), l.For, l.Real})
	case "end":
		r.h.Ended, r.h.Error = true, l.Error
	}
	return nil
}

func (r *historyReader) event(l *recordLine) error {
	p := r.providers[l.Provider]
	if p == nil {
		p = &Provider{Name: l.Provider, Title: l.Provider}
		r.providers[l.Provider] = p
	}
	body, err := r.body(l)
	if err != nil {
		return err
	}
	ev := &pastEvent{Event: Event{Provider: p, Variant: Variant{Name: l.Variant}, Type: l.Type, ID: l.ID, Object: l.Object, Created: l.Created, Body: body}, sha256: l.SHA256}
	if l.Bytes != nil {
		ev.bytes = *l.Bytes
	}
	r.events[l.E] = ev
	return nil
}

func (r *historyReader) body(l *recordLine) ([]byte, error) {
	if l.Body != nil {
		return []byte(*l.Body), nil
	}
	body, err := base64.StdEncoding.DecodeString(l.BodyBase64)
	if err != nil {
		return nil, r.fail("was it written by hand?", "body_base64 is no base64")
	}
	return body, nil
}

func (r *historyReader) invoke(l *recordLine) error {
	ev := r.events[l.E]
	if ev == nil {
		return r.fail("lines are missing before it", "attempt %d is at event %d, which no line before describes", l.N, l.E)
	}
	if r.attempts[l.N] != nil {
		return r.fail("are these two records in one file?", "attempt %d begins a second time", l.N)
	}
	body, err := r.body(l)
	if err != nil {
		return err
	}
	m := &Message{Method: l.Method, Query: l.Query, ID: ev.ID, Body: ev.Body}
	for _, pair := range l.Headers {
		m.Header.Add(pair[0], pair[1])
	}
	p := &Past{Bytes: ev.bytes, SHA256: ev.sha256, Attempt: Attempt{
		Number: l.N, Step: l.Step, Endpoint: l.Endpoint, Event: ev.Event, At: l.At, Began: l.T, Group: l.Group, Missed: l.Missed,
		Receipt: Receipt{Message: m, Attempt: l.Attempt, Sent: l.Sent},
	}}
	if l.Bytes != nil { // another body than the event's
		p.Bytes, p.SHA256, m.Body = *l.Bytes, l.SHA256, body
	}
	if l.Fault != "" {
		if p.Fault, err = FaultNamed(l.Fault); err != nil {
			p.Fault = &Fault{Name: l.Fault}
		}
	}
	r.attempts[l.N] = p
	r.h.Attempts = append(r.h.Attempts, p)
	return nil
}

func (r *historyReader) complete(l *recordLine) error {
	p := r.attempts[l.N]
	if p == nil {
		return r.fail("lines are missing before it", "attempt %d ends, and no line before begins it", l.N)
	}
	p.Landed, p.Ended, p.Took, p.Way, p.Reason, p.Next, p.End = true, l.T, l.Took, l.Way, Reason(l.Reason), l.Next, l.End
	p.Redirects, p.Satisfied = l.Redirects, l.Outcome == "ack"
	p.Answer = Answer{Status: l.Status, Body: []byte(l.Answer), Truncated: l.Truncated, From: l.From, Reused: l.Reused}
	if l.AnswerBase64 != "" {
		body, err := base64.StdEncoding.DecodeString(l.AnswerBase64)
		if err != nil {
			return r.fail("was it written by hand?", "answer_base64 is no base64")
		}
		p.Answer.Body = body
	}
	for _, pair := range l.Headers {
		p.Answer.Header.Add(pair[0], pair[1])
	}
	if l.Outcome == "unknown" || l.Outcome == "away" {
		none := &NoAnswerError{Connected: l.Outcome == "unknown", Sent: l.Wrote, Err: errors.New(strings.TrimPrefix(l.Error, "no answer: "))}
		if l.Timeout {
			none.Err = context.DeadlineExceeded
		}
		p.Err = none
	}
	return nil
}
