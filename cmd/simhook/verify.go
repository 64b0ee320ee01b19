package main

import (
	"errors"
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
curl -v, a HAR, or what send --dry-run --output json prints; - or nothing is standard input.

A cause that is named is not a guess: with that one change the signature fits.`,
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
	keys    keySet
}

func (v *verifying) run(args []string) error {
	if v.flags.output != "text" && v.flags.output != "json" {
		return &simulator.Mistake{Text: fmt.Sprintf("--output %q", v.flags.output), Hint: "text or json"}
	}
	if err := v.read(args); err != nil {
		return err
	}
	if err := v.findPack(); err != nil {
		return err
	}
	var err error
	if v.keys, err = v.flags.keys(v.pack, v.io); err != nil {
		return err
	}
	now, err := v.when()
	if err != nil {
		return err
	}
	diagnoses := simulator.Diagnose(v.pack.Provider, v.capture.Message, v.keys.keys, now)
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

// verified: at least one scheme fits, and no scheme that may be trusted fails.
func verified(diagnoses []signature.Diagnosis) bool {
	fits := false
	for _, d := range diagnoses {
		if d.Err == nil {
			fits = true
		} else if !d.Scheme.Legacy {
			return false
		}
	}
	return fits
}

func (v *verifying) read(args []string) error {
	name := "-"
	if len(args) == 1 {
		name = args[0]
	}
	data, err := readInput(v.io.In, "", name)
	if err != nil {
		return err
	}
	if v.capture, err = simulator.ReadCapture(data, v.flags.entry); err != nil {
		return err
	}
	if v.flags.body != "" {
		if v.capture.Message.Body, err = readInput(v.io.In, "--body ", v.flags.body); err != nil {
			return err
		}
		v.capture.NoBody, v.capture.Notes = false, nil
	}
	if v.flags.signedURL != "" {
		v.capture.Message.URL = v.flags.signedURL
	}
	if v.capture.NoBody {
		return &simulator.Mistake{Text: fmt.Sprintf("this %s capture does not hold the body", v.capture.Format), Hint: "give it with --body FILE"}
	}
	return nil
}

// findPack takes --provider, or the packs whose signature the request carries.
func (v *verifying) findPack() (err error) {
	if v.flags.provider != "" || v.flags.packDir != "" {
		v.pack, err = v.flags.pack(v.flags.provider)
		return err
	}
	var fitting []string
	for _, name := range fixtures.Names() {
		p, err := fixtures.Load(name)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(p.Provider.Schemes, func(s *signature.Scheme) bool { return simulator.Carries(s, v.capture.Message) }) {
			fitting = append(fitting, name)
			v.pack = p
		}
	}
	switch len(fitting) {
	case 1:
		return nil
	case 0:
		return &simulator.Mistake{Text: "no header of this request is the signature of a provider that simhook knows", Hint: "say whose it is with --provider NAME; perhaps the header was lost on its way"}
	}
	return v.chooseAmong(fitting)
}

// chooseAmong settles providers that share their headers, such as all on Standard
// Webhooks: their scheme is the same, so the first stands for all.
func (v *verifying) chooseAmong(names []string) (err error) {
	var first *fixtures.Pack
	for _, name := range names {
		p, err := fixtures.Load(name)
		if err != nil {
			return err
		}
		if first == nil {
			first = p
		}
		if p.Provider.Schemes[0].Signed != first.Provider.Schemes[0].Signed || p.Provider.Schemes[0].Digest != first.Provider.Schemes[0].Digest {
			return &simulator.Mistake{Text: "the signature header is used by " + strings.Join(names, ", "), Hint: "say whose it is with --provider NAME"}
		}
	}
	v.pack = first
	return nil
}

func (v *verifying) when() (time.Time, error) {
	if v.flags.now == "capture" {
		for _, s := range v.pack.Provider.Schemes {
			if at, ok := s.Time(v.capture.Message); ok && simulator.Carries(s, v.capture.Message) {
				return at, nil
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

func (v *verifying) text(diagnoses []signature.Diagnosis) {
	out := v.io.Out
	m := v.capture.Message
	fmt.Fprintf(out, "%s %s  %d bytes of body, %s\n", m.Method, printable(m.URL), len(m.Body), v.pack.Provider.Title)
	for _, note := range v.capture.Notes {
		fmt.Fprintf(out, "note: %s\n", note)
	}
	for _, d := range diagnoses {
		name := d.Scheme.Name
		if d.Err == nil {
			fmt.Fprintf(out, "%s: valid%s\n", name, ageText(d))
			continue
		}
		fmt.Fprintf(out, "%s: does not verify: %s\n", name, printable(d.Err.Error()))
		for _, c := range d.Causes {
			fmt.Fprintf(out, "  cause: %s  [%s]\n  cure:  %s\n", c.Text, c.Name, c.Cure)
		}
		if len(d.Causes) == 0 && errors.Is(d.Err, signature.ErrBadSignature) {
			fmt.Fprintln(out, "  none of the usual mistakes explains it: the secret is another one, or the bytes are")
		}
	}
	if v.keys.source == "test" {
		fmt.Fprintf(v.io.Err, "simhook: verified with the public test secret of %s; give yours with --secret-env\n", v.pack.Provider.Title)
	}
}

func ageText(d signature.Diagnosis) string {
	if d.At.IsZero() {
		return ""
	}
	return ", signed at " + d.At.UTC().Format(time.RFC3339)
}

func (v *verifying) json(diagnoses []signature.Diagnosis) {
	type causeJSON struct {
		Name string `json:"name"`
		Text string `json:"text"`
		Cure string `json:"cure"`
	}
	type schemeJSON struct {
		Scheme string      `json:"scheme"`
		Valid  bool        `json:"valid"`
		Error  string      `json:"error,omitempty"`
		Causes []causeJSON `json:"causes,omitempty"`
	}
	result := struct {
		Provider     string       `json:"provider"`
		Valid        bool         `json:"valid"`
		SecretSource string       `json:"secret_source"`
		Notes        []string     `json:"notes,omitempty"`
		Schemes      []schemeJSON `json:"schemes"`
	}{v.pack.Provider.Name, verified(diagnoses), v.keys.source, v.capture.Notes, nil}
	for _, d := range diagnoses {
		s := schemeJSON{Scheme: d.Scheme.Name, Valid: d.Err == nil}
		if d.Err != nil {
			s.Error = d.Err.Error()
		}
		for _, c := range d.Causes {
			s.Causes = append(s.Causes, causeJSON(c))
		}
		result.Schemes = append(result.Schemes, s)
	}
	writeJSON(v.io.Out, result)
}
