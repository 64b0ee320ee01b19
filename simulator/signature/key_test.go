package signature

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"os"
	"strings"
	"testing"
)

func asymmetric(t testing.TB, digest, public string) *Scheme {
	t.Helper()
	return compiled(t, Spec{Signed: "{body}", Digest: digest, Encoding: "base64", Public: public, Place: inHeader("Sig")})
}

func armour(kind string, der []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

// privateForms gives one key in every form in which people hold it.
func privateForms(kind string) map[string][]byte {
	key := testKey(kind)
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	forms := map[string][]byte{"PKCS #8": armour("PRIVATE KEY", pkcs8, err), "none, so the test key": nil}
	switch k := key.(type) {
	case *rsa.PrivateKey:
		forms["PKCS #1"] = armour("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(k), nil)
	case *ecdsa.PrivateKey:
		der, err := x509.MarshalECPrivateKey(k)
		forms["SEC 1"] = armour("EC PRIVATE KEY", der, err)
	case ed25519.PrivateKey:
		forms["whsk_"] = []byte("whsk_" + b64(k) + "\n")
		forms["seed and public key in base64"] = []byte(strings.TrimRight(b64(k), "="))
	}
	return forms
}

func TestKeyInEveryForm(t *testing.T) {
	for kind, digest := range map[string]string{"rsa": "rsa-sha256", "ecdsa": "ecdsa-p256-sha256", "ed25519": "ed25519"} {
		scheme := asymmetric(t, digest, "")
		der := spki(kind)
		public := map[string][]byte{"SPKI in PEM": armour("PUBLIC KEY", der, nil), "SPKI in base64": []byte(b64(der)), "SPKI in base64 with line ends": []byte(b64(der) + "\r\n")}
		cert, err := scheme.Certificate(Key{}, "sns.amazonaws.com", at)
		if err != nil {
			t.Fatal(err)
		}
		public["certificate"] = cert
		if raw, ok := publicOf(kind).(ed25519.PublicKey); ok {
			public["32 bytes in hex"], public["whpk_"], public["32 bytes in base64"] = []byte(hex.EncodeToString(raw)), []byte("whpk_"+b64(raw)), []byte(b64(raw))
		}
		var want string
		for form, data := range privateForms(kind) {
			m := sample{spec: scheme.Spec, keys: []Key{{PEM: data}}, m: hello}
			_, signed := m.signed(t)
			got := signed.Header.Get("Sig")
			if want == "" {
				want = got
			}
			if got != want {
				t.Errorf("%s, private key in %s: signed otherwise", kind, form)
			}
			if _, err := scheme.Verify(signed, []Key{{PEM: data}}, at); err != nil {
				t.Errorf("%s, verified by the private key in %s: %v", kind, form, err)
			}
		}
		m := hello.Clone()
		m.Header.Add("Sig", want)
		for form, data := range public {
			if v, err := scheme.Verify(m, []Key{{PEM: data}}, at); err != nil || v.Key != 0 {
				t.Errorf("%s, public key as %s: %v", kind, form, err)
			}
			if _, err := scheme.Signer(Key{PEM: data}); err == nil {
				t.Errorf("%s, public key as %s: it signs", kind, form)
			}
		}
	}
}

func publicOf(kind string) any {
	switch k := testKey(kind).(type) {
	case *rsa.PrivateKey:
		return &k.PublicKey
	case *ecdsa.PrivateKey:
		return &k.PublicKey
	case ed25519.PrivateKey:
		return k.Public()
	}
	return nil
}

func spki(kind string) []byte {
	der, err := x509.MarshalPKIXPublicKey(publicOf(kind))
	if err != nil {
		panic(err)
	}
	return der
}

func TestKeyOfAnotherKindIsRefused(t *testing.T) {
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(p384)
	wrong := map[string][]byte{
		"P-384": armour("PRIVATE KEY", der, err), "no PEM": []byte("secret"), "nothing": []byte(" "), "a request": armour("CERTIFICATE REQUEST", []byte("x"), nil),
		"broken": armour("PRIVATE KEY", []byte("x"), nil), "broken certificate": armour("CERTIFICATE", []byte("x"), nil), "31 bytes": []byte(strings.Repeat("ab", 31)),
	}
	kinds := map[string]string{"rsa": "rsa-sha1", "ecdsa": "ecdsa-p256-sha1", "ed25519": "ed25519"}
	for kind, digest := range kinds {
		scheme := asymmetric(t, digest, "")
		_, m := sample{spec: scheme.Spec, keys: []Key{{}}, m: hello}.signed(t)
		try := func(name string, data []byte) {
			if _, err := scheme.Signer(Key{PEM: data}); err == nil {
				t.Errorf("%s signs with %s", digest, name)
			}
			if _, err := scheme.Verify(m, []Key{{PEM: data}}, at); !errors.Is(err, ErrBadSignature) {
				t.Errorf("%s verifies with %s: %v", digest, name, err)
			}
			if v, err := scheme.Verify(m, []Key{{PEM: data}, {}}, at); err != nil || v.Key != 1 {
				t.Errorf("%s, after %s: key %d, %v; want 1", digest, name, v.Key, err)
			}
		}
		for name, data := range wrong {
			try(name, data)
		}
		for other := range kinds {
			if other != kind {
				data, _ := os.ReadFile("testkeys/" + other + ".pem")
				try(other, data)
			}
		}
	}
}

func TestPublicKeyAsTheProviderShowsIt(t *testing.T) {
	raw := publicOf("ed25519").(ed25519.PublicKey)
	pemOf := func(kind string) string { return string(armour("PUBLIC KEY", spki(kind), nil)) }
	for _, c := range []struct{ digest, form, want string }{
		{"ed25519", "raw-hex", hex.EncodeToString(raw)}, {"ed25519", "whpk", "whpk_" + b64(raw)}, {"ed25519", "", pemOf("ed25519")}, {"ed25519", "spki", b64(spki("ed25519"))},
		{"rsa-sha256", "pem", pemOf("rsa")}, {"ecdsa-p256-sha256", "spki", b64(spki("ecdsa"))}, {"ecdsa-p256-sha256", "", pemOf("ecdsa")},
	} {
		if got, err := asymmetric(t, c.digest, c.form).PublicText(Key{}); err != nil || got != c.want {
			t.Errorf("%s as %q: %s, %v; want %s", c.digest, c.form, got, err, c.want)
		}
	}
}

// TestJWK: the members of RFC 7518 section 6 and RFC 8037 section 2.
func TestJWK(t *testing.T) {
	url := base64.RawURLEncoding.EncodeToString
	ec, _ := publicOf("ecdsa").(*ecdsa.PublicKey).Bytes()
	rs := publicOf("rsa").(*rsa.PublicKey)
	for algorithm, want := range map[string]map[string]any{
		"RS256": {"kty": "RSA", "alg": "RS256", "n": url(rs.N.Bytes()), "e": "AQAB"},
		"ES256": {"kty": "EC", "alg": "ES256", "crv": "P-256", "x": url(ec[1:33]), "y": url(ec[33:])},
		"EdDSA": {"kty": "OKP", "alg": "EdDSA", "crv": "Ed25519", "x": url(publicOf("ed25519").(ed25519.PublicKey))},
	} {
		scheme := compiled(t, Spec{Engine: "jose", Algorithm: algorithm, Payload: "{body}", Place: inHeader("Sig")})
		jwk, err := scheme.JWK(Key{ID: "key-7"})
		want["kid"], want["use"] = "key-7", "sig"
		for name := range want {
			if err != nil || jwk[name] != want[name] || len(jwk) != len(want) {
				t.Errorf("%s: %s is %v, %v; want %v", algorithm, name, jwk[name], err, want[name])
			}
		}
	}
}

func TestSecretOfAnotherFormIsRefused(t *testing.T) {
	for form, secret := range map[string]string{"base64": "not base64!", "whsec": "whsec_***", "hex": "xyz", "after::": "nocolon"} {
		scheme := compiled(t, Spec{Signed: "{body}", Digest: "hmac-sha256", Key: form, Place: inHeader("Sig")})
		if err := scheme.CheckSecret(secret); err == nil || !strings.Contains(err.Error(), form) || strings.Contains(err.Error(), secret) {
			t.Errorf("%s: %v, want the form's name and not the secret", form, err)
		}
		if _, err := scheme.Signer(Key{Secret: secret}); err == nil {
			t.Errorf("%s signs with %q", form, secret)
		}
		m := posted("Hello, World!", "Sig", hexOf(mac(sha256.New, "", "Hello, World!")))
		for _, secret := range []string{secret, "", "whsec_", ":"} { // the last two stand for no bytes in some forms
			if _, err := scheme.Verify(&m, []Key{{Secret: secret}}, at); !errors.Is(err, ErrBadSignature) {
				t.Errorf("%s, signed with the empty key, verified with %q: %v", form, secret, err)
			}
		}
	}
	if _, err := compiled(t, Spec{Signed: "{body}", Digest: "hmac-sha256", Place: inHeader("Sig")}).Signer(); !errors.Is(err, ErrNoKey) {
		t.Errorf("no key: %v, want %v", err, ErrNoKey)
	}
}

// TestStrangerAndOtherForm: a key nobody has, and the same key held wrongly.
func TestStrangerAndOtherForm(t *testing.T) {
	for _, s := range samples() {
		scheme := compiled(t, s.spec)
		key := s.keyList()[0]
		stranger := StrangerKey(scheme, key)
		if _, err := scheme.Signer(stranger); err != nil || !scheme.Asymmetric() && stranger.Secret == key.Secret || stranger.ID != key.ID {
			t.Errorf("%s: stranger %+v, %v", s.name, stranger, err)
		}
	}
	for form, c := range map[string]struct{ secret, other string }{
		"whsec": {"whsec_AAECAw==", "whsec_" + b64([]byte("whsec_AAECAw=="))}, "hex": {"00ff", hex.EncodeToString([]byte("00ff"))}, "base64": {"AAEC", b64([]byte("AAEC"))},
		"utf8": {"whsec_AAECAw==", "\x00\x01\x02\x03"},
	} {
		scheme := compiled(t, Spec{Signed: "{body}", Digest: "hmac-sha256", Key: form, Place: inHeader("Sig")})
		if got, ok := scheme.OtherForm(Key{Secret: c.secret}); !ok || got.Secret != c.other {
			t.Errorf("%s %s held wrongly is %q, %v; want %q", form, c.secret, got.Secret, ok, c.other)
		}
	}
}
