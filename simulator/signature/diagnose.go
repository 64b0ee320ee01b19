package signature

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// A Cause is a usual mistake that explains a signature which does not verify.
type Cause struct {
	Name string // "body-reserialised"
	Text string // what happened
	Cure string // what to do
}

// A Suspect is a key that a sender may have used by mistake.
type Suspect struct {
	Cause
	Key Key
}

// Usual is what the usual mistakes are made of, besides the message itself.
type Usual struct {
	Keys  []Suspect
	Model []byte // a body of the same provider, for the order of its members
}

// A Diagnosis is what one scheme says of a message.
type Diagnosis struct {
	Scheme *Scheme
	Err    error // nil: it verifies
	At     time.Time
	Causes []Cause // the one mistake that fits, or two that fit together; empty where none does
}

// Diagnose is that of [Usual], with no other keys and no model.
func (s *Scheme) Diagnose(m *Message, keys []Key, now time.Time) Diagnosis {
	return Usual{}.Diagnose(s, m, keys, now)
}

// Diagnose verifies m and, where it does not verify, tries the usual mistakes of
// header, key, URL, body, encoding and time, first one at a time and then two
// together, and names those with which it would have verified. A cause is not a
// guess: with it, the signature fits. Where none does, it names what the signature
// itself proves.
func (u Usual) Diagnose(s *Scheme, m *Message, keys []Key, now time.Time) Diagnosis {
	verdict, err := s.Verify(m, keys, now)
	d := Diagnosis{Scheme: s, Err: err, At: verdict.At}
	t := &trial{s: s, m: m, keys: keys, usual: u, now: now, left: budget}
	switch {
	case err == nil:
	case errors.Is(err, ErrStale), errors.Is(err, ErrFuture):
		d.Causes = []Cause{t.late(verdict, err)}
	case len(s.Signatures(m)) > 16: // no usual mistake, and each would have to be tried
	case s.place.Header != "" && (errors.Is(err, ErrNoSignature) || errors.Is(err, ErrMalformed)):
		d.Causes = t.placeCauses()
	default:
		d.Causes = t.first(t.placeCauses, t.keyCauses, t.urlCauses, t.bodyCauses, t.textCauses, t.otherCauses, t.formCauses, t.timeCauses, t.pairCauses, t.provenCauses)
		d.Err = s.located(err)
	}
	return d
}

// located says where that which is missing should stand.
func (s *Scheme) located(err error) error {
	part := "timestamp"
	switch {
	case errors.Is(err, ErrNoID):
		part = "id"
	case !errors.Is(err, ErrNoTimestamp):
		return err
	}
	for i := range s.carry {
		if s.carry[i].value.has(part) {
			return fmt.Errorf("%w: %s is missing or empty", err, s.carry[i].where())
		}
	}
	for i, item := range s.place.items {
		if item.has(part) {
			return fmt.Errorf("%w: %s has no %s", err, s.place.where(), s.place.texts[i])
		}
	}
	return err
}

// Claimed says whether m carries what the scheme would have placed in it: a
// signature of its form, and all that goes with it. The count is how much that
// is; of two schemes in one place the one with more is meant.
func (s *Scheme) Claimed(m *Message) (count int, ok bool) {
	for i := range s.carry {
		c := &s.carry[i]
		value, there := c.get(m)
		if _, fits := c.value.read(value); !there || !fits {
			return 0, false
		}
		count++
	}
	return count, len(s.Signatures(m)) > 0
}

// placeCauses reads the header as it would be without what proxies and clients do to it.
func (t *trial) placeCauses() []Cause {
	place := &t.s.place
	if place.Header == "" {
		return nil
	}
	name := place.header(0)
	lines := t.m.Header.Values(name)
	with := func(value string) bool {
		m := t.withBody(t.m.Body)
		m.Header.Set(name, value)
		return t.fits(m, t.keys)
	}
	for i, line := range lines {
		if i > 0 && with(line) {
			return []Cause{{"header-twice", fmt.Sprintf("%s comes %d times, and line %d is the one that fits", name, len(lines), i+1), "the first line counts; see who adds the other"}}
		}
	}
	if len(lines) == 0 {
		return nil
	}
	for _, form := range place.mistakes(lines[0]) {
		if form.value != lines[0] && strings.TrimSpace(form.value) != "" && with(form.value) {
			return []Cause{{form.name, form.text + " in " + name, "a proxy or a client rewrites the header; it must arrive as it was sent"}}
		}
	}
	return nil
}

// keyCauses tries the secret in the forms that people hold it in.
func (t *trial) keyCauses() []Cause {
	for suspect := range t.suspects() {
		if t.fits(t.m, []Key{suspect.Key}) {
			return []Cause{suspect.Cause}
		}
	}
	return nil
}

// bodyCauses tries what happens to bodies between the wire and the verifier.
func (t *trial) bodyCauses() []Cause {
	for form := range t.bodies() {
		if t.fits(t.withBody(form.body), t.keys) {
			return []Cause{form.Cause}
		}
	}
	return nil
}

