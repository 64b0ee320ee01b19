package scenarios

import (
	"cmp"
	"context"
	"fmt"

	"simhook/fixtures"
	"simhook/simulator"
	"simhook/simulator/signature"
)

// Setup is the one argument: who sends, to whom, signed with what. Pack and
// Target are needed; every other zero value works.
type Setup struct {
	Pack    *fixtures.Pack
	Target  simulator.Target
	Variant string   // "" is the provider's default
	Event   string   // "" is the provider's everyday event
	Secrets []string // the current one first; none: the pack's public test secret
	KeyPEM  []byte   // the private key of an asymmetric scheme; none: the fixed test key
	URL     string   // what schemes sign that sign the URL; "": the target's address
	Seed    uint64
	Values  map[string]string // options of the pack, such as api_version
}

// Check says what is missing or wrong in the set-up.
func (s Setup) Check() error {
	if s.Pack == nil || s.Target == nil {
		return &simulator.Mistake{Text: "a set-up needs a pack and a target", Hint: `fixtures.Load("stripe") and simulator.URL(…) or simulator.Handler(…)`}
	}
	_, err := s.Pack.Provider.Variant(s.Variant)
	return err
}

func (s Setup) keys() []signature.Key {
	secrets := s.Secrets
	if len(secrets) == 0 {
		secrets = []string{s.Pack.Provider.TestSecret}
	}
	return simulator.Keys(secrets, s.KeyPEM)
}

// Deliver tells one scenario to the receiver: a fresh event, spoiled as the
// scenario says, sent once. Its error is of the set-up or of simhook itself; a
// receiver that is away or refuses is in the receipt. Where the fault cannot be
// made of the event, or with the secret, [simulator.IsCannot] says so of the error.
func (s Setup) Deliver(ctx context.Context, c Case) (simulator.Receipt, error) {
	if err := s.Check(); err != nil {
		return simulator.Receipt{}, err
	}
	d, err := s.delivery(c)
	if err != nil {
		return simulator.Receipt{}, err
	}
	receipts, err := simulator.Deliver(ctx, d, simulator.Sending{Target: s.Target})
	if err != nil {
		return simulator.Receipt{}, fmt.Errorf("%s: %w", c.Name, err)
	}
	return receipts[0], nil
}

func (s Setup) delivery(c Case) (simulator.Delivery, error) {
	o := fixtures.Options{Variant: s.Variant, Seed: s.Seed, URL: cmp.Or(s.URL, s.Target.Address()), Values: s.Values}
	return s.Pack.Delivery(s.Event, o, c.Fault, s.keys())
}
