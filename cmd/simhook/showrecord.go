package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"simhook/simulator"
)

// showing is one run of show.
type showing struct {
	io                streams
	html, har, output string
	given             func(flag string) bool
}

func newShow(io streams) *cobra.Command {
	s := &showing{io: io}
	c := &cobra.Command{
		Use:   "show FILE",
		Short: "Show what a record says happened",
		Long: `Show what a record says happened: a line for each attempt with the provider's time, the real one,
the event, its id, the answer and what is odd about it. FILE is what simhook run --record wrote;
- is standard input. A record that was cut off is shown as far as it goes.`,
		Example: "  simhook show record.jsonl\n  simhook show record.jsonl --html lanes.html\n  simhook show record.jsonl --har session.har",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			s.given = c.Flags().Changed
			return s.run(args[0])
		},
	}
	flags := c.Flags()
	flags.SortFlags = false
	flags.StringVar(&s.html, "html", "", "draw it as swim lanes, provider, wire and receiver, in one page, `FILE`")
	flags.StringVar(&s.har, "har", "", "write it as HTTP Archive 1.2, `FILE`")
	flags.StringVar(&s.output, "output", "text", "text or json")
	return c
}

func (s *showing) run(file string) error {
	if s.output != "text" && s.output != "json" {
		return &simulator.Mistake{Text: fmt.Sprintf("--output %q", s.output), Hint: "text or json"}
	}
	h, err := s.read(file)
	if err != nil {
		return err
	}
	if why := h.Incomplete(); why != "" {
		fmt.Fprintf(s.io.Err, "simhook: %s\n", printable(why))
	}
	for _, out := range []struct {
		file  string
		write func(io.Writer) error
	}{{s.html, h.WriteLanes}, {s.har, h.WriteHAR}} {
		if out.file == "" {
			continue
		}
		if err := writeFile(out.file, out.write); err != nil {
			return err
		}
		fmt.Fprintf(s.io.Err, "simhook: wrote %s\n", out.file)
	}
	switch {
	case s.output == "json":
		s.json(h)
	case s.html == "" && s.har == "" || s.given("output"):
		s.text(h)
	}
	return nil
}

func (s *showing) read(file string) (*simulator.History, error) {
	if file == "-" {
		return simulator.ReadHistory("standard input", s.io.In)
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, &simulator.Mistake{Text: file + ": " + plainFileError(err), Hint: "a record is what simhook run --record FILE writes"}
	}
	defer f.Close()
	return simulator.ReadHistory(file, f)
}

// createPrivate creates a file that only its owner may read, also where it was there
// before: a record may hold secrets.
func createPrivate(file string) (*os.File, error) {
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, err
	}
	if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
		err = f.Chmod(0o600)
		if err != nil {
			f.Close()
			return nil, err
		}
	}
	return f, nil
}

func writeFile(file string, write func(io.Writer) error) error {
	f, err := createPrivate(file)
	if err != nil {
		return &simulator.Mistake{Text: err.Error()}
	}
	if err := write(f); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

// text prints the timeline.
func (s *showing) text(h *simulator.History) {
	t := h.Timeline()
	h.Each(func(a *simulator.Past) {
		t.Began(&a.Attempt)
		fmt.Fprintln(s.io.Out, t.PastLine(a))
	}, func(w simulator.Wait) { fmt.Fprintln(s.io.Out, simulator.WaitLine(w.Provider, w.Real)) })
	fmt.Fprintln(s.io.Out, t.Counts)
}

type pastJSON struct {
	Number   int      `json:"n"`
	Step     int      `json:"step"`
	Attempt  int      `json:"attempt"`
	Endpoint string   `json:"endpoint"`
	Event    string   `json:"event"`
	ID       string   `json:"id"`
	Object   string   `json:"object,omitempty"`
	At       float64  `json:"at_s"`    // on the provider's clock, since the start
	Began    float64  `json:"real_ms"` // really, since the start
	Took     float64  `json:"took_ms"`
	Fault    string   `json:"fault,omitempty"`
	Outcome  string   `json:"outcome"` // ack, nack, unknown, away, missed or open
	Status   int      `json:"status,omitempty"`
	Error    string   `json:"error,omitempty"`
	Next     float64  `json:"next_s,omitempty"` // when the provider tries again
	End      string   `json:"end,omitempty"`
	Notes    []string `json:"notes"`
}

func (s *showing) json(h *simulator.History) {
	result := struct {
		Meta       simulator.Meta   `json:"meta"`
		Counts     simulator.Counts `json:"counts"`
		Incomplete string           `json:"incomplete,omitempty"`
		Attempts   []pastJSON       `json:"attempts"`
	}{Meta: h.Meta, Incomplete: h.Incomplete(), Attempts: []pastJSON{}}
	t := h.Timeline()
	for _, a := range h.Attempts {
		t.Began(&a.Attempt)
		result.Attempts = append(result.Attempts, pastOf(a, t))
	}
	result.Counts = t.Counts
	writeJSON(s.io.Out, result)
}

func pastOf(a *simulator.Past, t *simulator.Timeline) pastJSON {
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	j := pastJSON{
		Number: a.Number, Step: a.Step, Attempt: a.Receipt.Attempt, Endpoint: a.Endpoint, Event: a.Event.Type, ID: a.Event.ID, Object: a.Event.Object,
		At: a.At.Seconds(), Began: ms(a.Began), Took: ms(a.Took), Outcome: a.Word(), Status: a.Status, Next: a.Next.Seconds(), End: string(a.End),
		Notes: append([]string{}, a.Notes(t)...),
	}
	if a.Fault != nil {
		j.Fault = a.Fault.Name
	}
	if a.Err != nil {
		j.Error = a.Err.Error()
	}
	return j
}
