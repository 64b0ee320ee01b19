package signature

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// A Key is what one side holds: a shared secret, or for asymmetric schemes a
// private key (to sign and verify) or a public one (to verify only).
type Key struct {
	ID     string // the public name, such as a kid; may be empty
	Secret string
	// PEM holds a private key (PKCS #8, PKCS #1, SEC 1), a public key (SPKI) or
	// a certificate; or, without PEM's armour, a key as dashboards show it: base64
	// SPKI, whsk_ or whpk_ with base64, 32 bytes in hex. Empty in an asymmetric
	// scheme means the fixed [TestKey].
	PEM []byte
}

// A keyForm is one way from a secret as the provider shows it to key bytes.
type keyForm struct {
	name   string
	arg    string
	decode func(secret, arg string) ([]byte, error)
}

var keyForms = []keyForm{
	{"utf8", "", func(s, _ string) ([]byte, error) { return []byte(s), nil }},
	{"base64", "", func(s, _ string) ([]byte, error) { return decodeBase64(s) }},
	{"hex", "", func(s, _ string) ([]byte, error) { return hex.DecodeString(s) }},
	{"whsec", "", func(s, _ string) ([]byte, error) { return decodeBase64(strings.TrimPrefix(s, "whsec_")) }},
	{"sha1", "", func(s, _ string) ([]byte, error) { sum := sha1.Sum([]byte(s)); return sum[:], nil }},
	{"append", "text", func(s, arg string) ([]byte, error) { return []byte(s + arg), nil }},
	{"after", "mark", func(s, arg string) ([]byte, error) {
		_, rest, found := strings.Cut(s, arg)
		if !found {
			return nil, fmt.Errorf("the secret has no %q", arg)
		}
		return []byte(rest), nil
	}},
	{"nfkd", "", func(s, _ string) ([]byte, error) { return norm.NFKD.Bytes([]byte(s)), nil }},
}

// KeyForms lists the key forms a Spec may name: whsec strips that prefix and
// decodes base64, append:TEXT and after:MARK take an argument.
func KeyForms() []string {
	return names(keyForms, func(k keyForm) string {
		if k.arg != "" {
			return k.name + ":" + strings.ToUpper(k.arg)
		}
		return k.name
	})
}

func keyFormOf(text string) (keyForm, error) {
	name, arg, hasArg := strings.Cut(text, ":")
	form, err := lookup("key", "key form", name, keyForms, func(k keyForm) string { return k.name })
	if err != nil {
		return keyForm{}, err
	}
	if form.arg != "" && arg == "" {
		return keyForm{}, &SpecError{"key", fmt.Sprintf("key form %q lacks its %s", name, form.arg), fmt.Sprintf("write %s:%s", name, strings.ToUpper(form.arg))}
	}
	if form.arg == "" && hasArg {
		return keyForm{}, &SpecError{"key", fmt.Sprintf("key form %q takes no argument", name), "write " + name}
	}
	form.arg = arg
	return form, nil
}

// decodeBase64 takes standard base64 with or without padding, as the Standard
// Webhooks libraries do.
func decodeBase64(s string) ([]byte, error) {
	b, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(s, "="))
	if err != nil {
		err = errNotBase64
	}
	return b, err
}

var errNotBase64 = errors.New("it is no base64")

// keyBytes turns a secret into the bytes that key the hash.
func (s *Scheme) keyBytes(secret string) ([]byte, error) {
	b, err := s.key.decode(secret, s.key.arg)
	if err != nil {
		return nil, fmt.Errorf("signature %s: the secret is not in the form %q: %w", s.Name, or(s.Key, "utf8"), err)
	}
	return b, nil
}

// CheckSecret says whether a secret has the form the scheme wants.
func (s *Scheme) CheckSecret(secret string) error {
	if s.Asymmetric() {
		return nil
	}
	_, err := s.keyBytes(secret)
	return err
}

var errNoKey = errors.New("no key in this PEM")

// private returns the private key of an asymmetric scheme.
func (s *Scheme) private(key Key) (crypto.Signer, error) {
	data := key.PEM
	if len(data) == 0 {
		data = TestKey(s)
	}
	parsed, err := parsePEM(data)
	if err != nil {
		return nil, fmt.Errorf("signature %s: %w", s.Name, err)
	}
	signer, ok := parsed.(crypto.Signer)
	if !ok {
		return nil, fmt.Errorf("signature %s: a public key cannot sign", s.Name)
	}
	if err := s.fits(signer.Public()); err != nil {
		return nil, err
	}
	return signer, nil
}

func (s *Scheme) public(key Key) (crypto.PublicKey, error) {
	data := key.PEM
	if len(data) == 0 {
		data = TestKey(s)
	}
	parsed, err := parsePEM(data)
	if err != nil {
		return nil, fmt.Errorf("signature %s: %w", s.Name, err)
	}
	if signer, ok := parsed.(crypto.Signer); ok {
		parsed = signer.Public()
	}
	return parsed, s.fits(parsed)
}

