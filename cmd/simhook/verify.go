package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"simhook/fixtures"
	"simhook/simulator"
	"simhook/simulator/signature"
)

type verifyFlags struct {
	providerFlags
	provider, now, body, signedURL, output string
	entry                                  int
}

func newVerify(io streams) *cobra.Command {
	f := &verifyFlags{}
	c := &cobra.Command{
		Use:   "verify [FILE]",
		Short: "Say why a captured request does or does not verify",
		Long: `Say why a captured request does or does not verify. FILE is a raw HTTP request, the output of
curl -v, --trace or --trace-ascii, a HAR, or what send --dry-run --output json prints; - or
nothing is standard input.

A cause that is named is not a guess: with that one change the signature fits, or the signature
itself proves it. A clue is what can be seen, and no proof.`,
		Example: "  simhook verify captured.http --secret-env STRIPE_WEBHOOK_SECRET\n  simhook verify session.har --provider github --secret-env HOOK_SECRET\n  simhook verify curl.txt --body payload.json",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			return (&verifying{flags: f, io: io}).run(args)
		},
	}
	flags := c.Flags()
	flags.StringVar(&f.provider, "provider", "", "whose request it is, `NAME` (default found by its headers)")
	f.bind(flags)
	flags.StringVar(&f.now, "now", "", "verify at this `TIME` instead of now, RFC 3339 or unix seconds; capture is the capture's own")
	flags.StringVar(&f.body, "body", "", "the body, where the capture lacks it, `FILE`")
	flags.StringVar(&f.signedURL, "signed-url", "", "the `URL` that the provider has, where it signs the URL")
	flags.IntVar(&f.entry, "entry", 0, "which request of a HAR, counted from 1 (default the first with a body)")
	flags.StringVar(&f.output, "output", "text", "text or json")
	return c
}

type verifying struct {
	flags   *verifyFlags
	io      streams
	capture *simulator.Capture
	pack    *fixtures.Pack
	others  []*fixtures.Pack // those that the capture may be of as well: they sign alike
	title   string           // of all of them
	schemes []*signature.Scheme
	keys    keySet
	model   []byte // a body as the provider writes it
}

func (v *verifying) run(args []string) error {
	if v.flags.output != "text" && v.flags.output != "json" {
		return &simulator.Mistake{Text: fmt.Sprintf("--output %q", v.flags.output), Hint: "text or json"}
	}
	for _, step := range []func() error{func() error { return v.read(args) }, v.findPack, v.findSchemes, v.findKeys} {
		if err := step(); err != nil {
			return err
		}
	}
	now, err := v.when()
	if err != nil {
		return err
	}
	v.model = v.sample()
	diagnoses := simulator.Diagnose(v.pack.Provider, v.schemes, v.capture.Message, v.keys.keys, v.model, now)
	if v.flags.output == "json" {
		v.json(diagnoses)
	} else {
		v.text(diagnoses)
	}
	if !verified(diagnoses) {
		return &failure{code: exitFailed}
	}
	return nil
}

// findSchemes takes those of --variant, or all of the provider.
func (v *verifying) findSchemes() error {
	v.schemes = v.pack.Provider.Schemes
	if v.flags.variant == "" {
		return nil
	}
	variant, err := v.pack.Provider.Variant(v.flags.variant)
	v.schemes = variant.Schemes
	return err
}

// findKeys takes what send takes, but more: a public key is enough to verify, and
// a secret in the wrong form is no wrong usage, but what is to be diagnosed. So
// the flags are read for a provider that demands no form.
func (v *verifying) findKeys() (err error) {
	provider := *v.pack.Provider
	provider.Variants = []simulator.Variant{{Name: v.flags.variant}}
	if v.keys, err = v.flags.keys(&fixtures.Pack{Provider: &provider}, v.io); err != nil {
		return err
	}
	for _, p := range v.others {
		if v.keys.source == "test" {
			v.keys.keys = append(v.keys.keys, simulator.Keys([]string{p.Provider.TestSecret}, nil)...)
		}
	}
	public := v.publicOnly()
	for i := range v.keys.keys {
		key := &v.keys.keys[i]
		if public && v.keys.source != "test" && len(key.PEM) == 0 {
			key.PEM = []byte(key.Secret) // a public key as the dashboard shows it
		}
		for _, s := range v.carried() {
			if len(key.PEM) == 0 || !s.Asymmetric() {
				continue
			}
			if _, err := s.PublicText(*key); err != nil {
				return &simulator.Mistake{Text: err.Error(), Hint: "the public key of the sender, as its dashboard shows it, or in PEM: --key FILE"}
			}
		}
	}
	return nil
}

