package main

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"simhook/fixtures/receiver"
	"simhook/simulator"
)

// deliver sends every copy and judges the answers.
func (s *sending) deliver(ctx context.Context) error {
	speed, _ := parseSpeed(s.flags.speed)
	sending := simulator.Sending{Target: s.target, Patience: s.flags.timeout, Retry: s.flags.retry, Speed: speed}
	text := s.flags.output == "text"
	waiting := newWaiting(s.io, orDuration(s.flags.timeout, s.pack.Provider.Patience))
	sending.Each = func(r simulator.Receipt) {
		waiting.over()
		if text && !s.flags.together {
			s.sayReceipt(r)
			s.sayEnd(r)
		}
	}
	sending.Wait = func(provider, real time.Duration) {
		if text {
			waiting.say(waitText(provider, real))
		}
		waiting.begin(real)
	}
	if text {
		s.sayBefore()
	}
	receipts, err := s.send(ctx, sending, waiting)
	if err == nil {
		err = s.finishHandshake(ctx, sending, receipts, text)
	}
	waiting.close()
	if err != nil {
		return err
	}
	if text && s.flags.together {
		for _, r := range receipts {
			s.sayReceipt(r)
			s.sayEnd(r)
		}
		s.sayOwnTogether()
	}
	return s.judge(receipts, text)
}

