package signature

import (
	"crypto"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/asn1"
	"encoding/base64"
	"hash"
	"math/big"
)

// jws builds a token by hand: RFC 7515 section 3.1.
func jws(header, payload string, sign func(text string) []byte) string {
	b64 := base64.RawURLEncoding.EncodeToString
	signing := b64([]byte(header)) + "." + b64([]byte(payload))
	return signing + "." + b64(sign(signing))
}

func hs(h func() hash.Hash, key string) func(string) []byte {
	return func(text string) []byte { return mac(h, key, text) }
}

func rs256(text string) []byte { return rsaOf(crypto.SHA256, text) }

// es256 gives the two numbers of 32 bytes of RFC 7518 section 3.4.
func es256(text string) []byte {
	var pair struct{ R, S *big.Int }
	if _, err := asn1.Unmarshal(ecdsaOf(crypto.SHA256, text), &pair); err != nil {
		panic(err)
	}
	return append(pair.R.FillBytes(make([]byte, 32)), pair.S.FillBytes(make([]byte, 32))...)
}

// joseSamples: tokens of known providers.
func joseSamples() []sample {
	key := []Key{{ID: "key-7", Secret: "secret"}}
	var all []sample
	add := func(name string, spec Spec, m Message, spoil string, want ...string) {
		spec.Engine = "jose"
		all = append(all, sample{name: name, spec: spec, keys: key, m: m, spoil: spoil, want: want})
	}
	add("Netlify HS256", Spec{Algorithm: "HS256", Claims: Pairs{{Key: "iss", Value: "netlify"}, {Key: "sha256", Value: "{body.sha256}"}}, Place: inHeader("X-Webhook-Signature")}, hello, helloSpoil,
		"header X-Webhook-Signature "+jws(`{"alg":"HS256"}`, `{"iss":"netlify","sha256":"`+hashed+`"}`, hs(sha256.New, "secret")))
	add("HS512", Spec{Algorithm: "HS512", Claims: Pairs{{Key: "h", Value: "{body.sha256.base64}"}}, Place: valued("Authorization", "Bearer {signature}")}, hello, helloSpoil,
		"header Authorization Bearer "+jws(`{"alg":"HS512"}`, `{"h":"3/1gIbsr1bCvZ2KQgJ7DpTGR3YHH9wpLKGiKNiGCmG8="}`, hs(sha512.New, "secret")))
	add("Plaid ES256", Spec{Algorithm: "ES256", Header: Pairs{{Key: "kid", Value: "{key.id}"}, {Key: "typ", Value: "JWT"}}, Claims: Pairs{{Key: "iat", Value: "{timestamp}"}, {Key: "request_body_sha256", Value: "{body.sha256}"}}, Tolerance: "5m past", Place: inHeader("Plaid-Verification")}, hello, helloSpoil,
		"header Plaid-Verification "+jws(`{"alg":"ES256","kid":"key-7","typ":"JWT"}`, `{"iat":1700000000,"request_body_sha256":"`+hashed+`"}`, es256))
	add("QStash", Spec{Algorithm: "HS256", Header: Pairs{{Key: "typ", Value: "JWT"}}, Tolerance: "5m", Place: inHeader("Upstash-Signature"), Claims: Pairs{
		{Key: "iss", Value: "Upstash"}, {Key: "sub", Value: "{url}"}, {Key: "exp", Value: "{timestamp.plus:300}"}, {Key: "nbf", Value: "{timestamp}"}, {Key: "jti", Value: "jwt_{id}"}, {Key: "body", Value: "{body.sha256.base64url}"},
	}}, hello, helloSpoil, "header Upstash-Signature "+jws(`{"alg":"HS256","typ":"JWT"}`, `{"iss":"Upstash","sub":"https://example.com/hook","exp":1700000300,"nbf":1700000000,"jti":"jwt_msg_1","body":"3_1gIbsr1bCvZ2KQgJ7DpTGR3YHH9wpLKGiKNiGCmG8"}`, hs(sha256.New, "secret")))
	add("MessageBird", Spec{Algorithm: "HS256", Place: inHeader("MessageBird-Signature-JWT"), Claims: Pairs{{Key: "nbf", Value: "{timestamp}"}, {Key: "jti", Value: "{nonce}"}, {Key: "url_hash", Value: "{url.sha256}"}, {Key: "payload_hash", Value: "{body.sha256}"}}}, hello, helloSpoil,
		"header MessageBird-Signature-JWT "+jws(`{"alg":"HS256"}`, `{"nbf":1700000000,"jti":"`+nonce+`","url_hash":"`+hexOf(plain(sha256.New, "https://example.com/hook"))+`","payload_hash":"`+hashed+`"}`, hs(sha256.New, "secret")))
	add("claims of every type, one with dots in its name", Spec{Algorithm: "HS256", Place: inHeader("Sig"), Claims: Pairs{{Key: "https://example.com/claims.v1", Value: "a\"<\u00fc"}, {Key: "n", Value: "1", Bare: true}, {Key: "ok", Value: "true", Bare: true}, {Key: "text", Value: "1"}, {Key: "time", Value: "at {timestamp}"}, {Key: "b", Value: "{body}"}}}, hello, helloSpoil,
		"header Sig "+jws(`{"alg":"HS256"}`, `{"https://example.com/claims.v1":"a\"<ü","n":1,"ok":true,"text":"1","time":"at 1700000000","b":"Hello, World!"}`, hs(sha256.New, "secret")))
	add("time in a header beside the token", Spec{Algorithm: "HS256", Tolerance: "1m", Place: inHeader("Sig"), Carry: []Slot{carry("Time", "{timestamp}"), carry("Id", "{id}")}, Claims: Pairs{{Key: "h", Value: "{body.sha256}"}}}, hello, helloSpoil,
		"header Time 1700000000", "header Sig "+jws(`{"alg":"HS256"}`, `{"h":"`+hashed+`"}`, hs(sha256.New, "secret")))
	add("payload RS256", Spec{Algorithm: "RS256", Payload: "{body}", Place: inHeader("Sig")}, hello, helloSpoil, "header Sig "+jws(`{"alg":"RS256"}`, "Hello, World!", rs256))
	add("Wix, the token is the body", Spec{Algorithm: "RS256", Header: Pairs{{Key: "kid", Value: "{key.id}"}}, Payload: "{body}", Place: Place{Slot: Slot{Whole: true}}}, hello, ".→,", "whole "+jws(`{"alg":"RS256","kid":"key-7"}`, "Hello, World!", rs256))
	add("payload EdDSA", Spec{Algorithm: "EdDSA", Payload: "{timestamp}.{body}", Place: inHeader("Sig"), Carry: []Slot{carry("Time", "{timestamp}")}, Tolerance: "1m"}, hello, helloSpoil,
		"header Sig "+jws(`{"alg":"EdDSA"}`, "1700000000.Hello, World!", edOf))
	b64 := base64.RawURLEncoding.EncodeToString
	for algorithm, sign := range map[string]func(string) []byte{"HS256": hs(sha256.New, "secret"), "HS512": hs(sha512.New, "secret"), "RS256": rs256, "ES256": es256, "EdDSA": edOf} {
		head := b64([]byte(`{"alg":"` + algorithm + `"}`))
		add("detached "+algorithm, Spec{Algorithm: algorithm, Payload: "{body}", Detached: true, Place: inHeader("Sig")}, hello, helloSpoil,
			"header Sig "+head+".."+b64(sign(head+"."+b64([]byte("Hello, World!")))))
	}
	// RFC 7797: the payload is signed as it is, and the header says so.
	head := b64([]byte(`{"alg":"RS256","kid":"key-7","typ":"JWT","b64":false,"crit":["b64"]}`))
	add("Saleor, detached and not encoded", Spec{Algorithm: "RS256", Header: Pairs{{Key: "kid", Value: "{key.id}"}, {Key: "typ", Value: "JWT"}, {Key: "b64", Value: "false", Bare: true}}, Payload: "{body}", Detached: true, Place: inHeader("Saleor-Signature")}, hello, helloSpoil,
		"header Saleor-Signature "+head+".."+b64(rs256(head+".Hello, World!")))
	return all
}

