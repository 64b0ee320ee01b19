package signature

import (
	"crypto/sha256"
	"crypto/sha512"
)

// digestSamples: openssl signed "Hello, World!" with the key "secret" (openssl
// dgst -HASH -hmac secret, and openssl dgst -HASH -sign testkeys/rsa.pem).
func digestSamples() []sample {
	var all []sample
	for digest, want := range map[string]string{
		"hmac-md5":    "c8972c594d22ce2b4f73e91538db5737",
		"hmac-sha1":   "883a982dc2ae46d20f7f106c786a9241b60dc340",
		"hmac-sha256": "fcfaffa7fef86515c7beb6b62d779fa4ccf092f2e61c164376054271252821ff",
		"hmac-sha512": "851caed63934ad1c9a03aef23ba2b84f224bdff4f5148efc57d95f9ae80ca9db2e98bc4c709a529eb1b7234a1ac2e381d28e0eb1efa090bb19613f5c124b6d5b",
	} {
		all = append(all, sample{name: digest, spec: Spec{Signed: "{body}", Digest: digest, Place: inHeader("Sig")}, m: hello, want: []string{"header Sig " + want}, spoil: helloSpoil})
	}
	// A plain hash is keyed by a secret among its bytes: openssl dgst -HASH of "secretHello, World!".
	for digest, want := range map[string]string{
		"sha1":   "45217230b47a84968e59cc9cec9d3246b022e350",
		"sha256": "cb7d089317b407d8899e730c6b7420d61bbc73e44892c0ac71cb0de94db9d3ea",
		"sha512": "cc685c17e6c6e9d19fcf825e2a2afaed9b5ce29c61c6b4303124c97962697fbb15a3c4f4c2a5af11efcd58fce6aa1659ddc3531fa00340f591eda43e0e4d33a2",
	} {
		all = append(all, sample{name: digest, spec: Spec{Signed: "{secret}{body}", Digest: digest, Place: inHeader("Sig")}, m: hello, want: []string{"header Sig " + want}, spoil: helloSpoil})
	}
	for digest, want := range map[string]string{
		"rsa-sha1":   "AtmYe8YlUZI/JBQu7lNT+Uc5UJ9PmdmQJAnngk1MtLUzOVY66YTQvViSb/NJZwURzx3QfWWVPzalfJFi8Y9TOPP4Osx6PE0R5hS108AqsSLLBoo2TemXntPAwy24R93CsII2phoALAIax2eumGjJOM7Zg3nSufuKoae46yFxlrBoETcgxI2FTcRrefmAkRCbkWWB4ai4rAfyeeC99nfoFHep1m7dJK+yJMs+PzKUn4jVFzVGJcgan6CRhY0t/4ItrI26W4UqXBrg5BbXYoXXg1mKFxDDVwuncw3QivsVedfj4dnqMNv/56vALkhKjLtPGXv3qgn3lrnguUX6i18liA==",
		"rsa-sha256": "nsXZhfex+kiYGc9c95uctiDas7BpAjPq7zsLptCMMsCfDoZNIO5iqAUF2lM99JmGvGr9Eup2Mh8KUPfk+U262bZJDJYf3Ucto/cwPmqfM18qhTNdE13wyts362HCjitd9dPz3+LYtmGsgeDy+RWIm1o9REocke5egSJPyMGYJjeX1Jhgasu6ME7T0oy8R40g6f1zXHs2ZC8HDNFAHJpErWqFPKx4tgjAc8al2A4XjPtftdA9WorNQzMPtGwY0TQE7QVwa40pxTnLMotjgb/wTm7jTlIDEPwfQZCX7uGzBuDI9pagcebG1Dq0ARj3Rn6l9UwZ3/dQTYbRDU9h2cqmcA==",
		"rsa-sha512": "oq5oGLCMiADvnoNa8LlX3MTaSBVM83tuiUMwV+LG66qZ3bW6MU9OPfOqevspGSM9YHrK+ruDrEjExR5qqQDPqlfpd5FWKAS2Gyogfe58k6oTLF2VLUpANds+C/ZAYZddl1wjAvKHpDJYkQyk1H32txUF2Dn8ybluanLxtUwLXBZXDdSvgeOJ3kZ//7/2XiVXnY7wPCXc6pUXVOiQU7n42RW7u5OqjU6hpluTkPspK35ok7Ij6MfPdISiH2mfKUgWjZQMoH13HpLkLEAvV4xRU3caO/xQo0KLc4BCkOs+TS55j7aRSjkLegMv4EPJ17JSSz7zNkEJZNo0TNOchtHbaw==",
		"ed25519":    "rnZtWsatC2uQmH+Git4q5lw49MJUviuZb1OU4apDlSAJllhrBZQbepZlLBRT7u2UuLf9Bft3Tq/OzuBIB9CRCA==",
	} {
		all = append(all, sample{name: digest, spec: Spec{Signed: "{body}", Digest: digest, Encoding: "base64", Place: inHeader("Sig")}, m: hello, want: []string{"header Sig " + want}, spoil: helloSpoil})
	}
	for encoding, want := range map[string]string{
		"hex":               "fcfaffa7fef86515c7beb6b62d779fa4ccf092f2e61c164376054271252821ff",
		"HEX":               "FCFAFFA7FEF86515C7BEB6B62D779FA4CCF092F2E61C164376054271252821FF",
		"base64":            "/Pr/p/74ZRXHvra2LXefpMzwkvLmHBZDdgVCcSUoIf8=",
		"base64url":         "_Pr_p_74ZRXHvra2LXefpMzwkvLmHBZDdgVCcSUoIf8",
		"base64url-escaped": "_Pr_p_74ZRXHvra2LXefpMzwkvLmHBZDdgVCcSUoIf8%3D",
	} {
		all = append(all, sample{name: "encoding " + encoding, spec: Spec{Signed: "{body}", Digest: "hmac-sha256", Encoding: encoding, Place: inHeader("Sig")}, m: hello, want: []string{"header Sig " + want}, spoil: helloSpoil})
	}
	return all
}

