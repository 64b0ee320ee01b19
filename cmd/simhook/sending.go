package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"simhook/fixtures"
	"simhook/simulator"
	"simhook/simulator/signature"
)

// sending is one run of send.
type sending struct {
	flags   *sendFlags
	io      streams
	args    []string
	pack    *fixtures.Pack
	keys    keySet
	fault   *simulator.Fault
	way     *simulator.Way // nil: plain
	target  simulator.Target
	own     *embedded // nil where --to is given
	pages   *keyPages // what the provider serves while it sends; may be nil
	plan    simulator.Delivery
	shaking *shaking // nil: the event is no handshake
	expect  expectation
}

func (s *sending) run(ctx context.Context) error {
	steps := []func(context.Context) error{s.useConfig, s.check, s.load, s.aim, s.makeEvent, s.findHandshake}
	defer s.close()
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
	}
	if s.flags.dryRun || s.flags.curl {
		return s.show()
	}
	return s.deliver(ctx)
}

func (s *sending) close() {
	if s.pages != nil {
		s.pages.close()
	}
}

// check refuses flags that contradict each other before anything is done, and
// says which have no effect.
func (s *sending) check(context.Context) error {
	f := s.flags
	switch {
	case f.output != "text" && f.output != "json":
		return &simulator.Mistake{Text: fmt.Sprintf("--output %q", f.output), Hint: "text or json"}
	case f.times < 1 || f.times > 1000:
		return &simulator.Mistake{Text: fmt.Sprintf("--times %d", f.times), Hint: "from 1 to 1000"}
	case f.body != "" && (f.merge != "" || len(f.set)+len(f.unset) > 0 || f.size != ""):
		return &simulator.Mistake{Text: "--body takes the body verbatim; --set, --unset, --merge and --size change the made one", Hint: "use one or the other"}
	case f.body == "-" && f.merge == "-":
		return &simulator.Mistake{Text: "standard input can be read once only"}
	case f.timeout < 0:
		return &simulator.Mistake{Text: "--timeout is negative", Hint: "such as --timeout 5s"}
	}
	if err := s.dryFlags(); err != nil {
		return err
	}
	if err := checkSignedURL(f.signedURL); err != nil {
		return err
	}
	if f.to == "" && f.secures() {
		s.note("--ca, --cert and --insecure have no effect without --to: simhook's own receiver speaks plain HTTP")
	}
	_, err := parseSpeed(f.speed)
	if err == nil && f.given("speed") && !f.retry {
		s.note("--speed has no effect without --retry")
	}
	if f.together && f.times == 1 {
		s.note("--together has no effect on one delivery; --times 10 sends ten")
	}
	return err
}

func (s *sending) note(text string) { fmt.Fprintln(s.io.Err, "simhook: "+text) }

// dryFlags is about flags that only make sense where something is sent.
func (s *sending) dryFlags() error {
	f, dry := s.flags, "--dry-run"
	switch {
	case f.curl && f.wayName != "":
		return &simulator.Mistake{Text: "--curl sends the plain way, so --way means nothing beside it", Hint: "--dry-run prints the bytes of a way"}
	case f.dryRun && f.output == "json" && f.wayName != "":
		return &simulator.Mistake{Text: "--dry-run --output json prints the delivery, not its way over the wire", Hint: "--dry-run alone prints the bytes of a way"}
	case f.curl && f.output == "json":
		return &simulator.Mistake{Text: "--curl prints a command, not JSON", Hint: "--dry-run --output json prints the request as JSON"}
	case f.curl:
		dry = "--curl"
	case !f.dryRun:
		return nil
	}
	for _, flag := range []string{"retry", "times", "together"} {
		if f.given(flag) {
			s.note(fmt.Sprintf("%s sends nothing: --%s has no effect", dry, flag))
		}
	}
	return nil
}

// checkKeys refuses a secret or key that the variant does not sign with.
func (s *sending) checkKeys(v simulator.Variant) error {
	f, asymmetric, secret := s.flags, false, false
	for _, scheme := range v.Schemes {
		asymmetric = asymmetric || scheme.Asymmetric()
		secret = secret || !scheme.Asymmetric() && scheme.Keyed()
	}
	switch {
	case f.given("key") && !asymmetric:
		return &simulator.Mistake{Text: fmt.Sprintf("--key: %s signs with no private key in this manner", s.pack.Provider.Title), Hint: "give the secret with --secret-env NAME"}
	case (f.given("secret") || f.given("secret-env")) && asymmetric && !secret:
		return &simulator.Mistake{Text: fmt.Sprintf("%s signs with a private key, not with a secret", s.pack.Provider.Title), Hint: "give it with --key FILE; without, a fixed test key is used"}
	case f.retry && !s.pack.Provider.Retry.Retries():
		s.note(fmt.Sprintf("--retry has no effect: %s does not try again", s.pack.Provider.Title))
	}
	return nil
}

