package simulator

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"
)

//go:embed lanes.html
var lanesPage string

// WriteLanes draws a history as one HTML page: provider, wire and receiver side by
// side, time downwards. The page needs no script, no network and no other file;
// what receivers and payloads say is text in it and nothing else.
func (h *History) WriteLanes(w io.Writer) error {
	page, err := template.New("lanes").Parse(lanesPage)
	if err != nil {
		return err
	}
	return page.Execute(w, h.lanes())
}

// lanes is what the page shows.
type lanes struct {
	Meta      Meta
	Providers []string
	Summary   string
	Warning   string
	Rows      []laneRow
}

// A laneRow is an attempt, or where Gap is set a time in which nothing happens.
type laneRow struct {
	Gap      string
	Height   int // px before the row: more where more time goes by
	Number   int
	Clock    string
	Real     string
	Endpoint string
	Event    string
	ID       string
	Outcome  string // ack, nack, unknown, away, missed or open
	Answer   string
	Notes    []laneNote
	Facts    [][2]string
	Request  string
	Response string
}

type laneNote struct{ Kind, Text string }

func (h *History) lanes() lanes {
	l := lanes{Meta: h.Meta}
	for _, e := range h.Meta.Endpoints {
		l.Providers = append(l.Providers, strings.TrimSpace(e.Name+" → "+e.URL))
	}
	t, clock := h.Timeline(), time.Duration(0)
	for _, a := range h.Attempts {
		t.Began(&a.Attempt)
	}
	urls := map[string]string{}
	for _, e := range h.Meta.Endpoints {
		urls[e.Name] = e.URL
	}
	for _, a := range h.Attempts {
		gap := max(0, a.At-clock)
		clock = max(clock, a.At)
		if gap >= longGap {
			l.Rows = append(l.Rows, laneRow{Gap: Span(gap) + " later", Height: gapHeight(gap) / 2})
			gap = 0
		}
		row := laneRowOf(a, a.Notes(t), urls[a.Endpoint])
		row.Height = gapHeight(gap)
		if !t.Named {
			row.Endpoint = ""
		}
		l.Rows = append(l.Rows, row)
	}
	l.Summary, l.Warning = t.Counts.String(), h.Incomplete()
	return l
}

// Incomplete says why a record does not hold the whole course; "" where it does.
func (h *History) Incomplete() string {
	switch {
	case h.Error != "":
		return "the course ended early: " + h.Error
	case h.Truncated:
		return "simhook was killed while it wrote the last line, which is left out"
	case !h.Ended:
		return "the record has no end: simhook was killed, or is at work still"
	}
	return ""
}

// longGap is a time that is written out instead of drawn.
const longGap = 10 * time.Second

// gapHeight grows by 4 px each time the gap is ten times as long: three days are
// 28 px, not a thousand screens.
func gapHeight(gap time.Duration) int {
	height := 0
	for d := time.Millisecond; d <= gap && height < 40; d *= 10 {
		height += 4
	}
	return height
}

func laneRowOf(a *Past, notes []string, address string) laneRow {
	row := laneRow{
		Number: a.Number, Clock: Span(a.At), Real: "+" + rough(a.Began), Endpoint: a.Endpoint, Event: a.Event.Type, ID: a.Event.ID,
		Outcome: a.Word(), Answer: AnswerText(&a.Attempt), Request: requestText(a, address), Response: responseText(a),
	}
	if !a.Landed {
		row.Answer = noEnd
	}
	for _, text := range notes {
		row.Notes = append(row.Notes, laneNote{noteKind(text), text})
	}
	row.Facts = [][2]string{
		{"attempt", fmt.Sprint(a.Receipt.Attempt)}, {"object", a.Event.Object}, {"created", a.Event.Created.UTC().Format(time.RFC3339)},
		{"sent", a.Sent.UTC().Format(time.RFC3339Nano)}, {"body", fmt.Sprintf("%d B, sha256 %s", a.Bytes, a.SHA256)}, {"connection", a.From},
	}
	return row
}

// noteKind is the first word of a note: duplicate, late, out, attempt …
func noteKind(note string) string {
	word, _, _ := strings.Cut(note, " ")
	return word
}

// mostShown bounds a body on the page, in bytes: a thousand attempts stay readable.
const mostShown = 4 << 10

func requestText(a *Past, address string) string {
	return headText(a.Message.Method+" "+Dialled(address, a.Message), a.Message.Header, a.Message.Body)
}

func responseText(a *Past) string {
	switch {
	case a.Err != nil:
		return a.Err.Error()
	case a.Status == 0:
		return ""
	}
	return headText(strings.TrimSpace(fmt.Sprintf("%d %s", a.Status, http.StatusText(a.Status))), a.Answer.Header, a.Answer.Body)
}

func headText(first string, h Header, body []byte) string {
	var b strings.Builder
	b.WriteString(first)
	for _, f := range h {
		b.WriteString("\n" + f.Name + ": " + f.Value)
	}
	if len(body) == 0 {
		return b.String()
	}
	b.WriteString("\n\n")
	switch shown := wholeRunes(body[:min(len(body), mostShown)]); {
	case !utf8.Valid(shown):
		fmt.Fprintf(&b, "(%d B that are no text)", len(body))
	default:
		b.Write(shown)
		if len(shown) < len(body) {
			fmt.Fprintf(&b, "\n… %d B more", len(body)-len(shown))
		}
	}
	return b.String()
}
