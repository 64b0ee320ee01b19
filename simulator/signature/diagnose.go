package signature

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Cause is a usual mistake that explains a signature which does not verify.
type Cause struct {
	Name string // "body-reserialised"
	Text string // what happened
	Cure string // what to do
}

// A Diagnosis is what one scheme says of a message.
type Diagnosis struct {
	Scheme *Scheme
	Err    error // nil: it verifies
	At     time.Time
	Causes []Cause // those that fit, likeliest first; empty where none does
}

// Diagnose verifies m and, where it does not verify, tries the usual mistakes of
// body, key, URL, time and encoding, one at a time, and names those with which
// it would have verified. A cause is not a guess: with it, the signature fits.
func (s *Scheme) Diagnose(m *Message, keys []Key, now time.Time) Diagnosis {
	verdict, err := s.Verify(m, keys, now)
	d := Diagnosis{Scheme: s, Err: err, At: verdict.At}
	if err == nil {
		return d
	}
	t := &trial{s: s, m: m, keys: keys, now: now}
	switch {
	case errors.Is(err, ErrStale), errors.Is(err, ErrFuture):
		d.Causes = append(d.Causes, t.late(verdict, err))
	case errors.Is(err, ErrNoSignature), errors.Is(err, ErrMalformed):
		d.Causes = t.misplaced()
	default:
		for _, look := range []func() []Cause{t.keyCauses, t.bodyCauses, t.urlCauses, t.encodingCauses, t.timeCauses} {
			d.Causes = append(d.Causes, look()...)
		}
		if len(d.Causes) == 0 {
			d.Causes = t.bothCauses()
		}
	}
	d.Causes = unique(d.Causes)
	return d
}

// unique drops causes that say the same as an earlier one: two forms of a body
// can be one and the same bytes.
func unique(causes []Cause) []Cause {
	var kept []Cause
	for _, c := range causes {
		if !slices.Contains(kept, c) {
			kept = append(kept, c)
		}
	}
	return kept
}

// trial tries one message in many forms.
type trial struct {
	s    *Scheme
	m    *Message
	keys []Key
	now  time.Time
}

// fits says whether a form verifies, whatever its age.
func (t *trial) fits(m *Message, keys []Key) bool {
	_, err := t.s.Verify(m, keys, t.now)
	return err == nil || errors.Is(err, ErrStale) || errors.Is(err, ErrFuture)
}

func (t *trial) late(v Verdict, err error) Cause {
	age := t.now.Sub(v.At).Round(time.Second)
	if errors.Is(err, ErrFuture) {
		return Cause{"future", fmt.Sprintf("the signature is right, but %v ahead of the clock here; %v are allowed", -age, t.s.tolerance), "compare the two clocks, and the unit of the time (seconds, milliseconds)"}
	}
	return Cause{"stale", fmt.Sprintf("the signature is right, but %v old: %v more than the %v that are allowed", age, age-t.s.tolerance, t.s.tolerance), "verify when the delivery arrives, not later; a capture is verified with --now at its own time"}
}

// misplaced looks for the signature elsewhere.
func (t *trial) misplaced() []Cause {
	var causes []Cause
	place := &t.s.place
	if place.Header == "" {
		return nil
	}
	value, ok := t.m.Header.Lookup(place.header(0))
	if !ok || strings.TrimSpace(value) == "" {
		return nil
	}
	for _, form := range []struct{ name, text, value string }{
		{"space-after-separator", "there is white space after the separators", strings.ReplaceAll(value, place.join+" ", place.join)},
		{"quoted", "the value is in quotes", strings.Trim(value, `"'`)},
		{"prefix-missing", "the value lacks what should stand before the signature", strings.Replace(or(place.Value, "{signature}"), "{signature}", value, 1)},
	} {
		if form.value == value || form.value == "" {
			continue
		}
		m := t.m.Clone()
		m.Header.Set(place.header(0), form.value)
		if t.fits(m, t.keys) {
			causes = append(causes, Cause{form.name, form.text + " in " + place.header(0), "a proxy or a test client rewrites the header; it must arrive as it was sent"})
		}
	}
	return causes
}

