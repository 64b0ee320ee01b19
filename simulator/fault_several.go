package simulator

import (
	"strings"
	"time"

	"simhook/simulator/signature"
)

var epoch = time.Unix(0, 0)

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
			list := []string{wrong(right[0]), wrong(wrong(right[0])), wrong(wrong(wrong(right[0])))}
			if place >= 0 {
				list[place] = right[0]
			}
			return scheme.List(s.Message, list)
		})
	}
}

// wrong returns a signature of the same form that fits nothing.
func wrong(signature string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r < '9', r >= 'a' && r < 'f', r >= 'A' && r < 'Z':
			return r + 1
		case r == '9':
			return '0'
		case r == 'f':
			return 'a'
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
