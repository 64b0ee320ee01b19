package suites_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"os"
	"os/exec"
	"strings"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"simhook/fixtures"
	"simhook/fixtures/receiver"
	"simhook/simulator"
	"simhook/simulator/signature"
	"simhook/suites"
)

// The suite of a user whose receiver is sound, or has the bug that the variable
// names. TestBugIsNamed runs this binary once more with a bug.
var _ = Describe("a receiver", func() {
	var endpoint *receiver.Endpoint

	BeforeEach(func() {
		endpoint = &receiver.Endpoint{Provider: packOf("stripe").Provider, Keys: simulator.Keys([]string{"whsec_of_the_user"}, nil)}
		if name := os.Getenv("SIMHOOK_SUITE_BUG"); name != "" {
			var err error
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

// Suites of other users, where the variable asks for one.
var _ = func() bool {
	switch os.Getenv("SIMHOOK_SUITE") {
	case "wrong":
		return Describe("a wrong set-up", func() {
			suites.Specs(suites.Setup{Provider: "strpe", Target: receives("stripe", nil, "")})
			Context("without a target", func() { suites.Specs(suites.Setup{Provider: "zoom"}) })
		})
	case "key":
		own := keyPEM()
		return Describe("a key of one's own", func() {
			suites.Specs(suites.Setup{Provider: "sendgrid", KeyPEM: own, Seed: 7, Target: receives("sendgrid", simulator.Keys([]string{"none"}, own), "")})
		})
	case "url":
		const public = "https://shop.test/webhooks"
		return Describe("another address is signed than is dialled", func() {
			suites.Specs(suites.Setup{Provider: "square", URL: public, Secret: "a secret", Target: receives("square", simulator.Keys([]string{"a secret"}, nil), public)})
		})
	}
	return true
}()

// packs holds what was read before: every spec asks.
var packs = map[string]*fixtures.Pack{}

func packOf(provider string) *fixtures.Pack {
	if packs[provider] == nil {
		pack, err := fixtures.Load(provider)
		Expect(err).NotTo(HaveOccurred())
		packs[provider] = pack
	}
	return packs[provider]
}

func receives(provider string, keys []signature.Key, url string) func(SpecContext) simulator.Target {
	return func(SpecContext) simulator.Target {
		return simulator.Handler("http://inner.test/webhooks", &receiver.Endpoint{Provider: packOf(provider).Provider, Keys: keys, URL: url})
	}
}

func keyPEM() []byte {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		panic(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
}

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

// again runs this binary once more, with another user's suite beside the first.
func again(suite string) (out string, err error) {
	cmd := exec.Command(os.Args[0], "-test.run", "TestSuite", "-ginkgo.no-color")
	cmd.Env = append(os.Environ(), "SIMHOOK_SUITE="+suite)
	raw, err := cmd.CombinedOutput()
	return string(raw), err
}

// TestWrongSetUpIsSaid: a wrong set-up is a failed spec with its reason and a hint,
// and the other specs run.
func TestWrongSetUpIsSaid(t *testing.T) {
	out, err := again("wrong")
	if err == nil {
		t.Error("a wrong set-up passes")
	}
	for _, want := range []string{
		`simhook: no provider "strpe"`, `hint: did you mean "stripe"?`, "a wrong set-up [It] simhook: the set-up is wrong",
		"simhook: the set-up has no Target", "suites_test.go", "| 2 Failed |",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	if strings.Contains(strings.ToLower(out), "panic") {
		t.Errorf("it panics:\n%s", out)
	}
}

// TestKeyAndURL: a private key and a public address of the user's own.
func TestKeyAndURL(t *testing.T) {
	for _, suite := range []string{"key", "url"} {
		if out, err := again(suite); err != nil {
			t.Errorf("%s: %v\n%s", suite, err, out)
		}
	}
}
