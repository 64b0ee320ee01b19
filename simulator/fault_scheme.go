package simulator

import (
	"simhook/simulator/signature"
)

// Faults of the scheme: AUTH-012 and AUTH-013 of the catalogue of checks.
var schemeFaults = []Fault{
	{
		Name: "legacy-only", About: "only the weaker of two schemes is left, correctly signed", Expect: Either, NotFor: need(signs, hasLegacy),
		Why: "many receivers accept both on purpose; one that pins the stronger scheme refuses",
		After: func(s *Spoiling) error {
			return each(s.Schemes, func(scheme *signature.Scheme) error {
				if scheme.Legacy {
					return nil
				}
				return scheme.Remove(s.Message)
			})
		},
	},
	{
		Name: "decoy-only", About: "only the signature that no key fits is left", Expect: Refuse, NotFor: need(signs, hasDecoy),
		After: func(s *Spoiling) error {
			return each(s.Schemes, func(scheme *signature.Scheme) error {
				if len(scheme.Place.Items) == 0 {
					return nil
				}
				return scheme.List(s.Message, nil)
			})
		},
	},
	{
		Name: "unkeyed-hash", About: "a hash without a key in the signature's place", Expect: Refuse, NotFor: need(signs, hmacs),
		After: func(s *Spoiling) error {
			return each(s.Schemes, func(scheme *signature.Scheme) error {
				text, ok := scheme.Unkeyed(s.Message, s.At)
				if !ok {
					return scheme.Remove(s.Message) // another signature must not save it
				}
				return scheme.Edit(s.Message, func(string) string { return text })
			})
		},
	},
	{
		Name: "unknown-scheme", About: "the signature is right, but labelled with a version that does not exist", Expect: Refuse,
		NotFor: need(signs, framed, inHeader),
		After: func(s *Spoiling) error {
			return each(s.Schemes, func(scheme *signature.Scheme) error { return scheme.Relabel(s.Message, "zz") })
		},
	},
	{
		Name: "token.alg-none", About: "the token says that it is not signed, and is not", Expect: Refuse, NotFor: need(signs, tokens),
		After: forge("none"),
	},
	{
		Name: "token.public-key-as-secret", About: "the token is an HMAC, keyed by the public key that everybody has", Expect: Refuse,
		NotFor: need(signs, tokens, publicKeys), After: forge("HS256"),
	},
}

// forge replaces each token by one of another algorithm: AUTH-014 of the
// catalogue of checks (RFC 8725 section 2.1).
func forge(algorithm string) func(*Spoiling) error {
	return func(s *Spoiling) error {
		return each(s.Schemes, func(scheme *signature.Scheme) error { return scheme.Forge(s.Message, algorithm, s.Keys[0]) })
	}
}

var (
	tokens     = condition{func(v Variant) bool { return v.all(func(s *signature.Scheme) bool { return s.Engine == "jose" }) }, "its signature is no JSON web token"}
	publicKeys = condition{func(v Variant) bool { return v.all((*signature.Scheme).Asymmetric) }, "it has no public key"}
	hasLegacy  = condition{func(v Variant) bool { return len(v.strong()) < len(v.Schemes) && len(v.strong()) > 0 }, "it has no weaker scheme beside its own"}
	hasDecoy   = condition{func(v Variant) bool {
		return v.any((*signature.Scheme).Decoys)
	}, "it sends no second signature"}
	hmacs = condition{func(v Variant) bool {
		return v.any(func(s *signature.Scheme) bool { _, ok := s.Unkeyed(&Message{}, epoch); return ok })
	}, "its signature is no HMAC"}
)
