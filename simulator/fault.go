package simulator

import (
	"fmt"
	"slices"

	"simhook/simulator/nearest"
	"simhook/simulator/signature"
)

// Expect is what a sound receiver does with a delivery.
type Expect string

// What a sound receiver may do.
const (
	Accept Expect = "accept"
	Refuse Expect = "refuse"
	Either Expect = "either" // sound receivers differ
)

// A Fault spoils one delivery on purpose. Before bends what is signed, so that
// the signature is genuine for something else; After spoils what was signed.
type Fault struct {
	Name   string
	About  string // one sentence: what is done
	Expect Expect
	Why    string // where Expect is either: how sound receivers differ
	// Unreadable says that HTTP servers drop such a request themselves, before a
	// handler sees it: closing the connection is then a refusal like any other.
	Unreadable bool
	// NotFor says why a variant of a provider cannot commit the fault; "" means it can.
	NotFor func(v Variant) string
	// Lenient says why sound receivers of a variant differ, where Expect is meant
	// for the others; "" means they do not. It may be nil.
	Lenient func(v Variant) string
	Before  func(*Signing) error
	After   func(*Spoiling) error
}

// Faults lists every fault, family by family. Names are for ever.
var Faults = slices.Concat(missingFaults, keyFaults, bodyFaults, formFaults, malformedFaults, schemeFaults, tokenFaults, urlFaults, severalFaults, timeFaults, stampFaults)

// FaultNamed returns the fault of that name.
func FaultNamed(name string) (*Fault, error) {
	var known []string
	for i := range Faults {
		if Faults[i].Name == name {
			return &Faults[i], nil
		}
		known = append(known, Faults[i].Name)
	}
	hint := nearest.Hint(name, known)
	if hint == "" {
		hint = "simhook list --faults shows them all"
	}
	return nil, &Mistake{fmt.Sprintf("no fault %q", name), hint}
}

// FaultFor returns the fault of that name, if a variant of the provider can commit it.
func (p *Provider) FaultFor(name string, v Variant) (*Fault, error) {
	f, err := FaultNamed(name)
	if err != nil {
		return nil, err
	}
	if _, _, notFor := p.ExpectOf(f, v); notFor != "" {
		return nil, &Mistake{fmt.Sprintf("fault %s is not for %s: %s", name, p.Name, notFor), "simhook list " + p.Name + " --faults shows those it can commit"}
	}
	return f, nil
}

// ExpectOf returns what a sound receiver of this provider does with the fault:
// the provider's quirk with its source, or what follows from the variant's
// schemes, or the fault's own word. notFor says why the fault does not exist here.
func (p *Provider) ExpectOf(f *Fault, v Variant) (expect Expect, why, notFor string) {
	if f.NotFor != nil {
		if notFor = f.NotFor(v); notFor != "" {
			return "", "", notFor
		}
	}
	for _, q := range p.Quirks {
		if q.Fault == f.Name {
			return q.Expect, q.Source, ""
		}
	}
	if f.Lenient != nil {
		if why := f.Lenient(v); why != "" {
			return Either, why, ""
		}
	}
	return f.Expect, f.Why, ""
}

// strong returns the schemes that a receiver may trust.
func (v Variant) strong() []*signature.Scheme { return strongOf(v.Schemes) }

// strongOf leaves the legacy schemes out; where nothing else proves anything,
// they are all there is.
func strongOf(schemes []*signature.Scheme) []*signature.Scheme {
	strong := slices.DeleteFunc(slices.Clone(schemes), func(s *signature.Scheme) bool { return s.Legacy })
	if !slices.ContainsFunc(strong, (*signature.Scheme).Keyed) {
		return schemes
	}
	return strong
}

// any says whether one of the trusted schemes has a property.
func (v Variant) any(is func(*signature.Scheme) bool) bool {
	return slices.ContainsFunc(v.strong(), is)
}

// all says whether the variant signs at all and every trusted scheme has a property.
func (v Variant) all(is func(*signature.Scheme) bool) bool {
	return len(v.strong()) > 0 && !slices.ContainsFunc(v.strong(), func(s *signature.Scheme) bool { return !is(s) })
}

// need builds a NotFor from conditions, each with its reason.
func need(conditions ...condition) func(Variant) string {
	return func(v Variant) string {
		for _, c := range conditions {
			if !c.holds(v) {
				return c.otherwise
			}
		}
		return ""
	}
}

type condition struct {
	holds     func(Variant) bool
	otherwise string
}

var (
	signs = condition{func(v Variant) bool { return v.any((*signature.Scheme).Keyed) }, "it sends no signature"}
	keyed = condition{func(v Variant) bool {
		return v.any(func(s *signature.Scheme) bool { return s.Keyed() && !s.Asymmetric() })
	}, "it has no shared secret"}
	computed = condition{func(v Variant) bool {
		return v.any(func(s *signature.Scheme) bool { return s.Engine != "credential" })
	}, "it sends a fixed credential and computes nothing"}
	coversBytes = condition{func(v Variant) bool { return v.all((*signature.Scheme).CoversBytes) }, "its signature does not cover the bytes of the body"}
	coversBody  = condition{func(v Variant) bool { return v.all((*signature.Scheme).CoversContent) }, "its signature does not cover the whole body"}
	timed       = condition{func(v Variant) bool { return v.all((*signature.Scheme).SignsTime) }, "no time is signed"}
	aged        = condition{func(v Variant) bool {
		return v.all(func(s *signature.Scheme) bool { age, _ := s.Age(); return age > 0 })
	}, "no age is checked"}
	several = condition{func(v Variant) bool {
		return v.all(func(s *signature.Scheme) bool { return s.Place.Many == "join" || len(s.Place.Items) > 0 })
	}, "one delivery carries one signature"}
	inHeader = condition{func(v Variant) bool {
		return v.all(func(s *signature.Scheme) bool { return s.Place.Header != "" })
	}, "the signature is not in a header"}
)

// each applies an edit to every scheme of a delivery.
func each(schemes []*signature.Scheme, edit func(*signature.Scheme) error) error {
	for _, s := range schemes {
		if err := edit(s); err != nil {
			return err
		}
	}
	return nil
}

// overwrite replaces the whole value of every signature place.
func overwrite(value string) func(*Spoiling) error {
	return func(s *Spoiling) error {
		return each(s.Schemes, func(scheme *signature.Scheme) error { return scheme.Overwrite(s.Message, value) })
	}
}

// editRaw changes the bytes that each signature stands for.
func editRaw(change func(raw []byte) []byte) func(*Spoiling) error {
	return func(s *Spoiling) error {
		return each(s.Schemes, func(scheme *signature.Scheme) error { return scheme.EditRaw(s.Message, change) })
	}
}

// edit replaces each signature inside its place.
func edit(change func(signature string) string) func(*Spoiling) error {
	return func(s *Spoiling) error {
		return each(s.Schemes, func(scheme *signature.Scheme) error { return scheme.Edit(s.Message, change) })
	}
}
