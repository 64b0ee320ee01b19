package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"simhook/scenarios"
	"simhook/simulator"
)

// tellFlags are the flags of run.
type tellFlags struct {
	to, secrets, secretEnvs, signedURLs    []string // VALUE, or NAME=VALUE for one endpoint of several
	provider, packDir, variant, keyFile    string
	run, now, speed, record, again, output string
	seed                                   uint64
	retry, keepSecrets, public             bool
	dryRun, schema                         bool
	timeout                                time.Duration
	given                                  func(flag string) bool
}

func newRun(io streams) *cobra.Command {
	f := &tellFlags{}
	c := &cobra.Command{
		Use:   "run NAME|FILE",
		Short: "Tell a scenario and show the timeline",
		Long: `Tell a scenario and show the timeline: what was sent when, what came back, what was late,
duplicate, out of order, retried, given up.

NAME is a built-in scenario (simhook list --scenarios) or, with --provider, one of the provider's
stories; FILE is a scenario of your own, in YAML. Without --to it is told to a receiver of
simhook's own. Waits are left out unless --speed says otherwise; signatures carry the real time.
run judges nothing: the exit code is 0 where the scenario was told to its end.`,
		Example: `  simhook run checkout-twins
  simhook run retry-storm --provider stripe --to http://localhost:8080/webhooks
  simhook run purchase --provider shopify --speed 60
  simhook run mine.yaml --to shop=http://localhost:3000/a --to blog=http://localhost:3000/b
  simhook run secret-rolled --provider stripe --secret NEW --secret OLD --record run.jsonl
  simhook run --plan run.jsonl --to http://localhost:8080/webhooks`,
		Args: f.args,
		RunE: func(c *cobra.Command, args []string) error {
			f.given = c.Flags().Changed
			if f.schema {
				_, err := io.Out.Write(scenarios.Schema)
				return err
			}
			return (&telling{flags: f, io: io, args: args}).run(c.Context())
		},
		ValidArgsFunction: completeScenario,
	}
	f.bind(c)
	return c
}

func (f *tellFlags) args(_ *cobra.Command, args []string) error {
	switch {
	case len(args) > 1:
		return &simulator.Mistake{Text: fmt.Sprintf("%q is one word too many", args[1]), Hint: "simhook run NAME|FILE [flags]"}
	case f.schema && len(args) == 0, f.again != "" && len(args) == 0:
		return nil
	case f.schema, f.again != "":
		return &simulator.Mistake{Text: fmt.Sprintf("%q: the scenario is another one than --plan or --schema names", args[0]), Hint: "leave one of them away"}
	case len(args) == 0:
		return &simulator.Mistake{Text: "run what? a scenario is missing", Hint: "such as simhook run checkout-twins; simhook list --scenarios shows them all"}
	}
	return nil
}

func (f *tellFlags) bind(c *cobra.Command) {
	flags := c.Flags()
	flags.SortFlags = false
	flags.StringArrayVar(&f.to, "to", nil, "where to, `URL`; NAME=URL for one endpoint of several; without it to receivers of simhook's own")
	flags.StringVar(&f.provider, "provider", "", "who tells it, `NAME`, where the scenario does not say")
	flags.StringVar(&f.packDir, "pack", "", "load the provider from a pack of your own in this `DIR`")
	flags.StringVar(&f.variant, "variant", "", "another manner of the same provider, `NAME`; see simhook list PROVIDER")
	flags.StringArrayVar(&f.secrets, "secret", nil, "the signing `SECRET`; twice for one that is rolled, the new one first; NAME=SECRET for one endpoint of several. It is never printed")
	flags.StringArrayVar(&f.secretEnvs, "secret-env", nil, "take the secret from this variable, `NAME` (default SIMHOOK_SECRET where it is set)")
	flags.StringVar(&f.keyFile, "key", "", "the private key of an asymmetric scheme, PEM `FILE`")
	flags.StringArrayVar(&f.signedURLs, "signed-url", nil, "the `URL` that is signed where the provider signs it (default --to)")
	flags.Uint64Var(&f.seed, "seed", 0, "shape of the values; the same seed, run and now give the same bytes")
	flags.StringVar(&f.run, "run", "", "`NAME` in every id (default a fresh one); an old one is a duplicate to a receiver with a memory")
	flags.StringVar(&f.now, "now", "", "when the provider's clock starts, RFC 3339 `TIME` or unix seconds (default now)")
	flags.StringVar(&f.speed, "speed", "max", "divide the waits by `N`; max leaves them out")
	flags.BoolVar(&f.retry, "retry", false, "follow the provider's retry schedule wherever it is not satisfied")
	flags.StringVar(&f.record, "record", "", "write what happens to this `FILE`, JSON Lines")
	flags.StringVar(&f.again, "plan", "", "tell the scenario of this record again, `FILE`: signed anew, under a fresh run name")
	flags.BoolVar(&f.keepSecrets, "keep-secrets", false, "mask nothing in the record")
	flags.DurationVar(&f.timeout, "timeout", 0, "how long to wait for an answer (default as long as the provider waits)")
	flags.BoolVar(&f.public, "public", false, "allow targets that are neither loopback nor private")
	flags.StringVar(&f.output, "output", "text", "text or json")
	flags.BoolVar(&f.dryRun, "dry-run", false, "print the plan, and send nothing")
	flags.BoolVar(&f.schema, "schema", false, "print the JSON Schema of scenario files, for editors")
}

// completeScenario completes the built-in scenarios.
func completeScenario(_ *cobra.Command, args []string, _ string) (names []string, _ cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	for _, c := range scenarios.Library() {
		names = append(names, c.Name)
	}
	return names, cobra.ShellCompDirectiveDefault // or a file
}
