package simulator

import (
	"strings"
	"unicode/utf8"
)

// malformedFaults are the 24 values of AUTH-009 of the catalogue of checks. A
// receiver must refuse them, and above all survive them: CVE-2023-50728 was one.
var malformedFaults = malformed(
	value{"not-hex", "letters outside of any alphabet", "zz!?", 16},
	value{"odd-length", "an odd number of hexadecimal digits", "a", 63},
	value{"one-digit", "a single digit", "0", 1},
	value{"zeros", "64 zeros", "0", 64},
	value{"high-bytes", "bytes 0xFF, which are no UTF-8", "\xff", 32},
	value{"nul", "a NUL byte between digits", "abcd\x00ef01", 1},
	value{"control", "control characters", "\x01\x02\x1b[31m", 1},
	value{"64k", "64 KiB of digits", "a", 65536},
	value{"commas", "10 000 commas", ",", 10000},
	value{"many-times", "t= a thousand times", "t=1,", 1000},
	value{"many-signatures", "v1= a thousand times", "v1=00,", 1000},
	value{"unicode-digits", "digits of another script", "v1=\u0661\u0662\u0663\u0664", 1},
	value{"astral", "characters beyond the basic plane", "\U0001F512\U0001F511", 1},
	value{"json-array", "a JSON array", `["v1","00"]`, 1},
	value{"json-object", "a JSON object", `{"v1":"00"}`, 1},
	value{"separators", "only separators", "=,=,=;=: ", 1},
	value{"equals", "one equals sign", "=", 1},
	value{"no-value", "a name without a value", "t,v1", 1},
	value{"negative-time", "a time before 1970 and no signature", "t=-1,v1=", 1},
	value{"huge-time", "a time with 40 digits", "t=" + strings.Repeat("9", 40) + ",v1=00", 1},
	value{"percent", "percent escapes", "%00%0d%0a%73", 1},
	value{"format", "printf verbs", "%s%s%n%x", 1},
	value{"path", "a path out of the directory", "../../../../etc/passwd", 1},
	value{"quotes", "quotes of every kind", "'\"`' OR 1=1 --", 1},
)

// value is a text, so many times. It is written out when it is sent: the long ones
// would cost 0.2 ms at every start.
type value struct {
	name, about, text string
	times             int
}

func (v value) String() string { return strings.Repeat(v.text, v.times) }

// unreadable are the values that HTTP servers do not hand on in a header: a byte
// that may not stand there (RFC 9110 section 5.5), or more than the 8 kB that
// nginx, Apache and Tomcat read.
func (v value) unreadable() bool {
	return len(v.text)*v.times > 8<<10 || strings.ContainsFunc(v.text, func(r rune) bool { return r < ' ' || r == 0x7f || r == utf8.RuneError })
}

func malformed(values ...value) []Fault {
	var all []Fault
	for _, v := range values {
		all = append(all, Fault{
			Name: "malformed." + v.name, About: "the signature's place holds " + v.about,
			Expect: Refuse, Unreadable: v.unreadable(), NotFor: need(signs),
			After: func(s *Spoiling) error { return overwrite(v.String())(s) },
		})
	}
	return all
}
