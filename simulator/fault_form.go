package simulator

import (
	"slices"
	"strings"

	"simhook/simulator/signature"
)

// Faults of the signature's form: AUTH-007 and AUTH-008 of the catalogue of checks.
// What must be refused stands for other bytes than the signature, however it is
// decoded; what is only written otherwise is either.
var formFaults = []Fault{
	truncated("one", "its first character alone", func(int) int { return 1 }),
	truncated("two", "its first two characters alone", func(int) int { return 2 }),
	truncated("eight", "its first eight characters alone", func(int) int { return 8 }),
	truncated("half", "its first half alone", func(n int) int { return n / 2 }),
	{
		Name: "truncated-signature.last", About: "of the signature all but its last byte", Expect: Refuse, NotFor: need(signs),
		After: editRaw(func(raw []byte) []byte { return raw[:max(0, len(raw)-1)] }),
	},
	{
		Name: "truncated-signature.byte", About: "of the signature all but its last three bytes, which is whole in base64, too", Expect: Refuse, NotFor: need(signs),
		After: editRaw(func(raw []byte) []byte { return raw[:max(0, len(raw)-3)] }),
	},
	{
		Name: "truncated-signature.character", About: "of the signature all but its last hexadecimal digit, which leaves half a byte", Expect: Refuse, NotFor: need(signs, hexText),
		After: edit(func(s string) string { return s[:len(s)-1] }),
	},
	{
		Name: "extended-signature", About: "the signature and one byte more", Expect: Refuse, NotFor: need(signs),
		After: editRaw(func(raw []byte) []byte { return append(raw, '0') }),
	},
	{
		Name: "repeated-signature", About: "the bytes of the signature twice in one piece", Expect: Refuse, NotFor: need(signs),
		After: editRaw(func(raw []byte) []byte { return slices.Concat(raw, raw) }),
	},
	{
		Name: "extended-text", About: "the signature and one character more, which is no whole byte", Expect: Either, NotFor: need(signs, encoded),
		Why:   "decoders that stop at what they cannot read see the very signature; others refuse it",
		After: edit(func(s string) string { return s + "0" }),
	},
	{
		Name: "repeated-text", About: "the base64 of the signature twice, with its padding in the middle", Expect: Either, NotFor: need(signs, base64Padded),
		Why:   "decoders that stop at the padding see the very signature; others refuse it",
		After: edit(func(s string) string { return s + s }),
	},
	{
		Name: "unpadded-signature", About: "the base64 of the signature without its padding", Expect: Either, NotFor: need(signs, base64Padded),
		Why:   "decoders that need no padding see the very signature; others refuse it",
		After: edit(func(s string) string { return strings.TrimRight(s, "=") }),
	},
	{
		Name: "upper-cased-signature", About: "the signature in upper case", Expect: Either, NotFor: need(signs, lowerHex),
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

// encodes says whether every signature is text in one of these encodings.
func encodes(as ...string) func(Variant) bool {
	return func(v Variant) bool {
		return v.all(func(s *signature.Scheme) bool { return s.Engine == "digest" && slices.Contains(as, s.Encoding) })
	}
}

var (
	encoded      = condition{encodes("", "hex", "HEX", "base64", "base64url", "base64url-escaped"), "its signature is no text that decodes to bytes"}
	hexText      = condition{encodes("", "hex", "HEX"), "its signature is not hexadecimal"}
	lowerHex     = condition{encodes("", "hex"), "its signature is not lower-case hexadecimal"}
	base64Text   = condition{encodes("base64", "base64url"), "its signature is not base64"}
	base64Padded = condition{encodes("base64"), "its signature is not padded base64"}
)
