package main

import (
	"context"
	"fmt"
	"maps"
	"strings"

	"github.com/spf13/pflag"

	"simhook/fixtures"
	"simhook/simulator"
)

// eventFlags say how an event is made.
type eventFlags struct {
	set, unset, options, headers []string
	merge, body, now, run        string
	apiVersion, mode, language   string
	size                         string
	thin                         bool
	seed                         uint64
}

func (f *eventFlags) bindEvent(flags *pflag.FlagSet) {
	flags.StringArrayVar(&f.set, "set", nil, "change a member of the body, `PATH=VALUE`, typed by what stands there")
	flags.StringArrayVar(&f.unset, "unset", nil, "take a member of the body away, `PATH`")
	flags.StringVar(&f.merge, "merge", "", "lay a JSON `FILE` over the body (RFC 7386); - is standard input")
	flags.StringVar(&f.body, "body", "", "send this `FILE` as the body, verbatim, signed; - is standard input")
	flags.StringVar(&f.mode, "mode", "", "how much of its schema the event has: typical, `lean`, full or random (default typical)")
	flags.StringVar(&f.size, "size", "", "let the body grow to this many bytes, such as `5MB`, through the fields that the provider lets grow")
	flags.StringVar(&f.language, "language", "", "names and texts in this language, such as `ja`; mixed is the worst of all")
	flags.BoolVar(&f.thin, "thin", false, "the thin twin of the event, as --variant thin")
	flags.Uint64Var(&f.seed, "seed", 0, "shape of the values; the same seed, run and now give the same bytes")
	flags.StringVar(&f.run, "run", "", "`NAME` in every id (default a fresh one); an old one is a duplicate to a receiver with a memory")
	flags.StringVar(&f.now, "now", "", "when the event happened, RFC 3339 `TIME` or unix seconds; in a dry run also the time of the signature")
	flags.StringArrayVar(&f.headers, "header", nil, "add or replace a header line, `\"NAME: VALUE\"`")
	flags.StringVar(&f.apiVersion, "api-version", "", "the API `VERSION` of the body")
	flags.StringArrayVar(&f.options, "option", nil, "set an option of the pack, `NAME=VALUE`")
}

// useThin makes --thin what it stands for.
func (s *sending) useThin() error {
	f := s.flags
	switch {
	case !f.thin:
		return nil
	case f.variant != "" && f.variant != "thin":
		return &simulator.Mistake{Text: "--thin and --variant " + f.variant + " are two manners", Hint: "use one or the other"}
	}
	if _, err := s.pack.Provider.Variant("thin"); err != nil {
		return &simulator.Mistake{Text: fmt.Sprintf("--thin: %s has no thin events", s.pack.Provider.Title), Hint: "Stripe has"}
	}
	f.variant = "thin"
	return nil
}

// makeEvent renders the event and plans its delivery.
func (s *sending) makeEvent(context.Context) (err error) {
	f := s.flags
	name := ""
	if len(s.args) > 1 {
		name = s.args[1]
	}
	o := fixtures.Options{Variant: f.variant, Mode: f.mode, Language: f.language, Seed: f.seed, Run: f.run, Values: map[string]string{}}
	if f.size != "" {
		if o.Size, err = fixtures.ParseSize(f.size); err != nil {
			return err
		}
	}
	if o.At, err = parseNow(f.now); err != nil {
		return err
	}
	if o.Run == "" {
		o.Run = fixtures.FreshRun()
	}
	o.URL = orHint(f.signedURL, s.target.Address())
	if err := s.optionValues(&o); err != nil {
		return err
	}
	if o.Change, err = s.changes(); err != nil {
		return err
	}
	if s.plan, err = s.pack.Delivery(name, o, s.fault, s.keys.keys); err != nil {
		return err
	}
	s.plan.Way = s.way
	return s.addHeaders()
}

func (s *sending) optionValues(o *fixtures.Options) error {
	if s.flags.apiVersion != "" {
		o.Values["api_version"] = s.flags.apiVersion
	}
	if s.pages != nil {
		maps.Copy(o.Values, s.pages.options)
		if s.wantsVisit() {
			o.Values[visiting(s.pack.Provider, s.event()).VisitOption] = s.pages.base + visitPath
		}
	}
	for _, text := range s.flags.options {
		name, value, ok := strings.Cut(text, "=")
		if !ok {
			return &simulator.Mistake{Text: fmt.Sprintf("--option %s: no value", text), Hint: "write --option name=value"}
		}
		o.Values[name] = value
	}
	return nil
}

func (s *sending) changes() (c fixtures.Changes, err error) {
	c.Set, c.Unset = s.flags.set, s.flags.unset
	if s.flags.merge != "" {
		if c.Merge, err = readInput(s.io.In, "--merge ", s.flags.merge); err != nil {
			return c, err
		}
	}
	if s.flags.body != "" {
		c.Body, err = readInput(s.io.In, "--body ", s.flags.body)
	}
	return c, err
}

func (s *sending) addHeaders() error {
	for _, line := range s.flags.headers {
		name, value, ok := strings.Cut(line, ":")
		if !ok || name == "" || strings.ContainsAny(line, "\r\n") || strings.ContainsAny(name, " \t") {
			return &simulator.Mistake{Text: fmt.Sprintf("--header %q is no header line", line), Hint: `write --header "X-Name: value"`}
		}
		s.plan.Event.Header.Set(name, strings.TrimSpace(value))
	}
	return nil
}
