package signature

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
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
	for step := range strings.SplitSeq(path, ".") {
		if path == "" {
			break
		}
		if !s.enter(step) {
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

// scanner walks over JSON without decoding it.
type scanner struct {
	body []byte
	at   int
}

func (s *scanner) space() {
	for s.at < len(s.body) && strings.IndexByte(" \t\r\n", s.body[s.at]) >= 0 {
		s.at++
	}
}

func (s *scanner) eat(c byte) bool {
	s.space()
	if s.at < len(s.body) && s.body[s.at] == c {
		s.at++
		return true
	}
	return false
}

// enter moves to the value of one member of the object, or one element of the
// array, that begins here.
func (s *scanner) enter(step string) bool {
	switch {
	case s.eat('{'):
		for !s.eat('}') {
			s.space()
			from := s.at
			if !s.skipString() {
				return false
			}
			key := s.body[from:s.at]
			if !s.eat(':') {
				return false
			}
			if keyIs(key, step) {
				return true
			}
			if !s.skip() {
				return false
			}
			s.eat(',')
		}
	case s.eat('['):
		index, err := strconv.Atoi(step)
		if err != nil {
			return false
		}
		for i := 0; !s.eat(']'); i++ {
			if i == index {
				return true
			}
			if !s.skip() {
				return false
			}
			s.eat(',')
		}
	}
	return false
}

func keyIs(quoted []byte, name string) bool {
	if bytes.IndexByte(quoted, '\\') < 0 {
		return string(quoted[1:len(quoted)-1]) == name
	}
	var key string
	return json.Unmarshal(quoted, &key) == nil && key == name
}

func (s *scanner) skipString() bool {
	if !s.eat('"') {
		return false
	}
	for s.at < len(s.body) {
		switch s.body[s.at] {
		case '\\':
			s.at += 2
		case '"':
			s.at++
			return true
		default:
			s.at++
		}
	}
	return false
}

// skip moves past one value of any kind.
func (s *scanner) skip() bool {
	s.space()
	if s.at >= len(s.body) {
		return false
	}
	switch s.body[s.at] {
	case '"':
		return s.skipString()
	case '{', '[':
		depth := 0
		for s.at < len(s.body) {
			switch s.body[s.at] {
			case '"':
				if !s.skipString() {
					return false
				}
				continue
			case '{', '[':
				depth++
			case '}', ']':
				depth--
			}
			s.at++
			if depth == 0 {
				return true
			}
		}
		return false
	default:
		from := s.at
		for s.at < len(s.body) && strings.IndexByte(",]} \t\r\n", s.body[s.at]) < 0 {
			s.at++
		}
		return s.at > from
	}
}

// jsonSorted writes the body compact with sorted keys; numbers keep their text.
func (w *sink) jsonSorted(body []byte) error {
	var tree any
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if err := d.Decode(&tree); err != nil {
		return err
	}
	// What comes after, and the first of two members of one name, would not be
	// signed: anybody could put it there.
	if _, err := d.Token(); err != io.EOF {
		return errors.New("there is more after the JSON document")
	}
	if name, twice := twiceNamed(body); twice {
		return fmt.Errorf("member %q is there twice", name)
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(tree); err != nil {
		return err
	}
	w.bytes(bareSeparators(bytes.TrimRight(b.Bytes(), "\n")))
	return nil
}

// twiceNamed finds a member that one of the objects of a valid document has twice.
func twiceNamed(body []byte) (name string, found bool) {
	d := json.NewDecoder(bytes.NewReader(body))
	var open []map[string]bool // the names of each object that is open; nil for an array
	key := false               // the next string is a name
	for {
		token, err := d.Token()
		if err != nil {
			return "", false
		}
		switch t := token.(type) {
		case json.Delim:
			switch t {
			case '{':
				open = append(open, map[string]bool{})
			case '[':
				open = append(open, nil)
			default:
				open = open[:len(open)-1]
			}
			key = len(open) > 0 && open[len(open)-1] != nil
			continue
		case string:
			if key {
				names := open[len(open)-1]
				if names[t] {
					return t, true
				}
				names[t] = true
				key = false
				continue
			}
		}
		key = len(open) > 0 && open[len(open)-1] != nil
	}
}
