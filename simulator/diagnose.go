package simulator

import (
	"fmt"
	"time"

	"simhook/simulator/signature"
)

// Diagnose says of every scheme that a message carries a signature for whether
// it verifies, and why not. Where the message carries none, it says so of the
// provider's first scheme.
func Diagnose(p *Provider, m *Message, keys []signature.Key, now time.Time) []signature.Diagnosis {
	var all []signature.Diagnosis
	for _, s := range distinct(p, m) {
		all = append(all, s.Diagnose(m, keys, now))
	}
	for i := range all {
		for j := range all {
			if all[i].Err != nil && all[j].Err == nil && !samePlace(all[i].Scheme, all[j].Scheme) {
				all[i].Causes = append(all[i].Causes, signature.Cause{
					Name: "other-header",
					Text: fmt.Sprintf("the secret fits the signature in %s, not this one", where(all[j].Scheme)),
					Cure: "each header has its own secret or scheme; verify the one that your secret belongs to",
				})
			}
		}
	}
	return all
}

// distinct returns the schemes that m carries something for, without those that
// are read just like an earlier one (Stripe's with and without the decoy).
func distinct(p *Provider, m *Message) []*signature.Scheme {
	var found []*signature.Scheme
	for _, s := range p.Schemes {
		if !Carries(s, m) {
			continue
		}
		known := false
		for _, f := range found {
			known = known || samePlace(f, s) && f.Digest == s.Digest && f.Signed == s.Signed && f.Engine == s.Engine
		}
		if !known {
			found = append(found, s)
		}
	}
	if len(found) == 0 && len(p.Schemes) > 0 {
		found = p.Schemes[:1]
	}
	return found
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

func samePlace(a, b *signature.Scheme) bool { return where(a) == where(b) }

func where(s *signature.Scheme) string {
	switch p := s.Place; {
	case len(s.HeaderNames()) > 0:
		return s.HeaderNames()[0]
	case p.Body != "":
		return "body member " + p.Body
	case p.Form != "":
		return "form field " + p.Form
	case p.Query != "":
		return "query parameter " + p.Query
	}
	return "the body"
}
