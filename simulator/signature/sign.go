package signature

import (
	"crypto"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"hash"
	"time"
)

// ErrNoKey means that a signer was asked for without any key.
var ErrNoKey = errors.New("signature: no key")

// A Signer signs messages for one endpoint. It keeps its hash states, so that
// signing needs no memory of its own; it is not safe for concurrent use: take
// one for each worker and endpoint.
type Signer struct {
	scheme *Scheme
	keys   []signingKey
	decoy  hash.Hash
	in     input
	sink   sink
	stamp  []byte
	sum    []byte
	// literal is signed as the time instead of the true one; see [Signer.SetTime].
	literal *string
}

type signingKey struct {
	Key
	mac     hash.Hash     // nil where the whole message is signed at once
	private crypto.Signer // asymmetric only
}

// Signer returns a signer with these keys. While a secret rolls, the current key
// comes first and the older one after it, as Svix and Stripe send them.
// It fails on a key that does not have the scheme's form.
func (s *Scheme) Signer(keys ...Key) (*Signer, error) {
	if len(keys) == 0 {
		return nil, ErrNoKey
	}
	if len(keys) > 1 && !s.Several() {
		keys = keys[:1]
	}
	sg := &Signer{scheme: s}
	for _, key := range keys {
		sk, err := s.signingKey(key)
		if err != nil {
			return nil, err
		}
		sg.keys = append(sg.keys, sk)
	}
	if s.uses("decoy") {
		sg.decoy = hmac.New(sha256.New, []byte("simhook: a key that no receiver has"))
	}
	return sg, nil
}

func (s *Scheme) signingKey(key Key) (sk signingKey, err error) {
	sk.Key = key
	if s.Asymmetric() {
		if sk.private, err = s.private(key); err != nil {
			return sk, err
		}
		if s.Engine == "digest" {
			sk.mac = s.digest.newMAC(nil)
		}
		return sk, nil
	}
	raw, err := s.keyBytes(key.Secret)
	if err != nil {
		return sk, err
	}
	if s.Engine == "digest" {
		sk.mac = s.digest.newMAC(raw)
	}
	return sk, nil
}

// Sign signs m as sent at that time and writes signature, time and id into it.
// It changes the body only where the scheme places something there.
//
// A message without an ID that carries one already, such as one that was
// received, keeps it.
func (sg *Signer) Sign(m *Message, at time.Time) error {
	if m.ID == "" && sg.scheme.uses("id") {
		f, _ := sg.scheme.read(m)
		m.ID = f.id
	}
	sg.begin(m, at)
	for i := range sg.scheme.carry {
		c := &sg.scheme.carry[i]
		value, err := c.value.text(&sg.in)
		if err != nil {
			return err
		}
		if err := c.put(m, c.Header, value); err != nil {
			return err
		}
	}
	p := &sg.scheme.place
	if p.many == "" || p.many == "join" {
		value, err := sg.value(nil, sg.keys)
		if err != nil {
			return err
		}
		return p.put(m, p.header(0), string(value))
	}
	return sg.signSeparately(m, p)
}

// signSeparately gives each key a header line of its own.
func (sg *Signer) signSeparately(m *Message, p *place) error {
	for n := range sg.keys {
		if p.many == "headers" && n == len(p.names) {
			break // the provider has no header for a further key
		}
		value, err := sg.value(nil, sg.keys[n:n+1])
		if err != nil {
			return err
		}
		if n > 0 && p.many == "repeat" {
			m.Header.Add(p.Header, string(value))
		} else if err := p.put(m, p.header(n), string(value)); err != nil {
			return err
		}
	}
	return nil
}

// AppendValue appends only the value of the signature's place to dst, such as
// "t=1495999758,v1=5257a8…". With an HMAC it allocates nothing.
func (sg *Signer) AppendValue(dst []byte, m *Message, at time.Time) ([]byte, error) {
	sg.begin(m, at)
	return sg.value(dst, sg.keys)
}

