package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"simhook/simulator"
)

// sendFlags are the flags of send.
type sendFlags struct {
	providerFlags
	eventFlags
	wireFlags
	to, endpoint, serveKeys, signedURL, fault, expect, output, speed string
	times                                                            int
	together, retry, public, dryRun, curl, noSecret                  bool
	timeout                                                          time.Duration
	given                                                            func(flag string) bool
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
  simhook send github push --to http://localhost:3000/hooks --way chunked
  simhook send shopify orders/create --set total_price=19.99 --dry-run`,
		Args: f.args,
		RunE: func(c *cobra.Command, args []string) error {
			f.given = c.Flags().Changed
			return (&sending{flags: f, io: io, args: args}).run(c.Context())
		},
		ValidArgsFunction: completeSend,
	}
	f.bindAll(c)
	return c
}

// args takes a provider and an event; the provider may stand in simhook.yaml.
func (f *sendFlags) args(_ *cobra.Command, args []string) error {
	switch len(args) {
	case 1, 2:
		return nil
	case 0:
		if f.endpoint != "" {
			return nil
		}
		return &simulator.Mistake{Text: "send whom? a provider is missing", Hint: "such as simhook send stripe payment_intent.succeeded; simhook list shows the providers"}
	}
	return &simulator.Mistake{Text: fmt.Sprintf("%q is one word too many", args[2]), Hint: "simhook send PROVIDER EVENT [flags]"}
}

func (f *sendFlags) bindAll(c *cobra.Command) {
	flags := c.Flags()
	flags.SortFlags = false
	flags.StringVar(&f.to, "to", "", "where to, `URL` or unix:///SOCKET:/PATH; without it to a receiver of simhook's own")
	flags.BoolVar(&f.noSecret, "no-secret", false, "send as to an endpoint without a secret: GitHub and Razorpay then sign nothing")
	flags.StringVar(&f.endpoint, "endpoint", "", "take the settings of this endpoint from simhook.yaml, `NAME`")
	f.bind(flags)
	f.bindEvent(flags)
	flags.StringVar(&f.fault, "fault", "", "spoil the delivery; `NAME` from simhook list --faults")
	f.bindWire(flags)
	flags.IntVar(&f.times, "times", 1, "send the same event `N` times")
	flags.BoolVar(&f.together, "together", false, "all copies at the same moment")
	flags.BoolVar(&f.retry, "retry", false, "follow the provider's whole retry schedule until it is satisfied or gives up")
	flags.StringVar(&f.speed, "speed", "1", "divide the waits between retries by `N`, or max")
	flags.StringVar(&f.signedURL, "signed-url", "", "the `URL` that is signed where the provider signs it (default --to)")
	flags.StringVar(&f.serveKeys, "serve-keys", "127.0.0.1:0", "where the provider's certificate or key page is served while it sends (SNS, Plaid), loopback `HOST:PORT`")
	flags.DurationVar(&f.timeout, "timeout", 0, "how long to wait for an answer (default as long as the provider waits)")
	flags.StringVar(&f.expect, "expect", "", "the answer that is right: `2xx`, 400, 200-299, none or any (default what a sound receiver does)")
	flags.StringVar(&f.output, "output", "text", "text or json")
	flags.BoolVar(&f.dryRun, "dry-run", false, "print the request as it would go out, and send nothing")
	flags.BoolVar(&f.curl, "curl", false, "print a curl command, and send nothing")
	flags.BoolVar(&f.public, "public", false, "allow a target that is neither loopback nor private")
}