func parseSpeed(text string) (float64, error) {
	if text == "max" {
		return 0, nil
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || !(n >= 0.001 && n <= 1e9) { // NaN is neither
		return 0, &simulator.Mistake{Text: fmt.Sprintf("--speed %q", text), Hint: "a number from 0.001 to 1e9, such as 3600, or max"}
	}
	return n, nil
}

// load reads the pack, the keys and the fault.
func (s *sending) load(context.Context) (err error) {
	if s.pack, err = s.flags.pack(s.args[0]); err != nil {
		return err
	}
	if err = s.useThin(); err != nil {
		return err
	}
	if s.keys, err = s.findKeys(); err != nil {
		return err
	}
	v, err := s.pack.Provider.Variant(s.flags.variant)
	if err != nil {
		return err
	}
	if err := s.checkKeys(v); err != nil {
		return err
	}
	if len(s.flags.secrets) > 1 && !slices.ContainsFunc(v.Schemes, (*signature.Scheme).Several) {
		fmt.Fprintf(s.io.Err, "simhook: %s sends one signature in this manner: the first --secret signs, the others are not used\n", s.pack.Provider.Title)
	}
	s.expect = genuine(s.pack.Provider)
	if s.flags.fault != "" {
		if s.fault, err = s.pack.Provider.FaultFor(s.flags.fault, v); err != nil {
			return err
		}
		expect, why, _ := s.pack.Provider.ExpectOf(s.fault, v)
		s.expect = faulty(s.pack.Provider, expect, why)
	}
	if s.way, err = s.flags.way(); err != nil {
		return err
	}
	s.expect = s.expect.on(s.way, v)
	if s.flags.expect != "" {
		s.expect, err = explicit(s.flags.expect)
		s.expect.way = s.way
	}
	return err
}

// findKeys finds what to sign with; with --no-secret that is nothing.
func (s *sending) findKeys() (keySet, error) {
	f := s.flags
	if !f.noSecret {
		return f.keys(s.pack, s.io)
	}
	v, err := s.pack.Provider.Variant(f.variant)
	switch {
	case err != nil:
		return keySet{}, err
	case len(f.secrets) > 0 || f.secretEnv != "" || f.keyFile != "" || f.fault != "":
		return keySet{}, &simulator.Mistake{Text: "--no-secret signs nothing, so --secret, --secret-env, --key and --fault mean nothing beside it", Hint: "--fault no-signature takes the signature away from a signed delivery"}
	case slices.ContainsFunc(v.Schemes, (*signature.Scheme).Asymmetric):
		return keySet{}, &simulator.Mistake{Text: s.pack.Provider.Title + " signs with a key of its own and has no endpoints without", Hint: "--fault no-signature takes the signature away"}
	case f.to == "" && !f.dryRun && !f.curl:
		return keySet{}, &simulator.Mistake{Text: "--no-secret needs an endpoint: simhook's own receiver verifies", Hint: "give --to, or --dry-run"}
	}
	return keySet{source: "none"}, nil
}

// aim finds the target: --to, or a receiver of simhook's own.
func (s *sending) aim(context.Context) (err error) {
	f := s.flags
	dry := f.dryRun || f.curl
	v, err := s.pack.Provider.Variant(f.variant)
	if err != nil {
		return err
	}
	switch {
	case f.to != "":
		via, err := f.transport(f.public, s.io)
		if err != nil {
			return err
		}
		if s.target, err = simulator.URLVia(f.to, via); err != nil || dry || len(s.pack.Provider.Serves) == 0 && !s.wantsVisit() {
			return err
		}
		if s.pages, err = serveKeys(f.serveKeys, s.pack, v, s.keys.keys[0], nil); err == nil {
			s.pages.say(s.io, s.pack)
			s.sayVisit()
		}
		return err
	case dry:
		s.target, err = simulator.URL("http://localhost:8080/webhooks", false)
		return err
	}
	if s.own, err = startEmbedded(s.pack, v, f.signedURL, s.keys.keys); err != nil {
		return err
	}
	s.pages = s.own.keyPages
	s.target, err = simulator.URL(s.own.url, false)
	return err
}
