package simulator

import "simhook/simulator/signature"

// Faults of absence: AUTH-002 and AUTH-003 of the catalogue of checks.
var missingFaults = []Fault{
	{
		Name: "no-signature", About: "the signature is taken away", Expect: Refuse, NotFor: need(signs, beside),
		After: func(s *Spoiling) error {
			return each(s.Schemes, func(scheme *signature.Scheme) error { return scheme.Remove(s.Message) })
		},
	},
	{Name: "empty-signature", About: "the signature's place is there and holds nothing", Expect: Refuse, NotFor: need(signs), After: overwrite("")},
	{Name: "blank-signature", About: "the signature's place holds one space", Expect: Refuse, NotFor: need(signs), After: overwrite(" ")},
	{
		Name: "bare-prefix", About: "what stands around the signature is there, the signature is not", Expect: Refuse,
		NotFor: need(signs, framed), After: edit(func(string) string { return "" }),
	},
	{Name: "null-signature", About: `the signature is the word "null"`, Expect: Refuse, NotFor: need(signs), After: overwrite("null")},
	{Name: "undefined-signature", About: `the signature is the word "undefined"`, Expect: Refuse, NotFor: need(signs), After: overwrite("undefined")},
}

var beside = condition{func(v Variant) bool {
	return !v.any(func(s *signature.Scheme) bool { return s.Place.Whole })
}, "the signature is the whole body; see empty-signature"}

var framed = condition{func(v Variant) bool {
	return v.all(func(s *signature.Scheme) bool {
		return len(s.Place.Items) > 0 || (s.Place.Value != "" && s.Place.Value != "{signature}" && s.Place.Value != "{secret}")
	})
}, "nothing stands around the signature"}
