package simulator

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"simhook/simulator/signature"
)

// Diagnose says of every one of these schemes that a message carries a signature
// for whether it verifies, and why not. Where the message carries none, it says so
// of the first. model is a body of the same provider; it may be nil.
func Diagnose(p *Provider, schemes []*signature.Scheme, m *Message, keys []signature.Key, model []byte, now time.Time) []signature.Diagnosis {
	usual := signature.Usual{Keys: p.suspects(keys), Model: model}
	var all []signature.Diagnosis
	for _, place := range places(schemes, m) {
		all = append(all, readings(place, m, keys, usual, now)...)
	}
	for i := range all {
		for j := range all {
			if errors.Is(all[i].Err, signature.ErrBadSignature) && len(all[i].Causes) == 0 && all[j].Err == nil {
				all[i].Causes = []signature.Cause{{
					Name: "other-header",
					Text: fmt.Sprintf("the secret fits the signature in %s, not this one", all[j].Scheme.Where()),
					Cure: "each header has its own secret or signs other things; verify the one that your secret belongs to",
				}}
			}
		}
	}
	return all
}

// readings diagnoses schemes that share one place. Each reads the same signature
// in another way: where one fits, or can be explained, the others were not meant.
func readings(schemes []*signature.Scheme, m *Message, keys []signature.Key, usual signature.Usual, now time.Time) []signature.Diagnosis {
	var fits, explained, all []signature.Diagnosis
	for _, s := range schemes {
		d := usual.Diagnose(s, m, keys, now)
		all = append(all, d)
		if d.Err == nil {
			fits = append(fits, d)
		} else if len(d.Causes) > 0 {
			explained = append(explained, d)
		}
	}
	switch {
	case len(fits) > 0:
		return fits
	case len(explained) > 0:
		return explained[:1]
	}
	return all[:1]
}

// suspects lists the keys that senders use by mistake, unless they are the right ones.
func (p *Provider) suspects(keys []signature.Key) (all []signature.Suspect) {
	own := func(secret string) bool {
		return slices.ContainsFunc(keys, func(k signature.Key) bool { return k.Secret == secret })
	}
	add := func(cause signature.Cause, secret string) {
		if secret != "" && !own(secret) {
			all = append(all, signature.Suspect{Cause: cause, Key: signature.Key{Secret: secret}})
		}
	}
	test := signature.Cause{Name: "key-test", Text: "it is signed with simhook's public test secret", Cure: "give simhook send the secret of your endpoint, with --secret-env"}
	add(test, p.TestSecret)
	test.Text, test.Cure = "it is signed with simhook's public test key", "give simhook send a private key with --key, or verify with the public half of the test key"
	all = append(all, signature.Suspect{Cause: test})
	forms := []*signature.Scheme{}
	for _, s := range p.Schemes {
		if !s.Asymmetric() && !slices.ContainsFunc(forms, func(f *signature.Scheme) bool { return f.Key == s.Key }) {
			forms = append(forms, s)
		}
	}
	for _, word := range placeholders {
		cause := signature.Cause{Name: "key-placeholder", Text: fmt.Sprintf("it is signed with the placeholder %q", word), Cure: "the sender runs without its configuration"}
		add(cause, word)
		for _, s := range forms {
			if secret, ok := s.SecretFor([]byte(word)); ok && secret != word {
				add(cause, secret)
			}
		}
	}
	for _, s := range forms {
		// By HMAC's padding the key of one NUL byte is the same as the empty one.
		if secret, ok := s.SecretFor([]byte("\x00")); ok {
			add(signature.Cause{Name: "key-empty", Text: "it is signed with the empty key", Cure: "the sender's secret is not set"}, secret)
		}
	}
	return all
}

// Carried returns the schemes that a message is signed by, or seems to be: those
// that Diagnose speaks of.
func Carried(schemes []*signature.Scheme, m *Message) []*signature.Scheme {
	return slices.Concat(places(schemes, m)...)
}

// places gathers the schemes that m carries something for by where they stand. Of
// those in one place only the ones are kept that m claims to be signed by; those
// that are read alike (Stripe's with and without the decoy) count once.
func places(schemes []*signature.Scheme, m *Message) (all [][]*signature.Scheme) {
	for _, s := range schemes {
		if !Carries(s, m) || Everyday(s) && carriesBetter(schemes, m) {
			continue
		}
		i := slices.IndexFunc(all, func(place []*signature.Scheme) bool { return place[0].Where() == s.Where() })
		if i < 0 {
			all = append(all, []*signature.Scheme{s})
		} else if !slices.ContainsFunc(all[i], func(known *signature.Scheme) bool { return alike(known, s) }) {
			all[i] = append(all[i], s)
		}
	}
	for i, place := range all {
		all[i] = meant(place, m)
	}
	if len(all) == 0 && len(schemes) > 0 {
		all = [][]*signature.Scheme{schemes[:1]}
	}
	return all
}

func alike(a, b *signature.Scheme) bool {
	return a.Digest == b.Digest && a.Signed == b.Signed && a.Engine == b.Engine && a.Algorithm == b.Algorithm && len(a.Carry) == len(b.Carry)
}

// meant keeps the schemes of one place that m claims the most of.
func meant(place []*signature.Scheme, m *Message) (best []*signature.Scheme) {
	most := -1
	for _, s := range place {
		count, ok := s.Claimed(m)
		switch {
		case !ok || count < most:
		case count > most:
			best, most = []*signature.Scheme{s}, count
		default:
			best = append(best, s)
		}
	}
	if len(best) == 0 {
		return place
	}
	return best
}

// Everyday: a password in Authorization says nothing of who sent the request.
func Everyday(s *signature.Scheme) bool {
	return s.Engine == "credential" && strings.EqualFold(s.Place.Header, "Authorization")
}

func carriesBetter(schemes []*signature.Scheme, m *Message) bool {
	return slices.ContainsFunc(schemes, func(s *signature.Scheme) bool { return !Everyday(s) && Carries(s, m) })
}

// Carries says whether a message has something in the scheme's place.
func Carries(s *signature.Scheme, m *Message) bool {
	for _, name := range s.HeaderNames() {
		if _, ok := m.Header.Lookup(name); ok {
			return true
		}
	}
	return len(s.HeaderNames()) == 0 && len(s.Signatures(m)) > 0
}

// Clues says what can be seen of a body that no usual mistake explains. Unlike a
// cause, a clue is no proof.
func Clues(m *Message, model []byte) (all []string) {
	b := m.Body
	switch {
	case len(b) == 0:
		all = append(all, "the body is empty: something may have read it before it was captured")
	case bytes.Equal(bytes.TrimSpace(b), []byte("[object Object]")):
		all = append(all, "the body is the text [object Object]: an object of JavaScript was written in its place")
	case bytes.Contains(b, []byte("\ufffd")):
		all = append(all, "the body holds U+FFFD, which stands for bytes that were lost when it was decoded in the wrong charset")
	}
	if model != nil && signature.Sorted(b) && !signature.Sorted(model) {
		all = append(all, "the members of this body are sorted by name, and this provider does not sort: a map may have been written in its place, and the signed order is lost")
	}
	return all
}
