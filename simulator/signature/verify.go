package signature

import (
	"crypto/hmac"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The reasons why a message is refused. A receiver answers each with a 4xx.
var (
	ErrNoSignature  = errors.New("no signature")
	ErrMalformed    = errors.New("malformed signature")
	ErrBadSignature = errors.New("bad signature")
	ErrNoTimestamp  = errors.New("no timestamp")
	ErrBadTimestamp = errors.New("malformed timestamp")
	ErrNoID         = errors.New("no id")
	ErrStale        = errors.New("stale timestamp")
	ErrFuture       = errors.New("timestamp in the future")
)

// A Verdict is what verifying found beside the error.
type Verdict struct {
	At  time.Time // when the message was signed; zero where no time is signed
	ID  string    // the signed id, where the scheme has one
	Key int       // which of the keys fits, counted from 0
}

// Verify checks m at the time now against keys, any one of which may fit, and
// any one of several signatures. Its error wraps one of the reasons above.
func (s *Scheme) Verify(m *Message, keys []Key, now time.Time) (v Verdict, err error) {
	if s.Engine == "credential" {
		v.Key, err = s.verifyCredential(m, keys)
		return v, err
	}
	f, err := s.read(m)
	if err != nil {
		return v, err
	}
	v.ID = f.id
	if s.Engine == "digest" || f.stamped {
		if v.At, err = s.time(f); err != nil {
			return v, err
		}
	}
	in := &input{m: m, at: v.At, clock: s.clock, stamp: []byte(f.stamp), id: f.id, nonce: f.nonce}
	if err = s.carriedFits(in); err != nil {
		return v, err
	}
	if v.Key, err = s.match(in, f, keys); err != nil {
		return v, err
	}
	v.At, v.ID = in.at, in.id
	if err := s.expired(v.At, now); err != nil {
		return v, err
	}
	return v, s.fresh(v.At, now)
}

// carriedFits compares what the message carries of its own body, such as Twilio's
// bodySHA256, with that body: where only the carried text is signed, it is all
// that binds the body.
func (s *Scheme) carriedFits(in *input) error {
	for i := range s.carry {
		c := &s.carry[i]
		if !slices.ContainsFunc(bodyParts, c.value.has) {
			continue
		}
		want, err := c.value.text(in)
		if err != nil {
			return err
		}
		if got, _ := c.get(in.m); !hmac.Equal([]byte(got), []byte(want)) {
			return fmt.Errorf("%w: %s does not fit the body", ErrBadSignature, c.where())
		}
	}
	return nil
}

func (s *Scheme) time(f found) (time.Time, error) {
	if !s.Timed() {
		return time.Time{}, nil
	}
	if !f.stamped || f.stamp == "" {
		return time.Time{}, ErrNoTimestamp
	}
	at, err := s.clock.parse(f.stamp)
	if err != nil || at.IsZero() { // the zero time would pass for none
		return time.Time{}, fmt.Errorf("%w: %q is no time in %s", ErrBadTimestamp, clip(f.stamp), s.clock.name)
	}
	return at, nil
}

func clip(s string) string {
	if len(s) > 40 {
		return s[:40] + "…"
	}
	return s
}

func (s *Scheme) fresh(at, now time.Time) error {
	if s.tolerance == 0 || at.IsZero() {
		return nil
	}
	// Whole seconds, as the vendors' libraries count: exactly the tolerance is still fresh.
	if at.Nanosecond() == 0 {
		now = now.Truncate(time.Second)
	}
	// Times are compared, not differences: those of years beyond 292 do not fit a Duration.
	switch {
	case at.Before(now.Add(-s.tolerance)):
		return fmt.Errorf("%w: signed %s ago, %s are allowed", ErrStale, now.Sub(at).Round(time.Second), s.tolerance)
	case at.After(now.Add(s.tolerance)) && !s.pastOnly:
		return fmt.Errorf("%w: signed %s ahead, %s are allowed", ErrFuture, at.Sub(now).Round(time.Second), s.tolerance)
	}
	return nil
}

// expired looks at the claims that are a time after the signature, such as exp:
// a token is refused once that time has come (RFC 7519 section 4.1.4).
func (s *Scheme) expired(at, now time.Time) error {
	for _, c := range s.claims {
		for _, seg := range c.value.segments {
			if seg.part == nil || seg.part.name != "timestamp.plus" {
				continue
			}
			seconds, err := strconv.Atoi(seg.arg)
			if end := at.Add(time.Duration(seconds) * time.Second); err == nil && !now.Before(end) {
				return fmt.Errorf("%w: claim %s was over %s ago", ErrStale, c.key, now.Sub(end).Round(time.Second))
			}
		}
	}
	return nil
}

// match finds a key that one of the signatures fits.
func (s *Scheme) match(in *input, f found, keys []Key) (int, error) {
	var last error
	for k, key := range keys {
		in.secret, in.keyID = key.Secret, key.ID
		for _, text := range f.signatures {
			ok, err := s.fitsKey(in, text, key)
			if err != nil {
				last = err
			}
			if ok {
				return k, nil
			}
		}
	}
	if last != nil && !errors.Is(last, ErrMalformed) {
		return 0, fmt.Errorf("%w: %w", ErrBadSignature, last)
	}
	return 0, fmt.Errorf("%w: %s fits none of %d keys", ErrBadSignature, s.place.where(), len(keys))
}

func (s *Scheme) fitsKey(in *input, text string, key Key) (bool, error) {
	// An empty key, of Key{Secret: ""} or "whsec_", would make a signature anybody can compute.
	if raw, err := s.keyBytes(key.Secret); !s.Asymmetric() && (key.Secret == "" || err == nil && len(raw) == 0) {
		return false, errors.New("the secret is empty")
	}
	if s.Engine == "jose" {
		return s.tokenFits(in, text, key)
	}
	if s.Asymmetric() {
		return s.publicFits(in, text, key)
	}
	sk, err := s.signingKey(key)
	if err != nil {
		return false, err
	}
	sg := &Signer{scheme: s, keys: []signingKey{sk}, in: *in}
	sg.stamp = in.stamp
	want, err := sg.signature(nil, &sg.keys[0])
	return err == nil && hmac.Equal(want, []byte(text)), err
}

func (s *Scheme) publicFits(in *input, text string, key Key) (bool, error) {
	public, err := s.public(key)
	if err != nil {
		return false, err
	}
	if s.wrap != nil {
		wrapped, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return false, ErrMalformed
		}
		var ok bool
		if text, ok = s.wrap.take(string(wrapped), "signature"); !ok {
			return false, ErrMalformed
		}
	}
	raw, err := s.encode.decode(text)
	if err != nil {
		return false, ErrMalformed
	}
	sg := &Signer{scheme: s, in: *in}
	if err := sg.digestInto(s.digest.newMAC(nil)); err != nil {
		return false, err
	}
	return s.digest.verify(public, sg.sum, raw), nil
}

func (s *Scheme) verifyCredential(m *Message, keys []Key) (int, error) {
	if !s.Keyed() {
		return 0, nil
	}
	got, ok := s.place.get(m)
	if !ok || strings.TrimSpace(got) == "" {
		return 0, fmt.Errorf("%w: %s is missing or empty", ErrNoSignature, s.place.where())
	}
	for k, key := range keys {
		in := &input{m: m, secret: key.Secret, keyID: key.ID, signature: key.Secret}
		want, err := s.place.value.text(in)
		if err != nil {
			return 0, err
		}
		if key.Secret != "" && hmac.Equal([]byte(want), []byte(got)) {
			return k, nil
		}
	}
	return 0, fmt.Errorf("%w: %s fits none of %d keys", ErrBadSignature, s.place.where(), len(keys))
}
