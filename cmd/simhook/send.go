package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"simhook/fixtures"
	"simhook/simulator"
)

// sendFlags are the flags of send.
type sendFlags struct {
	providerFlags
	to, endpoint, signedURL, apiVersion, fault, expect, output, now, run, speed string
	set, unset, options, headers                                                []string
	merge, body                                                                 string
	times                                                                       int
	together, retry, public, dryRun, curl                                       bool
	seed                                                                        uint64
	timeout                                                                     time.Duration
}

func newSend(io streams) *cobra.Command {
	f := &sendFlags{}
	c := &cobra.Command{
		Use:   "send PROVIDER [EVENT]",
		Short: "Make one event, sign it, send it, show the answer",
		Long: `Make one event, sign it, send it, show the answer.

Without --to it starts a receiver of its own on loopback, delivers to it and shows both sides.
The exit code says whether the endpoint did what a sound one does: accept what is genuine,
refuse what --fault spoiled. --expect says it in your own words.`,
		Example: `  simhook send stripe payment_intent.succeeded
  simhook send github push --to http://localhost:3000/hooks --secret-env GITHUB_WEBHOOK_SECRET
  simhook send stripe charge.refunded --to http://localhost:8080/webhooks --fault stale
  simhook send shopify orders/create --set total_price=19.99 --dry-run`,
		Args: sendArgs,
		RunE: func(c *cobra.Command, args []string) error {
			return (&sending{flags: f, io: io, args: args}).run(c.Context())
		},
		ValidArgsFunction: completeSend,
	}
	f.bindAll(c)
	return c
}

func sendArgs(_ *cobra.Command, args []string) error {
	switch len(args) {
	case 1, 2:
		return nil
	case 0:
		return &simulator.Mistake{Text: "send whom? a provider is missing", Hint: "such as simhook send stripe payment_intent.succeeded; simhook list shows the providers"}
	}
	return &simulator.Mistake{Text: fmt.Sprintf("%q is one word too many", args[2]), Hint: "simhook send PROVIDER EVENT [flags]"}
}

func (f *sendFlags) bindAll(c *cobra.Command) {
	flags := c.Flags()
	flags.SortFlags = false
	flags.StringVar(&f.to, "to", "", "where to, `URL`; without it to a receiver of simhook's own")
	flags.StringVar(&f.endpoint, "endpoint", "", "take the settings of this endpoint from simhook.yaml, `NAME`")
	f.bind(flags)
	flags.StringArrayVar(&f.set, "set", nil, "change a member of the body, `PATH=VALUE`, typed by what stands there")
	flags.StringArrayVar(&f.unset, "unset", nil, "take a member of the body away, `PATH`")
	flags.StringVar(&f.merge, "merge", "", "lay a JSON `FILE` over the body (RFC 7386); - is standard input")
	flags.StringVar(&f.body, "body", "", "send this `FILE` as the body, verbatim, signed; - is standard input")
	flags.StringVar(&f.fault, "fault", "", "spoil the delivery; `NAME` from simhook list --faults")
	flags.IntVar(&f.times, "times", 1, "send the same event `N` times")
	flags.BoolVar(&f.together, "together", false, "all copies at the same moment")
	flags.BoolVar(&f.retry, "retry", false, "follow the provider's whole retry schedule until it is satisfied or gives up")
	flags.StringVar(&f.speed, "speed", "1", "divide the waits between retries by `N`, or max")
	flags.Uint64Var(&f.seed, "seed", 0, "shape of the values; the same seed, run and now give the same bytes")
	flags.StringVar(&f.run, "run", "", "`NAME` in every id (default a fresh one); an old one is a duplicate to a receiver with a memory")
	flags.StringVar(&f.now, "now", "", "when the event happened, RFC 3339 `TIME` or unix seconds; in a dry run also the time of the signature")
	flags.StringArrayVar(&f.headers, "header", nil, "add or replace a header line, `\"NAME: VALUE\"`")
	flags.StringVar(&f.signedURL, "signed-url", "", "the `URL` that is signed where the provider signs it (default --to)")
	flags.StringVar(&f.apiVersion, "api-version", "", "the API `VERSION` of the body")
	flags.StringArrayVar(&f.options, "option", nil, "set an option of the pack, `NAME=VALUE`")
	flags.DurationVar(&f.timeout, "timeout", 0, "how long to wait for an answer (default as long as the provider waits)")
	flags.StringVar(&f.expect, "expect", "", "the answer that is right: `2xx`, 400, 200-299, none or any (default what a sound receiver does)")
	flags.StringVar(&f.output, "output", "text", "text or json")
	flags.BoolVar(&f.dryRun, "dry-run", false, "print the request as it would go out, and send nothing")
	flags.BoolVar(&f.curl, "curl", false, "print a curl command, and send nothing")
	flags.BoolVar(&f.public, "public", false, "allow a target that is neither loopback nor private")
}

