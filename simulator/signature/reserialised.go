package signature

import (
	"bytes"
	"encoding/json"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"
)

// reserialised yields the forms in which serialisers write the same JSON: each
// order of members, with each set of escapes, in each layout.
func reserialised(b, model []byte) iter.Seq[textForm] {
	return func(yield func(textForm) bool) {
		var compact bytes.Buffer
		if json.Compact(&compact, b) != nil {
			return
		}
		plain := unescaped(compact.Bytes())
		for _, order := range orders(plain, model) {
			for _, escaped := range escapes(order.body) {
				for layout := range layouts(escaped.body) {
					if !yield(textForm{joined(layout.text, order.text, escaped.text), layout.body}) {
						return
					}
				}
			}
		}
		if bytes.Equal(plain, compact.Bytes()) {
			return
		}
		for layout := range layouts(compact.Bytes()) {
			if !yield(textForm{joined(layout.text, "", "with the escapes of this one"), layout.body}) {
				return
			}
		}
	}
}

func joined(texts ...string) string {
	return strings.Join(slices.DeleteFunc(texts, func(s string) bool { return s == "" }), ", ")
}

// orders lists the body with its members as they are, by name, and as in the model.
func orders(compact, model []byte) []textForm {
	all := []textForm{{"", compact}}
	add := func(text string, body []byte) {
		if !slices.ContainsFunc(all, func(f textForm) bool { return bytes.Equal(f.body, body) }) {
			all = append(all, textForm{text, body})
		}
	}
	tree, ok := parseJSON(compact)
	if !ok {
		return all
	}
	if like, ok := parseJSON(model); ok {
		add("its members in the provider's order", tree.appendTo(nil, learn(like).compare, ""))
	}
	add("its members sorted by name", tree.appendTo(nil, func(_, a, b string) int { return strings.Compare(a, b) }, ""))
	return all
}

// escapes lists the body with each set of the escapes that change it.
func escapes(plain []byte) []textForm {
	all := []textForm{{"", plain}}
	for _, e := range []struct {
		text   string
		escape func([]byte) []byte
	}{
		{`/ as \/`, func(b []byte) []byte { return bytes.ReplaceAll(b, []byte("/"), []byte(`\/`)) }},
		{`<>& as \u003c`, escapeHTML},
		{`non-ASCII as \uXXXX`, escapeUnicode},
		{`\uXXXX in upper case`, upperEscapes},
	} {
		for _, base := range all {
			if body := e.escape(base.body); !bytes.Equal(body, base.body) {
				all = append(all, textForm{joined(base.text, e.text), body})
			}
		}
	}
	return all
}

// layouts yields compact JSON with each manner of white space.
func layouts(compact []byte) iter.Seq[textForm] {
	return func(yield func(textForm) bool) {
		_ = yield(textForm{"compact", compact}) &&
			yield(textForm{"with a space after : and ,", pythonSpaces(compact)}) &&
			yield(textForm{"indented by two", indented(compact, "  ", false)}) &&
			(!bytes.Contains(compact, []byte("{}")) && !bytes.Contains(compact, []byte("[]")) ||
				yield(textForm{"indented by two, with the empty containers of old Ruby", indented(compact, "  ", true)})) &&
			yield(textForm{"indented by four", indented(compact, "    ", false)}) &&
			yield(textForm{"indented by tabs", indented(compact, "\t", false)})
	}
}

// unescaped writes strings with only the escapes that JSON demands, as
// JSON.stringify does.
func unescaped(b []byte) []byte {
	if bytes.IndexByte(b, '\\') < 0 {
		return b
	}
	out := make([]byte, 0, len(b))
	s := scanner{body: b}
	for s.at < len(b) {
		if b[s.at] != '"' {
			out = append(out, b[s.at])
			s.at++
			continue
		}
		from := s.at
		if !s.skipString() {
			return b
		}
		out = append(out, plainString(b[from:s.at])...)
	}
	return out
}

func plainString(quoted []byte) []byte {
	var text string
	if bytes.IndexByte(quoted, '\\') < 0 || json.Unmarshal(quoted, &text) != nil {
		return quoted
	}
	return bareSeparators(quoteJSON(text))
}

func escapeHTML(b []byte) []byte {
	var out bytes.Buffer
	json.HTMLEscape(&out, b)
	return out.Bytes()
}

func escapeUnicode(b []byte) []byte {
	const digits = "0123456789abcdef"
	if !slices.ContainsFunc(b, func(c byte) bool { return c >= utf8.RuneSelf }) {
		return b
	}
	out := make([]byte, 0, len(b)*5/4)
	unit := func(r rune) {
		out = append(out, '\\', 'u', digits[r>>12&15], digits[r>>8&15], digits[r>>4&15], digits[r&15])
	}
	for _, r := range string(b) {
		switch {
		case r < utf8.RuneSelf:
			out = append(out, byte(r))
		case r > 0xffff:
			unit(0xd800 + (r-0x10000)>>10)
			unit(0xdc00 + (r-0x10000)&0x3ff)
		default:
			unit(r)
		}
	}
	return out
}

// upperEscapes writes \u001b as \u001B, as GitHub does.
func upperEscapes(b []byte) []byte {
	if bytes.IndexByte(b, '\\') < 0 {
		return b
	}
	out := bytes.Clone(b)
	for i := 0; i+6 <= len(out); i++ {
		if out[i] == '\\' {
			if out[i+1] == 'u' {
				copy(out[i+2:i+6], bytes.ToUpper(out[i+2:i+6]))
			}
			i++
		}
	}
	return out
}

func pythonSpaces(b []byte) []byte {
	out := make([]byte, 0, len(b)*9/8)
	inString := false
	for i := 0; i < len(b); i++ {
		c := b[i]
		out = append(out, c)
		switch {
		case inString && c == '\\' && i+1 < len(b):
			i++
			out = append(out, b[i])
		case c == '"':
			inString = !inString
		case !inString && (c == ':' || c == ','):
			out = append(out, ' ')
		}
	}
	return out
}

// indented writes JSON over several lines. Ruby's old generator puts line ends
// into empty containers.
func indented(b []byte, indent string, ruby bool) []byte {
	var out bytes.Buffer
	if json.Indent(&out, b, "", indent) != nil {
		return nil
	}
	if !ruby {
		return out.Bytes()
	}
	lines := strings.Split(out.String(), "\n")
	for i, line := range lines {
		margin := line[:len(line)-len(strings.TrimLeft(line, " "))]
		bare := strings.TrimSuffix(line, ",")
		comma := line[len(bare):]
		switch {
		case strings.HasSuffix(bare, "{}"):
			lines[i] = strings.TrimSuffix(bare, "}") + "\n" + margin + "}" + comma
		case strings.HasSuffix(bare, "[]"):
			lines[i] = strings.TrimSuffix(bare, "]") + "\n\n" + margin + "]" + comma
		}
	}
	return []byte(strings.Join(lines, "\n"))
}