func (sg *Signer) begin(m *Message, at time.Time) {
	s := sg.scheme
	sg.stamp = s.clock.append(sg.stamp[:0], at)
	if sg.literal != nil {
		sg.stamp = append(sg.stamp[:0], *sg.literal...)
	}
	sg.in = input{m: m, at: at, clock: s.clock, stamp: sg.stamp, id: m.ID, secret: sg.keys[0].Secret, keyID: sg.keys[0].ID}
	if s.nonced {
		sum := sha256.Sum256(append([]byte(m.ID+"\n"), sg.stamp...))
		sg.in.nonce = hex.EncodeToString(sum[:16])
	}
}

// value appends the place's value, with one signature for each key.
func (sg *Signer) value(dst []byte, keys []signingKey) ([]byte, error) {
	p := &sg.scheme.place
	if len(p.items) == 0 {
		return sg.item(dst, p.value, &keys[0])
	}
	first := true
	for _, item := range p.items {
		repeat := keys[:1]
		if item.has("signature") {
			repeat = keys
		}
		for i := range repeat {
			if !first {
				dst = append(dst, p.join...)
			}
			first = false
			var err error
			if dst, err = sg.item(dst, item, &repeat[i]); err != nil {
				return dst, err
			}
		}
	}
	return dst, nil
}

// item appends one template of the place. The signature's bytes go straight to
// dst: through a string they would cost an allocation.
func (sg *Signer) item(dst []byte, t *template, key *signingKey) ([]byte, error) {
	sg.in.secret, sg.in.keyID = key.Secret, key.ID
	for i := range t.segments {
		seg := &t.segments[i]
		var err error
		switch {
		case seg.part == nil:
			dst = append(dst, seg.literal...)
		case seg.part.name == "timestamp":
			dst = append(dst, sg.stamp...)
		case seg.part.name == "signature":
			dst, err = sg.signature(dst, key)
		case seg.part.name == "decoy":
			if err = sg.digestInto(sg.decoy); err == nil {
				dst = sg.scheme.encode.append(dst, sg.sum)
			}
		default:
			w := sink{buf: dst}
			_, err = seg.part.write(&w, &sg.in, seg.arg)
			dst = w.buf
		}
		if err != nil {
			return dst, err
		}
	}
	return dst, nil
}

// signature appends one encoded signature.
func (sg *Signer) signature(dst []byte, key *signingKey) ([]byte, error) {
	s := sg.scheme
	if s.Engine == "jose" {
		token, err := s.token(&sg.in, key)
		return append(dst, token...), err
	}
	if s.Engine == "credential" {
		return append(dst, key.Secret...), nil
	}
	if err := sg.digestInto(key.mac); err != nil {
		return dst, err
	}
	raw := sg.sum
	if key.private != nil {
		var err error
		if raw, err = s.digest.sign(key.private, sg.sum); err != nil {
			return dst, err
		}
	}
	if s.wrap == nil {
		return s.encode.append(dst, raw), nil
	}
	sg.in.signature = string(s.encode.append(nil, raw))
	wrapped, err := s.wrap.text(&sg.in)
	return append(dst, base64.StdEncoding.EncodeToString([]byte(wrapped))...), err
}

// digestInto leaves the digest of the signed bytes, or for Ed25519 the bytes
// themselves, in sg.sum.
func (sg *Signer) digestInto(mac hash.Hash) error {
	sg.sink.buf = sg.sink.buf[:0]
	if mac == nil {
		sg.sink.to = nil
		err := sg.scheme.signed.write(&sg.sink, &sg.in)
		sg.sum = append(sg.sum[:0], sg.sink.buf...)
		return err
	}
	mac.Reset()
	sg.sink.to = mac
	if err := sg.scheme.signed.write(&sg.sink, &sg.in); err != nil {
		return err
	}
	sg.sink.flush()
	sg.sum = mac.Sum(sg.sum[:0])
	return nil
}
