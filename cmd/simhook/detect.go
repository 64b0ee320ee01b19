package main

import (
	"slices"
	"strings"

	"simhook/fixtures"
	"simhook/simulator"
)

// findPack takes --provider, or whom the capture names, or the packs whose
// signature the request carries.
func (v *verifying) findPack() (err error) {
	name := v.flags.provider
	if name == "" && v.flags.packDir == "" && slices.Contains(fixtures.Names(), v.capture.Provider) {
		name = v.capture.Provider
	}
	if name == "" && v.flags.packDir == "" {
		return v.detect()
	}
	if v.pack, err = v.flags.pack(name); err == nil {
		v.title = v.pack.Provider.Title
	}
	return err
}

// detect finds the provider by its headers.
func (v *verifying) detect() error {
	var names []string
	var packs []*fixtures.Pack
	most := 0
	for _, name := range fixtures.Names() {
		p, err := fixtures.Load(name)
		if err != nil {
			return err
		}
		switch count := v.likeness(p); {
		case count == 0 || count < most:
		case count > most:
			most, names, packs = count, []string{name}, []*fixtures.Pack{p}
		default:
			names, packs = append(names, name), append(packs, p)
		}
	}
	if len(packs) == 0 {
		return &simulator.Mistake{Text: "no header of this request is the signature of a provider that simhook knows", Hint: "say whose it is with --provider NAME; perhaps the header was lost on its way"}
	}
	v.pack, v.title, v.others = packs[0], packs[0].Provider.Title, packs[1:]
	for _, p := range v.others {
		if !v.signAlike(v.pack, p) {
			return &simulator.Mistake{Text: "the signature header is used by " + strings.Join(names, ", "), Hint: "say whose it is with --provider NAME"}
		}
		v.title += " or " + p.Provider.Title
	}
	return nil
}

// likeness is 0 for a pack whose signature the request does not carry. Of providers
// with one signature header the other headers tell: those that the pack's requests
// have and this one has, too, or lacks.
func (v *verifying) likeness(p *fixtures.Pack) int {
	m := v.capture.Message
	score := 0
	for _, s := range p.Provider.Schemes {
		_, claimed := s.Claimed(m)
		switch {
		case !simulator.Carries(s, m) || simulator.Everyday(s):
		case claimed:
			score = max(score, 2000)
		default:
			score = max(score, 1000)
		}
	}
	if score == 0 {
		return 0
	}
	event, err := p.Event(p.DefaultEvent(), fixtures.Options{})
	if err != nil {
		return score
	}
	for _, f := range event.Header {
		switch value, ok := m.Header.Lookup(f.Name); {
		case !ok:
			score--
		case value == f.Value:
			score += 2
		default:
			score++
		}
	}
	return score
}

// signAlike: of the schemes that the request is signed by, both packs have the same.
func (v *verifying) signAlike(a, b *fixtures.Pack) bool {
	return slices.Equal(v.claimed(a), v.claimed(b))
}

func (v *verifying) claimed(p *fixtures.Pack) (all []string) {
	for _, s := range p.Provider.Schemes {
		if _, ok := s.Claimed(v.capture.Message); ok {
			all = append(all, strings.Join([]string{s.Engine, s.Signed, s.Digest, s.Key, s.Encoding}, " "))
		}
	}
	return all
}
