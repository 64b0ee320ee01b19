package signature

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"encoding/asn1"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"math/big"
	"testing"
	"time"
)

// TestPublishedVector: requests that somebody else signed and published, with the
// secret. Signing gives the same bytes, and verifying accepts them.
func TestPublishedVector(t *testing.T) {
	github := func(digest, header, prefix string) Spec {
		return Spec{Signed: "{body}", Digest: digest, Place: valued(header, prefix+"{signature}")}
	}
	standard := Spec{
		Signed: "{id}.{timestamp}.{body}", Digest: "hmac-sha256", Key: "whsec", Encoding: "base64", Tolerance: "5m", Place: listed("webhook-signature", " ", "v1,{signature}"),
		Carry: []Slot{carry("webhook-id", "{id}"), carry("webhook-timestamp", "{timestamp}")},
	}
	asymmetric := standard
	asymmetric.Digest, asymmetric.Key, asymmetric.Public, asymmetric.Place = "ed25519", "", "whpk", listed("webhook-signature", " ", "v1a,{signature}")
	const id = "msg_p5jXN8AQM9LWM0D4loKWxJek"
	for _, v := range []struct {
		name string
		spec Spec
		key  Key
		at   int64
		m    Message
		want string
	}{
		// https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries
		{"GitHub hello", github("hmac-sha256", "X-Hub-Signature-256", "sha256="), Key{Secret: "It's a Secret to Everybody"}, 0, posted("Hello, World!"),
			"sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"},
		// A captured form delivery of 2014.
		{"GitHub form", github("hmac-sha1", "X-Hub-Signature", "sha1="), Key{Secret: "testsecret123"}, 0,
			posted("payload=%7B%22zen%22%3A%22Avoid+administrative+distraction.%22%2C%22hook_id%22%3A1881347%7D"), "sha1=0a09a56a74e9e68928a35f712afaae72b010c11f"},
		// https://github.com/octokit/webhooks.js/issues/71
		{"GitHub control characters", github("hmac-sha1", "X-Hub-Signature", "sha1="), Key{Secret: "development"}, 0,
			posted(`{"foo":"Foo\n\u001B[34mbar: ♥♥♥♥♥♥♥♥\nthis-is-lost\u001B[0m\u001B[2K"}`), "sha1=7316ec5e7866e42e4aba4af550d21a5f036f949d"},
		// https://docs.slack.dev/authentication/verifying-requests-from-slack/
		{"Slack command", Spec{Signed: "v0:{timestamp}:{body}", Digest: "hmac-sha256", Tolerance: "5m past", Place: valued("X-Slack-Signature", "v0={signature}"), Carry: []Slot{carry("X-Slack-Request-Timestamp", "{timestamp}")}},
			Key{Secret: "8f742231b10e8888abcd99yyyzzz85a5"}, 1531420618,
			posted("token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"),
			"v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"},
		// https://docs.svix.com/receiving/verifying-payloads/how-manual
		{"Standard Webhooks", standard, Key{Secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}, 1614265330, Message{ID: id, Body: []byte(`{"test": 2432232314}`)},
			"v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="},
		// from a run against standardwebhooks 1.1.1 and svix 1.99.1
		{"Standard Webhooks, v1a", asymmetric, Key{PEM: []byte("whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==")}, 1614265330, Message{ID: id, Body: []byte(`{"test": 2432232314}`)},
			"v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg=="},
		// https://www.twilio.com/docs/usage/security#validating-requests
		{"Twilio", Spec{Signed: "{url}{form.sorted}", Digest: "hmac-sha1", Encoding: "base64", Place: inHeader("X-Twilio-Signature")}, Key{Secret: "12345"}, 0,
			Message{URL: "https://mycompany.com/myapp.php?foo=1&bar=2", Body: []byte("CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309&To=%2B18005551212")}, "RSOYDt4T1cUTdK1PDd93/VVr8B8="},
	} {
		t.Run(v.name, func(t *testing.T) {
			scheme, when := compiled(t, v.spec), time.Unix(v.at, 0)
			signer, err := scheme.Signer(v.key)
			if err == nil {
				err = signer.Sign(&v.m, when)
			}
			if got := v.m.Header.Get(v.spec.Place.Header); err != nil || got != v.want {
				t.Errorf("signed %q, %v; want %q", got, err, v.want)
			}
			if verdict, err := scheme.Verify(&v.m, []Key{v.key}, when); err != nil || verdict.ID != "" && verdict.ID != id {
				t.Errorf("refused: %v; id %q", err, verdict.ID)
			}
			v.m.Body = append([]byte{'x'}, v.m.Body...)
			if _, err := scheme.Verify(&v.m, []Key{v.key}, when); !errors.Is(err, ErrBadSignature) {
				t.Errorf("with one byte more: %v", err)
			}
		})
	}
}

