package main

import (
	"slices"

	"simhook/fixtures"
	"simhook/simulator"
	"simhook/simulator/signature"
)

// testSecret is the pack's public one, or "" where nothing is signed with a secret.
func testSecret(p *fixtures.Pack) string {
	if slices.ContainsFunc(p.Provider.Schemes, func(s *signature.Scheme) bool { return s.Keyed() && !s.Asymmetric() }) {
		return p.Provider.TestSecret
	}
	return ""
}

type faultJSON struct {
	Name   string           `json:"name"`
	Expect simulator.Expect `json:"expect"`
}

type packJSON struct {
	Name     string           `json:"name"`
	Title    string           `json:"title"`
	Secret   string           `json:"test_secret,omitempty"`
	Events   []string         `json:"events"`
	Stories  []string         `json:"stories"`
	Variants []string         `json:"variants"`
	Faults   []faultJSON      `json:"faults"`
	Facts    []simulator.Fact `json:"facts"`
}

func (l *listing) json(packs []*fixtures.Pack) error {
	all := []packJSON{}
	for _, p := range packs {
		j := packJSON{Name: p.Provider.Name, Title: p.Provider.Title, Secret: testSecret(p), Events: l.events(p), Stories: p.Stories(), Facts: p.Provider.Facts}
		for _, v := range p.Provider.Variants {
			j.Variants = append(j.Variants, v.Name)
		}
		chosen, err := p.Provider.Variant(l.flags.variant)
		if err != nil {
			return err
		}
		for i := range simulator.Faults {
			if expect, _, notFor := p.Provider.ExpectOf(&simulator.Faults[i], chosen); notFor == "" {
				j.Faults = append(j.Faults, faultJSON{simulator.Faults[i].Name, expect})
			}
		}
		all = append(all, j)
	}
	writeJSON(l.io.Out, all)
	return nil
}