// sending is one run of send.
type sending struct {
	flags  *sendFlags
	io     streams
	args   []string
	pack   *fixtures.Pack
	keys   keySet
	fault  *simulator.Fault
	target simulator.Target
	own    *embedded // nil where --to is given
	event  simulator.Event
	plan   simulator.Delivery
	expect expectation
	warned bool
}

func (s *sending) run(ctx context.Context) error {
	steps := []func(context.Context) error{s.useConfig, s.check, s.load, s.aim, s.makeEvent}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
	}
	defer s.close()
	if s.flags.dryRun || s.flags.curl {
		return s.show()
	}
	return s.deliver(ctx)
}

func (s *sending) close() {
	if s.own != nil {
		s.own.close()
	}
}

// check refuses flags that contradict each other before anything is done.
func (s *sending) check(context.Context) error {
	f := s.flags
	switch {
	case f.output != "text" && f.output != "json":
		return &simulator.Mistake{Text: fmt.Sprintf("--output %q", f.output), Hint: "text or json"}
	case f.times < 1 || f.times > 1000:
		return &simulator.Mistake{Text: fmt.Sprintf("--times %d", f.times), Hint: "from 1 to 1000"}
	case f.body != "" && (f.merge != "" || len(f.set)+len(f.unset) > 0):
		return &simulator.Mistake{Text: "--body takes the body verbatim; --set, --unset and --merge change the made one", Hint: "use one or the other"}
	case f.body == "-" && f.merge == "-":
		return &simulator.Mistake{Text: "standard input can be read once only"}
	case f.timeout < 0:
		return &simulator.Mistake{Text: "--timeout is negative", Hint: "such as --timeout 5s"}
	}
	_, err := parseSpeed(f.speed)
	return err
}

