package simulator

import (
	"strings"

	"simhook/simulator/signature"
)

// Faults of the signature's form: AUTH-007 and AUTH-008 of the catalogue of checks.
var formFaults = []Fault{
	truncated("one", "its first character alone", func(n int) int { return 1 }),
	truncated("two", "its first two characters alone", func(n int) int { return 2 }),
	truncated("eight", "its first eight characters alone", func(n int) int { return 8 }),
	truncated("half", "its first half alone", func(n int) int { return n / 2 }),
	truncated("last", "all but its last character", func(n int) int { return n - 1 }),
	truncated("byte", "all but its last four characters, so that it decodes to whole bytes", func(n int) int { return n - 4 }),
	{
		Name: "extended-signature", About: "the signature and one character more", Expect: Refuse, NotFor: need(signs),
		After: edit(func(s string) string { return s + "0" }),
	},
	{
		Name: "repeated-signature", About: "the signature twice in one piece", Expect: Refuse, NotFor: need(signs),
		After: edit(func(s string) string { return s + s }),
	},
	{
		Name: "upper-cased-signature", About: "the signature in upper case", Expect: Either, NotFor: need(signs, hexText),
		Why:   "hexadecimal means the same in both cases; libraries that decode accept it, those that compare text refuse it",
		After: edit(strings.ToUpper),
	},
	{
		Name: "upper-cased-base64", About: "the base64 signature in upper case, which is another value", Expect: Refuse, NotFor: need(signs, base64Text),
		After: edit(strings.ToUpper),
	},
}

func truncated(name, what string, length func(n int) int) Fault {
	return Fault{
		Name: "truncated-signature." + name, About: "of the signature " + what, Expect: Refuse, NotFor: need(signs),
		After: edit(func(s string) string { return s[:min(len(s), max(0, length(len(s))))] }),
	}
}

func encodes(as ...string) func(Variant) bool {
	return func(v Variant) bool {
		return v.all(func(s *signature.Scheme) bool {
			if s.Engine != "digest" {
				return false
			}
			for _, a := range as {
				if s.Encoding == a {
					return true
				}
			}
			return false
		})
	}
}

var (
	hexText    = condition{encodes("", "hex"), "its signature is not lower-case hexadecimal"}
	base64Text = condition{encodes("base64", "base64url"), "its signature is not base64"}
)
