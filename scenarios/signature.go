package scenarios

import (
	"errors"
	"fmt"

	"simhook/simulator"
)

// A Case is one delivery told to a receiver, and what a sound one does with it.
type Case struct {
	Name   string           // "genuine", or the fault's
	Rule   string           // one sentence, present tense
	Why    string           // where sound receivers differ, how
	Fault  *simulator.Fault // nil: genuine
	Expect simulator.Expect
	Skip   string // why the provider cannot send it; "": it can
}

// Signature lists the deliveries that show whether a receiver verifies: one
// genuine, then one for each fault.
func Signature(p *simulator.Provider, v simulator.Variant) []Case {
	all := []Case{{Name: "genuine", Rule: "a genuine delivery is accepted", Expect: simulator.Accept}}
	for i := range simulator.Faults {
		f := &simulator.Faults[i]
		c := Case{Name: f.Name, Fault: f}
		c.Expect, c.Why, c.Skip = p.ExpectOf(f, v)
		c.Rule = fmt.Sprintf("%s: %s", f.About, map[simulator.Expect]string{
			simulator.Accept: "it is accepted", simulator.Refuse: "it is refused", simulator.Either: "accepted or refused, but answered",
		}[c.Expect])
		all = append(all, c)
	}
	return all
}

// Judge says why a receipt breaks the case's rule; "" where it keeps it. Pure.
func (c Case) Judge(r simulator.Receipt) string {
	var none *simulator.NoAnswerError
	switch {
	case c.Expect == simulator.Refuse && errors.As(r.Err, &none) && none.HungUp():
		return ""
	case r.Err != nil:
		return fmt.Sprintf("expected %s, got %v", c.Expect, r.Err)
	case c.Expect == simulator.Accept && !r.Satisfied:
		return fmt.Sprintf("expected an answer that the provider accepts, got %d", r.Status)
	case c.Expect == simulator.Refuse && (r.Status < 400 || r.Status > 499):
		return fmt.Sprintf("expected a refusal by 4xx, got %d", r.Status)
	}
	return ""
}