func parseSpeed(text string) (float64, error) {
	if text == "max" {
		return 0, nil
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || n <= 0 || n > 1e9 {
		return 0, &simulator.Mistake{Text: fmt.Sprintf("--speed %q", text), Hint: "a number above 0, such as 3600, or max"}
	}
	return n, nil
}

// load reads the pack, the keys and the fault.
func (s *sending) load(context.Context) (err error) {
	if s.pack, err = s.flags.pack(s.args[0]); err != nil {
		return err
	}
	if s.keys, err = s.flags.keys(s.pack, s.io); err != nil {
		return err
	}
	v, err := s.pack.Provider.Variant(s.flags.variant)
	if err != nil {
		return err
	}
	s.expect = genuine(s.pack.Provider)
	if s.flags.fault != "" {
		if s.fault, err = simulator.FaultNamed(s.flags.fault); err != nil {
			return err
		}
		expect, why, notFor := s.pack.Provider.ExpectOf(s.fault, v)
		if notFor != "" {
			return &simulator.Mistake{Text: fmt.Sprintf("fault %s is not for %s: %s", s.fault.Name, s.pack.Provider.Name, notFor), Hint: "simhook list " + s.pack.Provider.Name + " --faults shows those it can commit"}
		}
		s.expect = faulty(s.pack.Provider, expect, why)
	}
	if s.flags.expect != "" {
		s.expect, err = explicit(s.flags.expect)
	}
	return err
}

// aim finds the target: --to, or a receiver of simhook's own.
func (s *sending) aim(context.Context) (err error) {
	f := s.flags
	if f.to != "" {
		s.target, err = simulator.URL(f.to, f.public)
		return err
	}
	if f.dryRun || f.curl {
		s.target, err = simulator.URL("http://localhost:8080/webhooks", false)
		return err
	}
	s.own, err = startEmbedded(s.pack, f.variant, f.signedURL, s.keys.keys)
	if err == nil {
		s.target, err = simulator.URL(s.own.url, false)
	}
	return err
}

// makeEvent renders the event and plans its delivery.
func (s *sending) makeEvent(context.Context) (err error) {
	f := s.flags
	name := s.pack.DefaultEvent()
	if len(s.args) > 1 {
		name = s.args[1]
	}
	o := fixtures.Options{Variant: f.variant, Seed: f.seed, Run: f.run, Values: map[string]string{}}
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
	if s.event, err = s.pack.Event(name, o); err != nil {
		return err
	}
	if err := s.addHeaders(); err != nil {
		return err
	}
	s.plan = simulator.Delivery{Event: s.event, Fault: s.fault, URL: o.URL, Keys: s.keys.keys, Seed: f.seed}
	if s.fault != nil {
		o.Run += "-other"
		o.Change = fixtures.Changes{}
		other, err := s.pack.Event(name, o)
		if err != nil {
			return err
		}
		s.plan.Other = &other
	}
	return nil
}

func (s *sending) optionValues(o *fixtures.Options) error {
	if s.flags.apiVersion != "" {
		o.Values["api_version"] = s.flags.apiVersion
	}
	for _, text := range s.flags.options {
		name, value, ok := strings.Cut(text, "=")
		if !ok {
			return &simulator.Mistake{Text: fmt.Sprintf("--option %s: no value", text), Hint: "write --option name=value"}
		}
		o.Values[name] = value
	}
	if s.own != nil {
		for name, url := range s.own.served {
			o.Values[name] = url
		}
	}
	return nil
}

func (s *sending) changes() (c fixtures.Changes, err error) {
	c.Set, c.Unset = s.flags.set, s.flags.unset
	if s.flags.merge != "" {
		if c.Merge, err = s.readFile("--merge", s.flags.merge); err != nil {
			return c, err
		}
	}
	if s.flags.body != "" {
		c.Body, err = s.readFile("--body", s.flags.body)
	}
	return c, err
}

// readFile reads a file or standard input, at most 25 MB.
func (s *sending) readFile(flag, name string) ([]byte, error) {
	const most = 25 << 20
	var in io.Reader = s.io.In
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return nil, &simulator.Mistake{Text: fmt.Sprintf("%s %s: %s", flag, name, plainFileError(err)), Hint: "- reads standard input"}
		}
		defer file.Close()
		in = file
	}
	data, err := io.ReadAll(io.LimitReader(in, most+1))
	if err != nil {
		return nil, &simulator.Mistake{Text: fmt.Sprintf("%s %s: %s", flag, name, plainFileError(err))}
	}
	if len(data) > most {
		return nil, &simulator.Mistake{Text: fmt.Sprintf("%s %s is larger than 25 MB", flag, name), Hint: "no provider sends that much"}
	}
	return append([]byte{}, data...), nil
}

func (s *sending) addHeaders() error {
	for _, line := range s.flags.headers {
		name, value, ok := strings.Cut(line, ":")
		if !ok || name == "" || strings.ContainsAny(line, "\r\n") || strings.ContainsAny(name, " \t") {
			return &simulator.Mistake{Text: fmt.Sprintf("--header %q is no header line", line), Hint: `write --header "X-Name: value"`}
		}
		s.event.Header.Set(name, strings.TrimSpace(value))
	}
	return nil
}

// parseNow reads RFC 3339 or unix seconds; "" is the zero time.
func parseNow(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return time.Unix(n, 0).UTC(), nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return t, &simulator.Mistake{Text: fmt.Sprintf("--now %q is no time", text), Hint: "such as 2026-01-02T03:04:05Z or 1767322445"}
	}
	return t, nil
}

// away turns "no answer" into its exit code, with a hint.
func away(target string, err error) error {
	var none *simulator.NoAnswerError
	if !errors.As(err, &none) {
		return err
	}
	return &failure{exitAway, fmt.Sprintf("%s does not answer: %v", target, reasonText(none)), "start it first, or check the address"}
}

func reasonText(none *simulator.NoAnswerError) string {
	text := none.Err.Error()
	if i := strings.LastIndex(text, ": "); i >= 0 && strings.Contains(text, "dial ") {
		text = text[i+2:]
	}
	return text
}