// keyCauses tries the secret in the forms that people hold it in.
func (t *trial) keyCauses() []Cause {
	var causes []Cause
	for _, key := range t.keys {
		for _, form := range t.s.keyMistakes(key) {
			if t.fits(t.m, []Key{form.key}) {
				causes = append(causes, form.Cause)
			}
		}
	}
	return causes
}

type keyMistake struct {
	Cause
	key Key
}

// keyMistakes lists the ways in which the sender and this key may differ. The
// text speaks of the secret that was given here.
func (s *Scheme) keyMistakes(key Key) []keyMistake {
	if s.Asymmetric() {
		return nil
	}
	var all []keyMistake
	add := func(name, text, cure, secret string) {
		if secret != "" && secret != key.Secret {
			all = append(all, keyMistake{Cause{name, text, cure}, Key{ID: key.ID, Secret: secret}})
		}
	}
	secret := key.Secret
	add("key-white-space", "the secret given here has white space around it", "trim it where it is read", strings.TrimSpace(secret))
	add("key-white-space", "the sender's secret has a line feed at its end", "store the secret without it", secret+"\n")
	add("key-quotes", "the secret given here is in quotes", "take the quotes away, often those of an .env file", strings.Trim(secret, `"'`))
	if other, ok := s.OtherForm(key); ok {
		add("key-form", "the key is the secret in another form: "+s.formText(), "use the secret in the form "+or(s.Key, "utf8"), other.Secret)
	}
	if i := strings.LastIndexByte(secret, '_'); i > 0 && s.key.name == "utf8" {
		add("key-prefix", fmt.Sprintf("the secret was used without its prefix %q", secret[:i+1]), "the whole secret is the key, its prefix included", secret[i+1:])
	}
	for _, prefix := range []string{"whsec_", "sk_", "v0="} {
		if s.key.name == "utf8" && !strings.HasPrefix(secret, prefix) {
			add("key-prefix", fmt.Sprintf("the sender's secret has the prefix %q", prefix), "use the secret as it is shown, prefix included", prefix+secret)
		}
	}
	for _, word := range []string{"secret", "test", "changeme", "undefined", "null", "your_webhook_secret", "whsec_test"} {
		if form, ok := s.SecretFor([]byte(word)); ok {
			add("key-placeholder", fmt.Sprintf("it is signed with the placeholder %q", word), "the sender runs without its configuration", form)
		}
	}
	if form, ok := s.SecretFor([]byte("\x00")); ok { // by HMAC's padding the same key as the empty one
		add("key-empty", "it is signed with the empty key", "the sender's secret is not set", form)
	}
	return all
}

func (s *Scheme) formText() string {
	if s.key.name == "utf8" {
		return "decoded, although the text itself is the key"
	}
	return "as text, although it must be decoded first"
}

// bodyCauses tries what happens to bodies between the wire and the verifier.
func (t *trial) bodyCauses() []Cause {
	if !t.s.uses("body") && !t.s.CoversContent() {
		return nil
	}
	var causes []Cause
	for _, form := range bodyMistakes(t.m) {
		m := t.m.Clone()
		m.Body = form.body
		if t.fits(m, t.keys) {
			causes = append(causes, form.Cause)
		}
	}
	return causes
}

// urlCauses tries the addresses that proxies make of one.
func (t *trial) urlCauses() []Cause {
	if !t.s.CoversURL() {
		return nil
	}
	var causes []Cause
	for _, form := range urlMistakes(t.m) {
		m := t.m.Clone()
		m.URL = form.url
		if t.fits(m, t.keys) {
			causes = append(causes, Cause{"url", fmt.Sprintf("the signature is for %s, not for %s", form.url, t.m.URL), form.cure})
		}
	}
	return causes
}

