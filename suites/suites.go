// Package suites is the Ginkgo door: it registers simhook's scenarios as specs of
// a suite of your own.
//
//	var _ = Describe("POST /webhooks", func() {
//		suites.Specs(suites.Setup{
//			Provider: "stripe",
//			Target:   func(SpecContext) simulator.Target { return simulator.Handler("http://shop.test/webhooks", app) },
//			Secret:   "whsec_…",
//		})
//	})
package suites

import (
	"errors"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"

	"simhook/fixtures"
	"simhook/scenarios"
	"simhook/simulator"
)

// Setup says who sends, and finds the receiver late: Target is asked once for
// each spec, so it may use what a BeforeEach started.
type Setup struct {
	Provider string // a built-in pack; or give Pack
	Pack     *fixtures.Pack
	Variant  string
	Event    string
	Secret   string // "": the pack's public test secret
	KeyPEM   []byte // the private key of an asymmetric scheme; none: the fixed test key
	URL      string // what schemes sign that sign the URL; "": the target's address
	Seed     uint64 // shapes the values
	Target   func(ginkgo.SpecContext) simulator.Target
	Values   map[string]string // options of the pack, such as api_version
}

// Specs adds one container with one spec for each scenario to the caller's suite.
// It only registers: no RunSpecs, no suite-level nodes. For a set-up that is wrong
// it registers one spec, which fails and says why.
func Specs(setup Setup) {
	pack, cases, err := setup.cases()
	if err != nil {
		ginkgo.It("simhook: the set-up is wrong", ginkgo.Label("simhook"), ginkgo.Offset(1), func() { fail(err) })
		return
	}
	here := types.NewCodeLocation(1) // failed specs point at the caller's line, not into simhook
	ginkgo.Context("simhook: "+pack.Provider.Title, here, ginkgo.Label("simhook", pack.Provider.Name), func() {
		for _, c := range cases {
			ginkgo.It(c.Name+": "+c.Rule, here, ginkgo.Label(c.Name), func(ctx ginkgo.SpecContext) {
				setup.tell(ctx, pack, c)
			})
		}
	})
}

func (s Setup) cases() (*fixtures.Pack, []scenarios.Case, error) {
	if s.Target == nil {
		return nil, nil, &simulator.Mistake{Text: "the set-up has no Target", Hint: "such as Target: func(ginkgo.SpecContext) simulator.Target { return simulator.Handler(url, app) }"}
	}
	pack := s.Pack
	if pack == nil {
		var err error
		if pack, err = fixtures.Load(s.Provider); err != nil {
			return nil, nil, err
		}
	}
	v, err := pack.Provider.Variant(s.Variant)
	if err != nil {
		return nil, nil, err
	}
	return pack, scenarios.Signature(pack.Provider, v), nil
}

func (s Setup) tell(ctx ginkgo.SpecContext, pack *fixtures.Pack, c scenarios.Case) {
	if c.Skip != "" {
		ginkgo.Skip(c.Skip)
	}
	setup := scenarios.Setup{Pack: pack, Target: s.Target(ctx), Variant: s.Variant, Event: s.Event, Values: s.Values, KeyPEM: s.KeyPEM, URL: s.URL, Seed: s.Seed}
	if s.Secret != "" {
		setup.Secrets = []string{s.Secret}
	}
	receipt, err := setup.Deliver(ctx, c)
	if simulator.IsCannot(err) {
		ginkgo.Skip(err.Error())
	}
	if err != nil {
		fail(err)
	}
	if broken := c.Judge(receipt); broken != "" {
		ginkgo.AddReportEntry("request", string(receipt.Message.Body), ginkgo.ReportEntryVisibilityFailureOrVerbose)
		ginkgo.Fail(broken+"\n"+c.Why, 1)
	}
}

// fail ends a spec with an error and the hint at its cure.
func fail(err error) {
	text := "simhook: " + err.Error()
	var mistake *simulator.Mistake
	var file *fixtures.FileError
	switch {
	case errors.As(err, &mistake) && mistake.Hint != "":
		text += "\nhint: " + mistake.Hint
	case errors.As(err, &file) && file.Hint != "":
		text += "\nhint: " + file.Hint
	}
	ginkgo.Fail(text, 1)
}
