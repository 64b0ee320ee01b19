package scenarios

import (
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
func (c Case) Judge(r simulator.Receipt) string { return simulator.Judge(c.Fault, c.Expect, r) }