// variant is the first whose signature the capture carries.
func (v *verifying) variant() string {
	for _, variant := range v.pack.Provider.Variants {
		if v.flags.variant == "" && slices.ContainsFunc(variant.Schemes, func(s *signature.Scheme) bool { return slices.Contains(v.carried(), s) }) {
			return variant.Name
		}
	}
	return v.flags.variant
}

// publicOnly: what the capture is signed by is verified by a public key.
func (v *verifying) publicOnly() bool {
	return !slices.ContainsFunc(v.carried(), func(s *signature.Scheme) bool { return !s.Asymmetric() })
}

// carried are the schemes that the capture is signed by, or seems to be.
func (v *verifying) carried() []*signature.Scheme {
	return simulator.Carried(v.schemes, v.capture.Message)
}

// sample makes a body of the capture's event type, or else of another.
func (v *verifying) sample() []byte {
	m := v.capture.Message
	kind, _ := v.pack.Provider.TypeAt.Read(m)
	action, _ := signature.FieldText(m.Body, "action")
	name := v.pack.DefaultEvent()
	for _, is := range []func(event string) bool{
		func(event string) bool { return event == kind },
		func(event string) bool { return event == kind+"."+action },
		func(event string) bool {
			return strings.HasSuffix(event, "."+kind) || strings.HasPrefix(event, kind+".")
		},
	} {
		if i := slices.IndexFunc(v.pack.Events(), is); i >= 0 && kind != "" {
			name = v.pack.Events()[i]
			break
		}
	}
	event, err := v.pack.Event(name, fixtures.Options{Variant: v.variant()})
	if err != nil {
		return nil
	}
	return event.Body
}

func (v *verifying) read(args []string) error {
	name := "-"
	if len(args) == 1 {
		name = args[0]
	}
	switch {
	case name == "-" && v.flags.body == "-":
		return &simulator.Mistake{Text: "standard input can be read once only", Hint: "give the capture or the body as a file"}
	case v.flags.entry < 0:
		return &simulator.Mistake{Text: fmt.Sprintf("--entry %d", v.flags.entry), Hint: "requests are counted from 1"}
	}
	if err := checkSignedURL(v.flags.signedURL); err != nil {
		return err
	}
	data, err := readInput(v.io.In, "", name)
	if err != nil {
		return err
	}
	if v.capture, err = simulator.ReadCapture(data, v.flags.entry); err != nil {
		return err
	}
	if v.flags.body != "" {
		body, err := readInput(v.io.In, "--body ", v.flags.body)
		if err != nil {
			return err
		}
		v.capture.SetBody(body)
	}
	if v.flags.signedURL != "" {
		v.capture.Message.URL = v.flags.signedURL
	}
	if v.capture.NoBody {
		return &simulator.Mistake{Text: fmt.Sprintf("this %s capture does not hold the body", v.capture.Format), Hint: "give it with --body FILE"}
	}
	return nil
}

func (v *verifying) when() (time.Time, error) {
	if v.flags.now == "capture" {
		for _, s := range v.schemes {
			if at, ok := s.Time(v.capture.Message); ok && simulator.Carries(s, v.capture.Message) {
				return at, nil
			}
			// A token is opened to see its time.
			if verdict, _ := s.Verify(v.capture.Message, v.keys.keys, time.Now()); !verdict.At.IsZero() {
				return verdict.At, nil
			}
		}
		return time.Now(), nil
	}
	t, err := parseNow(v.flags.now)
	if err == nil && t.IsZero() {
		t = time.Now()
	}
	return t, err
}
