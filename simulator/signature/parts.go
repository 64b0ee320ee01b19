package signature

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// input is what a template can draw from.
type input struct {
	m         *Message
	at        time.Time
	clock     clock
	stamp     []byte // the time as text, in the scheme's clock unit
	id, nonce string
	secret    string
	keyID     string
	signature string
	decoy     string
}

// sink collects bytes, or hands them to a hash without a copy of the body.
type sink struct {
	to  io.Writer // nil: keep everything in buf
	buf []byte
}

func (w *sink) text(s string) { w.buf = append(w.buf, s...) }

func (w *sink) bytes(b []byte) {
	if w.to == nil || len(b) < 128 {
		w.buf = append(w.buf, b...)
		return
	}
	w.flush()
	w.to.Write(b)
}

func (w *sink) flush() {
	if w.to != nil && len(w.buf) > 0 {
		w.to.Write(w.buf)
		w.buf = w.buf[:0]
	}
}

// A part is one source of signed bytes. write reports whether the source was there.
type part struct {
	name  string
	arg   string // what the argument is; "": the part takes none
	about string
	write func(w *sink, in *input, arg string) (present bool, err error)
}

// Parts lists the parts a template may name, with what each stands for.
func Parts() []Pair {
	list := make([]Pair, len(parts))
	for i, p := range parts {
		name := p.name
		if p.arg != "" {
			name += ":" + p.arg
		}
		list[i] = Pair{Key: name, Value: p.about}
	}
	return list
}