func (s *Scheme) readsBody() bool {
	if s.Place.Body != "" || s.Place.Form != "" || s.CoversContent() {
		return true
	}
	for _, part := range []string{"field", "raw", "keyvalue", "form"} {
		if s.uses(part) {
			return true
		}
	}
	return false
}

// urlCauses tries the addresses that proxies make of one.
func (t *trial) urlCauses() []Cause {
	for _, form := range t.urls() {
		if t.fits(t.withURL(form), t.keys) {
			return []Cause{t.urlCause(form)}
		}
	}
	return nil
}

func (t *trial) urlCause(signed string) Cause {
	return Cause{"url", fmt.Sprintf("the signature is for %s, not for %s", signed, t.m.URL), "verify with the public address that the provider has, not with the one behind the proxy; --signed-url gives it"}
}

// textCauses compares the signature's bytes, however they are written.
func (t *trial) textCauses() []Cause {
	if t.s.Engine != "digest" {
		return nil
	}
	f, err := t.s.read(t.m)
	if err != nil {
		return nil
	}
	for _, came := range f.signatures {
		if t.s.Asymmetric() {
			if cause, ok := t.otherEncoding(came); ok {
				return []Cause{cause}
			}
			continue
		}
		for _, key := range t.keys {
			if cause, ok := t.textCause(came, t.want(f, key)); ok {
				return []Cause{cause}
			}
		}
	}
	return nil
}

func (t *trial) textCause(came, want string) (Cause, bool) {
	raw, err := t.s.encode.decode(want)
	switch {
	case want == "" || err != nil || came == want:
		return Cause{}, false
	case strings.EqualFold(came, want):
		return Cause{"signature-case", "the signature is right, but in other letter case", "it must arrive as it was sent; in base64 the case counts, in hexadecimal compare bytes, not text"}, true
	case len(came) >= 8 && strings.HasPrefix(want, came):
		return Cause{"signature-truncated", fmt.Sprintf("the first %d of %d characters of the right signature", len(came), len(want)), "something on the way cut the header"}, true
	case strings.HasPrefix(came, want):
		return Cause{"signature-extended", fmt.Sprintf("the right signature, with %d characters more after it", len(came)-len(want)), "something on the way added to the header"}, true
	case sameBytes(came, raw):
		return Cause{"signature-encoding", "the signature is right, but written in another encoding than " + t.s.encode.name, "hexadecimal and base64 are not the same text"}, true
	}
	return Cause{}, false
}

// otherEncoding writes a signature in the scheme's own encoding and tries again.
func (t *trial) otherEncoding(came string) (Cause, bool) {
	for _, raw := range decoded(came) {
		text := string(t.s.encode.append(nil, raw))
		m := t.withBody(t.m.Body)
		if text != came && t.s.Edit(m, func(string) string { return text }) == nil && t.fits(m, t.keys) {
			return Cause{"signature-encoding", "the signature is right, but written in another encoding than " + t.s.encode.name, "hexadecimal and base64 are not the same text"}, true
		}
	}
	return Cause{}, false
}

// otherCauses tries other algorithms, and other bytes than those that are to be signed.
func (t *trial) otherCauses() []Cause {
	if t.s.Engine != "digest" {
		return nil
	}
	if t.s.digest.kind == hmacDigest {
		plain := *t.s
		plain.digest.kind = plainDigest
		if plain.fitsAtAnyAge(t.m, t.keys, t.now) {
			return []Cause{{"signature-unkeyed", "it is a hash without a key, which anybody can compute", "an HMAC with the secret is wanted"}}
		}
	}
	if t.s.digest.kind == plainDigest && t.s.uses("secret") && len(t.keys) > 0 {
		f, err := t.s.read(t.m)
		if err == nil && slices.Contains(f.signatures, t.want(f, Key{})) {
			return []Cause{{"signature-unkeyed", "it is a hash without the secret, which anybody can compute", "the secret is hashed, too"}}
		}
	}
	for _, d := range digests {
		other := *t.s
		other.digest = d
		if d.kind == t.s.digest.kind && d.name != t.s.digest.name && other.fitsAtAnyAge(t.m, t.keys, t.now) {
			return []Cause{{"signature-algorithm", fmt.Sprintf("it is made by %s, not by %s", d.name, t.s.digest.name), "use the algorithm that is documented"}}
		}
	}
	for _, text := range []string{
		"{body}", "{timestamp}{body}", "{timestamp}.{body}", "{timestamp}:{body}", "{body}{timestamp}", "{timestamp}\n{body}",
		"{id}.{timestamp}.{body}", "v0:{timestamp}:{body}", "{url}{body}", "{body}{url}", "{url}", "{method}{url}{body}", "{timestamp}",
	} {
		other := *t.s
		var err error
		if other.signed, err = parseTemplate("signed", text); err != nil || text == t.s.Signed {
			continue
		}
		if other.fitsAtAnyAge(t.m, t.keys, t.now) {
			return []Cause{{"signed-other", fmt.Sprintf("it is the signature of %q; %q is what is to be signed", text, t.s.Signed), "sign exactly the documented bytes"}}
		}
	}
	return nil
}
