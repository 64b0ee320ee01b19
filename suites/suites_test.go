package suites_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"simhook/fixtures"
	"simhook/fixtures/receiver"
	"simhook/simulator"
	"simhook/suites"
)

// The suite of a user whose receiver is sound, or has the bug that the variable
// names. TestBugIsNamed runs this binary once more with a bug.
var _ = Describe("a receiver", func() {
	var endpoint *receiver.Endpoint

	BeforeEach(func() {
		pack, err := fixtures.Load("stripe")
		Expect(err).NotTo(HaveOccurred())
		endpoint = &receiver.Endpoint{Provider: pack.Provider, Keys: simulator.Keys([]string{"whsec_of_the_user"}, nil)}
		if name := os.Getenv("SIMHOOK_SUITE_BUG"); name != "" {
			endpoint.Bug, err = receiver.BugNamed(name)
			Expect(err).NotTo(HaveOccurred())
		}
	})

	suites.Specs(suites.Setup{
		Provider: "stripe",
		Secret:   "whsec_of_the_user",
		Target: func(SpecContext) simulator.Target {
			return simulator.Handler("http://shop.test/webhooks", endpoint)
		},
	})
})

func TestSuite(t *testing.T) {
	RegisterFailHandler(Fail)
	config, reporter := GinkgoConfiguration()
	config.FailOnEmpty = true
	RunSpecs(t, "a user's suite", config, reporter)
}

func TestBugIsNamed(t *testing.T) {
	for bug, spec := range map[string]string{"no-clock": "stale:", "missing-ok": "no-signature:", "first-signature": "several.last:"} {
		cmd := exec.Command(os.Args[0], "-test.run", "TestSuite", "-ginkgo.no-color")
		cmd.Env = append(os.Environ(), "SIMHOOK_SUITE_BUG="+bug)
		out, err := cmd.CombinedOutput()
		if err == nil {
			t.Errorf("a receiver with the bug %s passes", bug)
		}
		summary := string(out)
		if i := strings.Index(summary, "Summarizing"); i >= 0 {
			summary = summary[i:]
		}
		if !strings.Contains(summary, spec) {
			t.Errorf("the bug %s is not named by %q:\n%s", bug, spec, summary)
		}
	}
}