var parts = []part{
	{"body", "", "the raw body", func(w *sink, in *input, _ string) (bool, error) { w.bytes(in.m.Body); return true, nil }},
	{"body.sha256", "", "lower-case hex SHA-256 of the body", func(w *sink, in *input, _ string) (bool, error) {
		sum := sha256.Sum256(in.m.Body)
		w.buf = hex.AppendEncode(w.buf, sum[:])
		return true, nil
	}},
	{"body.sha256.base64url", "", "unpadded base64url SHA-256 of the body", func(w *sink, in *input, _ string) (bool, error) {
		sum := sha256.Sum256(in.m.Body)
		w.buf = base64.RawURLEncoding.AppendEncode(w.buf, sum[:])
		return true, nil
	}},
	{"body.sha256.base64", "", "base64 SHA-256 of the body", func(w *sink, in *input, _ string) (bool, error) {
		sum := sha256.Sum256(in.m.Body)
		w.buf = base64.StdEncoding.AppendEncode(w.buf, sum[:])
		return true, nil
	}},
	{"body.crc32", "", "CRC-32 (IEEE) of the body in decimal", func(w *sink, in *input, _ string) (bool, error) {
		w.buf = strconv.AppendUint(w.buf, uint64(crc32.ChecksumIEEE(in.m.Body)), 10)
		return true, nil
	}},
	{"timestamp", "", "the time of signing, in the scheme's clock unit", func(w *sink, in *input, _ string) (bool, error) { w.bytes(in.stamp); return len(in.stamp) > 0, nil }},
	{"timestamp.plus", "seconds", "the time of signing and so many seconds more", func(w *sink, in *input, arg string) (bool, error) {
		seconds, err := strconv.Atoi(arg)
		w.buf = in.clock.append(w.buf, in.at.Add(time.Duration(seconds)*time.Second))
		return true, err
	}},
	{"id", "", "the id of the delivery", func(w *sink, in *input, _ string) (bool, error) { w.text(in.id); return in.id != "", nil }},
	{"nonce", "", "a number used once", func(w *sink, in *input, _ string) (bool, error) { w.text(in.nonce); return in.nonce != "", nil }},
	{"method", "", "the HTTP method", func(w *sink, in *input, _ string) (bool, error) { w.text(in.m.Method); return true, nil }},
	{"url", "", "the whole configured URL", func(w *sink, in *input, _ string) (bool, error) { w.text(in.m.URL); return true, nil }},
	{"url.bare", "", "the URL without its query", func(w *sink, in *input, _ string) (bool, error) {
		bare, _, _ := strings.Cut(in.m.URL, "?")
		w.text(bare)
		return true, nil
	}},
	{"url.sha256", "", "lower-case hex SHA-256 of the URL", func(w *sink, in *input, _ string) (bool, error) {
		sum := sha256.Sum256([]byte(in.m.URL))
		w.buf = hex.AppendEncode(w.buf, sum[:])
		return true, nil
	}},
	{"url.decoded", "escapes", "the URL with these percent escapes decoded, such as %3A%2F", func(w *sink, in *input, arg string) (bool, error) {
		w.text(decodeEscapes(in.m.URL, arg))
		return true, nil
	}},
	{"path", "", "the escaped path of the URL, as the request line has it", func(w *sink, in *input, _ string) (bool, error) {
		u, err := url.Parse(in.m.URL)
		if err == nil {
			w.text(or(u.EscapedPath(), "/"))
		}
		return true, err
	}},
	{"query.escaped", "", "the query as it stands in the URL", func(w *sink, in *input, _ string) (bool, error) {
		_, query, found := strings.Cut(in.m.URL, "?")
		w.text(query)
		return found, nil
	}},
	{"query.encoded", "", "the query percent-encoded as a whole, and each % once more, as Contentful signs it", func(w *sink, in *input, _ string) (bool, error) {
		_, query, _ := strings.Cut(in.m.URL, "?")
		w.encodeTwice(query)
		return query != "", nil
	}},
	{"query.sorted", "", "the query sorted by name, k=v joined by &", func(w *sink, in *input, _ string) (bool, error) {
		_, query, found := strings.Cut(in.m.URL, "?")
		fields := strings.Split(query, "&")
		slices.SortFunc(fields, func(a, b string) int {
			// = sorts after - and ., so that a whole field is no order by name.
			return strings.Compare(strings.Replace(a, "=", "\x00", 1), strings.Replace(b, "=", "\x00", 1))
		})
		w.text(strings.Join(fields, "&"))
		return found, nil
	}},
	{"query", "name", "one query parameter", func(w *sink, in *input, arg string) (bool, error) {
		_, query, _ := strings.Cut(in.m.URL, "?")
		return w.formField(query, arg), nil
	}},
	{"form", "name", "one form field of the body", func(w *sink, in *input, arg string) (bool, error) {
		return w.formField(string(in.m.Body), arg), nil
	}},
	{"form.sorted", "", "form fields sorted by name, name+value without separators, repeated values sorted and given once", func(w *sink, in *input, _ string) (bool, error) {
		return true, w.formSorted(in.m.Body)
	}},
	{"php.sorted", "except", "PHP serialize() of the form fields sorted by name, without this one", func(w *sink, in *input, arg string) (bool, error) {
		return true, w.phpSorted(in.m.Body, arg)
	}},
	{"header", "name", "the value of a header", func(w *sink, in *input, arg string) (bool, error) {
		v, ok := in.m.Header.Lookup(arg)
		w.text(v)
		return ok, nil
	}},
	{"headers.canonical", "header", "name:value of the headers that this header lists, sorted, joined by ;", func(w *sink, in *input, arg string) (bool, error) {
		list, ok := in.m.Header.Lookup(arg)
		w.canonicalHeaders(in.m.Header, list)
		return ok, nil
	}},
	{"field", "path", "a member of the JSON body as text; absent is empty", func(w *sink, in *input, arg string) (bool, error) {
		text, ok := FieldText(in.m.Body, arg)
		w.text(text)
		return ok, nil
	}},
	{"raw", "path", "a member of the JSON body, its bytes as they stand", func(w *sink, in *input, arg string) (bool, error) {
		start, end, ok := locate(in.m.Body, arg)
		w.bytes(in.m.Body[start:end])
		return ok, nil
	}},
	{"json.sorted", "", "the JSON body made compact, keys sorted at every level", func(w *sink, in *input, _ string) (bool, error) {
		return true, w.jsonSorted(in.m.Body)
	}},
	{"keyvalue", "names", "Name\\nValue\\n of each of these members of the JSON body that is there", func(w *sink, in *input, arg string) (bool, error) {
		for name := range strings.SplitSeq(arg, ",") {
			if text, ok := FieldText(in.m.Body, name); ok {
				w.text(name + "\n" + text + "\n")
			}
		}
		return true, nil
	}},
	{"secret", "", "the secret itself", func(w *sink, in *input, _ string) (bool, error) { w.text(in.secret); return in.secret != "", nil }},
	{"secret.base64", "", "the secret in base64, as Basic authentication wants user:password", func(w *sink, in *input, _ string) (bool, error) {
		w.text(base64.StdEncoding.EncodeToString([]byte(in.secret)))
		return in.secret != "", nil
	}},
	{"key.id", "", "the public name of the key", func(w *sink, in *input, _ string) (bool, error) { w.text(in.keyID); return in.keyID != "", nil }},
	{"signature", "", "the encoded signature", func(w *sink, in *input, _ string) (bool, error) { w.text(in.signature); return true, nil }},
	{"decoy", "", "a signature by a key that nobody has", func(w *sink, in *input, _ string) (bool, error) { w.text(in.decoy); return true, nil }},
}

