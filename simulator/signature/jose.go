package signature

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/asn1"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
)

var joseAlgorithms = []string{"HS256", "HS512", "RS256", "ES256", "EdDSA"}

func (s *Scheme) compileJose() (err error) {
	if err = s.refuse("jose", "signed", s.Signed, "digest", s.Digest, "encoding", s.Encoding, "wrap", s.Wrap); err != nil {
		return err
	}
	if _, err = lookup("algorithm", "algorithm", s.Algorithm, joseAlgorithms, func(a string) string { return a }); err != nil {
		return err
	}
	if (s.Payload == "") == (len(s.Claims) == 0) {
		return &SpecError{"claims", "a token needs either claims or a payload", `give claims, or payload: "{body}"`}
	}
	if s.Detached && s.Payload == "" {
		return &SpecError{"claims", "claims cannot be detached", `a receiver could not write them again; give a payload, such as "{body}"`}
	}
	if s.Payload != "" {
		if s.payload, err = parseTemplate("payload", s.Payload); err != nil {
			return err
		}
	}
	if s.header, err = compilePairs("header", s.Header); err != nil {
		return err
	}
	s.claims, err = compilePairs("claims", s.Claims)
	return err
}

func compilePairs(member string, pairs Pairs) ([]compiledPair, error) {
	var all []compiledPair
	for _, p := range pairs {
		t, err := parseTemplate(member+"."+p.Key, p.Value)
		if err != nil {
			return nil, err
		}
		all = append(all, compiledPair{p.Key, t, p.Bare})
	}
	return all, nil
}

// token builds a compact JWT or JWS: base64url(header).base64url(payload).signature
func (s *Scheme) token(in *input, key *signingKey) (string, error) {
	header, err := s.joseHeader(in)
	if err != nil {
		return "", err
	}
	payload, err := s.josePayload(in)
	if err != nil {
		return "", err
	}
	b64 := base64.RawURLEncoding.EncodeToString
	signing := b64(header) + "." + s.part2(payload)
	raw, err := s.joseSign(key, []byte(signing))
	if err != nil {
		return "", err
	}
	if s.Detached {
		signing = b64(header) + "."
	}
	return signing + "." + b64(raw), nil
}

func (s *Scheme) joseHeader(in *input) ([]byte, error) {
	literal := func(text string) *template { return &template{[]segment{{literal: text}}} }
	members := append([]compiledPair{{key: "alg", value: literal(s.Algorithm)}}, s.header...)
	if s.unencoded() {
		members = append(members, compiledPair{key: "crit", value: literal(`["b64"]`), bare: true})
	}
	return membersOf(members, in)
}

// unencoded says whether the header has b64: false: a detached payload is then
// signed as it is (RFC 7797).
func (s *Scheme) unencoded() bool {
	return s.Detached && slices.Contains(s.Header, Pair{Key: "b64", Value: "false", Bare: true})
}

// part2 is the second part of what is signed.
func (s *Scheme) part2(payload []byte) string {
	if s.unencoded() {
		return string(payload)
	}
	return base64.RawURLEncoding.EncodeToString(payload)
}

func (s *Scheme) josePayload(in *input) ([]byte, error) {
	if s.payload != nil {
		text, err := s.payload.text(in)
		return []byte(text), err
	}
	return membersOf(s.claims, in)
}

