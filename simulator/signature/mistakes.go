package signature

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strings"
	"unicode/utf8"
)

type bodyMistake struct {
	Cause
	body []byte
}

const rawBody = "verify the bytes as they come off the wire, before anything parses them"

// bodyMistakes lists what the signed body may have been, if not the one at hand.
func bodyMistakes(m *Message) []bodyMistake {
	var all []bodyMistake
	add := func(name, text, cure string, body []byte) {
		if body != nil && !bytes.Equal(body, m.Body) {
			all = append(all, bodyMistake{Cause{name, text, cure}, body})
		}
	}
	b := m.Body
	add("body-trimmed", "the signed body ends with a line feed, this one does not", rawBody, append(bytes.Clone(b), '\n'))
	add("body-trimmed", "the signed body ends with CR LF, this one does not", rawBody, append(bytes.Clone(b), "\r\n"...))
	add("body-padded", "this body has white space at its ends that was not signed", rawBody, bytes.TrimSpace(b))
	add("body-line-ends", "the line ends were changed from LF to CR LF", rawBody, bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n")))
	add("body-line-ends", "the line ends were changed from CR LF to LF", rawBody, bytes.ReplaceAll(bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n")), []byte("\n"), []byte("\r\n")))
	add("body-bom", "a byte order mark was put before the body", rawBody, bytes.TrimPrefix(b, []byte("\ufeff")))
	add("body-bom", "the byte order mark before the body is lost", rawBody, append([]byte("\ufeff"), b...))
	add("body-empty", "the signature is that of an empty body", "the body was read before it was signed or verified, and is gone", []byte{})
	if plain, err := base64.StdEncoding.DecodeString(string(bytes.TrimSpace(b))); err == nil && len(plain) > 0 {
		add("body-base64", "this body is the signed one in base64", "decode it first; serverless platforms say so in isBase64Encoded", plain)
	}
	add("body-charset", "the body was read as Latin-1 and written as UTF-8 again", "read it as bytes; the charset plays no part", latin1Bytes(b))
	add("body-charset", "the body was read as UTF-8 and written as Latin-1", "read it as bytes; the charset plays no part", utf8FromLatin1(b))
	for _, f := range formMistakes(b) {
		add("body-form", f.text, rawBody, f.body)
	}
	for _, form := range reserialised(b) {
		add("body-reserialised", "the body was parsed and written again; the signed one is "+form.text, rawBody, form.body)
	}
	return all
}

// latin1Bytes undoes a body that was taken for Latin-1 and encoded in UTF-8.
func latin1Bytes(b []byte) []byte {
	out := make([]byte, 0, len(b))
	for _, r := range string(b) {
		if r > 0xff {
			return nil
		}
		out = append(out, byte(r))
	}
	return out
}

func utf8FromLatin1(b []byte) []byte {
	if utf8.Valid(b) {
		return nil
	}
	var out []byte
	for _, c := range b {
		out = utf8.AppendRune(out, rune(c))
	}
	return out
}

type textForm struct {
	text string
	body []byte
}

// formMistakes: the JSON taken out of a form, a space as %20, and back.
func formMistakes(b []byte) []textForm {
	text := string(b)
	forms := []textForm{
		{"spaces are + in the signed form, %20 in this one", []byte(strings.ReplaceAll(text, "%20", "+"))},
		{"spaces are %20 in the signed form, + in this one", []byte(strings.ReplaceAll(text, "+", "%20"))},
	}
	if json.Valid(b) {
		forms = append(forms, textForm{"the signed body is the whole form payload=…, this is the JSON inside it", []byte("payload=" + url.QueryEscape(text))})
	}
	if payload, ok := strings.CutPrefix(text, "payload="); ok {
		forms = append(forms, textForm{"the JSON inside the form was signed, not the form", []byte(unescapeForm(payload))})
	}
	return forms
}

// reserialised lists the forms in which serialisers write the same JSON.
func reserialised(b []byte) []textForm {
	if !json.Valid(b) {
		return nil
	}
	var compact bytes.Buffer
	json.Compact(&compact, b)
	plain := unescaped(compact.Bytes())
	var forms []textForm
	for _, base := range []textForm{{"compact", plain}, {"compact, with the escapes of this one", compact.Bytes()}} {
		forms = append(forms, base,
			textForm{"compact, with / written \\/", bytes.ReplaceAll(base.body, []byte("/"), []byte(`\/`))},
			textForm{"compact, with / written \\/ and <>& escaped", escapeHTML(bytes.ReplaceAll(base.body, []byte("/"), []byte(`\/`)))},
			textForm{"compact, with <>& escaped, as Go writes it", escapeHTML(base.body)},
			textForm{"compact, with non-ASCII as \\uXXXX", escapeUnicode(base.body)},
			textForm{"compact, with / written \\/ and non-ASCII as \\uXXXX, as PHP writes it", escapeUnicode(bytes.ReplaceAll(base.body, []byte("/"), []byte(`\/`)))},
			textForm{"compact, with control characters in upper-case hexadecimal", upperControls(base.body)},
			textForm{"with a space after : and ,, as Python writes it", pythonSpaces(base.body, false)},
			textForm{"with a space after : and , and non-ASCII as \\uXXXX, as Python writes it", pythonSpaces(base.body, true)},
			textForm{"indented by two", indented(base.body, "  ", false)},
			textForm{"indented by two, with Ruby's empty containers", indented(base.body, "  ", true)},
			textForm{"indented by four", indented(base.body, "    ", false)},
			textForm{"indented by tabs", indented(base.body, "\t", false)},
		)
	}
	return append(forms, sortedForms(plain)...)
}

func sortedForms(b []byte) []textForm {
	var w sink
	if w.jsonSorted(b) != nil {
		return nil
	}
	return []textForm{
		{"compact with sorted keys", w.buf},
		{"with sorted keys, indented by two", indented(w.buf, "  ", false)},
		{"with sorted keys and <>& escaped, as Go writes a map", escapeHTML(w.buf)},
	}
}

// unescaped writes strings with only the escapes that JSON demands, as
// JSON.stringify does.
func unescaped(b []byte) []byte {
	var out bytes.Buffer
	s := scanner{body: b}
	for s.at < len(b) {
		if b[s.at] != '"' {
			out.WriteByte(b[s.at])
			s.at++
			continue
		}
		from := s.at
		if !s.skipString() {
			return b
		}
		var text string
		if json.Unmarshal(b[from:s.at], &text) != nil {
			return b
		}
		out.Write(bareSeparators(quoteJSON(text)))
	}
	return out.Bytes()
}

func escapeHTML(b []byte) []byte {
	var out bytes.Buffer
	json.HTMLEscape(&out, b)
	return out.Bytes()
}

func escapeUnicode(b []byte) []byte {
	const digits = "0123456789abcdef"
	var out []byte
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

// upperControls writes \u001b as \u001B, as GitHub does.
func upperControls(b []byte) []byte {
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

func pythonSpaces(b []byte, ascii bool) []byte {
	var out bytes.Buffer
	inString := false
	for i := 0; i < len(b); i++ {
		c := b[i]
		out.WriteByte(c)
		switch {
		case inString && c == '\\' && i+1 < len(b):
			i++
			out.WriteByte(b[i])
		case c == '"':
			inString = !inString
		case !inString && (c == ':' || c == ','):
			out.WriteByte(' ')
		}
	}
	if ascii {
		return escapeUnicode(out.Bytes())
	}
	return out.Bytes()
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

type urlMistake struct{ url, cure string }

// urlMistakes lists the addresses that the provider may have been given.
func urlMistakes(m *Message) []urlMistake {
	u, err := url.Parse(m.URL)
	if err != nil {
		return nil
	}
	const proxy = "verify with the public address that the provider has, not with the one behind the proxy; --signed-url gives it"
	var all []urlMistake
	with := func(change func(*url.URL)) {
		c := *u
		change(&c)
		if c.String() != m.URL {
			all = append(all, urlMistake{c.String(), proxy})
		}
	}
	other := map[string]string{"http": "https", "https": "http"}[u.Scheme]
	hosts := []string{u.Host, u.Hostname(), u.Hostname() + ":443", u.Hostname() + ":80", m.Header.Get("X-Forwarded-Host"), m.Header.Get("X-Original-Host"), m.Header.Get("Host")}
	for _, scheme := range []string{u.Scheme, other} {
		for _, host := range hosts {
			if host == "" || scheme == "" {
				continue
			}
			set := func(c *url.URL) { c.Scheme, c.Host = scheme, host }
			with(set)
			with(func(c *url.URL) { set(c); c.RawQuery = "" })
			with(func(c *url.URL) { set(c); c.Path = strings.TrimSuffix(c.Path, "/") })
			with(func(c *url.URL) { set(c); c.Path = strings.TrimSuffix(c.Path, "/") + "/" })
		}
	}
	return all
}
