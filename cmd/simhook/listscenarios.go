package main

import (
	"cmp"

	"simhook/fixtures"
	"simhook/scenarios"
)

// scenarioJSON is one of list --scenarios --output json.
type scenarioJSON struct {
	Name     string `json:"name"`
	Provider string `json:"provider,omitempty"` // "": any
	About    string `json:"about"`
	Source   string `json:"source,omitempty"`
	Cannot   string `json:"cannot,omitempty"` // why the provider that was asked about cannot tell it
}

// scenarios lists the built-in scenarios; of one provider, those that it tells,
// and why it does not tell the others.
func (l *listing) scenarios(p *fixtures.Pack) error {
	all := []scenarioJSON{}
	for _, c := range scenarios.Library() {
		if p != nil && c.Provider != "" && c.Provider != p.Provider.Name {
			continue
		}
		j := scenarioJSON{Name: c.Name, Provider: c.Provider, About: c.About, Source: c.Source}
		if p != nil {
			j.Cannot = c.Fits(p, l.flags.variant)
		}
		all = append(all, j)
	}
	if l.flags.output == "json" {
		writeJSON(l.io.Out, all)
		return nil
	}
	return l.table(func(row func(...any)) {
		for _, s := range all {
			about := s.About
			if s.Cannot != "" {
				about = "not here: " + s.Cannot
			}
			row(s.Name, cmp.Or(s.Provider, "any"), about)
		}
	})
}
