package simulator

import (
	"bytes"
	"encoding/json"
	"net/url"
	"regexp"
	"sync"

	"simhook/simulator/signature"
)

// Faults of the body: AUTH-005 and AUTH-006 of the catalogue of checks. Each
// changes what was signed, so a receiver that verifies the raw bytes refuses.
var bodyFaults = []Fault{
	{Name: "tampered-amount", About: "one bit of an amount in the body is flipped after signing", Expect: Refuse, NotFor: need(signs, coversBody), After: tamper(flipAmount)},
	{Name: "tampered-id", About: "one bit of an id in the body is flipped after signing", Expect: Refuse, NotFor: need(signs, coversBody), After: tamper(flipID)},
	{
		Name: "tampered-space", About: "white space that means nothing, or an empty pair where the body is a form, is added after signing", Expect: Refuse,
		NotFor: need(signs, coversBytes), After: tamper(addSpace),
	},
	{
		Name: "reserialised-body", About: "the body is parsed and written again after signing, as a careless proxy does", Expect: Refuse,
		NotFor: need(signs, coversBytes), After: tamper(reserialise),
	},
	{
		Name: "cut-body", About: "the last byte of the body is missing; a parser refuses it, too, so it shows less than tampered-amount", Expect: Refuse, NotFor: need(signs, coversBytes),
		After: tamper(func(b []byte) ([]byte, error) { return b[:max(0, len(b)-1)], nil }),
	},
	{
		Name: "tampered-signed-field", About: "one bit of a signed member is flipped, where only some members are signed", Expect: Refuse,
		NotFor: need(signs, someFields),
		After: func(s *Spoiling) error {
			return each(s.Schemes, func(scheme *signature.Scheme) error {
				return scheme.ChangeField(s.Message, func(text string) string {
					changed, err := flipIn([]byte(text), anyWord(), anyNumber())
					if err != nil {
						return text + "x"
					}
					return string(changed)
				})
			})
		},
	},
	{
		Name: "other-event", About: "the body of another genuine event, under the signature and the time of this one", Expect: Refuse,
		NotFor: need(signs, coversBody, notWhole),
		After: func(s *Spoiling) error {
			switch {
			case s.Other == nil:
				return errCannot("it needs a second event")
			case bytes.Equal(s.Other.Body, s.Message.Body):
				return errCannot("the second event has the same body")
			}
			s.Message.Body = s.Other.Body
			return nil
		},
	},
}

var someFields = condition{func(v Variant) bool {
	return v.all(func(s *signature.Scheme) bool { return !s.CoversContent() && len(s.SignedFields()) > 0 })
}, "its signature covers the whole body, or nothing of it"}

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

// Members that hold an amount, and members that hold an id, as most providers
// name them. A body without any has another number, or its longest word, changed.
var (
	amountMember = lazily(`"(?:amount|total|subtotal|price|balance)[a-z_]*"\s*:\s*"?[0-9]+(?:\.[0-9]+)?`)
	anyNumber    = lazily(`[ :="\[,][0-9]{2,}`)
	idMember     = lazily(`"[a-z_]*id"\s*:\s*(?:"[A-Za-z0-9_-]{4,}|[0-9]{4,})`)
	anyWord      = lazily(`[A-Za-z0-9]{6,}`)
)

// flipAmount flips the lowest bit of the last digit of an amount: it stays a digit.
func flipAmount(body []byte) ([]byte, error) {
	return flipIn(body, amountMember(), anyNumber(), anyWord())
}

// flipID flips the lowest bit of one of the last characters of an id: it stays a
// letter or a digit.
func flipID(body []byte) ([]byte, error) { return flipIn(body, idMember(), anyWord()) }

func flipIn(body []byte, places ...*regexp.Regexp) ([]byte, error) {
	for _, place := range places {
		at := place.FindIndex(body)
		if at == nil {
			continue
		}
		for i := at[1] - 1; i > at[0]; i-- {
			if alphanumeric(body[i]) && alphanumeric(body[i]^1) && digit(body[i]) == digit(body[i]^1) {
				body[i] ^= 1
				return body, nil
			}
		}
	}
	return nil, errCannot("the body has nothing of the kind")
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

func alphanumeric(c byte) bool { return digit(c) || c|0x20 >= 'a' && c|0x20 <= 'z' }

// addSpace adds what a parser ignores at the end: a space after JSON, an empty
// pair after a form.
func addSpace(body []byte) ([]byte, error) {
	switch {
	case json.Valid(body):
		return append(body, ' '), nil
	case bytes.IndexByte(body, '=') > 0:
		return append(body, '&'), nil
	}
	return nil, errCannot("the body is neither JSON nor a form")
}

// reserialise writes JSON compactly, or indented where it was compact, and a form
// as net/url does, sorted by name; where it was so, as JavaScript writes a space.
func reserialise(body []byte) ([]byte, error) {
	var out bytes.Buffer
	if json.Compact(&out, body) != nil {
		fields, err := url.ParseQuery(string(body))
		if err != nil || bytes.IndexByte(body, '=') <= 0 {
			return nil, errCannot("the body is neither JSON nor a form")
		}
		sorted := []byte(fields.Encode())
		if bytes.Equal(sorted, body) {
			sorted = bytes.ReplaceAll(sorted, []byte("+"), []byte("%20"))
		}
		return sorted, nil
	}
	if bytes.Equal(out.Bytes(), body) {
		out.Reset()
		if err := json.Indent(&out, body, "", "  "); err != nil {
			return nil, err
		}
	}
	return out.Bytes(), nil
}

// lazily compiles an expression when it is first used: each costs about 10 µs,
// which a start that needs none of them should not pay.
func lazily(expression string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}