func decodeEscapes(s, escapes string) string {
	for i := 0; i+3 <= len(escapes); i += 3 {
		if c, err := url.PathUnescape(escapes[i : i+3]); err == nil {
			s = strings.ReplaceAll(s, escapes[i:i+3], c)
			s = strings.ReplaceAll(s, strings.ToLower(escapes[i:i+3]), c)
		}
	}
	return s
}

// FormFields splits a form body in its order. Fields that cannot be decoded are
// given as they stand.
func FormFields(form string) []Field {
	var fields []Field
	for pair := range strings.SplitSeq(form, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		fields = append(fields, Field{unescapeForm(name), unescapeForm(value)})
	}
	return fields
}

func unescapeForm(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		return plain
	}
	return s
}

func (w *sink) formField(form, name string) bool {
	for _, f := range FormFields(form) {
		if f.Name == name {
			w.text(f.Value)
			return true
		}
	}
	return false
}

// formSorted writes fields as Twilio does: a name that comes several times is
// followed by each of its distinct values, sorted. Source: twilio-node
// lib/webhooks/webhooks.js toFormUrlEncodedParam.
func (w *sink) formSorted(body []byte) error {
	fields := FormFields(string(body))
	slices.SortFunc(fields, func(a, b Field) int {
		return strings.Compare(a.Name+"\x00"+a.Value, b.Name+"\x00"+b.Value)
	})
	for _, f := range slices.Compact(fields) {
		w.text(f.Name + f.Value)
	}
	return nil
}

func (w *sink) phpSorted(body []byte, except string) error {
	fields := slices.DeleteFunc(FormFields(string(body)), func(f Field) bool { return f.Name == except })
	slices.SortFunc(fields, func(a, b Field) int { return strings.Compare(a.Name, b.Name) })
	php := func(s string) string { return "s:" + strconv.Itoa(len(s)) + ":\"" + s + "\";" }
	w.text("a:" + strconv.Itoa(len(fields)) + ":{")
	for _, f := range fields {
		w.text(php(f.Name) + php(f.Value))
	}
	w.text("}")
	return nil
}

// canonicalHeaders sorts by name: a whole line would sort x-a-b before x-a.
func (w *sink) canonicalHeaders(h Header, list string) {
	names := strings.Split(strings.ToLower(list), ",")
	for i, name := range names {
		names[i] = strings.TrimSpace(name)
	}
	slices.Sort(names)
	for i, name := range names {
		names[i] = name + ":" + strings.TrimSpace(h.Get(name))
	}
	w.text(strings.Join(names, ";"))
}

// encodeTwice writes what JavaScript makes by encodeURI(querystring.escape(s)).
// Source: @contentful/node-apps-toolkit 3.16.1 getNormalizedEncodedURI.
func (w *sink) encodeTwice(s string) {
	for _, c := range []byte(s) {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', strings.IndexByte("-_.!~*'()", c) >= 0:
			w.buf = append(w.buf, c)
		default:
			w.buf = fmt.Appendf(w.buf, "%%25%02X", c)
		}
	}
}
