package signature

import (
	"crypto"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

const (
	hashed = "dffd6021bb2bd5b0af676290809ec3a53191dd81c7f70a4b28688a362182986f" // sha256 of "Hello, World!", by openssl
	claims = `{"iat":1700000000,"h":"` + hashed + `"}`
)

func timedToken(algorithm string) Spec {
	return Spec{Name: "v1", Engine: "jose", Algorithm: algorithm, Tolerance: "5m", Place: inHeader("Sig"), Claims: Pairs{{Key: "iat", Value: "{timestamp}"}, {Key: "h", Value: "{body.sha256}"}}}
}

// TestTokenMayNotChooseItsAlgorithm: RFC 8725 section 3.1.
func TestTokenMayNotChooseItsAlgorithm(t *testing.T) {
	public := string(armour("PUBLIC KEY", spki("rsa"), nil))
	nothing := func(string) []byte { return nil }
	for _, c := range []struct {
		name, algorithm, token string
		want                   error
	}{
		{"right", "HS256", jws(`{"alg":"HS256"}`, claims, hs(sha256.New, "secret")), nil},
		{"right, with more in the header", "HS256", jws(`{"typ":"JWT","alg":"HS256","kid":"x"}`, claims, hs(sha256.New, "secret")), nil},
		{"none", "HS256", jws(`{"alg":"none"}`, claims, nothing), ErrBadSignature},
		{"none, for a public key", "RS256", jws(`{"alg":"none"}`, claims, nothing), ErrBadSignature},
		{"rightly signed, named none", "HS256", jws(`{"alg":"none"}`, claims, hs(sha256.New, "secret")), ErrBadSignature},
		{"rightly signed, named in other letters", "HS256", jws(`{"alg":"hs256"}`, claims, hs(sha256.New, "secret")), ErrBadSignature},
		{"rightly signed, not named", "HS256", jws(`{}`, claims, hs(sha256.New, "secret")), ErrBadSignature},
		{"HS512 for HS256", "HS256", jws(`{"alg":"HS512"}`, claims, hs(sha512.New, "secret")), ErrBadSignature},
		{"the public key as a secret", "RS256", jws(`{"alg":"HS256"}`, claims, hs(sha256.New, public)), ErrBadSignature},
		{"the public key as a secret, named RS256", "RS256", jws(`{"alg":"RS256"}`, claims, hs(sha256.New, public)), ErrBadSignature},
		{"right, RS256", "RS256", jws(`{"alg":"RS256"}`, claims, rs256), nil},
		{"right, ES256", "ES256", jws(`{"alg":"ES256"}`, claims, es256), nil},
		{"ES256 in ASN.1", "ES256", jws(`{"alg":"ES256"}`, claims, func(text string) []byte { return ecdsaOf(crypto.SHA256, text) }), ErrBadSignature},
	} {
		m := posted("Hello, World!", "Sig", c.token)
		if _, err := compiled(t, timedToken(c.algorithm)).Verify(&m, []Key{{Secret: "secret"}}, at); !errors.Is(err, c.want) || (err == nil) != (c.want == nil) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
}

func TestTokenThatIsNone(t *testing.T) {
	right := jws(`{"alg":"HS256"}`, claims, hs(sha256.New, "secret"))
	pieces := strings.Split(right, ".")
	for _, token := range []string{
		".", "..", "...", "a.b.c", pieces[0], pieces[0] + "." + pieces[1], right + ".", right + ".x", "." + right, pieces[0] + ".." + pieces[2], "." + pieces[1] + "." + pieces[2],
		right + "=", right + " ", "Bearer " + right, strings.Replace(right, ".", " .", 1), right[1:],
		jws(`[]`, claims, hs(sha256.New, "secret")), jws(`{"alg":1}`, claims, hs(sha256.New, "secret")), jws(``, claims, hs(sha256.New, "secret")),
	} {
		m := posted("Hello, World!", "Sig", token)
		if _, err := compiled(t, timedToken("HS256")).Verify(&m, []Key{{Secret: "secret"}}, at); !errors.Is(err, ErrBadSignature) && !errors.Is(err, ErrMalformed) {
			t.Errorf("%.80q: %v", token, err)
		}
	}
}

// TestEveryClaimBinds: rightly signed, but another claim than the message wants.
func TestEveryClaimBinds(t *testing.T) {
	for payload, want := range map[string]error{
		claims: nil,
		`{"h":"` + hashed + `","iat":1700000000,"more":[1]}`: nil,
		`{"iat":"1700000000","h":"` + hashed + `"}`:          nil, // some senders write the time as text
		`{"iat":1700000000}`:                                 ErrBadSignature,
		`{"iat":1700000000,"h":null}`:                        ErrBadSignature,
		`{"iat":1700000000,"h":""}`:                          ErrBadSignature,
		`{"iat":1700000000,"h":"` + upper(hashed) + `"}`:     ErrBadSignature,
		`{"iat":1700000000,"h":["` + hashed + `"]}`:          ErrBadSignature,
		`{"h":"` + hashed + `"}`:                             ErrBadTimestamp,
		`{"iat":null,"h":"` + hashed + `"}`:                  ErrBadTimestamp,
		`{"iat":"soon","h":"` + hashed + `"}`:                ErrBadTimestamp,
		`{"iat":-62135596800,"h":"` + hashed + `"}`:          ErrBadTimestamp,
		`{"iat":1699999699,"h":"` + hashed + `"}`:            ErrStale,
		`{"iat":1700000301,"h":"` + hashed + `"}`:            ErrFuture,
		`[]`:                               ErrBadTimestamp,
		``:                                 ErrBadTimestamp,
		`{"iat":1700000000,"h":"` + hashed: ErrBadSignature,
	} {
		m := posted("Hello, World!", "Sig", jws(`{"alg":"HS256"}`, payload, hs(sha256.New, "secret")))
		if _, err := compiled(t, timedToken("HS256")).Verify(&m, []Key{{Secret: "secret"}}, at); !errors.Is(err, want) || (err == nil) != (want == nil) {
			t.Errorf("%s: %v, want %v", payload, err, want)
		}
	}
}

// TestDetachedTokenHasNoPayload, and one with its payload is another form.
func TestDetachedTokenHasNoPayload(t *testing.T) {
	s := sample{spec: Spec{Engine: "jose", Algorithm: "HS256", Payload: "{body}", Detached: true, Place: inHeader("Sig")}, m: hello}
	scheme, m := s.signed(t)
	if token := m.Header.Get("Sig"); strings.Count(token, ".") != 2 || !strings.Contains(token, "..") {
		t.Errorf("token is %s", token)
	}
	m.Body = nil
	if _, err := scheme.Verify(m, s.keyList(), at); !errors.Is(err, ErrBadSignature) {
		t.Errorf("without the body: %v", err)
	}
}

// TestForgedTokenIsRefused, with all of the genuine one but its algorithm.
func TestForgedTokenIsRefused(t *testing.T) {
	for _, s := range samples() {
		scheme, m := s.signed(t)
		if scheme.Engine != "jose" {
			continue
		}
		for _, algorithm := range []string{"none", "HS256"} {
			forged := m.Clone()
			if err := scheme.Forge(forged, algorithm, s.keyList()[0]); err != nil {
				t.Fatal(err)
			}
			tokens := scheme.Signatures(forged)
			if len(tokens) != 1 {
				t.Fatalf("%s: tokens are %v", s.name, tokens)
			}
			head, _, _ := strings.Cut(tokens[0], ".")
			raw, _ := base64.RawURLEncoding.DecodeString(head)
			var members map[string]any
			if err := json.Unmarshal(raw, &members); err != nil || members["alg"] != algorithm {
				t.Errorf("%s forged as %s: header %s, %v", s.name, algorithm, raw, err)
			}
			if _, err := scheme.Verify(forged, s.keyList(), at); !errors.Is(err, ErrBadSignature) {
				t.Errorf("%s forged as %s: %v", s.name, algorithm, err)
			}
		}
	}
}
