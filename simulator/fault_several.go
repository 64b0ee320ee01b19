package simulator

import (
	"strings"

	"simhook/simulator/signature"
)

// Faults of number: AUTH-023 and AUTH-025 of the catalogue of checks. Providers
// send several signatures while a secret rolls; one that fits suffices.
var severalFaults = []Fault{
	{Name: "several.first", About: "three signatures, the right one first", Expect: Accept, NotFor: need(signs, several), After: among(0)},
	{Name: "several.middle", About: "three signatures, the right one in the middle", Expect: Accept, NotFor: need(signs, several), After: among(1)},
	{Name: "several.last", About: "three signatures, the right one last", Expect: Accept, NotFor: need(signs, several), After: among(2)},
	{Name: "several.none", About: "three signatures, none of them right", Expect: Refuse, NotFor: need(signs, several), After: among(-1)},
	{
		Name: "signature-twice.bad-first", About: "the signature header twice, a wrong one first", Expect: Either, NotFor: need(signs, inHeader),
		Why: "HTTP joins lines of one name; whether the first or the joined value is taken differs", After: twice(true, false),
	},
	{
		Name: "signature-twice.bad-last", About: "the signature header twice, a wrong one last", Expect: Either, NotFor: need(signs, inHeader),
		Why: "HTTP joins lines of one name; whether the first or the joined value is taken differs", After: twice(false, true),
	},
	{Name: "signature-twice.both-bad", About: "the signature header twice, both wrong", Expect: Refuse, NotFor: need(signs, inHeader), After: twice(true, true)},
}

// among puts the right signature at one place among three.
func among(place int) func(*Spoiling) error {
	return func(s *Spoiling) error {
		return each(s.Schemes, func(scheme *signature.Scheme) error {
			right := scheme.Signatures(s.Message)
			if len(right) == 0 {
				return nil
			}
			if wrong(right[0]) == right[0] {
				return errCannot("the signature has no letter and no digit")
			}
			list := []string{wrong(right[0]), wrong(wrong(right[0])), wrong(wrong(wrong(right[0])))}
			if place >= 0 {
				list[place] = right[0]
			}
			return scheme.List(s.Message, list)
		})
	}
}

// wrong returns a signature of the same form that fits nothing: hexadecimal
// digits stay such, letters and digits too.
func wrong(signature string) string {
	next := func(r, from, to rune) rune {
		if r == to {
			return from
		}
		return r + 1
	}
	return strings.Map(func(r rune) rune {
		for _, cycle := range []string{"09", "af", "gz", "AF", "GZ"} {
			if from, to := rune(cycle[0]), rune(cycle[1]); r >= from && r <= to {
				return next(r, from, to)
			}
		}
		return r
	}, signature)
}

// twice sends every signature header a second time, one or both of them wrong.
func twice(first, second bool) func(*Spoiling) error {
	return func(s *Spoiling) error {
		return each(s.Schemes, func(scheme *signature.Scheme) error {
			spoilt := s.Message.Clone()
			if err := scheme.Edit(spoilt, wrong); err != nil {
				return err
			}
			for _, name := range scheme.HeaderNames() {
				if spoilt.Header.Get(name) == s.Message.Header.Get(name) && spoilt.Header.Get(name) != "" {
					return errCannot("the signature has no letter and no digit")
				}
				s.Message.Header = doubled(s.Message.Header, name, spoilt.Header.Get(name), first, second)
			}
			return nil
		})
	}
}

func doubled(h Header, name, bad string, first, second bool) Header {
	var out Header
	for _, f := range h {
		if !strings.EqualFold(f.Name, name) {
			out = append(out, f)
			continue
		}
		for _, spoil := range []bool{first, second} {
			line := f
			if spoil {
				line.Value = bad
			}
			out = append(out, line)
		}
	}
	return out
}
