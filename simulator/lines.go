package simulator

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"
)

// Counts are what a timeline saw, in numbers.
type Counts struct {
	Attempts     int `json:"attempts"`     // that began
	Events       int `json:"events"`       // different ones, by endpoint
	Acknowledged int `json:"acknowledged"` // attempts that the provider counts as success
	Refused      int `json:"refused"`      // answered otherwise
	Unknown      int `json:"unknown"`      // the request may have arrived, and no answer came
	Away         int `json:"away"`         // the receiver was not there
	Missed       int `json:"missed"`       // it was not there because the course has it so
	Open         int `json:"open"`         // begun and not ended: simhook was stopped
	Spoilt       int `json:"spoilt"`       // with a fault
	Retried      int `json:"retried"`      // attempts after the first
	GivenUp      int `json:"given_up"`     // deliveries that the provider makes no further attempt at, unsatisfied
	Duplicates   int `json:"duplicates"`
	Late         int `json:"late"`
	OutOfOrder   int `json:"out_of_order"`
}

// String says how many events and attempts there were, what came of the attempts, and
// after a semicolon what was odd about them: "2 events, 3 attempts: 2 acknowledged, 1
// missed (never arrived); 1 retry".
func (c Counts) String() string {
	outcomes := countsText([]count{
		{c.Acknowledged, "acknowledged", ""}, {c.Refused, "refused", ""}, {c.Unknown, "unknown", ""}, {c.Away, "away", ""},
		{c.Missed, "missed (never arrived)", ""}, {c.Open, "open", ""},
	})
	odd := countsText([]count{
		{c.Spoilt, "spoilt", ""}, {c.Retried, "retry", "retries"}, {c.GivenUp, "given up", ""},
		{c.Duplicates, "duplicate", "duplicates"}, {c.Late, "late", ""}, {c.OutOfOrder, "out of order", ""},
	})
	text := fmt.Sprintf("%s, %s", count{c.Events, "event", "events"}, count{c.Attempts, "attempt", "attempts"})
	if outcomes != "" {
		text += ": " + outcomes
	}
	if odd != "" {
		text += "; " + odd
	}
	return text
}

// count is a number of something.
type count struct {
	n         int
	one, many string // many "": as one
}

func (c count) String() string {
	if c.n == 1 || c.many == "" {
		return fmt.Sprintf("%d %s", c.n, c.one)
	}
	return fmt.Sprintf("%d %s", c.n, c.many)
}

// countsText lists the counts that are not zero.
func countsText(all []count) string {
	var texts []string
	for _, c := range all {
		if c.n > 0 {
			texts = append(texts, c.String())
		}
	}
	return strings.Join(texts, ", ")
}

// Began takes note of an attempt that begins; those come in the order of their
// numbers. It can be [Playing].Began.
func (t *Timeline) Began(a *Attempt) {
	t.begun[a.Number] = t.Notes(a)
	t.Attempts++
	t.Open++
	if a.Fault != nil {
		t.Spoilt++
	}
}

// Ended counts an attempt that ended, and lists all that is odd about it.
func (t *Timeline) Ended(a *Attempt) []string {
	notes := t.begun[a.Number]
	delete(t.begun, a.Number)
	t.Open--
	t.count(a)
	if a.Fault != nil {
		notes = append(notes, "fault "+a.Fault.Name)
	}
	if a.Way != "" {
		notes = append(notes, "way "+a.Way)
	}
	switch {
	case a.Missed && a.End != Disabled:
		notes = append(notes, "missed")
	case a.Unknown():
		notes = append(notes, "unknown")
	}
	switch {
	case a.Next > 0:
		notes = append(notes, "again in "+Span(a.Next-a.At))
	case a.End != "" && a.End != Delivered:
		notes = append(notes, string(a.End))
	}
	return notes
}

func (t *Timeline) count(a *Attempt) {
	switch a.Outcome() {
	case "ack":
		t.Acknowledged++
	case "nack":
		t.Refused++
	case "unknown":
		t.Unknown++
	default:
		if a.Missed {
			t.Missed++
		} else {
			t.Away++
		}
	}
	if a.End != "" && a.End != Delivered {
		t.GivenUp++
	}
}

// Line is the line of a timeline about an attempt that ended: the provider's time,
// the real one, the event and its id, the answer, and what is odd about it. It may
// repeat what a receiver said, but holds nothing that commands a terminal.
func (t *Timeline) Line(a *Attempt) string {
	return t.line(a, AnswerText(a), t.Ended(a))
}

// PastLine is Line for an attempt of a record, whose end nobody may have seen.
func (t *Timeline) PastLine(p *Past) string {
	if p.Landed {
		return t.Line(&p.Attempt)
	}
	return t.line(&p.Attempt, noEnd, p.Notes(t))
}

const noEnd = "no end is recorded"

func (t *Timeline) line(a *Attempt, answer string, notes []string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%8s  %8s", Span(a.At), "+"+rough(a.Began))
	columns := []string{a.Event.Type, a.Event.ID, answer}
	if t.Named {
		columns = []string{a.Endpoint, a.Event.Type, a.Event.ID, answer}
	}
	for len(t.widths) < len(columns) {
		t.widths = append(t.widths, 0)
	}
	for i, text := range columns {
		text = Printable(text)
		t.widths[i] = max(t.widths[i], min(utf8.RuneCountInString(text), mostColumn))
		fmt.Fprintf(&b, "  %-*s", t.widths[i], text)
	}
	if len(notes) > 0 {
		b.WriteString("  " + Printable(strings.Join(notes, ", ")))
	}
	return strings.TrimRight(b.String(), " ")
}

// mostColumn is how wide a column of a timeline grows, in characters.
const mostColumn = 44

// AnswerText says in a few words what an attempt was answered, and how long it took.
func AnswerText(a *Attempt) string {
	took := rough(a.Took)
	var none *NoAnswerError
	switch {
	case a.Missed:
		return "not sent"
	case errors.As(a.Err, &none) && none.Timeout():
		return "no answer in " + took
	case errors.As(a.Err, &none) && none.Connected:
		return "cut off after " + took
	case a.Err != nil:
		return "not reached"
	}
	return strings.Join(strings.Fields(fmt.Sprintf("%d %s in %s", a.Status, http.StatusText(a.Status), took)), " ")
}

// WaitLine is the line about a wait of the provider's.
func WaitLine(provider, real time.Duration) string {
	text := "          waiting " + rough(provider)
	if real != provider {
		text += " (" + rough(real) + " here)"
	}
	return text
}

// rough writes a duration without the digits that nobody reads: 1.234567 ms is 1ms.
func rough(d time.Duration) string {
	for _, to := range []time.Duration{time.Second, time.Millisecond, time.Microsecond} {
		if d >= 10*to || d >= time.Second && to == time.Millisecond {
			return Span(d.Round(to))
		}
	}
	return Span(d)
}

// Printable replaces what could command a terminal, and turns lines into blanks.
func Printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' {
			return ' '
		}
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return '\uFFFD'
		}
		return r
	}, s)
}
