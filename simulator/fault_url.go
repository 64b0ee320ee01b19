package simulator

import (
	"net/url"

	"simhook/simulator/signature"
)

// Faults of the address: AUTH-026 of the catalogue of checks. A signature that was
// made for another endpoint proves nothing at this one.
var urlFaults = []Fault{
	signedFor("path", "another path", func(u *url.URL) { u.Path, u.RawPath = u.Path+"/other", "" }),
	signedFor("query", "another query", func(u *url.URL) {
		if u.RawQuery != "" {
			u.RawQuery += "&"
		}
		u.RawQuery += "simhook=1"
	}),
	signedFor("host", "another host", func(u *url.URL) { u.Host = "other." + u.Host }),
	signedFor("scheme", "the same address in plain HTTP, or in HTTPS where it is plain", func(u *url.URL) {
		u.Scheme = map[string]string{"http": "https", "https": "http"}[u.Scheme]
	}),
}

func signedFor(name, what string, change func(*url.URL)) Fault {
	return Fault{
		Name: "other-url." + name, About: "signed correctly, for " + what, Expect: Refuse, NotFor: need(signs, coversURL),
		Before: func(s *Signing) error {
			u, err := url.Parse(s.Message.URL)
			if err != nil || u.Host == "" {
				return errCannot("the address is no URL")
			}
			change(u)
			s.Message.URL, s.Schemes = u.String(), strongOf(s.Schemes)
			return nil
		},
		After: func(s *Spoiling) error {
			s.Message.URL = Dialled(s.URL, s.Message)
			return nil
		},
	}
}

var coversURL = condition{func(v Variant) bool { return v.all((*signature.Scheme).CoversURL) }, "its signature does not cover the address"}