// fits refuses a key of another kind than the scheme's.
func (s *Scheme) fits(public crypto.PublicKey) error {
	want, got := s.keyKind(), "no"
	switch k := public.(type) {
	case *rsa.PublicKey:
		got = "rsa"
	case *ecdsa.PublicKey:
		got = "ecdsa"
		if k.Curve.Params().BitSize != 256 {
			got = k.Curve.Params().Name
		}
	case ed25519.PublicKey:
		got = "ed25519"
	}
	if got != want {
		return fmt.Errorf("signature %s: wants an %s key, got %s", s.Name, want, got)
	}
	return nil
}

// keyKind is rsa, ecdsa (on P-256) or ed25519.
func (s *Scheme) keyKind() string {
	switch {
	case s.Engine == "jose" && strings.HasPrefix(s.Algorithm, "RS"), s.digest.kind == rsaDigest:
		return "rsa"
	case s.Engine == "jose" && strings.HasPrefix(s.Algorithm, "ES"), s.digest.kind == ecdsaDigest:
		return "ecdsa"
	}
	return "ed25519"
}

func parsePEM(data []byte) (any, error) {
	block, _ := pem.Decode(data)
	if block == nil {
		return parseBareKey(strings.TrimSpace(string(data)))
	}
	switch block.Type {
	case "CERTIFICATE":
		cert, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, err
		}
		return cert.PublicKey, nil
	case "PUBLIC KEY":
		return x509.ParsePKIXPublicKey(block.Bytes)
	case "RSA PRIVATE KEY":
		return x509.ParsePKCS1PrivateKey(block.Bytes)
	case "EC PRIVATE KEY":
		return x509.ParseECPrivateKey(block.Bytes)
	case "PRIVATE KEY":
		return x509.ParsePKCS8PrivateKey(block.Bytes)
	}
	return nil, fmt.Errorf("a %s is no key", strings.ToLower(block.Type))
}

// parseBareKey reads a key as dashboards show it.
func parseBareKey(text string) (any, error) {
	if raw, err := hex.DecodeString(text); err == nil && len(raw) == ed25519.PublicKeySize {
		return ed25519.PublicKey(raw), nil
	}
	bare := strings.TrimPrefix(strings.TrimPrefix(text, "whsk_"), "whpk_")
	raw, err := decodeBase64(bare)
	switch {
	case err != nil:
		return nil, errNoKey
	case len(raw) == ed25519.PublicKeySize:
		return ed25519.PublicKey(raw), nil
	case len(raw) == ed25519.PrivateKeySize: // seed and public key, as Standard Webhooks keeps it
		return ed25519.NewKeyFromSeed(raw[:ed25519.SeedSize]), nil
	}
	return x509.ParsePKIXPublicKey(raw)
}

// PublicText returns the public half of a key as the provider shows it: in the
// form that Spec.Public names.
func (s *Scheme) PublicText(key Key) (string, error) {
	public, err := s.public(key)
	if err != nil {
		return "", err
	}
	if raw, ok := public.(ed25519.PublicKey); ok {
		switch s.Public {
		case "raw-hex":
			return hex.EncodeToString(raw), nil
		case "whpk":
			return "whpk_" + base64.StdEncoding.EncodeToString(raw), nil
		}
	}
	if s.Public == "spki" {
		der, err := x509.MarshalPKIXPublicKey(public)
		return base64.StdEncoding.EncodeToString(der), err
	}
	return s.PublicPEM(key)
}

// PublicPEM returns the public half of a key, as SPKI in PEM.
func (s *Scheme) PublicPEM(key Key) (string, error) {
	public, err := s.public(key)
	if err != nil {
		return "", err
	}
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		return "", err
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})), nil
}

// JWK returns the public half of a key as a JSON Web Key (RFC 7517).
func (s *Scheme) JWK(key Key) (map[string]any, error) {
	public, err := s.public(key)
	if err != nil {
		return nil, err
	}
	b64 := base64.RawURLEncoding.EncodeToString
	jwk := map[string]any{"kid": key.ID, "use": "sig"}
	if s.Algorithm != "" {
		jwk["alg"] = s.Algorithm
	}
	switch k := public.(type) {
	case *rsa.PublicKey:
		jwk["kty"], jwk["n"], jwk["e"] = "RSA", b64(k.N.Bytes()), b64(big.NewInt(int64(k.E)).Bytes())
	case *ecdsa.PublicKey:
		raw, err := k.Bytes() // 4, x, y
		if err != nil {
			return nil, err
		}
		jwk["kty"], jwk["crv"], jwk["x"], jwk["y"] = "EC", "P-256", b64(raw[1:33]), b64(raw[33:])
	case ed25519.PublicKey:
		jwk["kty"], jwk["crv"], jwk["x"] = "OKP", "Ed25519", b64(k)
	}
	return jwk, nil
}
