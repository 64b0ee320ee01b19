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
	"github.com/onsi/ginkgo/v2"

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
	Target   func(ginkgo.SpecContext) simulator.Target
	Values   map[string]string
}

// Specs adds one container with one spec for each scenario to the caller's suite.
// It only registers: no RunSpecs, no suite-level nodes. A pack that cannot be
// loaded fails the suite while its tree is built.
func Specs(setup Setup) {
	pack, cases, err := setup.cases()
	if err != nil {
		ginkgo.Fail("simhook: "+err.Error(), 1)
		return
	}
	ginkgo.Context("simhook: "+pack.Provider.Title, ginkgo.Label("simhook", pack.Provider.Name), func() {
		for _, c := range cases {
			ginkgo.It(c.Name+": "+c.Rule, ginkgo.Label(c.Name), func(ctx ginkgo.SpecContext) {
				setup.tell(ctx, pack, c)
			})
		}
	})
}

func (s Setup) cases() (*fixtures.Pack, []scenarios.Case, error) {
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
	setup := scenarios.Setup{Pack: pack, Target: s.Target(ctx), Variant: s.Variant, Event: s.Event, Values: s.Values}
	if s.Secret != "" {
		setup.Secrets = []string{s.Secret}
	}
	receipt, err := setup.Deliver(ctx, c)
	if err != nil {
		ginkgo.Fail(err.Error(), 1)
	}
	if broken := c.Judge(receipt); broken != "" {
		ginkgo.AddReportEntry("request", string(receipt.Message.Body), ginkgo.ReportEntryVisibilityFailureOrVerbose)
		ginkgo.Fail(broken+"\n"+c.Why, 1)
	}
}
