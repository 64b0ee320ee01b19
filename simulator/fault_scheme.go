package simulator

import (
	"simhook/simulator/signature"
)

// Faults of the scheme: AUTH-012 and AUTH-013 of the catalogue of checks.
var schemeFaults = []Fault{
	{
		Name: "legacy-only", About: "only the weaker of two schemes is left, correctly signed", Expect: Either, NotFor: need(signs, hasLegacy),
		Why:   "many receivers accept both on purpose; one that pins the stronger scheme refuses",
		After: func(s *Spoiling) error { return each(strongOf(s.Schemes), s.remove) },
	},
	{
		Name: "unkeyed-legacy", About: "only the weaker of two schemes is left, with a hash without a key", Expect: Refuse, NotFor: need(signs, hasLegacy, legacyHMAC),
		After: func(s *Spoiling) error {
			if err := each(strongOf(s.Schemes), s.remove); err != nil {
				return err
			}
			return each(s.Schemes, s.unkey)
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
		After: func(s *Spoiling) error { return each(s.Schemes, s.unkey) },
	},
	{
		Name: "unknown-scheme", About: "the signature is right, but labelled with a version that does not exist", Expect: Either,
		Why:    "it takes the key to make one, so it opens no hole; receivers that pin the label refuse it",
		NotFor: need(signs, framed, inHeader),
		After: func(s *Spoiling) error {
			return each(s.Schemes, func(scheme *signature.Scheme) error { return scheme.Relabel(s.Message, "zz") })
		},
	},
	otherAlgorithm("md5"),
	otherAlgorithm("sha1"),
	otherAlgorithm("sha512"),
	{
		Name: "unkeyed-algorithm.none", About: `the signature is labelled "none=", and is none`, Expect: Refuse, NotFor: need(signs, labelled),
		After: labelledAs("none", func(s *Spoiling, scheme *signature.Scheme) (string, error) {
			for _, right := range scheme.Signatures(s.Message) {
				return wrong(right), nil
			}
			return "", errCannot("there is no signature")
		}),
	},
	{
		Name: "unkeyed-algorithm.crc32", About: `the signature is labelled "crc32=", and is a checksum that needs no key`, Expect: Refuse, NotFor: need(signs, labelled),
		After: labelledAs("crc32", func(s *Spoiling, scheme *signature.Scheme) (string, error) { return scheme.CRC32(s.Message, s.At) }),
	},
}

// otherAlgorithm signs by another hash with the right key, and says so in the
// label. Who takes the hash's name from the header accepts it.
func otherAlgorithm(hash string) Fault {
	return Fault{
		Name: "weaker-algorithm." + hash, About: `signed with the right key by HMAC-` + hash + `, under the label "` + hash + `="`, Expect: Either,
		Why:    "it takes the key to make one, so taking the algorithm from the header is a weakness, not a hole; a receiver that pins its algorithm refuses",
		NotFor: need(signs, labelled, condition{func(v Variant) bool { return v.all(func(s *signature.Scheme) bool { return s.Label() != hash }) }, "that is its algorithm"}),
		Before: func(s *Signing) error {
			var others []*signature.Scheme
			for _, scheme := range strongOf(s.Schemes) { // a weaker scheme beside it must not save it
				if other, ok := scheme.Relabelled(hash); ok {
					others = append(others, other)
				}
			}
			s.Schemes = others
			return nil
		},
	}
}

// labelledAs replaces the whole value by the label and a text, and takes weaker
// schemes away.
func labelledAs(label string, text func(*Spoiling, *signature.Scheme) (string, error)) func(*Spoiling) error {
	return func(s *Spoiling) error {
		return each(s.Schemes, func(scheme *signature.Scheme) error {
			if scheme.Legacy && len(strongOf(s.Schemes)) < len(s.Schemes) {
				return scheme.Remove(s.Message)
			}
			made, err := text(s, scheme)
			if err != nil {
				return err
			}
			return scheme.Overwrite(s.Message, label+"="+made)
		})
	}
}

// remove takes the signature of one scheme away.
func (s *Spoiling) remove(scheme *signature.Scheme) error { return scheme.Remove(s.Message) }

// unkey replaces the signature of one scheme by a hash that needs no key.
func (s *Spoiling) unkey(scheme *signature.Scheme) error {
	text, ok := scheme.Unkeyed(s.Message, s.At)
	if !ok {
		return scheme.Remove(s.Message) // another signature must not save it
	}
	return scheme.Edit(s.Message, func(string) string { return text })
}

var (
	hasLegacy = condition{func(v Variant) bool { return len(v.strong()) < len(v.Schemes) }, "it has no weaker scheme beside its own"}
	hasDecoy  = condition{func(v Variant) bool {
		return v.any((*signature.Scheme).Decoys)
	}, "it sends no second signature"}
	hmacs      = condition{func(v Variant) bool { return v.any((*signature.Scheme).HMAC) }, "its signature is no HMAC"}
	legacyHMAC = condition{func(v Variant) bool {
		for _, s := range v.Schemes {
			if s.Legacy && s.HMAC() {
				return true
			}
		}
		return false
	}, "its weaker signature is no HMAC"}
	labelled = condition{func(v Variant) bool { return v.all(func(s *signature.Scheme) bool { return s.Label() != "" }) }, "its signature does not name its algorithm"}
)
