package signature

import (
	"encoding/json"
	"net/url"
	"strings"
	"unicode/utf8"
)

// A formManner is how one family of libraries escapes forms: what it leaves as it
// is beside letters and digits, and what it writes for a space.
type formManner struct{ text, keep, space string }

var formManners = []formManner{
	{"as Go and Python write it", "-_.~", "+"},
	{"as browsers, Java and Ruby write it", "-_.*", "+"},
	{"as PHP writes it", "-_.", "+"},
	{"with %20 for a space", "-_.~", "%20"},
	{"as encodeURIComponent writes it", "-_.!~*'()", "%20"},
}

func (f formManner) escape(s string) string {
	const digits = "0123456789ABCDEF"
	out := make([]byte, 0, len(s)*3/2)
	for _, c := range []byte(s) {
		switch {
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte(f.keep, c) >= 0:
			out = append(out, c)
		case c == ' ':
			out = append(out, f.space...)
		default:
			out = append(out, '%', digits[c>>4], digits[c&15])
		}
	}
	return string(out)
}

func (f formManner) write(fields []Field) []byte {
	var pairs []string
	for _, field := range fields {
		pairs = append(pairs, f.escape(field.Name)+"="+f.escape(field.Value))
	}
	return []byte(strings.Join(pairs, "&"))
}

// formMistakes: the JSON taken out of a form, fields made into JSON, other escapes, and back.
func formMistakes(b []byte) (forms []textForm) {
	text := string(b)
	if json.Valid(b) {
		for _, f := range formManners {
			forms = append(forms, textForm{"the signed body is the whole form payload=…, this is the JSON inside it", []byte("payload=" + f.escape(text))})
			if fields, ok := flatFields(b); ok {
				forms = append(forms, textForm{"the signed body is a form, this is JSON made of its fields", f.write(fields)})
			}
		}
		return forms
	}
	if !strings.Contains(text, "=") || !utf8.Valid(b) {
		return nil
	}
	forms = append(forms,
		textForm{"spaces are + in the signed form, %20 in this one", []byte(strings.ReplaceAll(text, "%20", "+"))},
		textForm{"spaces are %20 in the signed form, + in this one", []byte(strings.ReplaceAll(text, "+", "%20"))})
	if payload, ok := strings.CutPrefix(text, "payload="); ok {
		forms = append(forms, textForm{"the JSON inside the form was signed, not the form", []byte(unescapeForm(payload))})
	}
	for _, f := range formManners {
		forms = append(forms, textForm{"the form was parsed and written again; the signed one has escapes " + f.text, f.write(FormFields(text))})
	}
	if plain, err := url.QueryUnescape(text); err == nil {
		forms = append(forms, textForm{"the form was signed as its decoded text", []byte(plain)})
	}
	return forms
}

// flatFields returns the members of a JSON object whose values are all strings.
func flatFields(b []byte) (fields []Field, ok bool) {
	tree, ok := parseJSON(b)
	if !ok || !tree.object || len(tree.kids) == 0 {
		return nil, false
	}
	for _, kid := range tree.kids {
		var value string
		if json.Unmarshal(kid.raw, &value) != nil {
			return nil, false
		}
		fields = append(fields, Field{kid.name, value})
	}
	return fields, true
}
