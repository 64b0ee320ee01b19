package signature

import (
	"fmt"
)

func (s *Scheme) tokenFits(in *input, token string, key Key) (bool, error) {
	var payload []byte
	if s.Detached {
		var err error
		if payload, err = s.josePayload(in); err != nil {
			return false, err
		}
	}
	claims, ok, err := s.tokenVerifies(token, payload, key)
	if err != nil || !ok {
		return false, err
	}
	fresh := *in
	if ok, err = s.claimsFit(&fresh, claims); ok {
		*in = fresh
	}
	return ok, err
}

// claimed takes time, id and nonce from the claims that hold them.
func (s *Scheme) claimed(in *input, claims []byte) error {
	for _, c := range s.claims {
		text := memberText(claims, c.key)
		if stamp, ok := c.value.take(text, "timestamp"); ok {
			at, err := s.clock.parse(or(stamp, " "))
			if err != nil || at.IsZero() {
				return ErrBadTimestamp
			}
			in.at, in.stamp = at, []byte(stamp)
		}
		if id, ok := c.value.take(text, "id"); ok && in.id == "" {
			in.id = id
		}
		if nonce, ok := c.value.take(text, "nonce"); ok && in.nonce == "" {
			in.nonce = nonce
		}
	}
	return nil
}

// claimsFit compares every claim with the message. Time, id and nonce are taken
// from the claims that hold them; the others are computed anew.
func (s *Scheme) claimsFit(in *input, claims []byte) (bool, error) {
	if s.payload != nil {
		want, err := s.payload.text(in)
		return err == nil && (s.Place.Whole || want == string(claims)), err
	}
	if err := s.claimed(in, claims); err != nil {
		return false, err
	}
	for _, c := range s.claims {
		want, err := c.value.text(in)
		if err != nil {
			return false, err
		}
		if got := memberText(claims, c.key); got != want {
			return false, fmt.Errorf("claim %s is %q, the message has %q", c.key, clip(got), clip(want))
		}
	}
	return true, nil
}
