package simulator

import (
	"bytes"
	"encoding/json"

	"simhook/simulator/signature"
)

// Faults of the body: AUTH-005 and AUTH-006 of the catalogue of checks. Each
// changes what was signed, so a receiver that verifies the raw bytes refuses.
var bodyFaults = []Fault{
	{Name: "tampered-amount", About: "one digit of a number in the body is changed after signing", Expect: Refuse, NotFor: need(signs, coversBody), After: tamper(flipDigit)},
	{Name: "tampered-id", About: "one character of an id in the body is changed after signing", Expect: Refuse, NotFor: need(signs, coversBody), After: tamper(flipID)},
	{Name: "tampered-space", About: "white space that means nothing is added to the body after signing", Expect: Refuse, NotFor: need(signs, coversBody), After: tamper(addSpace)},
	{
		Name: "reserialised-body", About: "the body is parsed and written again after signing, as a careless proxy does", Expect: Refuse,
		NotFor: need(signs, coversBody), After: tamper(reserialise),
	},
	{
		Name: "cut-body", About: "the last byte of the body is missing", Expect: Refuse, NotFor: need(signs, coversBody),
		After: tamper(func(b []byte) ([]byte, error) { return b[:max(0, len(b)-1)], nil }),
	},
	{
		Name: "other-event", About: "the signature and the time of another genuine event", Expect: Refuse, NotFor: need(signs, coversBody, notWhole),
		After: func(s *Spoiling) error {
			if s.Other == nil {
				return errCannot("it needs a second event")
			}
			s.Message.Body = s.Other.Body
			return nil
		},
	},
}

var notWhole = condition{func(v Variant) bool {
	return v.all(func(s *signature.Scheme) bool { return s.Place.Header != "" || s.Place.Query != "" })
}, "the signature travels in the body"}

func tamper(change func([]byte) ([]byte, error)) func(*Spoiling) error {
	return func(s *Spoiling) error {
		body, err := change(append([]byte(nil), s.Message.Body...))
		if err != nil {
			return err
		}
		if bytes.Equal(body, s.Message.Body) {
			return errCannot("the body gives no hold for it")
		}
		s.Message.Body = body
		return nil
	}
}

// flipDigit changes the last digit of the first run of two or more digits that
// is a value, not part of a name.
func flipDigit(body []byte) ([]byte, error) {
	for i := 1; i+1 < len(body); i++ {
		if digit(body[i]) && digit(body[i+1]) && bytes.IndexByte([]byte(` :="[,`), body[i-1]) >= 0 {
			for i+1 < len(body) && digit(body[i+1]) {
				i++
			}
			body[i] = '0' + (body[i]-'0'+1)%10
			return body, nil
		}
	}
	return flipID(body)
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

// flipID changes the last letter or digit of the longest unbroken run of them.
func flipID(body []byte) ([]byte, error) {
	best, length := -1, 0
	run := 0
	for i, c := range body {
		if !digit(c) && (c|0x20 < 'a' || c|0x20 > 'z') {
			run = 0
			continue
		}
		if run++; run > length {
			best, length = i, run
		}
	}
	if best < 0 {
		return nil, errCannot("the body has no id")
	}
	switch c := body[best]; {
	case c == '9' || c == 'z' || c == 'Z':
		body[best] = c - 1
	default:
		body[best] = c + 1
	}
	return body, nil
}

// addSpace puts one space where JSON and forms both ignore it: at the end.
func addSpace(body []byte) ([]byte, error) { return append(body, ' '), nil }

// reserialise writes JSON as encoding/json does, or a form in sorted order.
func reserialise(body []byte) ([]byte, error) {
	var out bytes.Buffer
	if json.Compact(&out, body) != nil {
		return addSpace(body)
	}
	if bytes.Equal(out.Bytes(), body) {
		out.Reset()
		if err := json.Indent(&out, body, "", "  "); err != nil {
			return nil, err
		}
	}
	return out.Bytes(), nil
}