// keySamples: each form of the secret, and the bytes that it stands for.
func keySamples() []sample {
	var all []sample
	for form, c := range map[string]struct{ secret, key string }{
		"utf8":     {"s€cret", "s\xe2\x82\xaccret"},
		"base64":   {"/+7dzA==", "\xff\xee\xdd\xcc"},
		"hex":      {"00ffEE10", "\x00\xff\xee\x10"},
		"whsec":    {"whsec_/+7dzA==", "\xff\xee\xdd\xcc"},
		"sha1":     {"abc", "\xa9\x99\x3e\x36\x47\x06\x81\x6a\xba\x3e\x25\x71\x78\x50\xc2\x6c\x9c\xd0\xd8\x9d"}, // FIPS 180-4
		"append:&": {"client", "client&"},
		"after::":  {"app.key:pa:ss", "pa:ss"},
		"nfkd":     {"\u00e9\u2460\ufb01", "e\xcc\x811fi"}, // é, ① and the ligature fi
	} {
		all = append(all, sample{
			name: "key " + form, spec: Spec{Signed: "{body}", Digest: "hmac-sha512", Key: form, Encoding: "base64", Place: inHeader("Sig")},
			keys: []Key{{Secret: c.secret}}, m: hello, want: []string{"header Sig " + b64(mac(sha512.New, c.key, "Hello, World!"))}, spoil: helloSpoil,
		})
	}
	return all
}

// clockSamples: one moment in each clock unit.
func clockSamples() []sample {
	var all []sample
	for clock, stamp := range map[string]string{
		"unix": "1700000000", "unix-ms": "1700000000123", "rfc3339": "2023-11-14T22:13:20Z", "rfc3339-ms": "2023-11-14T22:13:20.123Z",
		"rfc3339-nano": "2023-11-14T22:13:20.123456789Z", "iso8601-local": "2023-11-14T22:13:20.123456",
	} {
		all = append(all, sample{
			name: "clock " + clock, spec: Spec{Signed: "{timestamp}.{body}", Digest: "hmac-sha256", Clock: clock, Tolerance: "1m", Place: inHeader("Sig"), Carry: []Slot{carry("Time", "{timestamp}")}},
			m: hello, want: []string{"header Time " + stamp, "header Sig " + hexOf(mac(sha256.New, "secret", stamp+".Hello, World!"))}, spoil: helloSpoil,
		})
	}
	return all
}
