package signature

import (
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"embed"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"math/big"
	"strings"
	"time"
)

// The test keys are public: everybody has them, so they prove nothing but that
// a receiver verifies. They are files because making an RSA key takes 40 to 90 ms.
//
//go:embed testkeys/*.pem
var testKeys embed.FS

// TestKey returns the fixed private key for an asymmetric scheme, in PEM, and
// nil for any other scheme.
func TestKey(s *Scheme) []byte {
	if !s.Asymmetric() {
		return nil
	}
	data, err := testKeys.ReadFile("testkeys/" + s.keyKind() + ".pem")
	if err != nil {
		return nil
	}
	return data
}

// StrangerKey returns a key of the scheme's form that no receiver holds: a fixed
// private key, or a secret as long as the one given.
func StrangerKey(s *Scheme, key Key) Key {
	if s.Asymmetric() {
		data, _ := testKeys.ReadFile("testkeys/stranger-" + s.keyKind() + ".pem")
		return Key{ID: key.ID, PEM: data}
	}
	raw, err := s.keyBytes(key.Secret)
	if err != nil || len(raw) == 0 {
		raw = []byte("simhook stranger")
	}
	other := make([]byte, len(raw))
	for i, c := range raw {
		// Stays printable for printable keys, and differs in every byte.
		other[i] = c ^ 1
	}
	if secret, ok := s.SecretFor(other); ok {
		return Key{ID: key.ID, Secret: secret}
	}
	return Key{ID: key.ID, Secret: key.Secret + "-stranger"}
}

// SecretFor returns the secret that has these key bytes, where the scheme's key
// form can be turned round.
func (s *Scheme) SecretFor(raw []byte) (string, bool) {
	switch s.key.name {
	case "utf8":
		return string(raw), true
	case "base64":
		return base64.StdEncoding.EncodeToString(raw), true
	case "whsec":
		return "whsec_" + base64.StdEncoding.EncodeToString(raw), true
	case "hex":
		return hex.EncodeToString(raw), true
	}
	return "", false
}

// OtherForm returns a key as somebody has it who takes the secret in the wrong
// form: encoded text for the bytes it stands for, or the other way round.
func (s *Scheme) OtherForm(key Key) (Key, bool) {
	text := key.Secret
	if s.key.name != "utf8" {
		secret, ok := s.SecretFor([]byte(text))
		return Key{ID: key.ID, Secret: secret}, ok
	}
	bare := text
	if i := strings.LastIndexByte(text, '_'); i >= 0 {
		bare = text[i+1:]
	}
	raw, err := hex.DecodeString(bare)
	if err != nil || len(raw) == 0 {
		if raw, err = decodeBase64(bare); err != nil || len(raw) == 0 {
			if bare == text { // it decodes to nothing, a UUID say: encode it
				bare = base64.StdEncoding.EncodeToString([]byte(text))
			}
			return Key{ID: key.ID, Secret: bare}, bare != text
		}
	}
	return Key{ID: key.ID, Secret: string(raw)}, true
}

// Certificate returns a self-signed certificate, in PEM, for the private key:
// what a receiver fetches from a signing certificate URL. It is valid from an
// hour before now for a year.
func (s *Scheme) Certificate(key Key, commonName string, now time.Time) ([]byte, error) {
	private, err := s.private(key)
	if err != nil {
		return nil, err
	}
	subject := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		Subject:      pkix.Name{CommonName: commonName},
		NotBefore:    now.Add(-time.Hour),
		NotAfter:     now.AddDate(1, 0, 0),
	}
	der, err := x509.CreateCertificate(rand.Reader, subject, subject, private.Public(), private)
	if err != nil {
		return nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), nil
}
