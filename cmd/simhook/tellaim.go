package main

import (
	"fmt"
	"slices"
	"strings"

	"simhook/fixtures"
	"simhook/scenarios"
	"simhook/simulator"
	"simhook/simulator/nearest"
)

// aim finds the provider, the keys and the target of each endpoint.
func (t *telling) aim() error {
	first := t.flags.provider
	if first == "" && t.flags.packDir == "" {
		first = t.course.Provider
	}
	if first == "" && t.flags.packDir == "" {
		return &simulator.Mistake{Text: fmt.Sprintf("%s: as which provider?", t.course.Name), Hint: "any can tell it, such as simhook run " + t.course.Name + " --provider stripe"}
	}
	pack, err := t.packOf(first)
	if err != nil {
		return err
	}
	names := []string{pack.Provider.Name}
	for _, s := range t.course.Endpoints {
		names = append(names, s.Name)
	}
	if err := t.knownNames(names); err != nil {
		return err
	}
	if err := t.add(scenarios.Sender{Variant: orHint(t.course.Variant, t.flags.variant)}, pack, names); err != nil {
		return err
	}
	for _, s := range t.course.Endpoints {
		other := pack
		if s.Provider != "" && s.Provider != pack.Provider.Name {
			if other, err = t.packOf(s.Provider); err != nil {
				return s.Of(err)
			}
		}
		if err := t.add(s, other, names); err != nil {
			return err
		}
	}
	return nil
}

// knownNames refuses --to NAME=URL for an endpoint that the course does not have.
func (t *telling) knownNames(names []string) error {
	for _, text := range t.flags.to {
		if name, _ := namedValue(text, nil); name != "" && !slices.Contains(names, name) {
			return &simulator.Mistake{Text: fmt.Sprintf("--to %s=…: the scenario has no endpoint %q", name, name), Hint: orHint(nearest.Hint(name, names), "endpoints: "+strings.Join(names, ", "))}
		}
	}
	return nil
}

// add makes one endpoint ready; names are those of all.
func (t *telling) add(s scenarios.Sender, pack *fixtures.Pack, names []string) (err error) {
	e := &endpoint{name: s.Name, pack: pack}
	t.endpoints = append(t.endpoints, e)
	e.setup = scenarios.Setup{Pack: pack, Variant: s.Variant, Seed: t.flags.seed}
	v, err := pack.Provider.Variant(s.Variant)
	if err != nil {
		return err
	}
	name := names[len(t.endpoints)-1]
	e.setup.URL = t.one(t.flags.signedURLs, name, names, true)
	to := t.one(append(slices.Clone(t.recorded), t.flags.to...), name, names, true)
	if e.keys, err = t.keysOf(e, v, name, names, to == ""); err != nil {
		return err
	}
	for _, k := range e.keys.keys {
		e.setup.Secrets = append(e.setup.Secrets, k.Secret)
		e.setup.KeyPEM = k.PEM
	}
	if err := t.target(e, v, to); err != nil {
		return err
	}
	e.setup.Target = e.target
	if e.pages != nil {
		e.setup.Values = e.pages.options
	}
	return nil
}

// target finds where an endpoint is: at --to, or a receiver of simhook's own.
func (t *telling) target(e *endpoint, v simulator.Variant, to string) (err error) {
	switch {
	case t.flags.dryRun && to == "":
		to = "http://localhost:8080/webhooks"
	case to == "":
		if e.own, err = startEmbedded(e.pack, v, e.setup.URL, e.keys.keys); err != nil {
			return err
		}
		e.pages, to = e.own.keyPages, e.own.url
	}
	if e.target, err = simulator.URL(to, t.flags.public); err != nil || t.flags.dryRun || e.own != nil || len(e.pack.Provider.Serves) == 0 {
		return err
	}
	if e.pages, err = serveKeys("127.0.0.1:0", e.pack, v, e.keys.keys[0], nil); err == nil {
		e.pages.say(t.io, e.pack)
	}
	return err
}

// one is what a flag says of an endpoint: NAME=VALUE of it, or VALUE of all where
// shared, else of the first.
func (t *telling) one(values []string, name string, names []string, shared bool) string {
	if all := t.all(values, name, names, shared); len(all) > 0 {
		return all[len(all)-1]
	}
	return ""
}

func (t *telling) all(values []string, name string, names []string, shared bool) (own []string) {
	var plain []string
	for _, text := range values {
		switch of, value := namedValue(text, names); {
		case of == name:
			own = append(own, value)
		case of == "" && (shared || name == names[0]):
			plain = append(plain, value)
		}
	}
	if len(own) > 0 {
		return own
	}
	return plain
}

// keysOf finds what an endpoint's deliveries are signed with. A secret without a
// name is that of the first endpoint, and of those of the same provider. A receiver
// of simhook's own knows a second one where the course rolls it.
func (t *telling) keysOf(e *endpoint, v simulator.Variant, name string, names []string, own bool) (keySet, error) {
	same := e.pack == t.endpoints[0].pack
	f := providerFlags{variant: v.Name, secrets: t.all(t.flags.secrets, name, names, same), secretEnv: t.one(t.flags.secretEnvs, name, names, same)}
	io := t.io
	if same {
		f.keyFile = t.flags.keyFile
	} else {
		io.Env = func(variable string) (string, bool) {
			if variable == "SIMHOOK_SECRET" { // it is of the first endpoint's provider
				return "", false
			}
			return t.io.Env(variable)
		}
	}
	set, err := f.keys(e.pack, io)
	if err != nil || !own || set.source != "test" || !t.course.Rolls() {
		return set, err
	}
	if next := scenarios.NextSecret(e.pack.Provider, v); next != "" {
		set.keys = simulator.Keys([]string{next, e.pack.Provider.TestSecret}, nil)
	}
	return set, nil
}
