package main

import (
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"simhook/simulator"
)

// toldJSON is one attempt of run --output json. Times are milliseconds: at on
// the provider's clock, began and took real.
type toldJSON struct {
	Number   int      `json:"n"`
	Step     int      `json:"step"`
	Endpoint string   `json:"endpoint"`
	Event    string   `json:"event"`
	ID       string   `json:"id"`
	Object   string   `json:"object,omitempty"`
	AtMS     float64  `json:"at_ms"`
	BeganMS  float64  `json:"began_ms"`
	TookMS   float64  `json:"took_ms"`
	Attempt  int      `json:"attempt"`
	Fault    string   `json:"fault,omitempty"`
	Way      string   `json:"way,omitempty"`
	Outcome  string   `json:"outcome"`
	Status   int      `json:"status,omitempty"`
	Error    string   `json:"error,omitempty"`
	End      string   `json:"end,omitempty"`
	Notes    []string `json:"notes,omitempty"`
}

func newToldJSON(a *simulator.Attempt, notes []string) toldJSON {
	j := toldJSON{
		Number: a.Number, Step: a.Step + 1, Endpoint: a.Endpoint, Event: a.Event.Type, ID: a.Event.ID, Object: a.Event.Object,
		AtMS: ms(a.At), BeganMS: ms(a.Began), TookMS: ms(a.Took), Attempt: a.Attempt, Way: a.Way, Outcome: a.Outcome(), Status: a.Status, End: string(a.End), Notes: notes,
	}
	if a.Fault != nil {
		j.Fault = a.Fault.Name
	}
	if a.Err != nil {
		j.Error = noAnswerText(a.Err)
	}
	return j
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// sum says what came of it all.
func (p *played) sum(err error) {
	if p.flags.output == "json" {
		p.printJSON(err)
		return
	}
	fmt.Fprintf(p.io.Out, "\n%s\n", p.line.Counts)
	for i, e := range p.endpoints {
		if e.own != nil {
			p.sayOwn(p.plan.Endpoints[i].Name, e)
		}
	}
	if p.flags.record != "" {
		p.note(fmt.Sprintf("the record is %s; simhook run --plan %s tells it again", p.flags.record, p.flags.record))
	}
}

// sayOwn says what simhook's own receiver made of what it got.
func (p *played) sayOwn(name string, e *endpoint) {
	e.count()
	text := fmt.Sprintf("receiver %s: %d took effect, %d duplicates recognised, %d refused", name, e.made.effects, e.made.duplicates, e.made.refused)
	if e.made.others > 0 {
		text += fmt.Sprintf(", %d handshakes answered", e.made.others)
	}
	fmt.Fprintln(p.io.Out, text)
}

// tally is what a receiver of simhook's own made of what it got.
type tally struct{ effects, duplicates, refused, others int }

// count counts what the receiver made of deliveries, and lets go of it: there may be
// millions.
func (e *endpoint) count() {
	if e.own == nil {
		return
	}
	for _, o := range e.own.fresh() {
		switch {
		case o.Err != nil:
			e.made.refused++
		case o.Handshake != "":
			e.made.others++
		case o.Duplicate:
			e.made.duplicates++
		default:
			e.made.effects++
		}
	}
}

func (p *played) printJSON(err error) {
	type endpointJSON struct {
		Name     string `json:"name"`
		Provider string `json:"provider"`
		URL      string `json:"url"`
	}
	result := struct {
		Scenario  string           `json:"scenario"`
		Run       string           `json:"run"`
		Seed      uint64           `json:"seed"`
		Start     time.Time        `json:"start"`
		Told      bool             `json:"told"` // to its end
		Endpoints []endpointJSON   `json:"endpoints"`
		Counts    simulator.Counts `json:"counts"`
		Attempts  []toldJSON       `json:"attempts"`
	}{p.course.Name, p.plan.Run, p.plan.Seed, p.plan.Start, err == nil, nil, p.line.Counts, p.attempts}
	for i, e := range p.endpoints {
		result.Endpoints = append(result.Endpoints, endpointJSON{p.plan.Endpoints[i].Name, e.pack.Provider.Name, e.target.Address()})
	}
	writeJSON(p.io.Out, result)
}

// stepJSON is one step of a plan.
type stepJSON struct {
	AtMS     float64 `json:"at_ms"`
	Endpoint string  `json:"endpoint"`
	Event    string  `json:"event"`
	ID       string  `json:"id"`
	Object   string  `json:"object,omitempty"`
	Created  string  `json:"created"`
	Fault    string  `json:"fault,omitempty"`
	Way      string  `json:"way,omitempty"`
	How      string  `json:"how,omitempty"`
	Missed   int     `json:"missed,omitempty"`
	Away     bool    `json:"away,omitempty"` // in an outage: the first attempt does not arrive
}

// show prints the plan, and sends nothing.
func (t *telling) show() error {
	var steps []stepJSON
	for i := range t.plan.Steps {
		s, err := t.stepJSON(&t.plan.Steps[i])
		if err != nil {
			return err
		}
		steps = append(steps, s)
	}
	if t.flags.output == "json" {
		writeJSON(t.io.Out, struct {
			Scenario string     `json:"scenario"`
			Run      string     `json:"run"`
			Seed     uint64     `json:"seed"`
			Start    time.Time  `json:"start"`
			Course   any        `json:"course"`
			Steps    []stepJSON `json:"steps"`
		}{t.course.Name, t.plan.Run, t.plan.Seed, t.plan.Start, t.course, steps})
		return nil
	}
	w := tabwriter.NewWriter(t.io.Out, 0, 4, 2, ' ', 0)
	for i, s := range steps {
		cells := []string{simulator.Span(t.plan.Steps[i].At), s.Endpoint, s.Event, s.ID, s.notes()}
		if len(t.endpoints) == 1 {
			cells = append(cells[:1], cells[2:]...)
		}
		fmt.Fprintln(w, strings.TrimRight(strings.Join(cells, "\t"), "\t"))
	}
	return w.Flush()
}

func (t *telling) stepJSON(s *simulator.Step) (stepJSON, error) {
	e := &t.plan.Endpoints[s.Endpoint]
	ev, err := e.Make(s.Event)
	if err != nil {
		return stepJSON{}, err
	}
	j := stepJSON{AtMS: ms(s.At), Endpoint: e.Name, Event: ev.Type, ID: ev.ID, Object: ev.Object, Created: ev.Created.UTC().Format(time.RFC3339Nano), Missed: int(s.Missed), Away: t.plan.Away(s.At)}
	if s.Fault > 0 {
		j.Fault = simulator.Faults[s.Fault-1].Name
	}
	if s.Way > 0 {
		j.Way = t.plan.Ways[s.Way-1].Name
	}
	j.How = howText(s.How)
	return j, nil
}

func howText(h simulator.How) string {
	var words []string
	if h&simulator.Joined != 0 {
		words = append(words, "with the one before")
	}
	if h&simulator.Open != 0 {
		words = append(words, "without waiting")
	}
	if h&simulator.Retried != 0 {
		words = append(words, "retried")
	}
	return strings.Join(words, ", ")
}

// notes lists what is special about a step.
func (s *stepJSON) notes() string {
	var all []string
	if s.Fault != "" {
		all = append(all, "fault "+s.Fault)
	}
	if s.Way != "" {
		all = append(all, "way "+s.Way)
	}
	if s.How != "" {
		all = append(all, s.How)
	}
	if s.Away {
		all = append(all, "receiver away")
	}
	if s.Missed > 0 {
		all = append(all, fmt.Sprintf("%d missed", s.Missed))
	}
	return strings.Join(all, ", ")
}
