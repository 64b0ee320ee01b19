package main

import (
	"errors"
	"fmt"
	"strings"

	"simhook/simulator"
)

// An expectation is the answer that is right.
type expectation struct {
	text     string
	statuses []simulator.StatusRange
	any      bool // whatever comes
	refuse   bool // hanging up is a refusal, too
	none     bool // no answer at all
	why      string
}

// genuine: the provider must be satisfied.
func genuine(p *simulator.Provider) expectation {
	return expectation{text: "accept: " + ranges(p.Accepts), statuses: p.Accepts}
}

// faulty: what a sound receiver does with a fault. It refuses with a 4xx: a 5xx
// would make the provider send the same again.
func faulty(p *simulator.Provider, expect simulator.Expect, why string) expectation {
	switch expect {
	case simulator.Accept:
		e := genuine(p)
		e.why = why
		return e
	case simulator.Refuse:
		return expectation{text: "refuse: 400-499", statuses: []simulator.StatusRange{{From: 400, To: 499}}, refuse: true, why: why}
	}
	return expectation{text: "either", any: true, why: why}
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
func (e expectation) holds(r simulator.Receipt) bool {
	switch {
	case e.any:
		return true
	case r.Err != nil:
		var none *simulator.NoAnswerError
		return e.none || e.refuse && errors.As(r.Err, &none) && none.HungUp()
	}
	return !e.none && simulator.StatusIn(r.Status, e.statuses)
}

func ranges(list []simulator.StatusRange) string {
	texts := make([]string, len(list))
	for i, r := range list {
		texts[i] = fmt.Sprint(r)
	}
	return strings.Join(texts, ", ")
}
