package simulator

import (
	"slices"

	"simhook/simulator/signature"
)

// Faults of the key: AUTH-004, AUTH-010 and AUTH-011 of the catalogue of checks.
var keyFaults = append([]Fault{
	{
		Name: "wrong-key", About: "signed with another key of the same length", Expect: Refuse, NotFor: need(signs),
		Before: withKey(func(s *signature.Scheme, key signature.Key) (signature.Key, bool) {
			return signature.StrangerKey(s, key), true
		}),
	},
	// HMAC pads a short key with NUL bytes, so this is the key of NUL bytes as well.
	{Name: "empty-key", About: "signed with the empty key", Expect: Refuse, NotFor: need(keyed, computed), Before: keyBytes("")},
	{
		Name: "prefix-key", About: "signed with the prefix of the secret alone, such as whsec_, which everybody knows", Expect: Refuse,
		NotFor: need(keyed, computed),
		Before: func(s *Signing) error {
			prefix := secretPrefix().FindString(s.Keys[0].Secret)
			if prefix == "" {
				return errCannot("the secret has no prefix")
			}
			return keyBytes(prefix)(s)
		},
	},
	{
		Name: "key-other-form", About: "signed with the secret in the wrong form: encoded for decoded, or the other way round", Expect: Refuse,
		NotFor: need(keyed, computed),
		Before: withKey(func(s *signature.Scheme, key signature.Key) (signature.Key, bool) { return s.OtherForm(key) }),
	},
	{
		Name: "key-with-newline", About: "signed with the secret and a line feed after it", Expect: Refuse, NotFor: need(keyed, computed, textKey),
		Before: withKey(func(s *signature.Scheme, key signature.Key) (signature.Key, bool) {
			key.Secret += "\n"
			return key, true
		}),
	},
}, placeholderFaults()...)

// secretPrefix is what marks a secret as one: whsec_, pdl_ntfset_.
var secretPrefix = lazily(`^(?:[A-Za-z]+_)+`)

var textKey = condition{func(v Variant) bool {
	return v.all(func(s *signature.Scheme) bool { return s.Key == "" || s.Key == "utf8" })
}, "its secret is encoded, and white space does not count"}

// placeholders are secrets that stand in tutorials, defaults and fallbacks.
// Source: hard-coded fallback secrets found in public
// repositories, and the vendors' own quick-starts.
var placeholders = []string{
	"secret", "test", "changeme", "password", "webhook_secret", "your_webhook_secret", "your-secret-here", "undefined", "null", "None",
	"mysecret", "development", "whsec_test", "whsec_test_secret", "whsec_test_placeholder", "It's a Secret to Everybody", "testsecret123",
	"8f742231b10e8888abcd99yyyzzz85a5", "12345", "default",
}

func placeholderFaults() []Fault {
	var all []Fault
	for _, word := range placeholders {
		all = append(all, Fault{
			Name: "placeholder-key." + slug(word), About: `signed with the documented or default secret "` + word + `"`,
			Expect: Refuse, NotFor: need(keyed), Before: keyBytes(word),
		})
	}
	return all
}

// slug keeps letters, digits and underscores, and turns the rest into dashes.
func slug(s string) string {
	out := []byte(s)
	for i, c := range out {
		switch {
		case c >= 'A' && c <= 'Z':
			out[i] = c + 'a' - 'A'
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '_':
		default:
			out[i] = '-'
		}
	}
	return string(out)
}

// keyBytes signs with exactly these bytes as key, or where the scheme's key form
// cannot express them with this text as secret.
func keyBytes(raw string) func(*Signing) error {
	return withKey(func(s *signature.Scheme, key signature.Key) (signature.Key, bool) {
		if secret, ok := s.SecretFor([]byte(raw)); ok {
			return signature.Key{ID: key.ID, Secret: secret}, true
		}
		return signature.Key{ID: key.ID, Secret: raw}, true
	})
}

// withKey replaces the keys by one made from the first. Schemes of one delivery
// share a secret, so the first scheme with a secret decides its form.
func withKey(make func(*signature.Scheme, signature.Key) (signature.Key, bool)) func(*Signing) error {
	return func(s *Signing) error {
		for _, scheme := range strongOf(s.Schemes) {
			if !scheme.Keyed() {
				continue
			}
			other, ok := make(scheme, s.Keys[0])
			if !ok {
				continue
			}
			if slices.ContainsFunc(s.Keys, func(real signature.Key) bool { return scheme.SameKey(real, other) }) {
				return errCannot("that is the configured secret")
			}
			s.Keys = []signature.Key{other}
			return nil
		}
		return errCannot("this secret has no other form")
	}
}
