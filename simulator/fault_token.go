package simulator

import (
	"slices"

	"simhook/simulator/signature"
)

// Faults of tokens: AUTH-014 and AUTH-017 of the catalogue of checks (RFC 8725
// section 2.1, RFC 7515 sections 4.1.3, 4.1.4 and 4.1.11).
var tokenFaults = []Fault{
	{
		Name: "token.alg-none", About: "the token says that it is not signed, and is not", Expect: Refuse, NotFor: need(signs, tokens),
		After: forge("none"),
	},
	{
		Name: "token.public-key-as-secret", About: "the token is an HMAC, keyed by the public key that everybody has", Expect: Refuse,
		NotFor: need(signs, tokens, publicKeys), After: forge("HS256"),
	},
	{
		Name: "token.embedded-key", About: "the token brings the public key that it is to be verified by", Expect: Refuse, NotFor: need(signs, tokens, publicKeys),
		Before: func(s *Signing) error {
			return s.eachToken(func(scheme *signature.Scheme) (*signature.Scheme, error) {
				s.Keys = []signature.Key{signature.StrangerKey(scheme, s.Keys[0])}
				jwk, err := scheme.JWK(s.Keys[0])
				if err != nil {
					return nil, err
				}
				return scheme.WithMember("jwk", jwk)
			})
		},
	},
	{
		Name: "token.unknown-kid", About: "the token is signed by the right key, but names one that does not exist", Expect: Either, NotFor: need(signs, tokens, namesKey),
		Why:    "a receiver that looks keys up finds none and refuses; one that holds the key needs no name",
		Before: kid("simhook-no-such-key"),
	},
	{
		Name: "token.kid-path", About: "the token is signed by another key, and names a path out of the directory for it", Expect: Refuse, NotFor: need(signs, tokens, namesKey),
		Before: strangerNamed("../../../../dev/null"),
	},
	{
		Name: "token.kid-quotes", About: "the token is signed by another key, and names a piece of SQL for it", Expect: Refuse, NotFor: need(signs, tokens, namesKey),
		Before: strangerNamed("' OR '1'='1"),
	},
	{
		Name: "token.critical", About: "the token is signed by the right key, with an extension that it calls critical and nobody knows", Expect: Either, NotFor: need(signs, tokens),
		Why: "RFC 7515 section 4.1.11 wants it refused, and some libraries do not look",
		Before: func(s *Signing) error {
			return s.eachToken(func(scheme *signature.Scheme) (*signature.Scheme, error) {
				with, err := scheme.WithMember("crit", []string{"simhook"})
				if err != nil {
					return nil, err
				}
				return with.WithMember("simhook", true)
			})
		},
	},
}

// forge replaces each token by one of another algorithm.
func forge(algorithm string) func(*Spoiling) error {
	return func(s *Spoiling) error {
		return each(s.Schemes, func(scheme *signature.Scheme) error { return scheme.Forge(s.Message, algorithm, s.Keys[0]) })
	}
}

// eachToken replaces the schemes by what change makes of them.
func (s *Signing) eachToken(change func(*signature.Scheme) (*signature.Scheme, error)) error {
	schemes := slices.Clone(strongOf(s.Schemes))
	for i, scheme := range schemes {
		changed, err := change(scheme)
		if err != nil {
			return err
		}
		schemes[i] = changed
	}
	s.Schemes = schemes
	return nil
}

// kid gives the keys another name.
func kid(name string) func(*Signing) error {
	return func(s *Signing) error {
		s.Keys = slices.Clone(s.Keys)
		for i := range s.Keys {
			s.Keys[i].ID = name
		}
		return nil
	}
}

func strangerNamed(name string) func(*Signing) error {
	return withKey(func(scheme *signature.Scheme, key signature.Key) (signature.Key, bool) {
		other := signature.StrangerKey(scheme, key)
		other.ID = name
		return other, true
	})
}

var (
	tokens     = condition{func(v Variant) bool { return v.all(func(s *signature.Scheme) bool { return s.Engine == "jose" }) }, "its signature is no JSON web token"}
	publicKeys = condition{func(v Variant) bool { return v.all((*signature.Scheme).Asymmetric) }, "it has no public key"}
	namesKey   = condition{func(v Variant) bool { return v.all((*signature.Scheme).NamesKey) }, "the token does not name its key"}
)
