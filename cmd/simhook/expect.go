package main

import (
	"errors"
	"fmt"
	"strings"

	"simhook/simulator"
)

// An expectation is the answer that is right: what a sound receiver gives, or
// what --expect says.
type expectation struct {
	text     string
	expect   simulator.Expect        // of a sound receiver; "" where --expect is given
	statuses []simulator.StatusRange // of --expect
	any      bool                    // whatever comes
	none     bool                    // no answer at all
	why      string

	way     *simulator.Way // how the delivery goes over the wire; nil: plainly
	variant simulator.Variant
}

// genuine: the provider must be satisfied.
func genuine(p *simulator.Provider) expectation {
	return expectation{text: "accept: " + ranges(p.Accepts), expect: simulator.Accept}
}

// faulty: what a sound receiver does with a fault; see [simulator.Judge].
func faulty(p *simulator.Provider, expect simulator.Expect, why string) expectation {
	e := genuine(p)
	e.expect, e.why = expect, why
	switch expect {
	case simulator.Refuse:
		e.text = "refuse: 400-499"
	case simulator.Either:
		e.text = "either"
	}
	return e
}

// on is the expectation of the delivery where it goes a way over the wire.
func (e expectation) on(w *simulator.Way, v simulator.Variant) expectation {
	if w == nil {
		return e
	}
	e.way, e.variant = w, v
	e.text += ", by way " + w.Name + ": "
	switch expect, _ := w.Expected(e.expect, v); {
	case w.Cut:
		e.text += "unknown"
	case expect == simulator.Refuse:
		e.text += "no effect, so 400-499, or no answer"
	default:
		e.text += string(expect)
	}
	return e
}

// explicit reads --expect.
func explicit(text string) (expectation, error) {
	switch text {
	case "any":
		return expectation{text: text, any: true}, nil
	case "none":
		return expectation{text: "no answer", none: true}, nil
	}
	statuses, err := simulator.ParseStatuses(text)
	if err != nil {
		return expectation{}, &simulator.Mistake{Text: "--expect: " + err.Error(), Hint: "2xx, 400, 200-299, 200,204, none or any"}
	}
	return expectation{text: text, statuses: statuses}, nil
}

// holds judges one receipt.
func (e expectation) holds(f *simulator.Fault, r simulator.Receipt) bool {
	switch {
	case e.expect != "":
		return e.way.Judge(f, e.expect, e.variant, r) == ""
	case e.any:
		return true
	case r.Err != nil:
		return e.none
	}
	return !e.none && simulator.StatusIn(r.Status, e.statuses)
}

// hungUp says whether the receiver closed the connection on a spoiled delivery.
// On a genuine one it is away like any that gives no answer.
func (e expectation) hungUp(f *simulator.Fault, r simulator.Receipt) bool {
	var none *simulator.NoAnswerError
	return (f != nil || e.way != nil) && e.expect != "" && errors.As(r.Err, &none) && none.HungUp()
}

func ranges(list []simulator.StatusRange) string {
	texts := make([]string, len(list))
	for i, r := range list {
		texts[i] = fmt.Sprint(r)
	}
	return strings.Join(texts, ", ")
}
