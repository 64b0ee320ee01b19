package signature

import (
	"bytes"
	"crypto/hmac"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"hash/crc32"
	"slices"
	"strings"
	"time"
)

// HMAC says whether the signature is a hash keyed by a shared secret.
func (s *Scheme) HMAC() bool { return s.Engine == "digest" && s.digest.kind == hmacDigest }

// SignsTime says whether changing the time that m carries spoils the signature.
// A time that is only carried is anybody's to change.
func (s *Scheme) SignsTime() bool {
	for _, t := range append([]*template{s.signed, s.payload}, values(s.claims)...) {
		if t.has("timestamp") || t.has("timestamp.plus") {
			return true
		}
	}
	return slices.ContainsFunc(s.carry, func(c slot) bool {
		if !c.value.has("timestamp") {
			return false
		}
		switch {
		case c.Header != "":
			return s.signsHeader(c.Header)
		case c.Query != "":
			return slices.ContainsFunc([]string{"url", "url.decoded", "url.sha256", "query.escaped", "query.encoded", "query.sorted"}, s.signed.has)
		}
		return s.CoversContent() || slices.Contains(s.SignedFields(), c.Body+c.Form)
	})
}

func values(pairs []compiledPair) []*template {
	var all []*template
	for _, p := range pairs {
		all = append(all, p.value)
	}
	return all
}

func (s *Scheme) signsHeader(name string) bool {
	return s.signed != nil && slices.ContainsFunc(s.signed.segments, func(seg segment) bool {
		return seg.part != nil && (seg.part.name == "headers.canonical" || seg.part.name == "header" && strings.EqualFold(seg.arg, name))
	})
}

// NamesKey says whether the message names the key that it is signed by.
func (s *Scheme) NamesKey() bool { return s.uses("key.id") }

// NumericTime says whether the time is a number of seconds or milliseconds.
func (s *Scheme) NumericTime() bool { return strings.HasPrefix(s.clock.name, "unix") }

// SameKey says whether two keys give the same signatures.
func (s *Scheme) SameKey(a, b Key) bool {
	if s.Asymmetric() {
		one, errA := s.PublicPEM(a)
		other, errB := s.PublicPEM(b)
		return errA == nil && errB == nil && one == other
	}
	if s.Engine == "credential" {
		return a.Secret == b.Secret
	}
	one, errA := s.keyBytes(a.Secret)
	other, errB := s.keyBytes(b.Secret)
	if errA != nil || errB != nil {
		return false
	}
	if !s.HMAC() {
		return bytes.Equal(one, other)
	}
	// Not the bytes: HMAC hashes a long key and fills a short one up with NUL.
	probe := func(key []byte) []byte { return hmac.New(s.digest.new, key).Sum(nil) }
	return bytes.Equal(probe(one), probe(other))
}

// EditRaw replaces each signature by change(its bytes): decoded, changed, and
// encoded again. Of a token it is the signature alone, and a credential is its
// own bytes. What cannot be decoded stays as it is.
func (s *Scheme) EditRaw(m *Message, change func(raw []byte) []byte) error {
	return s.Edit(m, func(text string) string { return s.recode(text, change) })
}

func (s *Scheme) recode(text string, change func(raw []byte) []byte) string {
	b64 := encoding{append: base64.StdEncoding.AppendEncode, decode: base64.StdEncoding.DecodeString}
	again := func(e encoding, text string) string {
		raw, err := e.decode(text)
		if err != nil {
			return text
		}
		return string(e.append(nil, change(raw)))
	}
	switch {
	case s.Engine == "jose":
		at := strings.LastIndexByte(text, '.') + 1
		url := base64.RawURLEncoding
		return text[:at] + again(encoding{append: url.AppendEncode, decode: url.DecodeString}, text[at:])
	case s.Engine == "credential" && s.place.has("secret.base64"):
		return again(b64, text)
	case s.Engine == "credential":
		return string(change([]byte(text)))
	case s.wrap == nil:
		return again(s.encode, text)
	}
	wrapped, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return text
	}
	inner := s.wrap.replace(string(wrapped), "signature", func(text string) string { return again(s.encode, text) })
	return base64.StdEncoding.EncodeToString([]byte(inner))
}

// Label is the name of the algorithm that the place's value begins with, as
// sha256 in "sha256=…"; "" where the value names none.
func (s *Scheme) Label() string {
	name, hmacs := strings.CutPrefix(s.digest.name, "hmac-")
	if hmacs && s.Place.Value == name+"={signature}" {
		return name
	}
	return ""
}

// Relabelled returns the scheme as a sender has it who signs by the HMAC of
// another hash, and says so in the label; ok is false where there is no label.
func (s *Scheme) Relabelled(hash string) (other *Scheme, ok bool) {
	if s.Label() == "" || s.Label() == hash {
		return nil, false
	}
	spec := s.Spec
	spec.Digest, spec.Place.Value = "hmac-"+hash, hash+"={signature}"
	other, err := Compile(spec)
	return other, err == nil
}

// identified is m with the id that it carries, where it was given none.
func (s *Scheme) identified(m *Message) *Message {
	if m.ID != "" || !s.uses("id") {
		return m
	}
	with := *m
	f, _ := s.read(m)
	with.ID = f.id
	return &with
}

// CRC32 returns the checksum of the signed bytes in hexadecimal: what a label
// such as crc32= claims, and what needs no key.
func (s *Scheme) CRC32(m *Message, at time.Time) (string, error) {
	sg := &Signer{scheme: s, keys: []signingKey{{}}}
	sg.begin(s.identified(m), at)
	if err := sg.digestInto(crc32.NewIEEE()); err != nil {
		return "", err
	}
	return hex.EncodeToString(sg.sum), nil
}

// WithMember returns the token scheme with one member more in the token's header.
func (s *Scheme) WithMember(name string, value any) (*Scheme, error) {
	raw, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	var literal strings.Builder
	for _, c := range string(raw) {
		literal.WriteRune(c)
		if strings.ContainsRune("{}[]", c) {
			literal.WriteRune(c) // stands for itself in a template
		}
	}
	spec := s.Spec
	spec.Header = append(slices.Clone(spec.Header), Pair{Key: name, Value: literal.String(), Bare: true})
	return Compile(spec)
}

// SetTime makes the signer sign this text as the time, in the place of the time
// it is told: what a receiver must refuse is signed as it stands.
func (sg *Signer) SetTime(text string) { sg.literal = &text }
