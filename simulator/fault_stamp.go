package simulator

import (
	"slices"
	"strconv"
	"time"

	"simhook/simulator/signature"
)

// Faults of the time's text: FRESH-006 and FRESH-007 of the catalogue of checks.
// The signature is right, and made over the text that is sent, so only a receiver
// that reads the time can refuse. That takes the key, or a receiver that puts a
// word of its language in the place of a time that is not there.
var stampFaults = []Fault{
	absentStamp("empty", "nothing", ""),
	absentStamp("undefined", "undefined, as JavaScript writes it", "undefined"),
	absentStamp("null", "null", "null"),
	absentStamp("none", "None, as Python writes it", "None"),
	stamped("nan", "NaN, which is neither old nor new", word("NaN"), unread),
	stamped("word", "a word", word("yesterday"), unread),
	stamped("zero", "0", word("0"), unread, numericTime),
	stamped("negative", "a number before 1970", word("-1"), unread, numericTime),
	stamped("huge", "2 to the 63rd, which many number types do not hold", word("9223372036854775808"), farAhead, numericTime),
	stamped("milliseconds", "milliseconds where seconds are due", func(t time.Time) string { return strconv.FormatInt(t.UnixMilli(), 10) }, farAhead, clockIs("", "unix")),
	stamped("seconds", "seconds where milliseconds are due", func(t time.Time) string { return strconv.FormatInt(t.Unix(), 10) }, unread, clockIs("unix-ms")),
	otherwise("float", "the right time with a fraction", func(n int64) string { return strconv.FormatInt(n, 10) + ".5" }),
	otherwise("exponent", "the right time with an exponent", func(n int64) string { return strconv.FormatFloat(float64(n), 'e', -1, 64) }),
	otherwise("hex", "the right time in hexadecimal", func(n int64) string { return "0x" + strconv.FormatInt(n, 16) }),
	otherwise("plus", "the right time with a plus sign", func(n int64) string { return "+" + strconv.FormatInt(n, 10) }),
	otherwise("leading-zero", "the right time with a zero in front", func(n int64) string { return "0" + strconv.FormatInt(n, 10) }),
	otherwise("junk", "the right time with a letter behind it", func(n int64) string { return strconv.FormatInt(n, 10) + "x" }),
}

// stamped signs a text as the time.
func stamped(name, what string, text func(time.Time) string, lenient func(Variant) string, more ...condition) Fault {
	return Fault{
		Name: "signed-timestamp." + name, About: "signed correctly; the time is " + what, Expect: Refuse,
		Lenient: lenient, NotFor: need(append([]condition{signs, timed, bareTime}, more...)...),
		Before: sign(text),
	}
}

// absentStamp takes the time away, and signs a text in its place.
func absentStamp(name, what, text string) Fault {
	f := stamped(name, what, word(text), unread)
	f.About = "the time is taken away, and the signature is made as if it were " + what
	f.After = func(s *Spoiling) error {
		if text == "" {
			// A header line without a value was not sent in the first place.
			return each(s.Schemes, func(scheme *signature.Scheme) error { _, err := scheme.RemoveTime(s.Message); return err })
		}
		return removeTime(s)
	}
	return f
}

// otherwise writes the right time in another way.
func otherwise(name, what string, text func(n int64) string) Fault {
	f := stamped(name, what, nil, nil, numericTime)
	f.Expect, f.Why = Either, "some number parsers read it as the right time, others do not read it at all"
	f.Before = func(s *Signing) error {
		n, err := strconv.ParseInt(strongOf(s.Schemes)[0].FormatTime(s.At), 10, 64)
		if err != nil {
			return err
		}
		return sign(func(time.Time) string { return text(n) })(s)
	}
	return f
}

// sign signs a text as the time. Weaker schemes are left out: without a time they
// would be genuine.
func sign(text func(time.Time) string) func(*Signing) error {
	return func(s *Signing) error {
		s.Schemes = strongOf(s.Schemes)
		stamp := text(s.At)
		s.Stamp = &stamp
		return nil
	}
}

func word(text string) func(time.Time) string { return func(time.Time) string { return text } }

// unread says why a time that is none may pass.
func unread(v Variant) string {
	if v.any(func(s *signature.Scheme) bool { age, _ := s.Age(); return age == 0 }) {
		return "the provider names no tolerance, so a receiver need not read the time"
	}
	return ""
}

// farAhead says why a time that reads as far in the future may pass.
func farAhead(v Variant) string {
	if why := unread(v); why != "" {
		return why
	}
	return forward(v)
}

var numericTime = condition{func(v Variant) bool { return v.all((*signature.Scheme).NumericTime) }, "its time is no number"}

func clockIs(names ...string) condition {
	return condition{func(v Variant) bool {
		return v.all(func(s *signature.Scheme) bool { return slices.Contains(names, s.Clock) })
	}, "its time has another unit"}
}