func (s *sending) send(ctx context.Context, sending simulator.Sending, waiting *waiting) ([]simulator.Receipt, error) {
	var all []simulator.Receipt
	if s.flags.together {
		copies := make([]simulator.Delivery, s.flags.times)
		for i := range copies {
			copies[i] = s.plan
		}
		waiting.begin(0)
		results, err := simulator.Together(ctx, copies, sending)
		for _, r := range results {
			all = append(all, r...)
		}
		return all, err
	}
	for range s.flags.times {
		waiting.begin(0)
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
	ok, said := true, "expected "+s.expect.text
	var gone, wrong, lost *simulator.Receipt
	for i, r := range receipts {
		last := i == len(receipts)-1 || receipts[i+1].Attempt == 1
		if !last {
			continue
		}
		holds := s.expect.holds(s.fault, r) && (s.shaking == nil || s.shaking.why == "")
		ok = ok && holds
		switch {
		case holds && s.expect.expect == simulator.Refuse && (r.Status == http.StatusNotFound || r.Status == http.StatusMethodNotAllowed):
			lost = &receipts[i]
		case holds:
		case s.expect.hungUp(s.fault, r):
			said, wrong = s.expect.way.Judge(s.fault, s.expect.expect, s.expect.variant, r), &receipts[i]
		case r.Unknown:
			wrong = &receipts[i]
		case r.Reason == simulator.NoAnswer || r.Away():
			gone = &receipts[i]
		case wrong == nil:
			wrong = &receipts[i]
		}
	}
	if !text {
		s.printJSON(receipts, ok)
	}
	switch {
	case wrong != nil && s.shaking != nil:
		return s.handshakeFailure(*wrong)
	case wrong != nil: // one copy that did wrong outweighs another that was lost
		return &failure{exitFailed, said, s.whyWrong(*wrong)}
	case gone != nil:
		return away(place(s.target), *gone)
	case lost != nil:
		return &failure{exitAway, fmt.Sprintf("nothing was judged: %s answered %s", s.target.Address(), answerText(lost.Status)), "a wrong path refuses everything; a genuine delivery, without --fault, must be accepted there first"}
	}
	return nil
}

func (s *sending) sayBefore() {
	out := s.io.Out
	if s.keys.source == "test" && s.own == nil {
		s.sayTestSecret("; your endpoint must use it too, or give " + s.keyFlag())
	}
	manner := "genuine"
	if s.fault != nil {
		manner = "fault " + s.fault.Name
	}
	if s.way != nil {
		manner += ", way " + s.way.Name
	}
	fmt.Fprintf(out, "-->  %s  %s  %s  %s  %s %s\n", s.plan.Event.Type, s.plan.Event.ID, manner, size(len(s.plan.Event.Body)), s.plan.Event.Method, place(s.target))
	for _, change := range s.plan.Event.OffSchema {
		fmt.Fprintf(out, "     off schema: %s\n", change)
	}
}

func (s *sending) sayReceipt(r simulator.Receipt) {
	out := s.io.Out
	for _, scheme := range s.plan.Event.Variant.Schemes {
		for _, name := range scheme.HeaderNames() {
			for _, value := range r.Message.Header.Values(name) {
				if credential(scheme) {
					value = mask
				}
				fmt.Fprintf(out, "     %s: %s\n", name, clip(printable(value), 72))
			}
		}
	}
	took := r.Took.Round(time.Millisecond)
	if r.Unknown {
		fmt.Fprintf(out, "<--  the connection was cut on purpose after %v: what the receiver did with it is unknown\n", took)
		return
	}
	if r.Err != nil {
		fmt.Fprintf(out, "<--  %s after %v\n", printable(noAnswerText(r.Err)), took)
		return
	}
	fmt.Fprintf(out, "<--  %d %s in %v", r.Status, http.StatusText(r.Status), took)
	if body := strings.TrimSpace(printable(s.hideSent(r.Message, string(r.Body)))); body != "" {
		fmt.Fprintf(out, "  %s", clip(body, 72))
	}
	if r.Reused {
		fmt.Fprint(out, "  (over the connection of an earlier request)")
	}
	fmt.Fprintln(out)
	for _, to := range r.Redirects {
		fmt.Fprintf(out, "     followed to %s\n", printable(to))
	}
	if s.own != nil && !s.flags.together {
		for _, o := range s.own.fresh() {
			fmt.Fprintf(out, "     receiver: %s\n", printable(s.ownText(o)))
		}
	}
}

// ownText says what simhook's own receiver made of one delivery.
func (s *sending) ownText(o receiver.Outcome) string {
	switch {
	case o.Err != nil:
		return "refused, " + o.Err.Error()
	case o.Handshake != "":
		return s.ownVerdict() + ", handshake " + o.Handshake + " answered"
	}
	age, duplicate := "", ""
	if !o.Verdict.At.IsZero() {
		age = fmt.Sprintf(", signed %v ago", max(0, time.Since(o.Verdict.At).Truncate(time.Second)))
	}
	if o.Duplicate {
		duplicate = ", this is a duplicate"
	}
	return fmt.Sprintf("%s%s; %s took effect %s%s", s.ownVerdict(), age, orHint(o.Type, s.plan.Event.Type), times(o.Effects), duplicate)
}

// ownVerdict is what simhook's own receiver found of what it took.
func (s *sending) ownVerdict() string {
	if len(s.plan.Event.Variant.Schemes) == 0 {
		return "unsigned"
	}
	return "signature valid"
}

// sayOwnTogether shows the other side of deliveries that came at one moment:
// nobody knows which was which.
func (s *sending) sayOwnTogether() {
	if s.own == nil {
		return
	}
	valid, effects, duplicates, handshakes := 0, 0, 0, 0
	refused := map[string]int{}
	for _, o := range s.own.fresh() {
		if o.Err != nil {
			refused[o.Err.Error()]++
			continue
		}
		if o.Handshake != "" {
			handshakes++
			continue
		}
		valid++
		effects = max(effects, o.Effects)
		if o.Duplicate {
			duplicates++
		}
	}
	if valid > 0 {
		fmt.Fprintf(s.io.Out, "     receiver: %d valid signatures; %s took effect %s, %d duplicates recognised\n", valid, s.plan.Event.Type, times(effects), duplicates)
	}
	if handshakes > 0 {
		fmt.Fprintf(s.io.Out, "     receiver: %d valid signatures; the handshake was answered each time\n", handshakes)
	}
	for _, why := range slices.Sorted(maps.Keys(refused)) {
		fmt.Fprintf(s.io.Out, "     receiver: refused %d, %s\n", refused[why], printable(why))
	}
}

func waitText(provider, real time.Duration) string {
	text := "     waiting " + simulator.Span(provider.Round(time.Millisecond))
	if real != provider {
		text += fmt.Sprintf(" (%s here)", simulator.Span(real.Round(time.Millisecond)))
	}
	return text + "\n"
}

func size(n int) string {
	switch {
	case n < 1000:
		return fmt.Sprintf("%d B", n)
	case n >= 1e6:
		return fmt.Sprintf("%.1f MB", float64(n)/1e6)
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
func printable(s string) string { return simulator.Printable(s) }

func clip(s string, n int) string {
	if runes := []rune(s); len(runes) > n {
		return string(runes[:n]) + "…"
	}
	return s
}