// TestPublicHalfVerifiesVector: what the dashboard shows suffices to verify.
func TestPublicHalfVerifiesVector(t *testing.T) {
	scheme := compiled(t, Spec{Signed: "{id}.{timestamp}.{body}", Digest: "ed25519", Encoding: "base64", Public: "whpk", Place: listed("webhook-signature", " ", "v1a,{signature}"), Carry: []Slot{carry("webhook-id", "{id}"), carry("webhook-timestamp", "{timestamp}")}})
	public, err := scheme.PublicText(Key{PEM: []byte("whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==")})
	if want := "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4="; err != nil || public != want {
		t.Fatalf("public key is %q, %v; want %q", public, err, want)
	}
	m := posted(`{"test": 2432232314}`, "webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek", "webhook-timestamp", "1614265330", "webhook-signature", "v1,AAAA v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==")
	if _, err := scheme.Verify(&m, []Key{{PEM: []byte(public)}}, time.Unix(1614265330, 0)); err != nil {
		t.Error(err)
	}
	if _, err := scheme.Signer(Key{PEM: []byte(public)}); err == nil {
		t.Error("a public key signs")
	}
}

// TestAnswer: handshakes that want a keyed answer.
func TestAnswer(t *testing.T) {
	zoom := compiled(t, Spec{Signed: "{field:payload.plainToken}", Digest: "hmac-sha256", Place: inHeader("unused")})
	ebay := compiled(t, Spec{Signed: "{query:challenge_code}{secret}{url.bare}", Digest: "sha256", Place: inHeader("unused")})
	challenge := posted("")
	challenge.URL += "?challenge_code=abc"
	validation := posted(`{"payload":{"plainToken":"qgg8vlvZRS6UYooatFL8Aw"},"event_ts":1654503849680,"event":"endpoint.url_validation"}`)
	for _, c := range []struct {
		name    string
		members Pairs
		keyed   *Scheme
		m       Message
		secret  string
		want    string
	}{
		// from a run against @zoom/rivet 0.4.0
		{"Zoom", Pairs{{Key: "plainToken", Value: "{field:payload.plainToken}"}, {Key: "encryptedToken", Value: "{signature}"}}, zoom, validation, "zoom_secret_token",
			`{"plainToken":"qgg8vlvZRS6UYooatFL8Aw","encryptedToken":"bd48235863f4a6323ccc4963c594908b7c97f88b4a6a95278f4f093690b12726"}`},
		// openssl dgst -sha256 of "abctokenhttps://example.com/hook"
		{"eBay", Pairs{{Key: "challengeResponse", Value: "{signature}"}}, ebay, challenge, "token", `{"challengeResponse":"91da06b87d55867cb9b3ffe5a644ef736fb19d4c8debbd02cd94fb5637c33383"}`},
		{"echo", Pairs{{Key: "challenge", Value: "{query:challenge_code}"}, {Key: "n", Value: "1", Bare: true}}, nil, challenge, "", `{"challenge":"abc","n":1}`},
	} {
		answering, err := NewAnswering(c.keyed, &c.m, Key{Secret: c.secret})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := answering.Members(c.members); err != nil || string(got) != c.want {
			t.Errorf("%s: %s, %v; want %s", c.name, got, err, c.want)
		}
	}
	if CheckAnswer(Pairs{{Key: "a", Value: "{nothing}"}}) == nil || CheckAnswer(nil, "{nothing}") == nil {
		t.Error("an unknown part passes")
	}
}

// TestECDSAIsDeterministic: the vectors of RFC 6979 section A.2.5, message "sample".
func TestECDSAIsDeterministic(t *testing.T) {
	d, _ := hex.DecodeString("C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721")
	private, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), d)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalECPrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	key := Key{PEM: pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der})}
	for digest, want := range map[string][2]string{
		"ecdsa-p256-sha1":   {"61340C88C3AAEBEB4F6D667F672CA9759A6CCAA9FA8811313039EE4A35471D32", "6D7F147DAC089441BB2E2FE8F7A3FA264B9C475098FDCF6E00D7C996E1B8B7EB"},
		"ecdsa-p256-sha256": {"EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716", "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8"},
	} {
		signer, err := compiled(t, Spec{Signed: "{body}", Digest: digest, Place: inHeader("Sig")}).Signer(key)
		if err != nil {
			t.Fatal(err)
		}
		text, err := signer.AppendValue(nil, &Message{Body: []byte("sample")}, at)
		r, _ := new(big.Int).SetString(want[0], 16)
		s, _ := new(big.Int).SetString(want[1], 16)
		wanted, _ := asn1.Marshal(struct{ R, S *big.Int }{r, s})
		if err != nil || string(text) != hexOf(wanted) {
			t.Errorf("%s: %s, %v; want %x", digest, text, err, wanted)
		}
	}
}