// credentialSamples: a secret in a place of its own. It covers nothing.
func credentialSamples() []sample {
	var all []sample
	add := func(name string, place Place, m Message, want ...string) {
		all = append(all, sample{name: name, spec: Spec{Engine: "credential", Place: place}, m: m, want: want})
	}
	add("credential in a header", inHeader("X-Token"), hello, "header X-Token secret")
	add("credential in a header, by name", valued("X-Token", "{secret}"), hello, "header X-Token secret")
	add("credential with a prefix", valued("Authorization", "Token token={secret}"), hello, "header Authorization Token token=secret")
	add("credential Bearer", valued("Authorization", "Bearer {signature}"), hello, "header Authorization Bearer secret")
	// RFC 7617 section 2.
	all = append(all, sample{name: "credential Basic", spec: Spec{Engine: "credential", Place: valued("Authorization", "Basic {secret.base64}")}, keys: []Key{{Secret: "Aladdin:open sesame"}}, m: hello, want: []string{"header Authorization Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="}})
	add("credential in the query", Place{Slot: Slot{Query: "token", Value: "{secret}"}}, hello, "query token secret")
	add("credential in a member of the body", Place{Slot: Slot{Body: "value.0.clientState"}}, posted(`{"value":[{"clientState":""}]}`), "body value.0.clientState secret")
	add("credential in a form field", Place{Slot: Slot{Form: "verification_token"}}, posted("a=1"), "form verification_token secret")
	return all
}
