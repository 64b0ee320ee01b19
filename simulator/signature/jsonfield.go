package signature

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

// FieldText returns a member of a JSON document as text: a string without its
// quotes, anything else as it stands. Path steps are joined by dots; a number is
// an index. null counts as absent.
func FieldText(body []byte, path string) (text string, ok bool) {
	start, end, ok := locate(body, path)
	if !ok {
		return "", false
	}
	raw := body[start:end]
	if len(raw) > 0 && raw[0] == '"' {
		if json.Unmarshal(raw, &text) != nil {
			return "", false
		}
		return text, true
	}
	if string(raw) == "null" {
		return "", false
	}
	return string(raw), true
}

// memberText is FieldText of one member of the document, whose name may have dots.
func memberText(body []byte, name string) string {
	s := scanner{body: body}
	if !s.enter(name) {
		return ""
	}
	s.space()
	from := s.at
	if !s.skip() {
		return ""
	}
	text, _ := FieldText(body[from:s.at], "")
	return text
}

// SetField replaces the member at path by a JSON string, or by raw JSON where
// the member is a number now and value is one. ok is false where there is no
// such member. No other byte changes.
func SetField(body []byte, path, value string) (changed []byte, ok bool) {
	start, end, ok := locate(body, path)
	if !ok {
		return body, false
	}
	text := []byte(value)
	if !isNumber(body[start:end]) || !isNumber(text) {
		text = quoteJSON(value)
	}
	changed = append(changed, body[:start]...)
	changed = append(changed, text...)
	return append(changed, body[end:]...), true
}

// withoutField takes the member at path out of its object, with one comma; where
// there is none, nothing changes.
func withoutField(body []byte, path string) []byte {
	s := scanner{body: body}
	steps := strings.Split(path, ".")
	name := steps[len(steps)-1]
	for _, step := range steps[:len(steps)-1] {
		if !s.enter(step) {
			return body
		}
	}
	if !s.eat('{') {
		return body
	}
	before := s.at // the end of the member before, or of the brace
	for first := true; ; first = false {
		s.space()
		from := s.at
		if !s.skipString() {
			return body
		}
		key := s.body[from:s.at]
		if !s.eat(':') || !s.skip() {
			return body
		}
		end := s.at
		comma := s.eat(',')
		switch {
		case keyIs(key, name) && first && comma:
			s.space()
			return slices.Concat(body[:from], body[s.at:])
		case keyIs(key, name):
			return slices.Concat(body[:before], body[end:])
		case !comma:
			return body
		}
		before = end
	}
}

func isNumber(text []byte) bool {
	return len(text) > 0 && strings.IndexByte("-0123456789", text[0]) >= 0 && json.Valid(text)
}

func quoteJSON(s string) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.Encode(s)
	return bytes.TrimRight(b.Bytes(), "\n")
}

// bareSeparators writes U+2028 and U+2029 as they are: encoding/json escapes
// them for JavaScript's sake, nobody else does.
func bareSeparators(quoted []byte) []byte {
	var out []byte
	for i := 0; i < len(quoted); i++ {
		switch rest := quoted[i:]; {
		case bytes.HasPrefix(rest, []byte(`\u2028`)), bytes.HasPrefix(rest, []byte(`\u2029`)):
			out = append(out, 0xe2, 0x80, 0xa0|rest[5]&0xf)
			i += 5
		case rest[0] == '\\' && len(rest) > 1:
			out = append(out, rest[:2]...)
			i++
		default:
			out = append(out, rest[0])
		}
	}
	return out
}

// locate finds the bytes of the value at path in a JSON document.
func locate(body []byte, path string) (start, end int, ok bool) {
	s := scanner{body: body}
	for more := path != ""; more; {
		if path, more, ok = s.follow(path); !ok {
			return 0, 0, false
		}
	}
	s.space()
	start = s.at
	if !s.skip() {
		return 0, 0, false
	}
	return start, s.at, true
}
