package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"simhook/simulator"
)

// deliver sends every copy and judges the answers.
func (s *sending) deliver(ctx context.Context) error {
	speed, _ := parseSpeed(s.flags.speed)
	sending := simulator.Sending{Target: s.target, Patience: s.flags.timeout, Retry: s.flags.retry, Speed: speed}
	text := s.flags.output == "text"
	if text {
		s.sayBefore()
		if !s.flags.together {
			sending.Each = s.sayReceipt
		}
		sending.Wait = s.sayWait
	}
	receipts, err := s.send(ctx, sending)
	if err != nil {
		return err
	}
	if text && s.flags.together {
		for _, r := range receipts {
			s.sayReceipt(r)
		}
	}
	return s.judge(receipts, text)
}

func (s *sending) send(ctx context.Context, sending simulator.Sending) ([]simulator.Receipt, error) {
	var all []simulator.Receipt
	if s.flags.together {
		copies := make([]simulator.Delivery, s.flags.times)
		for i := range copies {
			copies[i] = s.plan
		}
		results, err := simulator.Together(ctx, copies, sending)
		for _, r := range results {
			all = append(all, r...)
		}
		return all, err
	}
	for range s.flags.times {
		receipts, err := simulator.Deliver(ctx, s.plan, sending)
		all = append(all, receipts...)
		if err != nil {
			return all, err
		}
	}
	return all, nil
}

// judge compares the last answer of each copy with what is expected.
func (s *sending) judge(receipts []simulator.Receipt, text bool) error {
	ok := true
	var gone error
	for i, r := range receipts {
		last := i == len(receipts)-1 || receipts[i+1].Attempt == 1
		if !last {
			continue
		}
		holds := s.expect.holds(r)
		ok = ok && holds
		if r.Reason == simulator.NoAnswer && !holds {
			gone = r.Err
		}
	}
	if !text {
		s.printJSON(receipts, ok)
	}
	if gone != nil {
		return away(s.target.Address(), gone)
	}
	if ok {
		return nil
	}
	hint := s.expect.why
	if s.fault != nil && s.expect.why == "" {
		hint = s.fault.About + ": a sound receiver does not accept it"
	}
	return &failure{exitFailed, fmt.Sprintf("expected %s", s.expect.text), hint}
}

func (s *sending) sayBefore() {
	out := s.io.Out
	manner := "genuine"
	if s.fault != nil {
		manner = "fault " + s.fault.Name
	}
	fmt.Fprintf(out, "-->  %s  %s  %s  %s  %s %s\n", s.event.Type, s.event.ID, manner, size(len(s.event.Body)), s.event.Method, s.target.Address())
	for _, change := range s.event.OffSchema {
		fmt.Fprintf(out, "     off schema: %s\n", change)
	}
	if s.keys.source == "test" && s.own == nil {
		fmt.Fprintf(s.io.Err, "simhook: signed with the public test secret of %s; your endpoint must use it too, or give --secret-env\n", s.pack.Provider.Title)
	}
}

func (s *sending) sayReceipt(r simulator.Receipt) {
	out := s.io.Out
	for _, scheme := range s.event.Variant.Schemes {
		for _, name := range scheme.HeaderNames() {
			for _, value := range r.Message.Header.Values(name) {
				fmt.Fprintf(out, "     %s: %s\n", name, clip(printable(value), 72))
			}
		}
	}
	took := r.Took.Round(time.Millisecond)
	if r.Err != nil {
		fmt.Fprintf(out, "<--  %v after %v\n", r.Err, took)
		return
	}
	fmt.Fprintf(out, "<--  %d %s in %v", r.Status, http.StatusText(r.Status), took)
	if body := strings.TrimSpace(printable(string(r.Body))); body != "" {
		fmt.Fprintf(out, "  %s", clip(body, 72))
	}
	fmt.Fprintln(out)
	for _, to := range r.Redirects {
		fmt.Fprintf(out, "     followed to %s\n", to)
	}
	if s.own != nil {
		s.sayOwn()
	}
}

// sayOwn shows the other side.
func (s *sending) sayOwn() {
	o, ok := s.own.last()
	switch {
	case !ok:
		return
	case o.Err != nil:
		fmt.Fprintf(s.io.Out, "     receiver: refused, %v\n", o.Err)
	case o.Handshake != "":
		fmt.Fprintf(s.io.Out, "     receiver: signature valid, handshake %s answered\n", o.Handshake)
	default:
		age := ""
		if !o.Verdict.At.IsZero() {
			age = fmt.Sprintf(", signed %v ago", max(0, time.Since(o.Verdict.At).Truncate(time.Second)))
		}
		fmt.Fprintf(s.io.Out, "     receiver: signature valid%s; %s took effect %s\n", age, orHint(o.Type, s.event.Type), times(o.Effects))
	}
}

func (s *sending) sayWait(provider, real time.Duration) {
	fmt.Fprintf(s.io.Err, "     waiting %v", provider.Round(time.Millisecond))
	if real != provider {
		fmt.Fprintf(s.io.Err, " (%v here)", real.Round(time.Millisecond))
	}
	fmt.Fprintln(s.io.Err)
}

type receiptJSON struct {
	Attempt   int      `json:"attempt"`
	Status    int      `json:"status,omitempty"`
	TookMS    float64  `json:"took_ms"`
	Body      string   `json:"body,omitempty"`
	Error     string   `json:"error,omitempty"`
	Redirects []string `json:"redirects,omitempty"`
	Satisfied bool     `json:"satisfied"`
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
		Receipts     []receiptJSON `json:"receipts"`
	}{s.pack.Provider.Name, s.event.Type, s.event.ID, s.target.Address(), "", s.expect.text, ok, s.keys.source, s.event.OffSchema, nil}
	if s.fault != nil {
		result.Fault = s.fault.Name
	}
	for _, r := range receipts {
		j := receiptJSON{Attempt: r.Attempt, Status: r.Status, TookMS: float64(r.Took.Microseconds()) / 1000, Body: string(r.Body), Redirects: r.Redirects, Satisfied: r.Satisfied}
		if r.Err != nil {
			j.Error = r.Err.Error()
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

func size(n int) string {
	if n < 1000 {
		return fmt.Sprintf("%d B", n)
	}
	return fmt.Sprintf("%.1f kB", float64(n)/1000)
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

// printable replaces what could command a terminal.
func printable(s string) string {
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

func clip(s string, n int) string {
	if runes := []rune(s); len(runes) > n {
		return string(runes[:n]) + "…"
	}
	return s
}
