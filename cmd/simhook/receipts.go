package main

import (
	"encoding/json"

	"simhook/simulator"
)

type receiptJSON struct {
	Copy      int           `json:"copy"` // of --times, counted from 1
	Attempt   int           `json:"attempt"`
	Status    int           `json:"status,omitempty"`
	TookMS    float64       `json:"took_ms"`
	Body      string        `json:"body,omitempty"`
	Error     string        `json:"error,omitempty"`
	Redirects []string      `json:"redirects,omitempty"`
	Satisfied bool          `json:"satisfied"`
	Way       string        `json:"way,omitempty"`
	Unknown   bool          `json:"unknown,omitempty"` // the wire was cut on purpose
	Reused    bool          `json:"reused,omitempty"`  // the connection
	End       simulator.End `json:"end,omitempty"`     // with --retry: why there is no further attempt
}

type probeJSON struct {
	Fault  string `json:"fault,omitempty"`
	Event  string `json:"event,omitempty"`
	Status int    `json:"status,omitempty"`
	OK     bool   `json:"ok"`
}

func (s *sending) printJSON(receipts []simulator.Receipt, ok bool) {
	result := struct {
		Provider     string        `json:"provider"`
		Event        string        `json:"event"`
		ID           string        `json:"id"`
		URL          string        `json:"url"`
		Fault        string        `json:"fault,omitempty"`
		Expect       string        `json:"expect"`
		OK           bool          `json:"ok"`
		SecretSource string        `json:"secret_source"`
		OffSchema    []string      `json:"off_schema,omitempty"`
		Handshake    string        `json:"handshake,omitempty"`
		Why          string        `json:"why,omitempty"` // the answer to the handshake is wrong
		Probes       []probeJSON   `json:"probes,omitempty"`
		Receipts     []receiptJSON `json:"receipts"`
	}{s.pack.Provider.Name, s.plan.Event.Type, s.plan.Event.ID, s.target.Address(), "", s.expect.text, ok, s.keys.source, s.plan.Event.OffSchema, "", "", nil, nil}
	if s.shaking != nil {
		result.Handshake, result.Why = s.shaking.handshake.Name, s.shaking.why
		for _, p := range s.shaking.probes {
			result.Probes = append(result.Probes, probeJSON{p.probe.Fault, p.probe.Event, p.receipt.Status, p.why == ""})
		}
	}
	if s.fault != nil {
		result.Fault = s.fault.Name
	}
	number := 0
	for _, r := range receipts {
		if r.Attempt == 1 {
			number++
		}
		j := receiptJSON{Copy: number, Attempt: r.Attempt, Status: r.Status, TookMS: float64(r.Took.Microseconds()) / 1000, Body: s.hideSent(r.Message, string(r.Body)), Redirects: r.Redirects, Satisfied: r.Satisfied, Way: r.Way, Unknown: r.Unknown, Reused: r.Reused, End: r.End}
		if r.Err != nil {
			j.Error = noAnswerText(r.Err)
		}
		result.Receipts = append(result.Receipts, j)
	}
	writeJSON(s.io.Out, result)
}

func writeJSON(w interface{ Write([]byte) (int, error) }, v any) {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.Encode(v)
}