// membersOf writes a JSON object. A member that is one time in a numeric clock is
// a number, as RFC 7519 wants of iat and exp, and so is one that stood bare in the
// pack; anything else is a string.
func membersOf(pairs []compiledPair, in *input) ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, p := range pairs {
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(quoteJSON(p.key))
		b.WriteByte(':')
		text, err := p.value.text(in)
		if err != nil {
			return nil, err
		}
		if p.bare || p.numeric(in.clock) {
			b.WriteString(text)
		} else {
			b.Write(quoteJSON(text))
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

func (p compiledPair) numeric(c clock) bool {
	return len(p.value.segments) == 1 && (p.value.has("timestamp") || p.value.has("timestamp.plus")) && strings.HasPrefix(c.name, "unix")
}

func (s *Scheme) joseSign(key *signingKey, message []byte) ([]byte, error) {
	sum := sha256.Sum256(message)
	switch k := key.private.(type) {
	case *rsa.PrivateKey:
		return rsa.SignPKCS1v15(nil, k, crypto.SHA256, sum[:])
	case ed25519.PrivateKey:
		return ed25519.Sign(k, message), nil
	case *ecdsa.PrivateKey:
		der, err := k.Sign(nil, sum[:], crypto.SHA256)
		if err != nil {
			return nil, err
		}
		return fixedECDSA(der)
	}
	raw, err := s.keyBytes(key.Secret)
	if err != nil {
		return nil, err
	}
	return s.joseMAC(raw, message), nil
}

func (s *Scheme) joseMAC(key, message []byte) []byte {
	h := hmac.New(sha256.New, key)
	if s.Algorithm == "HS512" {
		h = hmac.New(sha512.New, key)
	}
	h.Write(message)
	return h.Sum(nil)
}

// fixedECDSA turns an ASN.1 signature into the two 32-byte numbers of RFC 7518 section 3.4.
func fixedECDSA(der []byte) ([]byte, error) {
	var pair struct{ R, S *big.Int }
	if _, err := asn1.Unmarshal(der, &pair); err != nil {
		return nil, err
	}
	raw := make([]byte, 64)
	pair.R.FillBytes(raw[:32])
	pair.S.FillBytes(raw[32:])
	return raw, nil
}

var errToken = errors.New("not a compact token")

// tokenVerifies checks a token's algorithm and signature and returns its claims.
func (s *Scheme) tokenVerifies(token string, payload []byte, key Key) (claims []byte, ok bool, err error) {
	pieces := strings.Split(token, ".")
	if len(pieces) != 3 {
		return nil, false, errToken
	}
	b64 := base64.RawURLEncoding
	header, err := b64.DecodeString(pieces[0])
	if err != nil {
		return nil, false, errToken
	}
	if s.Detached {
		pieces[1], claims = s.part2(payload), payload
	} else if claims, err = b64.DecodeString(pieces[1]); err != nil {
		return nil, false, errToken
	}
	signature, err := b64.DecodeString(pieces[2])
	if err != nil {
		return nil, false, errToken
	}
	// The scheme pins the algorithm: a token must not choose its own (RFC 8725 section 3.1).
	// What a token calls critical must be understood (RFC 7515 section 4.1.11).
	var head struct {
		Alg  string
		Crit []string
	}
	if json.Unmarshal(header, &head) != nil || head.Alg != s.Algorithm {
		return nil, false, nil
	}
	if slices.ContainsFunc(head.Crit, func(name string) bool { return name != "b64" || !s.unencoded() }) {
		return nil, false, fmt.Errorf("the token calls %v critical", head.Crit)
	}
	ok, err = s.joseVerify(key, []byte(pieces[0]+"."+pieces[1]), signature)
	return claims, ok, err
}

func (s *Scheme) joseVerify(key Key, message, signature []byte) (bool, error) {
	if !s.Asymmetric() {
		raw, err := s.keyBytes(key.Secret)
		return err == nil && hmac.Equal(s.joseMAC(raw, message), signature), err
	}
	public, err := s.public(key)
	if err != nil {
		return false, err
	}
	sum := sha256.Sum256(message)
	switch k := public.(type) {
	case *rsa.PublicKey:
		return rsa.VerifyPKCS1v15(k, crypto.SHA256, sum[:], signature) == nil, nil
	case ed25519.PublicKey:
		return ed25519.Verify(k, message, signature), nil
	case *ecdsa.PublicKey:
		if len(signature) != 64 {
			return false, nil
		}
		return ecdsa.Verify(k, sum[:], new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])), nil
	}
	return false, nil
}