// encodingCauses compares the signature's bytes, however they are written.
func (t *trial) encodingCauses() []Cause {
	if t.s.Engine != "digest" || t.s.Asymmetric() || len(t.keys) == 0 {
		return nil
	}
	want := t.want(t.m)
	raw, err := t.s.encode.decode(want)
	if want == "" || err != nil {
		return nil
	}
	for _, came := range t.s.Signatures(t.m) {
		switch {
		case strings.EqualFold(came, want) && came != want:
			return []Cause{{"signature-case", "the signature is right, but in other letter case", "compare the text as it is documented, in lower case"}}
		case came != "" && len(came) < len(want) && strings.HasPrefix(want, came):
			return []Cause{{"signature-truncated", fmt.Sprintf("the first %d of %d characters of the right signature", len(came), len(want)), "something on the way cut the header"}}
		case came != want && sameBytes(came, raw):
			return []Cause{{"signature-encoding", "the signature is right, but written in another encoding than " + t.s.encode.name, "hexadecimal and base64 are not the same text"}}
		}
		if plain, ok := t.s.Unkeyed(t.m, t.claimed()); ok && plain == came {
			return []Cause{{"signature-unkeyed", "it is a hash without a key, which anybody can compute", "an HMAC with the secret is wanted"}}
		}
	}
	return nil
}

func (t *trial) claimed() time.Time {
	at, _ := t.s.Time(t.m)
	return at
}

// want is the signature that m should carry at its own time.
func (t *trial) want(m *Message) string {
	signer, err := t.s.Signer(t.keys[0])
	if err != nil {
		return ""
	}
	signed := m.Clone()
	if signer.Sign(signed, t.claimed()) != nil {
		return ""
	}
	if all := t.s.Signatures(signed); len(all) > 0 {
		return all[0]
	}
	return ""
}

func sameBytes(text string, raw []byte) bool {
	for _, decode := range []func(string) ([]byte, error){hex.DecodeString, base64.StdEncoding.DecodeString, base64.RawStdEncoding.DecodeString, base64.URLEncoding.DecodeString, base64.RawURLEncoding.DecodeString} {
		if b, err := decode(text); err == nil && string(b) == string(raw) {
			return true
		}
	}
	return false
}

// timeCauses looks for the time that was signed: in another unit, or within an
// hour of the one that is carried.
func (t *trial) timeCauses() []Cause {
	if !t.s.signed.has("timestamp") || t.s.Asymmetric() {
		return nil
	}
	at, ok := t.s.Time(t.m)
	if !ok {
		return nil
	}
	try := func(text string) bool {
		m := t.m.Clone()
		changed, err := t.s.EditTime(m, func(string) string { return text })
		return err == nil && changed && t.fits(m, t.keys)
	}
	if ms := strconv.FormatInt(at.UnixMilli(), 10); try(ms) {
		return []Cause{{"time-unit", "the time was signed in milliseconds and sent in seconds", "sign the text that is sent"}}
	}
	if t.s.clock.name != "unix" {
		return nil
	}
	for off := 1; off <= 3600; off++ {
		for _, seconds := range []int{off, -off} {
			if signed := at.Add(time.Duration(seconds) * time.Second); try(t.s.FormatTime(signed)) {
				return []Cause{{"time-replaced", fmt.Sprintf("it was signed at %d, %ds away from the %d that it carries", signed.Unix(), seconds, at.Unix()), "the time must arrive as it was signed; a fresh time under an old signature is a replay"}}
			}
		}
	}
	return nil
}

// bothCauses tries one mistake of the key and one of the body together.
func (t *trial) bothCauses() []Cause {
	for _, key := range t.keys {
		for _, k := range t.s.keyMistakes(key) {
			for _, b := range bodyMistakes(t.m) {
				m := t.m.Clone()
				m.Body = b.body
				if t.fits(m, []Key{k.key}) {
					return []Cause{k.Cause, b.Cause}
				}
			}
		}
	}
	return nil
}
